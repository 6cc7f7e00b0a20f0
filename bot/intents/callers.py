"""What a neighbours' desk may ask about its callers; every operation looks first whether it still is this desk.

Carried out by bot/ops/callers.py and bot/ops/desk_money.py, the hospital's by bot/calls.py.
"""

from __future__ import annotations

from bot.dialog import Op
from bot.forms import TracesView
from bot.intents import people
from bot.intents._declare import local, remote
from bot.views import (
    CallerRowView,
    CallerView,
    DeskBillView,
    DeskEndedView,
    DeskLetGoView,
    DeskReaderView,
    DeskVisitView,
    MandateView,
    PatientView,
)

BY_TELEPHONE = "by-telephone"  # how she agreed
ACTS = ("order-refill",)  # what a desk may do for a caller


@local
def may_call(patient: PatientView) -> None:
    """Refused("no-such-patient"), as for somebody unknown, unless she lives where the acting desk works.

    Who acts as that desk knows her number and birthday from now on: at her door they prove nothing to him.
    """
    ...


@local
def caller(patient: PatientView) -> CallerView:
    """Who calls, and what she let this desk do."""
    ...


@local
def keep_caller(granted: MandateView, patient: PatientView, number: str) -> None:
    """The hospital recorded her consent by this desk: it may act for her."""
    ...


@local
def nothing_open(patient: str) -> None:
    """Refused("caller-has-order") while an order of hers is on its way, whoever placed it; ("caller-gone")."""
    ...


@local
def visit_for(patient: str) -> None:
    """A home visit for a caller who lets her name and address be given to whoever goes.

    Refused("caller-has-visit") while one that this desk asked for goes on.
    """
    ...


@local
def visit_readers(visit: str) -> tuple[DeskVisitView, ...]:
    """The desk that asked for it, while she lets it act for her."""
    ...


@local
def unused_record(order: str, patient: str, proof: TracesView) -> None:
    """Refused("rx-used") where a record that it would rest on belongs to another order already (R8)."""
    ...


@local
def my_callers() -> tuple[CallerRowView, ...]:
    """Everybody who let the acting desk act for her, those with an order first."""
    ...


@local
def desk_readers(order: str) -> tuple[DeskReaderView, ...]:
    """The desks that follow this order, and what each may be told of it."""
    ...


@local
def cancel_for(patient: str) -> None:
    """She takes back by telephone what this desk chose for her, or the hospital's counter entered.

    Refused("caller-no-cancel") where it is packed by now, or something else is under way.
    """
    ...


@local
def end_for_caller(patient: str, mandate: str) -> DeskEndedView:
    """She ends a helper's right, or the desk's own, by telephone: from this commit on. Refused("already-ended")."""
    ...


@local
def desks_let_go() -> tuple[DeskLetGoView, ...]:
    """Her consent is taken back on her own phone: each desk's right to her ends with it, and it asks her anew."""
    ...


# ---------------------------------------------------------------- money at a desk


@local
def desk_bill(order: str) -> DeskBillView:
    """What the acting desk may take for it now.

    Refused("desk-no-money") for a desk that the hospital did not entitle, ("not-yours-to-pay") for a helper's account,
    ("desk-someone-pays") while somebody pays it in chat, ("her-family-confirms") where a phone of hers or her family's
    pays it.
    """
    ...


@local
def desk_paid(order: str, amount: int, receipt: str) -> None:
    """The desk took this sum (fen) and gave this receipt: written to the hospital as a payment at the desk.

    Refused("desk-sum") where another sum is due by now, ("receipt-used") where the number stands on another receipt.
    """
    ...


@local
def desk_reads(order: str) -> DeskBillView:
    """What it reads her where nothing is due. Refused("not-free"), or like the above."""
    ...


@local
def desk_agrees(order: str) -> None:
    """Nothing is due: the desk read her the risk warning, and she agrees. Refused("not-free"), or like the above."""
    ...


# ---------------------------------------------------------------- the hospital


@remote("hospital")
def consent_by_desk(patient: str, role: str, number: str, key: str = "") -> None:
    """To the use of her health data (R13), said by telephone to this desk. Told afterwards: ``told`` gives the key."""
    ...


def lets_desk(key: str, patient: str, role: str, until: str, number: str) -> Op[MandateView]:
    """Her Consent by which the desk (PractitionerRole) may act; ``number``: of the call."""
    return people.grant_mandate(key, patient, role, until, BY_TELEPHONE, ACTS, number)
