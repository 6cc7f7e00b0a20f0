"""Checks a resource against the true R4 model library, strictly: unknown elements and wrong types are errors."""

from __future__ import annotations

import json
from typing import Any

from fhirclient.models.fhirelementfactory import FHIRElementFactory


def check(resource: dict[str, Any]) -> None:
    """Raises FHIRValidationError with the path of what is wrong."""
    FHIRElementFactory.instantiate(resource["resourceType"], resource)


def check_body(body: bytes | None) -> None:
    """A request or answer body: a resource, each entry of a Bundle; a JSON Patch is checked by its result."""
    found = json.loads(body) if body else []
    if isinstance(found, dict):
        entries = [entry["resource"] for entry in found.get("entry", []) if "resource" in entry]
        for resource in entries or [found]:
            check(resource)
