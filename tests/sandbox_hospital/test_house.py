"""The hospital is a house of its own: nothing of the bot or its client; every file short."""

from __future__ import annotations

import ast
import asyncio
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import aiohttp

import sandbox.hospital

HERE = Path(sandbox.hospital.__file__).parent
ALLOWED = {*sys.stdlib_module_names, "aiohttp", "PIL", "fhirclient", "segno"}
OURS = ("sandbox.hospital", "sandbox.clock", "sandbox.local", "sandbox.options")


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, path
            rooms = [f"sandbox.{alias.name}" for alias in node.names]
            yield from rooms if node.module == "sandbox" else [str(node.module)]


def test_it_uses_nothing_of_ours_but_the_clock_and_the_door() -> None:
    paths = list(HERE.rglob("*.py"))
    assert len(paths) > 20
    for path in paths:
        for name in imported(path):
            assert name.split(".")[0] in ALLOWED or name.startswith(OURS), (path.name, name)


def test_only_the_seeds_and_the_parcels_page_draw_and_the_server_does_not_know_the_seeds() -> None:
    for path in HERE.glob("*.py"):
        drawn = [] if path.name == "parcels.py" else ["PIL"]
        assert not [name for name in imported(path) if name.startswith(("sandbox.hospital.seed", *drawn))], path.name


def test_no_file_is_long() -> None:
    long = {path.name: size for path in HERE.rglob("*.py") if (size := len(path.read_text("utf-8").splitlines())) > 300}
    assert long == {}


async def test_the_command_line_says_where_it_listens_and_stops_when_told(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "sandbox.hospital", "--port", "0", "--db", str(tmp_path / "h.sqlite")]
    where = HERE.parent.parent
    process = await asyncio.create_subprocess_exec(
        *command, cwd=where, env=dict(os.environ), stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    async with asyncio.timeout(30):
        word, url = (await process.stdout.readline()).decode().split()
        assert word == "listening"
        async with aiohttp.ClientSession() as session, session.get(f"{url}/metadata") as response:
            assert (await response.json(content_type=None))["resourceType"] == "CapabilityStatement"
        process.send_signal(signal.SIGTERM)
        assert await process.wait() == 0
