"""What flows see of people: who they are, for whom they may act; kept like every view (see the package)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.model.names import Names, alone, beside, known_as


@dataclass(frozen=True, slots=True)
class PatientView:
    """A person the hospital has proved (R3); addresses and telephones for the private chats of the entitled only."""

    id: str = ""
    name: str = field(default="", repr=False)
    birth_date: str = field(default="", repr=False)
    sex: str = "unknown"
    address: str = field(default="", repr=False)
    building: str = ""
    phone_tail: str = field(default="", repr=False)
    active: bool = True
    deceased: bool = False
    formerly: tuple[str, ...] = ()  # records that were merged into this one
    compound: str = ""  # where the hospital says she lives, "" = it does not
    number_tail: str = field(default="", repr=False)  # of her e-credential: compared at the door, never shown
    names: Names = field(default_factory=dict[str, str], repr=False)  # in other scripts than the record's ``name``

    @property
    def alone(self) -> Names:
        """Where she can be nobody else to the reader: bot/ops/apart.py says where."""
        return alone(self.name, self.names)

    @property
    def known_as(self) -> Names:
        """In the reader's script, with the record's name beside it: no other patient is read for her."""
        return beside(self.name, self.names)


@dataclass(frozen=True, slots=True)
class MeView:
    """The acting person. ``self``: the patient he proved to be; ``serves``: his compounds; ``roles``: his others."""

    self: PatientView | None = None
    consent: bool = False
    compound: str = ""
    serves: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    acts: bool = False  # for somebody, himself or others


@dataclass(frozen=True, slots=True)
class ActsForView:
    """A patient the person may order for; ``mandate``: the Consent by which, "" = for himself."""

    id: str = ""
    name: str = field(default="", repr=False)
    mandate: str = ""
    brief: PatientView = PatientView()
    called: Names = field(default_factory=dict[str, str], repr=False)  # told apart from the others of his list
    mark: str = ""  # as a dialog about this patient has it for its subject
    own: bool = False  # the person himself
    home: str = ""  # the same for all of one address, "" = not known

    @property
    def beside(self) -> Names:
        """As ``PatientView.known_as``: where a name is compared with what stands on a paper."""
        return beside(self.name, self.brief.names)

    @property
    def known_as(self) -> Names:
        return known_as(self.called, self.id, zh=self.name)


@dataclass(frozen=True, slots=True)
class RoleView:
    """A registration: the PractitionerRole's id, the public name, the department's id."""

    id: str = ""
    name: str = ""
    department: str = ""


@dataclass(frozen=True, slots=True)
class HelperView:
    """A compound's ambassador: account and public name."""

    account: int = 0
    name: str = ""


@dataclass(frozen=True, slots=True)
class OperatorsView:
    """Their accounts, and the name of the compound it is about, by language."""

    people: tuple[int, ...] = ()
    compound: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True)
class MandateView:
    """The Consent as the hospital recorded it; ``until`` is its last day."""

    id: str = ""
    until: str = ""
    active: bool = False


@dataclass(frozen=True, slots=True)
class MandateAskedView:
    """What an ambassador asked of a resident: his account, his PractitionerRole, his public name."""

    ambassador: int = 0
    role: str = ""
    helper: str = ""
    until: str = ""
    patient: PatientView = PatientView()


@dataclass(frozen=True, slots=True)
class EndedMandateView:
    """Whom it concerns: both accounts (0 = the resident has none here), her name and his."""

    ambassador: int = 0
    account: int = 0
    name: str = field(default="", repr=False)
    helper: str = ""
    called: Names = field(default_factory=dict[str, str], repr=False)  # as he calls her
    others: tuple[str, ...] = ()  # the same right under another mandate: ended with it

    @property
    def known_as(self) -> Names:
        return known_as(self.called, zh=self.name)


@dataclass(frozen=True, slots=True)
class MandateRowView:
    """``mine``: he acts for me, ``name`` is his; else I act for her. ``until`` is the last day."""

    id: str = ""
    mine: bool = False
    name: str = field(default="", repr=False)
    until: str = ""
    called: Names = field(default_factory=dict[str, str], repr=False)  # told apart from the others of the list

    @property
    def known_as(self) -> Names:
        return known_as(self.called, self.id, zh=self.name)


@dataclass(frozen=True, slots=True)
class ClaimView:
    """A record that was asked for: ``id`` "" = nobody else has it; ``holders``: the accounts that are to be asked."""

    id: str = ""
    holders: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class DecidedView:
    """Whoever asked for it, the other accounts that had it, and whose it is."""

    account: int = 0
    others: tuple[int, ...] = ()
    patient: PatientView = field(default_factory=PatientView)


@dataclass(frozen=True, slots=True)
class LaterView:
    """When somebody hears: civil ms, the ISO day where it is not today, and whom to call ("" = not said)."""

    at: int = 0
    day: str = ""
    phone: str = ""
