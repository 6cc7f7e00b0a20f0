"""One reader for all tests that look at pictures: its process takes two seconds to start."""

from __future__ import annotations

import asyncio
import csv
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest

from bot.photo import available
from bot.photo.reader import Examined, Limits, PhotoReader
from tests.photo.contents import TODAY

Look = Callable[..., Examined]
SAMPLE = Path(__file__).parents[2] / "bot/photo/sample_formulary.csv"


@pytest.fixture(scope="session")
def look() -> Iterator[Look]:
    """Read one picture: ``look(data, today=..., names=...)``."""
    if not available():
        pytest.skip("the extra ocr is not installed")
    rows = list(csv.DictReader(SAMPLE.read_text(encoding="utf-8").splitlines()))
    with asyncio.Runner() as runner:
        reader = PhotoReader(rows, key=b"key", limits=Limits(seconds=60))

        def ask(data: bytes, *, today: date = TODAY, **more: object) -> Examined:
            return runner.run(reader.examine(data, today=today, **more))  # type: ignore[arg-type]

        yield ask
        runner.run(reader.close())
