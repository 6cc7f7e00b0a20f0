"""A form that asks for a name takes every true one; words meant for somebody else are asked about, or not taken."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from bot import flows, free_words
from bot.dialog import FLOWS, Now, Wrong
from bot.dialog.testing import DialogTester
from bot.oneself import MOST, real_name
from locales import sentences, tags

NOW = Now(1_795_393_800_000, "2026-11-23")
#: Taken at once. Of minorities with their dots, of foreigners in their own script and in ours, with rare characters.
NAMES = (
    "王小明", "李丽", "欧阳娜娜", "上官婉儿", "谢安", "谢婉莹", "安心", "高兴", "方便", "左右", "何以琛", "李大千",
    "买买提·阿卜杜拉", "古丽娜尔•买买提", "阿卜杜热合曼・阿卜杜克里木", "孛儿只斤·布仁巴雅尔", "扎西次仁", "鲁绒梅朵",
    "刘〇", "𠮷野家", "㐂子", "王\ue863", "王﨎", "小野丽莎", "田中たろう", "김철수", "John Smith", "Jean-Luc Picard",
    "O’Brien, Pat", "J. R. R. Tolkien", "Sammy Davis Jr.", "Nguyễn Văn An", "Maria Fernanda González Rodríguez",
    "Ng Ah Kow", "Will May", "Hope Price", "Mohammed bin Salman", "Иван Петров", "محمد علي", "สมชาย ใจดี", "राम कुमार",
    "王\U0002ebf0", "李\U00031350", "བཀྲ་ཤིས", "علی\u200cرضا", "ශ්\u200dරී ලාල්", "ז׳קלין לוי", "רות בת־שבע",
    "Anna\u2013Maria Li", "D\uff07Arcy Li", "阿里木⋅买买提",
)  # fmt: skip
#: No form of a name.
NO_NAMES = ("when will it come?", "医生什么时候回复我？", "什么时候到?", "13812345678", "王小明2", "你好，我肚子疼",
            "我肚子疼！", "a/b", "@doctor", "停", "", "x" * (MOST + 1))  # fmt: skip
#: Words to somebody, and one could still be called so.
SAID = ("when will it come", "my stomach hurts since yesterday", "Could the doctor write back please", "hello", "stop",
        "is anybody there", "医生什么时候回复我", "药什么时候来", "肚子疼", "我肚子疼", "什么时候能好", "我想问一下",
        "帮我催一下", "请王主任给我打个电话", "不知道", "怎么取消", "谢谢", "王西林", "张医生", "何小天")  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_a_true_name_is_taken_as_it_was_typed_and_nobody_asks(name: str) -> None:
    assert real_name(f" {name}。", NOW) == name
    assert not free_words.is_said(name)


def test_marks_that_nobody_sees_are_no_part_of_it() -> None:
    assert real_name("\u202a李丽\u202c", NOW) == "李丽"
    assert real_name("\u200fمحمد علي\u200b", NOW) == "محمد علي"
    assert isinstance(real_name("\u200d\u200c\u200b", NOW), Wrong)


@pytest.mark.parametrize("text", NO_NAMES)
def test_what_has_no_form_of_a_name_is_asked_again(text: str) -> None:
    found = real_name(text, NOW)
    assert isinstance(found, Wrong)
    assert (found.code, found.words) == ("name", {"most": MOST})
    assert all(f"wrong.{found.code}" in sentences(tag) for tag in tags())


@pytest.mark.parametrize("text", SAID)
def test_what_may_be_either_is_asked_about(text: str) -> None:
    assert real_name(text, NOW) == text
    assert free_words.is_said(text)


def _said(args: Mapping[str, Any]) -> bool:
    return free_words.is_said(args["name"])


def asked(flow: str, **args: Any) -> DialogTester:
    assert flow in FLOWS, f"{flows.__name__} declares it"
    ops = {"local.proposals": ["邻居小李"], "local.is_free": True, "local.is_said": _said}
    t = DialogTester(FLOWS[flow], ops)
    t.start(**args)
    return t


def test_no_asks_again_and_yes_takes_it() -> None:
    t = asked("is_name", name="肚子疼")
    t.taps("no")
    t.says("我肚子疼")
    t.taps("no")
    t.says("李小丽")
    assert (t.end, t.last.last.value) == ("done", "李小丽")
    t = asked("is_name", name="何小天")
    t.taps("yes")
    assert (t.end, t.last.last.value) == ("done", "何小天")


def test_a_name_that_nobody_doubts_is_not_asked_about() -> None:
    t = asked("is_name", name="李小丽")
    assert (t.end, t.last.last.value) == ("done", "李小丽")


def test_neighbours_read_no_words_that_were_meant_for_a_doctor() -> None:
    t = asked("public_name", name="李小丽", compound="comp-1")
    t.says("我肚子疼")
    t.taps("no", "as-0")
    assert (t.end, t.last.last.value) == ("done", "邻居小李")
