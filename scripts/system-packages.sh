#!/usr/bin/env bash
# The Debian or Ubuntu packages that setting up and testing need. Without arguments: list those missing.
# --install: install them (as root).
set -euo pipefail
packages=(git make python3 python3-venv)

missing=()
for package in "${packages[@]}"; do
  dpkg-query --show --showformat='${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed || missing+=("$package")
done
[ ${#missing[@]} -eq 0 ] && { echo "system packages: all present"; exit 0; }
echo "system packages missing: ${missing[*]}"
[ "${1:-}" = --install ] || exit 1
[ "$(id -u)" -eq 0 ] || { echo "installing needs root" >&2; exit 1; }
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
apt-get install -y -qq --no-install-recommends "${missing[@]}"
