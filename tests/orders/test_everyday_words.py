"""Everyday words: what keeps the guess from being one (what is ours, strange words, slips, counts, short forms)."""

from __future__ import annotations

from typing import Any

import pytest

from bot.free_words import Everyday, everyday, meaning, meanings
from bot.vocabulary import BadWords
from bot.word_files import read
from bot.word_search import found, slipped


@pytest.mark.parametrize(
    "text",
    ["Who can read what I sent you?", "please erase all my records", "do you pass on my phone number to anybody",
     "how long are my photos stored", "is my data safe", "I want to take back my permission", "close my account pls",
     "我的资料你们会存多久", "把我的身份证照片删掉", "会不会把我的电话卖给别人", "谁能看到我的病历", "我要注销",
     "我不同意你们用我的信息了", "我的隐私有保障吗", "别让邻居知道我得什么病"],
)  # fmt: skip
def test_what_is_kept_of_somebody_is_asked_in_many_ways(text: str) -> None:
    assert meaning(text) == "my-data"


@pytest.mark.parametrize(
    "text",
    ["where is my pizza", "when will my ebay dress arrive", "where's the plumber", "how do I get a dental appointment",
     "when are visiting hours", "cancel my netflix", "my niece wants to be a doctor",
     "我在拼多多买的裤子到哪了", "外卖什么时候到", "探视几点开始", "停车场怎么走", "体检报告什么时候出来",
     "核磁要等多久", "取消牙科预约", "那个演员演医生演得真像"],
)  # fmt: skip
def test_what_is_no_business_of_ours_is_not_guessed(text: str) -> None:
    assert meaning(text) == ""


@pytest.mark.parametrize("text", ["where is my zorblax frumious snark", "蟋蟀蚱蜢鹌鹑到哪了"])
def test_what_speaks_of_strange_things_only_is_not_guessed(text: str) -> None:
    assert meaning(text) == ""


@pytest.mark.parametrize(
    ("text", "means"),
    [("where is my rosuvastatin", "where"), ("我淘宝买的鞋到了，我的药呢", ""), ("头晕，猫跑丢了急的", "doctor"),
     ("my head hurts since the football", "doctor")],
)  # fmt: skip
def test_beside_strange_things_ours_counts(text: str, means: str) -> None:
    assert meaning(text) == means


@pytest.mark.parametrize(
    ("text", "means"),
    [("I got 14, should be 28", "wrong"), ("20mg came instead of 10mg", "wrong"), ("应该60片，只有45片", "wrong"),
     ("要的是2毫克，送来4毫克", "wrong"), ("14", ""), ("28 30", "")],
)  # fmt: skip
def test_a_count_that_does_not_fit_is_wrong(text: str, means: str) -> None:
    assert meaning(text) == means


@pytest.mark.parametrize(
    ("text", "means"),
    [("wheres my medicne", "where"), ("prescripton refill pls", "order"), ("receipy pls", "receipt"),
     ("wrong langauge", "language"), ("I changed my mind", "stop"), ("huh??", "lost"), ("stuck", "lost"),
     ("药呢", "where"), ("票呢？", "receipt"), ("在没在呀", "greeting"), ("我啲药去咗边度", "where"),
     ("唔该晒", "thanks"), ("药啷个吃", "how"), ("莫送了噻", "stop"), ("Namaste ji", "greeting"),
     ("cancelled my order but no refund", "refund")],
)  # fmt: skip
def test_slips_short_forms_and_dialects_are_understood(text: str, means: str) -> None:
    assert meaning(text) == means


@pytest.mark.parametrize(
    ("text", "means"),
    [("I cancelled on Monday, where has the money gone", "refund"),
     ("my order was refused but you kept the payment", "refund"), ("two payments on my card for one order", "refund"),
     ("please cancel, I have not paid yet", "stop"), ("did the doctor approve my refill yet", "where"),
     ("is my prescription ready yet", "where"), ("it's been 3 hours and nobody came", "where"),
     ("the doctor changed my tablets, how many do I take now", "how"),
     ("doctor changed my pills and I am dizzy now", "doctor"), ("namaste 🙏", "greeting"), ("你好🙏", "greeting"),
     ("🙏", "thanks"), ("anyone there", "greeting"), ("anyone there? I want a real person", "person"),
     ("有人吗", "greeting"), ("what do you have stored on me", "my-data"), ("forget me", "my-data"),
     ("did you forget me? still no parcel", "where"), ("this is the worng box", "wrong"),
     ("only 3 days left", "order"), ("only 3 came", "wrong"), ("been a week and no parcel", "where"),
     ("when's the driver due", "where"), ("they took 40 yuan twice", "refund"), ("my mum took hers twice", "how"),
     ("the box never came so I want what I paid", "refund"), ("take my name off your list", "my-data"),
     ("you forgot my tablets", "wrong"), ("please hurry with my medicine", "where"), ("药要不要放冰箱", "how"),
     ("麻烦医生抽空回我一下", "doctor")],
)  # fmt: skip
def test_of_two_that_are_told_the_one_that_is_asked_for_counts(text: str, means: str) -> None:
    assert meanings(text) == (means,)


