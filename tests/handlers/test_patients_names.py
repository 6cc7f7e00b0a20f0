"""A patient's name in the reader's script, and the record's beside it wherever it decides (ADR 52)."""

from __future__ import annotations

import ast
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.clock import HandClock
from bot.decoding import jsonable
from bot.flows.album import _as_on_paper  # pyright: ignore[reportPrivateUsage] the buttons beside a paper
from bot.forms import DraftView
from bot.model import Mandate, Person
from bot.model.names import by_language, name_in, several
from bot.ops.announcing import names_somebody
from bot.ops.apart import names_for
from bot.ops.handing import _door  # pyright: ignore[reportPrivateUsage] what he reads who stands at it
from bot.ops.paying import _initial  # pyright: ignore[reportPrivateUsage] what a payer reads of it
from bot.ops.registry import Act
from bot.ops.rights import brief_of
from bot.phrases import whom_words
from bot.render.messages import Words
from bot.views import ActsForView, OrderView, PatientView, SnapshotView
from tests.cases.rows import GROUP, OPERATOR, ROWS, put
from tests.handlers.house import BRIEF, HELPER, House, at_home
from tests.handlers.test_apart import ordered

BOT = Path(__file__).parents[2] / "bot"
WANG = {**BRIEF, "id": "pat-1", "name": "王芳", "names": {"en": "Wang Fang"}}
LIKE = {**BRIEF, "id": "pat-2", "name": "汪芳", "names": {"en": "WANG FANG"}}
OTHER = {**BRIEF, "id": "pat-3", "name": "李梅", "names": {"en": "Li Mei"}}


@pytest.fixture
async def house(tmp_path: Path, clock: HandClock) -> AsyncIterator[House]:
    async with at_home(tmp_path / "core.sqlite", clock) as house:
        yield house


def mandate(brief: dict[str, Any]) -> Mandate:
    return Mandate(f"m-{brief['id']}", HELPER, brief["id"], "2027-05-01", True, {"name": brief["name"], "brief": brief})


async def reads(house: House, lang: str) -> None:
    row = await house.services.store.get(Person, HELPER)
    assert row is not None
    await put(house, replace(row, lang=lang))


async def labels(house: House) -> list[str]:
    """The buttons of whom he may order for."""
    await house.take(house.text(HELPER, "/refill"))
    newest = house.posts()[-1].content
    return [one.label for row in getattr(newest, "buttons", ()) for one in row]


@pytest.mark.parametrize(("lang", "shown"), [("en", ["Wang Fang", "Li Mei"]), ("zh-CN", ["王芳", "李梅"])])
async def test_a_helper_chooses_in_his_script(house: House, lang: str, shown: list[str]) -> None:
    await reads(house, lang)
    for one in (WANG, OTHER):
        await put(house, mandate(one))
    assert {*shown} <= {*await labels(house)}


async def test_who_is_called_as_one_of_the_staff_has_not_his_name_in_another_script(house: House) -> None:
    """Her record has one name; that of a doctor who is written the same is his."""
    lists = house.services.catalogue()
    doctor = replace(lists.staff[0], names={"zh-CN": "王芳", "en": "Dr Fiona Wang"})
    known = replace(lists, staff=(doctor, *lists.staff[1:]))
    house.core.services = house.services = replace(house.services, catalogue=lambda: known)
    await reads(house, "en")
    for one in ({**WANG, "names": {}}, OTHER):
        await put(house, mandate(one))
    assert {"王芳", "Li Mei"} <= {*await labels(house)}


async def test_two_who_are_written_alike_have_the_records_name_beside(house: House) -> None:
    await reads(house, "en")
    for one in (WANG, LIKE, OTHER):
        await put(house, mandate(one))
    assert {"Wang Fang (王芳)", "WANG FANG (汪芳)", "Li Mei"} <= {*await labels(house)}


