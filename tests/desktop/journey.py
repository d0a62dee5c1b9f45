#!/usr/bin/python3
"""The journey of a new person through the real window, from first run to signed delivery.

    LENTICULAR_BIN=target/debug/lenticular tests/desktop/journey.py

The program runs as it is installed, on a private desktop: files arrive by a real drag, buttons are
found by role and name, copied URLs are read from the clipboard, and pictures are fetched over HTTP.
A picture of each step is left in `target/journey/`, and where a step fails, what the window said.
"""

import contextlib
import os
import pathlib
import re
import shutil
import subprocess
import sys
import time
import traceback
import urllib.error
import urllib.request

import accessible
import session
from drop import Refused, drop_files
from virtual_display import NoDisplay, end, leave_in_order
from x11 import (WindowMissing, ask_to_close, clipboard_text, connected, find_window, give_keyboard,
                 picture_of, window_class)

HERE = pathlib.Path(__file__).resolve().parent
TITLE = "Lenticular"

# Everything the journey expects to read on screen, in one place: (role, name). A `*` in a name
# stands for anything, a role of `*` for any. `{…}` is filled in by the step.
LABELS = {
    "open library": ("button", "Open local library"),
    # the side bar
    "images": ("*", "Images*"),
    "uploads": ("*", "Uploads*"),
    "variants": ("*", "Variants*"),
    "signing keys": ("*", "Signing keys*"),
    # the options for new uploads
    "require signed": ("*", "Require signed URLs"),
    "add field": ("button", "Add field"),
    "field name": ("entry", "Metadata name*"),
    "field value": ("entry", "Metadata value*"),
    "creator": ("entry", "Creator*"),
    # the queue
    "start upload": ("button", "Upload *"),
    "uploaded": ("*", "Uploaded"),
    # the grid and the inspector
    "card": ("*", "*{name}*"),
    "inspector value": ("entry", "Metadata value*"),
    "copy variant": ("button", "Copy URL of {variant}"),
    # the variant editor
    "new variant": ("button", "New variant"),
    "variant id": ("entry", "Variant ID*"),
    "create": ("button", "Create*"),
    "fit": ("*", "{fit}"),
    "width": ("*", "Width*"),
    "height": ("*", "Height*"),
    "preview": ("*", "*{width} × {height}*"),
    "save variant": ("button", "Save variant"),
    "variant row": ("*", "{variant}*"),
    # signing
    "create key": ("button", "Create key"),
    "key name": ("entry", "Key name*"),
    "sign image": ("entry", "Image ID*"),
    "sign variant": ("*", "Variant*"),
    "make signed": ("button", "Make signed URL"),
    "copy signed": ("button", "Copy signed URL"),
}

# How to make the pictures that are dropped: large enough that their progress can be seen.
PICTURES = {
    "harbor.jpg": ["-size", "3200x2400", "plasma:teal-orange", "-attenuate", "0.4", "+noise", "Gaussian", "-quality", "92"],
    "terrace.png": ["-size", "1400x1000", "plasma:tomato-steelblue", "-depth", "8",
                    "-define", "png:exclude-chunks=date,time"],
    "orchard.webp": ["-size", "1600x1200", "gradient:gold-darkgreen", "-quality", "90"],
    "contract.jpg": ["-size", "1200x1600", "gradient:ivory-gray40", "-quality", "90"],
}
OPEN, SIGNED = ["harbor.jpg", "terrace.png", "orchard.webp"], "contract.jpg"


