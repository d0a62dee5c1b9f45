"""Paths that lead out of the library, and URLs that ask for too much."""

import time

from rows import row, several
from wire import get, head, exchange

TRICKS = [
    "/../../etc/passwd", "/..%2f..%2fetc%2fpasswd", "/%2e%2e/%2e%2e/etc/passwd", "/%252e%252e%252fetc%252fpasswd",
    "/..\\..\\etc\\passwd", "/..%5c..%5cetc%5cpasswd", "/%c0%ae%c0%ae/etc/passwd", "/%u002e%u002e/etc/passwd",
    "/....//....//etc/passwd", "/..;/..;/etc/passwd", "//etc/passwd", "/etc/passwd%00.png", "/%00", "/.%00./x",
    "/library.db", "/originals/incoming/x", "/%2fetc%2fpasswd", "/C:/windows/win.ini", "/\\\\server\\share",
    "/~root/.ssh/id_rsa", "/%e0%80%ae%e0%80%ae/x", "/\u202e/x", "/.", "/..", "/%2e", "/%2e%2e", "/" + "../" * 400 + "etc/passwd",
]


@row("path tricks, on the API, in deliveries and in upload URLs", r"(?!.*(200|500)).*", seconds=20)
def tricks(server):
    answers = []
    for trick in TRICKS:
        for base in ("", server.api, f"{server.api}/v1", f"/{server.hash}", f"/cdn-cgi/imagedelivery/{server.hash}"):
            for end in ("", "/public", "/blob"):
                answer = get(server, base + trick + end)
                assert b"root:" not in answer.body, trick
                answers.append(answer)
        path = f"/{server.hash}{trick}"
        answers.append(exchange(server, head(server, "POST", path, "content-length: 0")))
    return several(answer.status for answer in answers)


@row("an ID of 1,024 characters that is a path, stored and fetched", r"200 200 404", seconds=5)
def id_as_path(server):
    import urllib.parse
    from files import png
    from wire import upload
    name = ("..%2f" * 300)[:1000] + "/%00/…\\passwd"
    stored = upload(server, png(8, 8), fields=[("id", name.encode())])
    segment = urllib.parse.quote(name, safe="")
    blob = get(server, f"{server.api}/v1/{segment}/blob")
    decoded = get(server, f"{server.api}/v1/{urllib.parse.quote(urllib.parse.unquote(name), safe='')}")
    return f"{stored.status} {blob.status} {decoded.status}"


@row("addresses in the request line, an asterisk, no path", r"(?!.*(200|500)).*")
def targets(server):
    lines = ["GET http://127.0.0.1:1/client/v4/user/tokens/verify", "GET *", "OPTIONS *", "CONNECT 127.0.0.1:22",
             "GET file:///etc/passwd", "GET ?x", "GET #x", "GET", "GET  /", "\0 /", "GET /\0", "GE\tT /"]
    host = f"host: 127.0.0.1:{server.port}"
    return several(exchange(server, f"{line} HTTP/1.1\r\n{host}\r\nconnection: close\r\n\r\n".encode(), 5) for line in lines)


@row("options: 10,000 of one, unknown, empty, of 30 KB, numbers of 1,000 digits", r"(?!.*500).*", seconds=20)
def options(server):
    lists = [
        ",".join(["w=10"] * 6_000), ",".join(f"k{n}=1" for n in range(4_000)), "," * 30_000, "=" * 30_000,
        "w=" + "9" * 1_000, "w=1e308", "w=-1", "w=NaN", "blur=1e309", "gravity=NaNxinf", "dpr=1e-320,w=5",
        "trim=" + ";".join(["9" * 300] * 4), "background=%23" + "f" * 20_000, "background=" + "rgb(" * 5_000,
        "w=auto,h=18446744073709551616", "quality=" + "1" * 400, "rotate=90.0000001", "%77=5", "w%3D5", "w=5%2Ch=5",
    ]
    return several(get(server, f"/{server.hash}/{server.image_id}/{text}").status for text in lists)


@row("5,000 renditions that nobody needs", r"200 .*", seconds=60, memory_mb=128)
def many_renditions(server):
    began = time.monotonic()
    for first in range(0, 5_000, 100):
        requests = [head(server, "GET", f"/{server.hash}/{server.image_id}/w={1 + (first + n) % 300},q={1 + (first + n) // 300}")
                    for n in range(99)]
        requests.append(head(server, "GET", f"/{server.hash}/{server.image_id}/w=5", "connection: close"))
        answer = exchange(server, b"".join(requests), 30, True)
    return f"{answer.status} after {time.monotonic() - began:.0f} s"[:3] + " each"


@row("ranges without end", r"200|206|416", seconds=10)
def ranges(server):
    many = "range: bytes=" + ",".join(f"{n}-{n + 1}" for n in range(0, 12_000, 2))
    answers = [get(server, f"/{server.hash}/{server.image_id}/public", line)
               for line in (many, "range: bytes=0-,0-,0-" + ",0-" * 5_000, "range: bytes=-99999999999999999999", "range: x" * 900)]
    answers.append(get(server, f"{server.api}/v1/{server.image_id}/blob", many))
    assert all(len(answer.body) < 20_000 for answer in answers)
    return several(answer.status for answer in answers)


@row("queries of 30 KB: filters, pages, tokens", r"(?!.*500).*", seconds=20)
def queries(server):
    texts = ["meta.a[eq]=1&" * 2_000, "meta." + "a." * 10_000 + "x[eq]=1", "meta.a[in]=" + "x|" * 10_000,
             "per_page=99999999999999999999", "per_page=-1", "page=" + "9" * 10_000, "page=18446744073709551615",
             "continuation_token=" + "A" * 30_000, "continuation_token=%ff%00", "sort_order=" + "x" * 10_000,
             "creator=" + "%00" * 9_000, "a&" * 15_000, "%" * 30_000, "&=" * 15_000]
    return several(get(server, f"{server.api}/{version}?{text}").status for text in texts for version in ("v1", "v2"))


@row("conditions and languages of 100 KB", r"200", seconds=10)
def long_headers(server):
    lines = ["accept: " + "image/webp," * 9_000, "if-none-match: " + '"x",' * 20_000, "accept-language: " + "de," * 30_000,
             "if-modified-since: " + "x" * 90_000, "cookie: " + "a=b;" * 20_000]
    return several(get(server, f"/{server.hash}/{server.image_id}/public", line).status for line in lines)
