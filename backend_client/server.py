"""What this hospital's server turned out not to do, learned while asking; each has a fall-back (contract)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from backend_client.errors import Broken, HospitalError, Invalid, NotFound

UNABLE = frozenset({"http-405", "http-501"})
NARROW = ("_id", "patient", "subject", "beneficiary")  # without these a search would be of everybody


@dataclass(slots=True)
class Server:
    """``deaf``: search parameters of a kind that it does not know: refuses them, or gives everything back."""

    patches: bool = True  # JSON Patch; else GET + PUT If-Match
    ids: bool = True  # a client may choose ids; else POST, for Binary and Provenance
    deaf: dict[str, set[str]] = field(default_factory=dict[str, set[str]])
    probed: set[str] = field(default_factory=set[str])  # kinds that were asked for an identifier
    unconditional: frozenset[str] = frozenset()  # kinds of which it says itself that If-None-Exist does nothing

    def hears(self, kind: str, name: str) -> bool:
        return name not in self.deaf.get(kind, ())

    def conditional(self, kind: str) -> bool:
        """Whether a create of this kind can be made to happen once by its identifier."""
        return self.hears(kind, "identifier") and kind not in self.unconditional

    def is_deaf(self, kind: str, names: Iterable[str]) -> None:
        self.deaf.setdefault(kind, set()).update(names)


def cannot(error: HospitalError) -> bool:
    """Whether an answer may mean that the server has no such thing at all, so that the other way is worth a try."""
    return isinstance(error, Invalid | NotFound) or (isinstance(error, Broken) and error.code in UNABLE)


def wider(asked: list[tuple[str, str]], told: str) -> list[tuple[str, str]]:
    """A refused search without what was refused: the parameters that the answer names, else all that may be missed."""
    named = [pair for pair in asked if pair[0] in told]
    missed = named or [pair for pair in asked if pair[0] not in (*NARROW, "_count")]
    return [pair for pair in asked if pair not in missed]


def no_ids(error: HospitalError) -> bool:
    """Whether a write was refused because the client chose an id: a technical answer that speaks of something else is
    a refusal, and the other way would only hide it.
    """
    unable = isinstance(error, NotFound) or (isinstance(error, Broken) and error.code in {*UNABLE, "no-endpoint"})
    spoken = isinstance(error, Invalid) and re.search(r"client.?assigned|\bids?\b", error.detail, re.IGNORECASE)
    return unable or bool(spoken)
