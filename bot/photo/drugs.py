"""The drug lines of a page: which rows belong to one drug, and what they say of it. Matching is match.py's."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from bot.photo.block import (
    Block,
    added,
    all_given,
    asked,
    gaps,
    half_said,
    hole,
    nothing_of,
    penned,
    settled,
    unitless,
    with_directions,
)
from bot.photo.columns import Column, column_at, columns_of, list_number, pushed
from bot.photo.controlled import is_controlled
from bot.photo.counts import crowded, told_in, unclear
from bot.photo.drugnames import (
    SIG,
    Named,
    blanked,
    english_names,
    has_form,
    is_listed,
    is_torn,
    joined,
    names_in,
    tokens,
    torn_in,
)
from bot.photo.fields import Page
from bot.photo.formulary import Formulary
from bot.photo.gathering import ALONE_RE, BARE_RE, gather
from bot.photo.labels import labelled
from bot.photo.latin import in_english
from bot.photo.names import edits, fold
from bot.photo.reading import Field, ReadDrug
from bot.photo.rows import Row
from bot.photo.strength import BOX, find, is_count, tidy, unled
from bot.photo.sums import Held, compared, ended, of_a_service

# Stopped, given back, out of stock, own supply: a line that may not be meant
_UNMEANT_RE: Final = re.compile(
    r"[(（\[]\s*(?:已?退|退药|停|作废|取消|删)\s*[)）\]]|停用|已停|暂停|停服|退药|已退|改[为成]?\s*\d|缺货|缺药|无货|自备|取消|未取|不取"
    r"|作废|[自外]带|欠药|无药|没[有药]|待[发取]|用完|已用|家[里中]|还有|够[吃用]|已有|先不|暂不|不[要用需开买拿]|自购|外购|改用|换成"
    r"|拒[绝服取领配收]|不愿|未[配发领买]|放弃|撤[销回]|删除|误[开写]|重复开"
    r"|(?i:(?<![a-z-])(?:stopped|stop(?=\s*(?:[,;.)\]]|now|today|$|\s\s))|discontinued?|d/c|on hold|withheld"
    r"|cancell?(?:ed)?|out of stock|unavailable|back-?ordered|owing|owed|own supply"
    r"|not (?:given|dispensed|supplied|available|in stock|required|needed)"
    r"|(?:left|enough|still [\w ]{0,12}) at home|declined|refused|returned|omit(?:ted)?|deleted)(?![a-z]))"
)
_BRAND_RE: Final = re.compile(r"^[\s\d.、()\[\]]*商品名称?(?=[\s:])")  # the label of a row
_ADVICE_RE: Final = re.compile(  # what stands under it is of no drug, nor what stands behind it
    r"\s*[\[(【]?(?:(?:健康|生活|饮食|运动|出院|用药)?(?:指导|教育|提示|提醒|须知|医嘱)|(?:温馨|友情|特别)(?:提示|提醒)|注意事项)[\])】]?\s*:?\s*"
    r"|\s*(?:建议|(?:健康)?宣教|随访|复诊|注意事项|(?:温馨|友情)提示)\s*:.*"
)
_REMARK: Final = 8  # letters of a row that says nothing else: (本药停用); in English three times as many
_ABOVE: Final = 1.6  # heights of a line from what a pen wrote to the print under it
_SAYS_RE: Final = re.compile(rf"{SIG.pattern}|用[法量]|备注|说明|嘱|[取领配发]\s?\d", re.IGNORECASE)  # of its drug
_NUMBER_RE: Final = re.compile(r"\s*(?P<opens>[\[(]?)\d{1,2}\s?(?P<closes>[\])、.])")  # of a drug in the list
_SURE_WORDS: Final = 0.9  # behind a count, as 口服; a pen's scrawl is read as some word, and not surely
_HARDLY: Final = 2  # letters of a name of which all else is hidden
_OF_ALL_RE: Final = re.compile(r"(?:商品|药品|合计|总)?件数\s*:?\s*\d{1,3}\s?件?")  # of a slip of a shop
_BEGUN: Final = 2  # characters of a listed name, of which the rest is hidden or misread
_BEFORE_A_COUNT_RE: Final = re.compile(
    rf"\s*[\[(]?\d{{1,2}}[\]).、]\s?(?=\d{{1,2}}\s?(?:{BOX}\s?[\u4e00-\u9fff]|(?:[xX×]|box(?:es)?|packs?)\s+[A-Za-z]))"
)  # 1)2盒氯沙坦钾片, 1. 2 x Metformin
_REACH: Final = 6  # rows a drug may take


@dataclass(frozen=True, slots=True)
class Drugs:
    """Among ``drugs`` is each line that shows a drug by an amount in a pack, a count, its number in the list or a torn
    name, and of which no name was read: unknown, with nothing in it. ``lost`` = one is missing whole.

    ``gaps`` are places (row, x) where a count of boxes should stand and was not found. ``short`` = the page itself says
    of more drugs than were read, or of fewer.
    """

    drugs: tuple[ReadDrug, ...]
    lost: bool
    gaps: tuple[tuple[int, float], ...] = ()
    rows: tuple[int, ...] = ()  # that hold the drugs
    short: bool = False
    ended: bool = False  # nobody signs the list, and yet it is there to its end
    lines: tuple[tuple[int, ...], ...] = ()  # of each drug: its name's, its strength's, its count's


def page_drugs(rows: Sequence[Row], page: Page, listed: Formulary, history: Collection[str] = ()) -> Drugs:
    """All drug lines, top to bottom, each matched against the formulary."""
    columns, header = columns_of(rows)
    services = {i for i, row in enumerate(rows) if of_a_service(row)}
    others = {header, *page.feet, *services}
    free = [i for i, row in enumerate(rows) if i not in others and (i not in page.head or find(row.text))]
    named = _named(rows, free, columns, listed)
    blocks, unread = _gathered(rows, free, named, columns, page, listed)
    blocks = with_directions([b for b in blocks if not _mere_words(b, rows, columns, listed)])
    for n, block in enumerate(blocks):
        _written_above(block, blocks[n - 1] if n else None, rows)
    unread |= {i for b in blocks for some in (b.packed, b.counts) for i in sorted(some)[1:]}
    done = sum(list_number(rows[i], columns) > 0 for i in services)  # a bill numbers what is done too
    shown = len(blocks) + len(unread) + done
    lost = hole(blocks, rows) or any(list_number(rows[b.row], columns) > shown for b in blocks)  # the fourth of three
    held = tuple(sorted(i for b in blocks for i in b.rows))
    blocks = _by_number(blocks, rows, columns)
    all_given(blocks)
    drugs = tuple(settled(b, listed, history) for b in blocks)
    drugs = tuple(replace(asked(d), sig="") if b.is_double() else d for b, d in zip(blocks, drugs, strict=True))
    if blocks and added(blocks, drugs, rows):
        drugs = (*drugs[:-1], penned(drugs[-1]))
    sums = compared(
        rows, [Held(frozenset(b.rows), d.boxes, d.pack) for b, d in zip(blocks, drugs, strict=True)], page.amount
    )
    unproved = sums.unproved | unitless(blocks) | half_said(blocks)
    drugs = tuple(replace(d, boxes=None) if n in unproved else d for n, d in enumerate(drugs))
    lines = tuple(tuple(sorted({b.row, b.strength_row, b.counted[0] if b.counted else b.row} - {-1})) for b in blocks)
    over = bool(lines) and ended(rows, max(map(max, lines)))
    drugs = tuple(nothing_of(d) if d.match == "unknown" and is_torn(d.name.value, listed) else d for d in drugs)
    drugs, lines = _with_unread(drugs, lines, sorted(unread), rows)
    return Drugs(drugs, lost, gaps(blocks, rows, columns), held, sums.short, over, lines)


def _gathered(
    rows: Sequence[Row],
    free: Sequence[int],
    named: Mapping[int, Sequence[Named]],
    columns: Sequence[Column],
    page: Page,
    listed: Formulary,
) -> tuple[list[Block], set[int]]:
    """A block for each name, with the rows that belong to it; and the rows that show a drug whose name was not read."""
    numbers = [_NUMBER_RE.match(rows[i].text) for i in free if named[i]]
    marks = {m["opens"] + m["closes"] for m in numbers if m}
    blocks: list[Block] = []
    unread: set[int] = set()
    told, alone = False, False
    for i in _in_reading_order(rows, free, named):
        row = rows[i]
        told = not named[i] and (told or _ADVICE_RE.fullmatch(row.text) is not None)
        if blocks and (told or _of_no_drug(row.text.strip(), i, blocks[-1], page.feet)):
            continue
        for n in named[i]:
            found = Block(i, row.field(n.start, n.end, n.name), n.brand, n.others, n.marks, n.sure)
            _open(blocks, found, rows, listed)
        number = _BEFORE_A_COUNT_RE.match(row.text)
        places = [*([number.span()] if number else []), *((n.start, n.end) for n in named[i])]
        rest = unled(blanked(row.text, places))
        alone = not named[i] and (alone or _nameless(row, marks) or torn_in(row, listed))  # and what stands under it
        if blocks and i <= _reach(blocks[-1], rows) and not alone:
            blocks[-1].rows.add(i)
            most = _REMARK * (3 if row.text.isascii() else 1)
            short = i == blocks[-1].row or len(row.text.strip()) <= most  # a sentence may say when to stop taking it
            blocks[-1].unmeant |= short and _UNMEANT_RE.search(row.text) is not None
            blocks[-1].unclear |= unclear(row.text) or any(row.sureness(*at) < _SURE_WORDS for at in crowded(row.text))
            blocks[-1].told |= told_in(row.text) if i == blocks[-1].row or _SAYS_RE.search(row.text) else set()
            gather(blocks[-1], row, _continued(blocks[-1], row, i, rest), i, columns)
        elif _shows_a_drug(row, rest, marks, listed) or (blocks and _bare_count(row)):
            unread.add(i)
    return blocks, unread


def _with_unread(
    drugs: Sequence[ReadDrug], lines: Sequence[tuple[int, ...]], unread: Sequence[int], rows: Sequence[Row]
) -> tuple[tuple[ReadDrug, ...], tuple[tuple[int, ...], ...]]:
    """The drugs and their lines with those of which no name was read, each in its place on the page."""
    all_ = [*zip(drugs, lines, strict=True)]
    for i in unread:
        at = next((n for n, (_, line) in enumerate(all_) if rows[min(line)].y > rows[i].y), len(all_))
        above, held = all_[at - 1] if at else (None, ())
        if above and not above.name.value and _bare_count(rows[i]):  # of the line that was not read either
            all_[at - 1] = (above, (*held, i))
            continue
        name = Field("", 0.0, rows[i].field(0, len(rows[i].text), "").box)
        all_.insert(at, (ReadDrug(name, Field("", 0.0), None, None, "unknown"), (i,)))
    return tuple(d for d, _ in all_), tuple(line for _, line in all_)


def _named(
    rows: Sequence[Row], free: Sequence[int], columns: Sequence[Column], listed: Formulary
) -> dict[int, list[Named]]:
    """The names in each row. A table in Chinese may name its drugs in English, as in Taiwan and Hong Kong: where no
    name in it is Chinese."""

    def found(names: Callable[[Row, Formulary], list[Named]]) -> dict[int, list[Named]]:
        return {i: [n for n in names(rows[i], listed) if _may_stand(rows[i], n, columns, listed)] for i in free}

    if in_english(row.text for row in rows):
        return found(english_names)
    chinese = found(names_in)
    if not columns or any(has_form(n.name) or is_listed(n.name, listed) for some in chinese.values() for n in some):
        return chinese
    english = {i: [n for n in some if find(rows[i].text[n.end :])] for i, some in found(english_names).items()}
    return english if any(english.values()) else chinese


def _written_above(block: Block, before: Block | None, rows: Sequence[Row]) -> None:
    """An amount right above a drug's line that is not the only one of the drug before it: whose it is, is asked."""
    row = rows[max(block.row - 1, 0)]
    near = 0 < rows[block.row].y - row.y < _ABOVE * row.h
    if (
        near
        and block.strengths
        and ALONE_RE.fullmatch(tidy(row.text).strip())
        and (before is None or len(before.strengths) > 1)
    ):
        block.strengths.append((3, find(row.text)[0], Field("", 0.0)))


