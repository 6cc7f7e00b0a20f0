"""The contracts hold, and each can fail: one line written into a copy of the tree breaks it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.architecture.contracts import broken, contracts, graph
from tests.prepared import once

ROOT = Path(__file__).parents[2]
PACKAGES = ("backend_client", "bot", "locales", "sandbox")


@dataclass(frozen=True)
class Mutation:
    """A line that somebody might write one day, and the contract that says no."""

    contract: str
    file: str
    line: str

    def __str__(self) -> str:
        return f"{self.contract}: {self.line} in {self.file}"


MUTATIONS = [
    # upwards
    Mutation("rooms", "bot/render/messages.py", "from bot.turn import Turn"),
    Mutation("rooms", "bot/ops/road.py", "from bot.running import send"),
    Mutation("rooms", "bot/workers/sender.py", "from bot.app import opened"),
    Mutation("rooms", "bot/running.py", "def late():\n    from bot.core import Core"),
    Mutation("numbers", "bot/workers/sender.py", "import prometheus_client"),
    # to a neighbour
    Mutation("rooms", "bot/handlers/timers.py", "from bot.workers.sender import Sender"),
    Mutation("rooms", "bot/core.py", "from bot.handlers import route"),
    Mutation("rooms", "bot/ops/orders.py", "from bot.flows import refill"),
    Mutation("rooms", "bot/dialog/play.py", "from bot.store.port import Store"),
    Mutation("rooms", "bot/store/rows.py", "from bot.dialog import Journal"),
    Mutation("rooms", "bot/render/messages.py", "from bot.catalogue import Catalogue"),
    # a room that nobody drew
    Mutation("rooms", "bot/helpers.py", "import json"),
    # flows
    Mutation("flows-apart", "bot/flows/refill.py", "from bot.flows.enrol import enrol"),
    Mutation("flows-apart", "bot/flows/arrived.py", "import bot.flows.run_sheet"),
    Mutation("flows-pure", "bot/flows/settle.py", "from bot.store.port import Store"),
    Mutation("flows-pure", "bot/flows/consult.py", "from backend_client.models import Staff"),
    Mutation("flows-pure", "bot/rules.py", "from bot.config import Config"),
    Mutation("flows-pure", "bot/phrases.py", "from locales import sentences"),
    Mutation("flows-pure", "bot/dialog/replay.py", "from bot.clock import Clock"),
    Mutation("flows-timeless", "bot/flows/settle.py", "import random"),
    Mutation("flows-timeless", "bot/flows/refill.py", "from datetime import datetime"),
    Mutation("flows-timeless", "bot/flows/review.py", "def late():\n    import os"),
    Mutation("flows-timeless", "bot/flows/cancel.py", "from asyncio import gather"),
    Mutation("flows-timeless", "bot/flows/new_one.py", "from urllib.request import urlopen"),
    Mutation("engine-timeless", "bot/dialog/arrive.py", "import uuid"),
    Mutation("engine-timeless", "bot/rules.py", "from time import time"),
    Mutation("engine-timeless", "bot/orders.py", "import asyncio"),
    Mutation("model-alone", "bot/model/kinds.py", "import json"),
    # one door to each thing outside
    Mutation("tables", "bot/core.py", "from sqlalchemy import select"),
    Mutation("tables", "sandbox/hospital/store.py", "import alembic"),
    Mutation("templates", "bot/running.py", "from jinja2 import Template"),
    Mutation("markup", "bot/flows/start.py", "from markupsafe import Markup"),
    Mutation("telegram", "bot/workers/delivery.py", "from telegram.error import RetryAfter"),
    Mutation("telegram", "bot/handlers/telegram.py", "from telegram import Update"),
    Mutation("http", "bot/workers/feed.py", "import aiohttp"),
    Mutation("http", "bot/messenger/bot_api.py", "import aiohttp"),
    Mutation("http", "backend_client/orders.py", "from aiohttp import ClientSession"),
    Mutation("now", "bot/core.py", "from time import time"),
    Mutation("now", "bot/workers/rates.py", "import time"),
    Mutation("sealing", "bot/ops/signing.py", "from cryptography.fernet import Fernet"),
    Mutation("signatures", "bot/flows/prescribe.py", "import jwt"),
    Mutation("pictures", "bot/handlers/telegram.py", "import cv2"),
    Mutation("pictures", "bot/messenger/outgoing.py", "from PIL import Image"),
    Mutation("pictures", "bot/workers/delivery.py", "import importlib\nnp = importlib.import_module('numpy')"),
    Mutation("store-door", "bot/core.py", "from bot.store.sqlite import SqliteStore"),
    Mutation("store-door", "bot/workers/marks.py", "from bot.store.schema import posts"),
    Mutation("store-door", "bot/ops/people.py", "from bot.store.crypto import Keys"),
    Mutation("messenger-door", "bot/workers/sender.py", "from bot.messenger.bot_api import Telegram"),
    Mutation("messenger-door", "bot/handlers/payments.py", "from bot.messenger.port import Messenger"),
    Mutation("hospital-door", "bot/handlers/hospital.py", "from backend_client.hospital import Hospital"),
    Mutation("hospital-door", "bot/core.py", "from backend_client.errors import HospitalError"),
    # the houses
    Mutation("client-alone", "backend_client/orders.py", "from bot.model import Order"),
    Mutation("client-alone", "locales/__init__.py", "from bot.model import Public"),
    Mutation("sentences-alone", "locales/__init__.py", "from backend_client.models import Staff"),
    Mutation("sandbox-by-http", "sandbox/story.py", "from bot.model import Order"),
    Mutation("sandbox-by-http", "sandbox/telegram/check.py", "from telegram import Update"),
    Mutation("bot-by-http", "bot/clock.py", "from sandbox.clock import Clock"),
    Mutation("bot-by-http", "bot/__main__.py", "from sandbox.hospital.store import Store"),
    Mutation("sandbox-hospital-alone", "sandbox/hospital/routes.py", "from backend_client.models import Staff"),
    Mutation("sandbox-hospital-alone", "sandbox/story.py", "import backend_client"),
    Mutation("sandbox-rooms", "sandbox/telegram/world.py", "from sandbox.hospital.store import Store"),
    Mutation("sandbox-rooms", "sandbox/staff/shift.py", "from sandbox.control import Control"),
    Mutation("sandbox-rooms", "sandbox/helpers.py", "import json"),
    Mutation("no-tests", "bot/workers/rates.py", "from tests.workers import fakes"),
    Mutation("no-tests", "bot/dialog/testing.py", "import pytest"),
    Mutation("no-cycles", "backend_client/errors.py", "from backend_client.rest import Rest"),
    Mutation("no-cycles", "bot/store/port.py", "from bot.store.sqlite import open_sqlite"),
    Mutation("no-cycles", "sandbox/clock.py", "from sandbox.processes import Part"),
]  # fmt: skip


@pytest.fixture(scope="module")
def broken_now() -> list[str]:
    return broken(graph())


@pytest.mark.parametrize("contract", contracts())
def test_contract_holds(contract: str, broken_now: list[str]) -> None:
    assert contract not in broken_now, contracts()[contract].name


def test_each_contract_is_shown_to_fail() -> None:
    assert {mutation.contract for mutation in MUTATIONS} == set(contracts())


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory: pytest.TempPathFactory) -> dict[Mutation, bool]:
    """Whether its contract breaks by each mutation alone."""
    told = once(tmp_path_factory, "mutations", tried_all) / "told.json"
    return dict(zip(MUTATIONS, json.loads(told.read_text("utf-8")), strict=True))


async def tried_all(folder: Path) -> None:
    """In a copy of the tree, by a program of its own; once for all workers: it takes seconds."""
    copied = folder / "house"
    for package in PACKAGES:
        only_sources = shutil.ignore_patterns("__pycache__", "*.json", "*.otf", "*.js")
        shutil.copytree(ROOT / package, copied / package, ignore=only_sources)
    tried = subprocess.run(  # noqa: ASYNC221 - nothing else runs on its loop
        [sys.executable, "-m", "tests.architecture.contracts"], cwd=copied, check=True, capture_output=True, text=True,
        input=json.dumps([(one.contract, one.file, one.line) for one in MUTATIONS]), timeout=100,
        env={**os.environ, "PYTHONPATH": f"{copied}{os.pathsep}{ROOT}"},
    )  # fmt: skip
    (folder / "told.json").write_text(tried.stdout, "utf-8")


@pytest.mark.slow
@pytest.mark.parametrize("mutation", MUTATIONS, ids=str)
def test_mutation_is_found(mutation: Mutation, verdicts: dict[Mutation, bool], broken_now: list[str]) -> None:
    assert verdicts[mutation]
    assert mutation.contract not in broken_now
