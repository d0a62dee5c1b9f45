"""Pictures that are worse than they look: small files, large claims."""

import struct
import zlib

from pictures import chunk, png


def png_of(width, height, depth=1, color=0, interlaced=False, extra=b"", rows=None):
    """A PNG of zeros: a few kilobytes for a hundred million pixels."""
    header = struct.pack(">IIBBBBB", width, height, depth, color, 0, 0, int(interlaced))
    channels = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[color]
    row = 1 + (width * depth * channels + 7) // 8
    squeeze = zlib.compressobj(9)
    data = bytearray()
    lines = height if rows is None else rows
    if interlaced:
        # Seven passes need a few bytes more; decoders skip what is left over.
        lines += lines // 8 + 64
    block = bytes(row * 64)
    for _ in range(lines // 64):
        data += squeeze.compress(block)
    data += squeeze.compress(bytes(row * (lines % 64))) + squeeze.flush()
    parts = [b"\x89PNG\r\n\x1a\n", chunk(b"IHDR", header), extra, chunk(b"IDAT", bytes(data)), chunk(b"IEND", b"")]
    return b"".join(parts)


def bomb(megabytes):
    """Zeros, packed a thousand to one."""
    squeeze = zlib.compressobj(9)
    block = bytes(1 << 20)
    return b"".join(squeeze.compress(block) for _ in range(megabytes)) + squeeze.flush()


def png_with_profile_bomb(megabytes):
    """A color profile that unpacks to so much."""
    return png_of(64, 64, 8, 2, extra=chunk(b"iCCP", b"p\0\0" + bomb(megabytes)))


def png_with_text_bombs(megabytes, times):
    """Compressed texts that unpack to so much, again and again."""
    return png_of(64, 64, 8, 2, extra=chunk(b"zTXt", b"Comment\0\0" + bomb(megabytes)) * times)


def png_of_chunks(count):
    """Nothing but chunk after chunk."""
    return png_of(64, 64, 8, 2, extra=chunk(b"juNk", b"") * count)


def apng(width, height, frames):
    """An animated PNG that promises so many frames and has one."""
    control = chunk(b"acTL", struct.pack(">II", frames, 0))
    frame = chunk(b"fcTL", struct.pack(">IIIIIHHBB", 0, width, height, 0, 0, 1, 10, 0, 0))
    return png_of(width, height, 8, 6, extra=control + frame)


def gif(width, height, frames, frame_size=(1, 1)):
    """A GIF whose frames are single pixels on a canvas of any size."""
    palette = b"\0\0\0\xff\xff\xff"
    out = [b"GIF89a", struct.pack("<HHBBB", width, height, 0x80, 0, 0), palette,
           b"\x21\xff\x0bNETSCAPE2.0\x03\x01\0\0\0"]
    control = b"\x21\xf9\x04\x00\x02\0\0\0"
    image = b"\x2c" + struct.pack("<HHHHB", 0, 0, *frame_size, 0) + b"\x02\x02\x44\x01\0"
    out.append((control + image) * frames)
    out.append(b"\x3b")
    return b"".join(out)


def webp_of(width, height):
    """A lossless WebP that claims a size; its bits end at once."""
    bits = (width - 1) | (height - 1) << 14
    stream = b"\x2f" + struct.pack("<I", bits) + b"\0" * 32
    return riff(b"VP8L" + struct.pack("<I", len(stream)) + stream + b"\0" * (len(stream) & 1))


def webp_flat(width, height):
    """A lossless WebP of one color, whole, in a few bytes: every code has a single symbol."""
    bits = Bits()
    bits.put(0x2f, 8)
    bits.put(width - 1, 14)
    bits.put(height - 1, 14)
    bits.put(0, 1)  # no alpha
    bits.put(0, 3)  # version
    bits.put(0, 1)  # no transform
    bits.put(0, 1)  # no color cache
    bits.put(0, 1)  # one group of codes
    for _ in range(5):  # green, red, blue, alpha, distance: one symbol each, 0
        bits.put(1, 1)  # simple
        bits.put(0, 1)  # one symbol
        bits.put(0, 1)  # of one bit
        bits.put(0, 1)
    stream = bits.bytes()
    return riff(b"VP8L" + struct.pack("<I", len(stream)) + stream + b"\0" * (len(stream) & 1))


def webp_animation(width, height, frames):
    """An animated WebP of one-pixel frames on a large canvas."""
    pixel = webp_flat(1, 1)[12:]
    header = b"VP8X" + struct.pack("<I", 10) + b"\x12\0\0\0" + u24(width - 1) + u24(height - 1)
    anim = b"ANIM" + struct.pack("<IIH", 6, 0, 0)
    body = u24(0) + u24(0) + u24(0) + u24(0) + u24(10) + b"\0" + pixel
    frame = b"ANMF" + struct.pack("<I", len(body)) + body + b"\0" * (len(body) & 1)
    return riff(header + anim + frame * frames)


def u24(value):
    """Three bytes."""
    return struct.pack("<I", value)[:3]


def riff(chunks):
    """The container of WebP."""
    return b"RIFF" + struct.pack("<I", 4 + len(chunks)) + b"WEBP" + chunks


class Bits:
    """Bits, lowest first."""

    def __init__(self):
        self.value, self.count = 0, 0

    def put(self, value, count):
        """So many bits more."""
        self.value |= value << self.count
        self.count += count

    def bytes(self):
        """All of them, filled up with zeros."""
        return self.value.to_bytes((self.count + 7) // 8 + 4, "little")


def segment(marker, body):
    """One segment of a JPEG."""
    return bytes([0xFF, marker]) + struct.pack(">H", len(body) + 2) + body


# A code of one bit for each of the symbols 0 (end of block, zero difference) and 0xE0 (a run of 2^14 blocks).
FEW_CODES = bytes([1, 1] + [0] * 14)


def jpeg_head(width, height, progressive):
    """All of a gray JPEG before its first scan; every code that is ever needed has one bit or two."""
    frame = struct.pack(">BHHB", 8, height, width, 1) + bytes([1, 0x11, 0])
    codes = b"".join(segment(0xC4, bytes([kind]) + FEW_CODES + bytes(symbols))
                     for kind, symbols in ((0x00, (0, 1)), (0x10, (0, 0xE0))))
    return (b"\xff\xd8" + segment(0xE0, b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0")
            + segment(0xDB, b"\0" + bytes([1] * 64)) + segment(0xC2 if progressive else 0xC0, frame) + codes)


def jpeg_of(width, height):
    """A JPEG that claims a size; its picture ends at once."""
    scan = segment(0xDA, bytes([1, 1, 0, 0, 63, 0]))
    return jpeg_head(width, height, False) + scan + b"\0" * 64 + b"\xff\xd9"


def jpeg_of_scans(width, height, scans):
    """A progressive JPEG that goes over the whole picture again and again, a few bytes each time."""
    blocks = ((width + 7) // 8) * ((height + 7) // 8)
    first = segment(0xDA, bytes([1, 1, 0, 0, 0, 0])) + b"\0" * (blocks // 8 + 8)
    # Runs of empty blocks: the code `10` and 14 bits of length stand for up to 32,767 of them.
    runs = blocks // 32767 + 1
    bits = "".join(f"10{16383:014b}" for _ in range(runs)) + "0" * 16
    packed = int(bits, 2).to_bytes((len(bits) + 7) // 8, "big").replace(b"\xff", b"\xff\0")
    more = segment(0xDA, bytes([1, 1, 0, 1, 63, 0])) + packed
    return jpeg_head(width, height, True) + first + more * scans + b"\xff\xd9"


def jpeg_of_segments(count):
    """Comment after comment before the picture begins."""
    return (b"\xff\xd8" + segment(0xFE, b"") * count + jpeg_head(16, 16, False)[2:]
            + segment(0xDA, bytes([1, 1, 0, 0, 63, 0])) + b"\0" * 8 + b"\xff\xd9")


def svg(body, doctype=""):
    """An SVG."""
    return f'<?xml version="1.0"?>{doctype}<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">{body}</svg>'.encode()


def svg_of_laughs():
    """Entities that multiply tenfold, nine times."""
    levels = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    return svg("<text>&l9;</text>", f'<!DOCTYPE svg [<!ENTITY l0 "laugh">{levels}]>')


def svg_with_file():
    """An entity that is a file of this computer."""
    return svg("<text>&file;</text>", '<!DOCTYPE svg [<!ENTITY file SYSTEM "file:///etc/passwd">]>')


def svg_nested(depth):
    """Groups within groups."""
    return svg("<g>" * depth + "</g>" * depth)


def svg_of_uses(levels):
    """Elements that use each other, doubled at each level."""
    body = '<g id="u0"><rect width="1" height="1"/></g>'
    body += "".join(f'<g id="u{n}"><use href="#u{n - 1}"/><use href="#u{n - 1}"/></g>' for n in range(1, levels))
    return svg(body + f'<use href="#u{levels - 1}"/>')


__all__ = ["png"]
