"""How near renditions are to what they should be: PSNR in dB, over red, green and blue together.

    python quality.py OPTIONS CACHE OUR_FOLDER PEER_FOLDER FILES…

What they should be is computed in double precision: the original decoded in full, resized with
Lanczos, whose kernel is as wide as the reduction asks, each axis one product with a matrix. It
depends on nothing but the numbers of width, height and fit in OPTIONS, and is kept in CACHE.
"""

import hashlib
import json
import sys
from pathlib import Path

import numpy
from PIL import Image

SUPPORT = 3


def kernel(x):
    return numpy.where(numpy.abs(x) < SUPPORT, numpy.sinc(x) * numpy.sinc(x / SUPPORT), 0)


def matrix(start, length, side, out):
    """Rows of weights: `out` samples of `length` pixels from `start` on, of `side`."""
    scale = length / out
    width = max(scale, 1)
    centers = start + (numpy.arange(out) + 0.5) * scale
    places = numpy.arange(side) + 0.5
    weights = kernel((places[None, :] - centers[:, None]) / width)
    return weights / weights.sum(axis=1, keepdims=True)


def geometry(options, width, height):
    """The part of the picture that stays, and its size in the end."""
    values = dict(piece.split("=") for piece in options.split(","))
    most = int(values["w"]), int(values["h"])
    if values.get("fit") == "cover":
        factor = max(most[0] / width, most[1] / height)
        part = most[0] / factor, most[1] / factor
        return (width - part[0]) / 2, (height - part[1]) / 2, *part, *most
    factor = min(1, most[0] / width, most[1] / height)
    out = round(width * factor + 1e-9), round(height * factor + 1e-9)
    return 0, 0, width, height, *out


def reference(file, options, cache):
    cache.mkdir(parents=True, exist_ok=True)
    name = hashlib.sha256(f"{file} {options}".encode()).hexdigest()[:24]
    kept = cache / f"{name}.npy"
    if kept.exists():
        return numpy.load(kept)
    with Image.open(file) as image:
        pixels = numpy.asarray(image.convert("RGB"), dtype=numpy.float64)
    height, width, _ = pixels.shape
    x, y, part_width, part_height, out_width, out_height = geometry(options, width, height)
    across = matrix(x, part_width, width, out_width)
    down = matrix(y, part_height, height, out_height)
    result = numpy.stack(
        [down @ (pixels[:, :, channel] @ across.T) for channel in range(3)], axis=2
    ).clip(0, 255)
    numpy.save(kept, result.astype(numpy.float32))
    return result


def psnr(file, wanted):
    with Image.open(file) as image:
        found = numpy.asarray(image.convert("RGB"), dtype=numpy.float64)
    if found.shape != wanted.shape:
        sys.exit(f"{file} is {found.shape}, not {wanted.shape}")
    return 10 * numpy.log10(255**2 / numpy.mean((found - wanted) ** 2))


def rendition(folder, file):
    return next(Path(folder).glob(Path(file).stem + ".*"))


def main():
    options, cache, our_folder, peer_folder, *files = sys.argv[1:]
    sums = dict.fromkeys(["ours_db", "theirs_db", "ours_kb", "theirs_kb"], 0.0)
    for file in files:
        wanted = reference(file, options, Path(cache))
        for who, folder in [("ours", our_folder), ("theirs", peer_folder)]:
            made = rendition(folder, file)
            sums[f"{who}_db"] += psnr(made, wanted) / len(files)
            sums[f"{who}_kb"] += made.stat().st_size / 1024 / len(files)
    print(json.dumps(sums))


if __name__ == "__main__":
    main()
