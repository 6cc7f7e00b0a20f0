"""``python -m sandbox.staff --hospital URL``: the staff as a process of its own."""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import signal

from sandbox.options import Options
from sandbox.staff.shift import running
from sandbox.staff.switches import ROLES, habit


def options(words: list[str] | None = None) -> argparse.Namespace:
    parser = Options(prog="python -m sandbox.staff", description=__doc__)
    parser.add_argument("--hospital", required=True, help="base URL of the FHIR hospital")
    parser.add_argument("--token-env", default="", help="name of the environment variable with the bearer token")
    parser.add_argument("--clock", default=None, help="the sandbox's clock file")
    parser.add_argument("--control", default="", help="base URL of the sandbox messenger, for its switches")
    for role in ROLES:
        parser.add_argument(f"--{role}", choices=("human", "auto"), default="human")
    parser.add_argument("--habit", type=_habit, action="append", default=[], metavar="WHO=HOW", help="insurer=refuses")
    parser.add_argument("--think", type=float, default=3.0, help="seconds of thinking over each piece of work")
    parser.add_argument("--collect", type=float, default=None, help="seconds that parcels wait for a run")
    parser.add_argument("--poll", type=float, default=0.5, help="seconds between two looks")
    parser.add_argument("--refusals", type=float, default=0.0, help="share of work that is turned down, 0 to 1")
    parser.add_argument("--seed", type=int, default=None, help="makes the play repeatable")
    return parser.parse_args(words)


def _habit(word: str) -> tuple[str, str]:
    try:
        return habit(word)
    except ValueError as problem:
        raise argparse.ArgumentTypeError(str(problem)) from None


async def serve(given: argparse.Namespace) -> None:
    """Work until SIGINT or SIGTERM."""
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with running(
        given.hospital,
        token=os.environ.get(given.token_env, "") if given.token_env else "",
        clock=given.clock,
        control=given.control,
        modes={role: getattr(given, role) for role in ROLES},
        habits=dict(given.habit),
        think=given.think,
        poll=given.poll,
        collect=given.collect,
        refusals=given.refusals,
        seed=given.seed,
    ) as shift:
        told = " ".join(f"{role}={mode}" for role, mode in shift.modes.items())
        print(f"working {given.hospital} {told}", flush=True)  # noqa: T201 - the line a starter waits for
        await stop.wait()


def main() -> None:
    """Read the options and work."""
    logging.basicConfig(level=logging.WARNING, format="%(name)s %(levelname)s %(message)s")
    asyncio.run(serve(options()))


if __name__ == "__main__":
    main()
