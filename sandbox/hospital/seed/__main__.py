"""python -m sandbox.hospital.seed: fill a FHIR server with the invented city, as a plain client."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from pathlib import Path

import aiohttp

from sandbox.clock import Clock
from sandbox.hospital.seed.plant import NotPlanted, plant
from sandbox.options import Options


def main() -> None:
    """Read the options, plant, say how much."""
    parser = Options(prog="sandbox.hospital.seed", description="Seeds by PUT with fixed ids.")
    parser.add_argument("--url", required=True, help="base URL of the FHIR server")
    parser.add_argument("--clock", type=Path, help="the sandbox's clock file; without it the machine's time")
    parser.add_argument("--token", default="", help="bearer token")
    parser.add_argument("--token-env", default="", help="name of the environment variable with the bearer token")
    parser.add_argument("--once", action="store_true", help="do nothing where the seeds are already")
    parser.add_argument("--kit", action="store_true", help="also the people and places for stories")
    parser.add_argument("--places", type=Path, help="write here where the server gave a seed another id (JSON)")
    options = parser.parse_args()
    now = Clock(options.clock).now_ms()
    token = os.environ.get(options.token_env, "") if options.token_env else options.token
    places: dict[str, str] = {}
    work = plant(options.url, now, token, once=options.once, with_kit=options.kit, places=places)
    try:
        planted = asyncio.run(work)
    except (NotPlanted, aiohttp.ClientError) as problem:
        sys.stderr.write(f"{' '.join(str(problem).split())[:300]}\n")
        sys.exit(1)
    if options.places:
        options.places.write_text(json.dumps(places), "utf-8")
    print(f"planted {planted} resources")  # noqa: T201


if __name__ == "__main__":
    main()
