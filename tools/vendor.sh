#!/usr/bin/env bash
# Fetches the assets that the pages need into src/Tributary.Server/wwwroot/lib, each with its licence. Run it again after
# changing a version below, and commit what it wrote: building and running need no network and no Node.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
lib=$here/src/Tributary.Server/wwwroot/lib
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# vendor <package> <version> <file in the package> …
vendor() {
  local package=$1 version=$2 target=$lib/$1
  shift 2
  (cd "$work" && npm pack --silent "$package@$version" >/dev/null && tar -xzf "$package-$version.tgz")
  rm -rf "$target"
  mkdir -p "$target"
  for file in "$@"; do
    # The map of a minified file is for people who debug the library, and is not vendored.
    sed '/^\/[\/*]# sourceMappingURL=/d' "$work/package/$file" >"$target/$(basename "$file")"
  done
  printf '%s %s\n' "$package" "$version" >"$target/VERSION"
  rm -rf "$work/package"
}

vendor swagger-ui-dist 5.35.0 swagger-ui.css swagger-ui-bundle.js LICENSE NOTICE
