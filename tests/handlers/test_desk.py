"""It stands C: whoever is an operator takes an exception, tries it again, ends it; everybody else reads a sentence."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.clock import HandClock
from bot.core import Core
from bot.model import (
    Command,
    Incident,
    Order,
    Origin,
    Person,
    Place,
    PlaceKind,
    Post,
    Returned,
    RoleBinding,
    Said,
    Spot,
    Text,
)
from bot.store.port import Mark
from bot.turn import Answer, Turn
from tests.handlers.house import BRIEF, RESIDENT, House, at_home, told
from tests.handlers.test_incidents import OFFICE, letter, office, reports, settles

WU, HE, STRANGER, NO = 51, 52, 99, "MR-1"
KNOWN = {"patient": BRIEF, "asked": [], "doctor_name": "", "days_left": "3-7", "condition": "", "prescribed": []}
PLACED = Order(NO, "in-consult", 1, 2, "v", 3, "dep-1", "comp-1", "red", RESIDENT, snapshot=KNOWN)


def operator(id: int, name: str) -> Person:
    return Person(id, lang="en", roles=(RoleBinding("operator", f"pr-{id}", name),))


@pytest.fixture
async def house(tmp_path: Path, clock: HandClock) -> AsyncIterator[House]:
    rows = (Place(OFFICE, PlaceKind.OPERATORS, lang="en"), operator(WU, "Wu"), operator(HE, "He"), PLACED)
    async with at_home(tmp_path / "core.sqlite", clock, rows) as house:
        await letter(house, "later", "begins", "")  # the worker begins
        yield house


async def only(house: House) -> Incident:
    (row,) = await house.services.store.find(Incident, done_at=0)
    return row


def button(house: House, action: str, chat: int) -> str:
    """The data of the button as it stands on the newest card of a chat that has it; "" = none has."""
    stands = {post.key: post.content for post in house.posts() if post.chat == chat}
    rows = [row for content in stands.values() for row in getattr(content, "buttons", ())]
    return ([one.data for row in rows for one in row if one.data.startswith(f"a:{action}:")] or [""])[-1]


async def press(house: House, who: int, action: str, chat: int = 0) -> Answer:
    data = button(house, action, chat or who)
    assert data, f"no button {action} stands there"
    return await house.take(house.press(who, data, chat))


def said(house: House, key: str, **words: object) -> str:
    return house.services.words.label("en", key, {"name": "", "at": house.clock.civil(), **words})


async def raised(house: House, kind: str = "unread") -> None:
    await reports(house, kind, order=NO, code="unknown-stage")


async def test_the_group_reads_kind_number_since_and_owner_and_nothing_of_a_person(house: House) -> None:
    await raised(house)
    (card,) = office(house)
    assert card == ("The hospital's record of an order cannot be read, order MR-1, since Mon 23 Nov 08:30. "
                    "Nobody has it yet.")  # fmt: skip
    await press(house, WU, "i_take", OFFICE)
    (card,) = office(house)
    assert card.endswith("Wu has it.")
    assert not button(house, "i_take", OFFICE)
    await press(house, WU, "i_whom")
    for words in office(house):
        assert "王秀英" not in words
    assert any("王秀英" in words and "6789" in words for words in office(house, WU))


async def test_whoever_takes_it_reads_in_private_what_to_do(house: House) -> None:
    await raised(house)
    answer = await press(house, WU, "i_take", OFFICE)
    assert answer.toast == said(house, "i_take.yours")
    (own,) = office(house, WU)
    assert said(house, "incident.todo.unread") in own
    assert "[unknown-stage]" in own
    row = await only(house)
    assert (row.owner, row.taken > 0) == (WU, True)
    assert [line["what"] for line in await house.services.store.audit(NO)][-1] == "exception-taken"


async def test_only_an_operator_takes_it_and_only_one(house: House) -> None:
    await raised(house)
    data = button(house, "i_take", OFFICE)
    for stranger in (STRANGER, RESIDENT):
        answer = await house.take(house.press(stranger, data, OFFICE))
        assert answer.toast == house.services.words.label("zh-CN", "refused.not-for-you.in_group")
    await house.take(house.press(WU, data, OFFICE))
    assert (await house.take(house.press(HE, data, OFFICE))).toast == said(house, "refused.incident-taken", name="Wu")
    assert (await house.take(house.press(WU, data, OFFICE))).toast == said(house, "refused.incident-yours")
    assert (await only(house)).owner == WU


async def test_a_forged_button_elsewhere_takes_nothing(house: House) -> None:
    await raised(house)
    await house.take(house.press(WU, button(house, "i_take", OFFICE), -100))
    assert (await only(house)).owner == 0


async def test_handed_back_anybody_may_take_it(house: House) -> None:
    await raised(house)
    await press(house, WU, "i_take", OFFICE)
    await press(house, WU, "i_back")
    assert "handed back" in office(house, WU)[-1]
    assert office(house)[0].endswith("Nobody has it yet.")
    await press(house, HE, "i_take", OFFICE)
    assert (await only(house)).owner == HE
    await house.take(house.press(WU, f"a:i_done:{(await only(house)).card}"))
    assert (await only(house)).done_at == 0, "he does not have it any more"


async def test_done_with_a_word_that_nobody_reads(house: House) -> None:
    await raised(house)
    await press(house, WU, "i_take", OFFICE)
    await press(house, WU, "i_done")
    await house.take(house.text(WU, "called the\nward"))
    (row,) = await house.services.store.find(Incident)
    assert (row.done_at > 0, row.word, row.done_by) == (True, "called the ward", WU)
    assert office(house)[0].endswith("It is over: Wu saw to it.")
    assert not button(house, "i_again", WU)
    assert "called the ward" not in str(await house.services.store.audit(NO)) + str(office(house))
    assert (await house.take(house.press(WU, f"a:i_again:{row.card}"))).toast == said(house, "refused.incident-over")


async def test_it_ends_by_itself_while_he_writes(house: House) -> None:
    await raised(house)
    await press(house, WU, "i_take", OFFICE)
    await press(house, WU, "i_done")
    await settles(house, "unread", NO)
    assert office(house)[0].endswith("It is over.")
    await house.take(house.text(WU, "called the ward"))
    assert said(house, "i_done.over") in office(house, WU)
    (row,) = await house.services.store.find(Incident)
    assert (row.word, row.done_by) == ("called her", 0)


async def test_after_done_it_is_a_new_card(house: House) -> None:
    await raised(house)
    old = button(house, "i_take", OFFICE)
    await settles(house, "unread", NO)
    house.clock.advance(60)
    await raised(house)
    assert [card.rpartition(". ")[2] for card in office(house)] == ["It is over.", "Nobody has it yet."]
    assert (await house.take(house.press(WU, old, OFFICE))).toast == said(house, "refused.incident-over")
    assert (await only(house)).owner == 0


async def test_an_owner_who_left_has_nothing_of_it(house: House) -> None:
    await raised(house)
    await press(house, WU, "i_take", OFFICE)
    house.ended.add(f"pr-{WU}")
    house.clock.advance(120)
    await press(house, WU, "i_whom")
    assert (await only(house)).owner == 0
    assert "王秀英" not in str(office(house, WU))
    assert not button(house, "i_done", WU)
    assert button(house, "i_take", OFFICE)


async def test_without_a_group_each_operator_has_the_card(house: House) -> None:
    await does(house, Place(OFFICE, PlaceKind.REVIEW, lang="en", version=1))
    await raised(house)
    assert office(house, WU) == office(house, HE) != []
    await press(house, HE, "i_take")
    assert office(house, WU)[0].endswith("He has it.")
    assert not button(house, "i_take", WU)


async def does(house: House, *rows: object, posts: tuple[Post, ...] = (), commands: tuple[Command, ...] = ()) -> None:
    async def turn(turn: Turn) -> None:
        for row in rows:
            turn.put(row)  # type: ignore[arg-type]
        for post in posts:
            turn.post(post.key, post.chat, post.content, card=post.card)
        for command in commands:
            turn.command(command)

    await Core(house.services, turn).take(house.arrival(Said(Spot(RESIDENT, RESIDENT), house.count, "x")))


# ---------------------------------------------------------------- a flood


async def test_200_orders_that_one_fault_stops_are_one_card_and_200_rows(house: House) -> None:
    for n in range(200):
        await reports(house, "command", order=f"MR-{n}", about=f"c{n}", code="unauthorised")
    (card,) = office(house)
    assert "(200 cases), orders MR-0, MR-1, MR-2, MR-3, MR-4 and 195 others" in card
    assert len(await house.services.store.find(Incident, done_at=0)) == 200
    await press(house, WU, "i_take", OFFICE)
    await reports(house, "command", order="MR-200", about="c200", code="unauthorised")
    assert {row.owner for row in await house.services.store.find(Incident)} == {WU}
    for n in range(201):
        await settles(house, "command", f"c{n}")
    assert office(house)[0].endswith("It is over.")


async def test_another_cause_another_hour_and_what_is_each_its_own_matter_have_their_own_cards(house: House) -> None:
    await reports(house, "command", order="MR-1", about="c1", code="unauthorised")
    await reports(house, "command", order="MR-2", about="c2", code="tls")
    await reports(house, "unaccepted", order="MR-1")
    await reports(house, "unaccepted", order="MR-2")
    house.clock.advance(2 * 3600)
    await reports(house, "command", order="MR-3", about="c3", code="tls")
    assert len(office(house)) == 5


# ---------------------------------------------------------------- try again


async def test_a_command_that_waits_is_tried_now(house: House) -> None:
    await does(house, commands=(Command("c1", NO, "hospital.take", {"order": NO}, Origin(chat=RESIDENT)),))
    later = house.clock.civil() + 600_000
    await house.services.store.postpone("c1", later, 1, "unauthorised")
    await letter(house, "command", "c1", "unauthorised")
    await press(house, WU, "i_take", OFFICE)
    assert not await house.services.store.commands_due(house.clock.civil())
    await press(house, WU, "i_again")
    assert [one.command.key for one in await house.services.store.commands_due(house.clock.civil())] == ["c1"]
    await house.take(house.arrival(Returned("c1"), "c1:result"))
    assert office(house)[0].endswith("It is over.")
    await house.take(house.press(WU, button(house, "i_again", WU) or f"a:i_again:{'x' * 12}"))


async def test_a_card_that_was_refused_is_sent_again(house: House) -> None:
    await does(house, posts=(Post("case:MR-9", -100, Text("x"), card=True),))
    await house.services.store.mark([Mark("case:MR-9", "failed", tried=1)])
    await letter(house, "post", "case:MR-9/1", "Bad Request")
    await press(house, WU, "i_take", OFFICE)
    await press(house, WU, "i_again")
    again = await house.services.store.standing("case:MR-9")
    assert again is not None
    assert again.state == "sent"


async def test_an_order_is_read_again_and_settles_it(house: House) -> None:
    await raised(house)
    await press(house, WU, "i_take", OFFICE)
    await press(house, WU, "i_again")
    await house.answer("hospital.read_order", told(NO, "in-consult", 5))
    assert office(house)[0].endswith("It is over.")


async def test_an_order_that_still_cannot_be_read_is_told_and_nothing_new_is_raised(house: House) -> None:
    await raised(house)
    await press(house, WU, "i_take", OFFICE)
    await press(house, WU, "i_again")
    await house.answer("hospital.read_order", refusal="still-unread")
    assert said(house, "refused.still-unread") in office(house, WU)
    assert (await only(house)).kind == "unread"


async def test_what_the_hospital_refused_and_nobody_waits_for_is_sent_again(house: House) -> None:
    await does(house, commands=(Command("s:1", "s", "hospital.revoke_mandate", {"mandate": "m-1"}),))
    await house.take(house.arrival(Returned("s:1", None, "not-found"), "s:1:result"))
    await press(house, WU, "i_take", OFFICE)
    await press(house, WU, "i_again")
    assert [one.command.args for one in await house.services.store.commands_due(house.clock.civil())] == [
        {"mandate": "m-1"}
    ]


async def test_what_is_not_kept_cannot_be_tried_again_and_says_so(house: House) -> None:
    await letter(house, "telegram", "message/7/12", "KeyError x.py:1")
    await press(house, WU, "i_take", OFFICE)
    assert "(Nothing can be tried again from here.)" in office(house, WU)[0]
    assert not button(house, "i_again", WU)
    await letter(house, "timer", "d1:remind/5", "unknown timer remind")
    await press(house, WU, "i_take", OFFICE)
    await press(house, WU, "i_again")
    assert said(house, "i_again.nothing") in office(house, WU)