class Journey:
    """The steps in order; each may rely on the ones before it."""

    def __init__(self, binary, pictures, results):
        self.binary, self.pictures, self.results = binary, pictures, results
        self.program = self.window = self.screen = None
        self.log = results / "program.log"

    # Steps ----------------------------------------------------------------------------------

    def the_window_opens(self):
        with open(self.log, "wb") as log:
            self.program = subprocess.Popen([self.binary], stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        wait_until(self.has_window_or_ended, "the window", timeout=30)
        expect(self.program.poll() is None, f"the program ended with exit code {self.program.poll()}")
        self.window = self.bus.application("lenticular")
        native = find_window(self.screen, TITLE)
        give_keyboard(self.screen, native)
        expect("lenticular" in (window_class(native) or ()), f"WM_CLASS is {window_class(native)}")

    def the_local_library_opens(self):
        self.press("open library")
        self.look_for("images", timeout=15)

    def three_files_with_metadata_are_dropped(self):
        self.press("uploads")
        self.press("add field")
        self.fill("field name", "trip")
        self.fill("field value", "journey")
        self.fill("creator", "studio-7")
        self.drop(OPEN)
        self.wait_for_uploads(3)

    def a_file_with_signed_urls_is_dropped(self):
        switch = self.look_for("require signed")
        switch.click()
        wait_until(lambda: switch.states() & {"checked", "pressed"}, "signed URLs to be on")
        self.drop([SIGNED])
        self.wait_for_uploads(4)

    def the_grid_shows_all_four(self):
        self.press("images")
        for name in PICTURES:
            self.look_for("card", name=name)

    def the_inspector_shows_the_metadata(self):
        self.press("card", name=OPEN[0])
        wait_until(lambda: "journey" in self.texts("inspector value"), "the metadata in the inspector")

    def a_variant_is_designed_with_a_preview_that_follows(self):
        self.press("variants")
        self.press("new variant")
        self.fill("variant id", "thumb300")
        if self.is_there("create"):
            self.press("create")
        self.press("fit", fit="cover")
        self.fill("width", "640")
        self.fill("height", "300")
        self.look_for("preview", width=640, height=300)
        before = picture_of(self.native())
        self.fill("width", "300")
        self.look_for("preview", width=300, height=300)
        expect(picture_of(self.native()).rgb != before.rgb, "the preview did not change with the width")

    def the_variant_is_saved(self):
        self.press("save variant")
        self.look_for("variant row", variant="thumb300")

    def its_delivery_url_answers_with_300_by_300_pixels(self):
        self.press("images")
        self.press("card", name=OPEN[0])
        status, body = fetch(self.copied("copy variant", variant="thumb300"))
        expect(status == 200, f"delivery answered {status}")
        expect(size_of(body) == (300, 300), f"the rendition is {size_of(body)}")

    def a_private_picture_is_refused_without_a_signature(self):
        self.press("card", name=SIGNED)
        self.private_url = self.copied("copy variant", variant="thumb300")
        status, _ = fetch(self.private_url)
        expect(status == 403, f"without a signature delivery answered {status}")

    def and_delivered_with_one(self):
        self.press("signing keys")
        if self.is_there("key name"):
            self.fill("key name", "journey")
        if self.is_there("create key"):
            self.press("create key")
        image = re.search(r"/([^/]+)/thumb300$", self.private_url).group(1)
        self.fill("sign image", image)
        self.fill("sign variant", "thumb300")
        self.press("make signed")
        url = self.copied("copy signed")
        expect("sig=" in url, f"no signature in {url.split('?')[0]}")
        status, body = fetch(url)
        expect(status == 200, f"with a signature delivery answered {status}")
        expect(size_of(body) == (300, 300), f"the signed rendition is {size_of(body)}")
        status, _ = fetch(url[:-1] + ("0" if url[-1] != "0" else "1"))
        expect(status == 403, f"with a wrong signature delivery answered {status}")

    def the_window_closes_when_asked(self):
        ask_to_close(self.screen, self.native())
        code = self.program.wait(15)
        expect(code == 0, f"the program ended with exit code {code}")
        log = self.log.read_text(errors="replace")
        expect("panicked" not in log, "a panic was printed")

    # How a step acts ------------------------------------------------------------------------

    def has_window_or_ended(self):
        if self.program.poll() is not None:
            return True
        with contextlib.suppress(WindowMissing):
            return find_window(self.screen, TITLE, timeout=0)

    def native(self):
        """The window as the X server knows it."""
        return find_window(self.screen, TITLE)

    def look_for(self, label, timeout=10.0, **words):
        role, name = LABELS[label]
        return accessible.find(self.window, role, name.format(**words), timeout)

    def is_there(self, label, **words):
        with contextlib.suppress(accessible.NotFound):
            return self.look_for(label, timeout=0.5, **words)
        return None

    def press(self, label, **words):
        """Presses the first thing of that name which can be pressed; headings cannot."""
        role, name = LABELS[label]

        def pressable():
            return [element for element in accessible.find_all(self.window, role, name.format(**words))
                    if element.role not in ("label", "heading") and "sensitive" in element.states()]

        found = wait_until(pressable, f"something to press named {name.format(**words)!r}")
        found[0].click()
        time.sleep(0.2)

    def fill(self, label, text):
        """Writes into an entry and reads it back."""
        entry = self.look_for(label)
        entry.set_text(text)
        wait_until(lambda: entry.text() == text or number(entry) == number_in(text), f"{text!r} to stand in the entry")

    def texts(self, label, **words):
        role, name = LABELS[label]
        return [element.text() for element in accessible.find_all(self.window, role, name.format(**words))]

    def drop(self, names):
        drop_files([str(self.pictures / name) for name in names], TITLE,
                   while_hovering=lambda: self.picture(f"hovering-{len(names)}"))
        # Some windows ask before they start.
        if start := self.is_there("start upload"):
            start.click()

    def wait_for_uploads(self, count):
        """Waits for the queue to say so, and notes what its bars showed on the way."""
        role, name = LABELS["uploaded"]
        shown = set()

        def done():
            for bar in accessible.find_all(self.window, "progress bar"):
                with contextlib.suppress(accessible.Gone):
                    shown.add(round(bar.value()))
            return len(accessible.find_all(self.window, role, name)) >= count

        wait_until(done, f"{count} uploads to be done", timeout=60)
        print(f"          bars showed: {', '.join(f'{value} %' for value in sorted(shown)) or 'none seen'}")

    def copied(self, label, **words):
        """Presses a button that copies a URL; what was in the clipboard before is not its answer."""
        before = clipboard_text(self.screen)
        self.press(label, **words)

        def fresh():
            now = clipboard_text(self.screen)
            return url_in(now) if now != before else None

        return wait_until(fresh, "a URL in the clipboard")

    def picture(self, name):
        with contextlib.suppress(WindowMissing):
            picture_of(self.screen.screen().root).save(self.results / f"{name}.png")


STEPS = [
    Journey.the_window_opens,
    Journey.the_local_library_opens,
    Journey.three_files_with_metadata_are_dropped,
    Journey.a_file_with_signed_urls_is_dropped,
    Journey.the_grid_shows_all_four,
    Journey.the_inspector_shows_the_metadata,
    Journey.a_variant_is_designed_with_a_preview_that_follows,
    Journey.the_variant_is_saved,
    Journey.its_delivery_url_answers_with_300_by_300_pixels,
    Journey.a_private_picture_is_refused_without_a_signature,
    Journey.and_delivered_with_one,
    Journey.the_window_closes_when_asked,
]


def expect(holds, otherwise):
    if not holds:
        raise AssertionError(otherwise)


def wait_until(holds, what, timeout=10.0):
    return accessible.wait_until(holds, what, timeout)


def number(entry):
    """The value of an element that holds a number, else None."""
    return entry.value() if "Value" in entry.interfaces() else None


def number_in(text):
    return float(text) if text.isdigit() else object()


def url_in(text):
    """The text if it is one URL and nothing else."""
    return text if text and re.fullmatch(r"https?://\S+", text.strip()) else None


def fetch(url):
    """`(status, body)` of a GET; a refusal is an answer too."""
    try:
        # Proxies of the machine are for the outside; this server is on loopback.
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(url.strip(), timeout=20) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as refusal:
        return refusal.code, refusal.read()


def image_tool(name):
    """ImageMagick's command, under its new name or its old one."""
    if shutil.which("magick"):
        return ["magick"] if name == "convert" else ["magick", name]
    # Debian's own; another program of that plain name may stand first in PATH.
    return [f"/usr/bin/{name}" if os.path.exists(f"/usr/bin/{name}") else name]


def size_of(body):
    """Width and height in pixels, by a decoder that is not ours."""
    said = subprocess.run([*image_tool("identify"), "-format", "%w %h", "-"], input=body,
                          capture_output=True, check=True)
    return tuple(int(part) for part in said.stdout.split())


def make_pictures(folder):
    folder.mkdir(parents=True)
    for name, recipe in PICTURES.items():
        # A seed, so that every run drops the same bytes.
        subprocess.run([*image_tool("convert"), "-seed", "7", *recipe, str(folder / name)], check=True)
    return folder


def travel(binary, results):
    """Runs the steps; True if all of them succeeded."""
    home = pathlib.Path(os.environ[session.INSIDE])
    with connected() as screen:
        journey = Journey(binary, make_pictures(home / "pictures"), results)
        journey.screen, journey.bus = screen, accessible.Bus()
        try:
            for at, step in enumerate(STEPS, 1):
                sentence, begin = step.__name__.replace("_", " "), time.monotonic()
                try:
                    step(journey)
                except (AssertionError, accessible.NotFound, accessible.Gone, WindowMissing, Refused,
                        subprocess.SubprocessError, OSError) as failure:
                    journey.picture(f"{at:02}-failed")
                    print(f"  FAILED  {sentence}: {failure}", flush=True)
                    explain(journey, results)
                    print(f"          {len(STEPS) - at} more steps not tried", flush=True)
                    return False
                journey.picture(f"{at:02}-{step.__name__}")
                print(f"  ok      {sentence} ({time.monotonic() - begin:.1f} s)", flush=True)
            print(f"All {len(STEPS)} steps done; pictures of them are in {results}", flush=True)
            return True
        finally:
            if journey.program:
                end(journey.program)


def explain(journey, results):
    """Leaves what a person needs to see why a step failed."""
    (results / "failure.txt").write_text(traceback.format_exc(), encoding="utf-8")
    with contextlib.suppress(accessible.Gone, AttributeError):
        tree = accessible.drawn_tree(journey.window)
        (results / "window.txt").write_text(tree, encoding="utf-8")
        print("\n".join(f"          | {line}" for line in tree.splitlines()[:120]))
    log = journey.log.read_text(errors="replace").strip() if journey.log.exists() else ""
    if log:
        print("\n".join(f"          > {line}" for line in log.splitlines()[-20:]))
    print(f"          The picture, the window's tree and its log are in {results}")


def main():
    leave_in_order()
    root = HERE.parent.parent
    binary = pathlib.Path(os.environ.get("LENTICULAR_BIN", root / "target/debug/lenticular")).resolve()
    if not binary.exists():
        sys.exit(f"There is no program at {binary}; build it first, or name it in LENTICULAR_BIN.")
    if session.INSIDE not in os.environ:
        try:
            with session.private_desktop() as environment:
                # A process of its own: the buses are found through the environment it starts with.
                return subprocess.run([sys.executable, __file__], env=environment, check=False).returncode
        except NoDisplay as reason:
            sys.exit(f"The journey needs a private desktop: {reason}")
    results = binary.parent.parent / "journey"
    shutil.rmtree(results, ignore_errors=True)
    results.mkdir(parents=True)
    return 0 if travel(str(binary), results) else 1


if __name__ == "__main__":
    sys.exit(main())
