"""The CapabilityStatement, told from the table of search parameters: what this server really offers, nothing more."""

from __future__ import annotations

from typing import Any

from sandbox.hospital.params import PARAMS

_INTERACTIONS = ("read", "vread", "update", "patch", "delete", "history-instance", "create", "search-type")


def statement(base: str) -> dict[str, Any]:
    """The statement of the server at a base URL (FHIR R4 capabilitystatement.html)."""
    return {
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": "2026-11-01",
        "kind": "instance",
        "software": {"name": "MedRelay sandbox hospital", "version": "1"},
        "implementation": {"description": "sandbox, not for clinical use", "url": base},
        "fhirVersion": "4.0.1",
        "format": ["application/fhir+json"],
        "patchFormat": ["application/json-patch+json"],
        "rest": [
            {
                "mode": "server",
                "resource": [_resource(type_) for type_ in sorted(PARAMS)],
                "interaction": [{"code": "transaction"}],
            }
        ],
    }


def _resource(type_: str) -> dict[str, Any]:
    params = PARAMS[type_]
    return {
        "type": type_,
        "interaction": [{"code": code} for code in _INTERACTIONS],
        "versioning": "versioned-update",
        "readHistory": True,
        "updateCreate": True,
        "conditionalCreate": True,
        "conditionalRead": "not-match",
        "conditionalUpdate": False,
        "conditionalDelete": "not-supported",
        "searchInclude": [f"{type_}:{name}" for name, param in params.items() if param.kind == "reference"],
        "searchParam": [{"name": name, "type": param.kind} for name, param in params.items()],
    }
