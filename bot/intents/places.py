"""What a flow may ask about groups, the hospital's places and its staff's links. Carried out by bot/ops/places.py."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from bot.intents._declare import local, remote
from bot.model import PlaceKind
from bot.views import CompoundView, GroupRowView, GroupView, HoursView, InviteView, PlaceView


@local
def places(kind: Literal["compound", "department", "review", "operators"]) -> tuple[PlaceView, ...]:
    """Bound groups of a kind."""
    ...


@local
def compounds() -> tuple[CompoundView, ...]:
    """The compounds of the hospital's list; Refused("no-lists") while it was never read."""
    ...


@local
def place_of(compound: str) -> CompoundView | None:
    """This compound of the hospital's list, None where it has no such one; where there is no list, by its id alone."""
    ...


@local
def group_hours(chats: Sequence[int]) -> HoursView:
    """When these groups may hear a notice."""
    ...


@local
def unannounce(day: str) -> int:
    """Takes back what was announced on this day and still waits; answers for how many groups."""
    ...


@local
def bind(kind: PlaceKind, ref: str) -> None:
    """This group is from now on a compound's, a department's (``ref``), the pharmacists' or the operators'.

    Refused("consults-open"): no group where patients' words are still written becomes a compound's.
    """
    ...


@local
def bound_groups() -> tuple[GroupRowView, ...]:
    """Every group that is or was bound, those that were let go first. For an operator."""
    ...


@local
def unbind(group: str) -> None:
    """This group (its keyed hash) hears nothing any more until it is bound again. Refused("already-unbound")."""
    ...


@local
def rebind(group: str) -> None:
    """It is what it was, and hears what came meanwhile. Refused("already-bound")."""
    ...


@remote("messenger")
def group(chat: int) -> GroupView:
    """What the messenger says of this group and of what the bot may do in it."""
    ...


@local
def fit_for_topics(group: GroupView) -> None:
    """Refused("no-topics" / "no-right") where no case could be opened."""
    ...


@local
def invite(staff: Sequence[str]) -> tuple[InviteView, ...]:
    """A single-use link for each of these members of staff that the hospital's list knows."""
    ...


@local
def link(purpose: str, ref: str, person: int) -> str:
    """A single-use start parameter for this account, good for an hour; whoever opens it starts the flow ``purpose``."""
    ...


@local
def use_link(parameter: str) -> str:
    """The order that a doctor's link is about; it is used up. Refused("sign-old" / "sign-again" / "sign-not-yours"), or
    by what has become of the order, "sign-over" where nothing is left to prescribe.
    """
    ...


@local
def check_pin(chain: str) -> None:
    """Refused("wrong-pin", left) up to five times, then Refused("pin-locked"). By bot/ops/signing.py."""
    ...


@local
def first_operator(code: str) -> None:
    """The bootstrap code makes one operator and then is spent."""
    ...


@local
def enrol_pin(chain: str) -> None:
    """What a doctor will sign with: kept as a salted slow hash of the keyed chain. By bot/ops/signing.py."""
    ...
