"""What flows see of a parcel with which something is wrong; kept like every view (see the package)."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class WrongView:
    """What was reported of an order's parcel. ``kind`` "" = the hospital found it; ``stage``: where the order stood.

    ``role``: as what ``by`` (an account) said it, "hers" = the resident or whoever acts for her. ``until``: by when
    somebody calls, ``owner``: the operator who does, "" = whoever is on duty. ``again``: when it is brought again (the
    end of that day), where nobody was home.
    """

    kind: str = ""
    stage: str = ""
    by: int = 0
    role: str = ""
    at: int = 0
    until: int = 0
    owner: str = ""
    again: int = 0
    key: str = ""
    word: str = field(default="", repr=False)
    photo: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class ReportView:
    """A parcel of which the acting person may say that something is wrong, or what became of that.

    ``kinds``: what he may say. ``safe``: he may say himself that it is settled. ``people``: who hears that it is
    brought again.
    """

    no: str = ""
    label: str = ""
    kinds: tuple[str, ...] = ()
    until: int = 0
    phone: str = ""
    key: str = ""
    safe: bool = False
    carries: bool = False
    people: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class ToSettleView:
    """An order at its problem, and how an operator may end that (names of moves)."""

    no: str = ""
    ways: tuple[str, ...] = ()
    key: str = ""


@dataclass(frozen=True, slots=True)
class SaidView:
    """What was said of a parcel, for the private chat of whoever took it. ``photo``: a file of the messenger."""

    no: str = ""
    kind: str = ""
    role: str = ""
    at: int = 0
    word: str = field(default="", repr=False)
    photo: str = field(default="", repr=False)
