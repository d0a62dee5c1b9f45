"""Uploads by URL: from servers that do not end, and to places that are nobody's business."""

import contextlib
import http.server
import threading
import time

from files import png
from rows import row, several
from wire import exchange, part, upload_head

LOCAL = ("--allow-private-urls",)


def by_url(server, url, timeout=120.0):
    """An upload by URL."""
    body = part("url", url.encode()) + b"--b--\r\n"
    return exchange(server, upload_head(server, f"content-length: {len(body)}") + body, timeout)


@contextlib.contextmanager
def origin(answer):
    """A server on loopback whose every answer `answer(handler)` writes; gives its address."""
    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def end_headers(self):
            # Else the next request could come on a connection that is about to end.
            self.send_header("connection", "close")
            super().end_headers()

        def do_GET(self):
            with contextlib.suppress(OSError):
                answer(self)
            self.close_connection = True

        def log_message(self, *_):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as listening:
        listening.daemon_threads = True
        threading.Thread(target=listening.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{listening.server_port}"
        listening.shutdown()


@row("URLs of this computer and of the local network, in every spelling", r"400 5454", seconds=10)
def private_addresses(server):
    port = server.port
    urls = [f"http://127.0.0.1:{port}/", f"http://localhost:{port}/", "http://127.1/", "http://2130706433/",
            "http://0x7f000001/", "http://0177.0.0.1/", "http://127.0.0.1./", "http://127。0。0。1/", "http://①②⑦.0.0.1/",
            "http://0.0.0.0/", "http://0/", "http://[::1]/", "http://[::]/", "http://[::ffff:127.0.0.1]/",
            "http://[::ffff:7f00:1]/", "http://[64:ff9b::7f00:1]/", "http://[fe80::1]/", "http://[fd00::1]/",
            "http://169.254.169.254/latest/meta-data/", "http://10.0.0.1/", "http://192.168.0.1/", "http://172.16.0.1/",
            "http://user:password@127.0.0.1/", f"http://LOCALHOST:{port}/", "http://localhost.:80/",
            "file:///etc/passwd", "ftp://127.0.0.1/", "gopher://127.0.0.1/", "data:image/png;base64,AAAA", "javascript:1",
            "//127.0.0.1/", "127.0.0.1", "http://", "http:///x", "http://127.0.0.1:99999/", "x" * 60_000]
    return several(by_url(server, url) for url in urls)


@row("a URL whose file never ends", r"413 5413", seconds=15, options=LOCAL)
def endless_origin(server):
    def answer(handler):
        handler.send_response(200)
        handler.end_headers()
        while True:
            handler.wfile.write(bytes(1 << 20))
    with origin(answer) as url:
        return str(by_url(server, url))


@row("a URL whose file comes a byte a second", r"400 5454 after 3[0-3] s", seconds=40, options=LOCAL)
def dripping_origin(server):
    def answer(handler):
        handler.send_response(200)
        handler.end_headers()
        while True:
            handler.wfile.write(b"x")
            time.sleep(1)
    with origin(answer) as url:
        answer = by_url(server, url)
        return f"{answer} after {answer.seconds:.0f} s"


def redirect(handler, target):
    """Sends the client on."""
    handler.send_response(302)
    handler.send_header("location", target)
    handler.send_header("content-length", "0")
    handler.end_headers()


@row("a URL that redirects in a loop", r"400 5454", seconds=10, options=LOCAL)
def looping_origin(server):
    def answer(handler):
        redirect(handler, handler.path + "x")
    with origin(answer) as url:
        return str(by_url(server, f"{url}/"))


@row("redirects that take 8 s each", r"400 5454 after 3[0-3] s", seconds=40, options=LOCAL)
def slow_redirects(server):
    def answer(handler):
        time.sleep(8)
        redirect(handler, handler.path + "x")
    with origin(answer) as url:
        answer = by_url(server, f"{url}/")
        return f"{answer} after {answer.seconds:.0f} s"


@row("redirects to other schemes and to nowhere", r"400 5454", seconds=15, options=LOCAL)
def bad_redirects(server):
    targets = ("file:///etc/passwd", "ftp://127.0.0.1/", "http://127.0.0.1:1/", "http://[", "\xff", "javascript:1", "")
    answers = []
    for target in targets:
        def answer(handler, target=target):
            redirect(handler, target)
        with origin(answer) as url:
            answers.append(by_url(server, f"{url}/start"))
    return several(answers)


@row("a URL that answers with 1 GB of headers, a length of 2^60, a wrong length, text", r".*400 5454.*", seconds=30, options=LOCAL)
def lying_origin(server):
    def headers(handler):
        handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
        for _ in range(1_000):
            handler.wfile.write(b"x: " + b"y" * 1_000_000 + b"\r\n")

    def length(size):
        def answer(handler):
            handler.send_response(200)
            handler.send_header("content-length", str(size))
            handler.end_headers()
            handler.wfile.write(png(8, 8))
        return answer

    def text(handler):
        handler.send_response(200)
        handler.send_header("content-type", "image/png")
        handler.end_headers()
        handler.wfile.write(b"no picture")

    answers = []
    for answer in (headers, length(2**60), length(1_000), text):
        with origin(answer) as url:
            answers.append(by_url(server, url))
    return several(answers)


@row("40 uploads at once from a server that does not answer", r"400 5454|.*closed.*|no answer", seconds=40, options=LOCAL)
def silent_origin(server):
    def answer(handler):
        time.sleep(60)
    answers = []
    with origin(answer) as url:
        threads = [threading.Thread(target=lambda: answers.append(by_url(server, url, 36))) for _ in range(40)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    return several(answers)
