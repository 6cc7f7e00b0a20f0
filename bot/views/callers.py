"""What flows see of a neighbours' desk's callers; kept like every view (see the package). No drug, illness or price."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.model.names import Called, Names


@dataclass(frozen=True, slots=True)
class CallersHelperView:
    """Whose right she may end at the desk: the Consent's id, his public name by language ("" = the desk itself)."""

    mandate: str = ""
    names: Names = field(default_factory=dict[str, str])
    desk: bool = False


@dataclass(frozen=True, slots=True)
class CallerView:
    """Somebody who calls: ``mine``: this desk may act for her. ``until``: ISO day, the last of what she would agree to.

    ``role`` is the desk's registration, ``name`` its public name; ``helpers``: who may act for her, the desk too.
    ``cancels``: an order that this desk follows may still be cancelled.
    """

    mine: bool = False
    age: int = 0
    role: str = ""
    name: str = ""
    until: str = ""
    helpers: tuple[CallersHelperView, ...] = ()
    mark: str = ""  # by which it says that something has changed for her
    cancels: bool = False


@dataclass(frozen=True, slots=True)
class CallerRowView:
    """One of a desk's callers: her name (told apart by her call's number), and where her newest order is; "" = none."""

    name: Called = field(default="", repr=False)
    stage: str = ""
    since: int = 0
    visit: str = ""  # how a home visit that goes on stands


@dataclass(frozen=True, slots=True)
class DeskVisitView:
    """A desk that asked for a visit: its account, and for whom."""

    account: int = 0
    name: Called = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class DeskReaderView:
    """A desk that follows an order. ``over``: she lets it no more. ``takes``: it may take money for it now.

    ``due``: fen, -1 = this desk is not told. ``free``: nothing is to be paid, only confirmed.
    ``cash``: fen that this desk took for an order that has ended, against ``receipts``.
    ``waits``: nobody else pays it. ``unread``: a new line waits for her own word (R2).
    ``flagged``: the hospital flags a drug of it, so more is read to her.
    """

    account: int = 0
    name: Called = field(default="", repr=False)
    over: bool = False
    takes: bool = False
    due: int = -1
    cash: int = 0
    receipts: str = field(default="", repr=False)
    free: bool = False
    waits: bool = False
    unread: bool = False
    flagged: bool = False


@dataclass(frozen=True, slots=True)
class DeskBillView:
    """What a desk takes for an order: whose, how much (fen); ``flagged`` as above."""

    name: Called = field(default="", repr=False)
    due: int = 0
    flagged: bool = False


@dataclass(frozen=True, slots=True)
class DeskLetGoView:
    """A desk whose right ended with her consent: its Consent at the hospital, its account (0: none), her name to it."""

    consent: str = ""
    account: int = 0
    name: Called = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class DeskEndedView:
    """A right that she ended by telephone: who else hears it, her name to him, his to her."""

    helper: int = 0
    known_as: Names = field(default_factory=dict[str, str], repr=False)
    hers: tuple[int, ...] = ()
    names: Names = field(default_factory=dict[str, str])
    consents: tuple[str, ...] = ()
    desk: bool = False
