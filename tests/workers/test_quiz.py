"""The hospital's quiz is a file that is read whole, or refused with the line that is to be mended."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.check import check
from bot.config import BadSetting, load
from bot.quiz import Broken, read
from sandbox.processes import QUIZ
from tests.workers.test_config import GOOD

ONE = '[[question]]\nask = "May you?"\nanswers = ["No", "Yes"]\nright = 1\nwrong = "No."\n'


def test_the_sandbox_has_five_questions_in_both_languages() -> None:
    questions = load(GOOD | {"MEDRELAY_QUIZ": str(QUIZ)}).quiz
    assert len(questions) == 5
    for one in questions:
        for words in (one.ask, one.wrong, *one.answers):
            assert words.keys() == {"zh-CN", "en"}


def test_words_without_a_language_are_the_base_ones() -> None:
    (one,) = read(ONE)
    assert (one.ask, one.answers, one.right) == ({"zh-CN": "May you?"}, ({"zh-CN": "No"}, {"zh-CN": "Yes"}), 0)


def test_without_a_file_there_is_no_quiz() -> None:
    assert load(GOOD).quiz == load(GOOD | {"MEDRELAY_QUIZ": " "}).quiz == ()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "line 1:"),
        ("title = 1\n" + ONE, "line 1:"),
        (ONE + "\n[[question]\n", "line 7: no TOML"),
        (ONE + ONE.replace('wrong = "No."\n', ""), "line 6: 'wrong' is missing"),
        (ONE + ONE.replace("right = 1", "right = 3"), "line 9: 'right' is the number of an answer, 1 to 2"),
        (ONE + ONE.replace("right = 1", "right = true"), "line 9:"),
        (ONE.replace('"Yes"', '"No"'), "line 3: two answers"),
        (ONE.replace('"Yes"', '{ en = "Yes" }'), "line 3: two answers"),
        (ONE.replace('"No", "Yes"', '"No"'), "line 3: 2 to 5"),
        (ONE.replace("May you?", "x" * 301), "line 2: 'ask' is longer"),
        (ONE.replace('"Yes"', f'"{"y" * 41}"'), "line 3: 'answers' is longer"),
        (ONE.replace('"May you?"', "7"), "line 2: 'ask' is no text"),
        (ONE + 'hint = "x"\n', "line 6: 'hint' is none of"),
        (ONE * 11, "line 1:"),
        ('question = [{ ask = "a", answers = ["b", "c"], right = 1, wrong = "d" }]', "line 1:"),
    ],
)
def test_what_is_broken_is_told_with_its_line(text: str, told: str) -> None:
    with pytest.raises(Broken) as why:
        read(text)
    assert told in str(why.value)


async def test_a_broken_file_is_told_at_the_start_and_by_the_check(tmp_path: Path) -> None:
    file = tmp_path / "quiz.toml"
    file.write_text(ONE.replace("right = 1", "right = 0"), "utf-8")
    with pytest.raises(BadSetting) as why:
        load(GOOD | {"MEDRELAY_QUIZ": str(file)})
    assert "MEDRELAY_QUIZ" in str(why.value)
    assert "quiz.toml" in str(why.value)
    assert "line 4" in str(why.value)
    lines = [line async for line in check(offline=True, environ=GOOD | {"MEDRELAY_QUIZ": str(file)})]
    assert [(line.mark, line.what) for line in lines] == [("WRONG", "settings")]
    assert "line 4" in lines[0].told


@pytest.mark.parametrize("spoil", [lambda file: None, lambda file: file.write_bytes(b"\xff\xfe")])
def test_a_file_that_cannot_be_read_is_told(tmp_path: Path, spoil: object) -> None:
    file = tmp_path / "quiz.toml"
    assert callable(spoil)
    spoil(file)
    with pytest.raises(BadSetting, match="MEDRELAY_QUIZ must be"):
        load(GOOD | {"MEDRELAY_QUIZ": str(file)})
