#!/usr/bin/env bash
# Resolve requirements/*.in into lock files with hashes for Python 3.11 to 3.14 on every system; no index is written.
set -euo pipefail
cd "$(dirname "$0")/.."
command -v uv >/dev/null 2>&1 || { echo "make lock needs uv on the PATH" >&2; exit 2; }
for name in run test; do
  {
    echo "# Locked with hashes by \`make lock\` from requirements/$name.in; no index is named here."
    uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url \
      "requirements/$name.in" 2>/dev/null
  } >"requirements/$name.tmp"
  mv "requirements/$name.tmp" "requirements/$name.txt"
done
