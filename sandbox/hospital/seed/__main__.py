"""python -m sandbox.hospital.seed: fill a FHIR server with the invented city, as a plain client."""

from __future__ import annotations

import asyncio
from pathlib import Path

from sandbox.clock import Clock
from sandbox.hospital.seed.plant import plant
from sandbox.options import Options


def main() -> None:
    """Read the options, plant, say how much."""
    parser = Options(prog="sandbox.hospital.seed", description="Seeds by PUT with fixed ids.")
    parser.add_argument("--url", required=True, help="base URL of the FHIR server")
    parser.add_argument("--clock", type=Path, help="the sandbox's clock file; without it the machine's time")
    parser.add_argument("--token", default="", help="bearer token")
    parser.add_argument("--once", action="store_true", help="do nothing where the seeds are already")
    parser.add_argument("--kit", action="store_true", help="also the people and places for stories")
    options = parser.parse_args()
    now = Clock(options.clock).now_ms()
    planted = asyncio.run(plant(options.url, now, options.token, once=options.once, with_kit=options.kit))
    print(f"planted {planted} resources")  # noqa: T201


if __name__ == "__main__":
    main()
