"""How many inputs a property is shown: in the suite as many as it says, in ``make trial`` ten times as many."""

from __future__ import annotations

from typing import Any

from hypothesis import settings

MORE = 10  # what `make trial` multiplies by


def inputs(suite: int, /, base: settings | None = None, **more: Any) -> settings:
    """Settings with ``suite`` inputs; a test that says a number of its own says it with this."""
    return settings(base, max_examples=suite * (MORE if many() else 1), **more)


def many() -> bool:
    """Was hypothesis started by ``make trial``?"""
    return settings.get_current_profile_name() == "many"
