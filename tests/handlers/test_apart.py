"""People of one name are told apart in every list, by what its reader may see: never by what the door asks for."""

from __future__ import annotations

import ast
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.clock import HandClock
from bot.model import Mandate, Order, Outcome, Person, Right, RoleBinding
from bot.model.names import name_in
from bot.ops.apart import names_for
from bot.ops.rights import brief_of, mark
from bot.views import PatientView
from tests.handlers.house import BRIEF, HELPER, RESIDENT, House, at_home
from tests.handlers.test_reasons import order

BOT = Path(__file__).parents[2] / "bot"
NAME, OTHER = BRIEF["name"], 32


@pytest.fixture
async def house(tmp_path: Path, clock: HandClock) -> AsyncIterator[House]:
    async with at_home(tmp_path / "core.sqlite", clock) as house:
        yield house


def brief(patient: str, **more: str) -> dict[str, Any]:
    return {**BRIEF, "id": patient, "building": "", **more}


def mandate(patient: str, until: str = "2027-05-01", helper: int = HELPER, **more: str) -> Mandate:
    facts: dict[str, Any] = {"name": NAME, "brief": brief(patient, **more)}
    return Mandate(f"m-{patient}-{helper}", helper, patient, until, True, facts)


def right(house: House, patient: str, **more: str) -> Right:
    turn, one = house.turn(), brief(patient, **more)
    account = turn.blind("account", str(RESIDENT))
    return Right(
        f"r-{patient}", account, mark(turn, patient), "family", 1, "", 1, {"account": RESIDENT, "patient": one}
    )


async def put(house: House, *rows: Any) -> None:
    await house.services.store.commit(Outcome(house.arrival(None, f"rows-{house.count}"), rows=rows))


def ordered(house: House, of: Mandate, stage: str = "confirmed", deadline: int = 10**13, by: int = HELPER) -> Order:
    """An order for the patient of this mandate."""
    snapshot = {"patient": of.facts["brief"]}
    placed = order(stage, placed_by=by, mandate=of.id, snapshot=snapshot)
    return replace(
        placed, no=f"MR-{of.patient}", ambassador=0, deadline=deadline, patient=mark(house.turn(), of.patient)
    )


async def called(house: House, reader: int, *patients: PatientView, lang: str = "en") -> list[str]:
    names = await names_for(house.turn(), reader, patients)
    return [name_in(names[one.id], lang) for one in patients]


def patients(*rows: Mandate) -> list[PatientView]:
    return [brief_of(row.facts["brief"]) for row in rows]


def seen(house: House, chat: int, since: int = 0) -> tuple[list[str], list[str]]:
    """The texts that were written there, and the labels of their buttons."""
    posts = [post for post in house.posts()[since:] if post.chat == chat and post.content]
    buttons = [b.label for post in posts for row in getattr(post.content, "buttons", ()) for b in row]
    return [str(getattr(post.content, "html", "")) for post in posts], buttons


async def test_a_name_that_nobody_else_has_stands_alone(house: House) -> None:
    row = mandate("pat-5", building="5号楼")
    await put(house, row)
    assert await called(house, HELPER, *patients(row)) == [NAME]


async def test_a_helper_reads_the_building_else_the_day_of_the_last_order_he_knows_of(house: House) -> None:
    rows = (mandate("pat-5", building="5号楼"), mandate("pat-6"), mandate("pat-8"))
    day = 86_400_000
    placed = (ordered(house, rows[1], deadline=40 * day), ordered(house, rows[2], deadline=50 * day, by=OTHER))
    await put(house, *rows, *placed)
    assert await called(house, HELPER, *patients(*rows)) == [
        f"{NAME} (building 5号楼)", f"{NAME} (last order Sat 7 Feb)", f"{NAME} (until Sat 1 May)",
    ]  # fmt: skip


async def test_three_of_one_name_in_one_building(house: House) -> None:
    """As much as it takes, and at the end a number: no two are equal."""
    until = {6: "2027-03-01"}
    rows = [mandate(f"pat-{n}", until.get(n, "2027-05-01"), building="5") for n in (5, 6, 8, 9)]
    await put(house, *rows, ordered(house, rows[0], deadline=40 * 86_400_000))
    names = await called(house, HELPER, *patients(*rows), lang="zh-CN")
    assert names[:2] == [f"{NAME}（5）（上次 2月7日（周六））", f"{NAME}（5）（代办到 3月1日（周一））"]
    assert sorted(names[2:]) == [f"{NAME}（5）（代办到 5月1日（周六））（{n}）" for n in (1, 2)]


