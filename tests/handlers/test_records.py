"""A record that the hospital merges, closes after a death, or corrects: what follows it, and who hears of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest

from backend_client.models import Patient
from bot.clock import HandClock
from bot.dialog import Refused
from bot.forms import TracesView
from bot.model import (
    Dialog,
    Incident,
    Mandate,
    Observed,
    Order,
    Outcome,
    Person,
    Place,
    PlaceKind,
    Right,
    RoleBinding,
    Topic,
)
from bot.ops.orders import actor, traces, unused
from bot.ops.people import end_mandate, patients
from bot.ops.registry import Act
from bot.ops.rights import (
    brief_of,
    is_open,
    mark,
    own_orders,
    own_patient,
    patient_for,
    patient_in,
    residents,
    rights_of,
)
from tests.handlers.house import BRIEF, FORUM, HELPER, HISTORY, PATIENT, RESIDENT, House, at_home, told
from tests.handlers.test_reasons import MONEY, NO, order

OPERATORS, OTHER = -400, 77
NEW = replace(PATIENT, id="pat-2", name="王秀英（女）", formerly=("pat-1",))  # the name was corrected, too
DEAD = replace(PATIENT, deceased=True)


def mandate(patient: str = "pat-1", id: str = "con-1", until: str = "2027-05-01") -> Mandate:
    facts: dict[str, Any] = {"name": BRIEF["name"], "brief": {**BRIEF, "id": patient}}
    return Mandate(id, HELPER, patient, until, True, facts)


@pytest.fixture
async def house(tmp_path: Path, clock: HandClock) -> AsyncIterator[House]:
    rows = (mandate(), Place(OPERATORS, PlaceKind.OPERATORS), Topic(f"consult:{NO}", FORUM, NO, "1", "1", 55))
    async with at_home(tmp_path / "core.sqlite", clock, rows) as house:
        yield house


async def put(house: House, *rows: Any) -> None:
    await house.services.store.commit(Outcome(house.arrival(None, f"rows-{house.count}"), rows=rows))


async def ordered(house: House, stage: str = "in-consult", **more: Any) -> None:
    of = order(stage, snapshot={"settlement": MONEY}, **more)
    await put(house, replace(of, patient=mark(house.turn(), "pat-1")))


async def news(house: House, stage: str, patient: Patient) -> int:
    """The hospital tells of the order, whose patient it is now; how many posts there were before."""
    before = len(house.posts())
    await house.take(house.arrival(Observed(replace(told(NO, stage, house.clock.civil()), patient=patient))))
    return before


def texts(house: House, chat: int, since: int = 0) -> list[str]:
    shown = [post.content for post in house.posts()[since:] if post.chat == chat]
    return [str(getattr(content, "html", "")) for content in shown if content]


async def incidents(house: House) -> list[tuple[str, str]]:
    return [
        (row.code, row.order) for row in await house.services.store.find(Incident, done_at=0) if row.kind == "record"
    ]


def act(house: House, who: int) -> Act:
    return Act(house.turn(), who, who)


# ---------------------------------------------------------------- merged


@pytest.mark.parametrize("stage", ["in-consult", "quoted", "with-ambassador"])
async def test_rights_mandates_and_orders_follow_a_merged_record(house: House, stage: str) -> None:
    """In the middle of a consult, of a payment, of a hand-over."""
    await ordered(house, stage)
    await news(house, stage, NEW)
    turn = house.turn()
    row = await house.order(NO)
    assert await residents(turn, row) == (RESIDENT,)
    assert [one.no for one in await own_orders(turn, RESIDENT)] == [NO]
    assert [patient_in(right).id for right in await rights_of(turn, HELPER)] == ["pat-2"]
    assert (await patient_for(turn, HELPER, "pat-1")).patient == mark(turn, "pat-2"), "a form that is open says pat-1"
    assert await actor(act(house, RESIDENT), row, "watcher") == {
        "reference": "Patient/pat-2", "on_behalf_of": "", "mandate": "",
    }  # fmt: skip
    assert not await incidents(house)


async def test_her_words_go_on_to_the_doctor_and_she_still_pays(house: House) -> None:
    await ordered(house)
    await news(house, "in-consult", NEW)
    since = len(house.posts())
    await house.take(house.text(RESIDENT, "饭前还是饭后吃"))
    assert any("饭前还是饭后吃" in text for text in texts(house, FORUM, since))
    await news(house, "quoted", NEW)
    assert (await house.take(await house.checkout(RESIDENT, 1000, NO))).ok


async def test_what_the_ambassador_hands_over_is_confirmed_by_her(house: House) -> None:
    await ordered(house, "handed-over")
    await news(house, "handed-over", NEW)
    await house.take(house.press(RESIDENT, f"a:received:{NO}"))
    (command,) = house.commands("hospital.confirm")
    assert "Patient/pat-2" in str(command.args)


async def test_a_form_that_was_open_is_sent_for_the_new_record(house: House) -> None:
    """Merged while she filled it in: what the flow holds still names the old one."""
    await house.take(house.press(HELPER, "a:need:pat-1"))
    await house.answer("hospital.patient_file", {"cover": "covered", "history": HISTORY, "patient": asdict(NEW)})
    for step in ("history", "all", "3-7", "first"):
        await house.tap(HELPER, step)
    await house.tap(HELPER, "ok")
    (sent,) = house.commands("hospital.submit")
    assert sent.args["draft"]["patient"] == "pat-2"
    assert (await house.order(sent.args["draft"]["no"])).mandate == "con-1"


@pytest.mark.parametrize("at_once", [False, True])
async def test_two_phones_that_send_the_same_record_place_one_order(house: House, at_once: bool) -> None:
    """R2, R8: both forms were begun while it was unused; the one that comes second reads why it is not sent."""
    shown = [{**HISTORY[0], "line": {**HISTORY[0]["line"], "proof": {"kind": "record", "dispense": "md-1"}}}]
    ok: dict[int, str] = {}
    for who in (HELPER, RESIDENT):
        await house.take(house.press(who, "a:need:pat-1"))
        await house.answer("hospital.patient_file", {"cover": "covered", "history": shown})
        for step in ("history", "all", "3-7", "first"):
            await house.tap(who, step)
        ok[who] = house.button("ok")
    presses = [house.press(who, data) for who, data in ok.items()]
    said = await house.together(*presses) if at_once else [await house.take(one) for one in presses]
    assert len(await house.services.store.find(Order)) == 1
    read = [one.toast for one in said] + texts(house, RESIDENT) + texts(house, HELPER)
    assert sum(house.label("refused.rx-used") in text for text in read) == 1


async def test_what_was_used_under_the_old_record_stays_used(house: House) -> None:
    proof = TracesView(pictures=("ff00",))
    used = traces(house.turn(), "MR-0", "pat-1", "2026-11-01", ["d1"], proof)
    await put(house, *used)
    await ordered(house)
    await news(house, "in-consult", NEW)
    for proof_ in (TracesView(), proof):
        with pytest.raises(Refused, match="rx-used"):
            await unused(act(house, RESIDENT), "MR-9", "pat-2", "2026-11-01", ["d1"], proof_)


async def test_a_helper_with_mandates_for_both_has_one_neighbour_and_takes_both_back(house: House) -> None:
    await ordered(house)
    await put(house, mandate("pat-2", "con-2", "2027-01-01"))
    await news(house, "in-consult", NEW)
    assert [one.id for one in await patients(act(house, HELPER))] == ["pat-2"]
    doing = act(house, HELPER)
    ended = await end_mandate(doing, "con-1")
    assert ended.others == ("con-2",)
    assert not await rights_of(doing.turn, HELPER)


async def test_the_same_person_on_two_phones_both_hear_it(house: House) -> None:
    """Both proved it: name and birth date agree, so it is one record with two phones."""
    roles = (RoleBinding("patient", "pat-2", ""),)
    await put(house, Person(OTHER, roles=roles, facts={"self": {**BRIEF, "id": "pat-2"}}))
    await ordered(house)
    since = await news(house, "in-consult", replace(NEW, name=BRIEF["name"]))
    assert await residents(house.turn(), await house.order(NO)) == (RESIDENT, OTHER)
    for account in (RESIDENT, OTHER):
        assert house.label("record.joined", phone=house.services.config.hospital_phone) in texts(house, account, since)
    assert await incidents(house) == [("joined", "")]


async def test_two_different_people_with_phones_are_not_thrown_together(house: House) -> None:
    """A wrong merge: nobody gets another person's orders, she hears it, and so do the operators."""
    other = {**BRIEF, "id": "pat-2", "name": "李国强", "birth_date": "1961-05-05"}
    await put(house, Person(OTHER, roles=(RoleBinding("patient", "pat-2", ""),), facts={"self": other}))
    await ordered(house)
    since = await news(house, "in-consult", Patient("pat-2", "李国强", "1961-05-05", formerly=("pat-1",)))
    row = await house.order(NO)
    assert await residents(house.turn(), row) == (RESIDENT,)
    assert not await own_orders(house.turn(), OTHER)
    assert not texts(house, OTHER, since)
    assert house.label("record.unsure") in texts(house, RESIDENT, since)
    assert await incidents(house) == [("merged", "")]


