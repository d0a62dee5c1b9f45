"""Pictures that are worse than they look, uploaded and then asked for."""

import json
import threading
import time

import files
from rows import row, several
from wire import get, upload

SECONDS = 20


def shown(server, content, *segments, accept="image/webp"):
    """The answers to the upload, and to each delivery of what was stored."""
    answer = upload(server, content)
    if answer.status != 200:
        return str(answer)
    image_id = json.loads(answer.body)["result"]["id"]
    answers = [get(server, f"/{server.hash}/{image_id}/{segment}", f"accept: {accept}")
               for segment in segments or ("public",)]
    return f"stored; {several(answers)}"


def picture(name, expect, make, *segments, **bounds):
    """Puts one picture into the table: made before the clock starts, uploaded, asked for by each segment."""
    def act(server, content):
        return shown(server, content, *segments)
    act.prepare = lambda _: make()
    row(name, expect, **bounds)(act)


def at_once(server, content, segments):
    """The answers to deliveries of what was stored, all at the same time."""
    image_id = json.loads(upload(server, content).body)["result"]["id"]
    answers = []

    def deliver(segment):
        answers.append(get(server, f"/{server.hash}/{image_id}/{segment}", "accept: image/webp", timeout=120))

    threads = [threading.Thread(target=deliver, args=(segment,)) for segment in segments]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return several(answers)


picture("PNG of 30,000×30,000 in 110 KB", r"400 5400", lambda: files.png_of(30_000, 30_000))
picture("PNG of 12,000×8,333 in 12 KB", r"stored; 200",
        lambda: files.png_of(12_000, 8_333), seconds=SECONDS, memory_mb=512)
picture("PNG of 12,000×8,333, interlaced, 16 bits, four channels", r"stored; (200|\d+ 9\d+)",
        lambda: files.png_of(12_000, 8_333, 16, 6, interlaced=True), seconds=SECONDS, memory_mb=900)
# The largest picture that the service takes, at its full size: these rows need a gigabyte and more, but
# only one such picture is worked on at a time.
picture("PNG of 12,000×8,333, delivered at full size", r"stored; (200|\d+ 9\d+)",
        lambda: files.png_of(12_000, 8_333), "format=png", seconds=2 * SECONDS, memory_mb=1100)


@row("PNG of 12,000×8,333, eight sizes at once", r"200", seconds=4 * SECONDS, memory_mb=512)
def png_many(server):
    return at_once(server, files.png_of(12_000, 8_333), [f"w={100 + n}" for n in range(8)])


picture("PNG with a color profile of 4 GB in 4 MB", r"stored; (200|\d+ 9\d+)",
        lambda: files.png_with_profile_bomb(4000), memory_mb=192)
picture("PNG with 9 texts of 1 GB", r"stored; 200|4\d\d \d+", lambda: files.png_with_text_bombs(1000, 9), memory_mb=192)
picture("PNG of 800,000 chunks", r"stored; (200|\d+ 9\d+)|4\d\d \d+",
        lambda: files.png_of_chunks(800_000), memory_mb=192)
picture("PNG that announces 4 billion frames", r"stored; (200|\d+ 9\d+)|4\d\d \d+",
        lambda: files.apng(100, 100, 0xFFFF_FFFF))

picture("GIF of 100,000 frames of one pixel", r"stored; 200|400 5443",
        lambda: files.gif(1, 1, 100_000), seconds=SECONDS, memory_mb=512)
picture("GIF of 100,000 frames, enlarged to 30×30 and 20×20", r"stored; 1× 403 9413, 1× 200",
        lambda: files.gif(1, 1, 100_000), "fit=contain,w=30,h=30", "fit=contain,w=20,h=20", seconds=2 * SECONDS, memory_mb=512)
picture("GIF of 1,200 frames on 200×200", r"stored; 200|400 5443",
        lambda: files.gif(200, 200, 1_200), "w=150", "w=150,format=webp,anim=false", seconds=2 * SECONDS, memory_mb=512)
picture("GIF of one pixel on 65,535×65,535", r"400 54\d\d", lambda: files.gif(65_535, 65_535, 1))
picture("GIF of one pixel on 11,999×8,333", r"stored; 200",
        lambda: files.gif(11_999, 8_333, 1), seconds=SECONDS, memory_mb=512)

picture("WebP that claims 16,384×16,384", r"400 54\d\d", lambda: files.webp_of(16_384, 16_384))
picture("WebP of 16,383×6,100 in 32 bytes", r"stored; 200",
        lambda: files.webp_flat(16_383, 6_100), seconds=SECONDS, memory_mb=700)
