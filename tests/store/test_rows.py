"""Rows and contents to columns and back, for every value the model allows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Literal, get_args, get_origin, get_type_hints

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import model
from bot.decoding import decoder
from bot.store.rows import CODECS, CONTENTS, Codec, contents, dump
from bot.store.schema import optional, table_of
from tests.inputs import inputs
from tests.store.kit import BOT, KEYS

WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
NUMBERS = st.integers(-(2**63), 2**63 - 1)
JSON = st.recursive(
    st.none() | st.booleans() | NUMBERS | WORDS,
    lambda inner: st.lists(inner) | st.dictionaries(WORDS, inner),
    max_leaves=4,
)


def values(hint: Any) -> st.SearchStrategy[Any]:
    hint, empty = optional(hint)
    if empty:
        return st.none() | values(hint)
    if get_origin(hint) is Literal:
        return st.sampled_from(get_args(hint))
    if get_origin(hint) is Mapping:
        return st.dictionaries(WORDS, JSON, max_size=3)
    if get_origin(hint) is tuple:
        return st.lists(values(get_args(hint)[0]), max_size=3).map(tuple)
    if is_dataclass(hint) and isinstance(hint, type):
        return rows(hint)
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return st.sampled_from(list(hint))
    return {int: NUMBERS, str: WORDS, bool: st.booleans()}[hint]


def rows(kind: type) -> st.SearchStrategy[Any]:
    hints = get_type_hints(kind)
    return st.builds(kind, **{field.name: values(hints[field.name]) for field in fields(kind)})


@pytest.mark.parametrize("kind", model.SHAPES, ids=lambda kind: kind.__name__)
@inputs(25)
@given(data=st.data())
def test_every_row_survives_its_columns(kind: type, data: st.DataObject):
    row = data.draw(rows(kind))
    codec = CODECS[kind]
    columns = codec.encode(row, KEYS, BOT)
    assert set(columns) == set(codec.selected)
    back = codec.decode([columns[name] for name in codec.selected], KEYS, BOT)
    stands = replace(row, version=row.version + 1)
    assert back == stands
    assert repr(back) == repr(stands)


@pytest.mark.parametrize("kind", CONTENTS)
@inputs(25)
@given(data=st.data())
def test_every_content_survives_its_body(kind: str, data: st.DataObject):
    content = data.draw(rows(CONTENTS[kind]))
    assert contents(kind)(orjson.loads(dump(content))) == content


def test_empty_facts_of_two_rows_are_two_dicts():
    codec = CODECS[model.Person]
    columns = codec.encode(model.Person(7), KEYS, BOT)
    one, two = (codec.decode([columns[name] for name in codec.selected], KEYS, BOT) for _ in range(2))
    assert one.facts == {}
    assert one.facts is not two.facts


def test_every_content_of_the_model_is_kept():
    assert set(CONTENTS.values()) == set(get_args(model.Content))


def test_what_is_no_dict_or_list_is_kept_as_one():
    assert dump(MappingProxyType({"a": (1, 2)})) == b'{"a":[1,2]}'
    assert dump({"a": frozenset({2, 1})}) == b'{"a":[1,2]}'
    with pytest.raises(TypeError, match="not JSON serializable: object"):
        dump(object())


@dataclass(frozen=True)
class Part:
    name: str
    kind: model.PlaceKind = model.PlaceKind.PRIVATE
    note: model.PlaceKind | None = None


def test_values_written_by_older_and_newer_code_are_read():
    read = decoder(tuple[Part, ...])
    assert read([{"name": "a"}, {"name": "b", "kind": "review", "later": 1}]) == (
        Part("a"),
        Part("b", model.PlaceKind.REVIEW),
    )
    assert decoder(Part | None)(None) is None
    assert decoder(Part | None)({"name": "a", "note": "review"}) == Part("a", note=model.PlaceKind.REVIEW)


@dataclass(frozen=True)
class Odd(model.Row):
    id: str
    share: float
    version: int = 0


def test_a_field_that_no_column_can_hold_is_noticed_when_the_tables_are_made(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(model.SHAPES, Odd, model.Shape("odd", "id", (), False))
    with pytest.raises(TypeError, match="no column type for <class 'float'>"):
        table_of(Odd)
    with pytest.raises(TypeError, match="no column reader for <class 'float'>"):
        Codec(Odd)
