"""A town for each test, copied from one that was founded once: nobody meets what another test left, in any order."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from zlib import crc32

import pytest

from tests.e2e.people import LANGUAGES
from tests.e2e.town import Town, founded, inhabited
from tests.prepared import once
from tests.property_compound import check


@pytest.fixture(scope="session")
def morning(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return once(tmp_path_factory, "morning", founded)


@pytest.fixture
async def town(tmp_path: Path, morning: Path) -> AsyncIterator[Town]:
    async with inhabited(tmp_path / "town", morning) as found:
        yield found
        await check(found.control, found.hospital_url, tmp_path / "town" / "bot.sqlite", "")


def pytest_itemcollected(item: pytest.Item) -> None:
    """The suite plays each test in one language, half of them in either; ``make trial`` plays the other.

    Each wait has its own patience (town.py); forty of them in one test may take minutes on a busy machine.
    """
    item.add_marker(pytest.mark.timeout(400))
    if not isinstance(item, pytest.Function) or not hasattr(item, "callspec") or item.get_closest_marker("trial"):
        return
    played = item.callspec.params.get("lang")
    if played and played != LANGUAGES[crc32(item.originalname.encode()) % len(LANGUAGES)]:
        item.add_marker(pytest.mark.trial("towns, each test in its other language"))


@pytest.fixture(params=LANGUAGES)
def lang(request: pytest.FixtureRequest) -> Iterator[str]:
    """Every sentence is held in both languages."""
    return request.param
