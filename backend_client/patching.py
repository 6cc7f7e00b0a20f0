"""The few JSON Patch operations that we send, done by ourselves for a hospital without PATCH (contract: the floor)."""

from __future__ import annotations

from typing import Any

from backend_client.errors import Clash
from backend_client.wire import Json


def applied(resource: Json, operations: list[Json]) -> Json:
    """A patched copy. Clash(``conflict``) where a ``test`` fails. Paths are ``/name`` and ``/name/-`` only."""
    patched = dict(resource)
    for operation in operations:
        name, _, rest = str(operation["path"]).removeprefix("/").partition("/")
        value: Any = operation.get("value")
        if operation["op"] == "remove":
            del patched[name]
        elif operation["op"] == "test":
            if patched.get(name) != value:
                raise Clash("conflict", f"test failed at /{name}")
        elif rest == "-":
            patched[name] = [*patched[name], value]
        else:
            patched[name] = value
    return patched
