"""A screen nobody sees: Xvfb on a display number of its own choosing.

The server is started before the block and ended after it, whatever happens inside. It listens on
its local socket only, so a run on a shared machine is not reachable from outside.
"""

import contextlib
import os
import select
import shutil
import signal
import subprocess
import sys


class NoDisplay(Exception):
    """The virtual screen could not be started; the text says why, for a person."""


@contextlib.contextmanager
def virtual_display(size="1440x900", start_timeout=20.0):
    """Yields the name of a fresh display, such as `:99`."""
    if not shutil.which("Xvfb"):
        raise NoDisplay("Xvfb, the virtual screen, is not installed")
    read_end, write_end = os.pipe()
    # `-displayfd` lets the server pick a free number and say which: two runs at once never collide.
    command = ["Xvfb", "-displayfd", str(write_end), "-screen", "0", f"{size}x24",
               "-nolisten", "tcp", "-noreset", "-dpi", "96"]
    server = subprocess.Popen(command, pass_fds=[write_end], stdin=subprocess.DEVNULL,
                              stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    os.close(write_end)
    try:
        with os.fdopen(read_end) as answer:
            ready, _, _ = select.select([answer], [], [], start_timeout)
            number = answer.readline().strip() if ready else ""
        if not number:
            server.terminate()
            reason = server.stderr.read().decode(errors="replace").strip()
            raise NoDisplay(f"Xvfb did not start: {reason or 'no answer'}")
        yield f":{number}"
    finally:
        end(server)
        server.stderr.close()


def end(process, patience=5.0):
    """Asks a process that this program started to end, and insists after `patience` seconds."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(patience)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def leave_in_order():
    """Makes a request to end run the cleanup too; by default Python would stop where it stands."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
