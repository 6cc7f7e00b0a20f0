"""python -m sandbox.hospital: the hospital alone, until it is interrupted."""

from __future__ import annotations

import asyncio
import sqlite3
import sys
from pathlib import Path

from sandbox.hospital.server import serve
from sandbox.options import Options, cannot_start, port


def main() -> int:
    """Read the options and serve; 2 when it cannot start."""
    parser = Options(prog="sandbox.hospital", description="A small FHIR R4 store for this machine.")
    parser.add_argument("--port", type=port, default=8090, help="0 takes a free one")
    parser.add_argument("--db", type=Path, help="SQLite file; without it everything is in memory")
    parser.add_argument("--clock", type=Path, help="the sandbox's clock file; without it the machine's time")
    parser.add_argument("--token", default="", help="bearer token that callers must show")
    parser.add_argument("--plain", action="store_true", help="FHIR only: nothing of the sandbox's own under /_sandbox")
    options = parser.parse_args()
    try:
        asyncio.run(serve(options.port, options.db, options.clock, options.token, plain=options.plain))
    except (OSError, ValueError, sqlite3.Error) as problem:
        return cannot_start(parser, problem)
    return 0


if __name__ == "__main__":
    sys.exit(main())
