"""What an order's card says to each of its readers: its state, its code where it is his to see, its buttons."""

from __future__ import annotations

from typing import Any

from bot.clockwords import rung_told
from bot.dialog import Option
from bot.model.names import Names
from bot.phrases import ONWARD, Told, being_cancelled, nothing_to_pay, stands_words, was_free
from bot.stages import SENDING, facts_of
from bot.views import OrderView


def case_key(order: str) -> str:
    """The key of its doctors' card, in its topic."""
    return f"case:{order}"


def review_key(order: str, chat: int, written: int = 0) -> str:
    """The key of the pharmacists' card of a prescription in this group; ``written``: how often anew after a return."""
    return f"review:{order}:{chat}" + (f":{written}" if written else "")


def usual_words(minutes: int) -> Told:
    """How long it usually is until a doctor takes it; "" where nothing is known."""
    if not minutes:
        return ""
    if minutes < 100:
        return ("order_card.minutes", {"count": minutes})
    return ("order_card.hours", {"count": round(minutes / 60)})


def own_code(order: OrderView, person: int, *, only: bool = False) -> bool:
    """Whether the card on this phone is hers or her family's; whoever carries the parcel asks for the code at the door.

    ``only``: of her family, and sees the stage only.
    """
    if person in order.residents:
        return True
    return person != order.ambassador and (only or person in order.family or not order.mandate)


def card_words(order: OrderView, name: Names, *, own: bool) -> dict[str, Any]:
    """What an order card says. The pick-up code only to the resident; no drugs: it may be read over a shoulder."""
    parcel = order.snapshot.parcel
    code = parcel.code if parcel and own and facts_of(order.stage).code_shown else ""
    free, pays = nothing_to_pay(order), order.stage == "quoted"
    hers = own and (order.holder == "resident" or free)
    return {
        "order": order.no,
        "stage": stands_words(order),
        "holder": ("holder.you", {}) if hers else (f"holder.{order.holder}", {}),
        "deadline": 0 if pays else order.deadline,  # under "please pay" it would read as the last day to pay
        "since": order.since,
        "late": order.late,
        "told": rung_told(order.told),
        "first": bool(order.snapshot.expedite),
        "name": name,
        "code": code,
        "label": order.label if code else "",
        "pending": bool(order.pending) and not being_cancelled(order),
        "live": order.holder != "nobody" and not being_cancelled(order),
        "usual": ("order_card.off_duty", {"until": order.duty}) if order.duty else usual_words(order.usual),
        "proxy": proxy_words(order),
        "calls": call_words(order),
    }


def proxy_words(order: OrderView) -> Told:
    """What a helper did for her who has no phone: its own mark, never the same as her own word."""
    done = order.snapshot.proxy
    if order.stage == "confirmed" and done.confirmed:
        return ("order_card.for_her", {"helper": done.confirmed, "denied": bool(done.objected)})
    free = facts_of(order.stage).paid and was_free(order)
    return ("order_card.read_to_her", {"helper": done.read}) if done.read and free else ""


SAID_OF = ("arrived", "with-ambassador", "ready-at-window", "confirmed")  # where she may say that something is wrong


def call_words(order: OrderView) -> Told:
    """Who calls about what is wrong with its parcel, and by when."""
    said = order.snapshot.wrong
    return ("order_card.calls", {"owner": said.owner, "until": said.until}) if order.stage == "problem" else ""


def card_buttons(order: OrderView, *, own: bool, person: int = 0) -> list[Option]:
    """A helper who has just sent it is led on to what else waits for him."""
    wrong = Option("wrong", action=f"wrong:{order.no}")
    if order.stage == "handed-over" and own:
        return [Option("received", action=f"received:{order.no}"), wrong]
    if order.stage in SAID_OF and own:
        return [wrong]
    sent = order.stage in (SENDING, "submitted") and order.mandate and person == order.placed_by != 0
    onward = [*(ONWARD if sent else ())]
    cancel = Option("cancel", action=f"cancel:{order.no}")
    if being_cancelled(order):
        return onward
    if order.stage == SENDING and order.pending == "submit":
        return [*onward, cancel]
    if not facts_of(order.stage).cancellable:
        return onward
    asked = order.snapshot.urgent or order.snapshot.expedite
    first = [] if asked else [Option("cannot_wait", action=f"cannot_wait:{order.no}")]
    return [*onward, cancel, *first]
