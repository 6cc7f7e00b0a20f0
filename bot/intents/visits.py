"""What a flow may ask about home visits. Carried out by bot/ops/visits.py, the hospital's by bot/calls.py."""

from __future__ import annotations

from typing import Literal

from bot.intents._declare import local, remote
from bot.views import VisitView

Came = Literal["done", "nobody-home"]


@local
def my_visit() -> VisitView:
    """The visit that the acting person asked for and that goes on; ``id`` "" = there is none."""
    ...


@local
def came_from() -> str:
    """The compound by whose group's button the acting person came and is in the middle of something, "" = by none."""
    ...


@local
def ask_visit(compound: str, building: str) -> VisitView:
    """The acting person asks for one; who asks twice has one."""
    ...


@local
def call_me(phone: str) -> VisitView:
    """Whoever goes may call the acting person on this number, for the visit asked for or to be called at all."""
    ...


@local
def end_visit(visit: str) -> VisitView:
    """Not needed any more, by whoever asked. Refused("visit-over" / "not-for-you")."""
    ...


@local
def go_visit(visit: str) -> VisitView:
    """The acting person goes. Refused("visit-over" / "visit-taken" / "not-for-you")."""
    ...


@local
def visited(visit: str, came: Came) -> VisitView:
    """What came of it, by whoever went. Refused("visit-over" / "not-for-you")."""
    ...


@local
def visit_late(visit: str) -> VisitView:
    """Its clock rang: the operators know; or its time is over, and it ends. ``id`` "" = nothing is to be said."""
    ...


@remote("hospital", lane="key")
def open_visit(key: str, compound: str, building: str, patient: str, requester: str, until: int) -> None:
    """The Task home-visit; ``requester``: the reference of who asks for her, "" = she herself."""
    ...


@remote("hospital", lane="key")
def move_visit(key: str, stage: str, owner: str, was: str = "") -> None:
    """How it stands now; ``owner``: the PractitionerRole of whoever goes, ``was``: of who went before."""
    ...
