"""Changing one's mind: back, edit, an edited message, an old button. Later answers are used where they still fit."""

from __future__ import annotations

import pytest

from bot.dialog import Ask, Flow, Op, Option, PersonView
from bot.dialog.testing import DialogTester
from tests.dialog.flows import FLOWS, OPS, household, no_digits, refill
from tests.dialog.test_a_day import filled


def test_back_asks_the_last_question_again_and_offers_the_old_answer() -> None:
    t = DialogTester(refill, OPS, flows=FLOWS)
    t.start()
    t.back()
    t.expect_verdict("not-for-this-step")
    t.expect_silence()
    t.taps("m1")
    t.back()
    say = t.expect_prompt("who", options=["m1", "me"])
    assert (say.epoch, say.buttons[0][0].role, len(say.buttons)) == (1, "keep", 2)
    assert [(s.kind, s.step, s.flags) for s in t.last.says[:1]] == [("answered", "name", ("withdrawn",))]
    t.taps("keep: Mother Li")
    t.expect_prompt("name")
    assert "tell" not in [say.kind for say in t.last.says], "the same words are not told twice"


def test_the_first_question_that_is_asked_has_no_back() -> None:
    """What is as usual before it was asked of nobody."""

    async def one(ask: Ask) -> None:
        await ask.choice("where", ["same", "other"], usual="same")
        await ask.text("a")
        await ask.text("b")

    t = DialogTester(Flow("one", one))
    t.start()
    assert t.expect_prompt("a").buttons == ()
    t.says("x")
    assert [press.role for row in t.expect_prompt("b").buttons for press in row] == ["back"]
    t.taps("back")
    assert "back" not in [press.role for row in t.expect_prompt("a").buttons for press in row]


def test_what_is_told_is_told_again_only_if_another_answer_changed_it() -> None:
    t = DialogTester(refill, OPS, flows=FLOWS)
    t.start()
    t.taps("me")
    t.expect_tell("hello", who="me")
    t.taps("back", "m1")
    assert t.expect_tell("hello", who="m1").epoch == 1


def test_back_drops_results_of_calls_that_came_after_the_question() -> None:
    asked: list[str] = []

    def look(args: object) -> int:
        asked.append("look")
        return len(asked)

    async def one(ask: Ask) -> None:
        await ask.text("a")
        found = await ask.call("look", Op("look"))
        once = await ask.once("mark", Op("mark"))
        await ask.choice("b", [str(found), str(once)])

    t = DialogTester(Flow("one", one), {"look": look, "mark": 9}, paranoid=False)
    t.start()
    t.says("x")
    t.expect_prompt("b", options=["1", "9"])
    t.taps("back", "keep")
    t.expect_prompt("b", options=["2", "9"])
    t.edit("a")
    t.taps("keep")
    t.expect_prompt("b", options=["2", "9"])
    assert asked == ["look", "look"], "an edit keeps results whose operation is the same"


def test_an_edit_asks_again_what_depends_on_the_edited_answer() -> None:
    t = DialogTester(refill, {"mark": lambda args: args["who"], "look": lambda args: args["name"]}, flows=FLOWS)
    t.start()
    t.taps("me")
    t.says("Li")
    t.taps("d1", "done", "2")
    t.edit("name")
    t.says("Wu")
    t.expect_prompt("rx")
    assert (t.answer("look"), t.answer("mark"), t.answer("boxes[d1]")) == ("Wu", "me", "2")
    t.edit("who")
    t.taps("m1")
    t.expect_prompt("rx")
    assert (t.answer("look"), t.answer("mark")) == ("Wu", "m1")


def test_edit_keeps_all_later_answers_but_an_assent_is_asked_again() -> None:
    t = filled()
    t.taps("edit:who")
    t.expect_prompt("who", options=["me", "m1"])
    t.taps("m1")
    t.expect_prompt("pin", count=0)
    t.taps("1", "2")
    t.expect_prompt("ok", who="m1")
    t.taps("ok")
    t.expect_submit("order", who="m1", boxes={"d1": "1", "d2": "2"}, day="2026-11-03")


