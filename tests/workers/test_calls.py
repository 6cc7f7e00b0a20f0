"""What leaves with an order: a prescription's picture only after its codes were painted over."""

from __future__ import annotations

from typing import Any

import pytest

from backend_client.errors import Broken
from bot.calls import Reach

NOBODY: Any = None


class Desk:
    """A reading desk that paints codes over, or cannot."""

    def __init__(self, clean: bytes) -> None:
        self._clean = clean

    async def clean(self, picture: bytes, number: str) -> bytes:
        assert (picture, number) == (b"with an insurance code", "0815")
        return self._clean


async def fetch(file: str) -> bytes:
    return b"with an insurance code"


def reach(clean: bytes) -> Reach:
    desk: Any = Desk(clean)
    return Reach(NOBODY, fetch, desk)


async def test_the_cleaned_picture_is_sent_on() -> None:
    assert (await reach(b"clean").paper("f", "0815")).body == b"clean"


async def test_one_that_cannot_be_cleaned_stays_here_and_an_operator_is_told() -> None:
    with pytest.raises(Broken, match="photo-not-cleaned"):
        await reach(b"").paper("f", "0815")


async def test_without_a_reader_it_is_sent_as_it_came() -> None:
    assert (await Reach(NOBODY, fetch).paper("f", "0815")).body == b"with an insurance code"
