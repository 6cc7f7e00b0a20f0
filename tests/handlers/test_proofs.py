"""Nobody is left out 1: a proof sent as a photo or voice note, where the hospital lets it, and gone from the chat."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.clock import HandClock
from bot.model import Due, Photographed, SentOther, Spot
from tests.cases.rows import ROWS, texts
from tests.handlers.house import HELPER, House, at_home
from tests.handlers.test_family import AWAY, BOY, DAUGHTER, NUMBERS, adds

KEPT = "Binary/b-1"


@pytest.fixture
async def house(tmp_path: Path, clock: HandClock) -> AsyncIterator[House]:
    async with at_home(tmp_path / "core.sqlite", clock, ROWS) as house:
        lets(house)
        yield house


def lets(house: House, proof_in_chat: str = "on") -> None:
    config = replace(house.services.config, proof_in_chat=proof_in_chat)
    house.services = replace(house.services, config=config)
    house.core.services = house.services


async def says(house: House, who: int, kind: str = "voice") -> int:
    """A recording, or something else that is no photo; its message."""
    note = SentOther(Spot(who, who), 20_000 + house.count, kind, file="voice-1", size=900)
    await house.take(house.arrival(note))
    return note.message


async def child_asked_for(house: House) -> None:
    await adds(house, BOY)
    await house.take(house.text(DAUGHTER, "何丽"))
    await house.tap(DAUGHTER, "yes")


async def neighbour_asked_for(house: House) -> None:
    await house.take(house.text(HELPER, "/neighbour"))
    await house.take(house.text(HELPER, NUMBERS[AWAY["id"]]))
    await house.take(house.text(HELPER, AWAY["birth_date"]))
    await house.answer("hospital.find_patient", AWAY)
    await house.tap(HELPER, "read_aloud", "family")


async def test_a_photo_goes_with_the_application_and_then_out_of_the_chat(house: House) -> None:
    await child_asked_for(house)
    assert "出生证或户口本" in texts(house, DAUGHTER)
    assert not house.commands("hospital.ask_family")
    sent = house.photo(DAUGHTER, "birth")
    await house.take(sent)
    kept = house.commands("hospital.keep_proof")[-1].args
    assert (kept["patient"], kept["file"], kept["kind"]) == (BOY["id"], "file-birth", "")
    assert not house.commands("messenger.take_away"), "kept until the hospital has it"
    await house.answer("hospital.keep_proof", KEPT)
    assert house.commands("messenger.take_away")[-1].args == {"chat": DAUGHTER, "message": sent.body.message}  # type: ignore[union-attr]
    asked = house.commands("hospital.ask_family")[-1].args
    assert (asked["proof"], asked["shown"]) == ("sent", KEPT)
    before = len(house.posts())
    await house.answer("hospital.ask_family", {"related": "rel-1", "task": "t-1"})
    assert "正在等医院同意" in texts(house, DAUGHTER, before)
    assert "到医院服务台" not in texts(house, DAUGHTER)


async def sends_album(house: House, who: int, *uniques: str) -> list[int]:
    """Pictures of one album, and its end; their messages."""
    sent = [house.photo(who, unique) for unique in uniques]
    for one in sent:
        assert isinstance(one.body, Photographed)
        await house.take(house.arrival(replace(one.body, album="album")))
    timer = [timer for one in house.outcomes for timer in one.timers if timer.kind == "album"][-1]
    await house.take(house.arrival(Due(timer)))
    return [one.body.message for one in sent if isinstance(one.body, Photographed)]


async def test_of_an_album_each_picture_is_kept_and_goes(house: House) -> None:
    await child_asked_for(house)
    messages = await sends_album(house, DAUGHTER, "front", "back")
    assert not house.commands("hospital.ask_family")
    await house.answer("hospital.keep_proof", KEPT)
    await house.answer("hospital.keep_proof", "Binary/b-2")
    kept = house.commands("hospital.keep_proof")
    assert [(one.args["file"], one.args["message"]) for one in kept] == [
        ("file-front", messages[0]), ("file-back", messages[1])
    ]  # fmt: skip
    assert kept[0].args["key"] != kept[1].args["key"], "the hospital keeps what has one key once"
    assert [one.args["message"] for one in house.commands("messenger.take_away")] == messages
    assert house.commands("hospital.ask_family")[-1].args["shown"] == f"{KEPT} Binary/b-2"


async def test_one_that_came_twice_is_kept_once_and_both_go(house: House) -> None:
    await child_asked_for(house)
    before = len(house.posts())
    messages = await sends_album(house, DAUGHTER, "front", "front", "back")
    for _ in range(2):
        await house.answer("hospital.keep_proof", KEPT)
    assert [one.args["file"] for one in house.commands("hospital.keep_proof")] == ["file-front", "file-back"]
    assert sorted(one.args["message"] for one in house.commands("messenger.take_away")) == sorted(messages)
    assert house.label("send_proof.kept", count=2, twice=True) in texts(house, DAUGHTER, before)


async def test_of_several_she_reads_how_many_the_hospital_has(house: House) -> None:
    await child_asked_for(house)
    before = len(house.posts())
    await sends_album(house, DAUGHTER, "front", "back")
    for _ in range(2):
        await house.answer("hospital.keep_proof", KEPT)
    assert house.label("send_proof.kept", count=2, twice=False) in texts(house, DAUGHTER, before)


async def test_the_same_message_delivered_again_is_no_second_picture(house: House) -> None:
    await child_asked_for(house)
    sent = house.photo(DAUGHTER, "front")
    assert isinstance(sent.body, Photographed)
    for n in range(2):
        await house.take(house.arrival(replace(sent.body, album="album"), f"again-{n}"))
    timer = [timer for one in house.outcomes for timer in one.timers if timer.kind == "album"][-1]
    await house.take(house.arrival(Due(timer)))
    await house.answer("hospital.keep_proof", KEPT)
    assert len(house.commands("messenger.take_away")) == 1
    assert house.label("send_proof.kept", count=1, twice=False) not in texts(house, DAUGHTER)


async def test_a_picture_that_comes_too_late_is_told_to_be_with_nobody(house: House) -> None:
    """While the hospital is asked, and when all is done: it stays in the chat, and she reads so."""
    await child_asked_for(house)
    await house.take(house.photo(DAUGHTER, "front"))
    for answered in ("hospital.keep_proof", "hospital.ask_family"):
        before = len(house.posts())
        await house.take(house.photo(DAUGHTER, f"late-{answered}"))
        assert house.label("engine.checking_photo") in texts(house, DAUGHTER, before)
        value = KEPT if answered == "hospital.keep_proof" else {"related": "rel-1", "task": "t-1"}
        await house.answer(answered, value)
    before = len(house.posts())
    await house.take(house.photo(DAUGHTER, "last"))
    assert "没有转给任何人" in texts(house, DAUGHTER, before)
    assert "医院服务台" in texts(house, DAUGHTER, before)
    assert len(house.commands("hospital.keep_proof")) == 1


async def test_a_picture_of_an_album_that_the_hospital_did_not_get_is_told_and_the_others_count(house: House) -> None:
    await child_asked_for(house)
    await sends_album(house, DAUGHTER, "front", "back")
    await house.answer("hospital.keep_proof", refusal="photo-gone")
    await house.answer("hospital.keep_proof", KEPT)
    assert "医院没有拿到" in texts(house, DAUGHTER)
    asked = house.commands("hospital.ask_family")[-1].args
    assert (asked["proof"], asked["shown"]) == ("sent", KEPT)


async def test_a_voice_note_will_do_and_a_video_not(house: House) -> None:
    await neighbour_asked_for(house)
    before = len(house.posts())
    await says(house, HELPER, "video")
    assert not house.commands("hospital.keep_proof")
    assert "读不了" in texts(house, HELPER, before)
    message = await says(house, HELPER)
    kept = house.commands("hospital.keep_proof")[-1].args
    assert (kept["file"], kept["kind"], kept["message"]) == ("voice-1", "voice", message)


async def test_one_proof_stands_at_both_consents_of_somebody_without_a_phone(house: House) -> None:
    await neighbour_asked_for(house)
    assert not house.commands("hospital.record_consent")
    await says(house, HELPER)
    await house.answer("hospital.keep_proof", KEPT)
    health, acts = (house.commands(f"hospital.{op}")[-1].args for op in ("record_consent", "grant_mandate"))
    assert (health["proof"], health["shown"]) == ("family", KEPT)
    assert (acts["proof"], acts["shown"]) == ("read_aloud", KEPT)


async def test_what_cannot_be_deleted_is_told(house: House) -> None:
    await child_asked_for(house)
    await house.take(house.photo(DAUGHTER, "birth"))
    await house.answer("hospital.keep_proof", KEPT)
    before = len(house.posts())
    await house.answer("messenger.take_away", refusal="not-taken-away")
    assert "请您自己删掉" in texts(house, DAUGHTER, before)


async def test_a_dialog_that_was_left_meanwhile_keeps_nothing_in_the_chat(house: House) -> None:
    await child_asked_for(house)
    await house.take(house.photo(DAUGHTER, "birth"))
    await house.take(house.text(DAUGHTER, "/cancel"))
    await house.answer("hospital.keep_proof", KEPT)
    assert house.commands("messenger.take_away")
    assert not house.commands("hospital.ask_family")


async def test_what_the_hospital_could_not_get_stays_and_is_shown_there(house: House) -> None:
    await child_asked_for(house)
    await house.take(house.photo(DAUGHTER, "birth"))
    await house.answer("hospital.keep_proof", refusal="photo-gone")
    assert not house.commands("messenger.take_away")
    assert "带原件到医院服务台" in texts(house, DAUGHTER)
    assert house.commands("hospital.ask_family")[-1].args["proof"] == "hospital"


async def test_nobody_has_to_send_anything(house: House) -> None:
    await neighbour_asked_for(house)
    await house.tap(HELPER, "there")
    assert house.commands("hospital.grant_mandate")[-1].args["shown"] == ""
    assert not house.commands("hospital.keep_proof")


async def test_where_the_setting_is_off_it_is_shown_at_the_hospital(house: House) -> None:
    lets(house, "off")
    await child_asked_for(house)
    asked = house.commands("hospital.ask_family")[-1].args
    assert (asked["proof"], asked["shown"]) == ("hospital", "")
    before = len(house.posts())
    await house.answer("hospital.ask_family", {"related": "rel-1", "task": "t-1"})
    assert "到医院服务台" in texts(house, DAUGHTER, before)
    await neighbour_asked_for(house)
    assert house.commands("hospital.grant_mandate"), "and a helper goes on by what was read aloud"
