"""Where a compound lies, and who is its sub-district's contact: by the hospital's areas and registrations."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from backend_client.models import Area, Compound, Staff
from bot.catalogue import Catalogue
from bot.clock import HandClock
from bot.model import Incident, Order, Person, RoleBinding
from bot.ops.areas import contacts_of
from bot.turn import Turn
from tests.cases.rows import put
from tests.handlers.house import BRIEF, HISTORY, LISTS, RESIDENT, House, at_home

NAMES = {"zh-CN": "江滨街道", "en": "Jiangbin"}
AREAS = (Area("sub-1", NAMES, "dist-1"), Area("dist-1", NAMES), Area("sub-2", NAMES, "dist-1"))
NEAR, FAR, OTHER = 61, 62, 63


def contact(account: int, *places: str) -> Person:
    return Person(account, roles=(RoleBinding("contact", f"pr-c{account}", "廖志坚", locations=places),))


def lists(*gone: int, areas: tuple[Area, ...] = AREAS, lies: str = "sub-1") -> Catalogue:
    known = tuple(Staff(f"pr-c{id}", "contact", "廖志坚") for id in (NEAR, FAR, OTHER) if id not in gone)
    compounds = (Compound("comp-1", NAMES, area=lies),)
    return replace(LISTS, areas=areas, compounds=compounds, staff=(*LISTS.staff, *known))


@pytest.fixture
async def house(tmp_path: Path, clock: HandClock) -> AsyncIterator[House]:
    people = (contact(NEAR, "sub-1", "sub-9"), contact(FAR, "dist-1"), contact(OTHER, "sub-2"))
    async with at_home(tmp_path / "core.sqlite", clock, people) as house:
        yield house


async def asks(house: House, known: Catalogue, compound: str = "comp-1") -> tuple[int, ...]:
    services = replace(house.services, catalogue=lambda: known)
    return await contacts_of(Turn(services, house.arrival(None)), compound)


async def test_the_sub_districts_contact_is_asked(house: House) -> None:
    assert await asks(house, lists()) == (NEAR,)


async def test_one_who_left_is_not_and_then_the_districts_is(house: House) -> None:
    assert await asks(house, lists(NEAR)) == (FAR,)
    assert await asks(house, lists(NEAR, FAR)) == ()


async def test_of_a_compound_that_lies_nowhere_nobody_is(house: House) -> None:
    assert await asks(house, lists(lies="")) == ()
    assert await asks(house, lists(), "comp-404") == ()


async def test_an_area_that_lies_in_itself_leads_nowhere(house: House) -> None:
    circle = (Area("sub-1", NAMES, "dist-1"), Area("dist-1", NAMES, "sub-1"))
    known = lists(NEAR, areas=circle)
    assert [one.id for one in known.around("comp-1")] == ["sub-1", "dist-1"]
    assert await asks(house, known) == (FAR,)


# ---------------------------------------------------------------- on the screens


OPERATOR, NO = 41, "MR1123-1"


def shown(house: House, who: int) -> str:
    return ([getattr(post.content, "html", "") for post in house.posts() if post.chat == who] or [""])[-1]


@pytest.fixture
async def desk(tmp_path: Path, clock: HandClock) -> AsyncIterator[House]:
    operator = Person(OPERATOR, roles=(RoleBinding("operator", "pr-90", "Wu"),))
    order = Order(NO, "paid", 1, 0, "", 10**13, "dep-1", "comp-1", "yellow", RESIDENT, snapshot={"patient": BRIEF})
    other = replace(order, no="MR1123-2", compound="comp-2")
    async with at_home(tmp_path / "core.sqlite", clock, (operator, contact(NEAR, "sub-1"), order, other)) as house:
        known = lists()
        bare = (Compound("comp-2", {"zh-CN": "松林苑", "en": "Songlin"}, area="sub-2"),)
        both = replace(known, compounds=(*known.compounds, *bare))
        house.services = replace(house.services, catalogue=lambda: both)
        house.core.services = house.services
        yield house


async def test_an_operator_sees_where_nobody_serves(desk: House) -> None:
    await desk.take(desk.press(OPERATOR, "a:coverage"))
    assert "2 个里有 1 个" in shown(desk, OPERATOR)
    assert "无人：松林苑" in shown(desk, OPERATOR)
    assert "幸福里" not in shown(desk, OPERATOR)


async def test_a_contact_sees_number_stage_compound_since_of_his_own_area(desk: House) -> None:
    await desk.take(desk.press(NEAR, "a:my_area"))
    told = shown(desk, NEAR)
    assert NO in told
    assert desk.label("stage.paid") in told
    assert "MR1123-2" not in told
    assert not [word for word in ("王秀英", "二甲双胍", "301", "6789") if word in told]
    await desk.take(desk.press(NEAR, "a:coverage"))
    assert "松林苑" not in shown(desk, NEAR), "his own area has somebody everywhere"


@pytest.mark.parametrize("action", ["coverage", "my_area"])
async def test_nobody_else_sees_it(desk: House, action: str) -> None:
    answer = await desk.take(desk.press(RESIDENT, f"a:{action}"))
    assert desk.label("refused.not-for-you") in (answer.toast, shown(desk, RESIDENT))


async def test_a_contact_whose_registration_ended_sees_nothing(desk: House) -> None:
    gone = lists(NEAR)
    desk.services = replace(desk.services, catalogue=lambda: gone)
    desk.core.services = desk.services
    await desk.take(desk.press(NEAR, "a:my_area"))
    assert NO not in shown(desk, NEAR)


async def test_before_she_orders_she_hears_that_nobody_brings_it_and_takes_the_window(desk: House) -> None:
    her = await desk.services.store.get(Person, RESIDENT)
    assert her is not None
    await put(desk, replace(her, facts={**her.facts, "compound": "comp-2"}))
    await desk.take(desk.press(RESIDENT, "a:need"))
    assert "没有志愿者送药上门" in shown(desk, RESIDENT)
    await desk.tap(RESIDENT, "window")
    await desk.answer("hospital.patient_file", {"cover": "covered", "history": HISTORY})
    for option in ("history", "all", "more", "first"):
        await desk.tap(RESIDENT, option)
    assert "取药窗口" in shown(desk, RESIDENT)
    await desk.tap(RESIDENT, "ok")
    (sent,) = desk.commands("hospital.submit")
    assert sent.args["draft"]["delivery"] == "window"
    assert not await desk.services.store.find(Incident, kind="uncovered")


async def test_who_cannot_go_is_an_operators_case(desk: House) -> None:
    her = await desk.services.store.get(Person, RESIDENT)
    assert her is not None
    await put(desk, replace(her, facts={**her.facts, "compound": "comp-2"}))
    await desk.take(desk.press(RESIDENT, "a:need"))
    await desk.tap(RESIDENT, "home")
    await desk.answer("hospital.patient_file", {"cover": "covered", "history": HISTORY})
    await desk.tap(RESIDENT, "history", "all", "more", "first", "ok")
    (case,) = await desk.services.store.find(Incident, kind="uncovered")
    assert case.order == desk.commands("hospital.submit")[-1].args["draft"]["no"]


async def test_where_many_are_bare_an_operator_chooses_a_sub_district_and_sees_all_of_it(desk: House) -> None:
    """2,000 compounds: 30 of them and "270 more" was all that could be seen."""
    sub = {f"sub-{n}": Area(f"sub-{n}", {"zh-CN": f"街道{n}", "en": f"District {n}"}) for n in range(50)}
    many = tuple(Compound(f"c-{n}", {"zh-CN": f"小区{n}"}, area=f"sub-{n % 50}") for n in range(300))
    nowhere = Compound("c-out", {"zh-CN": "江心洲"})
    known = replace(lists(), areas=tuple(sub.values()), compounds=(*many, nowhere))
    desk.services = replace(desk.services, catalogue=lambda: known)
    desk.core.services = desk.services
    await desk.take(desk.press(OPERATOR, "a:coverage"))
    assert "301 个里有 301 个" in shown(desk, OPERATOR)
    await desk.take(desk.text(OPERATOR, "街道49"))
    await desk.tap(OPERATOR, "sub-49")
    told = shown(desk, OPERATOR)
    assert [f"小区{n}（" in told for n in (49, 99, 149, 199, 249, 299)] == [True] * 6
    assert told.count("无人") == 6
    await desk.take(desk.press(OPERATOR, "a:coverage"))
    await desk.tap(OPERATOR, "nowhere")
    assert "江心洲" in shown(desk, OPERATOR)


async def next_page(house: House, who: int, action: str) -> None:
    rows = [row for post in house.posts() if post.chat == who for row in getattr(post.content, "buttons", ())]
    await house.take(house.press(who, [b.data for row in rows for b in row if b.data.startswith(f"a:{action}:")][-1]))


async def test_a_contact_reaches_every_order_of_his_area_page_by_page(desk: House) -> None:
    first = await desk.order(NO)
    orders = [replace(first, no=f"MR1123-{n:03d}", since=n // 2, version=0) for n in range(100, 184)]
    await put(desk, *orders)
    await desk.take(desk.press(NEAR, "a:my_area"))
    assert "共 85 份" in shown(desk, NEAR)
    read = [shown(desk, NEAR)]
    gone = await desk.order("MR1123-101")
    await put(desk, replace(gone, since=10**6, stage="packed"))  # what moves on meanwhile hides no other one
    for _ in range(2):
        await next_page(desk, NEAR, "my_area")
        read.append(shown(desk, NEAR))
    assert {no for no in (NO, *(one.no for one in orders)) if not any(f"{no}　" in page for page in read)} == set()
    assert [page.count("起") for page in read] == [30, 30, 26]
    last = [post for post in desk.posts() if post.chat == NEAR][-1]
    assert [b.data for row in getattr(last.content, "buttons", ()) for b in row] == ["a:coverage"]


async def test_a_sub_district_with_many_bare_compounds_is_shown_to_its_end(desk: House) -> None:
    """A hospital that names no areas: all of its compounds lie in the one that is not known."""
    many = tuple(Compound(f"c-{n}", {"zh-CN": f"小区{n:02d}"}) for n in range(70))
    known = replace(lists(), areas=(), compounds=many)
    desk.core.services = desk.services = replace(desk.services, catalogue=lambda: known)
    await desk.take(desk.press(OPERATOR, "a:coverage"))
    await desk.tap(OPERATOR, "nowhere")
    read = [shown(desk, OPERATOR)]
    for _ in range(2):
        await next_page(desk, OPERATOR, "coverage")
        read.append(shown(desk, OPERATOR))
    assert [page.count("无人") for page in read] == [30, 30, 10]
    assert {f"小区{n:02d}" for n in range(70) if not any(f"小区{n:02d}" in page for page in read)} == set()
