# Shared by the scripts in this folder; sourced, never run.
# shellcheck shell=bash

# say prints progress; standard output stays free for results.
say() { printf '%s\n' "$*" >&2; }

# die prints why the script cannot go on and ends it.
die() {
  printf '%s: %s\n' "$(basename "$0")" "$*" >&2
  exit 1
}

# as_root_with_apt is true where a Debian package may be installed without asking anybody.
as_root_with_apt() { [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; }

# apt_install NAME... installs Debian packages, refreshing the lists once when they are missing or old.
apt_install() {
  local opts=(-y -q --no-install-recommends -o Dpkg::Use-Pty=0 -o DPkg::Lock::Timeout=300)
  say "installing Debian package(s): $*"
  DEBIAN_FRONTEND=noninteractive apt-get install "${opts[@]}" "$@" >&2 && return 0
  DEBIAN_FRONTEND=noninteractive apt-get update -q -o DPkg::Lock::Timeout=300 >&2 || return 1
  DEBIAN_FRONTEND=noninteractive apt-get install "${opts[@]}" "$@" >&2
}