async def test_no_helper_reads_a_year_of_birth_or_a_number_of_the_hospitals(house: House) -> None:
    rows = [mandate(f"pat-{n}", birth_date="1931-01-01") for n in (5, 6)]
    await put(house, *rows)
    for name in await called(house, HELPER, *patients(*rows)):
        assert "1931" not in name
        assert "pat-" not in name


async def test_the_family_reads_the_year_of_birth(house: House) -> None:
    one = right(house, "pat-5", birth_date="1981-02-03")
    await put(house, one)
    await house.take(house.text(RESIDENT, "/refill"))
    _, labels = seen(house, RESIDENT)
    assert {f"{NAME}（1950 年生）", f"{NAME}（1981 年生）"} <= {*labels}


async def test_what_is_chosen_is_what_the_summary_and_the_photo_question_name(house: House) -> None:
    await put(house, mandate("pat-5", building="5"), mandate("pat-6", building="6"))
    await house.take(house.press(HELPER, "a:need:pat-6"))
    await house.tap(HELPER, "read_aloud")  # her consent to health data comes first
    await house.answer("hospital.patient_file", {"cover": "covered", "history": []})
    texts, _ = seen(house, HELPER)
    assert f"{NAME}（6）" in texts[-1]


async def test_take_it_back_says_who_it_was(house: House) -> None:
    await put(house, mandate("pat-5", building="5"), mandate("pat-6", building="6"))
    await house.take(house.text(HELPER, "/helpers"))
    lines, _ = seen(house, HELPER)
    assert [f"{NAME}（{n}）" in line for line, n in zip(sorted(lines), (5, 6), strict=True)] == [True, True]
    since = len(house.posts())
    await house.take(house.press(RESIDENT, f"a:revoke:m-pat-5-{HELPER}"))
    assert not seen(house, HELPER, since)[0], "she is another one of that name: it is not hers to take back"
    await put(house, Person(71, roles=(RoleBinding("patient", "pat-5", ""),), facts={"self": brief("pat-5")}))
    await house.take(house.press(71, f"a:revoke:m-pat-5-{HELPER}"))
    assert f"{NAME}（5）" in seen(house, HELPER, since)[0][0]


async def test_two_helpers_of_one_name_are_told_apart_by_the_compound(house: House) -> None:
    roles = (RoleBinding("ambassador", "pr-5", "陈老师"), RoleBinding("serves", "comp-9", ""))
    await put(house, Person(OTHER, roles=roles), mandate("pat-1"), mandate("pat-1", helper=OTHER))
    await house.take(house.text(RESIDENT, "/helpers"))
    lines = sorted(seen(house, RESIDENT)[0])
    assert ["comp-9" in line or "幸福里" in line for line in lines] == [True, True]
    assert len({*lines}) == 2


async def test_a_helper_who_is_none_any_more_is_still_in_the_list(house: House) -> None:
    await put(house, Person(OTHER), mandate("pat-1", helper=OTHER))
    await house.take(house.text(RESIDENT, "/helpers"))
    assert house.label("role.ambassador") in seen(house, RESIDENT)[0][0]


async def test_the_orders_of_two_of_one_name_are_told_apart(house: House) -> None:
    rows = (mandate("pat-5", building="5"), mandate("pat-6", building="6"))
    await put(house, *rows, *(ordered(house, row, "in-consult") for row in rows))
    await house.take(house.press(HELPER, "a:where"))
    cards, _ = seen(house, HELPER)
    assert sorted(f"{NAME}（{n}）" in card for card in cards for n in (5, 6)) == [False, False, True, True]
    since = len(house.posts())
    await house.take(house.text(HELPER, "降糖药饭前吃吗"))
    _, labels = seen(house, HELPER, since)
    told = sorted(labels)[:2]
    assert [f"{NAME}（{n}）" in label for n, label in zip((5, 6), told, strict=True)] == [True, True]


def test_no_button_of_a_flow_is_labelled_by_a_bare_name() -> None:
    """A person's button says what ``people.patients`` made of the name, not the name."""
    found: list[str] = []
    for path in sorted((BOT / "flows").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "Option":
                labels = [ast.unparse(item.value) for item in node.keywords if item.arg == "label"]
                found += [f"{path.name}: {label}" for label in labels if label.endswith(".name")]
    assert found == []
