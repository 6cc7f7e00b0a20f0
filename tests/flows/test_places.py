"""It stands 8: a link decides nothing alone, and the summary says where the medicine goes and lets it be changed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from backend_client.models import Compound
from bot.clock import HandClock
from bot.model import Person, RoleBinding
from tests.cases.rows import NEW, ROWS, put, texts
from tests.handlers.house import HISTORY, LISTS, PATIENT, RESIDENT, House, at_home

LAKE = Compound("comp-2", {"zh-CN": "翠湖苑", "en": "Lake Court"}, "北门")


@pytest.fixture
async def house(tmp_path: Path, clock: HandClock) -> AsyncIterator[House]:
    serves = Person(32, roles=(RoleBinding("ambassador", "pr-44", "罗老师"), RoleBinding("serves", "comp-2", "")))
    async with at_home(tmp_path / "core.sqlite", clock, (*ROWS, serves)) as house:
        two = replace(LISTS, compounds=(*LISTS.compounds, LAKE))
        house.core.services = house.services = replace(house.services, catalogue=lambda: two)
        yield house


async def ordered(house: House, link: str, *first: str) -> str:
    """Through the form until the summary stands there; what she read."""
    before = len(house.posts())
    await house.take(house.text(RESIDENT, f"/start {link}"))
    await house.tap(RESIDENT, *first)
    await house.answer("hospital.patient_file", {"cover": "covered", "history": HISTORY})
    await house.tap(RESIDENT, "history", "all", "3-7", "first")
    return texts(house, RESIDENT, before)


async def sent_to(house: House) -> str:
    await house.tap(RESIDENT, "ok")
    (command,) = house.commands("hospital.submit")
    return command.args["draft"]["compound"]


@pytest.mark.parametrize("where", ["comp-1", "comp-2"])
async def test_a_link_of_another_place_is_asked_about(house: House, where: str) -> None:
    await ordered(house, "need-comp-2", where)
    assert await sent_to(house) == where


async def test_her_own_place_is_not_asked_about(house: House) -> None:
    read = await ordered(house, "need-comp-1")
    assert house.label("compound.where") not in read
    assert await sent_to(house) == "comp-1"


async def test_an_unknown_place_is_told_and_the_order_goes_on(house: House) -> None:
    read = await ordered(house, "need-nowhere")
    assert house.label("compound.unknown", left=True) in read
    assert await sent_to(house) == "comp-1"


async def test_the_summary_lets_it_be_changed(house: House) -> None:
    read = await ordered(house, "need-comp-1")
    assert "送到：幸福里" in read
    await house.tap(RESIDENT, "edit:compound", "other", "comp-2")
    assert "送到：翠湖苑" in texts(house, RESIDENT)
    assert await sent_to(house) == "comp-2"


async def test_who_has_no_place_yet_chooses_one_where_the_link_has_none(house: House) -> None:
    facts = {"self": {"id": PATIENT.id, "name": PATIENT.name, "birth_date": PATIENT.birth_date}, "consent": True}
    await put(house, Person(NEW, facts=facts))
    await house.take(house.text(NEW, "/start need-nowhere"))
    assert house.label("compound.unknown", left=False) in texts(house, NEW)
    assert house.label("compound.which") in texts(house, NEW)
