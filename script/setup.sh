# Sourced by demo, test and soak: brings a machine from "git, python3 and python3-venv" to one that runs the kiosk.
# A second run only looks whether anything changed. Nothing outside the checkout is touched except by apt.
# shellcheck shell=bash
set -euo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
VENV=$ROOT/.venv
LOCK=$ROOT/requirements.lock
LOCK_NODEPS=$ROOT/requirements-nodeps.lock # packages of which only files are used, without what their code asks for
PACKAGES=$ROOT/script/system-packages.txt
STAMP=$VENV/set-up-from
ASSUME_YES=${ASSUME_YES:-}

say() { printf '%s\n' "$*" >&2; }

fail() {
  say "$*"
  exit 1
}

# find_python: the first interpreter that is new enough; older ones get a sentence that helps.
find_python() {
  local name found=''
  for name in python3.11 python3.12 python3.13 python3; do
    command -v "$name" >/dev/null || continue
    if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
      printf '%s\n' "$name"
      return
    fi
    found=$("$name" -c 'import platform; print(platform.python_version())')
  done
  [ -n "$found" ] || fail 'Python 3.11 or later is needed and none was found. Debian 12: apt-get install python3 python3-venv'
  fail "Python 3.11 or later is needed; this machine has $found. Ubuntu 22.04: apt-get install python3.11 python3.11-venv"
}

# installed NAME: libraries that changed to 64-bit time carry the suffix t64 on newer systems.
installed() {
  local state
  for state in $(dpkg-query -W -f '${db:Status-Status}\n' "$1" "$1t64" 2>/dev/null); do
    [ "$state" = installed ] && return 0
  done
  return 1
}

# missing_packages PYTHON SCOPE...: names from the list that are not installed, and venv if Python came without it.
missing_packages() {
  local python=$1 name scope
  shift
  "$python" -c 'import ensurepip, venv' 2>/dev/null ||
    "$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])'
  while read -r name scope _; do
    case $name in '' | '#'*) continue ;; esac
    case " $* " in *" $scope "*) installed "$name" || printf '%s\n' "$name" ;; esac
  done <"$PACKAGES"
}

# may_install COMMAND: asks on a terminal; without one the caller has already said what he wants.
may_install() {
  [ -t 0 ] && [ -z "$ASSUME_YES" ] || return 0
  local answer
  read -r -p "Run this now?  $1  [Y/n] " answer
  case $answer in '' | [yY]*) return 0 ;; *) return 1 ;; esac
}

# install_system PYTHON SCOPE...: one apt call for all that is missing, or exactly what to ask an administrator for.
install_system() {
  local missing=() sudo=()
  if ! command -v dpkg-query >/dev/null; then
    say "Not Debian or Ubuntu: please see to the libraries named in ${PACKAGES#"$ROOT"/} yourself."
    return
  fi
  mapfile -t missing < <(missing_packages "$@")
  [ ${#missing[@]} -gt 0 ] || return 0
  say "Missing system packages: ${missing[*]}"
  if [ "$(id -u)" != 0 ]; then
    if ! command -v sudo >/dev/null || { [ ! -t 0 ] && ! sudo -n true 2>/dev/null; }; then
      fail "They cannot be installed from here (not root, no sudo). Please have this run, then start again:
  apt-get update && apt-get install --no-install-recommends ${missing[*]}"
    fi
    sudo=(sudo)
  fi
  may_install "${sudo[*]:+sudo }apt-get install ${missing[*]}" || fail 'Nothing was installed.'
  "${sudo[@]}" apt-get update -qq
  "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >&2
}

# fingerprint PYTHON: changes when the environment has to be made again.
fingerprint() {
  { "$1" --version && cat "$LOCK" "$LOCK_NODEPS" "$ROOT/pyproject.toml" "$PACKAGES"; } | sha256sum | cut -d' ' -f1
}

# install_python PYTHON: packages exactly as locked, each checked by its hash, then the project itself, editable.
install_python() {
  local python=$1 want pip=("$VENV/bin/python" -m pip --disable-pip-version-check install --quiet --no-deps)
  want=$(fingerprint "$python")
  [ "$(cat "$STAMP" 2>/dev/null)" != "$want" ] || return 0
  if ! "$VENV/bin/python" -c 'import pip, sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    say "Making $VENV"
    "$python" -m venv --clear "$VENV"
  fi
  say 'Installing the locked packages (some minutes the first time)'
  "${pip[@]}" --require-hashes --requirement "$LOCK"
  "${pip[@]}" --require-hashes --only-binary :all: --requirement "$LOCK_NODEPS"
  "${pip[@]}" --no-index --no-build-isolation --editable "$ROOT"
  QT_QPA_PLATFORM=offscreen "$VENV/bin/python" -c 'import cv2, dlib; from PySide6.QtWidgets import QApplication; QApplication([])' ||
    fail 'The packages are installed but do not load: see the lines above for the library that is missing.'
  printf '%s\n' "$want" >"$STAMP"
}

# fetch_photos: the freely licensed photographs that rehearsals play with.
fetch_photos() {
  "$VENV/bin/python" -m kiosk.rehearsal.photos --fetch >&2
}

# set_up SCOPE...: everything, once at a time per checkout, then puts the environment on the path.
set_up() {
  local python
  python=$(find_python)
  mkdir -p "$ROOT/.cache"
  exec 9>"$ROOT/.cache/set-up.lock"
  flock 9
  install_system "$python" "$@"
  install_python "$python"
  fetch_photos
  exec 9>&-
  export PATH=$VENV/bin:$PATH
}
