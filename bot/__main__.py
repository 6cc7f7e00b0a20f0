"""The command line: ``medrelay run | check | board | failures | audit | demo | story | keys | messages | read ...``."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import importlib.util
import logging
import os
import signal
import sys
from collections.abc import Callable, Coroutine, Sequence
from typing import TYPE_CHECKING, Any

from bot.options import Options, order_or_day

if TYPE_CHECKING:
    from bot.config import Config

TOLD = {
    "run": "the bot itself; set up by MEDRELAY_* variables, see docs/reference/settings.md",
    "check": "is everything fit for service? a line each, also beside a running bot",
    "board": "figures of the whole service, as text or as a page; also beside a running bot",
    "failures": "what was put aside and a person must see, without names",
    "audit": "who did what to an order, or on a day, as a file; verified, without names",
    "demo": "the whole house on this machine, to try by hand in a browser",
    "story": "the acceptance day, or another story, played by people on the real processes",
    "keys": "fresh keys for the settings",
    "messages": "every message in every language, as a page",
    "read": "read prescription photos",
    "sandbox": "one sandbox server alone: messenger, hospital or staff",
    "bench-dialog": "this bot with one dialog of eight steps, for a harness to measure",
}

YOUNG = 10_000  # objects before cycles are looked for: a turn makes a thousand, which die with it by themselves
OWN = 0o077  # databases, logs and keys are for this account only; the processes we start inherit it


def main(argv: Sequence[str] | None = None) -> int:
    """Exit status: 0 done, 1 the story or the check found something wrong, 2 a sentence on stderr says what to do."""
    words = list(sys.argv[1:] if argv is None else argv)
    commands = {
        "run": run,
        "check": check,
        "board": board,
        "failures": failures,
        "audit": audit,
        "demo": demo,
        "story": story,
        "keys": keys,
        "messages": messages,
        "read": read,
        "sandbox": sandbox,
        "bench-dialog": bench_dialog,
    }
    if words[:1] in (["-h"], ["--help"]):
        lines = "".join(f"  {name:14}{told}\n" for name, told in TOLD.items())
        sys.stdout.write(f"medrelay COMMAND ...\n\n{lines}\nmedrelay COMMAND --help tells more of each.\n")
        return 0
    if not words or words[0] not in commands:
        wrong = f"there is no command {words[0]!r}" if words else "name a command"
        sys.stderr.write(f"medrelay: {wrong}: {' | '.join(commands)}. See medrelay --help\n")
        return 2
    os.umask(OWN)
    return commands[words[0]](words[1:])


def _no_options(name: str, words: list[str]) -> None:
    Options(prog=f"medrelay {name}", description=TOLD[name]).parse_args(words)


def run(words: list[str]) -> int:
    """The bot itself, set up by MEDRELAY_* variables or a TOML file (see docs/reference/settings.md)."""
    _no_options("run", words)
    from bot import logs
    from bot.config import BadSetting, load
    from bot.starting import serve
    from bot.store.port import NotOpened
    from bot.vocabulary import BadWords

    logs.install()
    try:
        config = load()
        logs.install(config.log_format)
        until_signal(serve(config))
    except (BadSetting, BadWords, NotOpened) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


def check(words: list[str]) -> int:
    """Settings, database, messenger and hospital, looked at and not touched."""
    parser = Options(prog="medrelay check", description=TOLD["check"])
    parser.add_argument("--offline", action="store_true", help="only what is on this machine")
    offline = parser.parse_args(words).offline
    from bot.check import check as lines

    async def told() -> int:
        found = 0
        async for line in lines(offline):
            sys.stdout.write(f"{line}\n")
            sys.stdout.flush()
            found += line.mark == "WRONG"
        return 1 if found else 0

    logging.disable()  # a line each is all that is told
    try:
        return asyncio.run(told())
    finally:
        logging.disable(logging.NOTSET)


def board(words: list[str]) -> int:
    """Orders by stage, shares and times, from the database of the settings: never of a person (R12)."""
    parser = Options(prog="medrelay board", description=TOLD["board"])
    parser.add_argument("--html", metavar="FILE", help="write it as one page that needs nothing else")
    parser.add_argument("--lang", metavar="TAG", help="its language; that of MEDRELAY_GROUP_LANG unless said")
    given = parser.parse_args(words)
    from pathlib import Path

    from bot.config import BadSetting, load
    from bot.reports import board_now
    from bot.store.port import NotOpened
    from locales import closest

    try:
        config = load()
        told = asyncio.run(board_now(config, closest(given.lang or config.group_lang), page=bool(given.html)))
    except (BadSetting, NotOpened) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    if given.html:
        parser.write(Path(given.html), told)
    sys.stdout.write(f"{given.html or told}\n")
    return 0


def failures(words: list[str]) -> int:
    """What was put aside, from the database of the settings, also while the bot runs."""
    _no_options("failures", words)
    from bot.reports import put_aside

    return _of_the_database(put_aside)


def _of_the_database(told: Callable[[Config], list[str]]) -> int:
    from bot.config import BadSetting, load
    from bot.store.port import NotOpened

    try:
        sys.stdout.writelines(f"{line}\n" for line in told(load()))
    except (BadSetting, NotOpened) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


def audit(words: list[str]) -> int:
    """The audit trail of an order's number or of an ISO day as CSV: ids only. 1 where a chain does not hold."""
    parser = Options(prog="medrelay audit", description=TOLD["audit"])
    parser.add_argument(
        "what", type=order_or_day, metavar="ORDER|DAY", help="an order's number, or a day such as 2026-11-23"
    )
    parser.add_argument("--out", metavar="FILE", help="audit-ORDER.csv here unless said")
    given = parser.parse_args(words)
    from pathlib import Path

    from bot.config import BadSetting, load
    from bot.reports import trail
    from bot.store.port import NotOpened

    try:
        found = asyncio.run(trail(load(), given.what))
    except (BadSetting, NotOpened, ValueError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    if not found.lines and not found.broken:
        sys.stderr.write(f"nothing is known of {given.what}: give an order's number or a day such as 2026-11-23\n")
        return 2
    file = Path(given.out or f"audit-{Path(given.what).name}.csv")
    parser.write(file, found.text)
    holds = "every trail holds" if not found.broken else f"CHANGED behind the bot's back: {', '.join(found.broken)}"
    sys.stdout.write(f"{file}: {found.lines} lines, {holds}\n")
    return 1 if found.broken else 0


def bench_dialog(words: list[str]) -> int:
    """Set up by BOT_API_ROOT, TOKEN and STATE_DIR (see bench/README.md)."""
    _no_options("bench-dialog", words)
    from bot.bench_dialog import serve
    from bot.config import BadSetting, of_a_harness
    from bot.store.port import NotOpened

    logging.basicConfig(level=logging.WARNING)
    try:
        until_signal(serve(of_a_harness()))
    except (BadSetting, NotOpened) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


def until_signal(work: Coroutine[Any, Any, Any]) -> None:
    """Run until done, SIGINT or SIGTERM; then everything is closed in order."""

    async def guarded() -> None:
        task = asyncio.ensure_future(work)
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, task.cancel)
        with contextlib.suppress(asyncio.CancelledError):
            await task

    gc.set_threshold(YOUNG)
    with asyncio.Runner(loop_factory=_loop()) as runner:
        runner.run(guarded())


