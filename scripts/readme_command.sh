#!/usr/bin/env bash
# Run one of the README's two commands in a copy of this checkout, as a new user would: readme_command.sh example|test
set -euo pipefail
which=${1:?example or test}
here=$(cd "$(dirname "$0")/.." && pwd)
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
git -C "$here" archive HEAD | tar -x -C "$copy"
cd "$copy"
command=$(awk '/^```console$/{getline; print}' README.md | sed -n "$([ "$which" = example ] && echo 1p || echo 2p)")
echo "+ $command"
status=0
bash -c "$command" || status=$?
# The example project has findings, so `check` ends in 1 there.
[ "$which" = example ] && [ "$status" = 1 ] && status=0
exit "$status"
