#!/usr/bin/python3
"""The journey of a new person through the real window, from first run to signed delivery.

    LENTICULAR_BIN=target/debug/lenticular tests/desktop/journey.py

The program runs as it is installed, on a private desktop: files arrive by a real drag, buttons are
found by role and name, copied URLs are read from the clipboard, and pictures are fetched over HTTP.
On the way an account is connected whose token is a canary, and the window is closed and even killed
in the middle of uploads. At the end nothing may be lost or doubled, and the canary must not be found.
A picture of each step is left in `target/journey/`, and where a step fails, what the window said.
"""

import collections
import contextlib
import os
import pathlib
import re
import secrets
import shutil
import subprocess
import sys
import time
import traceback

import accessible
import leaks
import session
from drop import Refused
from pictures import RECIPES, make_many, make_pictures, size_of
from served import fetch, served
from virtual_display import NoDisplay, end, leave_in_order
from window import Window, expect
from x11 import WindowMissing, connected, picture_of

HERE = pathlib.Path(__file__).resolve().parent

# Everything the journey expects to read on screen, in one place: (role, name). A `*` in a name
# stands for anything, a role of `*` for any. `{…}` is filled in by the step.
LABELS = {
    # the first page
    "samples": ("check box", "Add sample pictures"),
    "open library": ("button", "Open local library"),
    "another endpoint": ("button", "Another endpoint"),
    "account id": ("entry", "Account ID"),
    "token": ("password text", "API token"),
    "api base": ("entry", "API base URL"),
    "profile name": ("entry", "Name (optional)"),
    "connect": ("button", "Connect"),
    # the side bar
    "profile": ("button", "Switch profile: {profile}"),
    "menu item": ("menu item", "{item}"),
    "images": ("toggle button", "Images"),
    "uploads": ("toggle button", "Uploads"),
    "variants": ("toggle button", "Variants"),
    "signing keys": ("toggle button", "Signing keys"),
    "capacity": ("label", "{count} of 100,000 images"),
    # the options for new uploads
    "require signed": ("toggle button", "Require signed URLs"),
    "add field": ("button", "Add field"),
    "field name": ("entry", "Name of field 1"),
    "field value": ("entry", "Value of field 1"),
    "creator": ("entry", "Creator"),
    # the queue
    "uploaded": ("label", "Uploaded"),
    "sum": ("label", "* of * uploaded"),
    "all bars": ("progress bar", "Progress of all uploads"),
    "close question": ("dialog", "Uploads are under way"),
    "close and go on": ("button", "Close and go on next time"),
    "resumed": ("*", "* of the last time go* on"),
    # the grid and the inspector
    "card": ("list item", "*{name}*"),
    "copy variant": ("button", "Copy URL of {variant}"),
    # the variant editor
    "new variant": ("button", "New variant"),
    "variant name": ("entry", "Variant name"),
    "fit": ("radio button", "Fit {fit}"),
    "width": ("entry", "Width"),
    "height": ("entry", "Height"),
    "preview": ("label", "{variant} {width} × {height}, *"),
    "create variant": ("button", "Create variant"),
    "variant row": ("list item", "{variant}"),
    # signing
    "sign variant": ("combo box", "Variant"),
    "option": ("list item", "{option}"),
    "copy signed": ("button", "Copy signed URL"),
}

OPEN, SIGNED = ["harbor.jpg", "terrace.png", "orchard.webp"], "contract.jpg"
MANY = 50
PROFILE = "Studio"


