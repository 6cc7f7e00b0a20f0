"""What a flow may ask about an order; each refuses with a code whoever is not entitled. Carried out by bot/ops/."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from bot.dialog import Op
from bot.dosing import Line, Pricing
from bot.intents._declare import gate, local
from bot.model import Json
from bot.moves import BY_PATIENT, MoveName
from bot.views import OrderView


@gate
def legal(order: str, move: MoveName, read: int = -1) -> OrderView:
    """Only looks: refuses a press that comes too late before anything is asked. ``read``: see ``move``."""
    ...


@local
def move(order: str, move: MoveName, args: Mapping[str, Json], read: int = -1, task: str = "") -> OrderView:
    """Ask the hospital for a move. Flows use the functions below, which know what each move carries.

    Refused("rewritten") where it was decided on another prescription than the one that stands now: not the
    ``read``-th any more (from 0; -1 = about no prescription), or without the open question ``task`` for a price.
    """
    ...


def passes(order: str, read: int) -> Op[OrderView]:
    """The pharmacist lets the ``read``-th prescription take effect (R5)."""
    return move(order, "pass", {"decision": "pass", "reason": ""}, read)


def returns(order: str, reason: str, words: str, read: int) -> Op[OrderView]:
    """The pharmacist sends it back to the doctor: a code with words in locales, and his own words, "" = none."""
    return move(order, "return", {"decision": "return", "reason": reason, "words": words}, read)


def sends_back(order: str, words: str, read: int) -> Op[OrderView]:
    """She does not agree yet to a new line: to the doctor again, with her words."""
    return move(order, "send-back", {"reason": BY_PATIENT, "words": words}, read)


def prices(order: str, asked: Pricing, *, code: str = "", price: int = 0, covered: bool = False) -> Op[OrderView]:
    """The pharmacist finds a prescribed line in the list after all (``code``), or says what a box costs, in fen."""
    said: Mapping[str, Json] = {
        "line": asked.line, "status": "priced", "code": code, "price": price, "covered": covered}  # fmt: skip
    return move(order, "price", {"answers": [said]}, task=asked.id)


def cannot_supply(order: str, asked: Pricing, reason: str) -> Op[OrderView]:
    """A prescribed line cannot be had: back to the doctor, with the pharmacist's own words."""
    said: Mapping[str, Json] = {"line": asked.line, "status": "refused", "reason": reason}
    return move(order, "no-supply", {"answers": [said]}, task=asked.id)


def takes(order: str) -> Op[OrderView]:
    """The first doctor to take it is the one (R4)."""
    return move(order, "take", {})


def gives_back(order: str) -> Op[OrderView]:
    """The doctor gives the case back to the department."""
    return move(order, "give-back", {"reason": "given-back"})


def not_suitable(order: str, reason: str) -> Op[OrderView]:
    """The doctor finds that it cannot be treated here; ``reason`` is a code with words in locales."""
    return move(order, "not-suitable", {"reason": reason})


def prescribes(order: str, rx: Mapping[str, Json]) -> Op[OrderView]:
    """``rx``: what ``signed`` answered."""
    return move(order, "prescribe", {"rx": rx})


def hands_over(order: str, proof: Literal["code", "slip-qr", "two-identifiers"]) -> Op[OrderView]:
    """The ambassador gives the parcel away, by this proof (R9)."""
    return move(order, "hand-over", {"proof": proof})


def hands_out(order: str, proof: Literal["code", "two-identifiers"]) -> Op[OrderView]:
    """The window's clerk gives the parcel away, by this proof (R9)."""
    return move(order, "hand-out", {"proof": proof})


def confirms(order: str) -> Op[OrderView]:
    """She has it in her hands."""
    return move(order, "confirm", {})


@gate
def may_cancel(order: str) -> OrderView:
    """Only looks, as ``legal`` does; also while it is on its way to the hospital."""
    ...


@local
def cancels(order: str) -> OrderView:
    """Whoever may watch it takes it back, before it is packed. While it is being sent (stage "") nothing is there to be
    moved: it is asked for as soon as the hospital has it.
    """
    ...


@local
def watched(order: str) -> OrderView:
    """The order for whoever may watch it: the resident, or who ordered for her while his mandate lasts."""
    ...


@local
def who_accepts(order: str) -> int:
    """The account that is asked about a new line: her own, else who may act for her; 0 = nobody, or nothing to ask."""
    ...


@local
def shows_new(order: str) -> int:
    """The account that has a card of its new lines, or needs one because no open question asks it; 0 = none."""
    ...


@local
def asks_again(order: str) -> OrderView:
    """The order, looked at again in a day where new lines wait; operators hear it where nobody can accept them."""
    ...


@gate
def unaccepted(order: str, rewritten: int = -1) -> OrderView:
    """The order with new lines that wait for the word of this very person (see ``who_accepts``).

    Refused("nothing-new"); Refused("rewritten") where the prescription is not the ``rewritten``-th any more.
    """
    ...


@local
def accepts(order: str, rewritten: int) -> None:
    """She has read the new lines of this very prescription and agrees (R2); the hospital is told."""
    ...


@gate
def may_ask(order: str, read: int) -> OrderView:
    """The order for the pharmacist who wishes to ask its patient: as for a pass, but a price may still be open."""
    ...


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
def permitted(lines: Sequence[Line]) -> None:
    """Refused("controlled-line", drug) where one of them is a narcotic or psychotropic drug (R7)."""
    ...


@local
def signed(order: str, lines: Sequence[Line], note: str = "") -> Mapping[str, Json]:
    """The prescription as the command carries it: signed by the doctor who received the order (R4).

    ``note``: his word to the pharmacist.
    """
    ...
