#!/usr/bin/env bash
# A PostgreSQL (15 or newer) of our own for the tests: throw-away data, a free port on 127.0.0.1, a user that is not root.
#
#   scripts/pg.sh start [DIR]      start it (or find it running) and print its DSN
#   scripts/pg.sh stop  [DIR]      stop it and remove its data
#   scripts/pg.sh dsn   [DIR]      print the DSN of the running server
#   scripts/pg.sh find             print the bin folder it would use, installing Debian's package when it may
#   scripts/pg.sh run CMD ARG...   start a private one, run CMD with KETNAP_TEST_PG set, stop it whatever happens
#
# DIR defaults to $KETNAP_PG_DIR, else to a folder under the temporary directory that belongs to the present user.
# It is no place for real data: fsync is off and everybody on this machine may connect (trust on 127.0.0.1).
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname "$0")/lib.sh"

readonly minimum=15
tmp=${TMPDIR:-/tmp}

# candidates prints the bin folders that may hold a PostgreSQL, links resolved: a link beside nothing else in
# /usr/local/bin leads to the installation that also has postgres, pg_ctl and the shared files.
candidates() {
  local found
  while IFS= read -r found; do dirname "$(readlink -f "$found")"; done < <(type -ap initdb || true)
  ls -1d /usr/lib/postgresql/*/bin /usr/pgsql-*/bin /usr/local/pgsql/bin /opt/homebrew/opt/postgresql@*/bin 2>/dev/null || true
}

# usable prints "version folder" of every complete installation that is new enough, newest first.
usable() {
  local bin version
  while IFS= read -r bin; do
    if [ ! -x "$bin/initdb" ] || [ ! -x "$bin/postgres" ] || [ ! -x "$bin/pg_ctl" ]; then continue; fi
    version=$("$bin/postgres" --version 2>/dev/null | sed -n 's/^[^0-9]*\([0-9][0-9]*\).*/\1/p')
    if [ -n "$version" ] && [ "$version" -ge "$minimum" ]; then printf '%s %s\n' "$version" "$bin"; fi
  done < <(candidates | sort -u) | sort -rn
}

