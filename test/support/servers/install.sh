#!/usr/bin/env bash
# Installs the real servers that the tests start and stop: an object store that speaks S3 (OpenStack Swift) and Redis, from
# the distribution. Nothing is configured and no service is left running: RUNLEVEL=1 keeps the packages from starting any.
# Running it again when everything is there takes no time; where they cannot be had, the tests that need them are skipped.
set -euo pipefail
missing=()
command -v redis-server >/dev/null 2>&1 || missing+=(redis-server)
[ -e /usr/lib/python3/dist-packages/swift/proxy/server.py ] || missing+=(python3-swift)
[ ${#missing[@]} = 0 ] && exit 0
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null 2>&1; then
  echo "not here, and not installed: ${missing[*]}; the tests that need them are skipped" >&2
  exit 3
fi
apt-get update -qq && RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}"
