"""The one table of moves: what a person asks the hospital to do to an order or a batch, and all that is said of it.

A new move is its row here, its method of ``Hospital`` and the flow with its button. What of a stage is known stands in
bot/stages.py; the hospital may do more than is asked for here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from bot.model import BatchMove, MoveName, OrderStage, Stage

#: Who may ask: a staff role, or what the person is to this very order. Nobody asks for what the bot does by itself.
Asker = Literal[
    "doctor",
    "pharmacist",
    "courier",
    "ambassador",
    "watcher",
    "receiver",
    "window-clerk",
    "operator",
    "reporter",
    "bot",
]


@dataclass(frozen=True, slots=True)
class Move:
    """``legal_from``: the stages at which it may be asked for. ``to``: the stage it leads to, "" = it stays.

    ``call``: the hospital's, whose argument ``actor`` names who does it ("" = no argument says so). ``takes``: whoever
    asks has the case from then on. ``urgent``: before whatever else waits for the hospital. ``read``: how lately his
    registration must have been read, "now" = a minute ago, "lately" = the last copy serves for a day (R18).
    """

    call: str
    legal_from: tuple[Stage, ...]
    to: OrderStage
    asker: Asker
    actor: str = ""
    takes: bool = False
    urgent: bool = False
    read: Literal["now", "lately", ""] = ""

    @property
    def late(self) -> str:
        """What the person reads who comes too late: ``refused.<late>``."""
        return f"already-{self.to}"


_ON_THE_ROAD = ("packed", "on-the-way", "arrived", "with-ambassador", "ready-at-window", "handed-over")
_UNTIL_PACKED = ("submitted", "received", "in-consult", "prescribed", "returned", "passed", "quoted", "paid")

MOVES: Mapping[MoveName, Move] = {
    "take": Move("hospital.take", ("submitted", "received"), "in-consult", "doctor", "doctor", takes=True, read="now"),
    "give-back": Move("hospital.give_back", ("in-consult", "returned"), "received", "doctor", "doctor"),
    "not-suitable": Move("hospital.not_suitable", ("in-consult",), "not-suitable", "doctor", "doctor", read="now"),
    "prescribe": Move("hospital.prescribe", ("in-consult", "returned"), "prescribed", "doctor", read="now"),
    "pass": Move("hospital.review", ("prescribed",), "passed", "pharmacist", "pharmacist", read="now"),
    "return": Move("hospital.review", ("prescribed",), "returned", "pharmacist", "pharmacist", read="now"),
    "send-back": Move("hospital.send_back", ("prescribed", "passed", "quoted"), "returned", "watcher", "who"),
    "price": Move("hospital.price", ("prescribed", "passed"), "", "pharmacist", "pharmacist", read="now"),
    "no-supply": Move("hospital.price", ("prescribed", "passed"), "returned", "pharmacist", "pharmacist", read="now"),
    "claim": Move("hospital.claim", ("passed",), "quoted", "bot"),
    "pay": Move("hospital.pay", ("quoted",), "paid", "watcher", "payer", urgent=True),
    "hand-over": Move(
        "hospital.hand_over", ("with-ambassador", "arrived"), "handed-over", "ambassador", "ambassador", read="lately"
    ),
    "hand-out": Move(
        "hospital.hand_over", ("ready-at-window",), "handed-over", "window-clerk", "ambassador", read="lately"
    ),
    "confirm": Move("hospital.confirm", ("handed-over",), "confirmed", "receiver", "receiver"),
    "expedite": Move("hospital.expedite", _UNTIL_PACKED, "", "operator", "operator", read="lately"),
    "report": Move("hospital.report_problem", _ON_THE_ROAD, "problem", "reporter", "by", urgent=True),
    "settled-there": Move("hospital.settle_problem", ("problem",), "handed-over", "reporter", "by"),
    "settled-carried": Move("hospital.settle_problem", ("problem",), "with-ambassador", "reporter", "by"),
    "found-there": Move("hospital.settle_problem", ("problem",), "handed-over", "operator", "by", read="lately"),
    "found-carried": Move("hospital.settle_problem", ("problem",), "with-ambassador", "operator", "by", read="lately"),
    "send-again": Move("hospital.settle_problem", ("problem",), "packed", "operator", "by", read="lately"),
    "end-problem": Move("hospital.settle_problem", ("problem",), "cancelled", "operator", "by", read="lately"),
    "cancel": Move("hospital.cancel", _UNTIL_PACKED, "cancelled", "watcher", "who", urgent=True),
}

BATCH_MOVES: Mapping[BatchMove, Move] = {
    "depart": Move("hospital.depart", ("packed",), "on-the-way", "courier", "courier"),
    "arrive": Move("hospital.arrive", ("on-the-way",), "arrived", "courier", "courier"),
    "collected": Move("hospital.collected", ("arrived",), "with-ambassador", "courier", "courier"),
}
#: The calls whose effect is owed once they were committed: money, custody, signatures, the record of what was said.
OWED = frozenset(move.call for move in (*MOVES.values(), *BATCH_MOVES.values()) if not move.takes) | {
    "hospital.say",
    "hospital.record_consent",
    "hospital.revoke_mandate",
    "hospital.end_related",
    "hospital.open_visit",
    "hospital.move_visit",
    "hospital.deny_receipt",
    "hospital.problem_more",
    "hospital.end_problem",
    "hospital.end_batch",
    "hospital.withdraw_ambassador",
    "hospital.end_ambassador",
    "hospital.stands_in",
    "hospital.is_back",
}
#: All that may still be asked for where the patient has died: no medicine goes on.
AFTER_DEATH: frozenset[MoveName] = frozenset({"not-suitable", "return", "cancel", "give-back", "end-problem"})
#: The same while somebody's word holds everything of the patient (bot/ops/halting.py); what she has she may confirm.
WHILE_HELD: frozenset[MoveName] = frozenset({*AFTER_DEATH, "confirm"})
HELD = "held"  # in an order's snapshot: why it is; and the reason of the cancel by which it came to its end
BY_WATCHER = "by-watcher"  # the reason of a cancel that whoever watches the order asked for
BY_PATIENT = "asked-by-patient"  # the reason of a send-back: she does not agree yet to a new line
BATCH_STAGES = ("packed", "on-the-way", "arrived", "with-ambassador")  # a batch goes through them in this order


def move_named(name: str) -> Move | None:
    """Of an order's; None for a word that is no move of ours."""
    return next((move for known, move in MOVES.items() if known == name), None)
