#!/usr/bin/python3
"""What the X server knows about a window: find it, look at it, ask it to close.

    x11.py picture OUT.png [TITLE]     the whole screen, or one window
    x11.py close TITLE                 as the X in the title bar does
    x11.py clipboard                   the text that was copied last

Needs Debian's python3-xlib only: pictures are written here, so no image program is needed.
"""

import contextlib
import struct
import sys
import time
import zlib

from Xlib import X, display, error
from Xlib.protocol import event


class WindowMissing(Exception):
    """No such window, in time; the text names it."""


@contextlib.contextmanager
def connected(name=None):
    """One connection to the display in `DISPLAY`, closed afterwards."""
    connection = display.Display(name)
    try:
        yield connection
    finally:
        connection.close()


def title_of(connection, window):
    """The title as UTF-8 text, or an empty string."""
    try:
        modern = window.get_full_property(connection.intern_atom("_NET_WM_NAME"), X.AnyPropertyType)
        value = modern.value if modern else window.get_wm_name()
    except (error.BadWindow, error.BadDrawable):
        return ""
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else (value or "")


def tree_of(window):
    """The window and everything in it; windows that vanish meanwhile are left out."""
    yield window
    try:
        children = window.query_tree().children
    except (error.BadWindow, error.BadDrawable):
        return
    for child in children:
        yield from tree_of(child)


def find_window(connection, title, timeout=10.0):
    """The first mapped window whose title contains `title`."""
    give_up = time.monotonic() + timeout
    while True:
        for window in tree_of(connection.screen().root):
            if title not in title_of(connection, window):
                continue
            with contextlib.suppress(error.BadWindow, error.BadDrawable):
                if window.get_attributes().map_state == X.IsViewable:
                    return window
        if time.monotonic() > give_up:
            raise WindowMissing(f"no window titled {title!r} within {timeout:g} s")
        time.sleep(0.1)


def window_class(window):
    """The pair that a desktop compares with `StartupWMClass`."""
    return window.get_wm_class()


def position_on_screen(connection, window):
    """`(left, top, width, height)` in pixels of the screen."""
    size = window.get_geometry()
    # The reply is where the window's own corner lies, seen from the root window.
    corner = connection.screen().root.translate_coords(window, 0, 0)
    return (corner.x, corner.y, size.width, size.height)


class Picture:
    """Pixels of a window: rows of RGB, `len(rgb) == width * height * 3`."""

    def __init__(self, width, height, rgb):
        self.width, self.height, self.rgb = width, height, rgb

    def colors(self):
        """How many different colors there are, counting a sample: 1 means that nothing is drawn."""
        return len({self.rgb[at:at + 3] for at in range(0, len(self.rgb), 3 * 7)})

    def save(self, path):
        """Writes a PNG."""
        stride = self.width * 3
        rows = b"".join(b"\0" + self.rgb[y * stride:(y + 1) * stride] for y in range(self.height))

        def chunk(kind, body):
            return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

        header = struct.pack(">IIBBBBB", self.width, self.height, 8, 2, 0, 0, 0)
        with open(path, "wb") as file:
            file.write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header)
                       + chunk(b"IDAT", zlib.compress(rows, 6)) + chunk(b"IEND", b""))


def picture_of(window):
    """What is on the screen where the window is."""
    size = window.get_geometry()
    if size.depth not in (24, 32):
        raise ValueError(f"a screen of {size.depth} bits a pixel is not supported")
    raw = window.get_image(0, 0, size.width, size.height, X.ZPixmap, 0xFFFFFFFF).data
    # The server sends blue, green, red and a spare byte for each pixel.
    rgb = bytearray(size.width * size.height * 3)
    rgb[0::3], rgb[1::3], rgb[2::3] = raw[2::4], raw[1::4], raw[0::4]
    return Picture(size.width, size.height, bytes(rgb))


def painted_picture(window, timeout=30.0, still=0.5):
    """The window's picture once something is drawn and it has stopped changing.

    A window that keeps moving is taken as it is after a few seconds: an animation is a picture too.
    """
    begin = time.monotonic()
    before = None
    while True:
        now = picture_of(window)
        drawn = now.colors() >= 16
        waited = time.monotonic() - begin
        if drawn and ((before and before.rgb == now.rgb) or waited > timeout / 3):
            return now
        if waited > timeout:
            raise WindowMissing(f"the window opened but stayed empty for {timeout:g} s")
        before = now if drawn else None
        time.sleep(still)


def give_keyboard(connection, window):
    """Gives the window the keyboard, as a window manager does for a window that opens."""
    window.set_input_focus(X.RevertToParent, X.CurrentTime)
    connection.sync()


def ask_to_close(connection, window):
    """Sends WM_DELETE_WINDOW, so that the program can save or ask first.

    Destroying the window from outside, as `xdotool windowclose` does, is not what a person does.
    """
    protocols = connection.intern_atom("WM_PROTOCOLS")
    wish = connection.intern_atom("WM_DELETE_WINDOW")
    supported = window.get_full_property(protocols, X.AnyPropertyType)
    if not supported or wish not in supported.value:
        raise WindowMissing("the window does not take requests to close")
    window.send_event(event.ClientMessage(window=window, client_type=protocols,
                                          data=(32, [wish, X.CurrentTime, 0, 0, 0])), event_mask=0)
    connection.sync()


def clipboard_text(connection, timeout=3.0):
    """The text in the clipboard, asked from its owner as a paste does; None when there is none."""
    clipboard, utf8 = connection.intern_atom("CLIPBOARD"), connection.intern_atom("UTF8_STRING")
    reply = connection.intern_atom("LENTICULAR_PASTE")
    window = connection.screen().root.create_window(0, 0, 1, 1, 0, X.CopyFromParent)
    try:
        window.convert_selection(clipboard, utf8, reply, X.CurrentTime)
        connection.flush()
        give_up = time.monotonic() + timeout
        while time.monotonic() < give_up:
            while connection.pending_events():
                answer = connection.next_event()
                if answer.type == X.SelectionNotify and answer.selection == clipboard:
                    if answer.property == X.NONE:
                        return None
                    value = window.get_full_property(reply, X.AnyPropertyType).value
                    return value.decode("utf-8") if isinstance(value, bytes) else str(value)
            time.sleep(0.02)
        return None
    finally:
        window.destroy()
        connection.flush()


def main(arguments):
    match arguments:
        case ["picture", out, *title]:
            with connected() as screen:
                window = find_window(screen, title[0]) if title else screen.screen().root
                picture_of(window).save(out)
        case ["close", title]:
            with connected() as screen:
                ask_to_close(screen, find_window(screen, title))
        case ["clipboard"]:
            with connected() as screen:
                print(clipboard_text(screen) or "")
        case _:
            sys.exit(__doc__.strip())


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except WindowMissing as missing:
        sys.exit(f"x11: {missing}")
