"""The stretches of a row of one drug, sorted by what they can be: strength, pack, count, how it is taken."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from bot.photo.block import Block
from bot.photo.columns import Column, cells_of, column_at, column_of, counts_column, unit_column, unit_first
from bot.photo.counts import Count, all_in, also_all, counted, is_dose, loose_count, pieces, unit_alone, unpacked
from bot.photo.drugnames import SIG
from bot.photo.rows import Row
from bot.photo.strength import (
    AMOUNT,
    BOX,
    COUNTED,
    NO_DOSE,
    PACKED_RE,
    Line,
    boxes_first,
    count_in,
    find,
    is_count,
    loose_in,
    pack_beside,
    pack_in,
    tidy,
)

BARE_RE: Final = re.compile(r"[xX×*]?\s*\d{1,4}(?:\.00?)?")
ALONE_RE: Final = re.compile(AMOUNT, re.IGNORECASE)
_ALSO_RE: Final = re.compile(rf"\d\s*{BOX}\s*[(（]\s*\d{{1,4}}\s*(?:{COUNTED})")
_NUMBER_RE: Final = re.compile(r"\d{1,4}")
_IN_ALL_RE: Final = re.compile(rf"(?:共[计发取领给开配]?|总量|总计|[带取配开发领]药)\s?:?\s?(\d{{1,3}}\s?{BOX})")
_BOXED_RE: Final = re.compile(rf"(?P<pack>\d{{1,4}})\s?(?:{COUNTED})\s?[xX×*]\s?(?P<boxes>\d{{1,3}}\s?{BOX})(?!\s?/)")
_PIECES_IN_ALL_RE: Final = re.compile(
    rf"(?:共[计发取领给开配]?|总量|总计|[带取配开发领]药)\s?:?\s?(?P<n>\d{{1,4}})\s?(?:{COUNTED})"
)
_TIMES_RE: Final = re.compile(r"(\d{1,2})\s?[xX×]")
_RATIO_RE: Final = re.compile(r"\d{1,3}(?:\.\d+)?\s?%")


def gather(block: Block, row: Row, rest: str, i: int, columns: Sequence[Column]) -> None:
    """Sort the stretches of one row into strength, boxes and directions."""
    cells = [p for p in cells_of(row, columns) if rest[p[0] : p[1]].strip()]
    unit = _unit(row, rest, cells, columns)
    block.also |= _ALSO_RE.search(rest) is not None
    for n, (start, end, named) in enumerate(cells):
        text = rest[start:end]
        kind = "" if named == "amount" and is_count(text) else named  # 合计2盒
        column = kind or column_at(columns, row, start, end)
        before = len(block.boxes)
        if BARE_RE.fullmatch(text.strip()):
            column = "boxes" if not kind and counts_column(columns, row, cells, n) else column
            behind = n + 1 < len(cells) and not unit_first(columns)
            beside = unit_alone(rest[cells[n + 1][0] : cells[n + 1][1]]) if behind else ""
            text = text.rstrip() + (beside or (unit if column == "boxes" else ""))
            if kind == "" and column not in ("boxes", "pack") and (other := loose_count(text, not columns and n > 0)):
                block.alone.add(other)
        dose = (
            n + 1 < len(cells)
            and column != "strength"
            and ALONE_RE.fullmatch(tidy(text).strip())
            and SIG.match(rest[cells[n + 1][0] : cells[n + 1][1]].strip())
        )
        _sort(block, row, (start, text, "sig" if dose else kind, column), i)
        if is_count(text):
            block.counts.add(i)
        if len(block.boxes) > before and (block.counted is None or column == "boxes"):
            block.counted = (i, row.x_of((start + end) // 2))


def _unit(row: Row, rest: str, cells: Sequence[tuple[int, int, str]], columns: Sequence[Column]) -> str:
    """The unit of a number in the column of counts: of the column of units in this row, else of the header itself.

    A column of units without one in this row leaves the number unknown.
    """
    units = unit_column(columns)
    if units is not None:
        read = (unit_alone(rest[a:b]) for a, b, _ in cells if column_of(columns, row, a, b) is units)
        return next((u for u in read if u), "?")
    return next((c.unit for c in columns if c.kind == "boxes"), "")


def _sort(block: Block, row: Row, token: tuple[int, str, str, str], i: int) -> None:
    start, text, kind, column = token
    lines, plain = find(text), tidy(text).strip()
    boxed, plain = pack_beside(boxes_first(plain) if column == "boxes" else plain, anywhere=column == "boxes")
    block.pack = block.pack or boxed
    if column not in ("", "strength") and _RATIO_RE.fullmatch(plain):  # 自付比例 10%
        return
    if column == "boxes" and lines and (m := count_in(plain)) and m.start() == 0:  # two columns in one: 2盒 75mg
        _count(block, m[0], 0)
        block.sig.append(plain[m.end() :].strip())
        return
    packed = any(line.pack for line in lines)
    if column == "boxes" and not pack_in(plain) and (kind or not lines):
        how = SIG.search(plain)
        _pieces(block, plain, kind, column)
        _loose(block, plain[: how.start()] if how else plain, column)
        _count(block, plain[: how.start()].strip() if how else plain, 0)
        block.sig += [plain[how.start() :]] if how else []
    elif kind == "sig" or (SIG.search(plain) and not packed):
        _direction(block, text, plain)
    elif lines:
        _amounts(block, row, start, text, lines, i, column)
    elif (pack := _pack(plain, column)) is not None:
        block.pack = block.pack or pack
        left = unpacked(plain)
        _count(block, "" if left == plain else left, 3)  # 7片/盒)3盒
    elif kind in ("", "name"):
        _loose(block, plain, column)
        _pieces(block, plain, kind, column)
        _count(block, plain, 2 if column in ("no", "?", "sig", "name") else 1)


def _direction(block: Block, text: str, plain: str) -> None:
    """How it is taken, and what is given of it in all: 每日三次 7天 共3盒; what is not ticked says nothing."""
    if plain.startswith("□"):
        return
    if boxed := _BOXED_RE.match(plain):  # 20片×2盒 S.0.25g qd
        block.pack = block.pack or int(boxed["pack"])
        _count(block, boxed["boxes"], 1)
        plain = text = plain[boxed.end() :].strip()
    block.sig.append(re.sub(r"\s+", " ", text.strip()))
    if in_all := _IN_ALL_RE.search(plain):
        _count(block, in_all[1], 2)
    elif (pieces_in_all := _PIECES_IN_ALL_RE.search(plain)) and int(pieces_in_all["n"]) >= NO_DOSE:
        _count(block, pieces_in_all[0], 2)


def _loose(block: Block, plain: str, column: str) -> None:
    """Tablets that stand by themselves, but for a dose."""
    if column not in ("sig", "no", "?", "amount") and (n := loose_in(plain)):
        block.loose.add(n)


def _pieces(block: Block, plain: str, kind: str, column: str) -> None:
    """Pieces that are all of a stretch: beside the strength those of a box or of all; anywhere they may be all."""
    alone = pieces(plain)
    if alone is None:
        return
    block.pieces += [alone] if column in ("", "strength") else []
    block.all |= {alone.n} if alone.n >= NO_DOSE and not kind else set()


def _pack(plain: str, column: str) -> int | None:
    """Units in a box, beside the strength or in a column of their own."""
    if column == "pack" and (m := PACKED_RE.fullmatch(plain)):
        return int(m[1])
    alone = re.fullmatch(r"[xX×*]\s*(\d{1,4})\s*(?:片|粒|丸|吸|T|s)", plain)
    return pack_in(plain) or (int(alone[1]) if alone else None)


def _amounts(block: Block, row: Row, start: int, text: str, lines: Sequence[Line], i: int, column: str) -> None:
    rank = {"strength": 0, "sig": 9}.get(column, 2)
    shift = max(len(text) - len(tidy(text)), 0)
    for line in lines:
        end = min(start + line.value_end + shift, start + len(text))
        shown = row.field(start + line.start, end, line.strength)
        block.strengths.append((min(rank, 1) if line.pack else rank, line, shown))
        if rank < 9:
            block.strength_row = i if block.strength_row < 0 or line.pack else block.strength_row
        if line.pack and rank < 9:
            block.packed.add(i)
    before = re.sub(r"(?: of|(?<=[盒瓶筒罐])\s?[×xX*])$", "", tidy(text)[: lines[0].start].strip(" (["))
    if is_count(before):  # 2盒 氯沙坦钾片(50mg×7片)
        _count(block, before, 1)
    elif (m := _TIMES_RE.fullmatch(before)) and pack_in(tidy(text)) and not SIG.search(text):
        _count(block, f"{m[1]}盒", 1)  # 2 x Metformin 500mg (pack of 60); times a name alone it may be a dose
    _between(block, text, lines)
    tail = re.sub(r"^[,;]\s", "", tidy(text)[lines[-1].end :].strip()).strip()
    if tail:
        if rank < 9 and column in ("", "strength") and _NUMBER_RE.fullmatch(tail):
            block.beside.add(int(tail))
        _loose(block, tail, column)
        block.pieces += [n] if rank < 9 and (n := pieces(tail)) else []
        _count(block, left := unpacked(tail), 3 if lines[-1].per_box or left != tail else 1)
        block.pack = block.pack or pack_in(tail.lstrip(",;"))


def _between(block: Block, text: str, lines: Sequence[Line]) -> None:
    """The count between what a box holds and the dose: 5mg×7片/盒 1盒;5mg,每日1次."""
    count = tidy(text)[lines[0].end : lines[1].start].strip(" ,;") if lines[0].pack and len(lines) > 1 else ""
    if is_count(count):
        _count(block, count, 3)


def _count(block: Block, text: str, rank: int) -> None:
    """A count of boxes; bare numbers count only in a column or after a label of their own, or after a times sign."""
    if rank == 0 and text.endswith("?"):
        block.boxes.append(Count(0, "", rank))
        return
    if (whole := all_in(text)) is not None:
        block.boxes.append(replace(whole, rank=rank))
        return
    timed = re.match(r"[xX×*]", text) is not None
    short = re.match(r"[xX×*]?\s*\d{1,2}(?!\d)", text) is not None
    bare = rank == 0 or (short and (rank == 3 or (rank == 1 and timed)))
    count = counted(text, rank if rank != 1 or not bare else 2, bare=bare)
    if count is not None and not is_dose(replace(count, rank=rank)):
        block.boxes.append(replace(count, rank=rank) if count.unit else count)
        block.boxes += also_all(text)
