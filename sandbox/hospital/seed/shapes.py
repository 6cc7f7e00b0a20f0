"""Small FHIR shapes that the seeds are made of: names, codes, references, money, words in two languages."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

NS = "https://medrelay.example/fhir"
TERMINOLOGY = "http://terminology.hl7.org/CodeSystem"
ICD10 = "http://hl7.org/fhir/sid/icd-10"
TRANSLATION = "http://hl7.org/fhir/StructureDefinition/translation"
CITY_TIME = timezone(timedelta(hours=8))
DAY = 86_400_000

Json = dict[str, Any]


def identifier(kind: str, value: str) -> Json:
    """An Identifier of our own systems."""
    return {"system": f"{NS}/id/{kind}", "value": value}


def coded(system: str, code: str, text: str = "") -> Json:
    """A CodeableConcept; a system without '://' is one of our own."""
    whole = system if "://" in system else f"{NS}/CodeSystem/{system}"
    return {"coding": [{"system": whole, "code": code}]} | ({"text": text} if text else {})


def extension(name: str, kind: str, value: Any) -> Json:
    """An extension of our own, `kind` the type of its value with a capital."""
    return {"url": f"{NS}/StructureDefinition/{name}", f"value{kind}": value}


def both(element: str, zh: str, en: str) -> Json:
    """A text element in Chinese with its English translation beside it (R4 languages.html)."""
    parts = [{"url": "lang", "valueCode": "en"}, {"url": "content", "valueString": en}]
    return {element: zh, f"_{element}": {"extension": [{"url": TRANSLATION, "extension": parts}]}}


def ref(place: str) -> Json:
    """A Reference to Type/id."""
    return {"reference": place}


def money(amount: Decimal) -> Json:
    """CNY."""
    return {"value": amount, "currency": "CNY"}


def moment(now_ms: int, days_ago: int, hour: int = 10) -> str:
    """A dateTime of the city, so many days before now, at that hour."""
    day = datetime.fromtimestamp(now_ms / 1000, CITY_TIME) - timedelta(days=days_ago)
    return day.replace(hour=hour, minute=0, second=0, microsecond=0).isoformat()
