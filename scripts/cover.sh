#!/usr/bin/env bash
# The tests under branch coverage, the command line in its own processes included.
# Overall 95 %; 100 % where verdicts are made, proved and remembered.
set -euo pipefail
bin=$1
"$bin/coverage" erase
"$bin/coverage" run -m pytest
"$bin/coverage" combine --quiet
"$bin/coverage" report --fail-under=95
for room in model engine findings history netproof; do
  echo "coverage of $room:"
  "$bin/coverage" report --include="src/secaudit/$room/*" --fail-under=100
done
