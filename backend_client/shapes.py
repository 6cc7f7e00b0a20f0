"""FHIR's small parts: references, codes, identifiers, money, instants. Readers are lenient, builders are exact."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, tzinfo
from decimal import Decimal
from typing import Any, cast

from backend_client.errors import Unintelligible
from backend_client.wire import Json

CURRENCY = "CNY"


def dig(value: Any, *path: str | int) -> Any:
    """What is at ``path``, or None where any part of the way is missing or of another shape."""
    for step in path:
        if isinstance(step, int):
            value = cast("Any", value[step]) if isinstance(value, list) and len(cast("Any", value)) > step else None
        else:
            value = cast("Any", value).get(step) if isinstance(value, dict) else None
    return value


def word(value: Any, *path: str | int) -> str:
    found = dig(value, *path)
    return found if isinstance(found, str) else ""


def each(value: Any, *path: str | int) -> list[Json]:
    """The objects of a list; what is not an object is left out."""
    found = dig(value, *path)
    return [item for item in cast("list[Any]", found) if isinstance(item, dict)] if isinstance(found, list) else []


def one(value: Any, *path: str | int) -> Json:
    """The first object of a list, or an empty one."""
    return next(iter(each(value, *path)), cast("Json", {}))


def whole(value: Any, *path: str | int) -> int:
    found = dig(value, *path)
    return int(found) if isinstance(found, int | Decimal) and not isinstance(found, bool) else 0


# references
def ref(reference: str) -> Json:
    """``reference`` is always typed (``Patient/pat-1``) or a urn inside a transaction, never a bare id."""
    if "/" not in reference and not reference.startswith("urn:uuid:"):
        raise ValueError(f"write Patient/<id>, not a bare id: {reference!r}")
    return {"reference": reference}


def path_of(reference: str) -> str:
    """``Patient/pat-1`` of a relative, absolute or versioned reference; "" if it is none."""
    parts = reference.split("/_history/")[0].rstrip("/").split("/")
    return "/".join(parts[-2:]) if len(parts) >= 2 and parts[-2][:1].isupper() else ""


def target(value: Any, *path: str | int) -> str:
    """The ``Type/id`` that the Reference at ``path`` points at, or ""."""
    return path_of(word(value, *path, "reference"))


def target_id(value: Any, *path: str | int) -> str:
    return target(value, *path).rpartition("/")[2]


def own_path(resource: Json) -> str:
    return f"{resource['resourceType']}/{resource['id']}"


# codes and identifiers
def concept(system: str, code: str, text: str = "") -> Json:
    built: Json = {"coding": [{"system": system, "code": code}]}
    return {**built, "text": text} if text else built


def code_of(value: Any, system: str) -> str:
    """The code that a CodeableConcept has in ``system``, or ""."""
    return next((word(coding, "code") for coding in each(value, "coding") if coding.get("system") == system), "")


def codes_of(concepts: Iterable[Json], system: str) -> list[str]:
    return [code for code in (code_of(item, system) for item in concepts) if code]


def identifier(system: str, value: str) -> Json:
    return {"system": system, "value": value}


def identified(resource: Json, system: str) -> str:
    """Our key of ``system`` on the resource; QuestionnaireResponse has one identifier, all others a list."""
    raw = resource.get("identifier")
    found = [cast("Json", raw)] if isinstance(raw, dict) else each(resource, "identifier")
    return next((word(item, "value") for item in found if item.get("system") == system), "")


def extension(url: str, kind: str, value: Any) -> Json:
    return {"url": url, f"value{kind}": value}


def extended(resource: Any, url: str) -> Any:
    """The value of the first extension ``url``, whatever its type; None if there is none."""
    for item in each(resource, "extension"):
        if item.get("url") == url:
            return next((value for key, value in item.items() if key.startswith("value")), None)
    return None


# money and time
def money(fen: int, currency: str = CURRENCY) -> Json:
    return {"value": Decimal(fen).scaleb(-2), "currency": currency}


def fen(value: Any, currency: str = CURRENCY) -> int:
    """Money to whole fen; Unintelligible for another currency or a part of a fen."""
    amount, stated = dig(value, "value"), dig(value, "currency")
    if not isinstance(amount, int | Decimal) or isinstance(amount, bool) or stated not in (None, currency):
        raise Unintelligible("not-money")
    scaled = Decimal(amount).scaleb(2)
    if scaled != scaled.to_integral_value():
        raise Unintelligible("part-of-a-fen")
    return int(scaled)


def instant(ms: int) -> str:
    return datetime.fromtimestamp(ms / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def day(ms: int) -> str:
    return instant(ms)[:10]


def ms(value: str) -> int:
    """An instant or date as UTC ms; 0 for none. A date alone is its first moment in UTC."""
    if not value:
        return 0
    try:
        when = datetime.fromisoformat(value)
    except ValueError as error:
        raise Unintelligible("not-an-instant") from error
    return round((when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp() * 1000)


def local_day(value: str, zone: tzinfo) -> str:
    """The day of a date (at the precision it has) or of an instant, by the hospital's clock; "" for neither."""
    if "T" not in value:
        return value[:10]
    try:
        return datetime.fromisoformat(value).astimezone(zone).date().isoformat()
    except ValueError:
        return ""


def updated(resource: Json) -> int:
    return ms(word(resource, "meta", "lastUpdated"))


def version(resource: Json) -> str:
    return word(resource, "meta", "versionId")
