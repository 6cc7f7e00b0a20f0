"""What a flow may ask where somebody without a phone is helped: read to her, confirmed for her, denied. By bot/ops."""

from __future__ import annotations

from bot.intents._declare import local, remote
from bot.views import ForHerView, OrderView, PatientView, ScanView

GUARDIAN = "guardian"  # whose child's consent was taken back: he gives it anew


@local
def needs_consent(patient: str) -> str:
    """The helper's PractitionerRole where her consent to health data (R13) was never read to her; "" = it was.

    Of a child whose guardian took it back: ``GUARDIAN``, for a guardian. Refused("consent-taken-back") for whoever else
    acts for somebody who took it back on her own phone, or for such a child.
    """
    ...


@local
def keep_consent(patient: str) -> None:
    """She agreed before the acting helper; the hospital is told beside this."""
    ...


@local
def reads_to_her(order: str) -> OrderView:
    """Whether the acting helper may read the risk warning to her and confirm a share of 0.00 (R8, R14).

    Refused("not-free") for any other share, ("flagged") where the hospital wants more than a helper, ("her-own-phone"),
    ("no-mandate", "mandate-over").
    """
    ...


@local
def confirm_zero_for(order: str, seen: PatientView) -> None:
    """He has read it to her and she agrees; ``seen``: her record as it was read just now. Refused like the above."""
    ...


@local
def helper_for(order: str) -> int:
    """The account that is asked to confirm for her; 0 = she or her family does, or nobody may: then operators hear."""
    ...


@local
def confirm_for(order: str) -> None:
    """A helper with a mandate says for her that she has it, by what was seen at her door.

    Refused("her-own-phone"), ("no-mandate", "mandate-over": operators hear it), or like any move.
    """
    ...


@local
def unconfirmed(order: str) -> None:
    """A day after the door: where nobody confirmed it for her, operators hear it."""
    ...


@local
def confirmed_for(order: str) -> ForHerView:
    """Who hears that it was confirmed for her; nobody where she did it herself. One in some is to be called."""
    ...


@local
def to_deny(order: str) -> ForHerView:
    """What would be denied, as it is called: by its number, to a neighbours' desk by whose it is (``name``)."""
    ...


@local
def deny(order: str) -> None:
    """Family, operator or desk: she does not have it, or did not say so. Refused("deny-late"), ("denied-already")."""
    ...


@local
def confirmed_lately() -> tuple[ForHerView, ...]:
    """What was confirmed for somebody and may still be denied, for an operator or the desk; to be called first."""
    ...


@local
def may_identify(order: str) -> None:
    """Whether two identifiers may prove at this door: Refused("enrolled-by-you") to whoever typed her number before."""
    ...


@local
def same_identifiers(order: str, year: str, tail: str) -> None:
    """Whether year of birth and the last two of her number are hers. Refused("wrong-identifiers"), counted."""
    ...


@local
def scanned(parameter: str) -> ScanView:
    """What the QR of a label or slip opens for the acting person. Refused("slip-of-another"), counted, at a door."""
    ...


@remote("hospital", lane="order")
def deny_receipt(order: str, who: str, until: int) -> None:
    """The hospital is asked to look into a denial; ``who``: the reference of who denies it."""
    ...
