"""The drug lines of a page: which rows belong to one drug, and what they say of it. Matching is match.py's."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Final

from bot.photo.controlled import is_controlled
from bot.photo.fields import Page
from bot.photo.formulary import Formulary
from bot.photo.labels import labelled
from bot.photo.match import match, split_brand
from bot.photo.names import ENDS_WITH_FORM, fold
from bot.photo.reading import Field, ReadDrug
from bot.photo.rows import Row
from bot.photo.strength import PACK_RE, Line, boxes_in, find, sound, tidy

_INDEX = re.compile(r"^[\s|]*(?:[\[(]?\d{1,2}[\]).、:,]\s*|\d{1,2}\s+(?=[\u4e00-\u9fff(\[])|[①-⑳]\s*|[*★※△▲●•·#-]+\s*)+")
_SIG = re.compile(
    r"每[次日天晚早周]|一次|一日|[1-4]次|口服|皮下|吸入用|外用|静滴|餐[前后中]|饭[前后]|睡前|必要时|早晚|(?<![a-z])(?:q[dnwhm]|bid|tid|qid|qod|b\.?i\.?d|t\.?i\.?d|q\.?d|prn|po|ih|sc|hs|am|pm)(?![a-z])",
    re.IGNORECASE,
)
_NOT_A_DRUG = re.compile(
    r"空白|处方|合计|医保|诊断|用法|用量|签名|有效|注意|核对|医院|医师|药师|元$|费用|方式|地址|电话|温馨|提示|说明|过敏|取药|以上|以下|本品|科$|审核|发药|遵医嘱|每[次日天晚早]|口服"
)
_TAGS: Final = frozenset({"甲", "乙", "丙", "甲类", "乙类", "基", "医保", "自费", "集采", "国谈", "国采", "带量", "进口", "国产", "合资", "非基", "精二", "慢"})
_HEADERS: Final = frozenset({"name", "strength", "boxes", "sig", "other", "amount"})


@dataclass(slots=True)
class _Block:
    """The text of one drug, sorted by what it can be."""

    row: int
    name: Field
    brand: str
    strengths: list[tuple[int, Line, Field]] = field(default_factory=list[tuple[int, Line, Field]])  # rank, lower first
    boxes: list[tuple[int, int]] = field(default_factory=list[tuple[int, int]])
    units: int | None = None
    pack: int | None = None
    sig: list[str] = field(default_factory=list[str])
    packed: set[int] = field(default_factory=set[int])  # rows that hold a strength with its pack


@dataclass(frozen=True, slots=True)
class Drugs:
    """``stray`` = an amount in a pack stands in the picture whose drug was not read."""

    drugs: tuple[ReadDrug, ...]
    stray: bool


def page_drugs(rows: Sequence[Row], page: Page, listed: Formulary, history: Collection[str] = ()) -> Drugs:
    """All drug lines, top to bottom, each matched against the formulary."""
    columns, header = _columns(rows)
    blocks: list[_Block] = []
    stray = False
    for i, row in enumerate(rows):
        if i == header or i in page.feet or (i in page.head and not find(row.text)):
            continue
        rest = row.text
        named = _names(row, listed, columns)
        for start, end, name, brand in named:
            blocks.append(_Block(i, row.field(start, end, name), brand))
            rest = rest[:start] + " " * (end - start) + rest[end:]
        if blocks and i <= _reach(blocks[-1], rows):
            if _continues(blocks[-1], row, i, listed):
                continue
            _gather(blocks[-1], row, rest, i, columns)
        elif any(line.pack for line in find(rest)):
            stray = True
    stray = stray or any(len(b.packed) > 1 for b in blocks)
    return Drugs(tuple(_drug(b, listed, history) for b in blocks), stray)


def _reach(block: _Block, rows: Sequence[Row]) -> int:
    """The last row that can belong to a block: no gap of more than five lines."""
    last = block.row
    for i in range(block.row + 1, len(rows)):
        if rows[i].y - rows[last].y > 5 * rows[block.row].h or i - block.row > 6:
            break
        last = i
    return last


def _columns(rows: Sequence[Row]) -> tuple[list[tuple[float, str]], int]:
    """Where the columns of a table stand, by its header; nothing for a list without one."""
    for i, row in enumerate(rows):
        marks = [m for m in labelled(row) if m.kind in _HEADERS and not row.text[m.start : m.end].strip(" :()")]
        if len({m.kind for m in marks}) >= 3 or {m.kind for m in marks} >= {"name", "strength"}:
            if not find(row.text):
                return [(row.x_of((m.at + m.start) // 2), m.kind if m.label not in ("天数", "单价", "金额") else "no") for m in marks], i
    return [], -1


def _column(columns: Sequence[tuple[float, str]], x: float) -> str:
    return min(columns, key=lambda c: abs(c[0] - x))[1] if columns else ""


def _tokens(row: Row) -> list[tuple[int, int, str]]:
    """Stretches of a row with the label before them ("" = none), split at gaps."""
    marks = labelled(row)
    cuts = [(0, marks[0].at if marks else len(row.text), "")]
    cuts += [(m.start, m.end, m.kind) for m in marks]
    out: list[tuple[int, int, str]] = []
    for start, end, kind in cuts:
        at = start
        for n, piece in enumerate(re.split(r"( {2,})", row.text[start:end])):
            if piece.strip():
                out.append((at, at + len(piece), kind if n == 0 or kind != "sig" else ""))
            at += len(piece)
    return out


def _names(row: Row, listed: Formulary, columns: Sequence[tuple[float, str]]) -> list[tuple[int, int, str, str]]:
    """Names in a row as (start, end, name, brand); a brand in a column of its own joins the name before it."""
    out: list[tuple[int, int, str, str]] = []
    for start, end, kind in _tokens(row):
        if kind not in ("", "name"):
            continue
        text = row.text[start:end]
        index = _INDEX.match(text)
        at = index.end() if index else 0
        amount = next(iter(find(text[at:])), None)
        until = at + amount.start if amount else len(text)
        raw = text[at:until].rstrip(" (:,*x×/-")
        found = _name(raw, listed, bool(index) or amount is not None or kind == "name")
        if found is None:
            continue
        name, brand = found
        if out and not ENDS_WITH_FORM.search(fold(name)) and _is_brand(name, listed):
            out[-1] = (*out[-1][:3], name)
            continue
        lead = len(raw) - len(raw.lstrip())
        out.append((start + at + lead, start + at + len(raw), name, brand))
    return out


def _name(raw: str, listed: Formulary, invited: bool) -> tuple[str, str] | None:
    """(name, brand) when the text can be a drug; ``invited`` = an index before it or an amount after it says so."""
    text = re.sub(r"\[([^\[\]]*)\]", r"(\1)", raw)
    name, brand = split_brand(text)
    brand = "" if brand in _TAGS else brand
    pieces = [p for p in re.split(r"[\s/]+", name) if p and p not in _TAGS]
    ended = [p for p in pieces if ENDS_WITH_FORM.search(fold(p)) and len(p) > 2]
    if ended and len(pieces) > 1:
        brand = brand or next((p for p in pieces if p not in ended and re.fullmatch(r"[\u4e00-\u9fffA-Z0-9]{2,8}", p)), "")
        name = ended[0]
    else:
        name = "".join(pieces)
    han = len(re.findall(r"[\u4e00-\u9fff]", name))
    if han < 2 or _NOT_A_DRUG.search(name) or re.search(r"(?<![A-Za-z\d])\d+\s*(?:片|粒|丸|支|袋|次|天|盒|瓶|岁|级|型)", name):
        return None
    folded = fold(name)
    if any(folded in (d.folded, d.folded_brand, d.parts.core) for d in listed.drugs):
        return name, brand
    formed = ENDS_WITH_FORM.search(folded)
    if formed and formed.start() >= 2 and not _SIG.search(name):
        return name, brand
    return (name, brand) if invited and han >= 3 and not _SIG.search(name) and len(name) <= 24 else None


def _is_brand(text: str, listed: Formulary) -> bool:
    return any(d.folded_brand == fold(text) for d in listed.drugs)


def _continues(block: _Block, row: Row, i: int, listed: Formulary) -> bool:
    """The second line of a long name: no form so far, and the two together end with one."""
    if i != block.row + 1 or ENDS_WITH_FORM.search(fold(block.name.value)):
        return False
    text = row.text.strip()
    joined = block.name.value + re.sub(r"\s", "", text)
    if not re.fullmatch(r"[\u4e00-\u9fff()IVX\d]{1,14}", re.sub(r"\s", "", text)) or not ENDS_WITH_FORM.search(fold(joined)):
        return False
    sure = min(block.name.confidence, row.sureness(0, len(row.text)))
    block.name = Field(joined, sure, block.name.box)
    return True


def _gather(block: _Block, row: Row, rest: str, i: int, columns: Sequence[tuple[float, str]]) -> None:
    """Sort the stretches of one row into strength, boxes and directions."""
    for start, end, kind in _tokens(row):
        text = rest[start:end]
        if not text.strip():
            continue
        column = kind or (_column(columns, row.x_of((start + end) // 2)) if columns else "")
        lines = find(text)
        plain = tidy(text).strip()
        if column == "boxes":
            _count(block, plain, 0)
        elif kind == "sig" or _SIG.search(plain) and not any(line.pack for line in lines):
            block.sig.append(re.sub(r"\s+", " ", text.strip()))
        elif lines:
            _amounts(block, row, start, text, lines, i, column)
        elif (m := PACK_RE.search(plain)) or (m := re.fullmatch(r"[xX×*]\s*(\d{1,4})\s*(?:片|粒|丸|吸|T|s)", plain)):
            block.pack = block.pack or int(m[1])
        elif kind in ("", "name"):
            _count(block, plain, 1 if column not in ("no", "sig", "name") else 2)


def _amounts(block: _Block, row: Row, start: int, text: str, lines: Sequence[Line], i: int, column: str) -> None:
    rank = {"strength": 0, "sig": 9}.get(column, 2)
    for line in lines:
        shift = len(text) - len(tidy(text))
        shown = row.field(start + line.start, min(start + line.end + max(shift, 0), start + len(text)), line.strength)
        block.strengths.append((min(rank, 1) if line.pack else rank, line, shown))
        if line.pack and rank < 9:
            block.packed.add(i)
    tail = tidy(text)[lines[-1].end :]
    if tail.strip():
        _count(block, tail.strip(), 1)
        block.pack = block.pack or (int(m[1]) if (m := PACK_RE.search(tail)) else None)


def _count(block: _Block, text: str, rank: int) -> None:
    """A count of boxes; bare numbers count only in a column or after a label of their own."""
    boxes = boxes_in(text)
    if boxes is not None:
        block.boxes.append((rank, boxes))
    elif rank == 0 and (m := re.fullmatch(r"[xX×*]?\s*(\d{1,4})\s*(片|粒|丸|吸|T|s)?", text)):
        if m[2]:
            block.units = int(m[1])
        else:
            block.boxes.append((rank, int(m[1])))
    elif rank == 1 and (m := re.fullmatch(r"[xX×*]\s*(\d{1,2})", text)):
        block.boxes.append((rank + 1, int(m[1])))


def _drug(block: _Block, listed: Formulary, history: Collection[str]) -> ReadDrug:
    ranked = sorted(block.strengths, key=lambda s: s[0])
    line, strength = (ranked[0][1], ranked[0][2]) if ranked and ranked[0][0] < 9 else (None, Field("", 0.0))
    if not sound(strength.value):
        strength = Field("", 0.0, strength.box)
    pack = (line.pack if line else None) or block.pack
    boxes = line.boxes if line and line.boxes else min(block.boxes, default=(0, None))[1]
    if boxes is None and block.units and pack and block.units % pack == 0:
        boxes = block.units // pack
    if boxes is None and pack and line and line.unit in ("支", "袋", "贴", "包"):
        boxes, pack = pack, None
    hit = match(block.name.value, strength.value, listed, brand=block.brand, pack=pack, history=history, sure=block.name.confidence)
    known = listed.by_code(hit.code) if hit.code else None
    return ReadDrug(
        name=block.name,
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
