"""What leaves with an order: a picture only after its codes were painted over. And what an order begins with."""

from __future__ import annotations

import asyncio
import gc
import warnings
from typing import Any

import pytest

from backend_client.errors import Broken, Refusal, RetryLater
from backend_client.models import Photo
from bot import calls
from bot.calls import keep_proof, patient_file
from bot.reach import Reach

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


# ---------------------------------------------------------------- a proof that is sent in a chat


class Keeper:
    async def keep_proof(self, key: str, patient: str, proof: Photo) -> str:
        return f"Binary/{key}"


@pytest.mark.parametrize("kind", ["", "voice"])
async def test_a_proof_goes_to_the_hospital_only_while_the_setting_lets_it(kind: str) -> None:
    """It may be switched off between the question and the photo."""
    keeper: Any = Keeper()
    sent = ("k", "pat-1", "f", kind, 900, 7, 1)
    assert await keep_proof(Reach(keeper, fetch, proofs=lambda: True), *sent) == "Binary/k"
    with pytest.raises(Refusal, match="not-now"):
        await keep_proof(Reach(keeper, fetch), *sent)


# ---------------------------------------------------------------- cover and history


class Office:
    """A hospital that knows no history, and says of the cover what it is told to."""

    def __init__(self, cover: BaseException | None) -> None:
        self._cover = cover

    async def eligibility(self, patient: str, day: str) -> Any:
        if self._cover is None:
            await asyncio.Event().wait()
        raise self._cover or AssertionError

    async def patient(self, id: str) -> Any:
        raise RetryLater("away")

    async def history(self, patient: str, since: str) -> tuple[()]:
        return ()


def asks(cover: BaseException | None) -> Any:
    hospital: Any = Office(cover)
    return patient_file(Reach(hospital, fetch), "p", "2026-11-23", "2026-05-23")


@pytest.mark.parametrize("cover", [RetryLater("away"), None], ids=["away", "silent"])
async def test_what_the_hospital_cannot_say_now_is_unknown(
    monkeypatch: pytest.MonkeyPatch, cover: BaseException | None
) -> None:
    monkeypatch.setattr(calls, "FILE_SECONDS", 0.01)
    assert await asks(cover) == {"cover": "unknown", "history": [], "patient": None}


async def test_what_is_wrong_with_us_is_not_called_unknown() -> None:
    with pytest.raises(Broken):
        await asks(Broken("bad-request"))


@pytest.mark.parametrize("steps", range(4))
async def test_a_bot_that_ends_leaves_no_question_begun_and_never_asked(steps: int) -> None:
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        asking = asyncio.create_task(asks(None))
        for _ in range(steps):
            await asyncio.sleep(0)
        asking.cancel()
        await asyncio.gather(asking, return_exceptions=True)
        del asking
        gc.collect()
    assert [str(one.message) for one in told] == []
