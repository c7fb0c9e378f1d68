# Sourced by run.sh and test.sh: finds the .NET SDK and installs what is missing on Debian and its relatives.
# Sets DOTNET. Prints nothing when everything is there.

export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_CLI_UI_LANGUAGE=en DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1
export MSBUILDDISABLENODEREUSE=1

fail() { printf '\n%s\n' "$*" >&2; exit 1; }

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"
  elif command -v sudo >/dev/null 2>&1; then sudo "$@"
  else fail "This needs root and there is no sudo. Run as root: $*"
  fi
}

apt_refreshed=
apt_install() {
  command -v apt-get >/dev/null 2>&1 || fail "Please install $1 with this system's package manager, then start again."
  echo "Installing $* …"
  if [ -z "$apt_refreshed" ]; then
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq update || fail "apt-get update failed; see above."
    apt_refreshed=1
  fi
  as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -y install --no-install-recommends "$@" >/dev/null \
    || fail "apt-get could not install $*; see above."
}

has_postgres() {
  [ -n "${TRIBUTARY_POSTGRES_BIN:-}" ] && return 0
  local bin
  for bin in /usr/lib/postgresql/*/bin /usr/pgsql-*/bin /opt/homebrew/opt/postgresql*/bin /usr/local/opt/postgresql*/bin; do
    [ -x "$bin/initdb" ] && return 0
  done
  command -v initdb >/dev/null 2>&1
}

# The server programs only: Debian's own cluster on port 5432 is neither needed nor made.
install_postgres() {
  has_postgres && return 0
  if [ -d /etc/apt ] && [ ! -e /etc/postgresql-common/createcluster.conf ]; then
    as_root mkdir -p /etc/postgresql-common
    echo 'create_main_cluster = false' | as_root tee /etc/postgresql-common/createcluster.conf >/dev/null
  fi
  apt_install postgresql
}

# The tests of pages need a browser.
install_chromium() {
  [ -x /usr/bin/chromium ] || [ -x /usr/bin/chromium-browser ] || [ -x /usr/bin/google-chrome ] || apt_install chromium
}

# Tests that count and break the database's syncs; they are skipped where it is missing or refused.
install_strace() {
  command -v strace >/dev/null 2>&1 || ! command -v apt-get >/dev/null 2>&1 || apt_install strace
}

has_icu() {
  local lib
  for lib in /usr/lib/*/libicuuc.so.* /usr/lib/libicuuc.so.* /usr/lib64/libicuuc.so.* /lib/*/libicuuc.so.*; do
    [ -e "$lib" ] && return 0
  done
  [ "$(uname)" = Darwin ]
}

# .NET needs ICU; Debian names the package after its version.
install_icu() {
  has_icu && return 0
  command -v apt-cache >/dev/null 2>&1 || fail "Please install ICU (libicu), which .NET needs, then start again."
  local package
  package=$(apt-cache --names-only search '^libicu[0-9]+$' | cut -d' ' -f1 | sort -V | tail -n 1)
  if [ -z "$package" ]; then
    as_root apt-get -qq update || fail "apt-get update failed; see above."
    apt_refreshed=1
    package=$(apt-cache --names-only search '^libicu[0-9]+$' | cut -d' ' -f1 | sort -V | tail -n 1)
  fi
  [ -n "$package" ] || fail "Please install ICU (libicu), which .NET needs, then start again."
  apt_install "$package"
}

# The first dotnet that has a .NET 10 SDK.
find_dotnet() {
  local candidate
  for candidate in "$(command -v dotnet || true)" "${DOTNET_ROOT:-/nonexistent}/dotnet" "$HOME/.dotnet/dotnet" \
    /usr/share/dotnet/dotnet /usr/lib/dotnet/dotnet /usr/local/share/dotnet/dotnet /opt/dotnet/dotnet; do
    if [ -n "$candidate" ] && [ -x "$candidate" ] && "$candidate" --list-sdks 2>/dev/null | grep -q '^10\.'; then
      DOTNET=$candidate
      DOTNET_ROOT=$(dirname "$(readlink -f "$candidate")")
      export DOTNET DOTNET_ROOT
      return 0
    fi
  done
  fail "The .NET 10 SDK was not found (looked at PATH, ~/.dotnet, /usr/share/dotnet, /usr/lib/dotnet).
Install it from https://dotnet.microsoft.com/download/dotnet/10.0, for example with Microsoft's dotnet-install.sh
(--channel 10.0, which puts it into ~/.dotnet), then start again."
}
