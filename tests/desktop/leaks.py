"""Where a secret is: in the keyring, where it belongs, and in places where nobody may find it."""

import base64
import os
import pathlib
import urllib.parse

import gi

gi.require_version("Gio", "2.0")
from gi.repository import Gio, GLib  # noqa: E402 (the version must be named first)

# Files are read in pieces, so that a large library fits into memory.
PIECE = 1 << 20


def forms_of(secret):
    """The ways in which programs write a text down without meaning to."""
    plain = secret.encode()
    forms = {plain, secret.encode("utf-16-le"), plain.hex().encode(), plain.hex().upper().encode(),
             urllib.parse.quote(secret).encode(), plain[::-1]}
    for shift in range(3):
        # Base64 looks different at each of three places in its group; the ends depend on the neighbors.
        coded = base64.b64encode(b"\0" * shift + plain)
        forms.add(coded[4 if shift else 0:len(coded) // 4 * 4 - 4])
    return forms


def holds(stream, forms):
    """Whether one of the forms is in what can be read, also across two pieces."""
    overlap = max(len(form) for form in forms)
    tail = b""
    while piece := stream.read(PIECE):
        text = tail + piece
        if any(form in text for form in forms):
            return True
        tail = text[-overlap:]
    return False


def files_with(secret, folder, except_below=()):
    """The files in the folder that hold the secret, in their names or in their bytes."""
    forms, found, looked_at = forms_of(secret), [], 0
    for place, folders, names in os.walk(folder):
        here = pathlib.Path(place)
        folders[:] = [name for name in folders if here / name not in except_below]
        for name in names:
            path = here / name
            if not path.is_file():
                continue  # a socket has no bytes of its own
            looked_at += 1
            with open(path, "rb") as stream:
                if secret in name or holds(stream, forms):
                    found.append(str(path))
    return found, looked_at


def process_with(secret, process_id):
    """What of the running process shows the secret to others: its arguments or its environment."""
    forms = forms_of(secret)
    found = []
    for part in ("cmdline", "environ"):
        with open(f"/proc/{process_id}/{part}", "rb") as stream:
            if holds(stream, forms):
                found.append(part)
    return found


def kept_in_keyring(service):
    """What the Secret Service keeps for a program: the user name of each entry with its secret."""
    bus = Gio.bus_get_sync(Gio.BusType.SESSION)

    def call(path, interface, method, arguments):
        return bus.call_sync("org.freedesktop.secrets", path, interface, method, arguments, None,
                             Gio.DBusCallFlags.NONE, 10000, None).unpack()

    root, secrets = "/org/freedesktop/secrets", "org.freedesktop.Secret"
    _, session = call(root, f"{secrets}.Service", "OpenSession",
                      GLib.Variant("(sv)", ("plain", GLib.Variant("s", ""))))
    unlocked, locked = call(root, f"{secrets}.Service", "SearchItems", GLib.Variant("(a{ss})", ({"service": service},)))
    kept = {}
    for item in unlocked + locked:
        attributes = call(item, "org.freedesktop.DBus.Properties", "Get",
                          GLib.Variant("(ss)", (f"{secrets}.Item", "Attributes")))[0]
        secret = call(item, f"{secrets}.Item", "GetSecret", GLib.Variant("(o)", (session,)))[0]
        kept[attributes.get("username", item)] = bytes(secret[2]).decode()
    call(session, f"{secrets}.Session", "Close", None)
    return kept
