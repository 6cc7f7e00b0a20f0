"""A real sandbox hospital with a small world in it, and a client whose every write is checked against R4."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from backend_client import FhirHospital
from backend_client.transport import AiohttpTransport
from sandbox.hospital.server import running
from tests.backend_client.wire_fakes import Naps, Watched, patience
from tests.backend_client.world import NOW, settle
from tests.prepared import once


async def settled(folder: Path) -> None:
    """The small world as a file; its writes are checked, too."""
    real = AiohttpTransport()
    async with running(db=folder / "hospital.sqlite") as hospital:
        await settle(_client(hospital.url, Watched(real)).rest)
    await real.close()


@pytest.fixture
async def url(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[str]:
    """An empty hospital; with the fixture ``hospital`` the world is in it."""
    db: Path | None = None
    if "hospital" in request.fixturenames:
        world = once(request.getfixturevalue("tmp_path_factory"), "settled", settled)
        db = Path(shutil.copy(world / "hospital.sqlite", tmp_path))
    async with running(db=db) as hospital:
        yield hospital.url


@pytest.fixture
async def watched() -> AsyncIterator[Watched]:
    real = AiohttpTransport()
    yield Watched(real)
    await real.close()


@pytest.fixture
def hospital(url: str, watched: Watched) -> FhirHospital:
    return _client(url, watched)


def _client(url: str, watched: Watched) -> FhirHospital:
    return FhirHospital(url, now=lambda: NOW, patience=patience(Naps(), tries=2), transport=watched)
