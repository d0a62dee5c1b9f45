#!/usr/bin/env python3
"""Lenticular's renderer beside its peers: the same files, the same work, one thread each.

    python3 benches/render/run.py --peers FOLDER --corpus FOLDER [--only WORD] [--rounds N] [--files N]

What is measured is a whole process, from start to exit: the processor time that the system counted
for it, and the most memory it had. Each side gets the same files in one process. The sides take
turns, and the lowest time of each counts, since other programs can only add to it.

Peers live in a virtual environment and a node folder below --peers; `--install` fills it.
The program is target/release/lenticular, or what LENTICULAR_BIN names.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent

# name, folder of the corpus, options of ours, work of the peer, peers with the ratio asked for,
# whether the quality is compared
WORK = [
    ("thumbnail of 12 MP JPEG", "12mp-jpeg", "w=256,h=256,f=jpeg", "thumb-jpg",
     [("pillow", 0.45), ("vips", 0.40)], True),
    ("thumbnail of progressive 12 MP JPEG", "12mp-progressive", "w=256,h=256,f=jpeg", "thumb-jpg",
     [("turbo8", 0.15), ("vips", None)], True),
    ("thumbnail of 2 MP JPEG", "2mp-jpeg", "w=256,h=256,f=jpeg", "thumb-jpg",
     [("pillow", 0.80), ("vips", None)], True),
    # As most programs write it, with libpng, and as the crate png writes it: only the average of two
    # neighbors is taken off each pixel, and what is left is noise full of matches of three bytes.
    ("thumbnail of 12 MP PNG", "12mp-png-libpng", "w=256,h=256", "thumb-png",
     [("vips", 0.55)], True),
    ("thumbnail of 2 MP PNG", "2mp-png-libpng", "w=256,h=256", "thumb-png",
     [("vips", 0.55)], True),
    ("thumbnail of 12 MP PNG of averages", "12mp-png", "w=256,h=256", "thumb-png",
     [("vips", 0.55)], True),
    ("thumbnail of 2 MP PNG of averages", "2mp-png", "w=256,h=256", "thumb-png",
     [("vips", 0.55)], True),
    ("thumbnail of 12 MP WebP", "12mp-webp", "w=256,h=256,f=jpeg", "thumb-jpg",
     [("vips", 0.70)], True),
    ("thumbnail of 2 MP WebP", "2mp-webp", "w=256,h=256,f=jpeg", "thumb-jpg",
     [("vips", 0.55)], True),
    ("12 MP JPEG to 1366x768 JPEG q85", "12mp-jpeg", "w=1366,h=768,f=jpeg,q=85", "fit-jpg",
     [("sharp", 0.70)], True),
    ("12 MP JPEG to 1920x640 cover JPEG q85", "12mp-jpeg", "w=1920,h=640,fit=cover,f=jpeg,q=85",
     "cover-jpg", [("sharp", 0.57)], True),
    ("12 MP JPEG to 1366x768 WebP q80", "12mp-jpeg", "w=1366,h=768,f=webp,q=80", "fit-webp",
     [("sharp", 0.80)], True),
    ("12 MP JPEG to 1920x640 cover WebP q80", "12mp-jpeg", "w=1920,h=640,fit=cover,f=webp,q=80",
     "cover-webp", [("sharp", 0.75)], True),
    # The quality at which both are as near to the original.
    ("12 MP JPEG to 1366x768 AVIF", "12mp-jpeg", "w=1366,h=768,f=avif,q=82", "fit-avif",
     [("sharp", 0.16)], True),
]

# How each peer is known, and what it is asked to do with a list of files.
SHARP = r"""
const sharp = require('sharp');
sharp.concurrency(1);
sharp.cache(false);
const [work, out, ...files] = process.argv.slice(2);
const path = require('path');
const [fit, format] = work.split('-');
const size = {
  thumb: { width: 256, height: 256, fit: 'inside', withoutEnlargement: true },
  fit: { width: 1366, height: 768, fit: 'inside', withoutEnlargement: true },
  cover: { width: 1920, height: 640, fit: 'cover' },
}[fit];
(async () => {
  for (const file of files) {
    let job = sharp(file).resize(size);
    if (format === 'jpg') job = job.jpeg({ quality: 85 });
    if (format === 'webp') job = job.webp({ quality: 80 });
    if (format === 'avif') job = job.avif();
    if (format === 'png') job = job.png();
    await job.toFile(path.join(out, path.parse(file).name + '.' + format));
  }
})();
"""

PILLOW = r"""
import os, sys
from PIL import Image
work, out, *files = sys.argv[1:]
extension = work.split('-')[1]
for file in files:
    with Image.open(file) as image:
        image.draft('RGB', (256, 256))
        image.thumbnail((256, 256), Image.LANCZOS)
        name = os.path.splitext(os.path.basename(file))[0]
        image.save(os.path.join(out, name + '.' + extension), quality=85)
