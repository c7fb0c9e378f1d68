#!/usr/bin/env bash
# Builds what changed and starts Tributary with a demo programme, in the foreground. Ctrl-C or SIGTERM stops it cleanly.
#   ./run.sh                    http://localhost:5080, data in ./data, a private PostgreSQL
#   TRIBUTARY_URLS=http://0.0.0.0:8080 TRIBUTARY_DATA=/srv/tributary ./run.sh
#   TRIBUTARY_DATABASE=postgres://user:password@host/database ./run.sh
#   ./run.sh --help             further options of 'tributary serve'
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$here/scripts/prepare.sh"

server=$here/artifacts/server
built=$server/.built

is_built() {
  [ -e "$built" ] && [ -x "$server/tributary" ] && [ -z "$(
    cd "$here" && find src Directory.Build.props Directory.Packages.props global.json BannedSymbols.txt .editorconfig \
      \( -name bin -o -name obj \) -prune -o -newer "$built" -print -quit)" ]
}

build() {
  echo "Building …"
  "$DOTNET" publish "$here/src/Tributary.Server" -c Release -o "$server" -p:RestoreLockedMode=true \
    --nologo -v quiet --disable-build-servers || fail "The build failed; see above."
  touch "$built"
}

install_icu
[ -n "${TRIBUTARY_DATABASE:-}" ] || install_postgres
find_dotnet
is_built || build

export TRIBUTARY_DATA=${TRIBUTARY_DATA:-$here/data}
echo "Starting Tributary at ${TRIBUTARY_URLS:-http://localhost:5080} with data in $TRIBUTARY_DATA. Ctrl-C stops it."
# In place of this shell, so that a signal to it reaches the server.
exec "$server/tributary" serve --demo "$@"
