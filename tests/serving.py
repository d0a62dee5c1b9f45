"""`lenticular serve` on a library of its own, for the tests that treat it badly."""

import contextlib
import json
import os
import resource
import subprocess
import time
from pathlib import Path

TOKEN = "a-token-for-tests"
ROOT = Path(__file__).resolve().parent.parent


def program():
    """The program under test: LENTICULAR_BIN, else the one that cargo built last."""
    named = os.environ.get("LENTICULAR_BIN")
    target = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
    built = [Path(named)] if named else [target / kind / "lenticular" for kind in ("release", "debug")]
    found = [path for path in built if path.is_file()]
    if not found:
        raise SystemExit("There is no program to test: run cargo build, or name it in LENTICULAR_BIN.")
    return str(max(found, key=lambda path: path.stat().st_mtime).resolve())


def few_files():
    """As many open files as most systems allow a program, whatever this one does."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (1024, most))


class Server:
    """One run of the program. `startup` is the time from its start to the line that says it is ready."""

    def __init__(self, folder, *options):
        self.folder = Path(folder)
        # By the environment of this one process: arguments can be read by everybody.
        environment = dict(os.environ, LENTICULAR_TOKEN=TOKEN)
        command = [program(), "serve", "--library", str(folder), "--listen", "127.0.0.1:0", *options]
        began = time.monotonic()
        self.process = subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, preexec_fn=few_files,
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        line = self.process.stdout.readline()
        self.startup = time.monotonic() - began
        self.is_ready = bool(line)
        if self.is_ready:
            said = json.loads(line)
            self.account, self.hash = said["account_id"], said["account_hash"]
            self.port = int(said["delivery"].rsplit(":", 1)[1])
            self.api = f"/client/v4/accounts/{self.account}/images"

    @property
    def pid(self):
        """The process."""
        return self.process.pid

    def is_running(self):
        """Whether it still serves."""
        return self.process.poll() is None

    def end(self, kill=False):
        """Stops it, kindly or not; what it wrote to its error stream."""
        if self.is_running():
            (self.process.kill if kill else self.process.terminate)()
        _, complaint = self.process.communicate(timeout=30)
        return complaint.decode(errors="replace")


@contextlib.contextmanager
def served(folder, *options):
    """A server for the time of the block."""
    server = Server(folder, *options)
    try:
        if not server.is_ready:
            raise SystemExit(f"The server did not start: {server.end()}")
        yield server
    finally:
        server.end(kill=True)


def form(parts, boundary="a-boundary"):
    """A form of `(name, content, filename or None)`; returns `(content type, bytes)`."""
    body = bytearray()
    for name, content, filename in parts:
        disposition = f'form-data; name="{name}"' + (f'; filename="{filename}"' if filename else "")
        body += f"--{boundary}\r\nContent-Disposition: {disposition}\r\n\r\n".encode() + content + b"\r\n"
    body += f"--{boundary}--\r\n".encode()
    return f"multipart/form-data; boundary={boundary}", bytes(body)
