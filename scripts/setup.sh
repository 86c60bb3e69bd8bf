#!/usr/bin/env bash
# Make a virtual environment from a lock file with hashes and install this project into it.
# usage: scripts/setup.sh VENV LOCKFILE
set -euo pipefail
venv=$1 lock=$2

pick_python() {
  local name
  for name in "${PYTHON:-}" python3 python3.13 python3.12 python3.11 python3.14; do
    [ -n "$name" ] && command -v "$name" >/dev/null 2>&1 || continue
    "$name" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 15))' 2>/dev/null && { echo "$name"; return; }
  done
  echo "secaudit needs Python 3.11 to 3.14 with venv; set PYTHON=/path/to/python3" >&2
  exit 2
}

if [ ! -x "$venv/bin/python" ]; then
  python=$(pick_python)
  echo "setting up $venv with $("$python" --version)" >&2
  "$python" -m venv "$venv"
fi
export PIP_DISABLE_PIP_VERSION_CHECK=1
"$venv/bin/python" -m pip install --quiet --require-hashes --requirement "$lock"
"$venv/bin/python" -m pip install --quiet --no-deps --no-build-isolation --editable .
"$venv/bin/python" -m compileall -q src >/dev/null
