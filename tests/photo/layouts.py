"""All layouts of drawn prescriptions by name. None of them is a layout of the sample photos."""

from __future__ import annotations

import random
from collections.abc import Callable

from PIL import Image

from tests.photo.contents import Script
from tests.photo.drawing import bullets, form, grid, receipt, screen, spaced
from tests.photo.drawing_more import cells, lines, plain

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
}
