"""All layouts of drawn prescriptions by name. None of them is a layout of the sample photos."""

from __future__ import annotations

import random
from collections.abc import Callable

from PIL import Image

from tests.photo.contents import Script
from tests.photo.drawing import bullets, form, grid, receipt, screen, spaced
from tests.photo.drawing_blocks import brands, cards, narrow, panel
from tests.photo.drawing_more import cells, lines, plain
from tests.photo.drawing_paper import bilingual, ruled, written
from tests.photo.drawing_slips import circled, columns, thermal

LAYOUTS: dict[str, Callable[[Script, random.Random], Image.Image]] = {
    "receipt": receipt,
    "form": form,
    "screen": screen,
    "grid": grid,
    "spaced": spaced,
    "bullets": bullets,
    "lines": lines,
    "cells": cells,
    "plain": plain,
    "bilingual": bilingual,
    "ruled": ruled,
    "written": written,
    "thermal": thermal,
    "circled": circled,
    "columns": columns,
    "cards": cards,
    "panel": panel,
    "narrow": narrow,
    "brands": brands,
}
BRANCHES = {"ruled": "(东院区)"}  # printed behind the hospital's name
LATER = ("bilingual", "ruled", "written", "thermal", "circled", "columns")  # drawn after the reader was written


def house(s: Script, layout: str) -> str:
    """The hospital as this layout prints it."""
    return s.hospital + BRANCHES.get(layout, "")
