"""FHIR's small parts: money never loses a fen, references are typed, readers take anything, instants are exact."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend_client import Unintelligible
from backend_client.shapes import (
    code_of,
    day,
    dig,
    each,
    extended,
    fen,
    identified,
    instant,
    money,
    ms,
    one,
    path_of,
    ref,
    target,
    target_id,
    whole,
    word,
)
from backend_client.wire import dump, load
from tests.backend_client.valid import check

NUMBERS = st.decimals(allow_nan=False, allow_infinity=False)
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=5)
    | st.decimals(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=12,
)


@given(st.integers(-(10**15), 10**15))
def test_money_survives_the_wire(amount: int) -> None:
    assert fen(load(dump({"m": money(amount)}))["m"]) == amount


def test_money_is_written_with_two_places() -> None:
    assert dump(money(2040)) == b'{"value":20.40,"currency":"CNY"}'


@pytest.mark.parametrize("text", ["20.4", "20.40", "20.400", "2.04e1"])
def test_money_is_read_from_its_text(text: str) -> None:
    assert fen(load(f'{{"value": {text}, "currency": "CNY"}}'.encode())) == 2040


@pytest.mark.parametrize(
    "value",
    [None, {}, {"value": "20"}, {"value": True}, {"value": 1, "currency": "USD"}, {"value": Decimal("0.001")}, "20"],
)
def test_what_is_no_money_is_refused(value: object) -> None:
    with pytest.raises(Unintelligible):
        fen(value)


@given(JSON)
def test_the_wire_is_json(value: object) -> None:
    assert json.loads(dump({"v": value}), parse_float=Decimal)["v"] == plain(value)


def plain(value: object) -> object:
    """What JSON makes of it: a Decimal without a point comes back as an int, equal to it."""
    return json.loads(json.dumps(value, default=str), parse_float=Decimal) if not has_decimal(value) else value


def has_decimal(value: object) -> bool:
    if isinstance(value, dict):
        return any(has_decimal(item) for item in value.values())
    return any(has_decimal(item) for item in value) if isinstance(value, list) else isinstance(value, Decimal)


def test_numbers_that_are_none_are_refused() -> None:
    with pytest.raises(ValueError, match="JSON"):
        dump({"v": float("nan")})


@given(JSON)
def test_readers_take_anything(value: object) -> None:
    assert isinstance(word(value, "a", 0), str)
    assert isinstance(whole(value, 0, "a"), int)
    assert isinstance(one(value, "a"), dict)
    assert all(isinstance(item, dict) for item in each(value))
    assert target(value, "a") == target_id(value, "a") == ""


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("Patient/p1", "Patient/p1"),
        ("http://h.test/fhir/Patient/p1/_history/3", "Patient/p1"),
        ("Patient/p1/_history/3", "Patient/p1"),
        ("urn:uuid:1-2", ""),
        ("p1", ""),
        ("", ""),
        ("a/b", ""),
    ],
)
def test_references_are_read_in_every_form(text: str, path: str) -> None:
    assert path_of(text) == path
    assert target({"x": {"reference": text}}, "x") == path


def test_a_bare_id_is_never_sent() -> None:
    with pytest.raises(ValueError, match="Patient/<id>"):
        ref("p1")
    assert ref("urn:uuid:1") == {"reference": "urn:uuid:1"}


def test_codes_and_keys_are_read_by_their_system() -> None:
    assert code_of({"coding": [{"system": "a", "code": "1"}, {"system": "b", "code": "2"}]}, "b") == "2"
    assert code_of(None, "b") == ""
    assert identified({"identifier": [{"system": "a", "value": "1"}]}, "b") == ""
    assert identified({"identifier": {"system": "a", "value": "1"}}, "a") == "1"
    assert extended({"extension": [{"url": "a"}, {"url": "b", "valueCode": "x"}]}, "b") == "x"
    assert extended({"extension": [{"url": "a"}]}, "a") is None
    assert dig([{"a": 1}], 0, "a") == 1


def test_instants_are_utc_ms() -> None:
    assert instant(1_795_000_000_123) == "2026-11-18T11:06:40.123Z"
    assert ms("2026-11-18T19:06:40.123+08:00") == 1_795_000_000_123
    assert ms("2026-11-18") == 1_794_960_000_000
    assert (ms(""), day(1_795_000_000_123)) == (0, "2026-11-18")
    with pytest.raises(Unintelligible, match="not-an-instant"):
        ms("yesterday")


def test_the_checker_of_these_tests_does_refuse() -> None:
    with pytest.raises(Exception, match="statuss"):
        check({"resourceType": "Task", "statuss": "requested", "intent": "order", "status": "requested"})