def _open(blocks: list[Block], new: Block, rows: Sequence[Row], listed: Formulary) -> None:
    """A new drug, or the last one again under its other name."""
    again = (_by_label(blocks[-1], new, rows) or _other_name(blocks[-1], new, rows, listed)) if blocks else None
    if again is None:
        blocks.append(new)
        return
    named, brand = again
    blocks[-1].name, blocks[-1].brand = named.name, brand
    blocks[-1].rows.add(new.row)


def _by_label(last: Block, new: Block, rows: Sequence[Row]) -> tuple[Block, str] | None:
    """The name and the brand of one drug, each in a row of its own with its label, whichever comes first."""
    if last.strengths or last.brand or new.row > _reach(last, rows):
        return None
    branded = [_BRAND_RE.search(rows[b.row].text) is not None for b in (last, new)]
    if branded == [False, True]:
        return last, new.name.value
    return (new, last.name.value) if branded == [True, False] else None


def _other_name(last: Block, new: Block, rows: Sequence[Row], listed: Formulary) -> tuple[Block, str] | None:
    """The better name and the brand, when the generic name stands under the brand, or the brand under the name."""
    bare = not (last.strengths or last.boxes) and new.row == last.row + 1  # a row of its own, above all the rest
    if last.others or not (bare or last.strengths) or new.row > _reach(last, rows):
        return None
    if not bare and find(rows[new.row].text):
        return None
    names = (fold(last.name.value), fold(new.name.value))
    for drug in listed.drugs:
        if drug.folded_brand and names in ((drug.folded_brand, drug.folded), (drug.folded, drug.folded_brand)):
            return (new if names[0] == drug.folded_brand else last), drug.brand
    bracketed = re.fullmatch(r"\s*\(.*\)\s*", rows[new.row].text)
    if bare or not bracketed or has_form(last.name.value) or is_listed(new.name.value, listed):
        return None
    if not is_listed(last.name.value, listed):
        return new, last.name.value
    misread = any(d.folded_brand == names[0] and edits(d.folded, names[1], 2) <= 2 for d in listed.drugs)
    return (last, last.name.value) if misread else None  # a brand over quite another name is no certain drug


