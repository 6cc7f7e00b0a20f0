"""The labelled fields of a page: who, when, where, by whom. Reads rows; the drugs are in drugs.py."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Final

from bot.photo.borders import stands_alone
from bot.photo.dates import find_dates, like_a_date, months_before
from bot.photo.houses import HOSPITAL_RE, bare_hospital, continued, hospital
from bot.photo.labels import FEET, HEADS, NOT_HERS_RE, Labelled, labelled, may_be_the_day, of_another_day, ranked
from bot.photo.latin import in_latin
from bot.photo.people import greeted, of_a_doctor, unlabelled
from bot.photo.reading import Field
from bot.photo.rows import Row
from bot.photo.script import HAN
from bot.photo.strength import find

_MISREAD: Final = 24  # months back: hardly a prescription is kept so long, a digit of its year may be wrong
_KEPT: Final = 120  # months back: none is kept so long
_SURE_OLD: Final = 0.95  # of each character of a day that is so old, else it may be misread
_UNLABELLED: Final = 9  # rank of a day without a label
_ILL_RE: Final = re.compile(r"[病症炎癌瘤]|;\s?2\s?[.、]")
_NAME_RE = re.compile(rf"[{HAN}][{HAN}·.]{{1,9}}")
_DEPARTMENT_RE = re.compile(rf"(?<![{HAN}])[{HAN}]{{1,8}}科(?![{HAN}])")
_LABEL_LIKE = re.compile(
    r"性[别別刚]|年[龄齡]|科[别室]|日期|签名|处方|医[师生]|药师|诊断|门诊|信息|资料|详情|档案|列表|须知"
)
_NUMBERED_RE: Final = re.compile(rf"[{HAN}]{{1,8}}号码?\s*:?\s*[A-Za-z\d*-]+")  # 登记号 27189400 names no day
_OF_THE_LAST_RE: Final = re.compile(r"^\s?(?:入院|收治)(?![日时号:])")
_YUAN_RE = re.compile(r"\s*(?:¥\s*)?\d[\d,]*(?:\.\d\d)?\s*元")
_ELECTRONIC = re.compile(
    r"[(\[].*$|电子签[名章].*$|已?签[名章字].*$|(?<=[\u4e00-\u9fff]{2})(?:副?主任|主治|住院|主管|执业)?(?:医师|医生|药师)$"
)
# The next label of a narrow slip, printed without a gap: 会员:潘文斌卡号13269947
_GLUED_RE: Final = re.compile(rf"(?<=[{HAN}]{{2}})(?:(?:会员|社保|医保)?卡号|手机号?|电话|身份证号?|编号|流水号?)$")
# 女士 is no part of a name; 君 is the end of many, and an address only where it stands apart behind a whole one
_ADDRESS_RE: Final = re.compile(rf"(?<=[{HAN}]{{2}})\s?(?:先生|女士|小姐|太太)$|(?<=[{HAN}]{{3}})\s君$")


@dataclass(slots=True)
class Page:
    """What the labels of a page said; every field may be missing."""

    patient: Field | None = None
    sex: Field | None = None
    age: Field | None = None
    department: Field | None = None
    diagnosis: Field | None = None
    date: Field | None = None
    future: bool = False  # a date was read that has not come yet: a misreading
    ask_day: bool = False  # a day is printed, and which one is meant is not certain
    hospital: Field | None = None
    doctor: Field | None = None
    pharmacist: Field | None = None
    number: Field | None = None
    amount: Field | None = None
    ranks: dict[str, int] = field(default_factory=dict[str, int])  # of the label that gave a value, 1 is the best
    foot: bool = False  # a label of the doctor or a pharmacist stands in the picture
    labels: int = 0  # how many labels of a prescription were seen
    head: set[int] = field(default_factory=set[int])  # rows that hold labelled head fields, not drugs
    feet: set[int] = field(default_factory=set[int])  # rows that hold signatures and sums


def page_fields(rows: Sequence[Row], today: date) -> Page:
    """Read every labelled field; ``today`` (civil day) is the last day a prescription can be dated."""
    page = Page()
    marks = [labelled(row) for row in rows]
    dates: list[tuple[int, Field, date]] = []  # rank of the label, the field, the day
    for i, row in enumerate(rows):
        for mark in marks[i]:
            _take(page, rows, i, mark, dates)
        if any(m.kind in HEADS for m in marks[i]):
            page.head |= {i, *_ill(rows, i, marks[i][-1])}
        if any(m.kind in FEET for m in marks[i]) and not find(row.text):
            page.feet.add(i)
    page.labels = len({m.kind for some in marks for m in some})
    page.doctor = page.doctor or of_a_doctor(rows)
    page.foot = page.foot or page.doctor is not None
    _date(page, rows, marks, dates, today)
    page.patient = page.patient or _unlabelled(page, rows)
    if page.ranks.get("hospital", 9) > 1:  # who keeps a booklet need not be where it was written
        page.hospital = hospital(rows, min(page.head, default=len(rows))) or page.hospital
    page.sex, page.age = _sex_and_age(page, rows)
    page.department = page.department or _bare_department(page, rows)
    return page


def _take(page: Page, rows: Sequence[Row], i: int, mark: Labelled, dates: list[tuple[int, Field, date]]) -> None:
    row, kind = rows[i], mark.kind
    value = row.text[mark.start : mark.end]
    key, rank = ranked(kind)
    if key == "date":
        found = find_dates(value, labelled=True)
        boxed = [] if found else find_dates(re.sub(r"\s+", "", value), labelled=True)[:1]  # a digit in each box
        for start, end, day in _its_own(value, [*found, *((0, len(value), day) for _, _, day in boxed)]):
            dates.append((rank, row.field(mark.start + start, mark.start + end, day.isoformat()), day))
        return
    if key in ("doctor", "pharmacist"):
        page.foot = True
    if mark.label == "金额" and (mark.colon or _YUAN_RE.match(value)) and not _of_a_drug(row):
        key, rank = "amount", 2
    if key not in _VALUES or rank >= page.ranks.get(key, 9):
        return
    found = _value(key, row, mark.start, mark.end)
    found = found or (continued(rows, i, mark.start, mark.end) if key == "hospital" else None)
    joined = mark.start == mark.end < len(row.text)  # to the next label, whose value it shares: 科室医生
    under = _below(key, rows, i, mark) if not (found or joined or value.strip(" :.()")) else None
    if under is not None:
        page.head.add(i + 1)
    if found or under:
        setattr(page, key, found or under)
        page.ranks[key] = rank


def _ill(rows: Sequence[Row], i: int, mark: Labelled) -> set[int]:
    """The row below a label of diagnoses that ends its own, where they are listed."""
    alone = mark.kind == "diagnosis" and not rows[i].text[mark.start :].strip(" :")
    return {i + 1} if alone and i + 1 < len(rows) and _ILL_RE.search(rows[i + 1].text) else set()


def _of_a_drug(row: Row) -> bool:
    """Whether a row says how much of a drug, and for how much: its sum is not the page's."""
    return bool(find(row.text)) or "单价" in row.text or any(m.kind in ("boxes", "sig") for m in labelled(row))


