#!/usr/bin/env python3
"""Bytes at equal quality: our encoders beside those of the peers, on the same pixels.

    python3 benches/quality/compare.py --peers FOLDER --corpus FOLDER [--files N]

Photographs of the corpus of benches/render are made small once, as PNG. Each encoder writes those at a
row of qualities; Pillow reads what it wrote, and SSIMULACRA 2 (the crate fast-ssim2, in this folder)
says how near it is. Between the qualities the curve is taken as straight in the logarithm of the bytes,
and the bytes at the scores of TARGETS are compared. The last column is ours divided by the peer's; below
1, ours are smaller. Peers as in benches/render, whose `--install` fetches them.
"""

import argparse
import math
import os
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
OPTIONS = "w=1366,h=768"
TARGETS = [60, 70, 80, 90]
QUALITIES = [40, 50, 60, 70, 75, 80, 85, 90, 94, 97]

SHARP = r"""
const sharp = require('sharp');
const [format, out, ...files] = process.argv.slice(2);
const path = require('path');
const ways = {
  jpeg: (q) => ['jpeg', { quality: q }],
  mozjpeg: (q) => ['jpeg', { quality: q, mozjpeg: true }],
  webp: (q) => ['webp', { quality: q }],
  avif: (q) => ['avif', { quality: q }],
  png: () => ['png', {}],
};
(async () => {
  for (const file of files)
    for (const q of QUALITIES) {
      const [method, options] = ways[format](q);
      await sharp(file)[method](options).toFile(path.join(out, `${path.parse(file).name}-${q}.${method}`));
    }
})();
""".replace("QUALITIES", str(QUALITIES))

PILLOW = r"""
import os, sys
from PIL import Image
format, out, *files = sys.argv[1:]
for file in files:
    with Image.open(file) as image:
        for q in QUALITIES:
            name = os.path.splitext(os.path.basename(file))[0]
            image.convert('RGB').save(os.path.join(out, f'{name}-{q}.{format}'), quality=q)
""".replace("QUALITIES", str(QUALITIES))

# What is asked of ours, and of whom the same is asked under which name.
WORK = [
    ("JPEG", "jpeg", [("sharp", "jpeg"), ("sharp", "mozjpeg"), ("pillow", "jpeg")]),
    ("WebP", "webp", [("sharp", "webp"), ("pillow", "webp")]),
    ("AVIF", "avif", [("sharp", "avif"), ("pillow", "avif")]),
]


def run(command):
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{command[:4]} failed: {done.stderr}")
    return done.stdout


def curve(scorer, original, folder):
    """(score, bytes) of everything in a folder that was made of this original, by quality."""
    # Imported late: the peers' Python has it, and this may be started by another.
    from PIL import Image

    made = sorted(folder.glob(f"{original.stem}-*"), key=lambda path: int(path.stem.rsplit("-", 1)[1]))
    with tempfile.TemporaryDirectory() as temporary:
        pictures = []
        for path in made:
            picture = Path(temporary) / f"{path.stem}.png"
            with Image.open(path) as image:
                image.convert("RGB").save(picture, compress_level=1)
            pictures.append(str(picture))
        scores = [float(line) for line in run([scorer, str(original), *pictures]).split()]
    return list(zip(scores, (path.stat().st_size for path in made)))


def bytes_at(points, score):
    """The bytes at a score, or None where the qualities do not reach it."""
    for (low, few), (high, many) in zip(points, points[1:]):
        if low <= score <= high and high > low:
            part = (score - low) / (high - low)
            return math.exp(math.log(few) + part * (math.log(many) - math.log(few)))
    return None


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--peers", type=Path, required=True)
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--files", type=int, default=4)
    parser.add_argument("--only", default="", help="the format with this in its name")
    arguments = parser.parse_args()
    peers = arguments.peers.resolve()
    python = peers / "venv/bin/python"
    if Path(sys.prefix) != peers / "venv":
        os.execv(python, [str(python), *sys.argv])
    program = os.environ.get("LENTICULAR_BIN", str(ROOT / "target/release/lenticular"))
    subprocess.run(["cargo", "build", "--quiet", "--release", "--manifest-path", HERE / "Cargo.toml"], check=True)
    target = Path(os.environ.get("CARGO_TARGET_DIR", HERE / "target"))
    scorer = str(target / "release/lenticular-quality")
    (peers / "quality.js").write_text(SHARP)
    (peers / "scripts").mkdir(exist_ok=True)
    (peers / "scripts/quality.py").write_text(PILLOW)
    commands = {
        "sharp": ["node", str(peers / "quality.js")],
        "pillow": [str(python), str(peers / "scripts/quality.py")],
    }
    photographs = sorted(str(path) for path in (arguments.corpus / "12mp-jpeg").iterdir())[: arguments.files]
    print("| format | peer | " + " | ".join(f"at {target}" for target in TARGETS) + " |")
    print("|---|---|" + "---:|" * len(TARGETS))
    with tempfile.TemporaryDirectory() as temporary:
        small = Path(temporary) / "small"
        run([program, "render", f"{OPTIONS},f=png", "--out", str(small), *photographs])
        originals = sorted(small.iterdir())
        names = [str(path) for path in originals]
        for title, format_name, others in WORK:
            if arguments.only.lower() not in title.lower():
                continue
            folder = Path(temporary) / f"ours-{format_name}"
            folder.mkdir()
            for quality in QUALITIES:
                one = Path(temporary) / "one"
                run([program, "render", f"f={format_name},q={quality}", "--force", "--out", str(one), *names])
                for path in one.iterdir():
                    path.rename(folder / f"{path.stem}-{quality}{path.suffix}")
            ours = [curve(scorer, original, folder) for original in originals]
            for who, way in others:
                folder = Path(temporary) / f"{who}-{way}"
                folder.mkdir()
                run([*commands[who], way, str(folder), *names])
                theirs = [curve(scorer, original, folder) for original in originals]
                cells = []
                for score in TARGETS:
                    pairs = [(bytes_at(a, score), bytes_at(b, score)) for a, b in zip(ours, theirs)]
                    logs = [math.log(a / b) for a, b in pairs if a and b]
                    cells.append(f"{math.exp(sum(logs) / len(logs)):.2f}" if logs else "")
                print(f"| {title} | {who} {way} | " + " | ".join(cells) + " |", flush=True)


if __name__ == "__main__":
    main()
