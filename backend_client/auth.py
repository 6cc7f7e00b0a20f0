"""Where the bearer token comes from. Static for now; SMART Backend Services fits behind the same seam."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

Bearer = Callable[[bool], Awaitable[str]]
"""``await bearer(fresh)`` gives the token ("" = none); ``fresh`` asks for a new one after a 401."""


def static_bearer(token: str) -> Bearer:
    """A token that an operator typed in; it cannot be renewed."""

    async def bearer(fresh: bool) -> str:
        return token

    return bearer
