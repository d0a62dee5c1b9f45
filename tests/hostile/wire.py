"""Requests as no library would send them: bytes on a socket, and what comes back."""

import re
import socket
import time

from serving import TOKEN


class Answer:
    """What came back: `status` is None when the connection ended without an answer."""

    def __init__(self, raw, seconds, closed):
        self.raw, self.seconds, self.closed = raw, seconds, closed
        head, _, self.body = raw.partition(b"\r\n\r\n")
        found = re.match(rb"HTTP/1\.[01] (\d{3})", head)
        self.status = int(found[1]) if found else None
        self.head = head.decode("latin-1").lower()

    @property
    def code(self):
        """The code of the service in the body, if there is one."""
        found = re.search(rb'"code":(\d+)', self.body) or re.match(rb"ERROR (\d+):", self.body)
        return int(found[1]) if found else None

    def __str__(self):
        if self.status is None:
            return "closed" if self.closed else "no answer"
        return f"{self.status} {self.code}" if self.code else str(self.status)


def connect(server, timeout=30.0):
    """A connection to the server, and only to it."""
    return socket.create_connection(("127.0.0.1", server.port), timeout=timeout)


def receive(stream, timeout, enough=None):
    """Reads until the server closes, `enough` says so, or the time is up."""
    began, raw, closed = time.monotonic(), bytearray(), False
    while (left := began + timeout - time.monotonic()) > 0:
        stream.settimeout(left)
        try:
            part = stream.recv(65536)
        except TimeoutError:
            break
        except OSError:
            closed = True
            break
        if not part:
            closed = True
            break
        raw += part
        if enough and enough(raw):
            break
    return bytes(raw), closed


def is_whole(raw):
    """Whether one answer has come with all that its head announces."""
    head, end, body = bytes(raw).partition(b"\r\n\r\n")
    length = re.search(rb"content-length: *(\d+)", head.lower())
    return bool(end) and (length is None or len(body) >= int(length[1]))


def exchange(server, data, timeout=30.0, until_closed=False):
    """Sends bytes, whatever happens meanwhile, and reads the answer."""
    began = time.monotonic()
    with connect(server, timeout) as stream:
        try:
            stream.sendall(data)
        except OSError:
            pass  # refused before everything was sent: the answer may still be there
        raw, closed = receive(stream, timeout, None if until_closed else is_whole)
    return Answer(raw, time.monotonic() - began, closed)


def head(server, method, path, *lines, host=None, token=TOKEN):
    """The head of a request; `path` goes out as it stands."""
    fixed = [f"{method} {path} HTTP/1.1", f"host: {host or f'127.0.0.1:{server.port}'}"]
    if token:
        fixed.append(f"authorization: Bearer {token}")
    return "\r\n".join([*fixed, *lines, "", ""]).encode("utf-8", "surrogateescape")


def upload_head(server, *lines, path=None):
    """The head of an upload whose form has the boundary `b`."""
    return head(server, "POST", path or f"{server.api}/v1", "content-type: multipart/form-data; boundary=b", *lines)


def part(name, content=b"", filename=None):
    """One part of a form with the boundary `b`."""
    disposition = f'form-data; name="{name}"' + (f'; filename="{filename}"' if filename else "")
    return f"--b\r\nContent-Disposition: {disposition}\r\n\r\n".encode() + content + b"\r\n"


def upload(server, content, filename="a.png", fields=(), timeout=60.0):
    """Uploads a file in the ordinary way."""
    body = b"".join(part(*field) for field in fields) + part("file", content, filename) + b"--b--\r\n"
    return exchange(server, upload_head(server, f"content-length: {len(body)}") + body, timeout)


def get(server, path, *lines, timeout=60.0, token=TOKEN):
    """An ordinary GET."""
    return exchange(server, head(server, "GET", path, *lines, token=token), timeout)


def send_json(server, method, path, body, timeout=30.0):
    """A document, as bytes."""
    lines = ("content-type: application/json", f"content-length: {len(body)}")
    return exchange(server, head(server, method, path, *lines) + body, timeout)
