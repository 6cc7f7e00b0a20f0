"""One drug of a page: its text, sorted by what it can be, becomes what it says. How rows are gathered is drugs.py's."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Final

from bot.photo.columns import Column
from bot.photo.controlled import is_controlled
from bot.photo.counts import Count, boxes_of
from bot.photo.drugnames import only_marked, roman, unmarked
from bot.photo.formulary import Drug, Formulary
from bot.photo.latin import match_english
from bot.photo.match import Matched, match
from bot.photo.names import fold, take_apart
from bot.photo.reading import Field, ReadDrug
from bot.photo.rows import Row
from bot.photo.strength import BOX, Line, amounts, sound

_HOLE: Final = 1.8  # of the usual step from drug to drug
_SURE_MARK: Final = 0.8
_DOSE: Final = 9  # rank of an amount that is taken at a time
_APART: Final = 4  # heights of a line from a column of counts to a count that does not stand in it


@dataclass(slots=True)
class Block:
    """The text of one drug, sorted by what it can be."""

    row: int
    name: Field
    brand: str
    others: tuple[str, ...]
    marks: tuple[str, ...] = ()  # what its Roman mark can be
    sure: float = 0.0  # of the name before that
    strengths: list[tuple[int, Line, Field]] = field(default_factory=list[tuple[int, Line, Field]])  # lowest rank wins
    strength_row: int = -1
    boxes: list[Count] = field(default_factory=list[Count])
    counted: tuple[int, float] | None = None  # row and x of the count
    pack: int | None = None
    alone: set[int] = field(default_factory=set[int])  # numbers by themselves in a list without columns
    loose: set[int] = field(default_factory=set[int])  # tablets beside the strength, of a box or of all
    pieces: list[Count] = field(default_factory=list[Count])  # that stand by themselves beside the box
    all: set[int] = field(default_factory=set[int])  # pieces that stand by themselves anywhere but in the directions
    also: bool = False  # its count of boxes is said in pieces too: 3盒(15片)
    beside: set[int] = field(default_factory=set[int])  # bare numbers right behind a strength: 50mg 100
    sig: list[str] = field(default_factory=list[str])
    packed: set[int] = field(default_factory=set[int])  # rows that hold a strength with its pack
    rows: set[int] = field(default_factory=set[int])
    unmeant: bool = False  # marked as stopped, given back or not there
    unclear: bool = False  # of boxes more is said than one number
    told: set[int] = field(default_factory=set[int])  # numbers of boxes, in its directions too
    counts: set[int] = field(default_factory=set[int])  # rows that hold a count standing alone

    def is_double(self) -> bool:
        """Whether it holds the line of another drug, too: a second amount in a pack, or a second count."""
        return len(self.packed) > 1 or len(self.counts) > 1


def with_directions(blocks: Sequence[Block]) -> list[Block]:
    """Without the drugs that are named once more, further down, to say how they are taken: no strength, no count."""
    out: list[Block] = []
    for block in blocks:
        name = fold(block.name.value)
        first = next((b for b in out if len(name) > 2 and fold(b.name.value).startswith(name)), None)
        said = block.sig and not (block.strengths or block.boxes or block.pack or block.unmeant or block.unclear)
        if first is None or not said or not first.strengths or not first.boxes:
            out.append(block)
            continue
        first.sig += block.sig
        first.rows |= block.rows
    return out


def hole(blocks: Sequence[Block], rows: Sequence[Row]) -> bool:
    """Whether one drug of a list is further below the one before it than all others, with no more print in between."""
    at = sorted(b.row for b in blocks)
    steps = [(rows[b].y - rows[a].y, sum(row.lines for row in rows[a:b])) for a, b in pairwise(at)]
    if len(steps) < 2 or min(step for step, _ in steps) < 0.5 * rows[at[0]].h:
        return False
    usual, lines = min(step for step, _ in steps), min(n for _, n in steps)
    return any(step > _HOLE * usual and n <= lines for step, n in steps)


def settled(block: Block, listed: Formulary, history: Collection[str]) -> ReadDrug:
    """What a drug says for certain, and its match; the rest is to be asked."""
    ranked = sorted(block.strengths, key=lambda s: (s[0], not s[1].pack))
    line, strength = (ranked[0][1], ranked[0][2]) if ranked and ranked[0][0] < 9 else (None, Field("", 0.0))
    if not sound(strength.value) or not all(read.whole for rank, read, _ in ranked if rank < 9):
        strength = Field("", 0.0, strength.box)
    pack = (line.pack if line else None) or block.pack
    name, hit = _matched(block, strength.value, pack, listed, history)
    if hit.match == "exact" and strength.confidence < _SURE_MARK and _has_other_strength(hit.code, listed):
        hit = replace(hit, match="ask")  # one digit tells it from its sibling
    if hit.match == "unknown" and _lost_point(name.value, strength.value, listed):
        strength = Field("", 0.0, strength.box)
    known = listed.by_code(hit.code) if hit.code else None
    boxes = None if block.unclear or len(block.told) > 1 else _boxes(block, line, pack, known)
    pack = pack or _loose_pack(block, known, boxes)
    another = bool(known and pack and known.pack and known.pack != pack)  # shown and asked, never converted in silence
    if block.unmeant or another or _two_ways(block, line):
        hit, boxes = replace(hit, match="ask" if hit.code else "unknown"), None
        strength = strength if hit.code or not _two_ways(block, line) else Field("", 0.0, strength.box)
    if hit.match == "exact" and fold(name.value) == fold(hit.known):
        name = Field(hit.known, name.confidence, name.box)  # the same name, as the list writes it: (II) is (Ⅱ)
    return ReadDrug(
        name=name,
        strength=strength,
        pack=pack,
        boxes=boxes,
        match=hit.match,
        code=hit.code,
        sig="; ".join(dict.fromkeys(block.sig)),
        brand=block.brand,
        known=hit.known,
        controlled=bool(known and known.controlled) or is_controlled(block.name.value, block.brand),
    )


def all_given(blocks: Sequence[Block]) -> None:
    """Takes what stands beside the box of each drug for all that is given of it, where that is so many pieces
    everywhere, a number of whole boxes, and somewhere more than one. Of one drug alone it may be another box."""
    told = [b for b in blocks if b.pieces]
    packs = [{line.pack for rank, line, _ in b.strengths if line.pack and rank < _DOSE} for b in told]
    if len(told) < 2 or any(count.of_boxes for b in blocks for count in b.boxes) or any(len(p) != 1 for p in packs):
        return
    times = [(count.n, pack) for b, (pack,) in zip(told, packs, strict=True) for count in b.pieces]
    if all(n % pack == 0 for n, pack in times) and any(n > pack for n, pack in times):
        for b in told:
            b.boxes += b.pieces


def unitless(blocks: Sequence[Block]) -> frozenset[int]:
    """The drugs (by place) whose count is a bare number, where another of the page has its unit: a hand may have
    written over it."""
    bare = {n for n, b in enumerate(blocks) if b.boxes and not any(count.unit for count in b.boxes)}
    return frozenset(bare if any(count.of_boxes for b in blocks for count in b.boxes) else ())


def half_said(blocks: Sequence[Block]) -> frozenset[int]:
    """The drug (by place) whose count of boxes stands alone, where all others say the pieces too, 3盒(15片): the end of
    its own may be hidden."""
    alone = frozenset(n for n, b in enumerate(blocks) if b.boxes and not b.also)
    return alone if len(alone) == 1 and sum(b.also for b in blocks) == len(blocks) - 1 > 1 else frozenset()


def gaps(blocks: Sequence[Block], rows: Sequence[Row], columns: Sequence[Column]) -> tuple[tuple[int, float], ...]:
    """Where the counts that were not found should stand: as with the other drugs, else under their header."""
    done = [b for b in blocks if b.counted]
    head = next((c for c in columns if c.kind == "boxes"), None)
    out: list[tuple[int, float]] = []
    for b in blocks:
        if b.boxes or any(line.boxes for _, line, _ in b.strengths):
            continue
        near = min(done, key=lambda d: abs(d.row - b.row), default=None)
        if near is not None and near.counted is not None:
            with_name = near.counted[0] == near.row or b.strength_row < 0
            out.append((b.row if with_name else b.strength_row, near.counted[1]))
        elif head is not None:
            at = b.strength_row if b.strength_row >= 0 else b.row
            out.append((at, sum(head.at(rows[at].y)) / 2))
    return tuple(out)


def added(blocks: Sequence[Block], drugs: Sequence[ReadDrug], rows: Sequence[Row]) -> bool:
    """Whether the last drug is in another form than all others, as a clear hand adds it: its count beside its name
    where theirs stand in one column, and no box where theirs have one."""
    places = [b.counted[1] for b in blocks[:-1] if b.counted]
    if not 1 < len(places) == len(blocks) - 1 or drugs[-1].pack or not all(d.pack for d in drugs[:-1]):
        return False
    apart = _APART * rows[blocks[-1].row].h
    mine = blocks[-1].counted
    return max(places) - min(places) < apart and (mine is None or min(places) - mine[1] > apart)


def asked(drug: ReadDrug) -> ReadDrug:
    """The same drug, nothing of it certain: what is printed may not be what is meant."""
    return replace(drug, match="ask" if drug.code else "unknown", boxes=None)


def penned(drug: ReadDrug) -> ReadDrug:
    """``asked``, because a pen was there."""
    return replace(asked(drug), pen=True)


def nothing_of(drug: ReadDrug) -> ReadDrug:
    """A line that is there, and of which nothing is certain."""
    none = Field("", 0.0)
    return replace(
        drug,
        name=Field("", 0.0, drug.name.box),
        strength=none,
        pack=None,
        boxes=None,
        match="unknown",
        code="",
        sig="",
        brand="",
        known="",
    )


def _has_other_strength(code: str, listed: Formulary) -> bool:
    drug = listed.by_code(code)
    return drug is not None and any(d.folded == drug.folded and d.amounts != drug.amounts for d in listed.drugs)


def _two_ways(block: Block, line: Line | None) -> bool:
    """Whether a drug is printed with two counts, or with two strengths: one was written later."""
    boxes = {c.n for c in block.boxes if c.of_boxes} | block.alone
    if line and line.boxes and re.fullmatch(BOX, line.of):
        boxes.add(line.boxes)
    strengths = {amounts(read.strength) for rank, read, _ in block.strengths if rank < 9}
    pack = (line.pack if line else None) or block.pack
    written = block.beside - boxes - {pack} if pack else set[int]()  # neither the box nor the count
    return len(boxes) > 1 or len(strengths) > 1 or bool(written)


def _loose_pack(block: Block, known: Drug | None, boxes: int | None) -> int | None:
    """The tablets beside a strength, where they are neither those of the listed box nor of all the boxes."""
    if known is None or not known.pack or not boxes:
        return None
    return next((n for n in sorted(block.loose) if n not in (known.pack, known.pack * boxes)), None)


def _lost_point(name: str, strength: str, listed: Formulary) -> bool:
    """Whether the strength has the digits of the one that is listed for the drug, and another value: 25mg for 2.5mg."""
    core = take_apart(name).core
    known = {(_digits(d.strength), d.amounts) for d in listed.drugs if d.parts.core == core}
    return any(_digits(strength) == digits and amounts(strength) != value for digits, value in known)


def _digits(strength: str) -> str:
    return re.sub(r"[\D0]", "", strength)


def _boxes(block: Block, line: Line | None, pack: int | None, known: Drug | None) -> int | None:
    """Boxes as counted beside the strength, else by the best count of the block."""
    counts = [Count(line.boxes, line.of, 0)] if line and line.boxes else block.boxes
    boxes = boxes_of(counts, pack, line.unit if line else "", known is not None and known.pack == 1)
    held = pack or (known.pack if known else 0)
    said = [count.n for count in block.boxes if count.whole]
    said += [n for n in block.all if pack and n % pack == 0 and n != pack]  # 3盒 and 40片 of 10 in a box
    counted = {count.n for count in block.boxes if count.of_boxes and not count.whole}
    if boxes and counted and boxes not in counted:  # 共4盒 and 总量70片 of 14 in a box
        return None
    return None if boxes and held and any(n != boxes * held for n in said) else boxes


def _matched(
    block: Block, strength: str, pack: int | None, listed: Formulary, history: Collection[str]
) -> tuple[Field, Matched]:
    """The match of the name as read; failing that, of its unsure readings, which the person is asked about."""
    name = block.name
    if name.value.isascii() and any(c.isalpha() for c in name.value):
        return name, match_english(name.value, strength, listed, pack)
    own = only_marked(name.value, block.marks, listed) if block.sure >= _SURE_MARK else ""
    if own:
        hit = match(own, strength, listed, brand=block.brand, pack=pack, sure=block.sure)
        if hit.match == "exact":
            return Field(own, name.confidence, name.box), hit
    if name.confidence >= _SURE_MARK:
        name = Field(roman(name.value), name.confidence, name.box)
    hit = match(name.value, strength, listed, brand=block.brand, pack=pack, history=history, sure=name.confidence)
    bare = unmarked(name.value)
    if hit.match == "exact":
        return name, hit
    others = (*block.others, *((bare,) if bare else ()))
    again = {other: match(other, strength, listed, brand=block.brand, pack=pack) for other in others}
    right = {other: m for other, m in again.items() if m.match == "exact" and m.code == (hit.code or m.code)}
    if len({m.code for m in right.values()}) != 1:
        return name, hit
    other, found = next(iter(right.items()))
    shown = other
    if other == bare:
        clear = name.confidence >= _SURE_MARK and re.search(r"\([IVX]+\)$", name.value)
        shown = name.value if clear else found.known
    return Field(shown, name.confidence, name.box), Matched("ask", found.code, found.known, found.score, found.margin)
