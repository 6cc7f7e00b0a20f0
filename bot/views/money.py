"""What flows see of a payer by link; kept like every view (see the package)."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.model.names import Called


@dataclass(frozen=True, slots=True)
class FamilyView:
    """The link by which somebody else may pay an order; ``link`` "" = none is out. Times in civil UTC ms.

    ``who``: as she calls him, "" = she did not say. ``payer``: the account that said it pays, 0 = nobody yet.
    ``paid``: its charge has come. ``free``: nothing was to be paid, it is only confirmed.
    """

    link: str = ""
    who: str = field(default="", repr=False)
    by: int = 0
    payer: int = 0
    until: int = 0
    paid: bool = False
    free: bool = False


@dataclass(frozen=True, slots=True)
class SharedView:
    """A link to pass on, and until when it is good."""

    url: str = field(default="", repr=False)
    until: int = 0


@dataclass(frozen=True, slots=True)
class PaidView:
    """Who paid an order: fen by link and by anybody else. ``free``: confirmed by link, nothing was to be paid."""

    family: int = 0
    other: int = 0
    who: str = field(default="", repr=False)
    free: bool = False


@dataclass(frozen=True, slots=True)
class ForPayerView:
    """An order as its payer by link sees it: stage and sum in fen; the ``initial`` only after he said that he pays.

    ``account``: his, 0 = nobody pays it by link. ``no``: for buttons and further steps, never for his eyes.
    ``may``: it can be paid now. ``paid`` by anybody, ``mine``: by him. ``back``: fen of his that go back to him.
    ``free``: nothing is to be paid, only confirmed.
    """

    account: int = 0
    no: str = ""
    stage: str = ""
    due: int = 0
    until: int = 0
    initial: Called = field(default="", repr=False)
    may: bool = False
    paid: bool = False
    mine: bool = False
    back: int = 0
    patient: str = field(default="", repr=False)
    free: bool = False
