"""What a flow may ask about parcels on the road; each refuses whoever does not carry them.

Carried out by bot/ops (road, handing, neighbours).
"""

from __future__ import annotations

from typing import Literal

from bot.intents._declare import local, remote
from bot.views import BatchView, GateView, HeldView, NoticeView, PickupView


@local
def batch(batch: str, role: Literal["courier", "ambassador"]) -> BatchView:
    """The batch, for whoever carries it in this role."""
    ...


@local
def held_up(batch: str) -> tuple[str, ...]:
    """The orders of those parcels of a batch with which something is wrong, and that are not to be given to anybody."""
    ...


@local
def my_runs() -> tuple[BatchView, ...]:
    """What the acting courier has not handed over yet."""
    ...


@local
def loaded(batch: str) -> BatchView:
    """The courier has it on board."""
    ...


@local
def batch_move(batch: str, move: Literal["depart", "arrive"]) -> BatchView:
    """The courier's [Depart] and [Arrived]."""
    ...


@local
def own_card(card: str, reader: int) -> str:
    """The key of this card on the reader's phone: another one where it stands on the phone of whoever was before."""
    ...


@local
def card_stands(card: str) -> bool:
    """Whether the post of this key stands on somebody's phone."""
    ...


@remote("hospital", lane="batch")
def end_batch(batch: str) -> None:
    """None of its parcels is on its way any more."""
    ...


@local
def collect_code(batch: str) -> str:
    """The ambassador counted and found all: telling the courier this one-time code is his half of the hand-over."""
    ...


@local
def collected(batch: str, code: str) -> BatchView:
    """The courier typed the ambassador's code: both have confirmed, custody passes for every parcel."""
    ...


@local
def void_code(batch: str) -> None:
    """Five wrong ones: the next code is another one, and only counting anew gives it."""
    ...


@local
def next_parcel(order: str) -> HeldView:
    """What the acting ambassador carries to a door after this one, the urgent first; without a number: nothing."""
    ...


@local
def at_window() -> tuple[HeldView, ...]:
    """The parcels that wait at the hospital's window, by label alone; for its clerk."""
    ...


@local
def door_code(order: str, code: str) -> None:
    """Whether the code the resident shows is this parcel's."""
    ...


@local
def parcels(batch: str) -> tuple[HeldView, ...]:
    """The ambassador's list, urgent first."""
    ...


@local
def take_down(notice: str) -> None:
    """A group's notice has had its day."""
    ...


@local
def is_mine(batch: str) -> tuple[str, ...]:
    """Only for the person who tapped: the labels of his own parcels in this batch and those its notice tells of."""
    ...


@local
def groups(batch: str) -> tuple[NoticeView, ...]:
    """The compound's groups that hear of this batch."""
    ...


@local
def holders(order: str, stage: str) -> tuple[int, ...]:
    """Courier or ambassador, whoever has its parcel in his hands at this stage; where it arrives, both."""
    ...


@local
def gate(batch: str) -> GateView:
    """Where it goes, in public words."""
    ...


@local
def pickup(order: str) -> PickupView:
    """Who is told that a parcel is here."""
    ...
