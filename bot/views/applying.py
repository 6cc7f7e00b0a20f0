"""What flows see of a neighbour who asks to be ambassador, or is one; kept like every view (see the package)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from bot.model.care import ApplicationPhase
from bot.model.names import Names

Hours = Literal["morning", "afternoon", "evening", "weekend"]


@dataclass(frozen=True, slots=True)
class ApplicationView:
    """``id`` "" = there is none. ``name`` and ``phone`` are for operators in private, while it goes on.

    ``helps``: she is one already. ``operators``: who may decide. ``groups``: her compound's chats, once she begins.
    ``by``: the operator who decided; ``served``: the public name of whoever serves the compound now, "" = nobody.
    """

    id: str = ""
    phase: ApplicationPhase = "asked"
    helps: bool = False
    person: int = 0
    compound: Names = field(default_factory=dict[str, str])
    name: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)
    public: str = ""
    hours: tuple[str, ...] = ()
    operators: tuple[int, ...] = ()
    groups: tuple[int, ...] = ()
    by: str = ""
    served: str = ""
    reason: str = field(default="", repr=False)
    since: int = 0
    phone_of_hospital: str = ""


@dataclass(frozen=True, slots=True)
class ApplicantView:
    """What the hospital is asked for her: backend_client/applicants.py says what each is."""

    key: str = ""
    name: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)
    public: str = ""
    compound: str = ""
    hours: tuple[Hours, ...] = ()
    by: str = ""
    until: int = 0


@dataclass(frozen=True, slots=True)
class QuizView:
    """One question of the hospital's; ``right``: the place of an answer, from 0, as a button has it."""

    id: str = ""
    ask: Names = field(default_factory=dict[str, str])
    answers: tuple[Names, ...] = field(default=(), repr=False)
    right: str = ""
    wrong: Names = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True)
class ProfileView:
    """``since``: the ISO day on which she began, "" = not known. ``carried``: parcels that she handed over.

    ``public``: what she has chosen for neighbours, "" = nothing. ``ready``: those of her compounds where another
    ambassador collects today.
    """

    name: str = field(default="", repr=False)
    public: str = ""
    since: str = ""
    carried: int = 0
    compounds: tuple[Names, ...] = ()
    hours: tuple[str, ...] = ()
    ready: tuple[Names, ...] = ()
