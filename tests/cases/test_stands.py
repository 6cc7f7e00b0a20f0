"""It stands: no message, row, refusal or person can stop it, and nothing owed is lost."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from backend_client.errors import Invalid, WrongState
from backend_client.models import Compound, Question, Questionnaire, Staff
from bot import catalogue
from bot.clock import HandClock
from bot.model import Observed, PaidInChat, Person, Spot
from bot.workers.command_runner import CommandRunner
from bot.workers.reference_data import ReferenceData
from tests.cases.rows import NEW, NO, OTHER, PHARMACIST, REVIEW, news, put, stage, texts
from tests.handlers.house import BRIEF, FORUM, HISTORY, LI, LISTS, RESIDENT, House, at_home, told
from tests.handlers.test_lists import Lists
from tests.handlers.test_money import QUOTED

# ---------------------------------------------------------------- 1: money that was taken is never given up


@pytest.mark.parametrize(
    "error", [WrongState("precondition"), Invalid("rejected")], ids=["409 or 412", "technical 400"]
)
async def test_a_charge_is_kept_whatever_the_hospital_answers(
    tmp_path: Path, clock: HandClock, error: Exception
) -> None:
    async def pay(args: Any) -> Any:
        raise error

    async with at_home(tmp_path / "core.sqlite", clock, (QUOTED,)) as house:
        await house.take(
            house.arrival(PaidInChat(Spot(RESIDENT, RESIDENT), 900, 1000, "CNY", f"pay:{NO}:1000", "ch-1"))
        )
        before = len(house.posts())
        await CommandRunner(house.services.store, {"hospital.pay": pay}, clock, house.core.take).once()
        clock.advance(3600)
        assert [claimed.command.op for claimed in await house.services.store.commands_due(clock.civil())] == [
            "hospital.pay"
        ]
        assert house.label(f"refused.{getattr(error, 'code', '')}") not in texts(house, RESIDENT, before)


# ---------------------------------------------------------------- 4: no registration, no act


@pytest.mark.parametrize("act", ["take", "pass"])
async def test_whose_registration_has_ended_acts_no_more(house: House, act: str) -> None:
    await stage(house, "submitted" if act == "take" else "prescribed")
    house.clock.advance(61)  # what was read before the clinic's hour counts no more
    house.ended = {"pr-1", "pr-7"}
    who, chat = (LI, FORUM) if act == "take" else (PHARMACIST, REVIEW)
    await house.take(house.press(who, f"a:{act}:{NO}", chat))
    assert not house.commands("hospital.take")
    assert not house.commands("hospital.review")


# ---------------------------------------------------------------- 5: a record does not move in silence


async def gives(house: House, who: int, fits: bool) -> str:
    """A new account proves to be somebody by number and birthday; what it then reads."""
    await house.take(house.text(who, "/enrol"))
    await house.tap(who, "yes")
    for words in ("80010012", "1950-01-01"):
        await house.take(house.text(who, words))
    before = len(house.posts())
    await house.answer("hospital.find_patient", BRIEF if fits else None, "" if fits else "no-such-patient")
    return texts(house, who, before)


async def test_a_second_phone_gets_nothing_before_the_first_was_asked(house: House) -> None:
    before = len(house.posts())
    await gives(house, NEW, fits=True)
    assert (await house.order(NO)).patient_account == RESIDENT
    assert texts(house, RESIDENT, before), "the phone that holds her is asked"


async def test_a_right_birthday_reads_like_a_wrong_one(house: House) -> None:
    assert await gives(house, NEW, fits=True) == await gives(house, OTHER, fits=False)


async def test_guesses_are_limited(house: House) -> None:
    await put(house, Person(NEW, facts={"consent": True}))
    for _ in range(4):
        await house.take(house.text(NEW, "/enrol"))
        for year in (1950, 1951, 1952):
            await house.take(house.text(NEW, "80010012"))
            await house.take(house.text(NEW, f"{year}-01-01"))
            await house.answer("hospital.find_patient", refusal="no-such-patient")
    assert len(house.commands("hospital.find_patient")) <= 6


# ---------------------------------------------------------------- 7: values are never names


async def test_no_id_of_a_patient_stands_in_plain(house: House) -> None:
    await house.take(house.text(RESIDENT, "/withdraw"))
    await house.tap(RESIDENT, "yes")
    with closing(sqlite3.connect(house.services.config.database)) as file:
        plain = "\n".join(file.iterdump())
    assert "pat-1" not in plain


async def test_a_typed_drug_is_no_key(house: House) -> None:
    typed = "我的艾滋病药必妥维"
    await house.take(house.press(RESIDENT, "a:need"))
    await house.answer("hospital.patient_file", {"cover": "covered", "history": []})
    await house.take(house.photo(RESIDENT, "u1"))
    await house.tap(RESIDENT, "done")
    for words in ("2026-11-10", typed):
        await house.take(house.text(RESIDENT, words))
    await house.tap(RESIDENT, "unlisted", "no")
    with closing(sqlite3.connect(house.services.config.database)) as file:
        plain = "\n".join(file.iterdump())
    assert typed not in plain


# ---------------------------------------------------------------- 8: where the medicine goes


async def ordered(house: House, link: str) -> None:
    """Through the form until the summary stands there."""
    await house.take(house.text(RESIDENT, f"/start {link}"))
    await house.answer("hospital.patient_file", {"cover": "covered", "history": HISTORY})
    await house.tap(RESIDENT, "history", "all", "3-7", "first")


async def test_a_place_that_nobody_knows_is_not_kept(house: House) -> None:
    await house.take(house.text(RESIDENT, "/start need-nowhere"))
    me = await house.services.store.get(Person, RESIDENT)
    assert me is not None
    assert me.facts["compound"] == "comp-1"


async def test_the_summary_says_where_it_goes(house: House) -> None:
    two = replace(
        LISTS, compounds=(*LISTS.compounds, Compound("comp-2", {"zh-CN": "翠湖苑", "en": "Lake Court"}, "北门"))
    )
    house.core.services = replace(house.services, catalogue=lambda: two)
    before = len(house.posts())
    await ordered(house, "need-comp-1")
    assert "幸福里" in texts(house, RESIDENT, before)


# ---------------------------------------------------------------- 9: each list by itself


class Richer(Lists):
    """A hospital with a question that this release cannot ask."""

    async def questionnaire(self, name: str) -> Any:
        raise Invalid("question-kind")


def reference_data(house: House, hospital: Any) -> ReferenceData:
    config = house.services.config
    read = partial(catalogue.read, hospital, config.questionnaire)
    return ReferenceData(read, house.services.store, house.clock, config.reread_seconds)


async def test_a_question_that_cannot_be_asked_leaves_the_lists(house: House) -> None:
    keeper = reference_data(house, Richer(LISTS))
    try:
        await keeper.once()
    except Invalid as error:
        raise AssertionError(error.code) from error
    assert keeper.now.departments == LISTS.departments


async def test_a_list_of_less_than_half_waits_for_an_operator(house: House) -> None:
    many = tuple(Staff(f"pr-{n}", "doctor", f"医{n}", {}, "dep-1") for n in range(20))
    hospital = Lists(replace(LISTS, staff=many))
    keeper = reference_data(house, hospital)
    await keeper.once()
    hospital.lists = replace(LISTS, staff=many[:2])
    await keeper.once()
    assert len(keeper.now.staff) == 20


async def test_an_answer_of_yes_or_no_is_a_boolean(house: House) -> None:
    asked = Questionnaire("u", "1", (Question("q1", "boolean", {"zh-CN": "过敏吗？"}),))
    house.core.services = replace(house.services, catalogue=lambda: replace(LISTS, questionnaire=asked))
    await house.take(house.press(RESIDENT, "a:need"))
    await house.answer("hospital.patient_file", {"cover": "covered", "history": HISTORY})
    await house.tap(RESIDENT, "history", "all", "3-7", "yes", "first", "ok")
    (command,) = house.commands("hospital.submit")
    assert str(command.args["draft"]["answers"]["q1"]).lower() == "true"


# ---------------------------------------------------------------- 11: money without an order


async def test_a_stray_payment_is_told_to_an_operator(house: House) -> None:
    before = len(house.posts())
    stray = PaidInChat(Spot(RESIDENT, RESIDENT), 900, 5000, "CNY", "pay:R9999-1:5000", "charge-9")
    await house.take(house.arrival(stray))
    assert news(house, before)


# ---------------------------------------------------------------- Edge 8: an order of the hospital's own counter


async def test_an_order_of_the_counter_is_seen_by_whoever_holds_the_patient(house: House) -> None:
    before = len(house.posts())
    await house.take(house.arrival(Observed(told("H-77", "in-consult", house.clock.civil()))))
    assert "H-77" in texts(house, RESIDENT, before)
