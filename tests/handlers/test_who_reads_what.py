"""The visibility table as a property over every message of a whole order: payer, family by stage, desk, window.

The towns and stories hold the same (tests/property_private.py, tests/property_compound.py), where they play the role.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.model import Observed
from tests import property_private
from tests.handlers import test_callers as desks
from tests.handlers import test_family as families
from tests.handlers import test_payer_by_link as links
from tests.handlers import test_window as windows
from tests.handlers.house import PATIENT, ROAD, House, told
from tests.property_compound import at_desk, seeded
from tests.property_private import private, roles

KNOWN = replace(
    seeded(),
    codes=frozenset({"4711"}),
    drugs=seeded().drugs | {"二甲双胍", "0.5g"},
    illnesses=seeded().illnesses | {"2型糖尿病"},
)
by_payer, by_family, by_desk, at_window = links.house, families.house, desks.house, windows.house


@pytest.fixture(autouse=True)
def the_patient_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(property_private, "PATIENTS", property_private.PATIENTS | {PATIENT.name})


def messages(house: House, said: dict[int, str] | None = None) -> list[dict[str, Any]]:
    """As the sandbox's messenger gives them; ``said``: what somebody wrote."""
    found: list[dict[str, Any]] = []
    for post in house.posts():
        parts = [getattr(post.content, name, "") for name in ("html", "title", "description")]
        rows: Any = getattr(post.content, "buttons", ())
        buttons = [[{"label": one.label} for one in row] for row in rows]
        shown = [str(part) for part in parts if part]
        found.append({"chat": post.chat, "kind": "text", "versions": shown, "buttons": buttons, "from": {"bot": True}})
    hers = [
        {"chat": who, "kind": "text", "versions": [text], "from": {"bot": False}} for who, text in (said or {}).items()
    ]
    return found + hers


async def goes_on(house: House, no: str, *stages: str) -> None:
    for stage in stages:
        house.clock.advance(60)
        await house.take(house.arrival(Observed(told(no, stage, house.clock.civil()))))


async def test_a_payer_reads_stage_and_sum(by_payer: House) -> None:
    house = by_payer
    link = await links.shares(house)
    await links.says_pay(house, links.SON, link)
    await links.checks_out(house, links.SON)
    await links.pays(house, links.SON)
    await goes_on(house, links.NO, *ROAD[ROAD.index("paid") :])
    seen = messages(house, {links.SON: f"/start {link}"})
    assert roles(seen) == {links.SON: "payer"}
    assert len([one for one in seen if one["chat"] == links.SON]) > len(("question", "bill", "card"))
    assert private(seen, KNOWN) == []


async def test_family_that_was_let_see_the_stage_reads_no_drug(by_family: House) -> None:
    house = by_family
    await families.with_mother(house, "stage")
    await goes_on(house, families.NO, *ROAD[1:])
    seen = messages(house)
    assert roles(seen) == {families.DAUGHTER: "family"}
    assert any("4711" in text for one in seen if one["chat"] == families.DAUGHTER for text in one["versions"])
    assert private(seen, KNOWN) == []


async def test_a_desk_reads_name_and_stage(by_desk: House) -> None:
    house = by_desk
    no = await desks.ordered(house)
    for stage in ROAD[1:]:
        house.clock.advance(60)
        await desks.stands(house, no, stage, house.clock.civil())
    seen = [one for one in messages(house) if one["chat"] == desks.DESK]
    assert any("江淑芬" in text for one in seen for text in one["versions"])
    assert [found for one in seen for found in at_desk(one, KNOWN)] == []


async def test_a_window_reads_label_and_code(at_window: House) -> None:
    house = at_window
    await house.take(house.press(windows.CLERK, "a:hand_out"))
    await house.tap(windows.CLERK, windows.NO)
    await windows.types(house, "1111", "4711")
    await goes_on(house, windows.NO, "handed-over", "confirmed")
    seen = messages(house)
    assert any("A-07" in text for one in seen if one["chat"] == windows.CLERK for text in one["versions"])
    assert private(seen, KNOWN, [windows.CLERK]) == []
