"""Nobody is left out 5: the hospital sends somebody else; whoever goes, and she who waits, read who comes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from backend_client.models import Staff, TaskSnapshot
from bot.model import Observed, Person, RoleBinding, Visit
from bot.ops.visits import nobody_goes
from tests.cases.rows import NEW, OTHER, put, texts
from tests.handlers.house import HELPER, LISTS, House
from tests.handlers.test_visits import ANSWERED, asks, house, newest, rings

__all__ = ["house"]


async def goes(house: House) -> Visit:
    row = await asks(house)
    await house.take(house.press(HELPER, f"a:visit_go:{row.id}"))
    return row


async def tells(house: House, row: Visit, owner: str, status: str = "accepted", at: int = 0) -> None:
    """The hospital says who has this visit; by the answer to a command, or by the feed."""
    at = at or house.clock.civil()
    owner = owner and f"PractitionerRole/{owner}"
    seen = TaskSnapshot("t1", "home-visit", str(at), at, status, status, owner=owner, key=row.id)
    await house.take(house.arrival(Observed(seen)))


async def test_who_came_second_reads_it_and_she_reads_who_comes(house: House) -> None:
    await put(house, Person(OTHER, roles=(RoleBinding("ambassador", "pr-8", "许老师"),)))
    row = await goes(house)
    before = len(house.posts())
    await tells(house, row, "pr-8")
    assert house.label("refused.visit-taken") in texts(house, HELPER, before)
    assert "许老师" in texts(house, NEW, before)
    assert "您去帮" in texts(house, OTHER, before)
    kept = await newest(house)
    assert (kept.phase, kept.helper) == ("accepted", OTHER)
    assert (await house.services.store.standing(f"visit:{row.id}:{HELPER}")).post.content is None  # type: ignore[union-attr]
    answer = await house.take(house.press(HELPER, f"a:visit_done:{row.id}"))
    assert answer.toast == house.label("refused.not-for-you")


@pytest.mark.parametrize("name", ["郑老师", ""])
async def test_somebody_without_an_account_goes(house: House, name: str) -> None:
    listed = (*LISTS.staff, Staff("pr-77", "ambassador", name)) if name else LISTS.staff
    house.core.services = replace(house.services, catalogue=lambda: replace(LISTS, staff=listed))
    row = await goes(house)
    before = len(house.posts())
    await tells(house, row, "pr-77")
    assert house.label("refused.visit-taken") in texts(house, HELPER, before)
    assert house.label("visit_card.accepted", helper=name) in texts(house, NEW, before)
    answer = await house.take(house.press(HELPER, f"a:visit_go:{row.id}"))
    assert answer.toast == house.label("refused.visit-taken")
    await rings(house, ANSWERED)
    assert house.label("visit_late.waits", phone="") not in texts(house, NEW, before)
    await tells(house, row, "", "requested")
    assert (await newest(house)).phase == "requested"
    assert "有居民请人上门帮忙" in texts(house, HELPER, before)


async def test_an_echo_of_our_own_step_or_an_older_word_changes_nothing(house: House) -> None:
    row = await goes(house)
    before = len(house.posts())
    await tells(house, row, "pr-4")
    await tells(house, row, "", "requested")
    assert (await newest(house)).helper == HELPER
    await put(house, Person(OTHER, roles=(RoleBinding("ambassador", "pr-8", "许老师"),)))
    at = house.clock.civil()
    house.clock.advance(5)
    await tells(house, row, "pr-8")
    await tells(house, row, "pr-4", at=at)
    assert (await newest(house)).helper == OTHER
    assert texts(house, NEW, before).count("许老师") == 1


async def test_the_next_who_goes_says_whom_he_follows(house: House) -> None:
    row = await goes(house)
    assert house.commands("hospital.move_visit")[-1].args["was"] == ""
    await put(house, replace(await house.services.store.get(Person, HELPER), roles=()))  # type: ignore[type-var]
    turn = house.turn()
    await nobody_goes(turn, HELPER)
    await house.services.store.commit(turn.outcome())
    await put(house, Person(OTHER, roles=(RoleBinding("operator", "pr-19", "钱"),)))
    await house.take(house.press(OTHER, f"a:visit_go:{row.id}"))
    args = house.commands("hospital.move_visit")[-1].args
    assert (args["owner"], args["was"]) == ("pr-19", "pr-4")
    await tells(house, row, "pr-4")
    assert (await newest(house)).helper == OTHER, "of who went before"