def test_beside_a_paper_a_helper_reads_the_name_that_stands_on_it() -> None:
    wang = ActsForView("pat-1", "王芳", called={"zh-CN": "王芳（9）", "en": "Wang Fang (building 9)"})
    assert [_as_on_paper(wang, lang) for lang in ("zh-CN", "en")] == ["王芳（9）", "Wang Fang (building 9) (王芳)"]


async def test_one_name_in_the_record_is_told_apart_as_before_in_both(house: House) -> None:
    twin = {**WANG, "id": "pat-9", "building": "9"}
    for one in (WANG, twin):
        await put(house, mandate(one))
    called = await names_for(house.turn(), HELPER, [brief_of(WANG), brief_of(twin)])
    assert [name_in(called["pat-9"], lang) for lang in ("zh-CN", "en")] == ["王芳（9）", "Wang Fang (building 9)"]


async def test_a_row_of_the_release_before_has_the_one_name(house: House) -> None:
    """And that release reads a row of this one: it knows no ``names``, and drops what it does not know (ADR 23)."""
    await reads(house, "en")
    for one in (WANG, OTHER):
        await put(house, mandate({key: value for key, value in one.items() if key != "names"}))
    assert {"王芳", "李梅"} <= {*await labels(house)}


async def test_at_the_door_he_reads_both(house: House) -> None:
    door = await _door(house.turn(), ordered(house, mandate(WANG)))
    assert name_in(by_language(door.name), "en") == "Wang Fang (王芳)"
    assert name_in(by_language(door.name), "zh-CN") == "王芳"


def test_whoever_signs_reads_both() -> None:
    words, order = Words(), OrderView(snapshot=SnapshotView(patient=brief_of(WANG)))
    assert "Wang Fang (王芳)" in words.say("en", *whom_words(order))
    assert "Wang" not in words.say("zh-CN", *whom_words(order))


def test_a_payer_reads_one_letter_of_his_script() -> None:
    assert [name_in(by_language(_initial(brief_of(WANG))), lang) for lang in ("zh-CN", "en")] == ["王", "W"]
    assert _initial(PatientView()) == ""


@pytest.mark.parametrize("words", ["wang fang is ill", "王芳病了"])
async def test_neighbours_are_told_nothing_with_a_name_in_any_script(house: House, words: str) -> None:
    order = ordered(house, mandate(WANG))
    for row in (*ROWS, order):
        await put(house, row)
    act = Act(house.turn(), OPERATOR, GROUP)
    assert await names_somebody(act, ["all"], {"zh-CN": words})


def test_what_is_sent_to_the_hospital_has_the_records_name() -> None:
    assert jsonable(DraftView(patient_brief=brief_of(WANG)))["patient_brief"]["name"] == "王芳"


#: Where a bare name is no word of a sentence: looked for on a paper, told to the hospital.
BARE = {("refill", "patient.name"), ("family", "new.name"), ("family", "me.self.name"), ("album", "person.name"),
        ("joining", "who.name")}  # fmt: skip


def test_no_sentence_of_a_flow_has_a_patients_bare_name() -> None:
    found: set[tuple[str, str]] = set()
    for path in sorted((BOT / "flows").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Attribute) and node.attr == "name":
                of = ast.unparse(node)
                if any(word in of for word in ("patient.", "self.", "her.", "own.", "who.name", "new.", "person.")):
                    found.add((path.stem, of))
    assert found - BARE == set(), "say known_as: a name in the reader's script, with the record's beside it"


@pytest.mark.parametrize(("lang", "said"), [("en", "Wang Fang, Li Mei"), ("zh-CN", "王芳、李梅")])
def test_several_names_stand_as_the_language_has_them(lang: str, said: str) -> None:
    people = [
        ActsForView(one["id"], one["name"], called={"zh-CN": one["name"], **one["names"]}) for one in (WANG, OTHER)
    ]
    assert several(people, lang) == said
