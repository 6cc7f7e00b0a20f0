"""What people read: it renders, fits Telegram at its worst, is short before its buttons, and no value is markup."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from jinja2 import UndefinedError

from bot.messenger.limits import CAPTION, DESCRIPTION, TEXT, TITLE, TOAST, units, visible
from bot.model import PlaceKind, Public
from bot.render import catalogue
from bot.render.messages import NotPublic, Words
from bot.render.samples import sample
from locales import BASE, sentences, tags
from tests.locales.rules import TAG, count_sentences
from tests.locales.uses import uses

WORDS = Words()
EVERY = [(tag, key) for tag in tags() for key in sentences(tag)]
RARE = "𠮷"  # a surname outside the basic plane: two UTF-16 units
LONG_LINE = (
    "drug.line",
    {"name": "药" * 40, "strength": "100mg/12.5mg", "boxes": 6, "sig": "次" * 40, "hospital_says": ""},
)
PARCEL = (
    "hand_over.parcel",
    {"label": "AA-007", "name": RARE * 10, "address": "号" * 40, "tail": "4417", "waits": False},
)

#: The longest that each word gets: a batch is forty parcels, an order at most twelve drugs, a role thirty people.
WORST: dict[str, Any] = {
    "address": "号" * 120, "answer": "安" * 60, "chosen": "选" * 200, "compound": "里" * 30, "condition": "病" * 60,
    "answers": [("consult.answer", {"question": "问" * 80, "answer": "答" * 40})] * 8, "department": "科" * 30,
    "drug": "药" * 60, "hospital_says": "吞" * 1000, "gate": "门" * 20,
    "doctor": RARE * 20, "helper": RARE * 20, "name": RARE * 20, "typed_by": RARE * 20, "names": "梧桐里、" * 40,
    "labels": [("run_sheet.label", {"label": "AA-007", "fridge": True, "urgent": True, "waits": True})] * 40,
    "lines": [LONG_LINE] * 12,
    "order": "R-20261123-104217", "parcels": [PARCEL] * 40, "question": "问" * 250, "sig": "次" * 60,
    "strength": "mg" * 15, "url": "https://t.me/" + "u" * 110, "words": "💊" * 40, "count": 99_999, "left": 99_999,
    "total": 10**9, "pooled": 10**9,
}  # fmt: skip
SPECIAL_WORST: dict[str, dict[str, Any]] = {
    "is_mine.yes": {"labels": ", ".join(["AA-007"] * 8)},
    "consult.case": {"left": ("refill.left.more", {})},
}


def worst(tag: str, key: str) -> str:
    """The longest this sentence gets: every condition holds, every value is long."""
    values = {word: WORST.get(word, sample(key, word)) for word in catalogue.variables(sentences(tag)[key])}
    return WORDS.say(tag, key, {**values, **SPECIAL_WORST.get(key, {})})


Shown = Mapping[tuple[str, str], list[str]]  # (tag, key) -> what may stand there


@cache
def limits() -> Mapping[str, int]:
    """What holds fewer than a message does."""
    popups = {key for use in uses() if use.popup for key in use.keys}
    heads = ("relay.patient", "relay.proxy", "relay.doctor")  # heads of somebody's words
    return {
        "settle.bill_title": TITLE,
        "settle.bill_text": DESCRIPTION,
        **dict.fromkeys(popups, TOAST),
        **dict.fromkeys(heads, CAPTION - 600),
    }


def too_long(shown: Shown) -> Iterator[str]:
    """Telegram counts UTF-16 units of what is seen; pop-ups and bills are plain text."""
    for (tag, key), messages in shown.items():
        limit = limits().get(key, TEXT)
        for message in messages:
            if (size := visible(message)) > limit:
                yield f"{tag}: {key} is {size} units at its worst, {limit} fit"


CORRECTION = {"again", "why", "left"}  # words of a correction that stands before the message itself


def too_many_sentences(shown: Shown) -> Iterator[str]:
    """At most two sentences before the buttons."""
    for (tag, key), messages in shown.items():
        for message in messages:
            if (count := count_sentences(message)) > 2:
                yield f"{tag}: {key} has {count} sentences"


def broken_html(shown: Shown) -> Iterator[str]:
    """What Telegram would refuse: a bracket that is no tag of ours, a tag that is not closed, an empty text."""
    for (tag, key), messages in shown.items():
        for message in messages:
            pairs = re.findall(r"<(/?)(b|code)>", message)
            balanced = [f"{slash}{name}" for slash, name in pairs]
            closed = all(a == b.lstrip("/") for a, b in zip(balanced[::2], balanced[1::2], strict=False))
            if len(pairs) % 2 or not closed or re.search(r"[<>]", re.sub(r"</?(b|code)>", "", message)):
                yield f"{tag}: {key} is no HTML for Telegram: {message[:60]}"
            if not message.strip():
                yield f"{tag}: {key} says nothing"


@cache
def usual() -> Shown:
    return {(tag, key): catalogue.variants(WORDS, tag, key) for tag, key in EVERY}


def without_correction() -> Shown:
    """The sentences as they are asked first."""
    return {
        (tag, key): [WORDS.say(tag, key, _first(tag, key))]
        if catalogue.variables(sentences(tag)[key]) & CORRECTION
        else shown
        for (tag, key), shown in usual().items()
    }


def _first(tag: str, key: str) -> dict[str, Any]:
    template = sentences(tag)[key]
    values = {word: sample(key, word) for word in catalogue.variables(template)}
    return {word: "" if word in CORRECTION & catalogue.tested(template) else value for word, value in values.items()}


@cache
def at_worst() -> Shown:
    return {(tag, key): [worst(tag, key)] for tag, key in EVERY}


Check = Callable[[Shown], Iterator[str]]
CHECKS: list[tuple[Check, Callable[[], Shown], str]] = [
    (too_long, at_worst, "话" * 4097),
    (too_many_sentences, without_correction, "一句。两句。三句。"),
    (broken_html, usual, "<b>粗"),
    (broken_html, at_worst, "1 < 2"),
]


IDS = [f"{check.__name__} {shown.__name__}" for check, shown, _ in CHECKS]


@pytest.mark.slow
@pytest.mark.parametrize(("check", "shown", "bad"), CHECKS, ids=IDS)
def test_what_is_shown_is_fine(check: Check, shown: Callable[[], Shown], bad: str) -> None:
    findings = list(check(shown()))
    assert not findings, "\n".join(findings)


@pytest.mark.parametrize(("check", "shown", "bad"), CHECKS, ids=IDS)
def test_the_check_finds_what_is_not(check: Check, shown: Callable[[], Shown], bad: str) -> None:
    assert list(check({("en", "refill.left"): [bad]}))
    assert list(check({("en", "refill.left"): ["Fine."]})) == []


@pytest.mark.parametrize(("key", "bad"), [("is_mine.yes", 201), ("settle.bill_title", 33), ("refused.not-now", 201)])
def test_shorter_places_have_shorter_limits(key: str, bad: int) -> None:
    assert list(too_long({("en", key): ["x" * bad]}))
    assert list(too_long({("en", key): ["x" * (bad - 1)]})) == []


# ---------------------------------------------------------------- values are never markup


def free_words(tag: str, key: str) -> set[str]:
    """Words that are shown as they come: not numbers, nor what a filter reads as money or a time."""
    shown = set(re.findall(r"\{\{\s*(\w+)\s*\}\}", sentences(tag)[key]))
    return {word for word in shown if not isinstance(sample(key, word), int)}


FREE = [(tag, key) for tag, key in EVERY if free_words(tag, key)]
NASTY = st.text(st.sampled_from("<>&\"'/=;#{}%|\\b王𠮷 \n"), min_size=1, max_size=40) | st.text(min_size=1, max_size=40)


@given(st.sampled_from(FREE), NASTY)
def test_a_value_is_never_markup(where: tuple[str, str], text: str) -> None:
    tag, key = where
    assume(text.strip())
    template = sentences(tag)[key]
    values = {
        word: text if word in free_words(tag, key) else sample(key, word) for word in catalogue.variables(template)
    }
    said = WORDS.say(tag, key, values)
    assert set(TAG.findall(said)) <= set(TAG.findall(re.sub(r"\{[{%].*?[%}]\}", "", template)))
    shown = html.unescape(TAG.sub("", said))
    seen = [word for word in free_words(tag, key) if not _hidden(template, word)]
    assert all(text.strip() in shown for _ in seen)


def _hidden(template: str, word: str) -> bool:
    """Whether a condition may leave the word out."""
    return "{%" in template


@given(NASTY)
def test_a_value_in_a_line_or_a_label_is_never_markup(text: str) -> None:
    """Lines are sentences in a sentence; a label is plain text, where nothing is escaped."""
    assume(text.strip())
    lines = [("refill.line", {"drug": text, "boxes": 1, "sig": ""})] * 2
    said = WORDS.say("en", "refill.as_before", {"lines": lines, "paper": True})
    assert not TAG.findall(said)
    assert html.unescape(said).count(text) >= 2
    assert text.strip() in WORDS.label("en", "button.keep", {"label": text})


# ---------------------------------------------------------------- strictness


def test_a_missing_word_is_an_error_and_not_a_gap() -> None:
    with pytest.raises(UndefinedError):
        WORDS.say(BASE, "refill.line", {"boxes": 1})


@pytest.mark.parametrize("key", ["announce.notice", "arrived.group"])
def test_a_neighbours_group_hears_public_values_only(key: str) -> None:
    values = {word: sample(key, word) for word in catalogue.variables(sentences(BASE)[key])}
    shown = {word: Public(value) for word, value in values.items()}
    assert WORDS.say(BASE, key, shown, PlaceKind.COMPOUND) == WORDS.say(BASE, key, values)
    for word in values:
        with pytest.raises(NotPublic, match=word):
            WORDS.say(BASE, key, {**shown, word: values[word]}, PlaceKind.COMPOUND)


def test_units_are_utf16() -> None:
    assert (units(RARE), visible("<b>&amp;💊</b>")) == (2, 3)
