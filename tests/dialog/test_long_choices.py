"""A choice among more options than a message can hold: the first are shown, and part of a name finds the others."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.dialog import Ask, Flow, Option
from bot.dialog.expecting import option_names
from bot.dialog.narrowing import MANY
from bot.dialog.testing import DialogTester

MOST = 100  # buttons of one message (Bot API: InlineKeyboardMarkup)
PEOPLE = [Option(f"p{n}", f"Li {n:03}") for n in range(119)] + [Option("wang", "Wang Xiuying"), Option("w2", "王 秀英")]
FIRST = [person.id for person in PEOPLE[:MANY]]


def asking(options: Sequence[str | Option], columns: int = 1) -> DialogTester:
    async def one(ask: Ask) -> None:
        await ask.choice("before", ["go"])
        await ask.tell("got", value=await ask.choice("q", options, columns=columns))
        await ask.text("end")

    t = DialogTester(Flow("one", one))
    t.start()
    t.taps("go")
    return t


def test_the_first_are_shown_and_what_the_code_itself_offers() -> None:
    t = asking(["all", *PEOPLE, Option("page", "Page", url="https://example.org"), "nobody"], columns=2)
    say = t.expect_prompt("q", options=["all", *FIRST, "nobody"])
    assert say.flags == ("more",)
    assert [press.role for press in say.buttons[-1]] == ["back"]
    assert "page" in [press.option for row in say.buttons for press in row]
    assert {len(row) for row in say.buttons[:-2]} == {2}
    t.taps("p3")
    t.expect_tell("got", value="p3")


@pytest.mark.parametrize("typed", ["xiu", " XIUY ", "ｘｉｕ", "g xiu", "gxiu"])
def test_part_of_a_name_brings_its_buttons_below(typed: str) -> None:
    t = asking([*PEOPLE, "nobody"])
    t.says(typed)
    assert t.last.says[0].flags == ("withdrawn",)
    say = t.expect_prompt("q", options=["wang", "nobody"])
    assert (say.copy, say.flags) == (1, ("more",))
    t.crash()
    t.resume()
    t.expect_prompt("q", options=["wang", "nobody"])
    t.taps("wang")
    t.expect_tell("got", value="wang")
    t.expect_answered("q", "wang")


def test_another_part_looks_among_all_again() -> None:
    t = asking(PEOPLE)
    t.says("xiu")
    t.says("秀")
    t.expect_prompt("q", options=["w2"])
    t.says("Li 11")
    t.expect_prompt("q", options=[f"p{n}" for n in range(110, 119)])
    t.says("Li")
    t.expect_prompt("q", options=FIRST)


def test_a_whole_name_is_the_answer_at_once() -> None:
    t = asking(PEOPLE)
    t.says("王秀英")
    t.expect_tell("got", value="w2")
    t.expect_answered("q", "w2")


def test_two_of_one_name_are_both_shown() -> None:
    t = asking([*PEOPLE, Option("w3", "王秀英")])
    t.says("王秀英")
    t.expect_prompt("q", options=["w2", "w3"])


def test_nobody_found_is_said_and_all_are_shown_again() -> None:
    t = asking(PEOPLE)
    t.says("xiu")
    t.says("Zhang")
    t.expect_prompt("q", options=FIRST, wrong="none_such")
    t.says("Li 118")
    t.expect_tell("got", value="p118")


def test_a_button_of_the_wider_list_still_answers() -> None:
    t = asking(PEOPLE)
    t.says("xiu")
    t.presses("q", "p3")
    t.expect_tell("got", value="p3")


def test_the_same_message_twice_is_one_and_the_same_words_again_are_an_answer() -> None:
    t = asking(PEOPLE)
    t.says("xiu")
    t.duplicate_last()
    t.expect_verdict("already")
    t.expect_silence()
    t.says("xiu")
    assert t.expect_prompt("q", options=["wang"]).copy == 2


def test_a_name_typed_before_the_question_stood_there_is_no_answer_to_it() -> None:
    t = asking(PEOPLE)
    t.says("Li 118", early=True)
    t.expect_verdict("not-for-this-step")
    t.expect_prompt("q", options=FIRST)


def test_an_edited_name_is_another_answer() -> None:
    t = asking(PEOPLE)
    message = t.says("Li 118")
    t.rewrites(message, "Li 118 ")
    t.expect_verdict("already")
    t.rewrites(message, "Li 117")
    t.expect_tell("got", value="p117")
    t.rewrites(message, "xiu")
    t.expect_prompt("q", options=["p117", "wang"])
    t.taps("wang")
    t.expect_tell("got", value="wang")


def test_after_back_the_one_that_was_found_is_offered_first() -> None:
    t = asking(["all", *PEOPLE])
    t.says("王秀英")
    t.back()
    say = t.expect_prompt("q", options=["w2", "all", *FIRST])
    assert say.buttons[0][0].role == "keep"


def test_names_that_a_release_took_away_leave_the_whole_list() -> None:
    t = asking(PEOPLE)
    t.says("xiu")

    async def without(ask: Ask) -> None:
        await ask.choice("before", ["go"])
        await ask.choice("q", PEOPLE[:-2])

    t.deploy(Flow("one", without))
    t.resume()
    t.expect_prompt("q", options=FIRST)


def test_a_list_that_can_be_shown_takes_no_words() -> None:
    t = asking([*PEOPLE[:MANY], "nobody"], columns=7)
    say = t.expect_prompt("q", options=[*FIRST, "nobody"])
    assert (say.flags, len(say.buttons[0])) == ((), 7)
    t.says("Li 001")
    t.expect_verdict("not-for-this-step")
    t.expect_silence()


NAMES = st.lists(st.text("aAb 王秀", min_size=1, max_size=4), max_size=130)


@given(NAMES, st.text("aAb 王秀英", min_size=1, max_size=3).filter(str.strip))
def test_whatever_is_typed_only_fitting_ones_are_shown_and_none_is_out_of_reach(names: list[str], typed: str) -> None:
    def plain(text: str) -> str:
        return text.lower().replace(" ", "")

    options = [*(Option(f"o{n}", name) for n, name in enumerate(names)), "nobody"]
    t = asking(options)
    t.says(typed)
    found = [f"o{n}" for n, name in enumerate(names) if plain(typed) in plain(name)]
    exact = [f"o{n}" for n, name in enumerate(names) if plain(typed) == plain(name)]
    if len(names) <= MANY:
        t.expect_prompt("q", options=[f"o{n}" for n in range(len(names))] + ["nobody"])
    elif len(exact) == 1:
        t.expect_tell("got", value=exact[0])
    else:
        wrong = None if found else "none_such"
        say = t.expect_prompt("q", wrong=wrong)
        assert option_names(say) == [*(found or [f"o{n}" for n in range(MANY)])[:MANY], "nobody"]
        assert sum(map(len, say.buttons)) < MOST
        t.presses("q", f"o{len(names) - 1}")
        t.expect_tell("got", value=f"o{len(names) - 1}")