def _value(key: str, row: Row, start: int, end: int) -> Field | None:
    latin = None if _VALUES[key].search(row.text[start:end]) else in_latin(key, row.text[start:end])
    if latin:
        return row.field(start + latin.start(latin.lastindex or 0), start + latin.end(latin.lastindex or 0))
    return _han_value(key, row, start, end)


def _han_value(key: str, row: Row, start: int, end: int) -> Field | None:
    text = row.text[start:end]
    m = _VALUES[key].search(text)
    if m is None or (key == "amount" and not stands_alone(text, *_trimmed(m))) or _anothers(key, row, start + m.end()):
        return None
    said = _of_a_patient(m[0], m.end() == len(text) and end < len(row.text)) if key == "patient" else m[0]
    value = re.sub(r"\s+", " " if said.isascii() else "", said)
    if key == "diagnosis":
        value = re.sub(r"\s+", " ", row.printed(start + m.start(), start + m.end())).strip(" .;,；，。")
    if key == "age":
        value = value.removesuffix("岁")
    if key in ("patient", "doctor", "pharmacist"):
        aged = key == "patient" and re.match(r"\s*\d{1,3}\s*岁", text[m.end() :]) is not None
        value = _person(value if "性别" in row.text else _sexless(value, m[0], aged=aged))  # 符亚男 has her 男
        if not value:
            return None
    if key == "hospital":
        value = bare_hospital(value)
    lead = len(m[0]) - len(m[0].lstrip())
    shown = m.start() + lead + (len(value) if key == "patient" else len(m[0].strip()))
    return row.field(start + m.start() + lead, start + shown, value)


