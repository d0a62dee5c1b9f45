#!/usr/bin/python3
"""Drives a window as a screen reader does: by the role and the name of what is in it.

    accessible.py [--app NAME] tree
    accessible.py [--app NAME] click|wait ROLE NAME
    accessible.py [--app NAME] set ROLE NAME TEXT
    accessible.py [--app NAME] read ROLE NAME

Roles are AT-SPI's own words: `button`, `entry`, `label`, `check box`, `toggle button`, `list item`,
`image`, `spin button` … A role of `*` takes any; a name with `*` in it is a pattern.

Questions go straight over D-Bus rather than through libatspi: that library keeps a cache, and a
test that polls a window in motion must never be answered from a cache.
"""

import contextlib
import fnmatch
import re
import shutil
import subprocess
import sys
import time

import gi

gi.require_version("Gio", "2.0")
from gi.repository import Gio, GLib  # noqa: E402 (the version must be named first)

ACCESSIBLE = "org.a11y.atspi.Accessible"
ROOT = "/org/a11y/atspi/accessible/root"

# The states that a test asks for, by their number in the AT-SPI protocol.
STATES = {"checked": 4, "enabled": 8, "expanded": 10, "focused": 12, "pressed": 20, "selected": 23,
          "sensitive": 24, "showing": 25, "visible": 30}

# The roles in the order of the AT-SPI protocol, which sends their number only.
ROLES = """invalid, accelerator label, alert, animation, arrow, calendar, canvas, check box,
check menu item, color chooser, column header, combo box, date editor, desktop icon, desktop frame,
dial, dialog, directory pane, drawing area, file chooser, filler, focus traversable, font chooser,
frame, glass pane, html container, icon, image, internal frame, label, layered pane, list, list item,
menu, menu bar, menu item, option pane, page tab, page tab list, panel, password text, popup menu,
progress bar, button, radio button, radio menu item, root pane, row header, scroll bar, scroll pane,
separator, slider, spin button, split pane, status bar, table, table cell, table column header,
table row header, tearoff menu item, terminal, text, toggle button, tool bar, tool tip, tree,
tree table, unknown, viewport, window, extended, header, footer, paragraph, ruler, application,
autocomplete, editbar, embedded, entry, chart, caption, document frame, heading, page, section,
redundant object, form, link, input method window, table row, tree item, document spreadsheet,
document presentation, document text, document web, document email, comment, list box, grouping,
image map, notification, info bar, level bar, title bar, block quote, audio, video, definition,
article, landmark, log, marquee, math, rating, timer, static""".replace("\n", " ").split(", ")


class NotFound(Exception):
    """What was looked for is not there; the text names it."""


class Gone(Exception):
    """The element vanished between two questions, which a window in motion does all the time."""


class Bus:
    """The accessibility bus of this session, and the applications on it."""

    def __init__(self):
        session = Gio.bus_get_sync(Gio.BusType.SESSION)
        answer = session.call_sync("org.a11y.Bus", "/org/a11y/bus", "org.a11y.Bus", "GetAddress", None,
                                   GLib.VariantType("(s)"), Gio.DBusCallFlags.NONE, 5000, None)
        flags = (Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT
                 | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION)
        self.connection = Gio.DBusConnection.new_for_address_sync(answer.unpack()[0], flags, None, None)

    def ask(self, name, path, interface, method, arguments=None, timeout=5000):
        try:
            answer = self.connection.call_sync(name, path, interface, method, arguments, None,
                                               Gio.DBusCallFlags.NONE, timeout, None)
        except GLib.Error as error:
            raise Gone(error.message) from None
        return answer.unpack()

    def applications(self):
        registry = Element(self, "org.a11y.atspi.Registry", ROOT)
        return registry.children()

    def application(self, name="lenticular", timeout=20.0):
        """The program whose name contains `name`, in any case."""
        give_up = time.monotonic() + timeout
        while True:
            seen = []
            for application in self.applications():
                try:
                    seen.append(application.name)
                except Gone:
                    continue
                if name.lower() in seen[-1].lower():
                    return application
            if time.monotonic() > give_up:
                raise NotFound(f"no program {name!r} describes its window; there are {seen}")
            time.sleep(0.1)


