"""Every post passes the door: nothing too long is cut, and neighbours are told at day, three times at most."""

from __future__ import annotations

import html
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from backend_client.models import BatchSnapshot, ManifestLine
from bot import door
from bot.clock import HandClock
from bot.core import refresh_cards
from bot.messenger import limits
from bot.model import (
    Batch,
    Button,
    Due,
    Incident,
    Observed,
    Order,
    Outcome,
    Person,
    Photographed,
    Picture,
    Place,
    PlaceKind,
    Post,
    RoleBinding,
    Said,
    Spot,
    Text,
    Timer,
    Topic,
)
from bot.store.port import Mark
from bot.workers.letters import Letters
from bot.workers.timekeeper import Timekeeper
from tests.handlers.house import BRIEF, FORUM, LI, RESIDENT, House, at_home, told
from tests.waiting import posts_due

NO, THREAD, OPERATOR, GROUP, COURIER = "MR1123-1", 55, 41, -500, 51
ZONE = ZoneInfo("Asia/Shanghai")
ORDER = Order(NO, "in-consult", 1, 1, "v1", 10**13, "dep-1", "comp-1", "yellow", RESIDENT, RESIDENT, doctor=LI,
              topic=f"consult:{NO}",
              snapshot={"patient": BRIEF, "doctor": "pr-1", "doctor_name": "李医生"})  # fmt: skip
ROWS = (
    ORDER,
    Topic(f"consult:{NO}", FORUM, NO, "1", "1", THREAD),
    Person(OPERATOR, lang="en", roles=(RoleBinding("operator", "op", "Op"),)),
    Place(GROUP, PlaceKind.COMPOUND, "comp-1", lang="en"),
)


def at(hour: int, minute: int = 0, day: int = 26) -> int:
    return int(datetime(2026, 11, day, hour, minute, tzinfo=ZONE).timestamp() * 1000)


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with at_home(tmp_path / "bot.sqlite", HandClock(at(10)), ROWS) as found:
        yield found


def seen(markup: str) -> str:
    return html.unescape(re.sub(r"<[^>]*>", "", markup))


def said(post: Post) -> str:
    content = post.content
    assert isinstance(content, Text | Picture)
    limit = limits.TEXT if isinstance(content, Text) else limits.CAPTION
    assert limits.visible(content.html) <= limit
    return seen(content.html)


def of(house: House, key: str) -> list[Post]:
    return [post for post in house.posts() if door.whole(post.key) == key]


# ---------------------------------------------------------------- nothing is cut


LONG = ("Take 1 tablet. " * 300)[: 4096 - 30] + "NEVER take 4 tablets at once. "


async def test_a_doctors_longest_text_arrives_whole_and_in_order(house: House) -> None:
    await house.take(house.arrival(Said(Spot(FORUM, LI, THREAD), 700, LONG)))
    parts = of(house, f"r:{FORUM}:700:{RESIDENT}")
    assert [post.key.partition("~")[2] for post in parts] == ["", "2"]
    whole = "".join(said(post) for post in parts)
    assert whole.endswith(LONG.strip())
    assert all(post.protect and post.priority == "c" for post in parts)


async def test_a_residents_longest_caption_arrives_whole(house: House) -> None:
    caption = "&<药😀> " * 143 + "ALLERGIC to penicillin"
    body = Photographed(Spot(RESIDENT, RESIDENT), 800, "file", "unique", 9, 9, 9, caption=caption)
    await house.take(house.arrival(body))
    first, *more = of(house, f"r:{RESIDENT}:800")
    assert isinstance(first.content, Picture)
    assert [type(post.content) for post in more] == [Text]
    assert "".join(map(said, (first, *more))).endswith(caption)


async def test_after_a_death_between_two_parts_only_the_other_is_sent(house: House) -> None:
    await house.core.take(house.arrival(Said(Spot(FORUM, LI, THREAD), 700, LONG)))
    key = f"r:{FORUM}:700:{RESIDENT}"
    await house.services.store.mark([Mark(key, "sent", 1, 77)])
    due = await posts_due(house.services.store, house.clock.civil())
    assert [standing.post.key for standing in due if standing.post.chat == RESIDENT] == [f"{key}~2"]


async def test_a_reply_to_the_second_part_is_a_reply_to_the_whole(house: House) -> None:
    await house.take(house.arrival(Said(Spot(FORUM, LI, THREAD), 700, LONG)))
    standing = await house.services.store.standing(f"r:{FORUM}:700:{RESIDENT}~2")
    assert standing is not None
    await house.take(house.arrival(Said(Spot(RESIDENT, RESIDENT), 900, "Why?", reply_to=standing.message)))
    assert "Why?" in said(of(house, f"r:{RESIDENT}:900")[0])


