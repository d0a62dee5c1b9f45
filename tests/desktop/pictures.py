"""Real pictures for the journey, made and measured by ImageMagick: a decoder that is not ours."""

import os
import shutil
import subprocess

# Large enough that their progress can be seen.
RECIPES = {
    "harbor.jpg": ["-size", "3200x2400", "plasma:teal-orange", "-attenuate", "0.4", "+noise", "Gaussian", "-quality", "92"],
    "terrace.png": ["-size", "1400x1000", "plasma:tomato-steelblue", "-depth", "8",
                    "-define", "png:exclude-chunks=date,time"],
    "orchard.webp": ["-size", "1600x1200", "gradient:gold-darkgreen", "-quality", "90"],
    "contract.jpg": ["-size", "1200x1600", "gradient:ivory-gray40", "-quality", "90"],
}


def image_tool(name):
    """ImageMagick's command, under its new name or its old one."""
    if shutil.which("magick"):
        return ["magick"] if name == "convert" else ["magick", name]
    # Debian's own; another program of that plain name may stand first in PATH.
    return [f"/usr/bin/{name}" if os.path.exists(f"/usr/bin/{name}") else name]


def size_of(body):
    """Width and height in pixels."""
    said = subprocess.run([*image_tool("identify"), "-format", "%w %h", "-"], input=body,
                          capture_output=True, check=True)
    return tuple(int(part) for part in said.stdout.split())


def make_pictures(folder):
    """One file for each recipe."""
    folder.mkdir(parents=True)
    for name, recipe in RECIPES.items():
        # A seed, so that every run drops the same bytes.
        subprocess.run([*image_tool("convert"), "-seed", "7", *recipe, str(folder / name)], check=True)
    return folder


def make_many(source, folder, count):
    """Copies of a JPEG that look alike and yet differ: each has its own comment. Returns their names."""
    picture = source.read_bytes()
    folder.mkdir(parents=True)
    names = [f"roll-{number:02}.jpg" for number in range(1, count + 1)]
    for name in names:
        words = name.encode()
        # FF D8 starts the file; a comment is FF FE, its length with these two bytes, and the words.
        comment = b"\xff\xfe" + (len(words) + 2).to_bytes(2, "big") + words
        (folder / name).write_bytes(picture[:2] + comment + picture[2:])
    return names
