"""The bot's start: people are served at once, whatever the hospital does."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import cast
from urllib.parse import urlsplit

import pytest

from backend_client import FhirHospital
from backend_client.floor import USED
from backend_client.models import Department
from backend_client.transport import Request, Response
from backend_client.wire import dump
from bot import catalogue
from bot.app import Bot, opened
from bot.clock import HandClock
from bot.config import Config, load
from bot.starting import look_at_server, serve, tell_of_rows
from bot.store.port import UNSEALED
from bot.store.sqlite import SqliteStore
from sandbox.control import Control
from sandbox.telegram.server import TEST_TOKEN, Running, running
from tests.workers.fakes import until

LI = 1001
KEY = "a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2s="


@dataclass
class Silent:
    """A hospital that takes every connection and never says a word."""

    port: int = 0
    connections: int = 0

    async def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        with suppress(asyncio.CancelledError):
            await reader.read()
        writer.close()


@pytest.fixture
async def silent() -> AsyncIterator[Silent]:
    hospital = Silent()
    server = await asyncio.start_server(hospital.take, "127.0.0.1", 0)
    hospital.port = server.sockets[0].getsockname()[1]
    yield hospital
    server.close()


@pytest.fixture
async def messenger() -> AsyncIterator[Running]:
    async with running() as server:
        yield server


class Serves:
    """A server of a hospital that says nothing of itself, and has these kinds."""

    def __init__(self, *kinds: str) -> None:
        self.kinds = kinds

    async def __call__(self, request: Request) -> Response:
        kind = urlsplit(request.url).path.rpartition("/")[2]
        said = {"resourceType": "CapabilityStatement", "fhirVersion": "4.0.1", "rest": []}
        body = said if kind == "metadata" else {"resourceType": "Bundle", "entry": []}
        return Response(200 if kind in (*self.kinds, "metadata") else 404, {}, dump(body))


async def test_a_server_that_lacks_what_is_needed_is_an_exception(store: SqliteStore, clock: HandClock) -> None:
    """Edge 3: before the first order needs it; and it is settled at the start at which nothing is lacking."""
    told: list[list[tuple[str, str]]] = []
    for kinds in ([kind for kind in USED if kind != "Coverage"], [*USED]):
        hospital = FhirHospital("http://hospital.test", transport=Serves(*kinds))
        await look_at_server(cast(Bot, SimpleNamespace(hospital=hospital, clock=clock, store=store)))
        told.append([(one["source"], one["code"]) for one in await store.dead_letters()])
    assert told == [[("floor", "no Coverage")], [("floor", "")]]


async def test_rows_that_had_no_seal_are_an_exception_once(store: SqliteStore) -> None:
    """It stands 15: an earlier release wrote them, or a hand."""
    bot = cast(Bot, SimpleNamespace(store=store))
    await store.set_cursor(UNSEALED, "3")
    for _ in range(2):
        await tell_of_rows(bot)
    assert [(one["source"], one["code"], one["times"]) for one in await store.dead_letters()] == [
        ("store", "unsealed 3", 1)
    ]


def settings(folder: Path, messenger: Running, hospital: Silent) -> Config:
    return load({
        "MEDRELAY_TOKEN": TEST_TOKEN, "MEDRELAY_BOT_API": messenger.url, "MEDRELAY_READ_PHOTOS": "off",
        "MEDRELAY_HOSPITAL_URL": f"http://127.0.0.1:{hospital.port}", "MEDRELAY_DATABASE": str(folder / "bot.sqlite"),
        "MEDRELAY_ENCRYPTION_KEYS": f"1:{KEY}", "MEDRELAY_HASH_KEY": KEY,
    })  # fmt: skip


@pytest.mark.parametrize("copy", [False, True], ids=["a fresh bot", "with the last copy"])
async def test_a_hospital_that_never_answers_delays_nobody(
    tmp_path: Path, messenger: Running, silent: Silent, capsys: pytest.CaptureFixture[str], copy: bool
) -> None:
    config = settings(tmp_path, messenger, silent)
    if copy:
        kept = catalogue.Catalogue(
            departments=(Department("dep-1", "endocrinology", {"zh-CN": "内分泌科", "en": "Endocrinology"}),)
        )
        async with opened(config) as bot:
            await bot.store.set_cursor(catalogue.CURSOR, catalogue.dumps(kept))
    async with Control(messenger.url) as control:
        await control.person("Li", id=LI, lang="en")
        serving = asyncio.create_task(serve(config))
        try:
            await control.say(LI, "/help")
            assert (await control.phone(LI).wait_for(label="Back to the start", timeout=20))["from"]["bot"]
            await until(lambda: silent.connections > 0)
            assert gc.get_freeze_count() > 0  # what the start made is not looked through again
        finally:
            gc.unfreeze()
            serving.cancel()
            await asyncio.gather(serving, return_exceptions=True)
    told = capsys.readouterr().out
    assert told.startswith("serving as @")
    assert "lists" not in told