async def test_another_patient_on_the_order_without_any_link_is_no_merge(house: House) -> None:
    await ordered(house)
    await news(house, "in-consult", Patient("pat-2", "李国强", "1961-05-05"))
    assert await residents(house.turn(), await house.order(NO)) == (RESIDENT,)
    assert await incidents(house) == [("merged", "")]


# ---------------------------------------------------------------- a death, and its correction


async def test_after_a_death_her_phone_hears_nothing_and_helpers_and_operators_do(house: House) -> None:
    await ordered(house)
    since = await news(house, "prescribed", DEAD)
    assert not texts(house, RESIDENT, since)
    assert any(BRIEF["name"] in text and NO in text for text in texts(house, HELPER, since))
    (line,) = texts(house, OPERATORS, since)
    assert BRIEF["name"] not in line
    assert NO in line
    assert await incidents(house) == [("deceased", NO)]
    for stage in ("passed", "quoted", "paid", "packed", "on-the-way", "arrived", "with-ambassador", "handed-over"):
        await news(house, stage, DEAD)
    await news(house, "confirmed", DEAD)
    assert not texts(house, RESIDENT, since)
    await house.take(house.press(RESIDENT, "a:where"))
    assert not [text for text in texts(house, RESIDENT, since) if NO in text or BRIEF["name"] in text]


