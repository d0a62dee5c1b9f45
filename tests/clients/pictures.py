"""Small real pictures, made without any package."""

import struct
import zlib


def chunk(kind, body):
    """One chunk of a PNG."""
    content = kind + body
    return struct.pack(">I", len(body)) + content + struct.pack(">I", zlib.crc32(content))


def png(width, height, color=(200, 80, 40), padding=b""):
    """An RGB PNG of one color; `padding` goes into a chunk that decoders skip."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = (b"\0" + bytes(color) * width) * height
    parts = [b"\x89PNG\r\n\x1a\n", chunk(b"IHDR", header)]
    if padding:
        parts.append(chunk(b"paDd", padding))
    return b"".join([*parts, chunk(b"IDAT", zlib.compress(rows)), chunk(b"IEND", b"")])


def size_of(png_bytes):
    """Width and height, from the header of a PNG."""
    if not png_bytes.startswith(b"\x89PNG"):
        raise ValueError("this is no PNG")
    return struct.unpack(">II", png_bytes[16:24])
