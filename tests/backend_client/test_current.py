"""Edge 7: of several the one that counts; a day by the hospital's clock; a medicine by whatever way it is written."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

import pytest

from backend_client.codes import TRANSLATION, Codes
from backend_client.current import WRITTEN, name_of, other_names, phone_tail
from backend_client.drugs import line_of_request
from backend_client.shapes import local_day

HERE = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize(
    ("names", "name"),
    [
        ([{"family": "Smith", "given": ["Ann", "B."]}], "Ann B. Smith"),
        ([{"use": "maiden", "text": "旧"}, {"use": "usual", "text": "常用"}], "常用"),
        ([{"use": "usual", "text": "常用"}, {"use": "official", "period": {"end": "2001"}, "text": "旧"}], "常用"),
        ([{"use": "official", "text": ""}, {"use": "usual", "text": "常用"}], "常用"),
        ([{"text": "甲"}, {"text": "乙"}], "甲"),
        ([{"use": "official", "text": "甲", "period": {"end": "9999-12-31"}}], "甲"),
        ([{"use": "official", "given": 5, "family": ["x"]}], ""),
        ([], ""),
    ],
)
def test_the_name_that_counts(names: list[dict[str, Any]], name: str) -> None:
    assert name_of({"name": names}) == name


def written(kind: str, text: str, **more: Any) -> dict[str, Any]:
    return {"text": text, "extension": [{"url": WRITTEN, "valueCode": kind}], **more}


TRANSLATED = {
    "use": "official",
    "text": "王桂兰",
    "_text": {"extension": [{"url": TRANSLATION, "extension": [{"url": "lang", "valueCode": "en"},
                                                               {"url": "content", "valueString": "Wang Guilan"}]}]},
}  # fmt: skip
PINYIN = {"use": "official", "family": "Wang", "given": ["Guilan"]}


@pytest.mark.parametrize(
    ("names", "name", "others"),
    [
        ([TRANSLATED], "王桂兰", {"en": "Wang Guilan"}),
        ([{"text": "王桂兰"}, {"text": "Wang Guilan"}], "王桂兰", {"en": "Wang Guilan"}),
        ([{"use": "official", "text": "王桂兰"}, {**PINYIN, "use": "usual"}], "王桂兰", {"en": "Guilan Wang"}),
        ([written("ABC", "Wang Guilan"), written("IDE", "王桂兰")], "王桂兰", {"en": "Wang Guilan"}),
        ([written("SYL", "おうけいらん"), written("IDE", "王桂兰")], "王桂兰", {}),
        ([TRANSLATED, written("ABC", "WANG GUILAN")], "王桂兰", {"en": "Wang Guilan"}),
        ([{"text": "王桂兰"}, {"use": "nickname", "text": "Lily"}, {"use": "maiden", "text": "Zhao G."}], "王桂兰", {}),
        ([{"text": "王桂兰"}, {"use": "old", "text": "Wang Old"}], "王桂兰", {}),
        ([{"text": "王桂兰"}, {"text": "Wang Then", "period": {"end": "2001"}}], "王桂兰", {}),
        ([{"use": "official", "text": "Ann Smith"}, {"use": "usual", "text": "Annie"}], "Ann Smith", {}),
        ([{"text": "王桂兰", "_text": 5}, {"text": 7}], "王桂兰", {}),
        ([], "", {}),
    ],
)
def test_the_same_name_in_other_scripts(names: list[dict[str, Any]], name: str, others: dict[str, str]) -> None:
    assert name_of({"name": names}) == name
    assert other_names({"name": names}) == others


def test_the_telephone_that_counts() -> None:
    numbers = [{"system": "email", "value": "a@b1234"}, {"system": "phone", "use": "work", "value": "1111"},
               {"system": "phone", "use": "mobile", "value": "138-0000-22 22"},
               {"system": "phone", "value": ""}]  # fmt: skip
    assert phone_tail({"telecom": numbers}) == "2222"
    assert phone_tail({"telecom": [{"system": "phone", "value": "-"}]}) == ""


@pytest.mark.parametrize(
    ("told", "day"),
    [("2026-11-22T16:30:00Z", "2026-11-23"), ("2026-11-22T16:30:00+08:00", "2026-11-22"), ("2026-11-22", "2026-11-22"),
     ("2026-11", "2026-11"), ("", ""), ("2026-11-22Tx", "")],
)  # fmt: skip
def test_a_day_by_the_hospitals_clock(told: str, day: str) -> None:
    assert local_day(told, HERE) == day


@pytest.mark.parametrize(
    ("written", "code", "name"),
    [
        ({"medicationReference": {"reference": "Medication/1"}}, "d1", "二甲双胍片"),
        ({"medicationReference": {"reference": "Medication/9", "display": "别的"}}, "", "别的"),
        ({"medicationCodeableConcept": {"coding": [{"code": "x"}, {"display": "二甲双胍片"}]}}, "", "二甲双胍片"),
        ({"medicationCodeableConcept": 5}, "", ""),
        ({"contained": [5, {"resourceType": "Medication"}], "medicationReference": {"reference": "#m"}}, "", ""),
    ],
)
def test_a_medicine_however_it_is_written(written: dict[str, Any], code: str, name: str) -> None:
    codes = Codes()
    concept = {"text": "二甲双胍片", "coding": [{"system": codes.system("drug"), "code": "d1"}]}
    known = {"Medication/1": {"resourceType": "Medication", "id": "1", "code": concept}}
    line = line_of_request(codes, {"resourceType": "MedicationRequest", "id": "r", **written}, known)
    assert (line.code, line.name) == (code, name)
