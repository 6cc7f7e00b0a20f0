"""No hole where a value is missing: every message is said with every one of its values missing once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from html import unescape
from typing import Any

import pytest

from bot.render import missing as gaps
from bot.render.messages import Words
from bot.render.samples import sample
from locales import sentences, tags

WORDS = Words()
HOLES = {
    "two spaces": r"(?<=\S)  +|(?<=\S)　　|(?<=\S) 　|　 ",
    "empty quotes": r"\"\s*\"|“\s*”|「\s*」|‘\s*’",
    "empty brackets": r"\(\s*[,;:]?\s*\)|（[\s，：；]*）",
    "marks that meet": r"[,;:，：；、]\s*[,.;:!?，。：；？！、)）]|[。？！]\s*[，。：；]|\(\s*[,.;:]|（\s*[，。：；]",
    "a mark at the beginning": r"(?m)^\s*[,.;:?!，。：；？！、)）]",
    "a space before a mark": r"\s[,.;:?!，。：；？！](?:\s|$)",
    "a colon with nothing behind it": r"[:：]\s*$|[:：]\n\n",
    "None": r"\bNone\b|\bundefined\b",
    "an empty line": r"\n\s*\n",
    "a bare sign": r"¥\s|×\s*(?:\n|$)",
}
SPACED = ("an empty line", "a colon with nothing behind it")  # where a sentence has such a line of its own
#: A heading that stands above what comes with it, so that it ends with its colon.
HEADS = ("relay.patient", "relay.proxy", "relay.doctor", "relay.pharmacist", "relay.again", "engine.remind",
         "engine.about", "read_paper.this", "check_reading.written",
         "check_reading.marked", "check_reading.unread")  # fmt: skip
ENDS = re.compile(r"[.?!。？！…”\")）]$")


def without(value: Any, decides: bool) -> Any:
    """What stands there when nobody said it; a number that decides what is said is 0 then."""
    if isinstance(value, list):
        return []
    return "" if isinstance(value, str) else 0 if decides and isinstance(value, int) else None


@cache
def said(tag: str, key: str, missing: str = "") -> str:
    template = sentences(tag)[key]
    values = {word: sample(key, word) for word in gaps.variables(template)}
    if missing:
        values[missing] = without(values[missing], missing in gaps.tested(template) | gaps.instants(template))
    return unescape(re.sub(r"<[^>]*>", "", WORDS.say(tag, key, values)))


def holes(text: str, key: str = "", template: str = "") -> Iterator[str]:
    for name, pattern in HOLES.items():
        own = "\n\n" in re.sub(r"\{[{%].*?[%}]\}", "", template) and name in SPACED
        own = own or (name == "None" and "None" in sentences("en").get(key, ""))  # its own word
        if re.search(pattern, text) and not own and not (key in HEADS and name.startswith("a colon")):
            yield name


def found(tag: str, key: str) -> Iterator[str]:
    whole, template = said(tag, key), sentences(tag)[key]
    yield from (f"{tag}: {key}: {hole}: {whole!r}" for hole in holes(whole, key, template))
    for word in sorted(gaps.variables(template)):
        text = said(tag, key, word)
        yield from (f"{tag}: {key} without {word}: {hole}: {text!r}" for hole in holes(text, key, template))
        if ENDS.search(template) and not ENDS.search(text):
            yield f"{tag}: {key} without {word}: an unfinished sentence: {text!r}"
        if tag == "en" and whole[:1].isupper() and text[:1].islower():
            yield f"{tag}: {key} without {word}: begins in the middle: {text!r}"


@pytest.mark.parametrize("tag", tags())
def test_no_hole_whatever_is_missing(tag: str) -> None:
    findings = [one for key in sentences(tag) for one in found(tag, key)]
    assert not findings, "\n".join(findings)


@pytest.mark.parametrize(
    "text",
    ["Please pay  now.", 'Called "" today.', "The day ( ) is over.", "For , and then.", "开好了：。", "：你好", "Why :",
     "They say:", "None is here.", "one\n\ntwo", "· 药 × \n"],
)  # fmt: skip
def test_a_hole_is_found(text: str) -> None:
    assert [*holes(text)]