async def test_nothing_is_ordered_for_the_dead(house: House) -> None:
    await house.take(house.press(HELPER, "a:need:pat-1"))
    since = len(house.posts())
    await house.answer("hospital.patient_file", {"cover": "covered", "history": HISTORY, "patient": asdict(DEAD)})
    assert house.label("refill.deceased", name=BRIEF["name"]) in texts(house, HELPER, since)
    assert not await patients(act(house, HELPER))


async def test_a_form_on_her_phone_goes_and_one_for_another_patient_stays(house: House) -> None:
    turn = house.turn()
    sealed = {"account": RESIDENT, "patient": {**BRIEF, "id": "pat-3", "name": "王小明"}}
    son = Right("r-3", turn.blind("account", str(RESIDENT)), mark(turn, "pat-3"), "family", 1, "", 1, sealed)
    forms = [Dialog(f"form{n}", "refill", RESIDENT, RESIDENT, subject=f"pat-{n}", state="parked") for n in (1, 3)]
    await put(house, son, *forms)
    await ordered(house)
    await news(house, "prescribed", DEAD)
    states = {row.id: row.state for row in await house.services.store.find(Dialog, person=RESIDENT)}
    assert (states["form1"], states["form3"]) == ("done", "parked")
    since = len(house.posts())
    await house.take(house.press(RESIDENT, "a:need:pat-3"))
    assert [command.args["patient"] for command in house.commands("hospital.read_record")] == ["pat-1"]
    await house.answer("hospital.read_record", asdict(DEAD))
    assert house.commands("hospital.patient_file")[-1].args["patient"] == "pat-3"
    assert not [text for text in texts(house, RESIDENT, since) if BRIEF["name"] in text]


async def test_a_corrected_record_brings_her_back(house: House) -> None:
    await ordered(house)
    await news(house, "prescribed", DEAD)
    assert await own_patient(house.turn(), RESIDENT) is None
    await house.take(house.press(RESIDENT, "a:need"))
    since = len(house.posts())
    await house.answer("hospital.read_record", asdict(PATIENT))
    assert house.commands("hospital.patient_file")[-1].args["patient"] == "pat-1"
    assert not await incidents(house)
    assert house.label("record.open", name=BRIEF["name"], orders=NO) in texts(house, HELPER, since)
    since = await news(house, "passed", PATIENT)
    assert texts(house, RESIDENT, since)


async def test_a_record_of_before_reads_as_an_open_one() -> None:
    """What the release before kept of a patient says neither."""
    assert is_open(brief_of(BRIEF))
