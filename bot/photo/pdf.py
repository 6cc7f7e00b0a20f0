"""A PDF to pictures of its first pages, within limits. Runs in the worker process only."""

from __future__ import annotations

import importlib
from typing import Any, Final

import numpy as np

from bot.photo import reasons
from bot.photo.decode import Undecodable
from bot.photo.gate import MAX_PDF_PAGES
from bot.photo.look import FULL_SIDE
from bot.photo.pixels import Picture

_LEAST: Final = 64.0  # points of a side; below it nothing can be printed
_LOCKED: Final = (4, 5)  # FPDF_ERR_PASSWORD, FPDF_ERR_SECURITY (fpdfview.h)
_LARGEST: Final = 4.0  # pixels a point: print of a till slip is large enough


def pictures(data: bytes) -> tuple[list[Picture], int]:
    """The first MAX_PDF_PAGES pages in BGR, each at most FULL_SIDE long, and how many pages more there are.

    Raises Undecodable: locked (PDF_LOCKED); damaged, without pages, or without what draws it (PDF).
    """
    try:
        pdfium: Any = importlib.import_module("pypdfium2")
    except ImportError as absent:
        raise Undecodable(reasons.PDF) from absent
    try:
        document = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as broken:
        raise Undecodable(reasons.PDF_LOCKED if broken.err_code in _LOCKED else reasons.PDF) from broken
    try:
        pages = len(document)
        shown = [page for n in range(min(pages, MAX_PDF_PAGES)) if (page := _drawn(document[n])) is not None]
    except pdfium.PdfiumError as broken:
        raise Undecodable(reasons.PDF) from broken
    finally:
        document.close()
    if not shown:
        raise Undecodable(reasons.PDF)
    return shown, max(0, pages - MAX_PDF_PAGES)


def _drawn(page: Any) -> Picture | None:
    """None for a page too small to hold print."""
    width, height = (float(side) for side in page.get_size())
    if min(width, height) < _LEAST:
        return None
    scale = min(_LARGEST, FULL_SIDE / max(width, height))
    bitmap = page.render(scale=scale, may_draw_forms=False)
    drawn = np.asarray(bitmap.to_numpy())
    return np.ascontiguousarray(drawn if drawn.ndim == 3 else np.repeat(drawn[..., None], 3, axis=2))[..., :3].copy()


def stacked(pages: list[Picture]) -> Picture:
    """The pages below each other, as one picture to send on."""
    wide = max(page.shape[1] for page in pages)
    return np.vstack([np.pad(p, ((0, 0), (0, wide - p.shape[1]), (0, 0)), constant_values=255) for p in pages])
