"""Names that stop an order (R7): narcotic and psychotropic drugs met outside hospitals. Not complete, not for clinical
use: the hospital's own list (column ``controlled``) is asked as well."""

from __future__ import annotations

import re
from typing import Final

from bot.photo.names import edits, fold, take_apart
from bot.photo.vocabulary import CONTROLLED_BRANDS, CONTROLLED_NAMES

_FOLDED: Final = tuple(fold(n) for n in CONTROLLED_NAMES)
_MARK_RE = re.compile(
    r"麻[、,.\s]*精[一1]?|精[一二12](?![\u4e00-\u9fff])|毒麻|红处方|第[一二]类精神药品|麻醉药品(?:处方|专用)"
)


def is_controlled(name: str, brand: str = "") -> bool:
    """Whether a printed drug is on the list; a name one character away from a long one counts too: better stop once."""
    folded = fold(name)
    if any(n in folded for n in _FOLDED) or any(b in folded or b in fold(brand) for b in CONTROLLED_BRANDS):
        return True
    core = take_apart(folded).core
    return any(len(n) >= 4 and edits(core, n, 1) <= 1 for n in _FOLDED)


def is_controlled_form(text: str) -> bool:
    """Whether a line of the page is the mark of a controlled form: 精二, 麻、精一 ..., printed in its corner."""
    return len(text) <= 14 and _MARK_RE.search(text) is not None
