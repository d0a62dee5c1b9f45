# shellcheck shell=bash
# System packages, by what they are for. Sourced by scripts/run and scripts/test.
#
# Nothing is asked of the network unless something is missing, so a second run costs nothing.

say() { printf '%s\n' "$*"; }

fail() {
    printf '\n%s\n' "$*" >&2
    exit 1
}

# Which package manager this system has; "none" where we know none.
package_manager() {
    local known
    for known in apt-get dnf pacman; do
        if command -v "$known" >/dev/null; then
            say "$known"
            return
        fi
    done
    say none
}

# The packages for one purpose under one package manager.
#   build   a C compiler, and nasm for the fast paths of the JPEG decoder
#   window  what the window opens at run time: X11, keyboard, GL
#   screen  a virtual screen and a way to look at it
#   tests   a private desktop: D-Bus, accessibility, Secret Service, input, pictures
packages_for() {
    case "$1 $2" in
        "apt-get build") say "gcc libc6-dev nasm ca-certificates" ;;
        "apt-get window") say "libx11-6 libx11-xcb1 libxcursor1 libxi6 libxkbcommon0 libxkbcommon-x11-0" \
            "libgl1 libegl1 libgl1-mesa-dri libfontconfig1 libwayland-client0" ;;
        "apt-get screen") say "xvfb python3 python3-xlib" ;;
        "apt-get tests") say "xvfb python3 python3-xlib python3-gi dbus at-spi2-core gnome-keyring" \
            "libglib2.0-bin xdotool imagemagick" ;;
        "dnf build") say "gcc nasm" ;;
        "dnf window") say "libX11 libX11-xcb libXcursor libXi libxkbcommon libxkbcommon-x11" \
            "libglvnd-glx libglvnd-egl mesa-dri-drivers fontconfig libwayland-client" ;;
        "dnf screen") say "xorg-x11-server-Xvfb python3 python3-xlib" ;;
        "dnf tests") say "xorg-x11-server-Xvfb python3 python3-xlib python3-gobject-base dbus-daemon" \
            "at-spi2-core gnome-keyring glib2 xdotool ImageMagick" ;;
        "pacman build") say "gcc nasm" ;;
        "pacman window") say "libx11 libxcursor libxi libxkbcommon libxkbcommon-x11 libglvnd mesa fontconfig wayland" ;;
        "pacman screen") say "xorg-server-xvfb python python-xlib" ;;
        "pacman tests") say "xorg-server-xvfb python python-xlib python-gobject dbus at-spi2-core gnome-keyring" \
            "glib2 xdotool imagemagick" ;;
        *) say "" ;;
    esac
}

# Prints those of the given packages that are not installed.
missing_packages() {
    local manager=$1 package
    shift
    case $manager in
        apt-get)
            for package in "$@"; do
                # A package can be known and yet removed: only "installed" counts.
                [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || say "$package"
            done
            ;;
        dnf)
            for package in "$@"; do
                rpm -q --quiet --whatprovides "$package" >/dev/null 2>&1 || say "$package"
            done
            ;;
        pacman) pacman -T "$@" || true ;;
    esac
}

# Runs a command as root: as it is, by sudo, or not at all.
as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        return 1
    fi
}

install_with() {
    local manager=$1
    shift
    case $manager in
        apt-get)
            as_root env DEBIAN_FRONTEND=noninteractive apt-get update -qq &&
                as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@"
            ;;
        dnf) as_root dnf install -y --quiet --setopt=install_weak_deps=False "$@" ;;
        pacman) as_root pacman -Sy --needed --noconfirm --quiet "$@" ;;
    esac
}

# Installs what is missing for the given purposes, and goes on where it cannot: much of it may be
# there under another name, and what really is missing is named by the step that needs it.
install_for() {
    local manager purpose log wanted=() missing=()
    manager=$(package_manager)
    if [ "$manager" = none ]; then
        say "System packages: no package manager known here (apt, dnf, pacman), so nothing is installed."
        say "  Needed for $*, by their Debian names:"
        for purpose in "$@"; do
            say "    $(packages_for apt-get "$purpose")"
        done
        return
    fi
    for purpose in "$@"; do
        # shellcheck disable=SC2207 # names of packages have no spaces
        wanted+=($(packages_for "$manager" "$purpose"))
    done
    mapfile -t missing < <(missing_packages "$manager" "${wanted[@]}" | sort -u)
    if [ "${#missing[@]}" = 0 ]; then
        say "System packages: all there"
        return
    fi
    say "System packages: installing ${missing[*]}"
    log=$(mktemp)
    if ! install_with "$manager" "${missing[@]}" </dev/null >"$log" 2>&1; then
        tail -n 8 "$log" >&2
        say "  They could not be installed; going on without. To do it by hand, as root:"
        case $manager in
            pacman) say "    pacman -S ${missing[*]}" ;;
            *) say "    $manager install ${missing[*]}" ;;
        esac
    fi
    rm -f "$log"
}

# Finds cargo, also where rustup put it without this shell knowing yet.
find_cargo() {
    local newest="1.95"
    if ! command -v cargo >/dev/null && [ -x "${CARGO_HOME:-$HOME/.cargo}/bin/cargo" ]; then
        PATH="${CARGO_HOME:-$HOME/.cargo}/bin:$PATH"
        export PATH
    fi
    command -v cargo >/dev/null || fail "Rust is not installed: there is no cargo.
Install it from https://rustup.rs (or your system's packages, version $newest or newer), then run this again."
    local version
    version=$(cargo --version | cut -d ' ' -f 2)
    if [ "$(printf '%s\n' "$newest" "$version" | sort -V | head -n 1)" != "$newest" ]; then
        fail "Rust $version is too old: version $newest or newer is needed. With rustup: rustup update stable"
    fi
}

# Where cargo puts what it builds.
target_folder() { say "${CARGO_TARGET_DIR:-target}"; }

# Debian's own Python, where its python3-* packages are; another one may stand first in PATH.
system_python() {
    if [ -x /usr/bin/python3 ]; then say /usr/bin/python3; else command -v python3 || say python3; fi
}

# How long something took, from two readings of $SECONDS.
took() { printf '%d min %02d s' $((($2 - $1) / 60)) $((($2 - $1) % 60)); }