async def test_what_becomes_shorter_takes_its_parts_back(house: House) -> None:
    long, rows = "<b>" + "药 " * 3000 + "</b>", ((Button("Yes", "a:menu"),),)

    async def shown(markup: str | None) -> list[tuple[str, Any, bool]]:
        turn = house.turn()
        turn.post("k", RESIDENT, Text(markup, rows) if markup else None, pin=True)
        outcome = await door.leave(turn)
        await house.services.store.commit(outcome)
        await house.show()
        return [(post.key, getattr(post.content, "buttons", None), post.pin) for post in outcome.posts]

    assert await shown(long) == [("k", (), True), ("k~2", rows, False)]
    assert await shown("short") == [("k", rows, True), ("k~2", None, False)]
    assert await shown("short") == [("k", rows, True), ("k~2", None, False)]
    assert await shown(long) == [("k", (), True), ("k~2", rows, False)]
    assert await shown(None) == [("k", None, True), ("k~2", None, False)]


async def test_a_long_toast_is_told_whole_in_private(house: House) -> None:
    turn = house.turn(house.press(RESIDENT, "a:is_mine:b1", GROUP))
    labels = ", ".join(f"A-{n:03}" for n in range(60))
    turn.say_toast(labels)
    outcome = await door.leave(turn)
    assert turn.answer.alert
    assert limits.units(turn.answer.toast) == limits.TOAST
    assert [(post.chat, said(post)) for post in outcome.posts] == [(RESIDENT, labels)]


# ---------------------------------------------------------------- when neighbours hear


def batch(id: str, stage: Any, updated: int) -> BatchSnapshot:
    return BatchSnapshot(
        id, "run", "v", updated, stage, "pr-3", "comp-1", (ManifestLine(f"N-{id}", "A-01", False, False),)
    )


async def observed(house: House, id: str, stage: Any = "arrived") -> None:
    await house.take(house.arrival(Observed(batch(id, stage, house.clock.civil()))))


async def group(house: House) -> list[tuple[str, str]]:
    """(key, text) of what neighbours have been sent and still see."""
    keys = dict.fromkeys(post.key for post in house.posts() if post.chat == GROUP)
    found = [await house.services.store.standing(key) for key in keys]
    return [(s.post.key, said(s.post)) for s in found if s and s.message is not None and s.post.content is not None]


async def handed_over(house: House, id: str) -> None:
    """The ambassador hands over the only parcel."""
    turn = house.turn()
    row = await turn.get(Batch, id)
    assert row is not None
    turn.put(replace(row, left=0))
    await refresh_cards(turn)
    await house.services.store.commit(await door.leave(turn))
    await house.show()


async def test_a_batch_of_the_evening_is_told_in_the_morning(house: House) -> None:
    house.clock.set(at(21, 10))
    await observed(house, "b1")
    assert await group(house) == []
    house.clock.set(at(7, 29, day=27))
    await house.show()
    assert await group(house) == []
    house.clock.set(at(7, 30, day=27))
    await house.show()
    assert [key for key, _ in await group(house)] == [f"notice:b1:{GROUP}"]


async def test_what_was_collected_meanwhile_is_not_told(house: House) -> None:
    house.clock.set(at(21, 10))
    await observed(house, "b1")
    await handed_over(house, "b1")
    house.clock.set(at(12, 0, day=27))
    await house.show()
    assert await group(house) == []
    place = await house.services.store.get(Place, GROUP)
    assert place is not None
    assert door.told_on(place, "2026-11-27") == []


async def test_a_count_goes_down_at_night_without_a_new_message(house: House) -> None:
    house.clock.set(at(20, 50))
    await observed(house, "b1")
    house.clock.set(at(21, 50))
    await handed_over(house, "b1")
    (told,) = await group(house)
    assert "1 parcel, collected" in told[1]


async def test_the_fourth_batch_of_a_day_joins_the_notice_that_stands(house: House) -> None:
    for hour, id in enumerate(("b1", "b2", "b3", "b4"), 10):
        house.clock.set(at(hour))
        await observed(house, id)
    told = await group(house)
    assert [key.split(":")[1] for key, _ in told] == ["b1", "b2", "b3"]
    assert "2 of 2 parcels" in told[2][1]
    await handed_over(house, "b4")
    assert "1 of 2 parcels" in (await group(house))[2][1]
    await handed_over(house, "b3")
    assert "2 parcels, all collected" in (await group(house))[2][1]
    house.clock.set(at(10, day=27))
    await observed(house, "b5")
    assert [key.split(":")[1] for key, _ in await group(house)] == ["b1", "b2", "b3", "b5"]


