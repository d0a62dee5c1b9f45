#!/usr/bin/python3
"""Drops real files onto a window, as a file manager does: the X drag-and-drop protocol, version 5.

    drop.py [--title TEXT] [--at X,Y] [--hover SECONDS] [--leave] FILE…

The other side of the conversation is the program under test, with nothing in between:

    we   → enter      here is a drag, these are its types
    we   → position   it is over this point now        program → status   I would take it
    we   → drop       the button was released          program ← selection: text/uri-list
                                                       program → finished
"""

import argparse
import contextlib
import os
import select
import sys
import time
import urllib.parse

from Xlib import X, Xatom
from Xlib.protocol import event

from x11 import WindowMissing, connected, find_window, position_on_screen

VERSION = 5


class Refused(Exception):
    """The drop did not happen; the text says at which step."""


class Drag:
    """One drag of files from a window of ours to a window of theirs."""

    def __init__(self, connection, target, paths):
        self.connection, self.target = connection, target
        self.root = connection.screen().root
        self.status = self.finished = None
        self.asked_for = []
        absolute = [os.path.abspath(path) for path in paths]
        uris = "".join(f"file://{urllib.parse.quote(path)}\r\n" for path in absolute)
        self.offers = {self.atom("text/uri-list"): uris.encode(),
                       self.atom("text/plain"): "\n".join(absolute).encode()}
        self.source = self.root.create_window(-10, -10, 1, 1, 0, X.CopyFromParent, X.InputOnly,
                                              override_redirect=True)
        self.source.map()
        self.source.set_selection_owner(self.atom("XdndSelection"), X.CurrentTime)
        connection.sync()

    def atom(self, name):
        return self.connection.intern_atom(name)

    def check_target(self):
        """A window that takes drops says so, with the highest version it knows."""
        aware = self.target.get_full_property(self.atom("XdndAware"), X.AnyPropertyType)
        if not aware:
            raise Refused("the window does not take drops (it has no XdndAware)")
        if aware.value[0] < VERSION:
            raise Refused(f"the window knows version {aware.value[0]} of the protocol only")

    def tell(self, kind, *data):
        message = event.ClientMessage(window=self.target, client_type=self.atom(kind),
                                      data=(32, [self.source.id, *data][:5] + [0] * (4 - len(data))))
        self.target.send_event(message, event_mask=0)
        self.connection.flush()

    def listen(self, until, seconds):
        """Answers the program's questions until `until()` holds or the time is over."""
        give_up = time.monotonic() + seconds
        while not until() and time.monotonic() < give_up:
            if not self.connection.pending_events():
                select.select([self.connection.fileno()], [], [], 0.02)
            while self.connection.pending_events():
                self.hear(self.connection.next_event())
        return until()

    def hear(self, message):
        if message.type == X.SelectionRequest:
            self.hand_over(message)
        elif message.type == X.ClientMessage and message.client_type == self.atom("XdndStatus"):
            self.status = list(message.data[1])
        elif message.type == X.ClientMessage and message.client_type == self.atom("XdndFinished"):
            self.finished = list(message.data[1])

    def hand_over(self, request):
        """The paths themselves go to the program only when it asks for them."""
        place = request.property or request.target
        if request.target == self.atom("TARGETS"):
            request.requestor.change_property(place, Xatom.ATOM, 32, [self.atom("TARGETS"), *self.offers])
        elif request.target in self.offers:
            request.requestor.change_property(place, request.target, 8, self.offers[request.target])
            self.asked_for.append(request.target)
        else:
            place = X.NONE
        request.requestor.send_event(event.SelectionNotify(
            time=request.time, requestor=request.requestor, selection=request.selection,
            target=request.target, property=place))
        self.connection.flush()

    @contextlib.contextmanager
    def pointer(self):
        """Holds the pointer as file managers do, so the program sees no motion of its own meanwhile."""
        held = self.source.grab_pointer(False, X.PointerMotionMask | X.ButtonReleaseMask, X.GrabModeAsync,
                                        X.GrabModeAsync, X.NONE, X.NONE, X.CurrentTime)
        if held != X.GrabSuccess:
            raise Refused("another program holds the pointer")
        try:
            yield
        finally:
            self.connection.ungrab_pointer(X.CurrentTime)
            self.connection.sync()

    def hover(self, at, seconds, steps=5):
        """Moves in from the left and stays over the point; afterwards the program has said yes."""
        left, top, width, height = position_on_screen(self.connection, self.target)
        x, y = at or (width // 2, height // 2)
        self.tell("XdndEnter", VERSION << 24, *list(self.offers)[:2], 0)
        for step in range(steps, 0, -1):
            self.root.warp_pointer(left + x - 6 * (step - 1), top + y)
            self.status = None
            point = (left + x - 6 * (step - 1)) << 16 | (top + y)
            self.tell("XdndPosition", 0, point, X.CurrentTime, self.atom("XdndActionCopy"))
            if not self.listen(lambda: self.status is not None, 5.0):
                raise Refused("the window never answered the drag")
        if not self.status[1] & 1:
            raise Refused("the window said that it does not take this drag")
        self.listen(lambda: False, seconds)

    def release(self):
        self.tell("XdndDrop", 0, X.CurrentTime, 0, 0)
        if not self.listen(lambda: self.finished is not None, 10.0):
            raise Refused("the window took the drop but never finished it")
        if not self.asked_for:
            raise Refused("the window finished the drop without asking for the files")

    def leave(self):
        self.tell("XdndLeave", 0, 0, 0, 0)
        self.listen(lambda: False, 0.2)


def drop_files(paths, title="Lenticular", at=None, hover=0.3, leave=False, while_hovering=None):
    """Drags `paths` over the window and drops them at `at` (its middle by default).

    `while_hovering` is called between hovering and dropping, for a look at that state. With `leave`
    the drag goes away again instead of dropping.
    """
    with connected() as connection:
        drag = Drag(connection, find_window(connection, title), paths)
        drag.check_target()
        with drag.pointer():
            drag.hover(at, hover)
            if while_hovering:
                while_hovering()
            if leave:
                drag.leave()
                return
        # Real sources let go of the pointer first and drop then.
        drag.release()


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("--title", default="Lenticular")
    parser.add_argument("--at", type=lambda text: tuple(int(part) for part in text.split(",")))
    parser.add_argument("--hover", type=float, default=0.3)
    parser.add_argument("--leave", action="store_true")
    parser.add_argument("files", nargs="+")
    wish = parser.parse_args()
    try:
        drop_files(wish.files, wish.title, wish.at, wish.hover, wish.leave)
    except (Refused, WindowMissing) as reason:
        sys.exit(f"Nothing was dropped: {reason}")


if __name__ == "__main__":
    main()