def _may_stand(row: Row, named: Named, columns: Sequence[Column], listed: Formulary) -> bool:
    """Not in the column of the makers or of how it is taken; a name with its form, or a listed one, stands anywhere."""
    column = column_at(columns, row, named.start, named.end)
    if column == "brand":
        return is_listed(named.name, listed)  # and not of the name beside it, or drugnames.py had joined them
    placed = column in ("", "name", "strength") or (column == "no" and named.name[:1].isascii())  # words are no number
    return (
        placed or has_form(named.name) or is_listed(named.name, listed) or pushed(row, columns, named.start, named.end)
    )


def _of_no_drug(text: str, i: int, last: Block, feet: Collection[int]) -> bool:
    """A number alone below a foot is no count: the star of a seal is read as 4; nor is that of all boxes of a slip."""
    if BARE_RE.fullmatch(text):
        return any(last.row < foot < i for foot in feet)
    return _OF_ALL_RE.fullmatch(text) is not None and bool(last.boxes) and last.row < i


def _bare_count(row: Row) -> bool:
    """A count of boxes without a drug: its line is hidden."""
    return any(is_count(row.text[start:end]) for start, end, _ in tokens(row))


def _shows_a_drug(row: Row, rest: str, marks: Collection[str], listed: Formulary) -> bool:
    """By an amount in a pack, by its number in the list, or by a part of its name."""
    return any(line.pack for line in find(rest)) or _nameless(row, marks) or torn_in(row, listed)


