"""Stored data under another release: what it does not know is dropped, what it lacks has its default, or it is told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, make_dataclass
from decimal import Decimal
from enum import Enum
from typing import Any, Literal, NewType

import pytest

from bot.decoding import Kept, Unreadable, arguments, decoder, jsonable


class Colour(Enum):
    RED = "red"
    OTHER = "other"

    @classmethod
    def _missing_(cls, value: object) -> Colour:
        return cls.OTHER


class Strict(Enum):
    YES = "yes"


Number = NewType("Number", int)


@dataclass(frozen=True)
class Leaf:
    name: str
    share: Decimal = Decimal("0.5")


@dataclass(frozen=True)
class Tree:
    leaf: Leaf
    leaves: tuple[Leaf, ...] = ()
    colour: Colour = Colour.RED
    by: Mapping[int, Leaf] = field(default_factory=dict[int, Leaf])
    two: tuple[int, str] = (1, "a")
    names: frozenset[str] = frozenset()
    state: Literal["open", "done"] | str = "open"
    inner: Tree | None = None
    number: Number = Number(7)
    anything: Any = None


WHOLE = Tree(Leaf("a"), (Leaf("b", Decimal("1.25")),), Colour.OTHER, {3: Leaf("c")}, (2, "b"), frozenset({"x", "y"}),
             "done", Tree(Leaf("d")), Number(9), {"any": [1]})  # fmt: skip


def test_what_is_written_is_read_again():
    assert decoder(Tree)(jsonable(WHOLE)) == WHOLE
    assert Kept(Tree).loads(Kept(Tree).dumps(WHOLE)) == WHOLE
    assert decoder(Tree) is decoder(Tree)


def test_a_newer_release_wrote_it():
    newer = {"leaf": {"name": "a", "later": 1}, "later": {}, "colour": "mauve", "state": "waiting", "two": None}
    assert decoder(Tree)(newer) == Tree(Leaf("a"), colour=Colour.OTHER, state="waiting")


@pytest.mark.parametrize(
    ("hint", "value", "why"),
    [
        (Tree, {}, "Tree.leaf: missing"),
        (Tree, {"leaf": {"name": 5}}, "Tree.leaf: Leaf.name: no text"),
        (Tree, {"leaf": {"name": None}}, "Tree.leaf: Leaf.name: no text"),
        (Tree, [], "Tree: no object"),
        (Leaf, {"name": "a", "share": "Ann Lee"}, "Leaf.share: no decimal"),
        (Strict, "no", "unknown Strict"),
        (Strict, [], "unknown Strict"),
        (Literal["a", 1], True, "unknown value"),
        (tuple[int, ...], "12", "no list"),
        (tuple[int, str], [1], "not 2 values"),
        (int, True, "no whole number"),
        (int, 1.0, "no whole number"),
        (float, "1", "no number"),
        (bool, 1, "no truth value"),
        (int | bool, "x", "none of its kinds"),
        (Mapping[int, str], {"x": "a"}, "no whole number"),
        (None | Leaf, {}, "Leaf.name: missing"),
    ],
    ids=str,
)
def test_what_does_not_fit_is_unreadable_and_the_reason_holds_no_value(hint: Any, value: Any, why: str):
    with pytest.raises(Unreadable) as caught:
        decoder(hint)(value)
    assert str(caught.value) == why


@pytest.mark.parametrize("hint", [Leaf | Tree, bytes, tuple[bytes, ...], complex])
def test_a_type_that_cannot_be_stored_is_noticed_when_the_reader_is_made(hint: Any):
    with pytest.raises(TypeError, match="stored data"):
        decoder(hint)


def test_arguments_are_read_by_the_signature():
    def call(to: object, leaf: Leaf, times: int = 1) -> None: ...

    read = arguments(call, given=1)
    assert read({"leaf": {"name": "a"}, "later": 1}) == {"leaf": Leaf("a")}
    with pytest.raises(Unreadable, match=r"call\.leaf: missing"):
        read({"times": 2})


def test_an_older_format_is_turned_into_this_one_and_a_later_one_is_unreadable():
    older = make_dataclass("Older", [("called", str)])
    text = Kept(older).dumps(older("a"))
    now = Kept(Leaf, 2, {1: lambda document: {"name": document["called"]}})
    assert now.loads(text) == Leaf("a")
    assert now.loads(now.dumps(Leaf("b"))) == Leaf("b")
    with pytest.raises(Unreadable, match="Leaf: written by a later release"):
        Kept(Leaf).loads(now.dumps(Leaf("b")))
    for text in ("", "[]", "{", '{"format": "x", "name": "a"}'):
        with pytest.raises(Unreadable):
            now.loads(text)
