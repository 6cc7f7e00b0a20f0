"""One reader for all tests that look at pictures: its process takes two seconds to start."""

from __future__ import annotations

import asyncio
import csv
from collections.abc import Callable, Iterator
from datetime import date
from hashlib import sha256
from pathlib import Path

import pytest

from bot.photo import available
from bot.photo.reader import Examined, Limits, PhotoReader
from tests.photo.contents import TODAY

Look = Callable[..., Examined]
Clean = Callable[[bytes], bytes]
SAMPLE = Path(__file__).parents[2] / "bot/photo/sample_formulary.csv"


class Shared:
    """One worker, and what it has read: each picture once, however often it is asked about."""

    def __init__(self, runner: asyncio.Runner, reader: PhotoReader) -> None:
        self._runner, self._reader = runner, reader
        self._read: dict[object, Examined] = {}

    def look(self, data: bytes, *, today: date = TODAY, names: tuple[str, ...] = (), clean: bool = False) -> Examined:
        key = (sha256(data).digest(), today, names, clean)
        if key not in self._read:
            asked = self._reader.examine(data, today=today, names=names, clean=clean)
            self._read[key] = self._runner.run(asked)
        return self._read[key]

    def clean(self, data: bytes) -> bytes:
        return self._runner.run(self._reader.clean(data))


@pytest.fixture(scope="session")
def shared() -> Iterator[Shared]:
    if not available():
        pytest.skip("the extra ocr is not installed")
    rows = list(csv.DictReader(SAMPLE.read_text(encoding="utf-8").splitlines()))
    with asyncio.Runner() as runner:
        reader = PhotoReader(rows, key=b"key", limits=Limits(seconds=100))
        yield Shared(runner, reader)
        runner.run(reader.close())


@pytest.fixture(scope="session")
def look(shared: Shared) -> Look:
    """Read one picture: ``look(data, today=..., names=...)``."""
    return shared.look


@pytest.fixture(scope="session")
def clean(shared: Shared) -> Clean:
    """The picture to send on, without reading it."""
    return shared.clean
