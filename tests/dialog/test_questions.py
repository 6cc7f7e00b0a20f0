"""Each kind of question: what it takes, what it refuses, what it shows while it collects."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from bot.dialog import Ask, Flow, Option, Wrong
from bot.dialog.testing import DialogTester
from tests.dialog.flows import no_digits, this_year

Word = Callable[[Ask], Awaitable[Any]]


def asking(word: Word) -> DialogTester:
    """A flow that asks this and tells what it got."""

    async def one(ask: Ask) -> None:
        await ask.tell("got", value=await word(ask))
        await ask.choice("end", ["yes"])

    t = DialogTester(Flow("one", one))
    t.start()
    return t


# ---------------------------------------------------------------- choice


def test_a_choice_takes_the_id_of_an_option_and_nothing_else() -> None:
    t = asking(lambda ask: ask.choice("q", ["a", Option("b", "B & <b>"), "c"], columns=2, size=3))
    say = t.expect_prompt("q", options=["a", "b", "c"], size=3)
    assert [len(row) for row in say.buttons] == [2, 1]
    assert [press.label_key for press in say.buttons[0]] == ["one.q.a", ""]
    t.says("b")
    t.expect_verdict("not-for-this-step")
    t.photo()
    t.expect_verdict("not-for-this-step")
    t.expect_silence()
    t.taps("B & <b>")
    t.expect_tell("got", value="b")
    t.expect_answered("q", "b")


def test_links_and_actions_beside_options_answer_nothing() -> None:
    options = [Option("a"), Option("page", "Page", url="https://example.org"), Option("take", action="take:7")]
    t = asking(lambda ask: ask.choice("q", options))
    a, page, take = (row[0] for row in t.expect_prompt("q").buttons)
    assert (a.role, page.role, take.role) == ("", "link", "action")
    assert (page.url, page.data, take.data) == ("https://example.org", "", "a:take:7")
    with pytest.raises(AssertionError, match="a button 'take' that answers"):
        t.taps("take")
    t.presses("q", "take")
    t.expect_verdict("stale")


def test_a_button_of_another_wording_still_answers() -> None:
    """Buttons carry ids, so neither order nor label matters."""
    t = asking(lambda ask: ask.choice("q", ["a", "b"]))
    old = t.expect_prompt("q").buttons[1][0].data

    async def reworded(ask: Ask) -> None:
        await ask.choice("q", [Option("b", "other words"), "new", "a"])

    t.deploy(Flow("one", reworded))
    t.resume()
    assert t.expect_prompt("q", options=["b", "new", "a"]).buttons[0][0].data == old
    t.presses("q", "b")
    t.expect_end("done")


# ---------------------------------------------------------------- multi


def test_multi_is_ticked_until_done_and_keeps_the_order_of_the_options() -> None:
    t = asking(lambda ask: ask.multi("q", ["a", "b", "c"], columns=3))
    t.taps("c", "a", "b", "b")
    say = t.expect_prompt("q", options=["+a", "b", "+c"])
    assert [press.role for press in say.buttons[0]] == ["on", "off", "on"]
    t.says("done")
    t.expect_verdict("not-for-this-step")
    t.presses("q", "+c")
    t.expect_verdict("already")
    t.presses("q", "+gone")
    t.expect_verdict("stale")
    t.taps("done")
    t.expect_tell("got", value=["a", "c"])
    t.expect_answered("q", "a", "c")


def test_multi_wants_at_least_so_many() -> None:
    t = asking(lambda ask: ask.multi("q", ["a", "b"], at_least=1))
    t.taps("done")
    say = t.expect_prompt("q", wrong="at_least")
    assert say.wrong == ("at_least", {"n": 1})
    t.taps("a", "done")
    t.expect_tell("got", value=["a"])


def test_nothing_may_be_chosen_if_that_is_allowed() -> None:
    t = asking(lambda ask: ask.multi("q", ["a", "b"]))
    t.taps("done")
    t.expect_tell("got", value=[])
    t.expect_answered("q")


# ---------------------------------------------------------------- text, date


def test_text_is_stripped_checked_and_asked_again_below() -> None:
    t = asking(lambda ask: ask.text("q", check=no_digits))
    t.says(" li 4 ")
    t.expect_prompt("q", wrong="digits")
    assert t.last.says[0].flags == ("withdrawn",)
    assert t.last.says[1].copy == 1
    t.says("  li hua ")
    t.expect_tell("got", value="Li Hua")
    assert t.expect_answered("q", "Li Hua").copy == 1


def test_text_may_have_buttons_whose_id_is_the_answer() -> None:
    t = asking(lambda ask: ask.text("q", buttons=["none", Option("x", "X-ray")], columns=2))
    t.expect_prompt("q", options=["none", "x"])
    t.presses("q", "gone")
    t.expect_verdict("stale")
    t.photo()
    t.expect_verdict("not-for-this-step")
    t.taps("X-ray")
    t.expect_tell("got", value="x")
    t.expect_answered("q", "x")


def test_a_secret_is_never_shown_again() -> None:
    t = asking(lambda ask: ask.text("q", secret=True))
    assert t.expect_prompt("q").flags == ("secret",)
    t.says("A1", early=True)
    assert t.expect_prompt("q", options=[])
    t.says("11010519")
    said = t.expect_answered("q", "•••")
    assert said.flags == ("secret",)
    t.back()
    t.expect_prompt("q", options=[])
    assert "11010519" not in t.bytes.decode()


def test_a_text_typed_too_early_is_offered_as_one_tap() -> None:
    t = asking(lambda ask: ask.text("q", check=no_digits, buttons=["none"]))
    t.says("li hua", early=True)
    t.expect_verdict("early")
    say = t.expect_prompt("q", options=["keep", "none"])
    assert (say.buttons[0][0].label, say.buttons[0][0].role, say.copy) == ("li hua", "keep", 0)
    t.taps("keep: li hua")
    t.expect_tell("got", value="Li Hua")


def test_a_long_early_text_is_shortened_on_its_button_only() -> None:
    t = asking(lambda ask: ask.text("q"))
    t.says("x" * 60, early=True)
    assert t.expect_prompt("q").buttons[0][0].label == "x" * 39 + "…"
    t.taps("keep")
    t.expect_tell("got", value="x" * 60)


def test_an_early_text_is_no_answer_to_a_choice() -> None:
    t = asking(lambda ask: ask.choice("q", ["a"]))
    t.says("a", early=True)
    t.expect_verdict("not-for-this-step")


def test_a_date_is_read_and_then_checked() -> None:
    t = asking(lambda ask: ask.date("q", check=this_year))
    t.says("last week")
    t.expect_prompt("q", wrong="date")
    t.says("2019-11-03")
    t.expect_prompt("q", wrong="year")
    assert t.last.says[1].copy == 2
    t.says("3 Nov")
    t.expect_tell("got", value="2026-11-03")


# ---------------------------------------------------------------- checks are not repeated


def test_a_check_runs_when_the_answer_arrives_and_never_again() -> None:
    calls: list[str] = []

    def check(text: str, now: object) -> str | Wrong:
        calls.append(text)
        return text

    t = asking(lambda ask: ask.text("q", check=check))
    t.paranoid = False
    t.says("x")
    t.resume()
    t.taps("yes")
    assert calls == ["x"]
