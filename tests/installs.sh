#!/usr/bin/env bash
# Do the requirements files install from an empty cache, with the pip of Debian 12 and with the newest?
#   tests/installs.sh                        every file
#   tests/installs.sh requirements-dev.txt   some files
# Each is resolved, downloaded and held against its hashes (--dry-run); that is where a lock fails that was true only on
# the day it was made. Unpacking is left out: `make test` does it. A line for each pip and file, stops at the first red.
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1

OLDEST=23.0 # what python3-venv of Debian 12 brings
files=("$@")
((${#files[@]})) || files=(requirements.txt requirements-ocr.txt requirements-test.txt requirements-dev.txt)

room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_PROGRESS_BAR=off
for wanted in "pip==$OLDEST" pip; do
    python3 -m venv "$room/venv" --clear && "$room/venv/bin/python" -m pip install --quiet --upgrade "$wanted" 2>"$room/log" \
        || { cat "$room/log" >&2; echo "$wanted cannot be had" >&2; exit 1; }
    version=$("$room/venv/bin/python" -m pip --version | cut -d ' ' -f 2)
    for file in "${files[@]}"; do
        begun=$SECONDS
        if ! "$room/venv/bin/python" -m pip install --quiet --dry-run --ignore-installed --require-hashes -r "$file" >"$room/log" 2>&1; then
            grep -v 'is ignored: it is neither' "$room/log" | tail -n 12 >&2
            echo "pip $version: $file does not install; make it anew with: make lock" >&2
            exit 1
        fi
        printf 'pip %-7s %-22s installs  %3d s\n' "$version" "$file" $((SECONDS - begun))
    done
done
