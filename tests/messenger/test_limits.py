"""Lengths are counted as Telegram counts them, and what is too long is cut without breaking anything."""

from __future__ import annotations

import html
import re

from hypothesis import given
from hypothesis import strategies as st

from bot.messenger import limits

TAGS = ("b", "i", "u", "code", "blockquote")


def test_units_are_utf16() -> None:
    assert limits.units("药a😀") == 4
    assert limits.visible('<a href="https://x.example/?a=1&amp;b=2">药</a> &lt;😀&#33;') == 6


def test_a_short_text_stays() -> None:
    assert limits.cut("hello", 5) == "hello"
    assert limits.cut_html("<b>hello</b>", 5) == "<b>hello</b>"


def test_a_long_text_is_cut_with_an_ellipsis() -> None:
    assert limits.cut("hello", 4) == "hel…"
    assert limits.cut("ab😀cd", 4) == "ab…"
    assert limits.cut_html("<b>he<i>ll</i>o</b>", 4) == "<b>he<i>l</i></b>…".replace("</i></b>…", "…</i></b>")


def test_a_line_break_counts_and_stays() -> None:
    assert limits.cut_html("a\nbcd", 3) == "a\n…"


def test_a_stray_closing_tag_is_harmless() -> None:
    assert limits.cut_html("</b>abcdef", 3) == "</b>ab…"


texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=30)


@st.composite
def markup(draw: st.DrawFn) -> str:
    parts: list[str] = []
    for _ in range(draw(st.integers(0, 6))):
        inside = html.escape(draw(texts))
        tag = draw(st.sampled_from(["", *TAGS]))
        parts.append(f"<{tag}>{inside}</{tag}>" if tag else inside)
    outer = draw(st.sampled_from(["", *TAGS]))
    return f"<{outer}>{''.join(parts)}</{outer}>" if outer else "".join(parts)


@given(markup(), st.integers(1, 60))
def test_cut_markup_is_short_enough_well_formed_and_a_beginning(whole: str, limit: int) -> None:
    short = limits.cut_html(whole, limit)
    assert limits.visible(short) <= limit
    open_tags: list[str] = []
    for closing, name in re.findall(r"<(/?)(\w+)>", short):
        if not closing:
            open_tags.append(name)
        else:
            assert open_tags.pop() == name
    assert open_tags == []
    plain = html.unescape(re.sub(r"<[^>]*>", "", short))
    assert html.unescape(re.sub(r"<[^>]*>", "", whole)).startswith(plain.removesuffix(limits.ELLIPSIS))


@given(texts, st.integers(1, 40))
def test_cut_text_is_short_enough(text: str, limit: int) -> None:
    assert limits.units(limits.cut(text, limit)) <= limit


def test_limits_are_telegrams() -> None:
    assert (limits.TEXT, limits.CAPTION, limits.TOAST, limits.TOPIC) == (4096, 1024, 200, 128)
    assert (limits.DATA_BYTES, limits.BUTTONS, limits.ROW) == (64, 100, 8)
    assert (limits.TITLE, limits.DESCRIPTION, limits.PAYLOAD_BYTES) == (32, 255, 128)


@given(markup(), st.integers(2, 60))
def test_split_markup_is_whole_in_order_short_enough_and_well_formed(whole: str, limit: int) -> None:
    parts = limits.split_html(whole, limit)
    assert all(limits.visible(part) <= limit for part in parts)
    told = "".join(html.unescape(re.sub(r"<[^>]*>", "", part)) for part in parts)
    assert "".join(told.split()) == "".join(html.unescape(re.sub(r"<[^>]*>", "", whole)).split())
    for part in parts:
        open_tags: list[str] = []
        for closing, name in re.findall(r"<(/?)(\w+)>", part):
            if not closing:
                open_tags.append(name)
            else:
                assert open_tags.pop() == name
        assert not open_tags


def test_a_split_is_behind_a_line_else_behind_a_word_else_anywhere() -> None:
    assert limits.split_html("one two\nthree four", 12) == ["one two\n", "three four"]
    assert limits.split_html("one two three", 10) == ["one two ", "three"]
    assert limits.split_html("😀😀😀", 5) == ["😀😀", "😀"]
    assert limits.split_html('<a href="x">one</a> <b>two three</b>', 8) == [
        '<a href="x">one</a> <b>two </b>',
        "<b>three</b>",
    ]
    assert limits.split_html("short", 5) == ["short"]


def test_blank_parts_are_left_out() -> None:
    assert limits.split_html("one" + " " * 20 + "two", 5) == ["one  ", "two"]
    assert limits.split_html("", 5) == [""]
