"""Who changed what she takes is said by his role; of a paper that is too old whose it is, and what to do."""

from __future__ import annotations

import pytest

from bot.render.messages import words_of
from bot.render.samples import SAMPLES, SPECIAL
from locales import tags

DOCTOR = {"zh-CN": "医生", "en": "doctor"}
CHANGED = (
    "drug.changed",
    "drug.swapped",
    "drug.named",
    "drug.gone",
    "drug.told",
    "prescribed_notice.hears",
    "new_line.agrees",
)
TOO_OLD = ("refill.rx_month.wrong.old", "refill.rx_old", "paper_day.day.wrong.old", "check_reading.too_old")
HERS = {"zh-CN": "您的处方", "en": "your prescription"}
TO_DO = {"zh-CN": ("换一张新的处方", "去医院"), "en": ("newer", "see the doctor")}


def said(lang: str, key: str) -> str:
    nameless = {"doctor": "", "changed": True, "new": True, "again": False}
    return words_of("Asia/Shanghai").say(lang, key, {**SAMPLES, **SPECIAL.get(key, {}), **nameless})


@pytest.mark.parametrize("key", CHANGED)
@pytest.mark.parametrize("lang", tags())
def test_a_change_names_the_doctor(lang: str, key: str) -> None:
    assert DOCTOR[lang] in said(lang, key).lower()


@pytest.mark.parametrize("key", ["settle.card", "settle.desk"])
@pytest.mark.parametrize("lang", tags())
def test_so_does_a_bill_that_waits_for_it(lang: str, key: str) -> None:
    words = {**SAMPLES, **SPECIAL.get(key, {}), "paid": False, "waits": True}
    assert DOCTOR[lang] in words_of("Asia/Shanghai").say(lang, key, words).split("\n")[0].lower()


@pytest.mark.parametrize("key", TOO_OLD)
@pytest.mark.parametrize("lang", tags())
def test_a_paper_that_is_too_old_is_hers_and_she_reads_what_to_do(lang: str, key: str) -> None:
    told = said(lang, key).lower()
    assert HERS[lang] in told
    assert all(word in told for word in TO_DO[lang])


@pytest.mark.parametrize("lang", tags())
def test_a_date_that_was_read_says_that_it_is_this_paper_that_would_be_too_old(lang: str) -> None:
    assert {"zh-CN": "这张处方就太旧了", "en": "this prescription is too old"}[lang] in said(lang, "check_reading.old")


@pytest.mark.parametrize("key", ["consult.case", "review.card"])
def test_a_diagnosis_stays_as_the_hospital_gave_it_and_says_so_in_another_language(key: str) -> None:
    """Its words are data: they are shown as they came, to those who treat."""
    assert "in the hospital's words: 高血压" in said("en", key)
