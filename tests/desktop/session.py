#!/usr/bin/python3
"""A private desktop: a screen, a session bus, accessibility and an unlocked keyring.

    session.py [--size 1440x900] COMMAND [ARGUMENT…]      runs the command in it

Everything lives in a temporary home that is gone afterwards, so a run starts as on the first day,
never sees the person's own settings or secrets, and leaves nothing behind.
"""

import contextlib
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

from virtual_display import NoDisplay, end, leave_in_order, virtual_display

INSIDE = "LENTICULAR_PRIVATE_DESKTOP"
"""Set in the environment of everything that runs in such a session."""

# What would lead a program out of the private session and into the person's own.
NOT_INHERITED = ("WAYLAND_DISPLAY", "XAUTHORITY", "DBUS_SESSION_BUS_ADDRESS", "AT_SPI_BUS_ADDRESS",
                 "GNOME_KEYRING_CONTROL", "SSH_AUTH_SOCK", "DESKTOP_STARTUP_ID", "NO_AT_BRIDGE")


@contextlib.contextmanager
def private_desktop(size="1440x900"):
    """Yields the environment for programs that shall run inside."""
    with contextlib.ExitStack() as cleanup:
        home = pathlib.Path(tempfile.mkdtemp(prefix="lenticular-desktop-"))
        cleanup.callback(shutil.rmtree, home, ignore_errors=True)
        display = cleanup.enter_context(virtual_display(size))
        environment = fresh_environment(home, display)
        bus = cleanup.enter_context(session_bus(environment))
        environment["DBUS_SESSION_BUS_ADDRESS"] = bus
        switch_accessibility_on(environment)
        cleanup.enter_context(unlocked_keyring(environment))
        yield environment


def fresh_environment(home, display):
    """This environment with its own home, XDG folders and display."""
    environment = {name: value for name, value in os.environ.items() if name not in NOT_INHERITED}
    environment |= {
        "HOME": str(home),
        "XDG_CONFIG_HOME": str(home / "config"),
        "XDG_DATA_HOME": str(home / "data"),
        "XDG_STATE_HOME": str(home / "state"),
        "XDG_CACHE_HOME": str(home / "cache"),
        "XDG_RUNTIME_DIR": str(home / "run"),
        "XDG_SESSION_TYPE": "x11",
        "XDG_CURRENT_DESKTOP": "none",
        "DISPLAY": display,
        INSIDE: str(home),
    }
    for folder in ("config", "data", "state", "cache", "run"):
        (home / folder).mkdir(mode=0o700)
    return environment


@contextlib.contextmanager
def session_bus(environment):
    """Yields the address of a bus that knows nobody yet; its services are started on demand."""
    need("dbus-daemon", "the D-Bus message bus")
    daemon = subprocess.Popen(["dbus-daemon", "--session", "--nofork", "--nopidfile", "--print-address=1"],
                              env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        address = daemon.stdout.readline().strip()
        if not address:
            raise NoDisplay("the private D-Bus session did not start")
        yield address
    finally:
        end(daemon)
        daemon.stdout.close()


def gdbus(environment, destination, path, method, *arguments):
    """One call on the private bus; its answer as gdbus prints it."""
    need("gdbus", "the D-Bus command line of GLib")
    call = ["gdbus", "call", "--session", "--timeout", "10", "--dest", destination,
            "--object-path", path, "--method", method, *arguments]
    answer = subprocess.run(call, env=environment, capture_output=True, text=True, check=False)
    if answer.returncode:
        raise NoDisplay(f"{method} failed: {answer.stderr.strip()}")
    return answer.stdout.strip()


def switch_accessibility_on(environment):
    """Programs describe their windows only while somebody says that a reader is listening."""
    for name in ("IsEnabled", "ScreenReaderEnabled"):
        gdbus(environment, "org.a11y.Bus", "/org/a11y/bus", "org.freedesktop.DBus.Properties.Set",
              "org.a11y.Status", name, "<true>")


@contextlib.contextmanager
def unlocked_keyring(environment, password="only for this run"):
    """A Secret Service with an empty, open default keyring."""
    need("gnome-keyring-daemon", "the Secret Service")
    daemon = subprocess.Popen(["gnome-keyring-daemon", "--foreground", "--unlock", "--components=secrets"],
                              env=environment, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL)
    try:
        daemon.stdin.write(password.encode())
        daemon.stdin.close()
        give_up = time.monotonic() + 10
        while default_keyring(environment) in (None, "/"):
            if daemon.poll() is not None:
                raise NoDisplay(f"the Secret Service ended with exit code {daemon.returncode}")
            if time.monotonic() > give_up:
                raise NoDisplay("the Secret Service has no default keyring after 10 s")
            time.sleep(0.1)
        yield
    finally:
        end(daemon)


def default_keyring(environment):
    """Where the default keyring is on the bus; `/` when there is none, None when nobody answers."""
    with contextlib.suppress(NoDisplay):
        owned = gdbus(environment, "org.freedesktop.DBus", "/org/freedesktop/DBus",
                      "org.freedesktop.DBus.NameHasOwner", "org.freedesktop.secrets")
        # Asked before the daemon has its name, the bus would start a second, locked one.
        if "true" in owned:
            answer = gdbus(environment, "org.freedesktop.secrets", "/org/freedesktop/secrets",
                           "org.freedesktop.Secret.Service.ReadAlias", "default")
            return answer.split("'")[1]
    return None


def need(program, meaning):
    """Refuses with plain words when a program is not installed."""
    if not shutil.which(program):
        raise NoDisplay(f"{program}, {meaning}, is not installed")


def main(arguments):
    leave_in_order()
    size = "1440x900"
    if arguments[:1] == ["--size"]:
        size, arguments = arguments[1], arguments[2:]
    if not arguments:
        sys.exit(__doc__.strip())
    try:
        with private_desktop(size) as environment:
            return subprocess.run(arguments, env=environment, check=False).returncode
    except NoDisplay as reason:
        sys.exit(f"No private desktop: {reason}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