def test_a_loop_is_edited_as_a_whole() -> None:
    t = filled()
    t.taps("edit:boxes")
    t.expect_prompt("boxes[d1]", options=["1", "2"])
    t.taps("2", "keep: 2")
    t.expect_prompt("pin")
    assert (t.answer("boxes[d1]"), t.answer("boxes[d2]")) == ("2", "2")


def test_a_sub_dialog_is_edited_as_a_whole() -> None:
    t = DialogTester(household, flows=FLOWS)
    t.start()
    t.taps("parent", "child")
    t.says("7")
    t.taps("edit:member")
    t.expect_prompt("member[a]/kind", options=["parent", "child"])
    t.taps("child")
    t.says("9")
    t.taps("keep: child")
    t.expect_prompt("member[b]/age", options=["keep"])
    t.taps("keep", "ok")
    t.expect_tell("done", kinds=["child", "child"])


def test_an_answer_whose_option_is_gone_is_asked_again_and_kept_aside() -> None:
    async def one(ask: Ask) -> None:
        kind = await ask.choice("kind", ["soft", "hard"])
        packs = {"soft": ["7", "14"], "hard": ["7", "28"]}[kind]
        await ask.choice("pack", packs)
        await ask.multi("times", packs)
        await ask.text("note", buttons=packs)
        await ask.photos("rx", buttons=packs)
        await ask.choice("end", ["yes"])

    t = DialogTester(Flow("one", one))
    t.start()
    t.taps("soft", "14", "7", "14", "done", "14", "14")
    t.edit("kind")
    t.taps("hard")
    t.expect_prompt("pack", options=["7", "28"])
    assert t.journal.parked["choice:pack"]["v"] == "14"
    t.edit("kind")
    t.taps("keep: hard", "28")
    t.expect_prompt("times", options=["+7", "28"])
    t.edit("kind")
    t.taps("soft")
    t.expect_prompt("pack", options=["7", "14"])
    t.taps("14")
    t.expect_prompt("end")
    assert [t.answer(step) for step in ("times", "note", "rx")] == [["7", "14"], "14", "14"]


def test_an_answer_that_is_no_longer_possible_is_asked_again_with_what_rests_on_it() -> None:
    """A mandate was withdrawn meanwhile."""

    async def one(ask: Ask) -> None:
        who = await ask.choice("who", [*ask.person.facts["mandates"], "me"])
        found = await ask.call("look", Op("look", {"who": who}))
        await ask.choice("c", [f"for_{found}"])

    t = DialogTester(
        Flow("one", one), {"look": lambda args: args["who"]}, person=PersonView(7, facts={"mandates": ["m1"]})
    )
    t.start()
    t.taps("m1")
    t.expect_prompt("c", options=["for_m1"])
    t.person = PersonView(7, facts={"mandates": []})
    t.taps("for_m1")
    t.expect_verdict("stale")
    assert t.expect_prompt("who", options=["me"]).epoch == 1
    t.taps("me")
    t.expect_prompt("c", options=["for_me"])


def test_an_edit_of_nothing_says_so() -> None:
    t = DialogTester(refill, OPS, flows=FLOWS)
    t.start()
    t.edit("who")
    t.expect_verdict("already")
    t.edit("name")
    t.expect_verdict("not-for-this-step")
    t.expect_silence()


def test_an_edited_message_edits_its_answer() -> None:
    t = DialogTester(refill, OPS, flows=FLOWS)
    t.start()
    t.taps("me")
    message = t.says("li")
    t.taps("d1", "done")
    t.rewrites(message, "li ")
    t.expect_verdict("already")
    t.rewrites(message, "wu")
    assert t.screen.posts["d:dlg0000001:name:0"].chosen[0].label == "Wu", "the old prompt shows the new answer"
    t.expect_prompt("boxes[d1]")
    assert (t.answer("name"), t.last.last.epoch) == ("Wu", 1)
    t.rewrites(message, "Wu")
    t.expect_verdict("already")
    t.rewrites(99, "x")
    t.expect_verdict("not-for-this-step")
    t.rewrites(message, "w4")
    t.expect_prompt("name", wrong="digits")
    t.taps("keep: Wu")
    t.expect_prompt("boxes[d1]")


