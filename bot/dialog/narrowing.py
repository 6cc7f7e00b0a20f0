"""A choice among very many: which options get a button, and how a few typed letters find the others. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from bot.dialog.plain import Option

MANY = 40  # labels on the buttons of one message (Bot API: 100 buttons); more are found by typing


def answering(options: Sequence[Option]) -> list[Option]:
    """The options that answer; links and card actions do not."""
    return [o for o in options if not o.url and not o.action]


def is_long(options: Sequence[Option]) -> bool:
    """More labels than are shown. Options in the house's own words ("nobody", "all") are few and do not count."""
    return len(_labelled(options)) > MANY


def shown(options: Sequence[Option], typed: str) -> list[Option]:
    """Those with a button, in their order: of a long choice the first MANY that fit, and all that cannot be typed."""
    if not is_long(options):
        return [*options]
    named = _labelled(options)
    first = {o.id for o in (fitting(options, typed) or named)[:MANY]}
    away = {o.id for o in named} - first
    return [o for o in options if o.id not in away]


def fitting(options: Sequence[Option], typed: str) -> list[Option]:
    """Whose label contains what was typed, however it is spaced and cased, in wide letters or narrow ones."""
    part = _folded(typed)
    return [o for o in _labelled(options) if part in _folded(o.label or "")]


def named(options: Sequence[Option], typed: str) -> Option | None:
    """The one option that is called exactly this; None where nobody is or several are."""
    found = [o for o in _labelled(options) if _folded(o.label or "") == _folded(typed)]
    return found[0] if len(found) == 1 else None


def _labelled(options: Sequence[Option]) -> list[Option]:
    return [o for o in answering(options) if o.label is not None]


def _folded(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())