picture("WebP of 4,900 frames of one pixel on 100×100", r"stored; 200|400 5443",
        lambda: files.webp_animation(100, 100, 4_900), seconds=2 * SECONDS, memory_mb=512)
picture("WebP of 100,000 frames of one pixel", r"stored; 200|400 5443",
        lambda: files.webp_animation(1, 1, 100_000), seconds=2 * SECONDS, memory_mb=512)

picture("JPEG that claims 65,500×65,500", r"400 5400", lambda: files.jpeg_of(65_500, 65_500))
picture("JPEG of 12,000×8,333 that ends at once", r"stored; (200|\d+ 9\d+)|4\d\d \d+",
        lambda: files.jpeg_of(12_000, 8_333), seconds=SECONDS, memory_mb=512)
picture("JPEG of 12,000×8,333, delivered at full size", r"stored; (200|\d+ 9\d+)|4\d\d \d+",
        lambda: files.jpeg_of(12_000, 8_333), "format=jpeg", seconds=SECONDS, memory_mb=1400)
picture("JPEG of 12,000×8,333 with 3,000 scans", r"stored; \d+ 9\d+|4\d\d \d+",
        lambda: files.jpeg_of_scans(12_000, 8_333, 3_000), seconds=SECONDS, memory_mb=512)
picture("JPEG of 12,000×8,333 with 12 scans", r"stored; 200",
        lambda: files.jpeg_of_scans(12_000, 8_333, 12), seconds=SECONDS, memory_mb=512)
picture("JPEG of 2 million comments", r"stored; (200|\d+ 9\d+)|4\d\d \d+",
        lambda: files.jpeg_of_segments(2_000_000), memory_mb=192)


@row("SVG: a billion laughs, a file as an entity, 100,000 groups deep, uses doubled 40 times",
     r".*", seconds=SECONDS, memory_mb=192)
def svgs(server):
    contents = (files.svg_of_laughs(), files.svg_with_file(), files.svg_nested(100_000), files.svg_of_uses(40))
    return several(leaking(shown_body(server, content)) for content in contents)


def shown_body(server, content):
    """The answer of the delivery, with its body."""
    answer = upload(server, content, "a.svg")
    if answer.status != 200:
        return answer
    image_id = json.loads(answer.body)["result"]["id"]
    return get(server, f"/{server.hash}/{image_id}/public")


def leaking(answer):
    """A file of this computer must not be in it, and nothing may have multiplied."""
    assert b"root:" not in answer.body and len(answer.body) < 4_000_000
    return answer


@row("half of a picture, and pictures of nothing", r"6× 422 9422, 2× 415 5455, 1× 200")
def broken(server):
    whole = files.png(300, 300)
    contents = (whole[:-40], b"", b"\x89PNG\r\n\x1a\n", b"GIF89a", b"RIFF\xff\xff\xff\xffWEBPVP8X", b"\xff\xd8\xff\xe0",
                b"<svg", b"\0\0\0\x18ftypavif", bytes(1_000_000))
    answers = [upload(server, content) for content in contents]
    # The beginning of an SVG is stored as it is; what is delivered of it is another matter.
    return several(answers)


picture("one pixel at 8,000×6,000 with blur=250", r"stored; 200",
        lambda: files.png(1, 1), "blur=250,fit=squeeze,w=8000,h=6000", seconds=2 * SECONDS, memory_mb=512)
picture("one pixel at 12,000×8,333, at 100,000×1", r"stored; 403 9413",
        lambda: files.png(1, 1), "blur=250,fit=squeeze,w=12000,h=8333", "fit=squeeze,w=100000,h=1")


@row("one pixel at 8,000×6,000, ten at once", r"200", seconds=6 * SECONDS, memory_mb=640)
def enlarged_many(server):
    return at_once(server, files.png(1, 1), [f"fit=squeeze,w={8_000 + n},h=6000,format=jpeg" for n in range(10)])


@row("100 megapixels with every effect", r"stored; (200|\d+ 9\d+)", seconds=3 * SECONDS, memory_mb=512)
def every_effect(server):
    options = ("brightness=2,contrast=2,gamma=2,saturation=0,sharpen=10,blur=100,rotate=90,flip=hv,"
               "background=red,trim.border.tolerance=255,format=png")
    return shown(server, files.png_of(12_000, 8_333), options)


@row("the same large rendition asked for 50 times at once", r"200", seconds=SECONDS, memory_mb=512)
def asked_together(server):
    began = time.monotonic()
    answer = at_once(server, files.png_of(12_000, 8_333), ["w=300"] * 50)
    assert time.monotonic() - began < SECONDS
    return answer
