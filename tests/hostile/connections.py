"""Connections: slow, silent, endless, too many, and heads that are none."""

import contextlib
import threading
import time

from files import png
from rows import row, several
from wire import Answer, connect, exchange, get, head, part, receive, upload, upload_head


@contextlib.contextmanager
def many(server, count):
    """As many connections, all open for the time of the block."""
    with contextlib.ExitStack() as stack:
        yield [stack.enter_context(connect(server)) for _ in range(count)]


@row("100 heads that come a line a second", r"100 of 100 closed after 3[0-2] s", seconds=36)
def slow_heads(server):
    with many(server, 100) as streams:
        for stream in streams:
            stream.sendall(b"GET / HTTP/1.1\r\n")
        began, open_ones = time.monotonic(), list(streams)
        while open_ones and time.monotonic() - began < 35:
            time.sleep(1)
            for stream in list(open_ones):
                try:
                    stream.sendall(b"x-slow: 1\r\n")
                except OSError:
                    open_ones.remove(stream)
        return f"{100 - len(open_ones)} of 100 closed after {time.monotonic() - began:.0f} s"


@row("1,000 connections that say nothing", r"1000 accepted", seconds=16)
def silent_connections(server):
    with many(server, 1000) as streams:
        time.sleep(8)
        return f"{len(streams)} accepted"


@row("2,000 connections that say nothing", r"2000 made, the oldest closed", seconds=20)
def too_many_connections(server):
    with many(server, 2000) as streams:
        time.sleep(8)
        _, closed = receive(streams[0], 0.5)
        return f"{len(streams)} made, the oldest {'closed' if closed else 'open'}"


@row("a body that stops after one byte", r"408 5408 after 1[5-7] s", seconds=20)
def stopping_body(server):
    answer = exchange(server, upload_head(server, "content-length: 1000") + b"-", 30)
    return f"{answer} after {answer.seconds:.0f} s"


@row("a body of one byte a second", r"408 5408 after \d\d s", seconds=40)
def dripping_body(server):
    began = time.monotonic()
    with connect(server) as stream:
        stream.sendall(upload_head(server, "content-length: 100000") + part("file")[:-2])
        raw = b""
        while not raw and time.monotonic() - began < 60:
            with contextlib.suppress(OSError):
                stream.sendall(b"x")
            raw, closed = receive(stream, 1)
            if closed:
                break
    return f"{Answer(raw, 0, closed)} after {time.monotonic() - began:.0f} s"


def endless(server, path, first, piece, limit_mb=200):
    """Sends chunk after chunk until there is an answer."""
    lines = ("transfer-encoding: chunked",)
    with connect(server) as stream:
        stream.sendall(upload_head(server, *lines, path=path) + chunked(first))
        sent, raw, closed = 0, b"", False
        while sent < limit_mb * 1024 * 1024 and not raw and not closed:
            try:
                stream.sendall(chunked(piece))
                sent += len(piece)
            except OSError:
                break
            if sent % (4 * 1024 * 1024) < len(piece):
                raw, closed = receive(stream, 0.001, bool)
        if not raw:
            raw, closed = receive(stream, 5, bool)
    return str(Answer(raw, 0, closed))


def chunked(data):
    """One chunk."""
    return f"{len(data):x}\r\n".encode() + data + b"\r\n"


@row("a file that never ends, without a length", r"413 5413")
def endless_file(server):
    return endless(server, None, part("file", filename="a.png")[:-2], bytes(256 * 1024))


@row("a document that never ends, without a length", r"413 7011")
def endless_document(server):
    with connect(server) as stream:
        stream.sendall(head(server, "PATCH", f"{server.api}/v1/config", "transfer-encoding: chunked"))
        for _ in range(40):
            try:
                stream.sendall(chunked(b" " * 100_000))
            except OSError:
                break
        raw, closed = receive(stream, 5, bool)
    return str(Answer(raw, 0, closed))


@row("a body shorter than announced", r"400 5450|closed")
def short_body(server):
    with connect(server) as stream:
        stream.sendall(upload_head(server, "content-length: 5000") + part("file", png(8, 8)))
        stream.shutdown(1)
        raw, closed = receive(stream, 20)
    return str(Answer(raw, 0, closed))


@row("a body longer than announced", r"200, then 400 6003")
def long_body(server):
    body = part("file", png(8, 8), "a.png") + b"--b--\r\n"
    data = upload_head(server, f"content-length: {len(body)}") + body + b"and so on\r\n\r\n"
    answer = exchange(server, data, 20, until_closed=True)
    first, found, rest = answer.body.partition(b"HTTP/1.1 ")
    second = Answer(b"HTTP/1.1 " + rest, 0, True) if found else "nothing"
    return f"{answer.status}, then {second}"