def test_an_edited_message_has_its_effects_done_again() -> None:
    t = DialogTester(refill, {"mark": lambda args: args["who"], "look": lambda args: args["name"]}, flows=FLOWS)
    t.start()
    t.taps("me")
    message = t.says("li")
    t.taps("d1", "done", "2")
    t.rewrites(message, "wu")
    t.expect_prompt("rx")
    assert (t.answer("look"), t.answer("mark"), t.answer("boxes[d1]")) == ("Wu", "me", "2")


def test_an_edit_by_step_key_does_not_touch_a_choice() -> None:
    from bot.dialog import Edited

    t = filled()
    t.send(Edited("who", "m1"))
    t.expect_verdict("not-for-this-step")
    t.send(Edited("since", "2 Nov"))
    assert t.answer("since") == "2026-11-02"


def test_an_old_button_of_an_answered_step_offers_to_change_it() -> None:
    t = DialogTester(refill, OPS, flows=FLOWS)
    t.start()
    t.taps("me")
    t.presses("who", "me")
    t.expect_verdict("already")
    t.expect_silence()
    t.presses("who", "m1")
    say = t.expect_already("who")
    assert [press.option for press in say.chosen] == ["me"]
    t.taps("change:who")
    t.expect_prompt("who", options=["me", "m1"])
    t.presses("who", "change:who")
    t.expect_verdict("stale")
    t.taps("m1")
    t.presses("who", "change:who")
    t.expect_already("who")
    t.presses("gone", "x")
    t.expect_verdict("stale")


@pytest.mark.parametrize(
    ("step", "option"), [("drugs", "done"), ("drugs", "+d1"), ("rx", "done"), ("pin", "7"), ("name", "keep")]
)
def test_a_late_second_tap_of_what_was_answered_says_nothing(step: str, option: str) -> None:
    t = filled()
    t.presses(step, option)
    t.expect_verdict("already")
    t.expect_silence()


def test_an_old_button_during_a_call_can_still_change_the_answer() -> None:
    t = DialogTester(refill, OPS, hold=["look"], flows=FLOWS)
    t.start()
    t.taps("me")
    t.says("Li")
    t.presses("who", "m1")
    t.taps("change:who", "m1")
    t.expect_call("look", "look", name="Li")
    assert [call.epoch for call in t.waiting_calls] == [0, 1]
    t.result({"found": 1})
    t.expect_verdict("stale")
    t.result({"found": 2})
    t.expect_prompt("drugs")
    assert t.answer("look") == {"found": 2}


def test_a_double_back_goes_back_once() -> None:
    t = DialogTester(refill, OPS, flows=FLOWS)
    t.start()
    t.taps("me")
    t.says("Li")
    t.taps("back")
    t.duplicate_last()
    t.expect_verdict("stale")
    t.expect_prompt("name")


def test_half_a_collection_survives_going_back() -> None:
    t = filled()
    t.taps("back")
    t.taps("1", "back")
    t.expect_prompt("since", options=["keep"])
    t.taps("keep")
    t.expect_prompt("pin", count=1)
    t.taps("2")
    t.expect_prompt("ok")


def test_the_same_text_again_is_no_second_message_of_a_check() -> None:
    async def one(ask: Ask) -> None:
        await ask.text("a", check=no_digits)
        await ask.text("b")

    t = DialogTester(Flow("one", one))
    t.start()
    t.says("x")
    t.duplicate_last()
    t.expect_verdict("already")
    t.expect_prompt("b")


def test_a_hint_of_another_kind_is_not_offered() -> None:
    async def typed(ask: Ask) -> None:
        await ask.text("q")
        await ask.choice("end", ["yes"])

    async def chosen(ask: Ask) -> None:
        await ask.multi("q", ["a", Option("b")])

    t = DialogTester(Flow("one", typed))
    t.start()
    t.says("a")
    t.back()
    t.deploy(Flow("one", chosen))
    t.resume()
    t.expect_prompt("q", options=["a", "b"])
