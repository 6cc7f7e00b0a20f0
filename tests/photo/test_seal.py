"""The same prescription is recognised again, and nothing can be learnt from its traces without the key."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.photo.reading import Field, ReadDrug, Reading
from bot.photo.seal import BITS, bands, distance, picture_hash, prescription_keys, same_picture

KEY = b"key of a hospital"
LOOKS = tuple(float((i * 37) % 101 - 50) for i in range(400))
READING = Reading(
    accepted=True,
    date=Field("2026-11-08"),
    patient=Field("何玉芬"),
    hospital=Field("上海市明珠区中心医院"),
    number=Field("575663846212"),
    drugs=(ReadDrug(Field("来曲唑片"), Field("2.5mg"), 10, 2, "exact", "MR1"),),
)


def test_near_pictures_have_near_hashes() -> None:
    again = tuple(v + (0.8 if i % 3 else -0.8) for i, v in enumerate(LOOKS))
    other = tuple(float((i * 53) % 97 - 48) for i in range(400))
    first = picture_hash(LOOKS, KEY)
    assert same_picture(first, picture_hash(again, KEY))
    assert not same_picture(first, picture_hash(other, KEY))


def test_another_key_gives_another_hash() -> None:
    assert distance(picture_hash(LOOKS, KEY), picture_hash(LOOKS, b"another")) > BITS // 4


def test_no_picture_has_no_hash_and_is_like_nothing() -> None:
    assert picture_hash((), KEY) == ""
    assert distance("", picture_hash(LOOKS, KEY)) == BITS


FIRST = picture_hash(LOOKS, KEY)


@given(st.sets(st.integers(0, BITS - 1), max_size=31))
def test_hashes_of_one_picture_share_a_band(flipped: set[int]) -> None:
    first = FIRST
    value = int(first, 16)
    for bit in flipped:
        value ^= 1 << bit
    second = f"{value:0{BITS // 4}x}"
    assert same_picture(first, second)
    assert set(bands(first)) & set(bands(second))


def test_a_prescription_has_a_key_of_its_number_and_one_of_its_content() -> None:
    keys = prescription_keys(READING, KEY)
    assert len(keys) == 2
    assert all(len(k) == 64 and "575663846212" not in k for k in keys)
    assert prescription_keys(READING, b"another") != keys


@pytest.mark.parametrize(
    "other",
    [
        replace(READING, number=None),  # photographed again with the number under a thumb
        replace(READING, patient=Field("何玉芳"), drugs=()),  # the number alone
        replace(READING, doctor=Field("王五"), accepted=False),
    ],
)
def test_the_same_prescription_read_otherwise_shares_a_key(other: Reading) -> None:
    assert set(prescription_keys(READING, KEY)) & set(prescription_keys(other, KEY))


@pytest.mark.parametrize(
    "other",
    [
        replace(READING, date=Field("2026-11-09")),
        replace(READING, hospital=Field("上海市云间区中医医院")),
        replace(READING, number=Field("999"), patient=Field("王五")),
    ],
)
def test_another_prescription_shares_none(other: Reading) -> None:
    assert not set(prescription_keys(READING, KEY)) & set(prescription_keys(other, KEY))


def test_an_unreadable_page_has_no_key() -> None:
    assert prescription_keys(Reading(accepted=False), KEY) == ()