def _mere_words(block: Block, rows: Sequence[Row], columns: Sequence[Column], listed: Formulary) -> bool:
    """Words that look like a name, of which nothing else of a drug is said: neither how much, nor how many, nor how it
    is taken, nor its form, nor its number in the list, nor that it is a drug; nor do they begin as a listed name."""
    name, row = block.name.value, rows[block.row]
    begin = fold(name)[:_BEGUN]
    begun = any(d.folded.startswith(begin) for d in listed.drugs)
    named = begun or any(m.kind == "name" and m.colon and m.label != "名称" for m in labelled(row))  # a buyer has one
    some = block.strengths or block.boxes or block.pack or block.alone or block.loose or block.pieces or block.sig
    known = has_form(name) or is_listed(name, listed) or is_torn(name, listed) or is_controlled(name, block.brand)
    return not (some or known or named or block.unmeant or list_number(row, columns))


def _nameless(row: Row, marks: Collection[str]) -> bool:
    """A number of the list with a count alone behind it; or, where the drugs have one like it (``marks``), with a count
    among other words, or with hardly anything: no name was read."""
    number = _NUMBER_RE.match(row.text)
    if number is None:
        return False
    rest = row.text[number.end() :].strip()
    listed = number["opens"] + number["closes"] in marks and not rest[:1].isdigit()  # 0.5g is none
    return is_count(rest) or (listed and (len(rest) <= _HARDLY or bool(told_in(rest))))


