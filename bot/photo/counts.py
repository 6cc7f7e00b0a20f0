"""How many boxes a line asks for: a count has a unit of boxes, or is converted by the pack, or is asked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from bot.photo.borders import begins
from bot.photo.strength import BOX, COUNTED, NO_DOSE, TIMES, tidy, unled

MOST: Final = 12  # boxes; more is asked, however clearly it is printed
_PIECES: Final = frozenset(("支", "袋", "贴", "包", "丸", "喷", "枚"))  # may also be what is handed over one by one
_DIGITS: Final = ("壹一", "贰二两", "叁三", "肆四", "伍五", "陆六", "柒七", "捌八", "玖九", "拾十")
_HAN: Final = {c: n for n, some in enumerate(_DIGITS, 1) for c in some}
NUMERALS: Final = "".join(_HAN) + "零〇百佰"
_UNIT: Final = rf"{BOX}|{COUNTED}|板"
_COUNT_RE: Final = re.compile(
    rf"(?:[{TIMES}]\s*)?(?P<n>\d{{1,4}})(?:\.00?)?\s*(?:\(\s*(?P<inner>{_UNIT})\s*\)|(?P<unit>{_UNIT})(?!\s*[装/]))"
)
_HAN_RE: Final = re.compile(rf"(?<![{NUMERALS}])(?P<n>[{''.join(_HAN)}])\s*(?P<unit>{BOX}|[支袋贴])")
_TOTAL_RE: Final = re.compile(rf"\d\s*(?:{COUNTED})\s*[(/]\s*(?P<n>\d{{1,3}})\s*(?P<unit>盒|瓶)")  # 共60片(2盒)
# 共30片, 总量:30片: all that is given, whatever the box holds
_ALL_RE: Final = re.compile(
    rf"[(\[]?(?:共[计发取领给开配]?|计|总计|合计|总共|总量|总数|[带取配开发领]药)\s?:?\s?(?P<n>\d{{1,4}})\s?(?P<unit>{COUNTED})[)\]]?"
)
_PIECES_RE: Final = re.compile(rf"(?:[{TIMES}]\s*)?(?P<n>\d{{1,4}})(?:\.00?)?\s?(?P<unit>{COUNTED})")
_BARE_RE: Final = re.compile(rf"(?:[{TIMES}]\s*)?(\d{{1,4}})(?:\.00?)?(?:\s+¥?\d[\d,]*\.\d\d)*")
_LOOSE_RE: Final = re.compile(rf"(?P<times>[{TIMES}])?\s*(?P<n>\d{{1,2}})")
_SOME: Final = rf"(?:\d{{1,4}}|[{NUMERALS}]{{1,3}})\s?{BOX}"
_PERIOD: Final = r"(?:每|隔|一个?(?=疗程)|半)\s?[\d一二两三四半]*\s?个?(?:[天日周月次季年人]|疗程|半月)"
# By kinds: so many at a time, of several times (每月2盒, 首次2盒); not given, or given before (缺1盒, 上次2盒);
# more or less than so many (减1盒, 不超过2盒, 1至2盒); in stock (库存12盒)
_BEFORE: Final = (
    rf"(?:{_PERIOD}|第(?:\s?\d{{1,2}}\s?次)?|[首初先再头]次?取?|欠|缺|未[发取领]|退|余量?|剩余?|赠|送|[上前]次|上月|原方?|累计"
    r"|[应实]发|申请量?|可[取领]|建议|拟[取领开]?|计划|预计|限购?|库存|最[多大少]|至[多少]|约|不超过?|[<>≤≥]=?|[减加补增换还借少多改]|更正|预留|[到至或~])"
)
_BEHIND: Final = (
    rf"(?:半|\+|[{TIMES}]\s?\d{{1,2}}(?!\d|\.\d|\s?(?:{COUNTED}|板))|/\s?(?:[天日周月次季年人条箱件提]|半月|疗程)"
    rf"|\(\s?(?:[赠送实欠分月]|每[月季年]|\d(?!\d*\s?(?:{COUNTED})(?:\s?/\s?{BOX})?\s?\)|[\d.]*\s?(?:[mμu]?g|mcg|ml|万?单位)))"
    r"|分\s?[\d两二三四]\s?次|左右|以[内上下]|[多余](?![\u4e00-\u9fff])|\?|[零加又]\s?\d|\d{1,2}\s?板"
    r"|每[月季年](?![\u4e00-\u9fff])|[退欠缺赠送减或到至~]\s?\d)"
)
# What makes a count one of several, or a part: 每月2盒, 欠1盒, 实发2盒, 2盒×3次, 2盒+1盒, 1盒半, 1盒2, 10盒/条
_UNCLEAR_RE: Final = re.compile(
    rf"{_BEFORE}\s?:?\s?{_SOME}|{_SOME}\s?{_BEHIND}"
    rf"|{_SOME}\d{{1,2}}(?=\s|$)|次\s?[{TIMES}]\s?{_SOME}|[\d{NUMERALS}]\s?(?:条|箱|件|提|打(?!印)|[大中]盒)|分\s?[\d两二三四]\s?次[取领发配]"
    rf"|(?<![\w.)*×xX^])(?<![A-Za-z]\s)(?:[{TIMES}]\s?)?\d{{1,2}}\s?[{TIMES}]\s?\d{{1,2}}\s?{BOX}"  # 2*2盒
    rf"|[{''.join(_HAN)}]\s?[、或至到~-]\s?[{''.join(_HAN)}]\s?{BOX}"  # 一、二盒
)
# 2盒=30片, 2盒(30片), 2盒 30片: all that is given, said twice
_ALSO_RE: Final = re.compile(
    rf"\d\s?{BOX}\s?[(=/,]?\s?(?:共计?|合计?|计)?\s?(?P<n>\d{{1,4}})\s?(?P<unit>{COUNTED})\s?\)?\s*$"
)
_CROWDED_RE: Final = re.compile(rf"\d\s?{BOX}([^\s\d.,;:()/×xX*]{{1,2}})(?=\s|$)")
_PRICE_RE: Final = re.compile(r"[¥￥]\s?\d[\d,]*(?:\.\d+)?(?![\d.盒瓶支袋包板片粒])")
_BOXES_RE: Final = re.compile(rf"(?<![\d.])(\d{{1,4}})(?:\.00?)?\s?{BOX}(?!\s?[装/])")
_IN_WORDS_RE: Final = re.compile(rf"(?<![{NUMERALS}])([{NUMERALS}]+)\s?{BOX}(?!\s?[装/])")
_TWICE_RE: Final = re.compile(rf"(?P<han>[{''.join(_HAN)}])\s?\(\s?(?P<n>\d{{1,2}})\s?\)\s?{BOX}")  # 叁(2)盒
_PACK_RE: Final = re.compile(
    rf"^[,;]?\s?\d{{1,4}}\s?(?:{COUNTED})\s?/\s?{BOX}\s?(?:[)\]]?\s*(?=[{TIMES}])|(?:[)\]]\s?|[)\]]?(?:\s?[,;]\s?|\s)共?\s?)(?=\d{{1,3}}\s?{BOX}))"
)
_BASKET_RE: Final = re.compile(
    r"共\s?\d{1,3}\s?件(?:商品|药品)?\s?[,:]?\s?(?=小计|合计|总计|总额|实付|应付)"
)  # of all drugs
_UNIT_RE: Final = re.compile(rf"[(]?\s*({_UNIT})\s*[)]?")


@dataclass(frozen=True, slots=True)
class Count:
    """``unit`` is empty for a bare number. The lowest ``rank`` is where counts belong most."""

    n: int
    unit: str
    rank: int
    whole: bool = False  # all that is given: 共30片

    @property
    def of_boxes(self) -> bool:
        return re.fullmatch(BOX, self.unit) is not None


def counted(text: str, rank: int, *, bare: bool) -> Count | None:
    """The count that ``text`` holds; a number without a unit counts only where it may stand ``bare``."""
    text = _PRICE_RE.sub(lambda m: " " * len(m[0]), unled(tidy(text)))
    if rank == 0:  # 数量/单位: 2.00/盒; Qty: 2 x
        text = re.sub(rf"(?<=\d)(?:\s?/\s?(?={BOX}\s*$)|\s?[xX×]\s*$)", "", text)
    text = re.sub(r"[\[(]\s*(\d{1,3})\s*[\])](?=\s*盒)", r"\1", text)
    if m := _TOTAL_RE.search(text):
        return Count(int(m["n"]), m["unit"], rank)
    if m := _COUNT_RE.search(text):
        alone = begins(text, m.start("n")) == m.start("n")
        return Count(int(m["n"]) if alone else 0, m["unit"] or m["inner"], rank)
    if m := _HAN_RE.search(text):
        return Count(_HAN[m["n"]], m["unit"], rank)
    m = _BARE_RE.fullmatch(text.strip()) if bare else None
    return Count(int(m[1]), "", rank) if m else None


def all_in(text: str) -> Count | None:
    """The pieces that are given in all, where that is what the whole text says; they are no dose."""
    m = _ALL_RE.fullmatch(tidy(text).strip())
    return Count(int(m["n"]), m["unit"], 1, whole=True) if m else None


def pieces(text: str) -> Count | None:
    """Pieces and nothing else: 30片, beside the box of a drug. What they are, the other drugs of the page tell."""
    m = _PIECES_RE.fullmatch(tidy(text).strip())
    return Count(int(m["n"]), m["unit"], 1, whole=True) if m else None


def also_all(text: str) -> list[Count]:
    """The pieces behind a count of boxes that say it once more; where they say another, neither is certain."""
    m = _ALSO_RE.search(tidy(text))
    return [Count(int(m["n"]), m["unit"], 3, whole=True)] if m and int(m["n"]) >= NO_DOSE else []


def told_in(text: str) -> set[int]:
    """Every number of boxes in a text."""
    text = tidy(text)
    return {int(n) for n in _BOXES_RE.findall(text)} | {_HAN.get(n, 0) for n in _IN_WORDS_RE.findall(text)}


def crowded(text: str) -> Iterator[tuple[int, int]]:
    """Where a letter or two stand right behind a count, up to the end of its word: what a pen made of a second one that
    it struck out is read as such, 10盒盖."""
    return (m.span(1) for m in _CROWDED_RE.finditer(text))


def unclear(text: str) -> bool:
    """Whether a row says more than one number of boxes, or a number that need not be what is given this time."""
    text = _BASKET_RE.sub(" ", tidy(text))
    twice = any(_HAN[m["han"]] != int(m["n"]) for m in _TWICE_RE.finditer(text))
    return twice or len(told_in(text)) > 1 or _UNCLEAR_RE.search(text) is not None


def loose_count(text: str, bare: bool) -> int | None:
    """A number that may be another count than the printed one: times so many, or ``bare`` behind the line of a list."""
    m = _LOOSE_RE.fullmatch(text.strip())
    return int(m["n"]) if m and (bare or m["times"]) else None


def unpacked(text: str) -> str:
    """What stands behind the box that a bracket or a comma adds to a strength: ,10粒/盒)×3 is ×3; 30片/盒,共2盒."""
    return _PACK_RE.sub("", text)


def unit_alone(text: str) -> str:
    """The unit that is all of a text, as in a column of units; empty for anything else."""
    m = _UNIT_RE.fullmatch(tidy(f"1{text.strip()}")[1:])  # an English unit is one behind a number
    return m[1] if m else ""


def boxes_of(counts: Sequence[Count], pack: int | None, pack_unit: str, single: bool) -> int | None:
    """The boxes meant by the best counts, those with a unit before bare numbers; None where they disagree, or where it
    is not certain that boxes are meant.

    ``single`` = the listed box holds one piece, so that pieces are boxes.
    """
    best = min((_place(c) for c in counts), default=None)
    told = {_boxes(c, pack, pack_unit, single) for c in counts if _place(c) == best}
    one = told.pop() if len(told) == 1 else None
    if pack and any(_boxes(c, pack, pack_unit, single) != one for c in counts if c.whole):
        return None  # 2盒 and 共60片 of 15 in a box
    return one if one is not None and 0 < one <= MOST else None


def is_dose(count: Count) -> bool:
    """Pieces where counts need not stand: tablets are counted in a column of counts only, a pen beside the pack too."""
    loose = count.unit in _PIECES and count.rank <= 1
    return bool(count.rank and count.unit) and not count.of_boxes and not loose


def _place(count: Count) -> tuple[int, int]:
    """How much a count is to be believed, the least most: by where it stands, then by its unit."""
    return count.rank, 0 if count.of_boxes else 1 if count.unit else 2


def _boxes(count: Count, pack: int | None, pack_unit: str, single: bool) -> int | None:
    if count.of_boxes:
        return count.n
    if not count.unit:  # 14 of 7 tablets a box may be two boxes
        return None if pack and pack > 1 and count.n % pack == 0 else count.n
    if count.unit == "板":
        return None
    if pack is None:
        return count.n if single and count.unit in _PIECES else None
    alike = not pack_unit or pack_unit == count.unit or {pack_unit, count.unit} <= {"片", "T", "t", "S", "s", "粒"}
    return count.n // pack if alike and count.n % pack == 0 else None
