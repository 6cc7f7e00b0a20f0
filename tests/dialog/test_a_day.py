"""One dialog from start to submit, as text: what a person does and everything she sees."""

from __future__ import annotations

from inline_snapshot import snapshot

from bot.dialog import Done, Option, PersonView, Result, Typed
from bot.dialog.testing import DialogTester
from tests.dialog.flows import FLOWS, OPS, refill


def filled() -> DialogTester:
    """Answered up to the summary."""
    t = DialogTester(refill, OPS, flows=FLOWS)
    t.start()
    t.taps("me")
    t.says("li hua")
    t.taps("Aspirin", "Statin", "done", "1", "2")
    t.photo("p1")
    t.taps("done")
    t.says("11月3日")
    t.taps("1", "2")
    return t


def test_from_start_to_submit() -> None:
    t = filled()
    t.taps("ok")
    t.expect_submit("order", who="me", mark=5, boxes={"d1": "1", "d2": "2"}, rx=["p1"], day="2026-11-03")
    t.expect_end("sent")
    t.result()
    t.expect_end("done")
    assert t.journal.live == {}
    assert t.transcript() == snapshot("""\
> begin
  prompt refill.who [me] [Mother Li]
> taps me
  answered refill.who = me
  tell refill.hello who='me'
  prompt refill.name [back]
> typed li hua 1
  answered refill.name = Li Hua
> result look {'found': 1}
  prompt refill.drugs [-Aspirin] [-Statin] [done] [back]
> taps Aspirin
  prompt refill.drugs [+Aspirin] [-Statin] [done] [back]
> taps Statin
  prompt refill.drugs [+Aspirin] [+Statin] [done] [back]
> taps done
  answered refill.drugs = Aspirin = Statin
  prompt refill.boxes [1] [2] [back]
> taps 1
  answered refill.boxes = 1
  prompt refill.boxes [1] [2] [back]
> taps 2
  answered refill.boxes = 2
  prompt refill.rx count=0 [history] [back]
> photo p1
  prompt refill.rx count=1 [done] [history] [back]
> taps done
  answered refill.rx count=1 = photos.count
  prompt refill.since [back]
> typed 11月3日 2
  answered refill.since = 2026-11-03
  prompt refill.pin count=0 [1] [2] [3] [4] [5] [6] [7] [8] [9] [clear] [0] [back]
> taps 1
  prompt refill.pin count=1 [1] [2] [3] [4] [5] [6] [7] [8] [9] [clear] [0] [back]
> taps 2
  answered refill.pin count=2 = •••
  prompt refill.ok who='me' [ok] [edit:who] [edit:boxes] [edit:rx] [cancel] [back]
> taps ok
  answered refill.ok who='me' = ok
  end sent
> result submit
  end done\
""")


def test_everything_survives_dying_after_each_step() -> None:
    """Paranoid testers replay from bytes anyway; here the object is thrown away as well."""
    t = filled()
    other = DialogTester(refill, OPS, flows=FLOWS)
    other.bytes = t.bytes
    other.resume()
    other.expect_prompt("ok", who="me")
    assert "resume" in other.last.says[-1].flags
    other.taps("ok")
    other.expect_submit("order", who="me")
    assert other.submitted == (t.taps("ok"), t.submitted)[1]


def test_no_repr_shows_what_a_person_said() -> None:
    """Logs and tracebacks print reprs."""
    t = DialogTester(refill, OPS, flows=FLOWS, person=PersonView(7, facts={"birth": "Secretly"}))
    t.start(hint="Secretly")
    t.taps("me")
    t.says("Secretly")
    t.taps("back", "keep")
    shown = [Typed("Secretly"), Done("x", "Secretly"), Result("x", 0, "Secretly"), Option("x", "Secretly")]
    assert "Secretly" in t.bytes.decode()
    assert "Secretly" not in repr([*shown, t.last, t.journal, t.context(), t.screen.posts])


def test_what_is_typed_during_a_call_is_answered_but_not_taken() -> None:
    t = DialogTester(refill, OPS, hold=["look"], flows=FLOWS)
    t.start()
    t.taps("me")
    t.says("Li")
    t.expect_call("look", "look", name="Li")
    t.says("hello?")
    t.expect_checking()
    t.expect_verdict("not-for-this-step")
    t.photo("early")
    t.expect_checking()
    t.resume()
    t.expect_checking()
    t.result()
    t.expect_prompt("drugs", options=["d1", "d2"])
    assert t.answer("look") == {"found": 1}


def test_while_the_outcome_is_unknown_nothing_can_be_edited() -> None:
    t = filled()
    t.taps("ok")
    sealed = t.bytes
    for act in (t.back, t.resume, lambda: t.edit("who"), lambda: t.says("x"), lambda: t.rewrites(1, "Wu")):
        act()
        t.expect_checking()
        assert t.bytes == sealed
    t.presses("ok", "ok")
    t.expect_verdict("already")
    t.presses("who", "m1")
    t.expect_verdict("already")
    t.advance(24 * 30)
    assert t.bytes == sealed
    t.result()
    t.expect_end("done")


def test_a_final_refusal_opens_it_again_at_the_summary_with_the_reason() -> None:
    t = filled()
    t.taps("ok")
    t.result(refusal="rx-used", order="RF-1")
    t.expect_prompt("ok", wrong="rx-used")
    assert t.last.says[-1].wrong == ("rx-used", {"order": "RF-1"})
    t.taps("edit:rx")
    t.expect_prompt("rx", options=["keep", "history"])
    t.taps("history", "1", "2", "ok")
    t.expect_submit("order", rx="history", day="2026-11-03")
    assert t.last.last.epoch == 2
    t.result()
    t.expect_end("done")


def test_a_cancel_queues_behind_an_unknown_outcome() -> None:
    for refusal, end in (("", "done"), ("no-stock", "cancelled")):
        t = filled()
        t.taps("ok")
        t.cancel()
        t.expect_checking()
        assert t.last.says[0].flags == ("cancel-queued",)
        t.result(refusal=refusal)
        t.expect_end(end)
        assert t.last.last.cancel_queued is (end == "done")
