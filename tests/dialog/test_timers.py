"""Reminding, forgetting, albums: timers are bound to step and epoch and hurt nobody when they come late."""

from __future__ import annotations

from bot.dialog import Ask, Due, Flow, days, hours
from bot.dialog.testing import DialogTester
from tests.dialog.flows import FLOWS, OPS, refill


def begun() -> DialogTester:
    t = DialogTester(refill, OPS, flows=FLOWS)
    t.start()
    return t


def test_units_are_milliseconds() -> None:
    assert (hours(1.5), days(2)) == (5_400_000, 172_800_000)


def test_each_question_is_reminded_of_once_and_forgotten_in_the_end() -> None:
    t = begun()
    assert {(w.kind, w.after_ms) for w in t.last.timers} == {("remind", hours(24)), ("expire", days(14))}
    t.advance(25)
    say = t.expect_prompt("who")
    assert (say.flags, say.copy) == (("remind",), 1)
    assert not t.last.timers, "once is enough"
    t.advance(24 * 12)
    t.expect_prompt("who")
    t.advance(24 * 2)
    t.expect_end("cancelled")
    assert t.expect_answered("who").flags == ("withdrawn", "expired")


def test_whoever_comes_back_has_the_whole_time_again() -> None:
    t = begun()
    t.advance(24 * 13)
    t.resume()
    t.advance(24 * 13)
    t.expect_prompt("who")
    t.taps("me")
    t.expect_prompt("name")


def test_three_days_pause_and_it_goes_on_at_the_same_question() -> None:
    t = begun()
    t.taps("me")
    t.advance(72)
    t.crash()
    t.says("Li")
    t.expect_prompt("drugs")


def test_a_timer_of_another_step_or_epoch_is_stale() -> None:
    t = begun()
    t.taps("me")
    for due in (Due("remind", "who", 0), Due("expire", "who", 0), Due("album", "rx", 0), Due("expire", "name", 1)):
        t.send(due)
        t.expect_verdict("stale")
        t.expect_silence()


def test_an_album_timer_at_another_kind_of_question_is_nothing() -> None:
    t = begun()
    for kind in ("who", "name"):
        t.send(Due("album", kind, 0))
        t.expect_verdict("not-for-this-step")
        t.taps("me") if kind == "who" else None


def test_a_flow_may_never_remind_and_never_forget() -> None:
    async def one(ask: Ask) -> None:
        await ask.confirm("q")

    t = DialogTester(Flow("one", one, expire=None))
    t.start()
    assert t.last.timers == ()
    t.advance(24 * 100)
    t.taps("ok")
    t.expect_end("done")


def test_a_dialog_that_waits_for_the_hospital_is_not_reminded_of_but_forgotten() -> None:
    t = DialogTester(refill, OPS, hold=["look"], flows=FLOWS)
    t.start()
    t.taps("me")
    t.says("Li")
    assert [wish.kind for wish in t.last.timers] == ["expire"]
    del t.timers["remind"]
    t.advance(24 * 15)
    t.expect_end("cancelled")
