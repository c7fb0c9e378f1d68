#!/usr/bin/env bash
# Builds everything and runs every test on a private PostgreSQL of the tests' own.
#   ./test.sh                   all tests
#   ./test.sh --long            the long forms too, as before a release
#   ./test.sh Ledger            only tests whose full name contains the word
#   TRIBUTARY_TEST_DATABASE=postgres://… ./test.sh     on that server instead
# The last line printed is "N passed, N failed"; the exit code says the same.
set -uo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cd "$here" || exit 1
. scripts/prepare.sh

filter=()
for argument in "$@"; do
  case $argument in
    --long) export TRIBUTARY_TEST_LONG=1 ;;
    -h | --help) sed -n '2,8s/^# \{0,1\}//p' "$0"; exit 0 ;;
    -*) fail "Unknown option $argument; see ./test.sh --help" ;;
    *) filter=(--filter "FullyQualifiedName~$argument") ;;
  esac
done

install_icu
[ -n "${TRIBUTARY_TEST_DATABASE:-}" ] || install_postgres
install_chromium
install_strace
find_dotnet

passed=0
failed=0
finish() {
  [ $((passed + failed)) -gt 0 ] || echo "No test ran."
  echo "$passed passed, $failed failed"
  [ "$failed" = 0 ] && [ "$passed" -gt 0 ]
  exit
}

echo "== build"
if ! "$DOTNET" restore --locked-mode -v quiet --disable-build-servers \
  || ! "$DOTNET" build --no-restore --nologo -v quiet --disable-build-servers -p:RunAnalyzers=true; then
  echo "The build failed."
  failed=1
  finish
fi

# Shows failures as they come and a sign of life now and then; leaves the summary's numbers in the log.
show_progress() {
  local line count=0
  while IFS= read -r line; do
    case $line in
      "  Passed "*) count=$((count + 1)); [ $((count % 100)) -ne 0 ] || echo "  … $count passed" ;;
      *) printf '%s\n' "$line" ;;
    esac
  done
}

# The number after a word in the runner's summary ("     Passed: 12").
summary_number() { sed -n "s/^ *$1: *\([0-9][0-9]*\) *$/\1/p" "$2" | tail -n 1; }

run_project() {
  local log status project_passed project_failed
  log=$(mktemp)
  echo "== $1"
  "$DOTNET" test "$1" --no-build --nologo --logger "console;verbosity=normal" ${filter[@]+"${filter[@]}"} 2>&1 | tee "$log" | show_progress
  status=${PIPESTATUS[0]}
  project_passed=$(summary_number Passed "$log")
  project_failed=$(summary_number Failed "$log")
  rm -f "$log"
  passed=$((passed + ${project_passed:-0}))
  failed=$((failed + ${project_failed:-0}))
  if [ "$status" != 0 ] && [ "${project_failed:-0}" = 0 ]; then
    echo "$1 ended abnormally (exit code $status)."
    failed=$((failed + 1))
  fi
}

for project in tests/*/*.csproj; do
  run_project "$project"
done
finish
