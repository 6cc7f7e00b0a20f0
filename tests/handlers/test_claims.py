"""It stands 5: a record never moves in silence, and what is tried tells nothing (law 8)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.clock import HandClock
from bot.dialog.buttons import short
from bot.model import Dialog, Due, Incident, Observed, Person, Returned, Timer
from bot.turn import Turn
from tests.cases.rows import NEW, NO, OPERATOR, OTHER, ROWS, put, texts
from tests.handlers.house import BRIEF, HELPER, RESIDENT, House, at_home, told

NOBODY = {"id": "pat-9", "name": "无人", "birth_date": "1950-01-01"}


@pytest.fixture
async def house(tmp_path: Path, clock: HandClock) -> AsyncIterator[House]:
    async with at_home(tmp_path / "core.sqlite", clock, ROWS) as house:
        yield house


async def asks(
    house: House, who: int, number: str = "80010012", *, fits: bool = True, again: bool = False, whose: Any = BRIEF
) -> str:
    """Number and birthday are given by an account; what it then reads."""
    if again:
        await house.tap(who, "again")
    else:
        known = await house.services.store.get(Person, who) or Person(who)
        await put(house, replace(known, facts={**known.facts, "consent": True}))
        await house.take(house.text(who, "/enrol"))
    for words in (number, "1950-01-01"):
        await house.take(house.text(who, words))
    before, asked = len(house.posts()), house.commands("hospital.find_patient")
    for command in asked[-1:]:
        if await house.services.store.command(command.key):
            found = Returned(command.key, whose if fits else None, "" if fits else "no-such-patient")
            await house.take(house.arrival(found))
    return texts(house, who, before)


async def own(house: House, who: int) -> str:
    from bot.ops.rights import own_patient

    found = await own_patient(Turn(house.services, house.arrival(None)), who)
    return found.id if found else ""


async def rights(house: House, who: int) -> list[str]:
    from bot.ops.rights import rights_of

    return [right.by for right in await rights_of(Turn(house.services, house.arrival(None)), who)]


async def rings(house: House, what: str, subject: str = "", person: int = 0) -> None:
    timer = Timer(f"due:{what}:{subject}:{person}", house.clock.civil(), "due", subject, what, person=person)
    await house.take(house.arrival(Due(timer)))


async def kinds(house: House) -> set[str]:
    return {one.kind for one in await house.services.store.find(Incident, done_at=0)}


def claim_of(house: House) -> str:
    return next(timer.ref for one in house.outcomes for timer in one.timers if timer.step == "record-silent")


async def test_right_wrong_and_tried_too_often_read_the_same(house: House) -> None:
    read = {await asks(house, NEW, fits=True), await asks(house, OTHER, "70010012", fits=False)}
    read.add(await asks(house, OTHER, "70010012", fits=False, again=True))
    assert len(read) == 1
    assert "15:00" in read.pop()


async def test_it_is_her_new_phone(house: House) -> None:
    await asks(house, NEW)
    assert await own(house, NEW) == ""
    await house.tap(RESIDENT, "new_phone")
    assert (await own(house, NEW), await own(house, RESIDENT)) == ("pat-1", "")
    assert (await house.order(NO)).patient_account == NEW
    assert house.label("record_decided.opened") in texts(house, NEW)


async def test_it_was_not_her(house: House) -> None:
    await asks(house, NEW)
    before = len(house.posts())
    await house.tap(RESIDENT, "not_me")
    assert await rights(house, NEW) == []
    assert texts(house, NEW, before) == "", "who tried hears it at the hour, like everybody"
    assert await kinds(house) == {"claim"}
    await rings(house, "record-answer", person=NEW)
    assert house.label("record_answer.not_opened") in texts(house, NEW, before)


async def test_everybody_hears_at_the_hour_and_whoever_has_it_does_not(house: House) -> None:
    await asks(house, OTHER, "70010012", fits=False)
    await rings(house, "record-answer", person=OTHER)
    assert house.label("record_answer.not_opened") in texts(house, OTHER)
    before = len(house.posts())
    await rings(house, "record-answer", person=RESIDENT)
    assert texts(house, RESIDENT, before) == ""


async def test_without_an_answer_an_operator_calls_her(house: House) -> None:
    await asks(house, NEW)
    claim = claim_of(house)
    await rings(house, "record-silent", claim)
    told = texts(house, OPERATOR)
    assert house.label("record_silent.call") in told
    assert "王秀英" not in told, "whose it is reads who takes it"
    await house.take(house.press(OPERATOR, f"a:record_call:{claim}"))
    assert "王秀英" in texts(house, OPERATOR)
    await house.tap(OPERATOR, "new_phone")
    assert await own(house, NEW) == "pat-1"
    assert house.label("record_decided.lost") in texts(house, RESIDENT)


async def test_the_form_that_asked_for_the_number_is_over_then(house: House) -> None:
    """Or her next press would bring its question again."""
    await asks(house, NEW)
    await house.tap(RESIDENT, "new_phone")
    assert await house.services.store.find(Dialog, person=NEW, state=("open", "parked")) == []


async def test_who_has_nothing_to_do_with_it_decides_nothing(house: House) -> None:
    await asks(house, NEW)
    await house.take(house.press(NEW, f"a:record_call:{claim_of(house)}"))
    assert await own(house, NEW) == ""
    assert "王秀英" not in texts(house, NEW)


async def test_asked_again_she_is_not_asked_twice(house: House) -> None:
    await asks(house, NEW)
    before = len(house.posts())
    await asks(house, NEW, again=True)
    assert house.label("record_asked.what") not in texts(house, RESIDENT, before)


async def test_tries_are_counted_on_the_account_and_on_the_number(house: House) -> None:
    for n in range(8):
        await asks(house, 700 + n, fits=False)
    assert len(house.commands("hospital.find_patient")) == 5
    assert "guesses" in await kinds(house)
    house.clock.advance(86_401)
    await asks(house, 800, fits=False)
    assert len(house.commands("hospital.find_patient")) == 6


async def test_the_number_is_kept_nowhere_in_the_counts(house: House) -> None:
    await asks(house, NEW, fits=False)
    rows = [row for one in house.outcomes for row in one.rows if type(row).__name__ == "Measured"]
    assert rows
    assert not any("80010012" in repr(row) for row in rows)


async def test_who_opens_the_own_record_is_not_counted(house: House) -> None:
    await put(house, replace(Person(NEW), facts={"consent": True}))
    await house.take(house.text(NEW, "/enrol"))
    for words in ("70010012", "1950-01-01"):
        await house.take(house.text(NEW, words))
    await house.answer("hospital.find_patient", NOBODY)
    assert await own(house, NEW) == "pat-9"


# ---------------------------------------------------------------- neither for oneself nor over somebody else


async def test_her_phone_and_an_operator_may_let_family_in(house: House) -> None:
    await asks(house, NEW)
    await house.take(house.press(OPERATOR, f"a:record_call:{claim_of(house)}"))
    for who in (RESIDENT, OPERATOR):
        last = [post for post in house.posts() if post.chat == who][-1]
        offered = [button.data.split(":")[4] for row in getattr(last.content, "buttons", ()) for button in row]
        assert offered == [short("new_phone"), short("family"), short("not_me")]


async def test_an_operator_decides_nothing_for_himself(house: House) -> None:
    await asks(house, OPERATOR)
    claim, before = claim_of(house), len(house.posts())
    await rings(house, "record-silent", claim)
    assert house.label("record_silent.call") not in texts(house, OPERATOR, before)
    await house.take(house.press(OPERATOR, f"a:record_call:{claim}"))
    assert "王秀英" not in texts(house, OPERATOR)
    await house.tap(OPERATOR, "new_phone")
    assert (await own(house, OPERATOR), await own(house, RESIDENT)) == ("", "pat-1")


async def test_a_yes_replaces_no_other_person(house: House) -> None:
    await asks(house, NEW)
    await house.tap(NEW, "again")
    for words in ("70010012", "1950-01-01"):
        await house.take(house.text(NEW, words))
    await house.answer("hospital.find_patient", NOBODY)
    await house.tap(RESIDENT, "new_phone")
    assert (await own(house, NEW), await own(house, RESIDENT)) == ("pat-9", "pat-1")
    assert house.label("refused.other-patient") in texts(house, RESIDENT)


# ---------------------------------------------------------------- in time


async def test_what_nobody_decided_is_asked_anew_after_three_days(house: House) -> None:
    await asks(house, NEW)
    await rings(house, "record-silent", claim_of(house))
    for days, again in ((2, False), (2, True)):
        house.clock.advance(days * 86_400)
        before, set_before = len(house.posts()), len(house.outcomes)
        await asks(house, NEW, again=True)
        assert (house.label("record_asked.what") in texts(house, RESIDENT, before)) == again
        clocks = {timer.step for one in house.outcomes[set_before:] for timer in one.timers}
        assert ("record-silent" in clocks) == again
    await house.tap(RESIDENT, "new_phone")
    assert await own(house, NEW) == "pat-1"
    assert await kinds(house) == set(), "decided, it is no exception any more"


async def test_a_helper_who_tried_too_often_reads_so(house: House) -> None:
    helper = await house.services.store.get(Person, HELPER)
    assert helper is not None
    await put(house, replace(helper, facts={**helper.facts, "consent": True}))
    for n in range(2):
        before = len(house.posts())
        await house.take(house.text(HELPER, "/neighbour"))
        for k in range(3):
            for words in (f"7001001{n}{k}", "1950-01-01"):
                await house.take(house.text(HELPER, words))
            asked = house.commands("hospital.find_patient")[-1]
            if await house.services.store.command(asked.key):
                await house.take(house.arrival(Returned(asked.key, None, "no-such-patient")))
    assert house.label("identity.too_often") in texts(house, HELPER, before)
    assert house.label("identity.unknown") not in texts(house, HELPER, before)


# ---------------------------------------------------------------- her cards go with her record


async def cards(house: House, key: str) -> dict[int, bool]:
    """On which phones this card of the order is, and whether anything stands there still."""
    keys = {post.key for post in house.posts() if post.key.startswith(f"{key}:{NO}")}
    stand = [await house.services.store.standing(one) for one in sorted(keys)]
    return {one.post.chat: one.post.content is not None for one in stand if one}


@pytest.mark.parametrize(
    ("key", "was", "now", "then"),
    [("pay", "passed", "quoted", "quoted"), ("received", "with-ambassador", "handed-over", "confirmed")],
)
async def test_what_she_presses_is_on_her_new_phone(house: House, key: str, was: str, now: str, then: str) -> None:
    await put(house, replace(await house.order(NO), stage=was))
    await house.take(house.arrival(Observed(told(NO, now, 5))))
    assert await cards(house, key) == {RESIDENT: True}
    await asks(house, NEW)
    await house.tap(RESIDENT, "new_phone")
    await house.take(house.arrival(Observed(told(NO, then, 9))))
    assert await cards(house, key) == {RESIDENT: False, NEW: True}
    assert await cards(house, "card") == {RESIDENT: False, NEW: True}


@pytest.mark.parametrize("born", ["1950", "1950-01"])
async def test_less_than_a_whole_birthday_is_decided_by_a_person(house: House, born: str) -> None:
    """B7: it reads as every other try; an operator calls her, and then she is enrolled."""
    wrong = await asks(house, OTHER, "70010012", fits=False)
    assert (
        await asks(house, NEW, "70010099", whose={**BRIEF, "id": "pat-7", "name": "李梅", "birth_date": born}) == wrong
    )
    assert await own(house, NEW) == ""
    claim = claim_of(house)
    await rings(house, "record-silent", claim)
    assert await kinds(house) == {"claim"}
    await house.take(house.press(OPERATOR, f"a:record_call:{claim}"))
    await house.tap(OPERATOR, "new_phone")
    assert await own(house, NEW) == "pat-7"
    assert await kinds(house) == set()
