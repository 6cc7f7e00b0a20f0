"""One town for all tests of a run; each test brings its own people, so that none meets what another left."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio

from tests.e2e.people import LANGUAGES
from tests.e2e.town import Town, inhabited


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def town(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Town]:
    async with inhabited(tmp_path_factory.mktemp("town")) as found:
        yield found


@pytest_asyncio.fixture(loop_scope="session", autouse=True)
async def in_order(town: Town) -> AsyncIterator[None]:
    """Whatever a test broke is whole again for the next one."""
    yield
    await town.down(False)
    await town.control.clear_faults()


@pytest.fixture(params=LANGUAGES)
def lang(request: pytest.FixtureRequest) -> Iterator[str]:
    """Every sentence is held in both languages."""
    return request.param