@row("200 who ask for a 10 MB original and do not read", r"200 open", seconds=15, memory_mb=192)
def slow_readers(server, image_id):
    request = head(server, "GET", f"{server.api}/v1/{image_id}/blob")
    with many(server, 200) as streams:
        for stream in streams:
            stream.sendall(request)
        time.sleep(5)
        return f"{len(streams)} open"


def large_original(server):
    """An image of nearly ten megabytes."""
    import json
    return json.loads(upload(server, png(8, 8, padding=bytes(10_000_000))).body)["result"]["id"]


slow_readers.prepare = large_original


@row("10,000 requests in one go, answers unread", r"10000 sent", seconds=15)
def pipelined(server):
    request = head(server, "GET", f"{server.api}/v1/{server.image_id}")
    with connect(server) as stream:
        sender = threading.Thread(target=push, args=(stream, request * 10_000), daemon=True)
        sender.start()
        time.sleep(4)
        stream.close()
    return "10000 sent"


def push(stream, data):
    """Sends as much as is taken."""
    with contextlib.suppress(OSError):
        stream.sendall(data)


@row("the preface of HTTP/2", r"400 6003|505|closed")
def http2_preface(server):
    return str(exchange(server, b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0", 10))


@row("the hello of TLS", r"400 6003|closed")
def tls_hello(server):
    hello = b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(508)
    return str(exchange(server, hello + b"\r\n\r\n", 10))


@row("100,000 headers", r"431 6003")
def many_headers(server):
    lines = [f"x-{n}: y" for n in range(100_000)]
    return str(exchange(server, head(server, "GET", "/", *lines), 20))


@row("one header of 10 MB", r"431 6003")
def giant_header(server):
    return str(exchange(server, head(server, "GET", "/", "x-long: " + "y" * 10_000_000), 20))


@row("a request line of 1 MB", r"414 7012|431 6003")
def giant_line(server):
    return str(get(server, "/" + "x" * 1_000_000, timeout=20))


def hidden(server):
    """A request that must not be answered: it stands in the body of another."""
    return head(server, "DELETE", f"{server.api}/v1/{server.image_id}")


def smuggled(server, *lines, body):
    """How many answers two requests get where only one is meant, and the first of them."""
    request = head(server, "PATCH", f"{server.api}/v1/config", *lines) + body
    answer = exchange(server, request, 3, until_closed=True)
    answers = answer.raw.count(b"HTTP/1.1 ")
    still = get(server, f"{server.api}/v1/{server.image_id}").status
    return f"{answer if answers <= 1 else f'{answers} answers'}{'' if still == 200 else ', smuggled'}"


@row("requests hidden by two lengths", r"(?!.*smuggled).*400.*", seconds=30)
def smuggling(server):
    inner = hidden(server)
    empty = b"0\r\n\r\n"
    cases = [
        ((f"content-length: {len(empty + inner)}", "transfer-encoding: chunked"), empty + inner),
        (("transfer-encoding: chunked", "content-length: 4"), empty + inner),
        (("content-length: 0", f"content-length: {len(inner)}"), inner),
        ((f"content-length: 0, {len(inner)}",), inner),
        (("content-length: +5",), b"{} " + inner),
        (("content-length: 0x5",), b"{} " + inner),
        (("transfer-encoding: identity, chunked",), empty),
        (("transfer-encoding: chunked, identity", f"content-length: {len(empty)}"), empty),
        (("transfer-encoding : chunked",), empty),
        (("transfer-encoding:\x0bchunked",), empty),
        (("transfer-encoding: xchunked",), empty),
        (("x: y\nTransfer-Encoding: chunked", f"content-length: {len(empty + inner)}"), empty + inner),
    ]
    return several(smuggled(server, *lines, body=body) for lines, body in cases)


@row("chunk sizes that are none", r"400 5450")
def bad_chunks(server):
    first = part("file", png(8, 8), "a.png")
    answers = []
    for size in (b"xyz", b"-1", b"ffffffffffffffffff", b"0x10", b" ", b"5;" + b"e" * 100_000, b""):
        data = upload_head(server, "transfer-encoding: chunked") + chunked(first) + size + b"\r\nhello\r\n"
        answers.append(exchange(server, data, 20))
    return several(answers)


@row("host names of others, none, two", r"403 1003|(\d+× 403 1003, \d+× 400 6003)")
def hosts(server):
    path = f"{server.api}/v1"
    names = ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example", "192.168.0.2", "[::2]",
             "localhost@evil.example", "evil.example#127.0.0.1", "127.0.0.1, evil.example",
             "0x7f.1", "2130706433"]
    answers = [exchange(server, head(server, "GET", path, host=name)) for name in names]
    answers.append(exchange(server, f"GET {path} HTTP/1.1\r\n\r\n".encode()))
    answers.append(exchange(server, head(server, "GET", path, "host: evil.example")))
    answers.append(exchange(server, f"GET http://evil.example{path} HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n".encode()))
    return several(answers)
