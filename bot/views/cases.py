"""What an operator sees of all exceptions together."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.views.desk import IncidentView


@dataclass(frozen=True, slots=True)
class CasesView:
    """The first of them, the oldest first; ``more``: how many others there are."""

    cases: tuple[IncidentView, ...] = ()
    more: int = 0


@dataclass(frozen=True, slots=True)
class ColleagueKeyView:
    """An operator by a word that is no account: no button carries one."""

    key: str = ""
    called: str = field(default="", repr=False)  # his name, with his registration where another one has it too


@dataclass(frozen=True, slots=True)
class ColleaguesView:
    """Whom an exception may be handed to, and what it is."""

    people: tuple[ColleagueKeyView, ...] = ()
    kind: str = ""


@dataclass(frozen=True, slots=True)
class FreeView:
    """An exception that nobody has taken, and who hears so; nobody where somebody has it by now."""

    case: IncidentView = field(default_factory=IncidentView)
    chats: tuple[int, ...] = ()
    people: tuple[int, ...] = ()
