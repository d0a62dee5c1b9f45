"""Forms and documents: too many fields, too deep, too long, not what they say."""

import json

from files import png
from rows import row, several
from wire import exchange, get, head, part, send_json, upload, upload_head


def send_form(server, body, *lines):
    """A form as it stands."""
    return exchange(server, upload_head(server, f"content-length: {len(body)}", *lines) + body, 30)


@row("a form of 100,000 fields", r"400 5400")
def many_fields(server):
    return str(send_form(server, part("x", b"1") * 100_000 + b"--b--\r\n"))


@row("a form of 100,000 fields of metadata", r"400 5400")
def many_metadata_fields(server):
    fields = b"".join(part(f"metadata[k{n}]", b"1") for n in range(100_000))
    return str(send_form(server, fields + b"--b--\r\n"))


@row("metadata that nests 20,000 deep by its name: no field that is read", r"200")
def deep_field_names(server):
    name = "metadata" + "[a]" * 20_000
    return several([
        send_form(server, part(name, b"1") + part("file", png(8, 8), "a.png") + b"--b--\r\n"),
        send_form(server, part("metadata" + ".a" * 20_000, b"1") + part("file", png(8, 8), "a.png") + b"--b--\r\n"),
    ])


@row("a part whose head never ends", r"400 5450")
def endless_part_head(server):
    return str(send_form(server, b"--b\r\nX: " + b"x" * 8_000_000))


@row("8 MB before the first part", r"400 5450")
def endless_preamble(server):
    return str(send_form(server, b"x" * 8_000_000))


@row("a part with 10,000 headers", r"400 5450")
def many_part_headers(server):
    headers = b"".join(b"X-%d: y\r\n" % n for n in range(10_000))
    return str(send_form(server, b"--b\r\n" + headers + part("file", png(8, 8))[5:] + b"--b--\r\n"))


@row("boundaries that are none", r".*(400 5450|415 5415).*")
def boundaries(server):
    answers = []
    for boundary in ("", "x" * 70_000, '"', "a\x01b", "--"):
        lines = (f"content-type: multipart/form-data; boundary={boundary}", "content-length: 20")
        answers.append(exchange(server, head(server, "POST", f"{server.api}/v1", *lines) + b"--b\r\n" + b"x" * 15, 10))
    return several(answers)


@row("a field of 1 MB, an ID of 60,000 characters, a creator of 60,000", r".*400 5411.*")
def long_fields(server):
    answers = [upload(server, png(8, 8), fields=[(name, b"x" * size)])
               for name, size in (("metadata", 1_000_000), ("id", 60_000), ("creator", 60_000))]
    assert all(answer.status == 400 for answer in answers)
    return several(answers)


@row("a length of 2 GB announced", r"413 7011", seconds=2)
def announced(server):
    return str(exchange(server, upload_head(server, "content-length: 2147483648") + b"-" * 10_000, 10))


@row("a length of 2^64 and more announced", r".*400.*", seconds=5)
def announced_more(server):
    return several(exchange(server, upload_head(server, f"content-length: {length}") + b"-" * 100, 10)
                   for length in (2**63, 2**64, 10**30))


@row("a file of 11 MB", r"413 5413")
def large_file(server):
    return str(upload(server, png(8, 8, padding=bytes(11 * 1024 * 1024))))


@row("90 MB sent in full to a wrong token", r"401 10000")
def large_stranger(server):
    body = bytes(90_000_000)
    request = upload_head(server, f"content-length: {len(body)}").replace(b"Bearer ", b"Bearer not-")
    return str(exchange(server, request + body, 30))


@row("JSON 100,000 deep", r"400 5400")
def deep_json(server):
    answers = []
    for opening, closing in ((b"[", b"]"), (b'{"a":', b"}")):
        body = b'{"metadata":' + opening * 100_000 + b"1" + closing * 100_000 + b"}"
        answers.append(send_json(server, "PATCH", f"{server.api}/v1/{server.image_id}", body))
        answers.append(upload(server, png(8, 8), fields=[("metadata", body[:60_000])]))
    return several(answers)


@row("JSON of 100 MB, announced and not", r"413 7011")
def big_json(server):
    body = b'{"metadata":{"a":"' + b"x" * 99_000_000 + b'"}}'
    return str(send_json(server, "PATCH", f"{server.api}/v1/{server.image_id}", body))


@row("JSON of 1 MB with 80,000 keys, one key 80,000 times, numbers of 100,000 digits", r".*400 5400.*")
def wide_json(server):
    keys = ",".join(f'"k{n}":1' for n in range(80_000))
    same = ",".join('"k":1' for _ in range(80_000))
    number = "9" * 100_000
    return several(send_json(server, "PATCH", f"{server.api}/v1/{server.image_id}", f'{{"metadata":{{{text}}}}}'.encode())
                   for text in (keys, same, f'"n":{number}', f'"n":1e{number}'))


@row("what is no UTF-8 in JSON, fields, names and paths", r".*400 5400.*")
def not_utf8(server):
    bad = b"\xff\xfe\xc0\x80\xed\xa0\x80"
    answers = [
        send_json(server, "PATCH", f"{server.api}/v1/{server.image_id}", b'{"creator":"' + bad + b'"}'),
        upload(server, png(8, 8), fields=[("creator", bad)]),
        upload(server, png(8, 8), fields=[("id", bad)]),
        upload(server, png(8, 8), fields=[("metadata", b'{"a":"' + bad + b'"}')]),
        get(server, f"{server.api}/v1/%ff%fe"),
        get(server, f"/{server.hash}/%ff%fe/public"),
        exchange(server, b"GET /\xff\xfe HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n"),
    ]
    assert all(400 <= (answer.status or 0) < 500 for answer in answers)
    return several(answers)


@row("10,000 reservations, 2,000 batch tokens, 200 variants", r"variants: 101× 403 5453, 99× 200", seconds=40)
def many_small_things(server):
    path = f"{server.api}/v2/direct_upload"
    reserve = head(server, "POST", path, "content-length: 0")
    for _ in range(100):
        exchange(server, (reserve * 99) + head(server, "POST", path, "content-length: 0", "connection: close"), 30, True)
    token = head(server, "GET", f"{server.api}/v1/batch_token")
    for _ in range(20):
        exchange(server, token * 99 + head(server, "GET", f"{server.api}/v1/batch_token", "connection: close"), 30, True)
    options = {"fit": "cover", "width": 10, "height": 10, "metadata": "none"}
    answers = [send_json(server, "POST", f"{server.api}/v1/variants", json.dumps({"id": f"v{n}", "options": options}).encode())
               for n in range(200)]
    return f"variants: {several(sorted(answers, key=lambda answer: answer.status))}"