def _of_a_patient(text: str, labelled: bool) -> str:
    """Without how she is addressed; where a label follows at once, without a letter of that: 裴松年 保|单号."""
    said = _ADDRESS_RE.sub("", text)
    return re.sub(rf"(?<=[{HAN}]{{2}})\s[^\s男女]$", "", said) if labelled else said


def _sexless(value: str, printed: str, *, aged: bool) -> str:
    """A name without the sex that is printed close to it: 罗坤 男, 胡根敏女 76岁."""
    value = value[:-1] if re.search(r"\S\s?\S\s+[男女]$", printed) else value
    return re.sub(r"[男女]$", "", value) if aged and len(value) > 2 else value


def _anothers(key: str, row: Row, behind: int) -> bool:
    return key == "patient" and NOT_HERS_RE.match(row.text, behind) is not None


def _trimmed(m: re.Match[str]) -> tuple[int, int]:
    return m.end() - len(m[0].lstrip()), m.end()


_VALUES: Final[dict[str, re.Pattern[str]]] = {
    "patient": re.compile(rf"(?<![{HAN}])[{HAN}](?:[{HAN}·.]|\s(?=[{HAN}](?:\s|$)))*"),
    "sex": re.compile(r"[男女]|(?<![A-Za-z])(?:Male|Female|[MF])(?![A-Za-z])"),
    "age": re.compile(r"\d{1,3}\s*(?:岁|月|天|Y)?"),
    "department": re.compile(rf"[{HAN}A-Za-z]+(?:\s[A-Z][a-z]+)*(?:[(][^()]*[)])?"),
    "diagnosis": re.compile(r"\S.*"),
    "hospital": HOSPITAL_RE,
    "doctor": re.compile(rf"[{HAN}](?:[{HAN}·.]|\s(?=[{HAN}](?:\s|$)))*"),
    "pharmacist": re.compile(rf"[{HAN}](?:[{HAN}·.]|\s(?=[{HAN}](?:\s|$)))*"),
    "number": re.compile(r"[A-Za-z]{0,4}-?\d[\dA-Za-z-]{3,30}"),
    "amount": re.compile(r"\d[\d,]*\.\d{1,2}|\d[\d,]*(?=\s*元)|(?<=¥)\s*\d[\d,]*"),
}


def _person(text: str) -> str:
    """The name alone: 胡根敏女76岁 is cut, 李胜男女 keeps its 男."""
    text = _GLUED_RE.sub("", _ELECTRONIC.sub("", text))
    text = re.sub(r"[男女](?:性)?$", "", text) if len(text) > 3 else text
    if _LABEL_LIKE.search(text):
        return ""
    m = _NAME_RE.match(text)
    return m[0].strip("·.") if m and 2 <= len(m[0]) <= 10 else ""


