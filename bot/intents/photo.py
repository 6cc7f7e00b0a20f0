"""Reading prescription photos, by the worker process; Refused("photo-gone") when a file cannot be had any more."""

from __future__ import annotations

from collections.abc import Sequence

from bot.forms import ReadingView
from bot.intents._declare import local, remote


@local
def reads_photos() -> bool:
    """Whether a photo reader is at work here."""
    ...


@remote("photo")
def read(
    photos: Sequence[str], today: str, names: Sequence[str], history: Sequence[str], hers: Sequence[int] = ()
) -> ReadingView:
    """All pages of one prescription as one reading. ``photos``: file ids; ``history``: codes she had before.

    ``hers``: places of pages without a readable name that are said to be of the one in ``names``.
    """
    ...


@remote("photo")
def sort(photos: Sequence[str], today: str, names: Sequence[str]) -> tuple[ReadingView, ...]:
    """An album of several people's prescriptions, one reading for each person named on it."""
    ...
