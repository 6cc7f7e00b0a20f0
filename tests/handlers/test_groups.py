"""A right taken away in a group is told and mended; no case is lost by it, and its patient reads that it is slow."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from bot import starting
from bot.clock import HandClock
from bot.messenger.errors import OutcomeUnknown, Unreachable
from bot.model import Due, Incident, Observed, Outcome, Place, PlaceKind, Post, Reached, Said, Spot, Text, Timer
from bot.workers.letters import Letters
from tests.cases.rows import GROUP, OPERATOR, OPERATORS, ROWS, put, texts
from tests.handlers.house import FORUM, RESIDENT, House, at_home, told
from tests.waiting import posts_due
from tests.workers.fakes import until

NEW = "MR1123-5"
TOPICS = ("can_manage_topics",)


@pytest.fixture
async def house(tmp_path: Path, clock: HandClock) -> AsyncIterator[House]:
    async with at_home(tmp_path / "core.sqlite", clock, ROWS) as house:
        await Letters(house.services.store, house.clock, house.take).once()  # it begins
        yield house


async def incidents(house: House, kind: str) -> list[tuple[str, bool]]:
    return [(one.code, one.done_at == 0) for one in await house.services.store.find(Incident, kind=kind)]


def reached(house: House, chat: int, reachable: bool = True, lacks: tuple[str, ...] = ()) -> Any:
    return house.arrival(Reached(chat, OPERATOR, reachable, lacks))


# ---------------------------------------------------------------- taken away, and given back


async def test_a_forum_that_takes_the_right_away_is_told_and_so_are_the_operators(house: House) -> None:
    await house.take(reached(house, FORUM, lacks=TOPICS))
    assert await incidents(house, "rights") == [("no-right", True)]
    assert house.label("rights.general") in texts(house, FORUM)
    assert house.label("incident.kind.rights") in texts(house, OPERATORS)
    await house.take(reached(house, FORUM))
    assert await incidents(house, "rights") == [("no-right", False)]
    assert [post for post in house.posts() if post.chat == FORUM][-1].content is None, "General is tidied up"


async def test_put_out_of_a_group_and_taken_in_again_its_messages_go_on(house: House) -> None:
    for chat in (FORUM, GROUP):
        await house.services.store.unreachable(chat)
        await house.take(reached(house, chat, reachable=False))
        assert (await incidents(house, "rights"))[0] == ("put-out", True)
        await house.services.store.commit(Outcome(house.arrival(None), posts=(Post(f"x:{chat}", chat, Text("x")),)))
        assert await posts_due(house.services.store, house.clock.civil()) == []
        await house.core.take(reached(house, chat))
        due = await posts_due(house.services.store, house.clock.civil())
        assert [one.post.chat for one in due if not one.post.key.startswith("incident:")] == [chat]
        await house.show()
        assert (await incidents(house, "rights"))[0] == ("put-out", False)


async def test_what_the_sender_met_is_the_same_exception(house: House) -> None:
    await house.services.store.dead_letter("rights", str(FORUM), "no-topics")
    await Letters(house.services.store, house.clock, house.take).once()
    assert await incidents(house, "rights") == [("no-topics", True)]
    assert house.label("rights.no_topics") in texts(house, FORUM)
    await house.take(reached(house, FORUM))
    assert await incidents(house, "rights") == [("no-topics", False)]


async def test_a_neighbours_group_needs_no_such_right(house: House) -> None:
    await house.take(reached(house, GROUP, lacks=TOPICS))
    assert await incidents(house, "rights") == []
    assert not texts(house, GROUP)


async def test_a_group_that_nobody_bound_is_nobodys_exception(house: House) -> None:
    await house.take(reached(house, -77, reachable=False))
    assert await incidents(house, "rights") == []


# ---------------------------------------------------------------- the patient reads the truth


@pytest.mark.parametrize("room", [True, False], ids=["refused", "no group is bound"])
async def test_a_case_that_no_doctor_can_see_is_told_once(house: House, room: bool) -> None:
    if not room:
        forum = await house.services.store.get(Place, FORUM)
        assert forum is not None
        await put(house, replace(forum, kind=PlaceKind.REVIEW))
    arrival = house.arrival(Observed(told("MR1123-1", "submitted", house.clock.civil() + 1)))
    order = await house.order("MR1123-1")
    await put(house, replace(order, topic="consult:new", stage=""))
    await house.core.take(arrival)  # nothing is sent
    house.clock.advance(601)
    due = [timer for timer in await house.services.store.timers_due(house.clock.civil()) if timer.step == "unseen"]
    assert [timer.ref for timer in due] == ["MR1123-1"]
    words = house.label("unseen.hears", order="MR1123-1", number="")
    for n in range(2):
        before = len(house.posts())
        await house.core.take(house.arrival(Due(replace(due[0], due=due[0].due + n))))
        fresh = [post for post in house.posts()[before:] if post.chat == RESIDENT and ":hears[" in post.key]
        assert [getattr(post.content, "html", "") for post in fresh] == [words] * (n == 0)
    assert await incidents(house, "unseen") == [("", True)]


async def test_a_case_that_stands_is_not_slow(house: House) -> None:
    order = await house.order("MR1123-1")
    await put(house, replace(order, topic="consult:new", stage=""))
    await house.take(house.arrival(Observed(told("MR1123-1", "submitted", house.clock.civil() + 1))))
    before = len(house.posts())
    await house.take(house.arrival(Due(Timer("due:unseen:MR1123-1:0", 1, "due", "MR1123-1", "unseen"))))
    assert not texts(house, RESIDENT, before)
    assert await incidents(house, "unseen") == []


# ---------------------------------------------------------------- /bind


@pytest.mark.parametrize(
    ("group", "key"),
    [
        ({"forum": False, "lacks": []}, "refused.no-topics"),
        ({"forum": True, "lacks": list(TOPICS)}, "refused.no-right"),
        ({"forum": True, "lacks": ["can_pin_messages"]}, "bind.done"),
    ],
)
async def test_a_group_in_which_no_case_could_be_opened_is_not_bound(house: House, group: Any, key: str) -> None:
    await house.take(house.arrival(Said(Spot(-900, OPERATOR), 5, "/bind")))
    for option in ("department", "dep-1"):
        await house.take(house.press(OPERATOR, house.button(option), -900))
    before = len(house.posts())
    await house.answer("messenger.group", group)
    assert texts(house, -900, before).startswith(house.label(key))
    assert (await house.services.store.get(Place, -900) is not None) == (key == "bind.done")


# ---------------------------------------------------------------- at the start


@pytest.mark.parametrize(
    ("forum", "lacks", "code"),
    [(True, (), ""), (True, TOPICS, "no-right"), (False, (), "no-topics"), (Unreachable("blocked"), (), "no-topics")],
)  # fmt: skip
async def test_the_rights_are_read_at_the_start(house: House, forum: Any, lacks: Any, code: str) -> None:
    async def has_topics(chat: int) -> bool:
        if isinstance(forum, Exception):
            raise forum
        return forum

    async def missing_rights(chat: int) -> Any:
        return lacks

    telegram = SimpleNamespace(has_topics=has_topics, missing_rights=missing_rights)
    bot: Any = SimpleNamespace(store=house.services.store, telegram=telegram, clock=house.clock, core=house.core)
    await starting.check_groups(bot)
    assert [(one["source"], one["code"]) for one in await house.services.store.dead_letters()] == (
        [("rights", code)] if code else []
    )


async def test_what_was_mended_while_nobody_was_here_is_settled_at_the_start(house: House) -> None:
    """It stands 6: and what the messenger does not say at once is asked again."""
    await house.take(reached(house, FORUM, lacks=TOPICS))
    answers: list[Any] = [OutcomeUnknown("no-answer"), True]

    async def has_topics(chat: int) -> bool:
        if isinstance(answer := answers.pop(0), Exception):
            raise answer
        return answer

    async def missing_rights(chat: int) -> Any:
        return ()

    telegram = SimpleNamespace(has_topics=has_topics, missing_rights=missing_rights)
    bot: Any = SimpleNamespace(store=house.services.store, telegram=telegram, clock=house.clock, core=house.core)
    checking = asyncio.create_task(starting.check_groups(bot))
    await until(checking.done, house.clock, 10)
    assert await incidents(house, "rights") == [("no-right", False)]
