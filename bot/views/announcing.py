"""What flows see of what is told to many groups at once; kept like every view (see the package)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.model.names import Names, known_as


@dataclass(frozen=True, slots=True)
class TargetView:
    """An area or a compound with bound groups. ``id``: ``a/<area>`` or ``c/<compound>``."""

    id: str = ""
    names: Names = field(default_factory=dict[str, str])
    groups: int = 0

    @property
    def known_as(self) -> Names:
        return known_as(self.names, self.id)


@dataclass(frozen=True, slots=True)
class TargetsView:
    """The first of ``count`` places that can be chosen."""

    shown: tuple[TargetView, ...] = ()
    count: int = 0


@dataclass(frozen=True, slots=True)
class OwnView:
    """The hospital's own numbers and hosts, which its texts may name."""

    numbers: tuple[str, ...] = ()
    links: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PlanView:
    """What [Send] would do. ``minutes``: until all have it; ``held``: groups that hear it only by ``until`` (civil ms).

    ``shows``: by the groups' language what they will read, and ``by``: how many. ``lately``: when somebody else's was
    sent within the hour (civil ms), 0 = none. ``names``: of the chosen places, () = everywhere.
    """

    groups: int = 0
    minutes: int = 0
    held: int = 0
    until: int = 0
    shows: Mapping[str, str] = field(default_factory=dict[str, str])
    by: Mapping[str, int] = field(default_factory=dict[str, int])
    lately: int = 0
    names: tuple[Names, ...] = ()


@dataclass(frozen=True, slots=True)
class AnnouncedView:
    """How far an announcement has come, in groups. ``at``, ``until``: civil ms; ``failed``: by reason.

    ``may``: what its card offers, "undo", "change" or nothing. ``chats``: the operators' groups that see it.
    """

    id: str = ""
    by: int = 0
    at: int = 0
    sent: int = 0
    waiting: int = 0
    until: int = 0  # when the last of those that wait for their hour hears it, 0 = none waits for that
    failed: Mapping[str, int] = field(default_factory=dict[str, int])
    back: int = 0  # when it was taken back
    changed: int = 0
    may: tuple[str, ...] = ()
    chats: tuple[int, ...] = ()
