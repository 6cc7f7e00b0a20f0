"""A prescription that comes as a file: a picture or a PDF is a photo where one is asked for and photos are read."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.clock import HandClock
from bot.model import AS_FILE, Photographed, Post, Said, SentOther, Several, Spot
from bot.photo.gate import MAX_BYTES, MAX_PDF_BYTES
from tests.cases.rows import ROWS
from tests.handlers.house import RESIDENT, House, at_home

HERS = Spot(RESIDENT, RESIDENT)
PDF = SentOther(HERS, 71, "document", None, "f-1", 90_000, "处方.pdf", "application/pdf", unique="u-1")
PICTURE = replace(PDF, message=72, file="f-2", name="IMG_1.JPG", mime="image/jpeg", unique="u-2")


@pytest.fixture
async def house(tmp_path: Path, clock: HandClock) -> AsyncIterator[House]:
    """She is asked for a photo of her prescription, and photos are read."""
    async with at_home(tmp_path / "core.sqlite", clock, ROWS) as home:
        house = House(replace(home.services, reads_photos=True), clock)
        await house.take(house.press(RESIDENT, "a:need"))
        await house.answer("hospital.patient_file", {"cover": "covered", "history": []})
        yield house


async def sends(house: House, body: SentOther | Several | Photographed | Said) -> str:
    before: list[Post] = house.posts()
    await house.take(house.arrival(body))
    return "\n".join(str(getattr(post.content, "html", "")) for post in house.posts()[len(before) :])


async def read(house: House) -> list[str]:
    """The files that are read, once she says that these are all."""
    await house.tap(RESIDENT, "done")
    return list(house.commands("photo.read")[-1].args["photos"])


@pytest.mark.parametrize(
    "body",
    [
        PDF,
        PICTURE,
        replace(PDF, mime="", name="chufang.PDF"),
        replace(PICTURE, mime="application/octet-stream", name="a.webp"),
        replace(PICTURE, mime="image/png; charset=binary", name=""),
    ],
    ids=["pdf", "picture", "pdf by its name", "picture by its name", "picture by its type"],
)
async def test_it_is_read_like_a_photo(house: House, body: SentOther) -> None:
    assert "1" in await sends(house, body)
    assert await read(house) == [AS_FILE + body.file]


async def test_photos_and_files_together_and_each_once(house: House) -> None:
    photo = Photographed(HERS, 70, "p-1", "u-0", 9, 9, 9)
    await sends(house, Several(HERS, 72, (photo, PDF, PICTURE, replace(PDF, message=73))))
    assert await read(house) == ["p-1", AS_FILE + "f-1", AS_FILE + "f-2"]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (replace(PDF, size=MAX_PDF_BYTES + 1), "PDF 太大了"),
        (replace(PICTURE, size=MAX_BYTES + 1), "照片太大"),
        (replace(PICTURE, mime="image/heic"), "格式看不了"),
        (replace(PICTURE, mime="", name="a.heic"), "格式看不了"),
        (replace(PICTURE, mime="image/svg+xml"), "不是照片"),
        (replace(PICTURE, mime="image/gif"), "动图"),
        (replace(PDF, mime="application/msword", name="a.doc"), "PDF 文件"),
        (replace(PDF, mime="application/msword", name="a.pdf"), "PDF 文件"),
        (replace(PDF, kind="video", mime="video/mp4"), "PDF 文件"),
    ],
)
async def test_what_cannot_be_read_is_said_before_it_is_fetched(house: House, body: SentOther, said: str) -> None:
    told = await sends(house, body)
    assert said in told
    assert "拍" in told  # what to do, and the question again
    assert house.commands("photo.read") == []


async def test_who_sent_one_and_types_is_not_asked_for_a_photo(house: House) -> None:
    assert "要的是照片" in await sends(house, Said(HERS, 69, "快一点"))
    await sends(house, Photographed(HERS, 70, "p-1", "u-0", 9, 9, 9))
    told = await sends(house, Said(HERS, 71, "快一点"))
    assert "照片已经收到" in told
    assert "没有当作答案" in told
    assert "要的是照片" not in told


async def test_without_a_reader_it_is_asked_for_as_a_photo(house: House) -> None:
    bare = House(replace(house.services, reads_photos=False), house.clock)
    told = await sends(bare, PICTURE)
    assert "文件、视频和语音都读不了" in told