class Element:
    """One thing in a window: a button, an entry, the window itself."""

    def __init__(self, bus, owner, path):
        self.bus, self.owner, self.path = bus, owner, path

    def ask(self, interface, method, arguments=None):
        return self.bus.ask(self.owner, self.path, f"org.a11y.atspi.{interface}", method, arguments)

    def read(self, interface, name):
        wish = GLib.Variant("(ss)", (f"org.a11y.atspi.{interface}", name))
        return self.bus.ask(self.owner, self.path, "org.freedesktop.DBus.Properties", "Get", wish)[0]

    @property
    def name(self):
        return self.read("Accessible", "Name")

    @property
    def role(self):
        number = self.ask("Accessible", "GetRole")[0]
        return ROLES[number] if number < len(ROLES) else f"role {number}"

    def children(self):
        return [Element(self.bus, owner, path) for owner, path in self.ask("Accessible", "GetChildren")[0]]

    def everything(self, depth=0):
        """This element and all in it, with how deep each lies; what vanishes meanwhile is left out."""
        yield self, depth
        try:
            children = self.children()
        except Gone:
            return
        for child in children:
            yield from child.everything(depth + 1)

    def states(self):
        low, high = self.ask("Accessible", "GetState")[0]
        bits = low | high << 32
        return {state for state, number in STATES.items() if bits >> number & 1}

    def interfaces(self):
        return {name.rsplit(".", 1)[-1] for name in self.ask("Accessible", "GetInterfaces")[0]}

    def text(self):
        """What stands in an entry or a label; an element without text answers with its name."""
        if "Text" not in self.interfaces():
            return self.name
        return self.ask("Text", "GetText", GLib.Variant("(ii)", (0, -1)))[0]

    def value(self):
        """The number of a bar, slider or spin button."""
        return self.read("Value", "CurrentValue")

    def middle(self):
        """Its middle on the screen, in pixels."""
        x, y, width, height = self.ask("Component", "GetExtents", GLib.Variant("(u)", (0,)))[0]
        return (x + width // 2, y + height // 2)

    def click(self):
        """Presses it by its own action, and with the pointer where it has none."""
        if "Action" in self.interfaces():
            if self.ask("Action", "DoAction", GLib.Variant("(i)", (0,)))[0]:
                return
        x, y = self.middle()
        pointer("mousemove", str(x), str(y), "click", "1")

    def focus(self):
        self.ask("Component", "GrabFocus")

    def scroll_into_view(self):
        # 6 is "anywhere", the gentlest of the protocol's list of places.
        self.ask("Component", "ScrollTo", GLib.Variant("(u)", (6,)))

    def set_text(self, text):
        """Replaces what stands in an entry, and makes sure that it does.

        Entries that cannot be edited over the bus are focused and typed into, as a person would.
        """
        if "EditableText" in self.interfaces():
            with contextlib.suppress(Gone, NotFound):
                self.ask("EditableText", "SetTextContents", GLib.Variant("(s)", (text,)))
                # A toolkit may say yes and do nothing, so only what stands there afterwards counts.
                wait_until(lambda: self.text() == text, "the new text", timeout=0.7)
                return
        self.type_text(text)

    def set_value(self, number):
        """Sets the number of a slider or a spin button."""
        wish = GLib.Variant("(ssv)", ("org.a11y.atspi.Value", "CurrentValue", GLib.Variant("d", number)))
        self.bus.ask(self.owner, self.path, "org.freedesktop.DBus.Properties", "Set", wish)

    def type_text(self, text):
        """Focuses the entry with the pointer, selects all of it, and types.

        Only what is on a US keyboard arrives: other letters need a key map of their own, which
        xdotool changes faster than toolkits notice.
        """
        x, y = self.middle()
        under = pointer("mousemove", str(x), str(y), "getmouselocation", "--shell")
        window = re.search(r"WINDOW=(\d+)", under).group(1)
        # Where no window manager runs, nobody else gives a clicked window the keyboard.
        pointer("windowfocus", "--sync", window, "click", "1")
        time.sleep(0.15)
        pointer("key", "--clearmodifiers", "ctrl+a")
        if text:
            # By a pipe: a secret that is typed shall not stand among the arguments of a program.
            pointer("type", "--clearmodifiers", "--delay", "15", "--file", "-", said=text)
        else:
            pointer("key", "BackSpace")

    def __str__(self):
        try:
            parts = [self.role, repr(self.name)]
            with_text = self.text() if "Text" in self.interfaces() else None
            if with_text is not None and with_text != self.name:
                parts.append(f"text={with_text!r}")
            if "Value" in self.interfaces():
                parts.append(f"value={self.value():g}")
            marks = self.states() - {"enabled", "sensitive", "showing", "visible"}
            return " ".join(parts + sorted(marks) + ([] if "sensitive" in self.states() else ["disabled"]))
        except Gone:
            return "(gone)"


def pointer(*words, said=""):
    """Moves the real pointer and presses real keys; returns what xdotool says."""
    if not shutil.which("xdotool"):
        raise NotFound("xdotool, which types and clicks, is not installed")
    return subprocess.run(["xdotool", *words], check=True, input=said, stdout=subprocess.PIPE, text=True).stdout


def matches(wanted, actual):
    """Plain names are compared exactly; `*` stands for anything. Brackets mean themselves."""
    if "*" not in wanted:
        return wanted == actual
    return re.fullmatch(fnmatch.translate(wanted.replace("[", "[[]")), actual) is not None


def find_all(within, role, name="*"):
    """Every element of this role and name, in the order of the screen reader."""
    found = []
    for element, _ in within.everything():
        try:
            if role in ("*", element.role) and matches(name, element.name):
                found.append(element)
        except Gone:
            continue
    return found


def find(within, role, name="*", timeout=10.0, state=None):
    """The first element of this role and name, waited for; with `state`, once it has that state."""
    give_up = time.monotonic() + timeout
    while True:
        for element in find_all(within, role, name):
            try:
                if state is None or state in element.states():
                    return element
            except Gone:
                continue
        if time.monotonic() > give_up:
            wanted = f"{role} {name!r}" + (f" that is {state}" if state else "")
            raise NotFound(f"no {wanted} within {timeout:g} s")
        time.sleep(0.1)


def wait_until(holds, what, timeout=10.0):
    """Waits until `holds()` is true, and returns what it returned."""
    give_up = time.monotonic() + timeout
    while True:
        try:
            answer = holds()
        except Gone:
            answer = None
        if answer:
            return answer
        if time.monotonic() > give_up:
            raise NotFound(f"waited {timeout:g} s in vain for {what}")
        time.sleep(0.1)


def drawn_tree(within):
    """The whole window as indented text, for a person who asks why something was not found."""
    return "\n".join(f"{'  ' * depth}{element}" for element, depth in within.everything())


def main(arguments):
    app = "lenticular"
    if arguments[:1] == ["--app"]:
        app, arguments = arguments[1], arguments[2:]
    within = Bus().application(app)
    match arguments:
        case ["tree"]:
            print(drawn_tree(within))
        case ["click", role, name]:
            find(within, role, name).click()
        case ["wait", role, name]:
            print(find(within, role, name))
        case ["set", role, name, text]:
            element = find(within, role, name)
            element.set_value(float(text)) if "Value" in element.interfaces() else element.set_text(text)
        case ["read", role, name]:
            print(find(within, role, name).text())
        case _:
            sys.exit(__doc__.strip())


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except (NotFound, Gone) as reason:
        sys.exit(f"accessible: {reason}")
