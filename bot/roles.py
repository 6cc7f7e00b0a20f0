"""The one table of roles: all that the house knows of what a person is at the hospital.

A right to a patient (self, guardian, family, mandate) is no role, and what somebody is to one order (watcher, payer,
receiver) is said by the gates of bot/ops/orders.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

RoleName = Literal[
    "doctor", "pharmacist", "courier", "sorter", "ambassador", "operator", "desk", "contact", "supervisor",
    "window-clerk", "registrar",
]  # fmt: skip
#: What of an order may reach somebody. "case": drugs, answers and photos; "door": name, flat and telephone's tail.
Seen = Literal["number", "stage", "compound", "since", "name", "label", "code", "case", "door"]


@dataclass(frozen=True, slots=True)
class RoleFacts:
    """``sees``: what of an order may be told to him (the product's table of who reads what; R13), and all that is.

    ``registered``: his acts are recorded in the name of his PractitionerRole alone (G9), not on somebody's behalf.
    ``clinical``: never of an order that is his own, and never checks what he wrote himself (R3, R5). The buttons of his
    own in the menu are declared by the flows they begin (``Start``).
    """

    sees: frozenset[Seen]
    registered: bool = False
    clinical: bool = False


_CASE = frozenset[Seen]({"number", "stage", "since", "name", "case"})
_RAIL = frozenset[Seen]({"number", "stage", "compound", "since"})

ROLES: Mapping[RoleName, RoleFacts] = {
    "doctor": RoleFacts(_CASE, registered=True, clinical=True),
    "pharmacist": RoleFacts(_CASE, registered=True, clinical=True),
    "courier": RoleFacts(frozenset[Seen]({"label", "compound"}), registered=True),
    "sorter": RoleFacts(frozenset[Seen]()),  # works in the hospital's own system
    "ambassador": RoleFacts(frozenset[Seen]({"label", "compound", "stage", "door"})),
    "operator": RoleFacts(_RAIL, registered=True),
    "desk": RoleFacts(frozenset[Seen]({"name", "stage"})),  # of its own callers
    "contact": RoleFacts(_RAIL),
    "supervisor": RoleFacts(_RAIL),
    "window-clerk": RoleFacts(frozenset[Seen]({"label", "code"}), registered=True),
    "registrar": RoleFacts(frozenset[Seen]()),  # orders are not his; applications will be
}

#: An account is bound to these registrations by an invitation; whoever is not here works in the hospital's own system.
BOUND: tuple[RoleName, ...] = (
    "doctor", "pharmacist", "courier", "ambassador", "operator", "desk", "contact", "supervisor", "window-clerk",
    "registrar",
)  # fmt: skip
CLINICAL = frozenset(role for role, facts in ROLES.items() if facts.clinical)
_NOTHING = RoleFacts(frozenset[Seen]())


def facts_of_role(role: str) -> RoleFacts:
    """Of a role that we do not know: nothing is told and nothing offered."""
    return next((facts for known, facts in ROLES.items() if known == role), _NOTHING)
