#!/usr/bin/env bash
# The Debian or Ubuntu packages that setting up and testing need. Without arguments: list those missing, with what each is for.
# --install: install them (as root).
set -euo pipefail
declare -A purpose=(
  [git]="the history that findings are compared with"
  [make]="the one command surface"
  [python3]="the program"
  [python3-venv]="the environment that make sets up"
  [nftables]="real rules in the kernel, which the separation proof is compared with (tests/netproof/kernel)"
  [iproute2]="the network namespaces that those tests make for themselves"
)
packages=(git make python3 python3-venv nftables iproute2)

missing=()
for package in "${packages[@]}"; do
  dpkg-query --show --showformat='${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed || missing+=("$package")
done
[ ${#missing[@]} -eq 0 ] && { echo "system packages: all present"; exit 0; }
echo "system packages missing:"
for package in "${missing[@]}"; do echo "  $package: ${purpose[$package]}"; done
[ "${1:-}" = --install ] || exit 1
[ "$(id -u)" -eq 0 ] || { echo "installing needs root" >&2; exit 1; }
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
apt-get install -y -qq --no-install-recommends "${missing[@]}"