# find_bins sets bins to the folders of usable installations, installing Debian's package when there is none.
find_bins() {
  mapfile -t bins < <(usable | cut -d' ' -f2-)
  [ ${#bins[@]} -gt 0 ] && return
  if as_root_with_apt; then
    apt_install postgresql || true
    mapfile -t bins < <(usable | cut -d' ' -f2-)
  fi
  [ ${#bins[@]} -gt 0 ] || die "no PostgreSQL $minimum or newer found.
  Looked for initdb, postgres and pg_ctl side by side in PATH and in /usr/lib/postgresql/*/bin.
  Debian or Ubuntu:  sudo apt-get install postgresql
  Fedora:            sudo dnf install postgresql-server
  or put the bin folder of an installation into PATH, or set KETNAP_TEST_PG to a superuser DSN of a server for tests."
}

# choose_owner sets owner: PostgreSQL refuses to run as root, so root hands over to postgres, else to nobody.
choose_owner() {
  owner=$(id -un)
  [ "$(id -u)" = 0 ] || return 0
  for owner in postgres nobody; do
    if id "$owner" >/dev/null 2>&1; then return 0; fi
  done
  useradd --system --no-create-home --shell /usr/sbin/nologin postgres || die "cannot create a user to run PostgreSQL as"
  owner=postgres
}

# as_owner runs a command as owner, in a folder the owner may enter.
as_owner() {
  cd /
  if [ "$(id -un)" = "$owner" ]; then "$@"
  elif command -v runuser >/dev/null 2>&1; then runuser -u "$owner" -- "$@"
  else setpriv --reuid="$owner" --regid="$(id -g "$owner")" --clear-groups "$@"
  fi
}

# free_port prints a port on 127.0.0.1 that nobody listens on just now.
free_port() {
  local port
  for _ in $(seq 50); do
    port=$((20000 + RANDOM % 12000))
    if ! (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
      printf '%s\n' "$port"
      return 0
    fi
  done
  die "no free port on 127.0.0.1"
}

# make_cluster BIN creates the data folder. Vietnamese ordering is the database default on purpose: a column that forgot
# COLLATE "C" then sorts differently from SQLite and a test notices. Builds without ICU fall back to plain bytes.
make_cluster() {
  local bin=$1 common=(-D "$dir/data" -U postgres --auth=trust --encoding=UTF8 --no-sync)
  as_owner "$bin/initdb" "${common[@]}" --locale=C --locale-provider=icu --icu-locale=vi >"$dir/initdb.log" 2>&1 && return 0
  rm -rf "$dir/data"
  as_owner "$bin/initdb" "${common[@]}" --no-locale >>"$dir/initdb.log" 2>&1 && return 0
  rm -rf "$dir/data"
  return 1
}

write_settings() {
  cat >>"$dir/data/postgresql.conf" <<CONF
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
fsync = off
full_page_writes = off
max_connections = 200
max_locks_per_transaction = 512
shared_buffers = 128MB
dynamic_shared_memory_type = mmap
max_wal_size = 2GB
autovacuum_naptime = 10s
log_min_messages = warning
log_line_prefix = '%m [%p] %d '
timezone = 'UTC'
CONF
}

running_dsn() {
  if [ ! -s "$dir/dsn" ] || [ ! -s "$dir/data/postmaster.pid" ]; then return 1; fi
  kill -0 "$(head -n1 "$dir/data/postmaster.pid")" 2>/dev/null || return 1
  cat "$dir/dsn"
}

start() {
  local bin port
  mkdir -p "$dir"
  exec 9>"$dir.lock"
  if command -v flock >/dev/null 2>&1; then flock 9; fi
  running_dsn && return 0
  rm -rf "${dir:?}/data" "$dir/dsn"
  choose_owner
  find_bins
  if [ "$(id -un)" != "$owner" ]; then chown "$owner" "$dir"; fi
  for bin in "${bins[@]}"; do make_cluster "$bin" && break; bin=; done
  if [ -z "$bin" ]; then tail -n 20 "$dir/initdb.log" >&2; die "initdb failed"; fi
  write_settings
  for _ in 1 2 3 4 5; do
    port=$(free_port)
    if as_owner "$bin/pg_ctl" -D "$dir/data" -w -t 60 -l "$dir/server.log" -o "-p $port" start >"$dir/start.log" 2>&1 </dev/null 9>&-; then
      printf '%s\n' "$bin" >"$dir/bin"
      printf 'postgres://postgres@127.0.0.1:%s/postgres?sslmode=disable\n' "$port" | tee "$dir/dsn"
      return 0
    fi
  done
  tail -n 20 "$dir/start.log" "$dir/server.log" >&2 || true
  die "PostgreSQL did not start"
}

stop() {
  if running_dsn >/dev/null; then
    choose_owner
    as_owner "$(cat "$dir/bin")/pg_ctl" -D "$dir/data" -m immediate -w -t 30 stop >/dev/null 2>&1 || true
  fi
  rm -rf "${dir:?}" "$dir.lock"
}

# run CMD... keeps the exit code of CMD and stops the server also when interrupted.
run() {
  dir=$(mktemp -d "$tmp/ketnap-pg.XXXXXX")
  trap stop EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
  KETNAP_TEST_PG=$(start)
  [ -n "$KETNAP_TEST_PG" ] || exit 1
  export KETNAP_TEST_PG
  local code=0
  "$@" || code=$?
  exit "$code"
}

command=${1:-}
[ $# -gt 0 ] && shift
dir=${1:-${KETNAP_PG_DIR:-$tmp/ketnap-pg-$(id -u)}}
case $command in
  start) start ;;
  stop) stop ;;
  dsn) running_dsn || die "not running (start it with: scripts/pg.sh start)" ;;
  find) find_bins; printf '%s\n' "${bins[0]}" ;;
  run) [ $# -gt 0 ] || die "run needs a command"; run "$@" ;;
  *) sed -n '2,12s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
esac
