#!/usr/bin/env bash
# `make quick` and `make story` with the machine's clock or zone moved, one moment after the other; stops at the first
# that fails, with its output.
#
#   tests/days.sh                        every moment
#   tests/days.sh sunday leap-day        some of them
#   WHAT=story tests/days.sh             only the one command
#   make days MOMENTS="sunday leap-day"  the same
#
# Needs faketime (Debian: apt-get install faketime). What must be installed is installed before the clock is moved.
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1

# name | what the clock says when the command starts, as `date` reads it (- is now) | zone of the machine
# all-at-once is a leap day, a Sunday, ten seconds before midnight, after 2030 and in another zone: the one to run when
# there is time for one; the others tell which of these it was.
moments="
new-year     | 2027-01-01 09:00:00   | UTC
leap-day     | 2028-02-29 09:00:00   | UTC
sunday       | next sunday 10:00:00  | UTC
midnight     | tomorrow 23:59:50     | UTC
city-night   | tomorrow 23:59:50     | Asia/Shanghai
year-2031    | 2031-07-16 14:30:00   | UTC
los-angeles  | -                     | America/Los_Angeles
all-at-once  | 2032-02-29 23:59:50   | America/Los_Angeles
"

# -m                   the library for programs with threads (the store, pytest-timeout)
# --exclude-monotonic  only the time of day moves: loops, retries and time-outs measure with the monotonic clock
# The wrapper hands every child one offset to the real time (LD_PRELOAD and FAKETIME are inherited), so that all
# processes of a story agree, and the clock runs on. Times of files move by the same offset: make sees nothing to do.
moved() {
    local at=$1
    shift
    if [[ $at == - ]]; then "$@"; else faketime -m --exclude-monotonic "$(date -d "$at" '+%Y-%m-%d %H:%M:%S')" "$@"; fi
}

trim() {
    local text=$1
    text=${text#"${text%%[! ]*}"}
    printf '%s' "${text%"${text##*[! ]}"}"
}

# A function is read whole before it runs: who edits this file during a run does not change the run.
main() {
    command -v faketime >/dev/null || { echo "faketime is missing. Debian, Ubuntu: apt-get install faketime" >&2; exit 2; }
    for name in "$@"; do
        grep -q "^$name " <<<"$moments" || { echo "There is no moment $name. These there are:$moments" >&2; exit 2; }
    done
    make --silent .venv/.test || exit 1
    unset MAKEFLAGS MFLAGS MAKELEVEL  # `make days` calls this: the commands below are their own

    log=$(mktemp)
    trap 'rm -f "$log"' EXIT
    printf '%-12s %-25s %-20s %-6s %-6s %s\n' moment "clock at the start" zone what result time
    while IFS='|' read -r name at zone; do
        name=$(trim "$name") at=$(trim "$at") zone=$(trim "$zone")
        [[ -n $name ]] && { (($# == 0)) || [[ " $* " == *" $name "* ]]; } || continue
        export TZ=$zone
        for what in ${WHAT:-quick story}; do
            start=$SECONDS
            clock=$(moved "$at" date '+%a %Y-%m-%d %H:%M:%S')
            moved "$at" make --silent "$what" >"$log" 2>&1 </dev/null
            status=$?
            ((status == 0)) && result=passed || result=FAILED
            printf '%-12s %-25s %-20s %-6s %-6s %3d s\n' \
                "$name" "$clock" "$zone" "$what" "$result" $((SECONDS - start))
            ((status == 0)) || { cat "$log"; exit "$status"; }
        done
    done <<<"$moments"
    exit 0
}

main "$@"