class Journey:
    """The steps in order; each may rely on the ones before it."""

    def __init__(self, binary, home, results, screen):
        self.binary, self.home, self.screen = binary, home, screen
        self.data = home / "lenticular"
        self.pictures = make_pictures(home / "pictures")
        # Letters and digits only, so that no form of writing it down changes it.
        self.canary = f"canary{secrets.token_hex(16)}"
        self.account = None
        # Every word that the program could say is looked through for the canary later.
        self.environment = dict(os.environ, LENTICULAR_LOG="debug")
        self.window = Window([binary, "--data-dir", str(self.data)], screen, accessible.Bus(), results, LABELS)

    # From first run to signed delivery ------------------------------------------------------------

    def the_window_opens(self):
        self.window.open(self.environment)
        self.window.look_for("open library")

    def the_local_library_opens(self):
        # Its own pictures are all that the grid shall show.
        self.window.press("samples")
        self.window.press("open library")
        self.window.look_for("images", timeout=15)

    def three_files_with_metadata_are_dropped(self):
        self.window.press("uploads")
        self.window.press("add field")
        self.window.fill("field name", "trip")
        self.window.fill("field value", "journey")
        self.window.fill("creator", "studio-7")
        self.drop_and_wait(OPEN, 3)

    def a_file_with_signed_urls_is_dropped(self):
        self.window.press("require signed")
        switch = self.window.look_for("require signed")
        wait_until(lambda: switch.states() & {"checked", "pressed"}, "signed URLs to be on")
        self.drop_and_wait([SIGNED], 4)

    def the_grid_shows_all_four(self):
        self.window.press("images")
        for name in RECIPES:
            self.window.look_for("card", name=name)
        expect(len(self.window.names("card", name=".")) == 4, "the grid shows more than was dropped")

    def the_inspector_shows_the_metadata(self):
        self.window.press("card", name=OPEN[0])
        wait_until(lambda: self.window.texts("field name") == ["trip"], "the metadata in the inspector")
        expect(self.window.texts("field value") == ["journey"], "the inspector shows another value")

    def a_variant_is_designed_with_a_preview_that_follows(self):
        self.window.press("variants")
        self.window.press("new variant")
        self.window.fill("variant name", "thumb300")
        self.window.press("fit", fit="cover")
        self.window.fill("width", "640")
        self.window.fill("height", "300")
        self.window.look_for("preview", variant="thumb300", width=640, height=300, timeout=20)
        before = picture_of(self.window.native())
        self.window.fill("width", "300")
        self.window.look_for("preview", variant="thumb300", width=300, height=300, timeout=20)
        expect(picture_of(self.window.native()).rgb != before.rgb, "the preview did not change with the width")

    def the_variant_is_saved(self):
        self.window.press("create variant")
        wait_until(lambda: not self.window.names("create variant"), "the variant to be created")
        self.window.look_for("variant row", variant="thumb300")

    def its_delivery_url_answers_with_300_by_300_pixels(self):
        self.window.press("images")
        self.window.press("card", name=OPEN[0])
        status, body = fetch(self.window.copied("copy variant", variant="thumb300"))
        expect(status == 200, f"delivery answered {status}")
        expect(size_of(body) == (300, 300), f"the rendition is {size_of(body)}")

    def a_private_picture_is_refused_without_a_signature(self):
        self.window.press("card", name=SIGNED)
        # Of a private picture, what is copied is signed: it opens as it is, and not without.
        url = self.window.copied("copy variant", variant="thumb300")
        status, _ = fetch(url)
        expect(status == 200, f"the copied URL answered {status}")
        status, _ = fetch(url.split("?")[0])
        expect(status == 403, f"without a signature delivery answered {status}")

    def and_delivered_with_one(self):
        # The image that is selected in the grid is the one to sign for.
        self.window.press("signing keys")
        self.window.choose("sign variant", "thumb300")
        url = self.window.copied("copy signed")
        expect("sig=" in url and "/thumb300?" in url, f"no signature in {url.split('?')[0]}")
        status, body = fetch(url)
        expect(status == 200, f"with a signature delivery answered {status}")
        expect(fetch(url.split("?")[0])[0] == 403, "the picture opens without a signature")
        expect(size_of(body) == (300, 300), f"the signed rendition is {size_of(body)}")
        wrong = url[:-1] + ("0" if url[-1] != "0" else "1")
        expect(fetch(wrong)[0] == 403, "a wrong signature opens the picture")

    # An account with a token ----------------------------------------------------------------------

    def an_account_is_connected_with_its_token(self):
        self.window.press("profile", profile="*")
        self.window.press("menu item", item="Open another*")
        self.window.press("another endpoint")
        self.window.fill("account id", self.account.account)
        self.window.fill("api base", self.account.api)
        self.window.fill("profile name", PROFILE)
        self.window.fill("token", self.canary)
        self.window.picture("token-typed")
        self.the_window_does_not_show_the_canary()
        self.window.press("connect")
        self.window.look_for("profile", profile=PROFILE, timeout=20)
        kept = leaks.kept_in_keyring("lenticular")
        expect(self.canary in kept.values(), f"the token is not in the keyring, which has {sorted(kept)}")

    def a_picture_goes_to_the_account(self):
        self.window.press("uploads")
        self.drop_and_wait([OPEN[2]], 1)
        names = [image["filename"] for image in self.account.images()]
        expect(names == [OPEN[2]], f"the account has {names}")
        self.window.press("images")
        self.window.look_for("card", name=OPEN[2])
        self.the_window_does_not_show_the_canary()

    def the_window_closes_when_asked(self):
        self.nobody_sees_the_canary_from_outside()
        self.window.ask_to_close()
        self.window.wait_for_end()

    def opened_again_it_has_the_token_from_the_keyring(self):
        self.window.open(self.environment)
        self.window.look_for("profile", profile=PROFILE, timeout=20)
        self.window.look_for("card", name=OPEN[2])

    # Fifty uploads, interrupted twice ---------------------------------------------------------------

    def the_window_closes_in_the_middle_of_fifty_uploads(self):
        self.window.press("profile", profile="*")
        self.window.press("menu item", item="Local library")
        self.window.look_for("profile", profile="Local library", timeout=20)
        roll = self.home / "roll"
        self.roll = make_many(self.pictures / OPEN[0], roll, MANY)
        self.window.press("uploads")
        self.window.drop([roll / name for name in self.roll])
        # The pictures of before are still in the queue.
        done, files = wait_until(lambda: self.sum_with(lambda done, files: done >= len(RECIPES) + 3),
                                 "the first of fifty uploads", timeout=30)
        self.window.picture("fifty-under-way")
        self.window.ask_to_close()
        self.window.look_for("close question")
        self.window.picture("close-question")
        self.window.press("close and go on")
        self.window.wait_for_end()
        print(f"          {done} of {files} were uploaded when it was asked to close")

    def opened_again_it_goes_on_and_is_killed(self):
        self.window.open(self.environment)
        resumed = self.window.look_for("resumed", timeout=20).name
        count = int(resumed.split()[0])
        expect(0 < count < MANY, f"not in the middle: {resumed}")
        self.window.picture("resumed")
        self.window.press("uploads")
        wait_until(lambda: self.sum_with(lambda done, files: len(RECIPES) < done < files), "it to go on")
        self.nobody_sees_the_canary_from_outside()
        self.window.cut_the_power()
        print(f"          {resumed}")

    def opened_once_more_it_uploads_the_rest(self):
        self.window.open(self.environment)
        resumed = self.window.look_for("resumed", timeout=20).name
        print(f"          {resumed}")
        self.window.press("uploads")
        shown = set()

        def all_are_uploaded():
            shown.update(round(bar.value()) for bar in accessible.find_all(self.window.tree, *LABELS["all bars"]))
            return self.sum_with(lambda done, files: done == files > 0)

        wait_until(all_are_uploaded, "the rest", timeout=90)
        expect(any(0 < value < 100 for value in shown), f"the bar of all uploads showed {shown} only")
        self.window.look_for("capacity", count=MANY + 4)
        self.window.press("images")
        self.nobody_sees_the_canary_from_outside()
        self.window.ask_to_close()
        self.window.wait_for_end()

    def all_fifty_are_there_and_none_twice(self):
        with served(self.binary, self.data / "data/library", "whoever") as library:
            names = collections.Counter(image["filename"] for image in library.images())
        wanted = collections.Counter([*RECIPES, *self.roll])
        expect(names == wanted, f"missing: {wanted - names}; too many: {names - wanted}")

    def the_canary_is_nowhere_else(self):
        kept = leaks.kept_in_keyring("lenticular")
        expect(self.canary in kept.values(), "the keyring has lost the token")
        keyrings = self.home / "data/keyrings"
        expect(any(keyrings.iterdir()), f"the keyring is not stored in {keyrings}")
        self.planted_canary_would_be_found()
        for folder in (self.home, self.window.results):
            found, looked_at = leaks.files_with(self.canary, folder, except_below=[keyrings])
            expect(not found, f"the canary is in {found}")
            print(f"          not in {looked_at} files below {folder}")

    # How the steps act --------------------------------------------------------------------------------

    def drop_and_wait(self, names, count):
        """Drops files, waits until the queue has `count` of them, and notes what its bars showed."""
        self.window.drop([self.pictures / name for name in names], hovering=f"hovering-{len(names)}-{count}")
        shown = set()

        def done():
            for bar in accessible.find_all(self.window.tree, "progress bar", "Progress of *"):
                with contextlib.suppress(accessible.Gone):
                    shown.add(round(bar.value()))
            return len(self.window.names("uploaded")) >= count

        wait_until(done, f"{count} uploads to be done", timeout=60)
        print(f"          bars showed: {', '.join(f'{value} %' for value in sorted(shown)) or 'none seen'}")

    def sum_with(self, holds):
        """`(done, files)` of the queue if they are as wanted."""
        for words in self.window.names("sum"):
            done, files = (int(number) for number in re.findall(r"\d+", words))
            if holds(done, files):
                return done, files
        return None

    def the_window_does_not_show_the_canary(self):
        expect(self.canary not in accessible.drawn_tree(self.window.tree), "the window shows the canary")

    def nobody_sees_the_canary_from_outside(self):
        self.the_window_does_not_show_the_canary()
        found = leaks.process_with(self.canary, self.window.program.pid)
        expect(not found, f"the canary is in the program's {' and '.join(found)}")

    def planted_canary_would_be_found(self):
        """A search that finds nothing proves something only if it can find."""
        planted = self.home / "planted"
        for form in leaks.forms_of(self.canary):
            planted.write_bytes(b"\xff" * (leaks.PIECE - 9) + form)
            found, _ = leaks.files_with(self.canary, self.home, except_below=[self.data])
            expect(str(planted) in found, "the search for the canary does not find it")
        planted.unlink()


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
    Journey.an_account_is_connected_with_its_token,
    Journey.a_picture_goes_to_the_account,
    Journey.the_window_closes_when_asked,
    Journey.opened_again_it_has_the_token_from_the_keyring,
    Journey.the_window_closes_in_the_middle_of_fifty_uploads,
    Journey.opened_again_it_goes_on_and_is_killed,
    Journey.opened_once_more_it_uploads_the_rest,
    Journey.all_fifty_are_there_and_none_twice,
    Journey.the_canary_is_nowhere_else,
]


