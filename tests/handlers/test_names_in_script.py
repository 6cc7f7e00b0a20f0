"""Medicines and doctors in the reader's script, where the hospital's lists have them; others as they came."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.clock import HandClock
from bot.model import Person
from bot.render.large import LARGE
from bot.saying import _in_script, in_script  # pyright: ignore[reportPrivateUsage] a label by itself
from tests.cases.rows import put
from tests.handlers.house import HISTORY, RESIDENT, House, at_home


@pytest.fixture
async def house(tmp_path: Path, clock: HandClock) -> AsyncIterator[House]:
    async with at_home(tmp_path / "core.sqlite", clock) as house:
        yield house


async def asked(house: House, lang: str, history: list[Any]) -> str:
    """What a person who reads this language is shown of a record."""
    row = await house.services.store.get(Person, RESIDENT)
    assert row is not None
    await put(house, replace(row, lang=lang))
    await house.take(house.text(RESIDENT, "/refill"))
    await house.answer("hospital.patient_file", {"cover": "covered", "history": history})
    before = len(house.posts())
    await house.tap(RESIDENT, "history")
    shown = house.posts()[before:]
    labels = [one.label for post in shown for row in getattr(post.content, "buttons", ()) for one in row]
    return "\n".join([*(str(getattr(post.content, "html", "")) for post in shown), *labels])


@pytest.mark.parametrize("lang", ["en", f"en{LARGE}"])
async def test_a_medicine_of_the_list_has_its_name_in_english(house: House, lang: str) -> None:
    said = await asked(house, lang, HISTORY)
    assert "Metformin 0.5g" in said
    assert "二甲双胍" not in said


async def test_in_chinese_it_stays_as_the_hospital_wrote_it(house: House) -> None:
    assert "二甲双胍 0.5g" in await asked(house, "zh-CN", HISTORY)


async def test_a_medicine_that_no_list_has_stays_as_it_came(house: House) -> None:
    line = {**HISTORY[0]["line"], "name": "自制合剂", "code": "d1"}
    assert "自制合剂" in await asked(house, "en", [{**HISTORY[0], "line": line}])


async def test_on_a_button_that_changes_it_too(house: House) -> None:
    assert _in_script(house.turn(), "en", "✎ 二甲双胍 0.5g × 2") == "✎ Metformin 0.5g × 2"
    assert _in_script(house.turn(), "en", "✎ 自制合剂") == "✎ 自制合剂"


async def test_who_joins_reads_his_own_name(house: House) -> None:
    lists = house.services.catalogue()
    known = replace(lists, staff=(replace(lists.staff[0], names={"zh-CN": "李医生", "en": "Dr Li"}),))
    house.core.services = house.services = replace(house.services, catalogue=lambda: known)
    for key in ("welcome.in", "join.asked"):
        assert in_script(house.turn(), "en", key, {"name": "李医生"}) == {"name": "Li"}


async def test_of_two_that_are_written_alike_none_has_the_others_name(house: House) -> None:
    catalogue = house.services.catalogue()
    (plain,) = catalogue.drugs
    slow = replace(plain, code="d2", names={"zh-CN": "二甲双胍", "en": "Metformin XR"})
    known = replace(catalogue, drugs=(plain, slow))
    house.core.services = house.services = replace(house.services, catalogue=lambda: known)
    assert "XR" not in await asked(house, "en", HISTORY)
