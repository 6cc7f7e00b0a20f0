"""Whom a page names as the patient without a label: beside the sex and the age, on a label, in a greeting; or by the
word of another: the payer of a bill, whom a register fetches for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from bot.photo.labels import FEET, NOT_HERS_RE, is_label, labelled
from bot.photo.reading import Field
from bot.photo.rows import Row
from bot.photo.script import HAN
from bot.photo.vocabulary import FAMILY, LABELS

_NAME: Final = rf"(?P<name>{FAMILY}[\u4e00-\u9fff]{{1,2}})"
_WORD: Final = "|".join(sorted((w for w in LABELS["patient"] if not w.isascii()), key=len, reverse=True))
_SEX_AND_AGE_RE: Final = re.compile(
    rf"(?<![{HAN}])(?:{_WORD})?(?P<name>(?!号窗口)[{HAN}][{HAN}·]{{1,5}}?)[\s,/|()·;、]*(?:[MF]\s*[/(]?\s*)?[男女]性?[\s,/|()·;、]*\d{{1,3}}\s*(?:周?岁|Y)"
)
_ONLY_SEX_AND_AGE_RE: Final = re.compile(r"[男女]性?[\s,/|·]*\d{1,3}\s*周?岁")  # begins a line under the name
_UNDER: Final = 1.5  # heights of the name to the line under it
_DAY: Final = r"20\d\d\s?[-年./]\s?\d{1,2}\s?[-月./]\s?\d{1,2}"
# On the label of each box that is handed out: 高涛 门诊 第1张/共3张, 丁广清 2026-04-08, 沈国栋 男 1/4
_ON_A_LABEL_RE: Final = re.compile(
    rf"(?<![^\s|]){_NAME}[\s/|]+(?:(?:门诊|慢病|住院|普通|急诊|医保|自费)\s+第?\s?\d{{1,2}}\s?张|{_DAY}"
    r"|[男女]性?(?:\s+\d{1,2}\s?/\s?\d{1,2}(?![\d/])|\s*$))"
)
_GREETED_RE: Final = re.compile(
    rf"(?:(?<![{HAN}])|(?:尊敬的|患者)\s?){_NAME}(?<!医生)(?<!医师)(?<!大夫)(?<!老师)(?<!药师)(?<!护士)\s?(?:您\s?好?|先生|女士|同志)\s*(?:[,:!]|$)"
)
# Whose consultation it was, on a screen: 心内科 侯伟兰医生
_OF_A_DOCTOR_RE: Final = re.compile(
    rf"(?:科|诊室|门诊|^|\s){_NAME}(?<!科)\s?(?:副?主任|主治|住院)?医[生师](?=\s|$|[,;·|)])"
)

_ROWS_OF_A_TITLE: Final = 5  # from the top
_ALONE: Final = rf"\s*:\s*(?P<name>[\u4e00-\u9fff]{{2,4}})(?![{HAN}·])(?!{NOT_HERS_RE.pattern})"
# A receipt for treatment is made out to the patient, whoever brings the money; a register of a neighbourhood lists
# those who need medicines, and names beside them who fetches them
_PAPERS: Final = (
    (re.compile("发票"), re.compile(rf"(?<![{HAN}])名称\s*:\s*{_NAME}(?=\s|\(个人\)|$)")),  # its buyer; a firm sold
    (re.compile("票据|发票|收据|收费"), re.compile(rf"(?<![{HAN}])(?:[缴付]款人|[交缴]费人){_ALONE}")),
    (
        re.compile("登记[表簿册单]|需求表|名册|台账|代[配取购]"),
        re.compile(rf"(?<![{HAN}])(?:[配取领需]药人|需药居民){_ALONE}"),
    ),
)


def unlabelled(rows: Sequence[Row]) -> list[tuple[int, Field]]:
    """Everybody who needs no label, with the row he stands in: beside the sex and the age, or on several labels."""
    told = _found(rows, _SEX_AND_AGE_RE) or _in_large(rows)
    on_labels = [f for f in _found(rows, _ON_A_LABEL_RE) if not any(m.kind in FEET for m in labelled(rows[f[0]]))]
    return told or (on_labels if len(on_labels) > 1 or any("1张" in row.text for row in rows) else [])


def _in_large(rows: Sequence[Row]) -> list[tuple[int, Field]]:
    """The name alone above the sex and the age, flush with them: a slip for a window, a card of an app."""
    out: list[tuple[int, Field]] = []
    for i, row in enumerate(rows[1:]):
        below = [w for w in row.words if _ONLY_SEX_AND_AGE_RE.match(w.text.replace("／", "/"))]
        for n, w in enumerate(rows[i].words):
            name = re.sub(r"\s", "", w.text)
            flush = any(abs(w.left - b.left) < b.h and 0 < b.y - w.y < _UNDER * w.h for b in below)
            if flush and re.fullmatch(_NAME, name) and not is_label(name):
                at = [c for c, o in enumerate(rows[i].owner) if o is not None and o[0] == n]
                out.append((i, rows[i].field(at[0], at[-1] + 1, name)))
    return out


def greeted(rows: Sequence[Row]) -> list[tuple[int, Field]]:
    """Whom a message greets, with the row he stands in: 钱祥您好; a son may be, where the patient has a label."""
    return _found(rows, _GREETED_RE)


def of_a_doctor(rows: Sequence[Row]) -> Field | None:
    """The doctor named as one without a label before him, where it is one doctor."""
    named = [field for _, field in _found(rows, _OF_A_DOCTOR_RE)]
    return named[0] if len({field.value for field in named}) == 1 else None


def _found(rows: Sequence[Row], pattern: re.Pattern[str]) -> list[tuple[int, Field]]:
    some = [(i, row, m) for i, row in enumerate(rows) for m in pattern.finditer(row.text)]
    return [(i, row.field(*m.span("name"))) for i, row, m in some if not is_label(m["name"])]


def settled(patient: Field | None, *, weak: bool, rows: Sequence[Row]) -> Field | None:
    """The patient by the labels, unless a ``weak`` one says it while one of a patient cannot be read; where no label
    names anybody, the one person whom a bill or a register names in its own word."""
    if any(m.kind in ("patient", "patient2") for row in rows for m in labelled(row)):
        return None if weak else patient
    return patient or _only_named(rows)


def _only_named(rows: Sequence[Row]) -> Field | None:
    for title, named in _PAPERS:
        found = [field for _, field in _found(rows, named)]
        titled = any(title.search(row.text) for row in rows[:_ROWS_OF_A_TITLE])
        if titled and len({field.value for field in found}) == 1:
            return found[0]
    return None