def _by_number(blocks: list[Block], rows: Sequence[Row], columns: Sequence[Column]) -> list[Block]:
    """As the list itself numbers them, where it does for each; else down the page, of two side by side the left."""
    numbers = {b.row: list_number(rows[b.row], columns) for b in blocks}
    if len({*numbers.values()}) == len(blocks) and all(numbers.values()):
        return sorted(blocks, key=lambda b: numbers[b.row])
    return sorted(blocks, key=lambda b: rows[b.row].y)  # stable: those of one row stay left to right


def _in_reading_order(rows: Sequence[Row], free: Sequence[int], named: Mapping[int, Sequence[Named]]) -> list[int]:
    """Top to bottom, but a line that overlaps the name after it comes after that: in tables, cells of two lines have
    their name half a line lower."""
    order = list(free)
    for at in range(len(order) - 1):
        upper, lower = order[at], order[at + 1]
        overlap = 0 <= rows[lower].y - rows[upper].y < 0.75 * min(rows[lower].h, rows[upper].h)
        if overlap and named[lower] and not named[upper]:
            order[at], order[at + 1] = lower, upper
    return order


def _reach(block: Block, rows: Sequence[Row]) -> int:
    """The last row that can belong to a block: no gap of more than five lines."""
    last = block.row
    for i in range(block.row + 1, len(rows)):
        if rows[i].y - rows[last].y > 5 * rows[block.row].h or i - block.row > _REACH:
            break
        last = i
    return last


def _continued(block: Block, row: Row, i: int, rest: str) -> str:
    """Take the second line of a long name; what is left of the row."""
    more = joined(block.name.value, row) if i == block.row + 1 else None
    if more is None:
        return rest
    whole, start, end = more
    block.name = Field(whole, min(block.name.confidence, row.sureness(start, end)), block.name.box)
    block.others = ()
    return blanked(rest, ((start, end),))