def wait_until(holds, what, timeout=10.0):
    return accessible.wait_until(holds, what, timeout)


def travel(binary, results):
    """Runs the steps; True if all of them succeeded."""
    home = pathlib.Path(os.environ[session.INSIDE])
    begin = time.monotonic()
    with connected() as screen:
        journey = Journey(binary, home, results, screen)
        with served(binary, home / "account", journey.canary) as journey.account:
            try:
                if not all(take(journey, at, step, results) for at, step in enumerate(STEPS, 1)):
                    return False
            finally:
                if journey.window.program:
                    end(journey.window.program)
    print(f"All {len(STEPS)} steps done in {time.monotonic() - begin:.0f} s; pictures of them are in {results}",
          flush=True)
    return True


def take(journey, at, step, results):
    """Takes one step, says how it went, and leaves a picture of where it led."""
    sentence, begin = step.__name__.replace("_", " "), time.monotonic()
    try:
        step(journey)
    except (AssertionError, accessible.NotFound, accessible.Gone, WindowMissing, Refused,
            subprocess.SubprocessError, OSError) as failure:
        journey.window.picture(f"{at:02}-failed")
        print(f"  FAILED  {sentence}: {failure}", flush=True)
        explain(journey, results)
        print(f"          {len(STEPS) - at} more steps not tried", flush=True)
        return False
    if journey.window.program.poll() is None:
        journey.window.picture(f"{at:02}-{step.__name__}")
    print(f"  ok      {sentence} ({time.monotonic() - begin:.1f} s)", flush=True)
    return True


def explain(journey, results):
    """Leaves what a person needs to see why a step failed."""
    (results / "failure.txt").write_text(traceback.format_exc(), encoding="utf-8")
    with contextlib.suppress(accessible.Gone, AttributeError):
        tree = accessible.drawn_tree(journey.window.tree)
        (results / "window.txt").write_text(tree, encoding="utf-8")
        print("\n".join(f"          | {line}" for line in tree.splitlines()[:120]))
    log = journey.window.log.read_text(errors="replace") if journey.window.log.exists() else ""
    # Everything is in the file; what went wrong is enough here.
    telling = [line for line in log.splitlines() if "DEBUG" not in line and "INFO" not in line]
    print("\n".join(f"          > {line}" for line in telling[-20:]))
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
