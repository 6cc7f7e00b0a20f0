"""A second opinion of a guess: when what people said speaks against it, and when it says nothing."""

from __future__ import annotations

from typing import Any

import pytest

from bot.free_words import meaning, meanings, sayings
from bot.sayings import DOUBT, Sayings, counted, left
from bot.vocabulary import BadWords
from bot.word_files import read

MEANT = frozenset({"where", "stop"})
LISTS: dict[str, dict[str, list[str]]] = {
    "1": {"where": ["where is my parcel", "is my parcel on its way", "has my parcel left"],
          "stop": ["cancel my parcel", "cancel the thing", "please cancel it"], "none": ["the dog is here"]},
    "2": {"stop": ["no parcel for me, cancel"], "none": ["my dog has a parcel of bones", "a dog, a dog"]},
}  # fmt: skip


def words(by: str, tag: str = "en") -> Any:
    return read({"by": by, "near": 4, "sign": [{"name": "where", "any": ["where"]}]}, f"locales/{tag}/free-words.toml")


def said(without: str = "", lists: Any = LISTS) -> Sayings:
    return counted(words("words"), lists, MEANT, "locales/en/sayings.toml", without)


def doubted(known: list[Sayings], text: str, means: str) -> bool:
    likely = left(known, text, DOUBT)
    return bool(likely) and means not in likely


@pytest.mark.parametrize(
    ("text", "means", "doubt"),
    [
        ("where is my parcel", "where", False),
        ("where is my parcel", "stop", True),
        ("my dog has a parcel", "where", True),
        ("cancel", "stop", False),
        ("parcel", "stop", False),
        ("frumious snark", "stop", False),
        ("", "where", False),
    ],
)
def test_a_guess_is_doubted_where_the_sayings_of_another_meaning_look_much_more_like_it(
    text: str, means: str, doubt: bool
) -> None:
    assert doubted([said()], text, means) is doubt


def test_a_list_that_is_tried_is_not_listened_to() -> None:
    text = "a dog, a dog"
    assert doubted([said()], text, "where")
    assert not doubted([said(without="2")], text, "where")


def test_the_language_that_knows_most_of_the_text_is_listened_to() -> None:
    chinese = {"1": {"where": ["药到哪了"], "stop": ["取消药"], "none": ["猫"]}}
    both = [said(), counted(words("characters", "zh-CN"), chinese, MEANT, "locales/zh-CN/sayings.toml")]
    assert not doubted(both, "parcel 药到哪了", "where")
    assert doubted(both, "parcel 药到哪了", "stop")
    assert doubted(both, "cancel my parcel 药", "where")


def test_where_no_language_has_sayings_nothing_is_doubted() -> None:
    assert not doubted([], "where is my parcel", "stop")


def test_a_meaning_that_is_not_known_and_one_that_nobody_said_are_refused() -> None:
    with pytest.raises(BadWords, match="list 1 has a meaning"):
        said(lists={"1": {"pizza": ["a pizza"]}})
    with pytest.raises(BadWords, match="nobody said"):
        said(lists={"1": {"where": ["where is it"], "stop": ["cancel"]}})


@pytest.mark.parametrize(
    "text", ["I speak a little Spanish", "did the dentist give you a receipt", "我会说一点西班牙语"]
)
def test_a_word_of_ours_in_another_matter_is_no_guess(text: str) -> None:
    assert meaning(text) == ""


def test_of_two_that_are_told_what_others_said_may_choose() -> None:
    text = "still waiting on the reimbursement"
    assert len(meanings(text)) > 1
    assert meaning(text) == "refund"


def test_where_the_tables_tell_nothing_what_others_said_may_choose() -> None:
    text = "how far has it got along"
    assert (meanings(text), meaning(text)) == ((), "where")


@pytest.mark.parametrize("text", ["send me my amlodipines", "another box of lisinopril please"])
def test_the_name_of_a_medicine_is_medicine(text: str) -> None:
    assert meaning(text) == "order"


@pytest.mark.parametrize(
    ("text", "means"), [("应该三盒，只有两盒", "wrong"), ("要的是两瓶，送来四瓶", "wrong"), ("二话不说", "")]
)
def test_a_count_may_be_written_in_chinese(text: str, means: str) -> None:
    assert meaning(text) == means


def test_each_language_that_has_everyday_words_has_sayings() -> None:
    assert len(sayings()) == 2
