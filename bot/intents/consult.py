"""What a flow may ask about a consult, who hears of it, and its bill. Carried out by bot/ops (consult, relay)."""

from __future__ import annotations

from bot.forms import HandView, PieceView
from bot.intents._declare import local
from bot.views import CaseView, ColleagueView, Invited, OverdueView, PayerView, ReaderView, StrayView, UnseenView


@local
def open_topic(order: str) -> str:
    """One topic a consult in the department's forum; "" while the department has none."""
    ...


@local
def cut_outs(order: str) -> tuple[HandView, ...]:
    """Lines of the paper that she typed, or that a pen wrote on, for the topic that is about to be opened."""
    ...


@local
def paper(order: str) -> tuple[PieceView, ...]:
    """The photos of an order that is being reviewed, and the lines of them that are to be compared.

    Refused unless the acting person is a pharmacist who may review it now (R5).
    """
    ...


@local
def case(order: str) -> CaseView | None:
    """What the card adds to the snapshot; None while there is no topic."""
    ...


@local
def look_again(order: str) -> None:
    """Ask the hospital anew for allergies and what it found in the prescription, while the pharmacist has it."""
    ...


@local
def watchers(order: str) -> tuple[int, ...]:
    """Accounts that hear of this order: the resident, and whoever ordered for her while she lets him (R18).

    Nobody after a death.
    """
    ...


@local
def readers(order: str) -> tuple[ReaderView, ...]:
    """Whom the order ever concerned, each with whether he may hear of it now: whose mandate ended reads only that."""
    ...


@local
def claim(order: str) -> None:
    """The bot's own move after the pass (R5 before R6)."""
    ...


@local
def unseen(order: str) -> UnseenView:
    """Who is told that no doctor can see the case yet: its card does not stand in the doctors' group."""
    ...


@local
def overdue(order: str) -> OverdueView:
    """Why the order still waits for a price or for the insurer, once for each reason; then the operators know it."""
    ...


@local
def payer(order: str) -> PayerView:
    """Whom the settlement is shown to: never the ambassador as payer (R14)."""
    ...


@local
def bill(order: str) -> None:
    """The invoice. Its payload names order and amount: a changed amount is refused at pre-checkout."""
    ...


@local
def payable(order: str) -> None:
    """Whether the acting person is the one who pays it, and may now; Refused says why not."""
    ...


@local
def confirm_zero(order: str) -> None:
    """Nothing is due: a confirmation instead of a payment."""
    ...


@local
def stray(about: str) -> StrayView:
    """A payment that fits no order, for an operator. Refused("back-already") for one that was sent back, or is none."""
    ...


@local
def sent_back(about: str) -> None:
    """An operator says that he sent it back at the payment provider's: a bot has no way to do it."""
    ...


@local
def ask_in(order: str) -> Invited:
    """The receiving doctor asks colleagues to come in; whoever does is heard by the patient until the consult ends."""
    ...


@local
def come_in(order: str) -> ColleagueView:
    """A doctor with an active role comes in where he was asked. Refused: nobody-asked, already-in, own-order."""
    ...
