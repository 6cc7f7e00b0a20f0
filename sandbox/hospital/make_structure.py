"""Prints structure.txt anew from the R4 classes of fhirclient (a test dependency; not needed to run the hospital)."""

from __future__ import annotations

import importlib
import sys
from typing import Any

from sandbox.hospital.params import PARAMS

_HEAD = """\
# The elements of the resource types that the sandbox hospital keeps, and of the data types they are made of (FHIR R4).
# A type, then one line per element: name, type, flags: * list, ! required, and the group of a choice (value[x]).
"""
_PLAIN = {"str": "string", "int": "integer", "float": "decimal", "bool": "boolean"}


def main() -> None:
    """Walk from the resource types to everything they hold."""
    waiting = [_model(name) for name in (*sorted(PARAMS), "Element")]
    seen: dict[str, list[str]] = {}
    while waiting:
        model = waiting.pop(0)
        title = model.__name__.removeprefix("FHIR")
        if title in seen:
            continue
        seen[title] = []
        for _, name, kind, many, choice, needed in sorted(model().elementProperties(), key=lambda one: one[1]):
            complex_ = hasattr(kind, "elementProperties") and kind.__name__ != "Resource"
            waiting += [kind] if complex_ else []
            word = _PLAIN.get(kind.__name__, kind.__name__.removeprefix("FHIR"))
            flags = "*" * bool(many) + "!" * bool(needed) + f" {choice}" * bool(choice)
            seen[title].append(f"  {name} {word} {flags}".rstrip())
    sys.stdout.write(_HEAD + "".join(f"\n{name}\n" + "\n".join(lines) + "\n" for name, lines in seen.items()))


def _model(name: str) -> Any:
    return getattr(importlib.import_module(f"fhirclient.models.{name.lower()}"), name)


if __name__ == "__main__":
    main()