def _below(key: str, rows: Sequence[Row], i: int, mark: Labelled) -> Field | None:
    """A value printed under its label, in the same column."""
    if i + 1 >= len(rows) or rows[i + 1].y - rows[i].y > 3 * rows[i].h:
        return None
    x, under = rows[i].x_of((mark.at + mark.start) // 2), rows[i + 1]
    if labelled(under):
        return None
    nearest = min(under.words, key=lambda w: abs(w.x - x))
    if not nearest.left - nearest.h <= x <= nearest.right + nearest.h:
        return None
    index = under.words.index(nearest)
    places = [at for at, o in enumerate(under.owner) if o is not None and o[0] == index]
    return _value(key, under, places[0], places[-1] + 1) if places else None


def _date(
    page: Page, rows: Sequence[Row], marks: Sequence[list[Labelled]], dates: list[tuple[int, Field, date]], today: date
) -> None:
    """The date of the best label that is not in the future, nor so old that it may be misread, unless all are so
    old and sure: then the paper is too old. Without a label, one that no other label claims, of the last two years: an
    older one may be a day of birth. None where two days are as good as each other: nobody guesses between them."""
    if not dates:
        for i, row in enumerate(rows):
            claimed = [(m.start, _value_end(row, m)) for m in marks[i] if m.kind not in ("patient", "sex", "age")]
            for start, end, day in _its_own(row.text, find_dates(row.text, labelled=False)):
                if not any(a <= start < b for a, b in claimed):
                    dates.append((_UNLABELLED, row.field(start, end, day.isoformat()), day))
    oldest = months_before(today, _MISREAD)
    past = [d for d in dates if oldest <= d[2] <= today]
    if not past and all(months_before(today, _KEPT) <= day < oldest for *_, day in dates):
        past = dates if all(r < _UNLABELLED and f.confidence >= _SURE_OLD for r, f, _ in dates) else []
    best = [d for d in past if d[0] == min(rank for rank, *_ in past)]
    page.date = best[0][1] if len({day for *_, day in best}) == 1 else None
    page.future = bool(dates) and all(d[2] > today for d in dates)
    values = (
        row.text[m.start : m.end] for row, some in zip(rows, marks, strict=True) for m in some if may_be_the_day(m)
    )
    page.ask_day = page.date is None and not page.future and (bool(past) or any(map(like_a_date, values)))


def _its_own(text: str, found: Sequence[tuple[int, int, date]]) -> list[tuple[int, int, date]]:
    """Without the dates beside which another day is named: 上次 2026-10-04  本次 2026-11-01, 2026-11-15止."""
    ends = [0, *(end for _, end, _ in found)]
    said = [_before(text, last, start) for last, (start, _, _) in zip(ends, found, strict=False)]
    return [d for before, d in zip(said, found, strict=True) if not of_another_day(before, text[d[1] :])]


def _before(text: str, last: int, start: int) -> str:
    """The words before a date, without a number, and without what is said of the ``last`` one: 6月21日入院, 6月27日."""
    words = text[last:start]
    return _NUMBERED_RE.sub(" ", _OF_THE_LAST_RE.sub("", words) if last else words)


def _value_end(row: Row, mark: Labelled) -> int:
    """Where the first value after a label ends: what stands behind a gap is not claimed by the label."""
    m = re.match(r"[\s:]*\S+(?: \S+)*", row.text[mark.start : mark.end])
    return mark.start + m.end() if m else mark.end


def _unlabelled(page: Page, rows: Sequence[Row]) -> Field | None:
    """The one person who needs no label; None where there are two."""
    found = [(i, f) for i, f in unlabelled(rows) or greeted(rows) if _person(f.value)]
    page.head.update(i for i, _ in found)
    return found[0][1] if len({f.value for _, f in found}) == 1 else None


def patients(rows: Sequence[Row], *, payers: bool = False) -> list[Field]:
    """Everybody whom the page names as the patient, by the best labels or without one; also who paid or bought."""
    out: list[Field] = []
    for i, row in enumerate(rows):
        for mark in labelled(row):
            named = ranked(mark.kind)[0] if payers else mark.kind
            if named == "patient" and (mark.colon or mark.label.endswith(("姓名", "Name"))):
                found = _value("patient", row, mark.start, mark.end)
                out.append(found) if found else out.extend(f for f in [_below("patient", rows, i, mark)] if f)
    return [*out, *(f for _, f in unlabelled(rows) if _person(f.value))]


def _bare_department(page: Page, rows: Sequence[Row]) -> Field | None:
    """...科 beside the patient or the date, without a label."""
    for i in sorted(page.head):
        if m := _DEPARTMENT_RE.search(rows[i].text):
            return rows[i].field(m.start(), m.end())
    return None


def _sex_and_age(page: Page, rows: Sequence[Row]) -> tuple[Field | None, Field | None]:
    """Both also without labels, beside the patient's name: 胡根敏 女 76岁."""
    sex, age = page.sex, page.age
    for i in sorted(page.head):
        text = rows[i].text
        m = re.search(r"(?<![\u4e00-\u9fff])([男女])(?![\u4e00-\u9fff])|([男女])(?=\s*\d{1,3}\s*岁)", text)
        if sex is None and m:
            sex = rows[i].field(m.start(), m.end(), m[0])
        m = re.search(r"(\d{1,3})\s*岁", text)
        if age is None and m:
            age = rows[i].field(m.start(), m.end(1), m[1])
    return sex, age


def fen(amount: str) -> int | None:
    """965.28 yuan as fen; None for anything else."""
    try:
        return int(Decimal(amount.replace(",", "").strip()) * 100)
    except (InvalidOperation, ValueError):
        return None
