"""Random flows and random people against a model that is one dict: the last answer to each key.

Crash anywhere, deliver twice, go back, edit, press old buttons, deploy: the flow stands where the dict says.
"""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.dialog.person import Person
from tests.dialog.programs import QUESTIONS, Do, Program, programs
from tests.inputs import inputs

CALM = ("answer",)
ACTS = (
    "answer",
    "answer",
    "answer",
    "back",
    "edit",
    "change",
    "junk",
    "resume",
    "old",
    "again",
    "photo",
    "remind",
    "rewrite",
)
BARE = settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
SLOW = inputs(60, BARE)


@pytest.mark.slow
@SLOW
@given(programs(), st.data())
def test_whatever_a_person_does_the_flow_stands_where_her_last_answers_say(
    program: Program, data: st.DataObject
) -> None:
    person = Person(program, data)
    person.t.start()
    person.live(ACTS, 12)
    person.live(CALM, 60)


@pytest.mark.slow
@SLOW
@given(programs(), st.data())
def test_no_release_loses_or_shifts_an_answer(program: Program, data: st.DataObject) -> None:
    person = Person(program, data, dependent=False)
    person.t.start()
    for n in range(3):
        person.live(ACTS, 4)
        if not person.expected.waiting:
            return
        person.deploy(data.draw(releases(person.program, f"r{n}")), reworded=n + 1)
        person.look()
    person.live(CALM, 60)


@st.composite
def releases(draw: st.DrawFn, program: Program, prefix: str) -> Program:
    """The program with steps inserted, removed or in another order, as far as ifs and loops allow."""
    found = list(program)
    for n in range(draw(st.integers(0, 3))):
        change = draw(st.sampled_from(["insert", "remove", "swap"]))
        at = draw(st.integers(0, len(found)))
        if change == "insert":
            found.insert(at, Do(draw(st.sampled_from(QUESTIONS)), f"{prefix}new{n}"))
        elif change == "remove" and at < len(found) and not _looked_at(found[at], found):
            found.pop(at)
        elif change == "swap" and 0 < at < len(found) and found[at].of != found[at - 1].key:
            found[at - 1], found[at] = found[at], found[at - 1]
    return tuple(found) or (Do("choice", f"{prefix}only"),)


def _looked_at(do: Do, program: list[Do]) -> bool:
    return any(other.of == do.key for other in program)


@given(programs(), st.data())
@inputs(25, BARE)
def test_a_dialog_survives_as_bytes_only(program: Program, data: st.DataObject) -> None:
    """Another process, another tester: the same journal goes on to the same end."""
    person = Person(program, data)
    person.t.start()
    person.live(ACTS, 6)
    heir = Person(program, data)
    heir.answers, heir.pictures = dict(person.answers), person.pictures
    heir.t.bytes, heir.t.told = person.t.bytes, dict(person.t.told)
    heir.t._messages = person.t._messages  # pyright: ignore[reportPrivateUsage]
    if not heir.expected.waiting:
        return
    heir.t.resume()
    heir.live(CALM, 60)
    assert replace(heir.t.last.last, journal=person.t.journal).end in ("", "sent")
