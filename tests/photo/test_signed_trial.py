"""From a drawn picture of a paper, read by the real networks, to the signature: only what is printed there (sixty)."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from tests.flows.test_proved_papers import carried, items
from tests.photo.conftest import Look
from tests.photo.contents import script
from tests.photo.layouts import LAYOUTS
from tests.photo.spoiling import photograph, shot

pytestmark = [pytest.mark.trial("papers, sixty as pictures"), pytest.mark.slow, pytest.mark.timeout(1800)]


@pytest.mark.parametrize("layout", ["form", "receipt", "grid", "screen", "bullets", "panel"])
def test_of_papers_as_pictures_only_what_is_printed_is_signed(look: Look, layout: str) -> None:
    reached = 0
    for seed in range(7000, 7010):
        s = replace(script(seed), items=items(seed) or items(seed + 100))
        reading = look(photograph(LAYOUTS[layout](s, random.Random(seed)), shot(seed), seed)).reading
        if reading.accepted and len(reading.drugs) == len(s.items):
            reached += carried(reading, s.items)
    assert reached >= 8
