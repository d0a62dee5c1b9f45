"""What a row of the table is, and the library that it is tried on."""

import collections
import contextlib
import json
import re
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Callable

from pictures import png
from serving import TOKEN, served
from wire import get, send_json, upload

MEGABYTE = 1024 * 1024

ROWS = []


@dataclass
class Row:
    """One kind of hostile input, and what it may cost."""

    name: str
    act: Callable
    expect: str
    seconds: float = 10.0
    memory_mb: int = 64
    witness_seconds: float = 3.0
    options: tuple = ()
    group: str = ""


@dataclass
class Outcome:
    """What became of it."""

    row: Row
    answer: str
    seconds: float
    memory_mb: float
    peak_mb: float
    witness: dict
    complaints: list = field(default_factory=list)

    @property
    def witness_wait(self):
        """The longest that the ordinary client beside it had to wait for an answer."""
        return max(self.witness["waits"].values(), default=0.0)


def row(name, expect, **bounds):
    """Puts a function into the table. `expect` is a pattern that the whole answer has to match."""
    def register(act):
        ROWS.append(Row(name, act, expect, group=act.__module__, **bounds))
        return act
    return register


def several(answers):
    """One text for many answers: each with its number."""
    counted = collections.Counter(map(str, answers))
    if len(counted) == 1:
        return next(iter(counted))
    return ", ".join(f"{count}× {answer}" for answer, count in counted.most_common())


def process_status(pid, name):
    """A number of kilobytes in the kernel's word on a process, as megabytes."""
    text = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return int(re.search(rf"^{name}:\s+(\d+) kB", text, re.MULTILINE)[1]) / 1024


@contextlib.contextmanager
def witness(server, image_id):
    """The ordinary client, for the time of the block; its word is in the list afterwards."""
    script = Path(__file__).with_name("witness.py")
    delivery = f"/{server.hash}/{image_id}/public"
    command = [sys.executable, script, str(server.port), server.api, delivery, TOKEN, image_id]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    words = []
    try:
        time.sleep(0.4)
        yield words
    finally:
        told, _ = process.communicate(timeout=120)
        words.append(json.loads(told) if told else {"rounds": 0, "failures": ["it died"], "waits": {}})


def attempt(row_):
    """Tries one row on a fresh library."""
    with tempfile.TemporaryDirectory() as folder, served(Path(folder, "library"), *row_.options) as server:
        send_json(server, "PATCH", f"{server.api}/v1/config", b'{"flexible_variants":true}')
        image_id = json.loads(upload(server, png(300, 200)).body)["result"]["id"]
        get(server, f"/{server.hash}/{image_id}/public", "accept: image/webp")
        server.image_id = image_id
        prepared = row_.act.prepare(server) if hasattr(row_.act, "prepare") else None
        with witness(server, image_id) as words:
            Path(f"/proc/{server.pid}/clear_refs").write_text("5", encoding="ascii")
            before = process_status(server.pid, "VmRSS")
            began, failure = time.monotonic(), None
            try:
                answer = row_.act(server) if prepared is None else row_.act(server, prepared)
            except Exception as error:  # whatever it is, the table goes on
                answer, failure = f"{type(error).__name__}: {error}", error
            seconds = time.monotonic() - began
            # What is still being worked on after the answer belongs to the row as well.
            time.sleep(0.3)
        complaints = [f"the row itself failed: {failure!r}"] if failure else []
        if server.is_running():
            peak = process_status(server.pid, "VmHWM")
            if get(server, f"{server.api}/v1/stats").status != 200:
                complaints.append("the server does not answer any more")
        else:
            peak, before = 0.0, 0.0
            complaints.append("the server died")
    outcome = Outcome(row_, answer, seconds, max(0.0, peak - before), peak, words[0], complaints)
    judge(outcome)
    return outcome


def judge(outcome):
    """Compares with what the row may cost."""
    row_, complain = outcome.row, outcome.complaints.append
    if not re.fullmatch(row_.expect, outcome.answer):
        complain(f"the answer is not {row_.expect}")
    if outcome.memory_mb > row_.memory_mb:
        complain(f"more than {row_.memory_mb} MB")
    if outcome.seconds > row_.seconds:
        complain(f"more than {row_.seconds:g} s")
    if outcome.witness["failures"]:
        complain(f"the witness was hurt: {outcome.witness['failures'][:3]}")
    if outcome.witness_wait > row_.witness_seconds:
        slowest = max(outcome.witness["waits"], key=outcome.witness["waits"].get)
        complain(f"the witness waited for {slowest}")
