"""What flows see of acts for somebody without a phone; kept like every view (see the package)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from bot.model.names import Called

Step = Literal["", "door", "confirm", "received", "card", "elsewhere"]


@dataclass(frozen=True, slots=True)
class ProxyView:
    """What others did for the patient of an order. Accounts 0 = nobody, times in civil UTC ms, 0 = never.

    ``door``: what was seen at her door. ``read``: the public name of who read the risk warning to her and confirmed a
    share of nothing. ``confirmed``: of who confirmed for her that she has it, ``by`` his account, ``at`` when.
    ``objected``: when family or desk said that it is not so.
    """

    door: str = ""
    read: str = ""
    confirmed: str = ""
    by: int = 0
    at: int = 0
    objected: int = 0


@dataclass(frozen=True, slots=True)
class HelperReadsView:
    """Whether a helper reads the warning to her and confirms a share of nothing; ``flagged``: the hospital says no."""

    reads: bool = False
    flagged: bool = False


@dataclass(frozen=True, slots=True)
class ForHerView:
    """An order that was confirmed for its patient: who hears so, by whose word, and until when it may be denied."""

    no: str = ""
    label: str = ""
    helper: str = ""
    people: tuple[int, ...] = ()
    until: int = 0
    call: bool = False  # one of those whom the desk calls
    name: Called = field(default="", repr=False)  # for a desk, which reads no number


@dataclass(frozen=True, slots=True)
class ScanView:
    """What a QR opens for whoever scanned it; ``step`` "" = nothing: it is not his, or of no parcel."""

    step: Step = ""
    no: str = ""
    label: str = field(default="", repr=False)
    phone: str = ""
