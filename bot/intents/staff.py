"""What a flow may ask about registrations (R18): read anew before an act, ended, moved to another phone.

Carried out by bot/ops/registrations.py, the hospital's by bot/calls.py.
"""

from __future__ import annotations

from bot.intents._declare import local, remote
from bot.views import BearerView, InviteView


@local
def to_read(role: str) -> str:
    """The acting person's registration as ``role`` that must be read before he acts; "" = it was, a minute ago at most.

    Refused("not-for-you") without one.
    """
    ...


@remote("hospital")
def read_role(role: str) -> None:
    """The registration (PractitionerRole id) as it stands now: the house has taken it in when this is answered."""
    ...


@local
def holds(role: str) -> None:
    """Refused("role-ended") where what was read says that the acting person is this no more."""
    ...


@local
def bearers(role: str) -> tuple[BearerView, ...]:
    """Whoever is bound to a registration of this role, for an operator."""
    ...


@local
def end_role(account: int, registration: str) -> None:
    """An operator takes a registration away from an account, at once and everywhere. Refused("already-ended")."""
    ...


@local
def replace_phone(registration: str) -> InviteView:
    """A single-use link that moves a registration to whoever opens it; the phone that has it hears so first."""
    ...


@local
def let_go_on(key: str) -> None:
    """An operator vouches for a registration that nobody could read for a day: it counts for another one.

    ``key``: a keyed hash of it. Refused("already-ended") where nobody has it.
    """
    ...


@local
def take_list(name: str, count: int) -> None:
    """An operator says that a list of the hospital really has so few: with that many it replaces the last one."""
    ...
