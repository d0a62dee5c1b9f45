#!/usr/bin/python3
"""Opens a window where no screen is, and leaves a picture of it.

    photograph.py [--size 1440x900] [--title TEXT] [--wait SECONDS] OUT.png -- COMMAND [ARGUMENT…]

The window gets a virtual screen; once it is open and drawn, its picture is written and it is asked
to close, as the X in its title bar would. The exit code is 0 only if all of that happened and the
program then ended by itself without an error.
"""

import argparse
import os
import subprocess
import sys
import time

from virtual_display import NoDisplay, end, leave_in_order, virtual_display
from x11 import WindowMissing, ask_to_close, connected, find_window, painted_picture


class Failed(Exception):
    """No picture; the text says why, for a person."""


def open_window(screen, program, title, patience):
    """The program's window, or the reason why there is none."""
    give_up = time.monotonic() + patience
    while True:
        code = program.poll()
        if code is not None:
            raise Failed(f"the program ended with exit code {code} before its window opened")
        try:
            return find_window(screen, title, timeout=0.5)
        except WindowMissing:
            if time.monotonic() > give_up:
                raise Failed(f"no window opened within {patience:g} s") from None


def photograph(command, out, size, title, patience):
    """Runs the command on a virtual screen and writes the picture of its window to `out`."""
    with virtual_display(size) as display:
        environment = dict(os.environ, DISPLAY=display, XDG_SESSION_TYPE="x11")
        # With both named, windowing libraries prefer Wayland, and the picture would stay empty.
        environment.pop("WAYLAND_DISPLAY", None)
        program = subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL)
        try:
            with connected(display) as screen:
                window = open_window(screen, program, title, patience)
                try:
                    painted_picture(window, timeout=patience).save(out)
                except WindowMissing as missing:
                    raise Failed(str(missing)) from None
                ask_to_close(screen, window)
                try:
                    code = program.wait(patience)
                except subprocess.TimeoutExpired:
                    raise Failed(f"the picture is in {out}, but the window did not close when asked") from None
            if code:
                raise Failed(f"the picture is in {out}, but the program ended with exit code {code}")
        finally:
            end(program)


def main():
    leave_in_order()
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("--size", default="1440x900")
    parser.add_argument("--title", default="Lenticular")
    parser.add_argument("--wait", type=float, default=30.0)
    parser.add_argument("out")
    parser.add_argument("command", nargs="+")
    wish = parser.parse_args()
    try:
        photograph(wish.command, wish.out, wish.size, wish.title, wish.wait)
    except (Failed, NoDisplay) as failure:
        sys.exit(f"No picture of the window: {failure}")


if __name__ == "__main__":
    main()
