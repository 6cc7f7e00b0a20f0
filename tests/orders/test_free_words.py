"""Everyday words: what they are taken to mean; the lists of those who had not seen the data (bench/README.md)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pytest

from bench.free_words import look, mended_with
from bot.free_words import TIERS, known, meaning, meanings
from bot.vocabulary import FREE_WORDS, files

MENDED = [*mended_with()]
HARD = {"8": (0.8, 0.02)}  # the less usual words, on purpose


@pytest.mark.parametrize(("tag", "name", "list_"), MENDED, ids=[f"{tag}-{name}" for tag, name, _ in MENDED])
def test_the_lists_of_each_language_are_kept(tag: str, name: str, list_: Mapping[str, Iterable[str]]) -> None:
    """Each as if the sayings of the others alone were known; the tables were mended with it."""
    found = look(list_, name)
    assert found.phrasings >= 300
    recall, wrong = HARD.get(name, (0.94, 0.01))
    assert found.recall >= recall, found.odd
    assert found.wrong <= wrong, found.odd


def test_each_language_has_each_meaning_and_no_other() -> None:
    for table in files(FREE_WORDS).values():
        assert {sign["name"] for sign in table["sign"]} == set().union(*TIERS)
    assert len(known()) == len(files(FREE_WORDS))


@pytest.mark.parametrize(
    ("text", "means"),
    [("我的药在哪里？", "where"), ("WHERE IS MY MEDICINE", "where"), ("我要退款，什么时候到账", "refund"),
     ("谢谢，我的药到哪了", "where"), ("您好，请问怎么吃", "how"), ("订单取消", "stop"), ("我要撤回同意", "my-data"),
     ("I take back my consent", "my-data"), ("delete my health data", "my-data"),
     ("别再用我的健康数据", "my-data"), ("你好", "greeting")],
)  # fmt: skip
def test_the_point_of_it_counts_and_not_the_courtesy(text: str, means: str) -> None:
    assert meaning(text) == means


@pytest.mark.parametrize("text", ["健康码怎么办", "有没有菜", "asdf", "", "。。。", "幸福里3号楼502"])
def test_what_is_none_of_it_is_not_guessed(text: str) -> None:
    assert meaning(text) == ""


def test_two_points_are_none() -> None:
    said = "发票开错了，钱也要退"
    assert len(meanings(said)) > 1
    assert meaning(said) == ""
