"""What a flow may ask where something is wrong with a parcel: it is reported, and settled. By bot/ops/wrong.py."""

from __future__ import annotations

from bot.dialog import Op
from bot.intents._declare import gate, local, remote
from bot.intents.orders import move
from bot.moves import MOVES, MoveName
from bot.views import HeldView, OrderView, ReportView, SaidView, ToSettleView

#: How an operator may end a problem: moves of bot/moves.py.
WAYS: tuple[MoveName, ...] = ("found-there", "found-carried", "send-again", "end-problem")


@local
def may_report(order: str) -> ReportView:
    """Refused("wrong-already", at: 0 = over), ("wrong-late": days after delivery), ("not-now"), or like any press."""
    ...


@local
def reports(order: str, kind: str) -> ReportView:
    """From this commit on the operators have it; the hospital is told, and moves the order to ``problem``.

    Nobody home is no problem of hers: the order stays on its road, and ``people`` hear when it is brought again.
    """
    ...


@local
def promise_over(order: str) -> ReportView:
    """The time is over by which somebody calls, and the order stands at no problem (the ladder has those).

    ``people`` hear it; () = somebody has seen to it.
    """
    ...


@gate
def unsettled(order: str, key: str) -> None:
    """Refused("wrong-over") once somebody has seen to what was reported under ``key``."""
    ...


@local
def adds(order: str, key: str, word: str, photo: str) -> None:
    """A word and a photo (the messenger's file) to what was reported: sealed here, and told to the hospital."""
    ...


@local
def parcels_of(batch: str) -> tuple[HeldView, ...]:
    """The parcels of a batch of which whoever carries it may say that something is wrong."""
    ...


@local
def settles_own(order: str) -> OrderView:
    """[It is settled] by whoever reported it, where that is safe: to where it was. Refused("not-now")."""
    ...


@local
def to_settle(card: str) -> tuple[ToSettleView, ...]:
    """The orders of an exception that the acting operator has taken which stand at their problem now.

    Refused("under-way") while the hospital has not answered the report.
    """
    ...


@local
def said(card: str) -> tuple[SaidView, ...]:
    """What was reported, for the operator who has taken it."""
    ...


def settles(order: str, how: MoveName, key: str = "") -> Op[OrderView]:
    """An operator ends the problem."""
    return move(order, how, {"stage": MOVES[how].to, "key": key})


@remote("hospital", lane="order")
def problem_more(order: str, key: str, words: str, file: str) -> None:
    """A word or a picture to what was reported under ``key``."""
    ...


@remote("hospital", lane="order")
def end_problem(order: str, key: str) -> None:
    """The exception of what was reported under ``key`` is settled: its Task ends, too."""
    ...
