"""Strings that were cut between the two halves of a character (cases of 26 November, F9)."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend_client.pairs import paired
from backend_client.wire import dump, load

CUT = [
    (r"\ud83d", "\ufffd"),
    (r"a\uD83D", "a\ufffd"),
    (r"\ude00 b", "\ufffd b"),
    (r"\ud83d\ud83d\ude00", "\ufffd\U0001f600"),
    (r"\ud83d\n", "\ufffd\n"),
    (r"\ud83d\ude00", "\U0001f600"),
    (r"\\ud83d", r"\ud83d"),
    (r"\\\ud83d", "\\\ufffd"),
    (r"\"\ud83d\"", '"\ufffd"'),
]


@pytest.mark.parametrize(("told", "read"), CUT)
def test_half_a_character_is_told_as_one_that_is_not_known(told: str, read: str) -> None:
    value = load(b'{"name": "%s"}' % told.encode())["name"]
    assert value == read
    assert dump({"name": value})


@given(st.recursive(st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)))
def test_whatever_is_whole_stays_as_it_is(value: Any) -> None:
    for body in (json.dumps(value), json.dumps(value, ensure_ascii=False)):
        assert json.loads(paired(body.encode())) == value


@given(st.text(st.characters(categories=["Cs", "Ll", "Po"])))
def test_nothing_is_left_that_cannot_be_written(name: str) -> None:
    cut = json.loads(paired(json.dumps(name).encode()))
    assert cut.encode().decode() == cut