"""

# libjpeg-turbo alone, as Pillow carries it: an eighth of the size, nothing written.
TURBO8 = r"""
import sys
from PIL import Image
for file in sys.argv[3:]:
    with Image.open(file) as image:
        image.draft('RGB', (image.width // 8, image.height // 8))
        image.load()
"""

# The same pictures as libpng writes them.
LIBPNG = r"""
import os, sys
from PIL import Image
folder, *files = sys.argv[1:]
os.makedirs(folder, exist_ok=True)
for file in files:
    target = os.path.join(folder, os.path.basename(file))
    if not os.path.exists(target):
        with Image.open(file) as image:
            image.save(target)
"""

VIPS = r"""
import os, sys
import pyvips
pyvips.cache_set_max(0)
work, out, *files = sys.argv[1:]
extension = work.split('-')[1]
for file in files:
    image = pyvips.Image.thumbnail(file, 256, height=256, size='down')
    name = os.path.splitext(os.path.basename(file))[0]
    target = os.path.join(out, name + '.' + extension)
    if extension == 'jpg':
        image.jpegsave(target, Q=85)
    else:
        image.pngsave(target)
"""


def pictures(arguments, folder):
    """The files of a folder of the corpus; those of libpng are made when they are missing."""
    kind, is_libpng, _ = folder.partition("-libpng")
    files = sorted(str(path) for path in (arguments.corpus / kind).iterdir())[: arguments.files]
    if not files:
        sys.exit(f"there is no corpus in {arguments.corpus / kind}")
    if not is_libpng:
        return files
    target = arguments.peers / "corpus" / folder
    python = str(arguments.peers / "venv/bin/python")
    subprocess.run([python, "-c", LIBPNG, str(target), *files], check=True)
    return [str(target / Path(file).name) for file in files]


def install(peers):
    """Fetches the peers from their registries."""
    peers.mkdir(parents=True, exist_ok=True)
    python = peers / "venv/bin/python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", peers / "venv"], check=True)
    subprocess.run(
        [python, "-m", "pip", "install", "-q", "pillow", "pyvips", "pyvips-binary", "numpy"],
        check=True,
    )
    subprocess.run(["npm", "install", "--silent", "--prefix", peers, "sharp"], check=True)


def scripts(peers):
    """Writes what the peers run; the answer is the command of each."""
    folder = peers / "scripts"
    folder.mkdir(exist_ok=True)
    python = str(peers / "venv/bin/python")
    for name, text in [("pillow.py", PILLOW), ("turbo8.py", TURBO8), ("vips.py", VIPS)]:
        (folder / name).write_text(text)
    # Where node looks for modules depends on where the script lies.
    (peers / "sharp.js").write_text(SHARP)
    return {
        "pillow": [python, str(folder / "pillow.py")],
        "turbo8": [python, str(folder / "turbo8.py")],
        "vips": [python, str(folder / "vips.py")],
        "sharp": ["node", str(peers / "sharp.js")],
    }


def measured(command):
    """Seconds of processor time, of the clock, and peak memory in MB."""
    environment = dict(os.environ, VIPS_CONCURRENCY="1", OMP_NUM_THREADS="1", UV_THREADPOOL_SIZE="1")
    begin = time.monotonic()
    process = subprocess.Popen(
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    errors = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    clock = time.monotonic() - begin
    if process.returncode != 0:
        sys.exit(f"{command[:3]} failed: {errors.decode(errors='replace')}")
    return usage.ru_utime + usage.ru_stime, clock, usage.ru_maxrss / 1024


def ours(program, options, out, files, jobs=1):
    return [program, "render", options, "--force", "--jobs", str(jobs), "--out", str(out), *files]


def lowest(runs):
    return min(seconds for seconds, _, _ in runs), max(memory for _, _, memory in runs)


def compare(arguments, row, commands, versions):
    name, folder, options, work, peers, wants_quality = row
    files = pictures(arguments, folder)
    results = []
    with tempfile.TemporaryDirectory() as temporary:
        outs = {who: Path(temporary) / who for who in ["lenticular", *(p for p, _ in peers)]}
        for out in outs.values():
            out.mkdir()
        runs = {who: [] for who in outs}
        for _ in range(arguments.rounds):
            command = ours(arguments.program, options, outs["lenticular"], files)
            runs["lenticular"].append(measured(command))
            for peer, _ in peers:
                runs[peer].append(measured([*commands[peer], work, str(outs[peer]), *files]))
        our_seconds, our_memory = lowest(runs["lenticular"])
        for peer, asked in peers:
            seconds, memory = lowest(runs[peer])
            result = {
                "work": name,
                "peer": versions[peer],
                "ours_ms": our_seconds / len(files) * 1000,
                "theirs_ms": seconds / len(files) * 1000,
                "ratio": our_seconds / seconds,
                "asked": asked,
                "ours_mb": our_memory,
                "theirs_mb": memory,
            }
            if wants_quality and any(outs[peer].iterdir()):
                result.update(quality(arguments, files, options, outs["lenticular"], outs[peer]))
            results.append(result)
    return results


def quality(arguments, files, options, our_out, peer_out):
    """PSNR against a double-precision reference, and bytes, of both."""
    python = arguments.peers / "venv/bin/python"
    script = HERE / "quality.py"
    cache = arguments.peers / "references"
    asked = [str(python), str(script), options, str(cache), str(our_out), str(peer_out)]
    output = subprocess.run([*asked, *files[: arguments.compared]], check=True, capture_output=True)
    return json.loads(output.stdout)


def throughput(arguments):
    """How much faster two jobs are than one, by the clock."""
    files = sorted(str(path) for path in (arguments.corpus / "12mp-jpeg").iterdir())
    options = "w=1366,h=768,f=jpeg,q=85"
    clocks = {}
    with tempfile.TemporaryDirectory() as out:
        for _ in range(arguments.rounds):
            for jobs in (1, 2):
                _, clock, _ = measured(ours(arguments.program, options, out, files * 4, jobs))
                clocks[jobs] = min(clocks.get(jobs, clock), clock)
    return clocks[1] / clocks[2]


def versions_of(peers):
    python = peers / "venv/bin/python"
    ask = (
        "import PIL, pyvips; from PIL import features; "
        "print(PIL.__version__, features.version('libjpeg_turbo'), "
        "'.'.join(str(pyvips.version(i)) for i in range(3)))"
    )
    pillow, turbo, vips = subprocess.run(
        [python, "-c", ask], check=True, capture_output=True, text=True
    ).stdout.split()
    package = json.loads((peers / "node_modules/sharp/package.json").read_text())
    return {
        "pillow": f"Pillow {pillow}",
        "turbo8": f"libjpeg-turbo {turbo} at 1/8",
        "vips": f"libvips {vips}",
        "sharp": f"sharp {package['version']}",
    }


def show(result):
    def number(value, form):
        return "" if value is None else format(value, form)

    cells = [
        result["work"],
        result["peer"],
        number(result["ours_ms"], ".1f"),
        number(result["theirs_ms"], ".1f"),
        number(result["ratio"], ".2f"),
        number(result["asked"], ".2f"),
        number(result["ours_mb"], ".0f"),
        number(result["theirs_mb"], ".0f"),
        number(result.get("ours_db"), ".2f"),
        number(result.get("theirs_db"), ".2f"),
        number(result.get("ours_kb"), ".1f"),
        number(result.get("theirs_kb"), ".1f"),
    ]
    print("| " + " | ".join(cells) + " |", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--peers", type=Path, required=True)
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--install", action="store_true", help="fetch the peers first")
    parser.add_argument("--only", default="", help="rows whose name has this word")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--files", type=int, default=8, help="pictures in one process")
    parser.add_argument("--compared", type=int, default=2, help="pictures whose quality is compared")
    parser.add_argument("--json", type=Path, help="write the results there too")
    arguments = parser.parse_args()
    arguments.peers = arguments.peers.resolve()
    arguments.program = os.environ.get("LENTICULAR_BIN", str(ROOT / "target/release/lenticular"))
    if shutil.which(arguments.program) is None:
        sys.exit(f"{arguments.program} is not there: cargo build --release, or name it in LENTICULAR_BIN")
    if arguments.install:
        install(arguments.peers)
    commands = scripts(arguments.peers)
    versions = versions_of(arguments.peers)
    print("| work | peer | ms | peer's ms | ratio | asked | MB | peer's MB | dB | peer's dB | KB | peer's KB |")
    print("|---|---|---|---|---|---|---|---|---|---|---|---|")
    results = []
    for row in WORK:
        if arguments.only in row[0]:
            for result in compare(arguments, row, commands, versions):
                show(result)
                results.append(result)
    if arguments.only in "jobs":
        print(f"\ntwo jobs are {throughput(arguments):.2f} times as fast as one")
    if arguments.json:
        arguments.json.write_text(json.dumps(results, indent=1))


if __name__ == "__main__":
    main()
