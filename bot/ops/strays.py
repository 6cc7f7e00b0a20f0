"""A charge that fits no order: operators send it back at the payment provider's, and say so here."""

from __future__ import annotations

from dataclasses import replace

from bot.dialog import Refused
from bot.intents import consult as intents
from bot.model import Payment
from bot.ops.incidents import ask_operators, report, settle
from bot.ops.registry import Act, does, role_of
from bot.turn import Turn
from bot.views import StrayView


async def fits_none(turn: Turn, row: Payment) -> None:
    """Operators hear it: the messenger has no way back for a provider's money, so it goes back at the provider's.

    Bot API: only payments in Stars can be refunded by a bot (refundStarPayment).
    """
    about = _mark(turn, row)
    await report(turn, "payment", about=about, code="no-such-order")
    words = {"amount": row.amount, "number": row.id}
    await ask_operators(turn, f"stray:{about}", "money_back.asked", words, "action.money_back", f"money_back:{about}")


def _mark(turn: Turn, row: Payment) -> str:
    return turn.blind("payment", row.id)[:12]


async def _stray(act: Act, about: str) -> Payment:
    role_of(await act.me(), "operator")
    found = [row for row in await act.turn.find(Payment, order="") if _mark(act.turn, row) == about]
    if not found or found[0].sealed.get("back"):
        raise Refused("back-already")
    return found[0]


@does(intents.stray)
async def stray(act: Act, about: str) -> StrayView:
    row = await _stray(act, about)
    return StrayView(int(row.sealed["account"]), row.amount, row.id)


@does(intents.sent_back)
async def sent_back(act: Act, about: str) -> None:
    row = await _stray(act, about)
    act.turn.put(replace(row, sealed={**row.sealed, "back": act.turn.now}))
    await settle(act.turn, "payment", about, "sent back")
    act.turn.note("", f"person:{act.who}", "money-back", reason=row.id)
