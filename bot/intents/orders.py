"""What a flow may ask about an order; each refuses with a code whoever is not entitled. Carried out by bot/ops/."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.dialog import Op
from bot.dosing import Line
from bot.intents._declare import local
from bot.model import Json
from bot.moves import MoveName
from bot.views import OrderView


@local
def legal(order: str, move: MoveName) -> OrderView:
    """Only looks: refuses a press that comes too late before anything is asked."""
    ...


@local
def move(order: str, move: MoveName, args: Mapping[str, Json]) -> OrderView:
    """Ask the hospital for a move. Flows use the functions below, which know what each move carries."""
    ...


def passes(order: str) -> Op[OrderView]:
    """The pharmacist lets the prescription take effect (R5)."""
    return move(order, "pass", {"decision": "pass", "reason": ""})


def returns(order: str, reason: str) -> Op[OrderView]:
    """The pharmacist sends it back to the doctor."""
    return move(order, "return", {"decision": "return", "reason": reason})


@local
def who_answers(order: str) -> int:
    """The account that answers for the patient: her own, else who may act for her; 0 = nobody has a phone here."""
    ...


@local
def keep_question(order: str, question: str, answer: str, by: int) -> str:
    """What the pharmacist asked and ``by`` answered, into the hospital's record (R10).

    Answers the name of the helper who typed it, "" where it was the patient herself.
    """
    ...


@local
def my_orders() -> tuple[OrderView, ...]:
    """The person's live orders, oldest deadline first; then the last three that ended."""
    ...


@local
def signed(order: str, lines: Sequence[Line]) -> Mapping[str, Json]:
    """The prescription as the command carries it: signed by the doctor who received the order (R4)."""
    ...