def _loop() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """uvloop's where the extra ``fast`` is installed, else the standard library's."""
    return importlib.import_module("uvloop").new_event_loop if importlib.util.find_spec("uvloop") else None


def demo(words: list[str]) -> int:
    from sandbox.demo import main as demo_main

    return demo_main(words)


def story(words: list[str]) -> int:
    from sandbox.story import main as story_main

    return story_main(words)


def keys(words: list[str]) -> int:
    _no_options("keys", words)
    from bot.config import new_keys

    sys.stdout.write(new_keys() + "\n")
    return 0


def messages(words: list[str]) -> int:
    from bot.render.catalogue import main as messages_main

    return messages_main(words)


def read(words: list[str]) -> int:
    if words == ["--report"]:
        from bot.reports import corrections

        return _of_the_database(corrections)
    from bot.photo.cli import main as read_main

    return read_main(words)


def sandbox(words: list[str]) -> int:
    """``medrelay sandbox messenger --port N --token T`` / ``sandbox hospital --port N``."""
    import importlib

    rooms = {"messenger": "sandbox.telegram", "hospital": "sandbox.hospital", "staff": "sandbox.staff"}
    if words[:1] in (["-h"], ["--help"]):
        sys.stdout.write(f"medrelay sandbox {{{' | '.join(rooms)}}} ...\n\nEach has a --help of its own.\n")
        return 0
    if not words or words[0] not in rooms:
        wrong = f"there is no server {words[0]!r}" if words else "name a server"
        sys.stderr.write(f"medrelay sandbox: {wrong}: {' | '.join(rooms)}. See medrelay sandbox --help\n")
        return 2
    sys.argv = [f"medrelay sandbox {words[0]}", *words[1:]]
    try:
        ended = importlib.import_module(f"{rooms[words[0]]}.__main__").main()
    except SystemExit as stop:
        ended = stop.code
    return ended if isinstance(ended, int) else 0


if __name__ == "__main__":
    sys.exit(main())
