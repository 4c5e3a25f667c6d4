# What bin/serve, bin/test and bin/start share. Sourced by bash; expects `set -eu` and the portal's folder as $ROOT.
# It sets no index, mirror or proxy: those configured for pip, npm and apt on the machine are the ones used.

VENV="$ROOT/.venv"
PYTHON="$VENV/bin/python"
[ -x "$PYTHON" ] || PYTHON="$VENV/bin/python3"
SKIPPED=()  # what could not be installed, by name, with the remedy

PAPER_PACKAGES=(libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-noto-cjk fonts-lxgw-wenkai fonts-dejavu-core fontconfig)
TEST_PACKAGES=(postgresql redis-server chromium-headless-shell poppler-utils)

say() { printf '%s\n' "$*" >&2; }
die() { say "$(basename "$0"): $*"; exit 1; }
digest() { cat "$@" 2>/dev/null | sha256sum | cut -d' ' -f1; }

# quietly COMMAND...: runs it and shows what it says only when it fails.
quietly() {
  local log status=0
  log=$(mktemp)
  "$@" >"$log" 2>&1 || status=$?
  [ "$status" = 0 ] || tail -n 30 "$log" >&2
  rm -f "$log"
  return "$status"
}

# setting NAME DEFAULT: the value from the environment, else from .env, else the default.
setting() {
  local line
  if [ -n "${!1+set}" ]; then printf '%s' "${!1}"; return; fi
  line=$(grep -E "^(export )?$1=" "$ROOT/.env" 2>/dev/null | tail -n 1) || true
  if [ -z "$line" ]; then printf '%s' "${2-}"; return; fi
  line=${line#*=}
  case $line in
    \"*\") line=${line#\"}; line=${line%\"} ;;
    \'*\') line=${line#\'}; line=${line%\'} ;;
  esac
  printf '%s' "$line"
}

# lock_setup / unlock_setup: one set-up at a time in this folder.
lock_setup() { mkdir -p "$ROOT/var"; exec 9>"$ROOT/var/setup.lock"; flock 9; }
unlock_setup() { exec 9>&-; }

installed() { [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }

# need_packages WHAT PACKAGE...: installs what is missing when root; otherwise says what waits and prints the command.
# Never fails: what depends on it is reported by name.
need_packages() {
  local what=$1 package missing=() command
  shift
  for package in "$@"; do installed "$package" || missing+=("$package"); done
  [ ${#missing[@]} -gt 0 ] || return 0
  command="apt-get install --no-install-recommends ${missing[*]}"
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    say "Installing ${missing[*]} ..."
    apt_install "${missing[@]}" && return 0
    SKIPPED+=("$what: the installation failed; run: $command")
  else
    SKIPPED+=("$what: not installed and this is not root; run: sudo $command")
  fi
  say "${SKIPPED[-1]}"
}

# apt_install PACKAGE...: without starting the servers that come with them (PostgreSQL and Redis are started by bin/test).
apt_install() {
  local policy=/usr/sbin/policy-rc.d made="" status=0
  if [ ! -e "$policy" ]; then printf '#!/bin/sh\nexit 101\n' >"$policy" && chmod 755 "$policy" && made=yes; fi
  export DEBIAN_FRONTEND=noninteractive
  quietly apt-get update -qq && quietly apt-get install -y -qq --no-install-recommends "$@" || status=$?
  [ -z "$made" ] || rm -f "$policy"
  return "$status"
}

# find_python: the newest of python3, python3.13 ... python3.11 that the lock is made for.
find_python() {
  local candidate
  for candidate in python3 python3.13 python3.12 python3.11; do
    if "$candidate" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null; then
      command -v "$candidate"
      return
    fi
  done
  die "Python 3.11, 3.12 or 3.13 is needed"
}

# need_python base|dev: the environment in .venv with the locked packages; the development set contains the base one.
need_python() {
  local want=$1 stamp base
  stamp=$(digest "$ROOT/requirements/base.txt" "$ROOT/requirements/dev.txt")
  if [ ! -x "$VENV/bin/python" ] || ! "$VENV/bin/python" -c 'import pip' 2>/dev/null; then
    base=$(find_python)
    say "Making the Python environment with $("$base" --version) ..."
    if ! "$base" -m venv --clear "$VENV" >/dev/null 2>&1; then
      need_packages "the Python environment" python3-venv
      "$base" -m venv --clear "$VENV" >&2 || die "python3 -m venv failed; run: sudo apt-get install python3-venv"
    fi
    PYTHON="$VENV/bin/python"
  fi
  grep -qx "$stamp" "$VENV/.installed-dev" 2>/dev/null && return
  [ "$want" = base ] && grep -qx "$stamp" "$VENV/.installed-base" 2>/dev/null && return
  say "Installing Python packages ..."
  quietly "$PYTHON" -m pip install --quiet --disable-pip-version-check --require-hashes -r "$ROOT/requirements/$want.txt" ||
    die "pip could not install requirements/$want.txt"
  printf '%s\n' "$stamp" >"$VENV/.installed-$want"
}

# need_static_files: static/vendor from the locked npm packages; Node.js comes from PyPI where the machine has none.
need_static_files() {
  local stamp file="$ROOT/static/vendor/.made"
  stamp=$(digest "$ROOT/package-lock.json" "$ROOT/static/icons.txt" "$ROOT/bin/static")
  grep -qx "$stamp" "$file" 2>/dev/null && return
  say "Installing the files of the pages ..."
  if ! npm --version >/dev/null 2>&1; then
    quietly "$PYTHON" -m pip install --quiet --disable-pip-version-check --require-hashes -r "$ROOT/requirements/node.txt" ||
      die "pip could not install Node.js (requirements/node.txt)"
  fi
  (cd "$ROOT" && PATH="$PATH:$VENV/bin" quietly npm ci --no-audit --no-fund --ignore-scripts) || die "npm ci failed"
  "$PYTHON" "$ROOT/bin/static" || die "the files of the pages could not be copied"
  printf '%s\n' "$stamp" >"$file"
}

manage() { "$PYTHON" "$ROOT/manage.py" "$@"; }

# prepare_portal: database, cache table, fonts, and static files when they or their packages changed.
prepare_portal() {
  local stamp file
  file="$(setting VAR_DIR "$ROOT/var")/static/.made"
  stamp=$( (cd "$ROOT" && cat requirements/base.txt static/vendor/.made
    find static portal pilots -path '*static/*' -type f -print0 | sort -z | xargs -0 sha256sum) | sha256sum | cut -d' ' -f1)
  if grep -qx "$stamp" "$file" 2>/dev/null; then
    manage prepare >&2 || die "the database could not be prepared"
  else
    manage prepare --static >&2 || die "database or static files could not be prepared"
    printf '%s\n' "$stamp" >"$file"
  fi
}

# web_server HOST PORT [OPTION...]: becomes gunicorn.
web_server() {
  local host=$1 port=$2 folder=/tmp
  shift 2
  case $host in *:*) host="[$host]" ;; esac
  [ -w /dev/shm ] && folder=/dev/shm
  exec "$PYTHON" -m gunicorn portal.wsgi --chdir "$ROOT" --bind "$host:$port" \
    --worker-class gthread --workers "${WEB_WORKERS:-2}" --threads "${WEB_THREADS:-4}" \
    --max-requests 5000 --max-requests-jitter 500 --graceful-timeout 15 --timeout 60 \
    --worker-tmp-dir "$folder" --no-control-socket --log-level warning "$@"
}

report_skipped() {
  local line
  [ ${#SKIPPED[@]} -gt 0 ] || return 0
  say "" && say "Skipped on this machine:"
  for line in "${SKIPPED[@]}"; do say "  $line"; done
}
