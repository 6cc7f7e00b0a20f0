"""What a flow may ask about a payer by link: somebody outside who pays one order. Carried out by bot/ops/paying.py."""

from __future__ import annotations

from bot.intents._declare import local
from bot.views import FamilyView, ForPayerView, PaidView, PatientView, SharedView


@local
def may_share(order: str) -> None:
    """Whether the acting person may let somebody else pay it now: whoever is shown what it costs; Refused says why not.

    Refused("link-out") while an earlier link is.
    """
    ...


@local
def share(order: str, who: str) -> SharedView:
    """A single-use link, for ``config.family_link_hours``; ``who``: as she calls him. Refused like ``may_share``."""
    ...


@local
def end_share(order: str) -> FamilyView:
    """It is good no more, from this commit on; answers what it was. Refused("link-gone") where none was out."""
    ...


@local
def share_ran_out(order: str) -> FamilyView:
    """The same where its time is over and nobody has paid; an empty one where there is nothing to tell."""
    ...


@local
def look_at_share(parameter: str) -> ForPayerView:
    """What whoever opened the link may see: stage and sum. It stays unused.

    Refused("pay-link-over" / "pay-link-used" / "pay-link-own" / "not-yours-to-pay").
    """
    ...


@local
def take_share(parameter: str) -> ForPayerView:
    """The acting person pays: the link is his from now on, and nobody else's. Refused like ``look_at_share``."""
    ...


@local
def shared_by(order: str) -> FamilyView:
    """What is out for this order, for the one who sent it."""
    ...


@local
def payable_by_link(order: str) -> ForPayerView:
    """Whether the acting person pays it by link, and may now. Refused("pay-link-over"), ("already-paid"), ..."""
    ...


@local
def agrees_by_link(order: str, seen: PatientView) -> None:
    """The acting person has read the risks (R8) and confirms that nothing is to be paid; ``seen`` as below.

    Refused("sum-changed") where there is a sum by now.
    """
    ...


@local
def bill_by_link(order: str, seen: PatientView) -> None:
    """His invoice, without the order's number; ``seen``: the patient's record as it was read just now."""
    ...


@local
def pays_by_link(order: str) -> ForPayerView:
    """Who pays it by link, if anybody, and what he may see of it."""
    ...


@local
def link_payers(order: str) -> tuple[ForPayerView, ...]:
    """Of an order that ended: everybody who paid by link and whose money (``back``) goes back, and who was to pay."""
    ...


@local
def paid_how(order: str) -> PaidView:
    """Who paid it, as far as the messenger and the desks told."""
    ...
