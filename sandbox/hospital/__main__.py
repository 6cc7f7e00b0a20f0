"""python -m sandbox.hospital: the hospital alone, until it is interrupted."""

from __future__ import annotations

import argparse
import asyncio
from pathlib import Path

from sandbox.hospital.server import serve


def main() -> None:
    """Read the options and serve."""
    parser = argparse.ArgumentParser(prog="sandbox.hospital", description="A small FHIR R4 store for this machine.")
    parser.add_argument("--port", type=int, default=8090, help="0 takes a free one")
    parser.add_argument("--db", type=Path, help="SQLite file; without it everything is in memory")
    parser.add_argument("--clock", type=Path, help="the sandbox's clock file; without it the machine's time")
    parser.add_argument("--token", default="", help="bearer token that callers must show")
    options = parser.parse_args()
    asyncio.run(serve(options.port, options.db, options.clock, options.token))


if __name__ == "__main__":
    main()
