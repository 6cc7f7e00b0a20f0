"""What a story says in Chinese is found on an English phone, and nothing else is taken for it."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from bot.render.messages import Words
from sandbox.spoken import Tongue, _fits

ENGLISH, CHINESE = Tongue("en"), Tongue()
WORDS = Words()


@pytest.mark.parametrize(
    ("key", "values", "looked_for"),
    [
        ("paid_notice.by_family", {"order": "R1123-4", "who": "daughter", "free": False}, "付款成功（订单 R1123-4）"),
        ("family_asked.may", {"name": "Sun Jing"}, "孙静想在自己的手机上替您下单"),
        ("family_decided.approved", {"name": "Wang Xiuying"}, "您可以替王秀英下单了"),
        ("prescribed_notice.hears", {"doctor": "Shen Yaqin", "again": False, "changed": False}, "医生开好了处方"),
        ("family_decided.approved", {"name": "Wang Xiuying (王秀英)"}, "您可以替王秀英下单了"),
        ("announce.notice", {"compound": "Xingfuli Court"}, "今天开通"),
    ],
)
def test_a_message_is_found_by_the_storys_words(key: str, values: dict[str, object], looked_for: str) -> None:
    assert ENGLISH.told(looked_for).search(WORDS.say("en", key, values))


@pytest.mark.parametrize(
    "looked_for", ["药师审核通过了，请付款", "药师审核通过了，这次不用付钱", "已付款", "不用付款了"]
)
def test_each_way_to_say_a_sentence_of_many_ways_is_found(looked_for: str) -> None:
    assert "settle.card" in {key for key, _ in _fits(looked_for)}


@pytest.mark.parametrize(
    ("said", "looked_for"),
    [
        ("Paid (order R1123-5). The hospital is packing the medicine.", "付款成功（订单 R1123-4）"),
        ("The hospital agreed: you may order for Wang Guilan now.", "您可以替王秀英下单了"),
        ("The hospital has it.", "不痛，胃口也好"),
    ],
)
def test_another_message_is_not(said: str, looked_for: str) -> None:
    assert not ENGLISH.told(looked_for).search(said)


@pytest.mark.parametrize(
    ("label", "shown", "other"),
    [
        ("同意", "I agree", "I do not agree"),
        ("平稳", "Stable", "Better"),
        ("都在", "All here", ""),
        ("发送 10 位", "Send 10 orders", "Send 3 orders"),
    ],
)
def test_a_button_is_found_whole(label: str, shown: str, other: str) -> None:
    assert ENGLISH.button(label).fullmatch(shown)
    assert not ENGLISH.button(label).fullmatch(other)


def test_what_people_typed_and_every_chinese_word_stand_as_they_are() -> None:
    assert ENGLISH.told("不痛，胃口也好").search("王桂兰：不痛，胃口也好。")
    assert CHINESE.told("付款").search("请付款")
    assert not CHINESE.told("付款").search("Paid")


PRINTED = """
from locales import sentences
from sandbox.spoken import BASE, Tongue
tongue = Tongue("en")
for key, words in sorted(sentences(BASE).items()):
    if key.startswith(("order_card.", "action.", "settle.")) and "{" not in words:
        print(key, tongue.told(words).pattern, tongue.button(words).pattern)
"""


def test_of_equal_fits_the_same_is_looked_for_first_in_every_run() -> None:
    """Python gives texts another hash in each run, and with it a set another order."""
    said = set[bytes]()
    for seed in ("1", "2"):
        run = [sys.executable, "-c", PRINTED]
        env = {**os.environ, "PYTHONHASHSEED": seed}
        said.add(subprocess.run(run, env=env, check=True, capture_output=True).stdout)  # noqa: S603 our own interpreter
    assert len(said) == 1
    assert next(iter(said))
