"""What the order form asks of the house and the hospital. Carried out by bot/ops/ and bot/calls.py."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.forms import DraftView, FileView, SortedView, TracesView
from bot.intents._declare import local, remote


@remote("hospital")
def patient_file(patient: str, day: str, since: str) -> FileView:
    """Insurance and record in one wait; what cannot be had now is unknown."""
    ...


@remote("hospital", lane="order")
def submit(order: str, draft: DraftView, photos: Sequence[str], proof: TracesView) -> None:
    """The order transaction; ``photos`` are file ids, the command runner fetches the bytes for the hospital."""
    ...


@local
def order_number() -> str:
    """Minted once per dialog and reused for every attempt (G8)."""
    ...


@local
def unused(order: str, patient: str, rx_date: str, codes: Sequence[str], proof: TracesView) -> None:
    """Refused("rx-used") when this prescription, photo or record already belongs to another order (R8)."""
    ...


@local
def keep_drafts(flow: str, drafts: Mapping[str, SortedView]) -> None:
    """Patient id -> pages: a dialog ``flow`` for each, parked. An older draft for the same person goes."""
    ...


@local
def drop_drafts(flow: str, patients: Sequence[str]) -> None:
    """What was kept for them is in another form now."""
    ...
