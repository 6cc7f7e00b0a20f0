"""What flows see of what holds everything of a patient; kept like every view (see the package)."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.model.names import Names


@dataclass(frozen=True, slots=True)
class HearerView:
    """Somebody with a right to the patient, and how he calls her; ``own``: it is her own phone."""

    account: int = 0
    called: Names = field(default_factory=dict[str, str], repr=False)
    own: bool = False


@dataclass(frozen=True, slots=True)
class HaltView:
    """``id`` "" = nothing holds. ``by``: what he is to her who said it, ``said_by`` his account; ``helper``: his public
    name, where he has one. ``hears``: everybody else with a right; ``chats``: clinic chats that read it.

    ``new``: it was said now, not before. ``undone``: it holds no more. ``name`` and ``tail``: for an operator.
    """

    id: str = ""
    kind: str = ""
    by: str = ""
    said_by: int = 0
    helper: str = ""
    since: int = 0
    wrong: bool = False
    confirmed: bool = False
    undone: bool = False
    new: bool = False
    hears: tuple[HearerView, ...] = ()
    called: Names = field(default_factory=dict[str, str], repr=False)  # as he calls her who said it
    own: bool = False
    tail: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class HaltsView:
    """What holds somebody now, nobody named; ``more``: how many are not among them."""

    rows: tuple[HaltView, ...] = ()
    more: int = 0


@dataclass(frozen=True, slots=True)
class SpokenForView:
    """Somebody of whom the acting person may say it. ``ref``: her mark, or an order's number."""

    ref: str = ""
    called: Names = field(default_factory=dict[str, str], repr=False)
    own: bool = False
    halt: HaltView = field(default_factory=HaltView)


@dataclass(frozen=True, slots=True)
class WoundUpView:
    """Of what was held: parcels that are to come back, each with whoever has it in his hands now."""

    order: str = ""
    label: str = ""
    holders: tuple[int, ...] = ()
