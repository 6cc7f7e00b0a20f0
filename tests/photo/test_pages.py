"""Several photos of one prescription are one reading."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.photo.pages import together
from bot.photo.reading import Field, ReadDrug, Reading

DRUG = ReadDrug(Field("来曲唑片"), Field("2.5mg"), 10, 2, "exact", "MR1")
HEAD = Reading(
    accepted=False,
    reason="cropped_bottom",
    missing=("foot",),
    hospital=Field("上海市明珠区中心医院"),
    patient=Field("何玉芬"),
    date=Field("2026-11-08"),
    drugs=(DRUG,),
    read_by="machine",
    found=("何玉芬",),
)
TAIL = Reading(
    accepted=False,
    reason="cropped_top",
    missing=("hospital", "patient", "date"),
    doctor=Field("何志金"),
    amount_fen=100,
    drugs=(replace(DRUG, name=Field("缬沙坦胶囊")),),
)
FOOT = replace(TAIL, drugs=(), missing=("hospital", "patient", "date", "drug"))


def test_two_pages_make_a_whole() -> None:
    whole = together([HEAD, TAIL])
    assert (whole.accepted, whole.reason, whole.missing) == (True, "", ())
    assert [d.name.value for d in whole.drugs] == ["来曲唑片", "缬沙坦胶囊"]
    assert (whole.doctor, whole.amount_fen, whole.found) == (Field("何志金"), 100, ("何玉芬",))


def test_a_page_with_the_foot_alone_is_enough() -> None:
    assert together([HEAD, FOOT]).accepted


def test_a_drug_that_cannot_be_read_stays_missing() -> None:
    whole = together([HEAD, replace(TAIL, missing=(*TAIL.missing, "strength"))])
    assert (whole.accepted, whole.missing, whole.reason) == (False, ("strength",), "cropped_top")


def test_pages_of_two_people_are_not_one_prescription() -> None:
    whole = together([HEAD, replace(HEAD, patient=Field("王五"))])
    assert (whole.accepted, whole.patient, whole.missing) == (False, None, ("patient", "foot"))


def test_two_heads_have_no_foot() -> None:
    assert together([HEAD, HEAD]).missing == ("foot",)


def test_one_page_is_itself() -> None:
    assert together([HEAD]) is HEAD
    with pytest.raises(ValueError, match="no page"):
        together([])
