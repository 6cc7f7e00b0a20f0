"""What a page says of its drugs as a whole, held against the lines that were read: how many, and for how much."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from bot.photo.borders import begins
from bot.photo.drugnames import has_form
from bot.photo.labels import labelled
from bot.photo.reading import Field
from bot.photo.rows import Row
from bot.photo.strength import find

_SURE: Final = 0.9  # of every digit of a sum, a price and a number of drugs
_HAN: Final = {c: n for n, c in enumerate("一二三四五六七八九十", 1)} | {"两": 2}
_N: Final = rf"(?P<n>\d{{1,2}}|[{''.join(_HAN)}])"
_TOLD_RE: Final = re.compile(
    rf"(?:共计?|合计|总计)\s*[:：]?\s*{_N}\s*(?:个品种|种药?品?|项药品?|个药)(?!类|以)"
    rf"|(?:(?:药品|药物|西药)(?:品种|项|种)?数|品种数?|种数)\s*[:：]\s*(?P<m>\d{{1,2}})\s*(?:个|种|项)?(?![\d.])"
)
_PAGES_RE: Final = re.compile(
    r"共\s*(?:[2-9]|[二三四五])\s*页|(?<!\d)[1-9]\s*/\s*[2-9]\s*页"
)  # the rest stands elsewhere
_MONEY_RE: Final = re.compile(
    r"(?<![\d.,])\d{1,3}(?:,\d{3})+\.\d\d(?!\d)|(?<![\d.,])\d{1,6}\.\d\d(?![\d.]|\s?[盒瓶支袋包板片粒%])"
)
_PRICED_RE: Final = re.compile(r"单\s*价|零售价")
_PART_RE: Final = re.compile(
    r"实付|应付|应收|实收|自付|自费|个人|统筹|账户|医保支付|优惠"
)  # of a sum: what is left to pay
# 统筹基金支付 181.02: who paid how much of a bill, below all of its lines
_PAID_BY_RE: Final = re.compile(r"(?:统筹|基金|账户|现金|医保|个人)(?:基金|账户)?(?:支付|自付)\s?:?\s*[¥￥]?\d")
_FEE_RE: Final = re.compile(r"费|煎药|快递|配送|运")
# Who wrote a list that no doctor signs: 登记人:崔生  经办:郭霞
_CLERK_RE: Final = re.compile(
    r"(?:登记|经办|操作|收费|制表|发放|填表|领取|打印)(?:人|员|者)?\s?:\s?[\u4e00-\u9fff]{2,4}(?![\u4e00-\u9fff])"
)
# Of a bill, what is no drug: 诊查费 普通门诊诊查费 次 25.00
_SERVICE_RE: Final = re.compile(
    r"\s*(?![\u4e00-\u9fff]{0,4}药费)[\u4e00-\u9fff]{1,4}费(?=\s)|(?<=\s)(?:次|项|套|人次|小时|部位|例)(?=\s)"
    r"|\s*(?:检查|检验|化验|治疗|手术|护理|材料|诊疗){1,2}(?=\s)"
    r"|^\s*\d{1,2}\s?(?:次|项|套|人次|小时|部位|例)\s+[¥￥]?\d{1,6}\.\d\d(?=\s|$)"  # its name is in another row
)
_GOODS_RE: Final = re.compile(r"采血[管针]|输液器|注射器(?!液)|留置针|棉签|敷料|纱布|试管")
_DONE_RE: Final = re.compile(  # 心电图检查 1次 30.00, 血常规(五分类) 1次 20.00 0%
    r"(?:^|\s)(?P<name>[\u4e00-\u9fffA-Z\d()-]{2,16})\s+\d{1,2}\s?(?:次|项|套|人次|小时|部位|例)\s+[¥￥]?\d{1,6}\.\d\d(?=\s|$)"
)
# A message ends with a wish or its sender's number, and only a message: a form prints the like above its foot
_MESSAGE_RE: Final = re.compile(r"^\s*\d{1,2}:\d\d\s.*(?:\dG|WiFi|\d\s?%)|[您你]好|尊敬的", re.IGNORECASE)
_CLOSED_RE: Final = re.compile(
    r"请遵医嘱|祝您|祝早日|如有(?:疑问|不适|问题)|拒收请?回复|回复\s?[A-Z]{1,2}\s?退订|感谢您|点击查看|查看详情|非本人操作"
    r"|回\s?[A-Z]{1,2}\s?退订|请?凭[\u4e00-\u9fff]{1,8}到?[\u4e00-\u9fff]{0,6}\d{0,2}号?[\u4e00-\u9fff]{0,4}[取领]药"
)
# The end of a list in English: its last line, or the doctor who signed it, alone: Dr. Tang Chi Ming
_END_RE: Final = re.compile(r"[\s-]*end of (?:the )?prescription[\s-]*", re.IGNORECASE)
_SIGNER_RE: Final = re.compile(r"\s*Dr\.?(?:\s[A-Z][a-z]+){2,4}\s*")
_TOP: Final = 8  # rows in which a telephone's own line and a greeting stand
_CENT: Final = Decimal("0.02")
_HALF_A_CENT: Final = Decimal("0.005")


@dataclass(frozen=True, slots=True)
class Held:
    """One drug that was read: its rows, its boxes and the units in one of them."""

    rows: frozenset[int]
    boxes: int | None
    pack: int | None


@dataclass(frozen=True, slots=True)
class Sums:
    """``short`` = the page says of more than was read, or of other; ``unproved`` are the drugs (by place) whose price
    is for another number of boxes."""

    short: bool = False
    unproved: frozenset[int] = frozenset()


def compared(rows: Sequence[Row], held: Sequence[Held], total: Field | None) -> Sums:
    """The lines against what the page says of them; silent where it says nothing, or where its digits are not sure."""
    if not held or any(_PAGES_RE.search(row.text) for row in rows):
        return Sums()
    told = [n for row in rows if (n := _told(row)) is not None]
    money = [_money(rows, drug) for drug in held]
    priced = any(_PRICED_RE.search(row.text) for row in rows)
    wrong = frozenset(n for n, (m, drug) in enumerate(zip(money, held, strict=True)) if priced and _at_odds(m, drug))
    return Sums(any(n != len(held) for n in told) or _costs_more(rows, held, money, total), wrong)


def of_a_service(row: Row) -> bool:
    """Whether a row of a bill is of something that is done, and not of a drug."""
    if not _MONEY_RE.search(row.text):
        return False
    if _GOODS_RE.search(row.text):  # 一次性采血管 5ml
        return True
    if any(not line.strength.endswith("%") for line in find(row.text)):  # 自付比例 0%
        return False
    done = _DONE_RE.search(row.text)
    return _SERVICE_RE.search(row.text) is not None or (done is not None and not has_form(done["name"]))


def ended(rows: Sequence[Row], last: int) -> bool:
    """Whether a list that nobody signs is there to its end: below its last row, ``last``, stands who wrote it, its sum
    and something more, or the sentence that closes a message; in English, its end, or the doctor."""
    message = any(_MESSAGE_RE.search(row.text) for row in rows[:_TOP])
    for i, row in enumerate(rows[last + 1 :], start=last + 1):
        paid = any(m.kind == "amount" for m in labelled(row)) or _PAID_BY_RE.search(row.text)
        summed = i + 1 < len(rows) and paid
        signed = any(_END_RE.fullmatch(w.text) or _SIGNER_RE.fullmatch(w.text) for w in row.words)
        if summed or signed or _CLERK_RE.search(row.text) or (message and _CLOSED_RE.search(row.text)):
            return True
    return False


def _told(row: Row) -> int | None:
    """How many drugs a row says there are."""
    m = _TOLD_RE.search(row.text)
    group = "n" if m and m["n"] else "m"
    if m is None or row.sureness(*m.span(group)) < _SURE:
        return None
    alone = not m[group].isdigit() or begins(row.text, m.start(group)) == m.start(group)
    return (_HAN.get(m[group]) or int(m[group])) if alone else None


def _money(rows: Sequence[Row], drug: Held) -> list[Decimal]:
    """The prices beside a drug, left to right and down; none where a digit of them is not sure."""
    out: list[Decimal] = []
    for row in (rows[i] for i in sorted(drug.rows) if not _PART_RE.search(rows[i].text)):
        taken = [(line.start, line.value_end) for line in find(row.text)]
        for m in _MONEY_RE.finditer(row.text):
            if any(a <= m.start() < b for a, b in taken):
                continue
            if row.sureness(*m.span()) < _SURE:
                return []
            out.append(_decimal(m[0]))
    return out[1:] if out and drug.boxes and out[0] == drug.boxes else out  # 2.00 boxes


def _at_odds(money: Sequence[Decimal], drug: Held) -> bool:
    """Whether a price and a sum beside a drug are those of another number of boxes."""
    if len(money) != 2 or not drug.boxes or not all(money):
        return False
    low, high = sorted(money)
    times = high / low
    meant = (drug.boxes, drug.boxes * drug.pack) if drug.pack else (drug.boxes,)
    return times == times.to_integral_value() and times not in meant


def _costs_more(
    rows: Sequence[Row], held: Sequence[Held], money: Sequence[Sequence[Decimal]], total: Field | None
) -> bool:
    """Whether the sum of the page is more than its lines and its fees come to, whichever of their prices is the sum."""
    at = next(
        (i for i, row in reversed(list(enumerate(rows))) if total and total.value in re.sub(r"\s", "", row.text)), None
    )
    if (
        total is None
        or at is None
        or total.confidence < _SURE
        or "." not in total.value
        or _PART_RE.search(rows[at].text)
    ):
        return False
    if not all(money) or sum(len(drug.rows) for drug in held) != len({i for drug in held for i in drug.rows}):
        return False
    owned = {i for drug in held for i in drug.rows}
    most = sum((max(_sums(m, drug)) for m, drug in zip(money, held, strict=True)), Decimal(0))
    said = _decimal(total.value)
    others = (row for i, row in enumerate(rows) if i not in owned)
    fees = [n for row in others if _FEE_RE.search(row.text) or of_a_service(row) for n in _in(row)]
    rounded = _HALF_A_CENT * sum(drug.boxes or 0 for drug in held)  # a price for each box is printed without the rest
    return said > most + sum((n for n in fees if n != said), Decimal(0)) + _CENT + rounded


def _in(row: Row) -> list[Decimal]:
    return [_decimal(m[0]) for m in _MONEY_RE.finditer(row.text)]


def _decimal(amount: str) -> Decimal:
    return Decimal(amount.replace(",", ""))


def _sums(money: Sequence[Decimal], drug: Held) -> list[Decimal]:
    """What a drug may cost: any of its prices, one alone also for each of its boxes, as many as can be where they are
    not known."""
    alone = money[0] * (drug.boxes or 99) if len(money) == 1 else Decimal(0)
    return [*money, alone]
