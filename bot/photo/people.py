"""Whom a page names as the patient without a label: beside the sex and the age, on a label, in a greeting."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from bot.photo.labels import FEET, is_label, labelled
from bot.photo.reading import Field
from bot.photo.rows import Row
from bot.photo.vocabulary import FAMILY

_HAN: Final = r"\u3400-\u4dbf\u4e00-\u9fff"
_NAME: Final = rf"(?P<name>{FAMILY}[\u4e00-\u9fff]{{1,2}})"
_SEX_AND_AGE_RE: Final = re.compile(
    rf"(?<![{_HAN}])(?P<name>[{_HAN}][{_HAN}·]{{1,5}}?)[\s,/|()·;、]*(?:[MF]\s*[/(]?\s*)?[男女]性?[\s,/|()·;、]*\d{{1,3}}\s*(?:周?岁|Y)"
)
_DAY: Final = r"20\d\d\s?[-年./]\s?\d{1,2}\s?[-月./]\s?\d{1,2}"
# On the label of each box that is handed out: 高涛 门诊 第1张/共3张, 丁广清 2026-04-08
_ON_A_LABEL_RE: Final = re.compile(
    rf"(?<![^\s|]){_NAME}[\s/|]+(?:(?:门诊|慢病|住院|普通|急诊|医保|自费)\s+第?\s?\d{{1,2}}\s?张|{_DAY})"
)
_GREETED_RE: Final = re.compile(
    rf"(?:(?<![{_HAN}])|(?:尊敬的|患者)\s?){_NAME}(?<!医生)(?<!医师)(?<!大夫)(?<!老师)(?<!药师)(?<!护士)\s?(?:您\s?好?|先生|女士|同志)\s*(?:[,:!]|$)"
)


def unlabelled(rows: Sequence[Row]) -> list[tuple[int, Field]]:
    """Everybody who needs no label, with the row he stands in: beside the sex and the age, or on several labels."""
    told = _found(rows, _SEX_AND_AGE_RE)
    on_labels = [f for f in _found(rows, _ON_A_LABEL_RE) if not any(m.kind in FEET for m in labelled(rows[f[0]]))]
    return told or (on_labels if len(on_labels) > 1 or any("1张" in row.text for row in rows) else [])


def greeted(rows: Sequence[Row]) -> list[tuple[int, Field]]:
    """Whom a message greets, with the row he stands in: 钱祥您好; a son may be, where the patient has a label."""
    return _found(rows, _GREETED_RE)


def _found(rows: Sequence[Row], pattern: re.Pattern[str]) -> list[tuple[int, Field]]:
    some = [(i, row, m) for i, row in enumerate(rows) for m in pattern.finditer(row.text)]
    return [(i, row.field(*m.span("name"))) for i, row, m in some if not is_label(m["name"])]
