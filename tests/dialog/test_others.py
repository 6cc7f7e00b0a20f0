"""Waiting for a time and for somebody else: crash, duplicate, deploy, cancel and expiry as for every dialog."""

from __future__ import annotations

from typing import Any

import pytest

from bot.dialog import Ask, Flow, Refused, days, events
from bot.dialog.testing import START, DialogTester

NEIGHBOUR = 11
HOUR = 3_600_000


async def asks_a_neighbour(ask: Ask) -> None:
    which = await ask.choice("which", ["bread", "milk"])
    try:
        got = await ask.other("can_you", "favour", person=NEIGHBOUR, subject="S-1", what=which)
    except Refused as no:
        await ask.stop("not_today", why=no.code)
    await ask.choice("enough", ["yes", "no"], got=got)
    await ask.tell("thanks", got=got)


async def favour(ask: Ask) -> str:
    return await ask.choice("will_you", ["one", "two"], what=ask.args["what"])


FLOWS = {"favour": Flow("favour", favour)}


def begun(run: Any = asks_a_neighbour) -> DialogTester:
    t = DialogTester(Flow("asks", run, expire=days(14)), flows=FLOWS)
    t.start()
    return t


def test_the_flow_goes_on_with_what_the_other_answered_also_after_a_crash() -> None:
    t = begun()
    t.taps("milk")
    t.expect_begun("can_you", "favour", NEIGHBOUR, what="milk")
    t.crash()
    t.advance(hours=24 * 30)  # a wait for somebody else has the other's clock, not this one's
    t.other("two")
    t.expect_prompt("enough", got="two")
    t.taps("yes")
    t.expect_tell("thanks", got="two")
    assert [(b.flow, b.subject, b.waits) for b in t.begun] == [("favour", "S-1", True)]


@pytest.mark.parametrize("why", ["declined", "expired", "stopped", "unreachable"])
def test_an_other_who_does_not_answer_is_a_refusal_that_the_flow_may_catch(why: str) -> None:
    t = begun()
    t.taps("milk")
    t.other(refusal=why)
    t.expect_tell("not_today", why=why)
    t.expect_end("done")


def test_an_answer_that_comes_twice_or_late_changes_nothing() -> None:
    t = begun()
    t.taps("milk")
    t.other("one")
    t.duplicate_last()
    t.expect_verdict("already")
    t.taps("yes")
    t.expect_end("done")


def test_going_back_makes_the_running_question_stale_and_asks_anew() -> None:
    t = begun()
    t.taps("milk")
    t.back()
    t.expect_prompt("which")
    t.send(events.Result("can_you", 0, "one", kind="other"))
    t.expect_verdict("stale")
    t.taps("bread")
    assert [(b.epoch, b.args["what"]) for b in t.begun] == [(0, "milk"), (1, "bread")]


def test_after_the_answer_going_back_and_choosing_the_same_does_not_trouble_him_again() -> None:
    t = begun()
    t.taps("milk")
    t.other("one")
    t.expect_prompt("enough")
    t.back()
    t.taps("milk")
    t.expect_prompt("enough", got="one")
    assert len(t.begun) == 1


def test_what_the_person_types_meanwhile_is_not_taken_for_the_other_s_answer() -> None:
    t = begun()
    t.taps("milk")
    t.says("hello?")
    t.expect_verdict("not-for-this-step")
    assert t.last.says == ()
    t.resume()
    assert t.expect_checking().flags == ("waiting",)


def test_cancelling_ends_it_and_an_answer_after_that_finds_nobody() -> None:
    t = begun()
    t.taps("milk")
    t.cancel()
    t.expect_end("cancelled")


def test_a_release_that_asks_something_first_keeps_the_running_question() -> None:
    async def newer(ask: Ask) -> None:
        await ask.choice("first", ["a"])
        await asks_a_neighbour(ask)

    t = begun()
    t.taps("milk")
    t.deploy(Flow("asks", newer))
    t.other("one")
    t.expect_prompt("first")
    t.taps("a")
    t.expect_prompt("enough", got="one")
    assert len(t.begun) == 1


def test_begin_does_not_wait_and_begins_once() -> None:
    async def invites(ask: Ask) -> None:
        await ask.begin("invite", "favour", person=NEIGHBOUR, what="tea")
        await ask.choice("go_on", ["yes"])
        await ask.tell("bye")

    t = begun(invites)
    t.crash()
    t.taps("yes")
    t.expect_end("done")
    assert [(b.flow, b.person, b.waits) for b in t.begun] == [("favour", NEIGHBOUR, False)]


def test_nobody_and_an_unknown_flow_are_mistakes_that_say_so() -> None:
    async def nobody(ask: Ask) -> None:
        await ask.other("can_you", "favour", person=0)

    async def unknown(ask: Ask) -> None:
        await ask.other("can_you", "favor", person=NEIGHBOUR)

    begun(nobody).expect_error("look first who can be asked")
    begun(unknown).expect_error("no flow is named 'favor'")


def test_a_flow_waits_until_a_time_and_goes_on_by_itself() -> None:
    at = int(START.timestamp() * 1000) + 30 * HOUR

    async def later(ask: Ask) -> None:
        await ask.tell("soon")
        await ask.until("morning", at)
        await ask.choice("now", ["yes"])

    t = begun(later)
    assert [(wish.kind, wish.after_ms) for _, wish in t.timers.values()] == [("wake", 30 * HOUR)]
    t.crash()
    t.says("hello?")
    t.expect_verdict("not-for-this-step")
    t.advance(hours=29)
    assert t.last.last.kind == "until"
    t.advance(hours=2)
    t.expect_prompt("now")


def test_a_time_that_has_passed_is_not_waited_for() -> None:
    async def late(ask: Ask) -> None:
        await ask.until("gone", int(START.timestamp() * 1000) - 1)
        await ask.choice("now", ["yes"])

    begun(late).expect_prompt("now")


def test_a_timer_that_fires_too_early_waits_on() -> None:
    at = int(START.timestamp() * 1000) + HOUR

    async def later(ask: Ask) -> None:
        await ask.until("soon", at)
        await ask.choice("now", ["yes"])

    t = begun(later)
    t.send(events.Due("wake", "soon", 0))
    assert t.last.last.kind == "until"
    assert [wish.after_ms for wish in t.last.timers] == [HOUR]
    t.advance(hours=1)
    t.expect_prompt("now")


def test_what_a_flow_returns_is_what_the_asker_gets() -> None:
    t = DialogTester(FLOWS["favour"], flows=FLOWS)
    t.start(what="tea")
    t.taps("two")
    assert (t.last.last.end, t.last.last.value, t.last.last.refusal) == ("done", "two", "")


def test_one_who_cancels_lets_it_expire_or_is_stopped_says_which() -> None:
    def ended(run: Any) -> DialogTester:
        t = DialogTester(Flow("f", run, expire=days(1)))
        t.start(what="tea")
        return t

    cancelled, expired = ended(favour), ended(favour)
    cancelled.cancel()
    expired.advance(hours=48)

    async def stops(ask: Ask) -> None:
        await ask.stop("no")

    assert [t.last.last.refusal for t in (cancelled, expired, ended(stops))] == ["declined", "expired", "stopped"]
