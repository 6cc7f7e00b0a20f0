"""Voice notes and documents both ways, another photo on request, and what was not delivered, under the message."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.calls import say
from bot.clock import HandClock
from bot.handlers.attachments import cannot_carry
from bot.model import (
    Attached,
    Mandate,
    Observed,
    Photographed,
    Picture,
    Post,
    PutAside,
    Reached,
    Said,
    SentOther,
    Spot,
    Topic,
)
from bot.ops.rights import mark_orders
from bot.reach import MOST_BYTES, Reach
from bot.store.port import Mark
from tests.cases.rows import CASE, NO, ROWS, THREAD, put, texts
from tests.handlers.house import BRIEF, FORUM, HELPER, LI, RESIDENT, ZHAO, House, at_home, told

HERS, HIS = Spot(RESIDENT, RESIDENT), Spot(FORUM, LI, THREAD)
SIDES = {"patient": (HERS, FORUM), "doctor": (HIS, RESIDENT)}
VOICE = SentOther(HERS, 71, "voice", None, "file-v", 9_000, "", "audio/ogg", "听我说")
PAPER = SentOther(HERS, 71, "document", None, "file-d", 9_000, "化验单.pdf", "application/pdf")


@pytest.fixture
async def house(tmp_path: Path, clock: HandClock) -> AsyncIterator[House]:
    """One consult that Dr Li has taken."""
    rows = tuple(replace(row, stage="in-consult") if row is CASE else row for row in ROWS)
    async with at_home(tmp_path / "core.sqlite", clock, rows) as house:
        yield house


async def sends(house: House, body: Any) -> list[Post]:
    before = len(house.posts())
    await house.take(house.arrival(body))
    return [post for post in house.posts()[before:] if not post.card]


def html(*posts: Post) -> str:
    return "\n".join(str(getattr(post.content, "html", "")) for post in posts)


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("body", [VOICE, PAPER], ids=["voice", "document"])
async def test_it_goes_to_the_other_side_by_its_file_id_and_to_the_record(
    house: House, side: str, body: SentOther
) -> None:
    spot, reader = SIDES[side]
    (copy,) = await sends(house, replace(body, spot=spot))
    assert isinstance(copy.content, Attached)
    assert (copy.chat, copy.content.kind, copy.content.file) == (reader, body.kind, body.file)
    assert body.caption in html(copy)
    said = house.commands("hospital.say")[-1].args
    assert (said["file"], said["title"], said["mime"], said["size"]) == (body.file, body.name, body.mime, 9_000)
    assert await sends(house, replace(body, spot=spot)) == [], "delivered again"
    again, under = await sends(house, Said(spot, 71, "改过的说明", edited=True))
    assert isinstance(again.content, Attached)
    assert "改过的说明" in html(under)


REFUSED = {
    "video": (SentOther(HERS, 71, "video", None, "f", 9), "发不到对方那里"),
    "location": (SentOther(HERS, 71, "location"), "发不到对方那里"),
    "picture as a file": (replace(PAPER, mime="image/jpeg"), "当照片发"),
    "program": (replace(PAPER, name="a.apk", mime="application/vnd.android.package-archive"), "存成 PDF"),
}


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("what", REFUSED)
async def test_what_cannot_be_carried_is_said_under_it(house: House, side: str, what: str) -> None:
    body, why = REFUSED[what]
    spot, _ = SIDES[side]
    (hint,) = await sends(house, replace(body, spot=spot))
    assert (hint.chat, hint.reply_to, why in html(hint)) == (spot.chat, 71, True)
    assert not house.commands("hospital.say")


@pytest.mark.parametrize(
    ("name", "mime", "why"),
    [
        ("化验单.pdf", "application/pdf", ""),
        ("A.PDF", "Application/PDF; x=1", ""),
        ("IMG_1.HEIC", "", "relay.as_photo"),
        ("a.jpg", "application/octet-stream", "relay.as_photo"),
        ("a.jpg", "application/pdf", "relay.as_photo"),
        ("a.pdf", "Image/JPEG", "relay.as_photo"),
        ("家里.m4a", "", "relay.as_voice"),
        ("家里.pdf", "audio/mp4", "relay.as_voice"),
        ("a.html", "text/html", "relay.as_paper"),
        ("a.docx", "application/msword", "relay.as_paper"),
        ("化验单.pdf.exe", "application/pdf", "relay.as_paper"),
        ("a.pdf", "application/octet-stream", "relay.as_paper"),
        ("", "application/pdf", "relay.as_paper"),
        ("化验\u202egnp.pdf", "application/pdf", "relay.as_paper"),
    ],
)
def test_of_files_only_a_pdf_is_carried_and_its_type_and_name_agree(name: str, mime: str, why: str) -> None:
    assert cannot_carry(replace(PAPER, name=name, mime=mime)) == why


def test_a_recording_is_carried_as_a_voice_note_only() -> None:
    assert cannot_carry(VOICE) == ""
    assert cannot_carry(replace(VOICE, kind="audio", name="家里.mp3", mime="audio/mpeg")) == "relay.as_voice"


@pytest.mark.parametrize("what", ["photos", "documents"])
async def test_every_item_of_a_note_stays(house: House, what: str) -> None:
    photo, paper = Photographed(HIS, 80, "f", "u", 9, 9, 9, album="a"), replace(PAPER, spot=HIS, caption="", album="a")
    for n, caption in ((80, "／／ 另一位病人的片子"), (81, ""), (82, "")):
        item = replace(photo if what == "photos" else paper, message=n, caption=caption)
        assert await sends(house, item) == []
    await house.take(house.arrival(Observed(told(NO, "in-consult", house.clock.civil()))))
    assert await sends(house, replace(photo, message=83)) == [], "the hospital's snapshot does not forget it"
    (copy,) = await sends(house, replace(photo, message=84, album="b"))
    assert copy.chat == RESIDENT, "the next album is sent"


async def test_a_colleagues_voice_stays(house: House) -> None:
    (hint,) = await sends(house, replace(VOICE, spot=Spot(FORUM, ZHAO, THREAD)))
    assert "只留给同事看" in html(hint)
    assert await sends(house, replace(VOICE, spot=HIS, caption="／／ 你听")) == []


async def test_a_reply_with_a_voice_note_reaches_that_consult(house: House) -> None:
    (copy,) = await sends(house, Said(HIS, 70, "说说看"))
    stands = await house.services.store.standing(copy.key)
    assert stands is not None
    await house.take(house.text(RESIDENT, "/language"))
    (up,) = await sends(house, replace(VOICE, reply_to=stands.message))
    assert (up.chat, up.topic) == (FORUM, CASE.topic)


async def test_the_bytes_go_unopened_and_what_is_too_big_is_named() -> None:
    kept: list[Any] = []

    class Hospital:
        async def say(self, message: Any) -> None:
            kept.append(message.attached)

    async def fetch(file: str) -> bytes:
        return b"%PDF"

    hospital: Any = Hospital()
    words: dict[str, Any] = {
        "key": "k",
        "order": NO,
        "sender": "a",
        "recipient": "b",
        "sent": 1,
        "file": "f",
        "title": "x.pdf",
    }
    await say(Reach(hospital, fetch), **words, size=4, mime="application/pdf")
    await say(Reach(hospital, fetch), **words, size=MOST_BYTES + 1)
    whole, big = kept
    assert (whole.body.body, whole.body.mime, whole.title) == (b"%PDF", "application/pdf", "x.pdf")
    assert (big.body, big.size) == (None, MOST_BYTES + 1)


# ---------------------------------------------------------------- another photo


def photo(message: int = 80, **more: Any) -> Photographed:
    return Photographed(HERS, message, f"f{message}", f"u{message}", 9, 9, 9, **more)


async def test_another_photo_is_asked_for_and_comes_into_the_topic(house: House) -> None:
    """Also while an older question of hers waits for a photo; a newer one gets its own."""
    await house.take(house.press(RESIDENT, "a:need"))
    before = len(house.posts())
    await house.take(house.press(LI, f"a:another_photo:{NO}", FORUM))
    asked = next(post for post in house.posts()[before:] if post.chat == RESIDENT and "再拍一张" in html(post))
    assert "已请对方再发" in texts(house, FORUM, before)
    assert "再拍一张" in house.commands("hospital.say")[-1].args["text"]
    (up,) = await sends(house, photo())
    assert isinstance(up.content, Picture)
    assert (up.chat, up.topic, up.content.file) == (FORUM, CASE.topic, "f80")
    stands = await house.services.store.standing(asked.key)
    assert stands is not None
    (up,) = await sends(house, Said(HERS, 81, "看得清吗？", reply_to=stands.message))
    assert up.chat == FORUM


SECOND = "MR1123-2"


async def second_consult(house: House) -> None:
    """The helper acts for her and for a neighbour; Dr Li has taken both."""
    other = {**BRIEF, "id": "pat-2", "name": "李建国"}
    mine = replace(await house.order(NO), placed_by=HELPER, mandate="m-1")
    his = replace(mine, no=SECOND, topic=f"consult:{SECOND}", mandate="m-2", patient_account=0, version=0, patient="",
                  snapshot={**CASE.snapshot, "patient": other})  # fmt: skip
    mandates = (
        Mandate(f"m-{n}", HELPER, f"pat-{n}", "2027-01-01", True, {"name": of["name"], "brief": of})
        for n, of in ((1, BRIEF), (2, other))
    )
    await put(house, mine, his, *mandates, Topic(f"consult:{SECOND}", FORUM, SECOND, "2", "2", THREAD + 1))
    await mark_orders(house.services, house.clock.civil())


async def photo_goes(house: House, who: int, unique: str) -> list[str]:
    """Into which topics."""
    before = len(house.posts())
    await house.take(house.photo(who, unique))
    return [post.topic for post in house.posts()[before:] if f"file-{unique}" in str(post.content)]


async def test_a_wanted_photo_of_one_of_two_patients_is_not_guessed(house: House) -> None:
    await second_consult(house)
    for no in (NO, SECOND):
        await house.take(house.press(LI, f"a:another_photo:{no}", FORUM))
    before = len(house.posts())
    assert await photo_goes(house, HELPER, "first") == []
    rows = [row for p in house.posts()[before:] if p.chat == HELPER for row in getattr(p.content, "buttons", ())]
    assert any("李建国" in button.label for row in rows for button in row)
    await house.tap(HELPER, SECOND)
    assert [command.args["order"] for command in house.commands("hospital.say") if command.args["photo"]] == [SECOND]


async def test_a_photo_that_came_is_wanted_of_nobody_else(house: House) -> None:
    await second_consult(house)
    await house.take(house.press(LI, f"a:another_photo:{NO}", FORUM))
    assert await photo_goes(house, RESIDENT, "page-1") == [CASE.topic]
    assert await photo_goes(house, HELPER, "of-the-neighbour") == []
    await house.take(house.press(RESIDENT, "a:need"))
    house.clock.advance(3600)
    assert await photo_goes(house, RESIDENT, "page-of-a-new-order") == []


async def test_a_reply_to_the_request_says_which_it_is(house: House) -> None:
    await second_consult(house)
    before = len(house.posts())
    await house.take(house.press(LI, f"a:another_photo:{NO}", FORUM))
    (asked,) = [post for post in house.posts()[before:] if post.chat == HELPER and post.key.startswith("r:")]
    stands = await house.services.store.standing(asked.key)
    assert stands is not None
    (up, *_) = await sends(house, replace(photo(), spot=Spot(HELPER, HELPER), reply_to=stands.message))
    assert up.topic == CASE.topic


async def test_only_the_receiving_doctor_asks_for_a_photo(house: House) -> None:
    toast = (await house.take(house.press(ZHAO, f"a:another_photo:{NO}", FORUM))).toast
    assert toast == house.label("refused.other-doctor", name="李医生")
    await house.take(house.arrival(Observed(told(NO, "passed", house.clock.civil()))))
    toast = (await house.take(house.press(LI, f"a:another_photo:{NO}", FORUM))).toast
    assert toast == house.label("refused.not-now.in_group")


# ---------------------------------------------------------------- not delivered


async def test_who_has_blocked_the_bot_is_told_under_the_message_that_waits(house: House) -> None:
    await house.core.take(house.arrival(Said(HIS, 70, "血压多少？")))
    hints = await sends(house, Reached(RESIDENT, RESIDENT, False))
    (lost,) = [post for post in hints if post.chat == FORUM]
    assert (lost.reply_to, lost.topic, "没有送到" in html(lost)) == (70, CASE.topic, True)


async def test_what_the_messenger_refused_for_good_is_told_under_the_message(house: House) -> None:
    await house.core.take(house.arrival(Said(HIS, 70, "血压多少？")))
    key = f"r:{FORUM}:70:{RESIDENT}"
    await house.services.store.mark([Mark(key, "failed", attempts=9, error="rejected")])
    hints = await sends(house, PutAside("post", f"{key}/1", "rejected"))
    assert [(post.chat, post.reply_to) for post in hints if "没有送到" in html(post)] == [(FORUM, 70)]
    await house.core.take(house.arrival(Said(HERS, 71, "130")))
    hints = await sends(house, PutAside("post", f"r:{RESIDENT}:71/1", "rejected"))
    assert [(post.chat, post.reply_to) for post in hints if "没有送到" in html(post)] == [(RESIDENT, 71)]