@pytest.mark.parametrize(
    "text",
    ["help yourself to some cake", "I can't help laughing", "an apple a day keeps the doctor away",
     "just what the doctor ordered", "where there's smoke there's fire", "things fell apart between us",
     "is the shop next door open, do they store potatoes", "24 hours a day I hear the drilling",
     "she got a diamond ring", "can someone water my plants", "see you next month", "weak signal here",
     "who is in charge of it",
     "the battery is empty", "our tap is dripping", "do you sell beer", "do you have a minute", "water pressure is low",
     "clear all the tables", "knock knock", "how far is the moon", "a week in the sun", "hurry up and wait",
     "see you at the gate", "he is on his way", "what day is it today", "the rest is history", "she forgot my birthday",
     "who sees the moon tonight", "how are you supposed to live like this",
     "红烧肉怎么做好吃", "老板今天没来", "雪化了", "下午到公司开会", "一日三餐",
     "清单上写着酱油", "翻译官好看", "好的", "要照片", "重新开始"],
)  # fmt: skip
def test_one_everyday_word_is_no_guess(text: str) -> None:
    assert meaning(text) == ""


@pytest.mark.parametrize(
    ("word", "meant", "is_it"),
    [("medicne", "medicine", True), ("medicinee", "medicine", True), ("medecine", "medicine", True),
     ("mediicne", "medicine", True), ("medcne", "medicine", False), ("edicine", "medicine", False),
     ("cancer", "cancel", False), ("recieve", "receive", True), ("worng", "wrong", True), ("wrnog", "wrong", True),
     ("wring", "wrong", False), ("rwong", "wrong", False), ("form", "from", False)],
)  # fmt: skip
def test_one_slip_is_forgiven_in_a_long_word(word: str, meant: str, is_it: bool) -> None:
    assert slipped(word, meant) is is_it


def table(**more: Any) -> dict[str, Any]:
    return {"by": "words", "near": 2, "sign": [{"name": "it", "any": ["charged"]}], **more}


def test_a_word_of_the_file_is_no_slip() -> None:
    words = read(
        table(slips=["charged"], sign=[{"name": "it", "any": ["charged"]}, {"name": "b", "any": ["changed"]}]), "x"
    )
    assert found((words,), "changed") == ("b",)
    assert found((words,), "chraged") == ("it",)


def test_a_number_is_a_part_by_itself() -> None:
    with pytest.raises(BadWords, match="# stands by itself"):
        read(table(sign=[{"name": "it", "any": ["only # came"]}]), "x")
    words = read(table(sign=[{"name": "it", "any": ["only + # + came"]}]), "x")
    assert found((words,), "only 3 came") == ("it",)
    assert found((words,), "only my son came") == ()


def test_only_counts_where_nothing_else_is_said() -> None:
    words = read(table(beside=["please"], sign=[{"name": "it", "any": ["no"], "only": ["stuck"]}]), "x")
    assert found((words,), "Stuck, please!") == ("it",)
    assert found((words,), "the lift is stuck") == ()


@pytest.mark.parametrize("one", everyday(), ids=lambda one: "words" if one.words.spaced else "characters")
def test_each_language_knows_what_is_its_own(one: Everyday) -> None:
    assert one.names_ours("medicine" if one.words.spaced else "我的药")
    assert not one.names_ours("pizza" if one.words.spaced else "我的猫")


def test_a_mistake_in_everyday_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.free_words.files", lambda _: {"zh-CN": table(), "en": table()})
    everyday.cache_clear()
    with pytest.raises(BadWords, match="everyday"):
        everyday()
    everyday.cache_clear()
