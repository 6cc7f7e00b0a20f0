"""A word of a consult is edited or taken back: on both sides, in the record, once; and what is too late is said."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.clock import HandClock
from bot.model import Mandate, Observed, Photographed, Picture, Post, Relayed, Said, Spot
from bot.vocabulary import BadWords, files, read_take_back, takes_back
from tests.cases.rows import CASE, NO, ROWS, THREAD, put, texts
from tests.handlers.house import BRIEF, FORUM, HELPER, LI, LISTS, PATIENT, RESIDENT, ZHAO, House, at_home, told

HERS, HIS, AS_PHOTO = Spot(RESIDENT, RESIDENT), Spot(FORUM, LI, THREAD), "一天一片"
SIDES = {"patient": (HERS, FORUM), "doctor": (HIS, RESIDENT)}


@pytest.fixture
async def house(tmp_path: Path, clock: HandClock) -> AsyncIterator[House]:
    """One consult that Dr Li has taken."""
    rows = tuple(replace(row, stage="in-consult") if row is CASE else row for row in ROWS)
    async with at_home(tmp_path / "core.sqlite", clock, rows) as house:
        yield house


async def says(house: House, spot: Spot, words: str, message: int = 71, **more: Any) -> list[Post]:
    """What is posted for it, cards left out."""
    before = len(house.posts())
    await house.take(house.arrival(Said(spot, message, words, **more)))
    return [post for post in house.posts()[before:] if not post.card]


def html(post: Post) -> str:
    return str(getattr(post.content, "html", ""))


def recorded(house: House) -> list[tuple[str, bool]]:
    said = house.commands("hospital.say")
    assert len({command.args["key"] for command in said}) <= 1, "one message is one Communication"
    assert len({command.key for command in said}) == len(said), "each version is a command of its own"
    return [(command.args["text"], command.args.get("withdrawn", False)) for command in said]


@pytest.mark.parametrize("side", SIDES)
async def test_old_and_new_are_seen_where_the_copy_stands_and_under_it(house: House, side: str) -> None:
    spot, reader = SIDES[side]
    (copy,) = await says(house, spot, "每次50微克")
    stands = await house.services.store.standing(copy.key)
    assert stands is not None
    again, under = await says(house, spot, "每次100微克", edited=True)
    assert (again.key, again.chat) == (copy.key, reader)
    assert (under.chat, under.reply_to, under.topic) == (reader, stands.message, copy.topic)
    for post in (again, under):
        assert html(post).index("每次50微克") < html(post).index("每次100微克")
        assert html(post).startswith(html(copy).split("\n", maxsplit=1)[0]), "who says so"
    assert recorded(house) == [("每次50微克", False), ("每次100微克", False)]
    assert await says(house, spot, "每次100微克", edited=True) == [], "an edit that comes twice"
    await says(house, spot, "每次50微克", edited=True)
    assert [words for words, _ in recorded(house)] == ["每次50微克", "每次100微克", "每次50微克"], (
        "back is a change, too"
    )


@pytest.mark.parametrize("side", SIDES)
async def test_a_corrected_caption_keeps_its_picture(house: House, side: str) -> None:
    spot, reader = SIDES[side]
    await house.take(house.arrival(Photographed(spot, 71, "f", "u", 9, 9, 9, caption=AS_PHOTO)))
    again, under = await says(house, spot, "一天半片", edited=True)
    assert isinstance(again.content, Picture)
    assert (again.content.file, again.chat) == ("f", reader)
    assert "一天半片" in html(again)
    assert AS_PHOTO in html(under)
    assert [command.args["photo"] for command in house.commands("hospital.say")] == ["f", "f"]


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("words", ["撤回", " 撤回。", "Take back"])
async def test_a_word_is_taken_back_on_both_sides_and_in_the_record(house: House, side: str, words: str) -> None:
    spot, reader = SIDES[side]
    (copy,) = await says(house, spot, "每次50微克")
    again, under, mine = await says(house, spot, words, 72, reply_to=71)
    assert (again.key, under.chat) == (copy.key, reader)
    assert "撤回了，不算数" in html(again)
    assert "撤回了上面的话" in html(under)
    assert (mine.chat, mine.reply_to) == (spot.chat, 72)
    assert recorded(house) == [("每次50微克", False), ("每次50微克", True)]
    (once,) = await says(house, spot, words, 73, reply_to=71)
    assert html(once) == html(mine), "taken back twice is once"
    (no,) = await says(house, spot, "每次80微克", 71, edited=True)
    assert "重新写一条" in html(no)
    assert len(recorded(house)) == 2
    assert [line.what for outcome in house.outcomes for line in outcome.audit] == ["took-back"]


@pytest.mark.parametrize("side", SIDES)
async def test_a_picture_that_is_taken_back_is_shown_no_more(house: House, side: str) -> None:
    """Of somebody else, sent by mistake."""
    spot, reader = SIDES[side]
    await house.take(house.arrival(Photographed(spot, 71, "wrong", "u", 9, 9, 9, caption=AS_PHOTO)))
    again, *more = await says(house, spot, "撤回", 72, reply_to=71)
    assert (again.chat, "撤回了，不算数" in html(again)) == (reader, True)
    assert "wrong" not in str([post.content for post in (again, *more)])
    row = await house.services.store.get(Relayed, f"{spot.chat}:71")
    assert row is not None
    assert "wrong" not in str(row.sealed), "nor later"
    (said, gone) = house.commands("hospital.say")
    assert (said.args["photo"], gone.args["photo"], gone.args["withdrawn"]) == ("wrong", "wrong", True), "the record"


async def test_a_picture_that_is_taken_back_goes_also_where_nothing_new_is_shown(house: House) -> None:
    await put(house, replace(await house.order(NO), placed_by=HELPER, mandate="m-1"))
    mandate = Mandate("m-1", HELPER, "pat-1", "2027-01-01", True, {"name": "王秀英", "brief": BRIEF})
    await put(house, mandate)
    await house.take(house.arrival(Photographed(HIS, 71, "wrong", "u", 9, 9, 9)))
    kept = await house.services.store.get(Mandate, "m-1")
    assert kept is not None
    await put(house, replace(kept, active=False))
    posts = await says(house, HIS, "撤回", 72, reply_to=71)
    assert [(post.key, post.content) for post in posts if post.chat == HELPER] == [(f"r:{FORUM}:71:{HELPER}", None)]


async def test_a_picture_that_waits_for_a_choice_is_taken_back_before_it_is_sent(house: House) -> None:
    await put(house, replace(CASE, no="MR1123-2", stage="in-consult", topic="", version=0))
    await house.take(house.arrival(Photographed(HERS, 71, "wrong", "u", 9, 9, 9)))
    button = house.button(NO)
    *_, mine = await says(house, HERS, "撤回", 72, reply_to=71)
    assert (mine.chat, mine.reply_to, "没有发出去" in html(mine)) == (RESIDENT, 72, True)
    await house.take(house.press(RESIDENT, button))
    assert not house.commands("hospital.say")


async def test_the_words_alone_or_under_another_message_say_how_it_is_done(house: House) -> None:
    (copy,) = await says(house, HERS, "每次50微克")
    stands = await house.services.store.standing(copy.key)
    assert stands is not None
    for spot, answers in ((HIS, None), (HIS, stands.message), (Spot(FORUM, ZHAO, THREAD), 71)):
        (how,) = await says(house, spot, "撤回", 80 + house.count, reply_to=answers)
        assert "回复您自己的那一句" in html(how)
    (how,) = await says(house, HERS, "撤回", 90)
    assert (how.chat, "回复您自己的那一句" in html(how)) == (RESIDENT, True)
    assert len(house.commands("hospital.say")) == 1, "such words are never carried"


@pytest.mark.parametrize("side", SIDES)
async def test_after_the_end_nothing_is_carried_and_the_writer_reads_so(house: House, side: str) -> None:
    spot, reader = SIDES[side]
    await says(house, spot, "每次50微克")
    await house.take(house.arrival(Observed(told(NO, "not-suitable", house.clock.civil()))))
    before = len(house.posts())
    (edit,) = await says(house, spot, "每次100微克", edited=True)
    (back,) = await says(house, spot, "撤回", 72, reply_to=71)
    assert {edit.chat, back.chat} == {spot.chat}
    assert "没有发给对方" in html(edit)
    assert texts(house, reader, before) == "" or reader == spot.chat
    assert len(recorded(house)) == 1


async def test_what_stayed_among_colleagues_is_not_sent_by_an_edit(house: House) -> None:
    assert await says(house, HIS, "／／ 她血压高") == []
    assert await says(house, HIS, "／／ 她血压偏高", edited=True) == []
    (how,) = await says(house, HIS, "血压高，少吃盐", edited=True)
    assert "重新写一条" in html(how)
    (kept,) = await says(house, Spot(FORUM, ZHAO, THREAD), "同意", 90)
    assert "只留给同事看" in html(kept)
    assert await says(house, Spot(FORUM, ZHAO, THREAD), "不同意", 90, edited=True) == []
    assert texts(house, RESIDENT) == ""


async def test_a_sent_word_does_not_become_a_note_by_an_edit(house: House) -> None:
    await says(house, HIS, "少吃盐")
    (no,) = await says(house, HIS, "／／ 少吃盐", edited=True)
    assert (no.chat, "没有发给对方" in html(no)) == (FORUM, True)


async def test_what_the_release_before_relayed_cannot_be_changed(house: House) -> None:
    row = Relayed(f"{RESIDENT}:71", NO, f"r:{RESIDENT}:71", RESIDENT)
    turn = house.turn()
    turn.put(row)
    await house.services.store.commit(turn.outcome())
    (no,) = await says(house, HERS, "每次100微克", edited=True)
    assert "没有发给对方" in html(no)


@pytest.mark.parametrize("change", ["edit", "take back"])
async def test_whose_mandate_has_ended_reads_no_change(house: House, change: str) -> None:
    mandate = Mandate("m-1", HELPER, "pat-1", "2027-01-01", True, {"name": "王秀英", "brief": BRIEF})
    await put(house, mandate, replace(await house.order(NO), placed_by=HELPER, mandate="m-1"))
    copies = await says(house, HIS, "少吃盐")
    assert [post.chat for post in copies] == [RESIDENT, HELPER]
    known = await house.services.store.get(Mandate, "m-1")
    assert known is not None
    await put(house, replace(known, active=False))
    edit = change == "edit"
    shown = await says(house, HIS, "少吃糖" if edit else "撤回", 71 if edit else 72, edited=edit, reply_to=71)
    assert {post.chat for post in shown} - {FORUM} == {RESIDENT}


async def test_the_phone_of_the_dead_reads_no_change(house: House) -> None:
    await says(house, HIS, "少吃盐")
    seen = told(NO, "in-consult", house.clock.civil())
    await house.take(house.arrival(Observed(replace(seen, patient=replace(PATIENT, deceased=True)))))
    assert RESIDENT not in {post.chat for post in await says(house, HIS, "少吃糖", edited=True)}


async def test_a_message_that_is_edited_without_end_is_written_again(house: House) -> None:
    await says(house, HIS, "少吃盐 0")
    row = await house.services.store.get(Relayed, f"{FORUM}:71")
    assert row is not None
    await put(house, replace(row, sealed={**row.sealed, "edits": 19}))
    assert [post.chat for post in await says(house, HIS, "少吃盐 20", edited=True)] == [RESIDENT, RESIDENT]
    (no,) = await says(house, HIS, "少吃盐 21", edited=True)
    assert (no.chat, "重新写一条" in html(no)) == (FORUM, True)
    assert len(recorded(house)) == 2


async def test_who_is_a_doctor_no_more_takes_nothing_back(house: House) -> None:
    await says(house, HIS, "每天两片")
    lists = replace(LISTS, staff=(replace(LISTS.staff[0], id="pr-3"),))
    house.services = replace(house.services, catalogue=lambda: lists)
    house.core.services = house.services
    (no,) = await says(house, HIS, "撤回", 72, reply_to=71)
    assert (no.chat, "没有发给对方" in html(no)) == (FORUM, True)
    assert len(recorded(house)) == 1


async def test_whose_mandate_has_ended_takes_nothing_back(house: House) -> None:
    mandate = Mandate("m-1", HELPER, "pat-1", "2027-01-01", True, {"name": "王秀英", "brief": BRIEF})
    await put(house, mandate, replace(await house.order(NO), placed_by=HELPER, mandate="m-1"))
    (copy,) = await says(house, Spot(HELPER, HELPER), "她对青霉素过敏")
    assert copy.chat == FORUM
    known = await house.services.store.get(Mandate, "m-1")
    assert known is not None
    await put(house, replace(known, active=False))
    (no,) = await says(house, Spot(HELPER, HELPER), "撤回", 72, reply_to=71)
    assert (no.chat, "没有发给对方" in html(no)) == (HELPER, True)
    assert len(recorded(house)) == 1


async def test_an_answer_below_a_correction_reaches_the_consult(house: House) -> None:
    await says(house, HIS, "血压多少？")
    _, under = await says(house, HIS, "血糖多少？", edited=True)
    stands = await house.services.store.standing(under.key)
    assert stands is not None
    (up,) = await says(house, HERS, "6.1", 72, reply_to=stands.message)
    assert (up.chat, up.topic) == (FORUM, CASE.topic)
    (down,) = await says(house, HIS, "好", 73, reply_to=stands.message)
    assert down.chat == RESIDENT


def test_the_words_are_data_of_each_language() -> None:
    assert takes_back("撤回！")
    assert takes_back("TAKE BACK")
    assert not takes_back("撤回昨天的药")
    assert not takes_back("")
    for table in ({}, {"words": "撤回"}, {"words": ["!"]}, {"words": ["撤回", "撤 回"]}):
        with pytest.raises(BadWords):
            read_take_back(table, "here")
    assert files("take-back").keys() == {"zh-CN", "en"}


# ---------------------------------------------------------------- pictures


async def pictured(house: House, spot: Spot, **more: Any) -> list[Post]:
    before = len(house.posts())
    await house.take(house.arrival(Photographed(spot, more.pop("message", 71), "f", "u", 9, 9, 9, **more)))
    return [post for post in house.posts()[before:] if not post.card]


def shows(unique: str, kind: str = "photo", **more: Any) -> dict[str, Any]:
    return {"edited": True, "kind": kind, "file": f"file-{unique}", "unique": unique, **more}


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("caption", ["", AS_PHOTO])
async def test_a_replaced_picture_is_carried_and_the_one_before_stays(house: House, side: str, caption: str) -> None:
    """True 6."""
    spot, reader = SIDES[side]
    (copy,) = await pictured(house, spot, caption=caption)
    above, new = await says(house, spot, caption, **shows("u2"))
    assert [(p.chat, p.content.file) for p in (above, new) if isinstance(p.content, Picture)] == [
        (reader, "f"),
        (reader, "file-u2"),
    ]
    assert (above.key, new.topic) == (copy.key, copy.topic)
    assert "新的在下面" in html(above)
    assert "换了上面的照片" in html(new)
    assert caption in html(new)
    assert [command.args["photo"] for command in house.commands("hospital.say")] == ["f", "file-u2"]
    assert await says(house, spot, caption, **shows("u2")) == [], "it comes twice"
    again, under = await says(house, spot, "一天半片", **shows("u2"))
    assert isinstance(again.content, Picture)
    assert again.content.file == "f"
    assert "一天半片" in html(under)
    assert house.commands("hospital.say")[-1].args["photo"] == "file-u2"


@pytest.mark.parametrize("side", SIDES)
async def test_taken_back_the_old_picture_and_the_new_one_are_gone(house: House, side: str) -> None:
    spot, reader = SIDES[side]
    await pictured(house, spot, caption=AS_PHOTO)
    *_, new = await says(house, spot, AS_PHOTO, **shows("u2"))
    posts = await says(house, spot, "撤回", 72, reply_to=71)
    assert not any(isinstance(post.content, Picture) for post in posts)
    assert [post.content for post in posts if post.key == new.key and post.chat == reader] == [None]


@pytest.mark.parametrize("known", ["u", ""])
async def test_a_caption_alone_is_no_other_picture(house: House, known: str) -> None:
    await pictured(house, HERS, caption=AS_PHOTO)
    (row,) = await house.services.store.find(Relayed, order=NO)
    await put(house, replace(row, sealed={**row.sealed, "unique": known}))
    await says(house, HERS, "一天半片", edited=True, kind="photo", file="f" if not known else "f-again", unique="u")
    assert [command.args["photo"] for command in house.commands("hospital.say")] == ["f", "f"]


async def test_a_picture_put_to_words_is_carried(house: House) -> None:
    await says(house, HERS, "药盒")
    posts = await says(house, HERS, "药盒", **shows("u2"))
    assert [p.content.file for p in posts if isinstance(p.content, Picture)] == ["file-u2"]


async def test_another_file_is_to_be_sent_anew(house: House) -> None:
    """Its type and name would have to be looked at as those of a new one."""
    await pictured(house, HIS, caption=AS_PHOTO)
    (post,) = await says(house, HIS, AS_PHOTO, **shows("u2", "document", size=5))
    assert "请重新写一条" in html(post)
    assert len(house.commands("hospital.say")) == 1


@pytest.mark.parametrize("side", SIDES)
async def test_a_caption_that_takes_back_takes_back_and_its_picture_goes_nowhere(house: House, side: str) -> None:
    spot, _ = SIDES[side]
    await says(house, spot, "每次50微克")
    posts = await pictured(house, spot, caption="撤回", reply_to=71, message=72)
    assert not any(isinstance(post.content, Picture) for post in posts)
    assert recorded(house)[-1][1]
    posts = await pictured(house, spot, caption="撤回", message=73)
    assert not any(isinstance(post.content, Picture) for post in posts)
    assert "请回复您自己的那一句" in html(posts[-1])


async def test_a_note_on_a_later_item_takes_back_the_items_before(house: House) -> None:
    """True 5: that the album is for colleagues is seen only then."""
    await pictured(house, HIS, album="a")
    posts = await pictured(house, HIS, album="a", caption="// 看这里", message=72)
    assert not any("看这里" in html(post) for post in posts if post.chat == RESIDENT)
    assert "撤回了" in "".join(html(post) for post in posts if post.chat == RESIDENT)
    assert "撤回了" in html([post for post in posts if post.chat == FORUM][-1]), "the doctor reads that it had gone"
    assert [post.chat for post in await pictured(house, HIS, album="a", message=73)] == []
