"""What counts as done twice: an act that nobody sent back in between."""

from __future__ import annotations

from typing import Any

import pytest

from tests.faults.effects import repeated


def acts(*activities: str) -> dict[str, dict[str, Any]]:
    return {
        f"Provenance/{n}": {
            "resourceType": "Provenance",
            "id": str(n),
            "activity": {"coding": [{"code": activity}]},
            "target": [{"reference": "Task/1"}],
            "agent": [{"who": {"reference": "PractitionerRole/1"}}],
        }
        for n, activity in enumerate(activities)
    }


@pytest.mark.parametrize(
    ("activities", "twice"),
    [
        (("prescribed",), []),
        (("prescribed", "prescribed"), ["prescribed"]),
        (("prescribed", "returned"), []),
        (("prescribed", "returned", "prescribed"), []),
        (("prescribed", "returned", "returned", "prescribed"), ["returned"]),
        (("prescribed", "returned", "prescribed", "prescribed"), ["prescribed"]),
        (("prescribed", "returned", "prescribed", "returned", "prescribed", "passed"), []),
        (("prescribed", "passed", "passed"), ["passed"]),
        (("packed", "packed"), ["packed"]),
    ],
)
def test_what_is_done_twice(activities: tuple[str, ...], twice: list[str]) -> None:
    assert repeated({}, acts(*activities)) == [f"Provenance {one} of Task/1" for one in twice]
