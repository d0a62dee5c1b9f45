#!/usr/bin/env bash
# Runs a command with a private Secret Service. No display, home or keyring of yours is touched.
#
#   secret_service.sh unlocked|locked|absent|late COMMAND [ARGUMENT…]
#
#   unlocked   an empty keyring, open
#   locked     an empty keyring, open until the command makes the file $LENTICULAR_PRIVATE_KEYRING/lock;
#              locked when the file is gone again
#   absent     a session bus on which nobody keeps secrets
#   late       absent until the command makes the file $LENTICULAR_PRIVATE_KEYRING/start; unlocked
#              when the file is gone again
set -euo pipefail

for program in gnome-keyring-daemon dbus-run-session gdbus; do
    command -v "$program" >/dev/null || {
        echo "$program is not installed; on Debian: apt install gnome-keyring dbus libglib2.0-bin" >&2
        exit 127
    }
done

# Inside the session this script runs itself once more, with the bus of the session.
if [ "${1-}" != --inside ]; then
    home=$(mktemp -d)
    trap 'rm -rf "$home"' EXIT
    mkdir -m 700 "$home/run"
    # A bus that starts nothing by itself: otherwise asking for a Secret Service would start the
    # machine's own one, locked, and "absent" could not be tried at all.
    cat >"$home/bus.conf" <<'CONF'
<busconfig>
  <type>session</type>
  <listen>unix:tmpdir=/tmp</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
CONF
    env -u DISPLAY -u WAYLAND_DISPLAY -u GNOME_KEYRING_CONTROL -u DBUS_SESSION_BUS_ADDRESS \
        HOME="$home" XDG_DATA_HOME="$home/data" XDG_CONFIG_HOME="$home/config" \
        XDG_CACHE_HOME="$home/cache" XDG_RUNTIME_DIR="$home/run" LENTICULAR_PRIVATE_KEYRING="$home" \
        dbus-run-session --config-file="$home/bus.conf" -- "$0" --inside "$@"
    exit
fi
shift

state=$1
shift

call() {
    gdbus call --session --timeout 10 --dest org.freedesktop.secrets \
        --object-path /org/freedesktop/secrets --method "org.freedesktop.Secret.Service.$1" "${@:2}"
}

# Waits until a command prints something with the given words in it.
wait_for() {
    for _ in $(seq 100); do
        "${@:2}" 2>/dev/null | grep -q "$1" && return
        sleep 0.1
    done
    echo "the Secret Service did not come so far: $*" >&2
    return 1
}

keyring=
helper=
finish() {
    for process in $helper $keyring; do
        kill "$process" 2>/dev/null || true
    done
}
trap finish EXIT

start() {
    printf 'only for this run' |
        gnome-keyring-daemon --foreground --unlock --components=secrets >"$LENTICULAR_PRIVATE_KEYRING/log" 2>&1 &
    keyring=$!
    wait_for collection call ReadAlias default
}

# Locks the keyring when the command asks for it by making a file, and says so by removing it.
lock_on_request() {
    while [ ! -e "$LENTICULAR_PRIVATE_KEYRING/lock" ]; do sleep 0.05; done
    call Lock "[objectpath '/org/freedesktop/secrets/aliases/default']" >/dev/null
    rm "$LENTICULAR_PRIVATE_KEYRING/lock"
}

# Starts the service when the command asks for it by making a file, and removes that when it is up.
start_on_request() {
    while [ ! -e "$LENTICULAR_PRIVATE_KEYRING/start" ]; do sleep 0.05; done
    start
    rm "$LENTICULAR_PRIVATE_KEYRING/start"
    wait "$keyring"
}

case $state in
    unlocked) start ;;
    locked)
        start
        lock_on_request &
        helper=$!
        ;;
    absent) ;;
    late)
        start_on_request &
        helper=$!
        ;;
    *)
        echo "unknown state: $state" >&2
        exit 2
        ;;
esac

"$@"
