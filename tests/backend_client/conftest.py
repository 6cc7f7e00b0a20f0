"""A real sandbox hospital with a small world in it, and a client whose every write is checked against R4."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from backend_client import FhirHospital
from backend_client.transport import AiohttpTransport
from sandbox.hospital.server import running
from tests.backend_client.wire_fakes import Naps, Watched, patience
from tests.backend_client.world import NOW, settle


@pytest.fixture
async def url() -> AsyncIterator[str]:
    async with running() as hospital:
        yield hospital.url


@pytest.fixture
async def watched() -> AsyncIterator[Watched]:
    real = AiohttpTransport()
    yield Watched(real)
    await real.close()


@pytest.fixture
async def hospital(url: str, watched: Watched) -> FhirHospital:
    client = FhirHospital(url, now=lambda: NOW, patience=patience(Naps(), tries=2), transport=watched)
    await settle(client.rest)
    watched.writes = 0
    watched.log.clear()
    return client
