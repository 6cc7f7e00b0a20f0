"""An empty store for each test; PostgreSQL joins here as another parameter."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.store.sqlite import SqliteStore
from tests.store.kit import Turns, open_at


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty file at the newest schema; copying it saves each test the migration."""
    path = tmp_path_factory.mktemp("store") / "template.sqlite"

    async def make() -> None:
        await (await open_at(path)).close()

    asyncio.run(make())
    return path


@pytest.fixture
def path(tmp_path: Path, template: Path) -> Path:
    return Path(shutil.copy(template, tmp_path / "store.sqlite"))


@pytest.fixture(params=["sqlite"])
async def store(path: Path) -> AsyncIterator[SqliteStore]:
    store = await open_at(path)
    yield store
    await store.close()


@pytest.fixture
def turn() -> Turns:
    return Turns()