async def test_a_notice_that_had_its_day_does_not_come_back(house: House) -> None:
    await observed(house, "b1")
    house.clock.set(at(11, day=27))
    key = f"notice:b1:{GROUP}"
    await house.take(house.arrival(Due(Timer(f"remove:{key}", 0, "remove-post", key))))
    assert await group(house) == []
    await handed_over(house, "b1")
    assert await group(house) == []


async def test_a_notice_goes_when_it_has_had_its_day(house: House) -> None:
    await observed(house, "b1")
    ring = Timekeeper(house.services.store, house.clock, house.take).once
    house.clock.set(at(9, day=27))
    await ring()
    assert len(await group(house)) == 1
    house.clock.set(at(11, day=27))
    await ring()
    assert await group(house) == []


# ---------------------------------------------------------------- announcements


async def announced(house: House) -> None:
    await house.take(house.text(OPERATOR, "/announce"))
    await house.tap(OPERATOR, "all", "usual")


async def test_an_announcement_at_night_waits_and_the_operator_knows_before(house: House) -> None:
    house.clock.set(at(22, 40))
    await announced(house)
    assert "Fri 27 Nov 07:30" in said(house.posts()[-1])
    await house.tap(OPERATOR, "ok")
    assert await group(house) == []
    house.clock.set(at(7, 30, day=27))
    await house.show()
    assert [key.split(":")[0] for key, _ in await group(house)] == ["announce"]


async def test_an_announcement_that_is_taken_back_is_not_sent(house: House) -> None:
    house.clock.set(at(22, 40))
    await announced(house)
    await house.tap(OPERATOR, "ok")
    (button,) = [
        b for p in house.posts() for row in getattr(p.content, "buttons", ()) for b in row if "unannounce" in b.data
    ]
    await house.take(house.press(OPERATOR, button.data))
    assert "was taken back" in [said(post) for post in house.posts() if post.chat == OPERATOR][-1]
    house.clock.set(at(9, day=27))
    await house.show()
    assert await group(house) == []


async def test_announcements_count_among_the_three(house: House) -> None:
    for hour, id in enumerate(("b1", "b2", "b3"), 10):
        house.clock.set(at(hour))
        await observed(house, id)
    await announced(house)
    assert "Fri 27 Nov 07:30" in said(house.posts()[-1])
    await house.tap(OPERATOR, "ok")
    assert len(await group(house)) == 3
    house.clock.set(at(7, 30, day=27))
    await house.show()
    assert len(await group(house)) == 4


async def test_by_day_it_goes_at_once(house: House) -> None:
    await announced(house)
    assert "07:30" not in said(house.posts()[-1])
    await house.tap(OPERATOR, "ok")
    assert len(await group(house)) == 1


async def test_an_operator_can_bind_a_group_at_night(house: House) -> None:
    house.clock.set(at(23))
    await house.take(house.arrival(Said(Spot(-900, OPERATOR), 5, "/bind")))
    assert [post.not_before for post in house.posts() if post.chat == -900] == [0]


# ---------------------------------------------------------------- what neighbours may read


async def test_what_is_not_declared_public_never_goes_to_a_neighbours_group(house: House) -> None:
    """Whatever made the department's group theirs: nothing of a consult is said there, and it is not lost unseen."""
    letters = Letters(house.services.store, house.clock, house.take)
    await letters.once()
    forum = await house.services.store.get(Place, FORUM)
    assert forum is not None
    await house.services.store.commit(
        Outcome(house.arrival(None), rows=(replace(forum, kind=PlaceKind.COMPOUND, ref="comp-1"),))
    )
    before = len(house.posts())
    await house.take(house.arrival(Said(Spot(RESIDENT, RESIDENT), 900, "my sugar is 15")))
    await house.take(house.arrival(Observed(told(NO, "passed", house.clock.civil()))))
    assert [post.key for post in house.posts()[before:] if post.chat == FORUM and post.content is not None] == []
    assert await letters.once()
    assert "没有送到" in "".join(said(post) for post in house.posts()[before:] if post.chat == RESIDENT)
    found = await house.services.store.find(Incident, done_at=0)
    assert {(one.kind, one.code, one.order) for one in found} >= {("post", "not-public", NO)}


@pytest.mark.parametrize("chat", [GROUP, -777], ids=["neighbours", "unknown"])
async def test_a_post_is_closed_to_a_group_unless_it_is_declared_public(house: House, chat: int) -> None:
    turn = house.turn()
    turn.post("shut", chat, Text("MR1123-1"))
    turn.post("open", chat, Text("40 parcels"), public=True)
    turn.post("gone", chat, None)
    assert [post.key for post in (await door.leave(turn)).posts] == ["open", "gone"]
    assert [(one["source"], one["code"]) for one in await house.services.store.dead_letters(9)] == [
        ("post", "not-public")
    ]
