"""The worker may crash, hang, talk nonsense or grow: a photo costs one retry at most, the dialog nothing."""

from __future__ import annotations

import asyncio
import io
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from bot.photo import reasons
from bot.photo.reader import Limits, PhotoReader

QUICK = Limits(seconds=1.0, start_seconds=20.0)

# A worker that reads no picture: what it does with the n-th request (over all its lives) is told by a file of words.
PUPPET = """
import os, sys, time
from pathlib import Path
from bot.photo.reading import Field, Reading
from bot.photo.wire import to_wire
from bot.photo.worker import frame, read_frame

script = Path(sys.argv[1])
out = sys.stdout.buffer

def next_word():
    words = script.read_text().split()
    script.write_text(" ".join(words[1:]))
    return words[0] if words else "read"

read_frame(sys.stdin.buffer)
if next_word() == "stillborn":
    sys.exit(3)
out.write(frame({"ready": True})); out.flush()
while (request := read_frame(sys.stdin.buffer)) is not None:
    word = next_word()
    if word == "crash":
        os.abort()
    if word == "hang":
        time.sleep(60)
    if word == "wait":
        while not script.with_name("go").exists():
            time.sleep(0.01)
    if word == "babble":
        out.write(b"Premature end of JPEG file" * 9); out.flush()
        continue
    if word == "empty":
        out.write(frame({"peak_kb": 1})); out.flush()
        continue
    names = tuple(request[0].get("names", ()))
    reading = Reading(True, patient=Field(str(os.getpid())), read_by="machine", found=names)
    peak = 900_000 if word == "greedy" else 1000
    out.write(frame({"reading": to_wire(reading), "hash": "ab", "width": 3, "peak_kb": peak}, b"clean")); out.flush()
"""


def photo() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (200, 300), (230, 230, 230)).save(out, "JPEG")
    return out.getvalue()


def puppet(tmp_path: Path, *words: str, limits: Limits = QUICK) -> PhotoReader:
    script = tmp_path / "words"
    script.write_text(" ".join(words))
    code = tmp_path / "puppet.py"
    code.write_text(PUPPET)
    return PhotoReader([], limits=limits, command=(sys.executable, str(code), str(script)))


async def until_taken(words: Path) -> None:
    """Until the puppet has taken its last word."""
    async with asyncio.timeout(20):
        while words.read_text():  # noqa: ASYNC110, ASYNC240 another process, which tells nobody
            await asyncio.sleep(0.01)


async def test_a_photo_is_read(tmp_path: Path) -> None:
    async with puppet(tmp_path) as reader:
        seen = await reader.examine(photo(), names=("何玉芬",), clean=True)
    assert seen.reading.accepted
    assert seen.reading.found == ("何玉芬",)
    assert (seen.picture, seen.hash, seen.width, seen.peak_kb) == (b"clean", "ab", 3, 1000)


@pytest.mark.parametrize("trouble", ["crash", "hang", "babble", "empty"])
async def test_trouble_costs_one_retry(tmp_path: Path, trouble: str) -> None:
    async with puppet(tmp_path, "born", trouble) as reader:
        assert (await reader.read(photo())).accepted
        assert (await reader.read(photo())).accepted


@pytest.mark.parametrize("trouble", ["crash", "hang"])
async def test_trouble_twice_is_a_reading_that_says_so(tmp_path: Path, trouble: str) -> None:
    async with puppet(tmp_path, "born", trouble, "born", trouble) as reader:
        assert (await reader.read(photo())).reason == reasons.READER_FAILED
        assert (await reader.read(photo())).accepted


async def test_a_worker_that_does_not_start_costs_no_more(tmp_path: Path) -> None:
    async with puppet(tmp_path, "stillborn") as reader:
        assert (await reader.read(photo())).accepted
    async with puppet(tmp_path, "stillborn") as reader:
        with pytest.raises(RuntimeError, match="does not start"):
            await reader.warm()


async def test_one_process_serves_until_it_is_recycled(tmp_path: Path) -> None:
    async with puppet(tmp_path, limits=Limits(photos=3)) as reader:
        processes = [(await reader.read(photo())).patient for _ in range(7)]
    assert len(set(processes)) == 3
    assert processes[0] == processes[2] != processes[3]


async def test_a_greedy_process_is_replaced(tmp_path: Path) -> None:
    async with puppet(tmp_path, "born", "greedy") as reader:
        first, second = await reader.read(photo()), await reader.read(photo())
    assert first.patient != second.patient


async def test_many_askers_take_turns(tmp_path: Path) -> None:
    async with puppet(tmp_path) as reader:
        readings = await asyncio.gather(*(reader.read(photo(), names=(str(n),)) for n in range(10)))
    assert [r.found for r in readings] == [(str(n),) for n in range(10)]


async def test_a_cancelled_photo_leaves_the_pipe_in_step(tmp_path: Path) -> None:
    async with puppet(tmp_path, "born", "hang") as reader:
        task = asyncio.create_task(reader.read(photo(), names=("first",)))
        await until_taken(tmp_path / "words")
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert (await reader.read(photo(), names=("second",))).found == ("second",)


async def test_the_loop_goes_on_while_a_photo_is_read(tmp_path: Path) -> None:
    """The worker waits for what only another turn of the loop does: a reader that held the loop would never end."""
    async with puppet(tmp_path, "born", "wait", limits=Limits(seconds=60)) as reader:
        task = asyncio.create_task(reader.read(photo()))
        await until_taken(tmp_path / "words")
        assert not task.done()
        (tmp_path / "go").touch()
        assert (await task).accepted


async def test_bad_files_never_reach_the_worker(tmp_path: Path) -> None:
    async with puppet(tmp_path, "stillborn", "stillborn") as reader:
        assert (await reader.read(b"GIF89a" + bytes(100))).reason == reasons.ANIMATED
        assert (await reader.read(photo()[:-100])).reason == reasons.BROKEN
        assert (tmp_path / "words").read_text() == "stillborn stillborn"


async def test_a_new_drug_list_is_known_from_the_next_photo_on(tmp_path: Path) -> None:
    async with puppet(tmp_path) as reader:
        first = await reader.read(photo())
        reader.match_against([{"code": "D1", "name_zh": "阿司匹林肠溶片"}])
        second, third = await reader.read(photo()), await reader.read(photo())
    assert first.patient != second.patient
    assert second.patient == third.patient


async def test_the_same_drug_list_once_more_starts_no_worker(tmp_path: Path) -> None:
    rows = [{"code": "D1", "name_zh": "阿司匹林肠溶片"}]
    async with puppet(tmp_path) as reader:
        reader.match_against(rows)
        first = await reader.read(photo())
        reader.match_against(list(map(dict, rows)))
        second = await reader.read(photo())
    assert first.patient == second.patient


async def test_a_picture_to_send_on_is_cleaned_without_being_read(tmp_path: Path) -> None:
    async with puppet(tmp_path, "born", "crash", "born", "read") as reader:
        assert await reader.clean(photo()) == b"clean"
        assert await reader.clean(b"GIF89a" + bytes(100)) == b""


def test_the_peak_is_the_workers_own_not_its_parents() -> None:
    ballast = b"x" * 300_000_000
    ask = "from bot.photo.worker import _peak_kb; print(_peak_kb())"
    told = subprocess.run([sys.executable, "-c", ask], capture_output=True, check=True, cwd=Path(__file__).parents[2])  # noqa: S603 our own interpreter
    assert int(told.stdout) * 1024 < len(ballast) / 2
