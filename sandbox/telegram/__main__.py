"""Command line of the sandbox Bot API server."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import signal
import sqlite3
import sys
from pathlib import Path

from sandbox.options import Options, cannot_start, port

from .server import Unsafe, serve


async def _until_signal(arguments: argparse.Namespace) -> None:
    task = asyncio.ensure_future(serve(**vars(arguments)))
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, task.cancel)
    with contextlib.suppress(asyncio.CancelledError):
        await task


def main() -> int:
    """Parse, serve, and end with 2 when the sandbox refuses to start."""
    parser = Options(prog="python -m sandbox.telegram", description=__doc__)
    parser.add_argument("--port", type=port, required=True, help="0 takes any free port and prints it")
    parser.add_argument("--token", required=True, help="like 4242:SANDBOX-demo; real tokens are refused")
    parser.add_argument("--db", default=":memory:", help="SQLite file that keeps the state")
    parser.add_argument("--clock", default=None, dest="clock_file", help="the sandbox's clock file")
    parser.add_argument("--flood", action="store_true", help="enforce Telegram's sending limits")
    parser.add_argument("--host", default="127.0.0.1", help="a loopback address")
    parser.add_argument("--tray", type=Path, help="the only folder from which people may send files by path")
    try:
        asyncio.run(_until_signal(parser.parse_args()))
    except Unsafe as refusal:
        sys.stderr.write(f"{refusal}\n")
        return 2
    except (OSError, ValueError, sqlite3.Error) as problem:
        return cannot_start(parser, problem)
    return 0


if __name__ == "__main__":
    sys.exit(main())
