"""The program in its window, and what a person does there: press, fill in, drop, copy, close."""

import contextlib
import re
import signal
import subprocess
import time

import accessible
from drop import drop_files
from x11 import (WindowMissing, ask_to_close, clipboard_text, find_window, give_keyboard, picture_of,
                 window_class)

TITLE = "Lenticular"


class Window:
    """One run after the other of the same program, with the same folders and the same log."""

    def __init__(self, command, screen, bus, results, labels):
        self.command, self.screen, self.bus = command, screen, bus
        self.results, self.labels = results, labels
        self.program = self.tree = None
        self.log = results / "program.log"

    # Opening and closing ----------------------------------------------------------------------

    def open(self, environment=None):
        with open(self.log, "ab") as log:
            self.program = subprocess.Popen(self.command, env=environment, stdin=subprocess.DEVNULL,
                                            stdout=log, stderr=log)
        accessible.wait_until(self.is_open_or_ended, "the window", timeout=30)
        expect(self.program.poll() is None, f"the program ended with exit code {self.program.poll()}")
        give_keyboard(self.screen, self.native())
        names = window_class(self.native()) or ()
        expect("lenticular" in names, f"WM_CLASS is {names}")
        self.tree = self.bus.application("lenticular")

    def is_open_or_ended(self):
        if self.program.poll() is not None:
            return True
        with contextlib.suppress(WindowMissing):
            return find_window(self.screen, TITLE, timeout=0)

    def native(self):
        """The window as the X server knows it."""
        return find_window(self.screen, TITLE)

    def ask_to_close(self):
        ask_to_close(self.screen, self.native())

    def wait_for_end(self):
        code = self.program.wait(20)
        expect(code == 0, f"the program ended with exit code {code}")
        expect("panicked" not in self.log.read_text(errors="replace"), "a panic was printed")

    def cut_the_power(self):
        """Ends the program between two instructions; it gets no chance to tidy up."""
        self.program.send_signal(signal.SIGKILL)
        self.program.wait(10)

    # Looking ------------------------------------------------------------------------------------

    def label(self, label, words):
        role, name = self.labels[label]
        return role, name.format(**words)

    def look_for(self, label, timeout=10.0, **words):
        return accessible.find(self.tree, *self.label(label, words), timeout)

    def is_there(self, label, **words):
        with contextlib.suppress(accessible.NotFound):
            return self.look_for(label, timeout=0.5, **words)
        return None

    def names(self, label, **words):
        """The names of all that matches, now."""
        found = []
        for element in accessible.find_all(self.tree, *self.label(label, words)):
            with contextlib.suppress(accessible.Gone):
                found.append(element.name)
        return found

    def texts(self, label, **words):
        return [element.text() for element in accessible.find_all(self.tree, *self.label(label, words))]

    def picture(self, name):
        with contextlib.suppress(WindowMissing):
            picture_of(self.screen.screen().root).save(self.results / f"{name}.png")

    # Acting -------------------------------------------------------------------------------------

    def press(self, label, **words):
        """Presses the first thing of that name which can be pressed; headings cannot."""
        role, name = self.label(label, words)

        def pressable():
            return [element for element in accessible.find_all(self.tree, role, name)
                    if element.role not in ("label", "heading") and "sensitive" in element.states()]

        found = accessible.wait_until(pressable, f"something to press named {name!r}")
        found[0].click()
        time.sleep(0.2)

    def fill(self, label, text, **words):
        """Writes into an entry and reads it back; a password shows as many dots."""
        entry = self.look_for(label, **words)
        entry.set_text(text)
        dots = "•" * len(text)
        accessible.wait_until(lambda: entry.text() in (text, dots), f"the text to stand in {label!r}")

    def choose(self, label, option):
        """Opens a list of choices and takes one."""
        self.press(label)
        self.press("option", option=option)

    def drop(self, paths, hovering=None):
        drop_files([str(path) for path in paths], TITLE,
                   while_hovering=lambda: hovering and self.picture(hovering))

    def copied(self, label, **words):
        """Presses a button that copies a URL; what was in the clipboard before is not its answer."""
        before = clipboard_text(self.screen)
        self.press(label, **words)

        def fresh():
            now = clipboard_text(self.screen)
            return now if now != before and is_url(now) else None

        return accessible.wait_until(fresh, "a URL in the clipboard")


def is_url(text):
    """Whether the text is one URL and nothing else."""
    return text is not None and re.fullmatch(r"https?://\S+", text) is not None


def expect(holds, otherwise):
    if not holds:
        raise AssertionError(otherwise)
