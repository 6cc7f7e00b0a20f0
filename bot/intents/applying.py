"""What a flow may ask about a neighbour who wants to be ambassador, and about one's own profile.

Carried out by bot/ops/applying.py and bot/ops/profiles.py, the hospital's by bot/calls.py.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.intents._declare import local, remote
from bot.views import ApplicantView, ApplicationView, ProfileView, QuizView
from bot.views.applying import Hours as Hours


@local
def my_application() -> ApplicationView:
    """The acting person's application that goes on, ``id`` "" = none; ``helps`` where she is ambassador already."""
    ...


@local
def quiz() -> tuple[QuizView, ...]:
    """The hospital's questions before anybody applies; () = it has none."""
    ...


@local
def proposals(name: str, compound: str) -> tuple[str, ...]:
    """Public names that her own name leads to, free ones only, in the language of the compound's group."""
    ...


@local
def is_said(name: str) -> bool:
    """Whether what was typed for a name reads like words to somebody (bot/free_words.py)."""
    ...


@local
def is_free(public: str) -> bool:
    """Whether no ambassador, nobody of the staff and no other applicant has this name or one that looks like it."""
    ...


@local
def apply(compound: str, name: str, phone: str, public: str, hours: Sequence[Hours]) -> ApplicationView:
    """The operators are asked. Refused("applied-already" / "helper-already" / "compound-gone" / "name-taken")."""
    ...


@local
def take_back(application: str) -> None:
    """By her who asked: nothing of it is kept. Refused("applies-over" / "not-for-you")."""
    ...


@local
def approve(application: str) -> None:
    """An operator's yes: the hospital is asked for the registration. Refused("applies-over" / "compound-gone" ...)."""
    ...


@local
def decline(application: str) -> None:
    """An operator's no. Refused("applies-over")."""
    ...


@local
def applicants() -> tuple[ApplicationView, ...]:
    """For an operator: those that wait for a yes or no, the oldest first."""
    ...


@local
def applies_late(application: str) -> ApplicationView:
    """A day without an answer: she is told. After so many days it ends (``lapsed``). ``id`` "" = it has one."""
    ...


@local
def profile() -> ProfileView:
    """The acting ambassador's own."""
    ...


@local
def rename(public: str) -> None:
    """From now on neighbours read this name. Refused("name-taken")."""
    ...


@local
def change_hours(hours: Sequence[Hours]) -> None: ...


@remote("hospital")
def ask_ambassador(draft: ApplicantView) -> None:
    """Person, registration (not active) and the Task application; a registrar decides and the feed tells."""
    ...


@remote("hospital")
def withdraw_ambassador(key: str, unanswered: bool = False) -> None:
    """It is over before the hospital answered; perhaps it never came there.

    ``unanswered``: nobody took it back, its time is over: a yes that the hospital gave by then stands, and is answered.
    """
    ...


@remote("hospital", lane="role")
def describe_ambassador(role: str, public: str, hours: Sequence[Hours]) -> None:
    """Another public name, other hours; "" and () = as they are."""
    ...


@remote("hospital")
def end_ambassador(role: str, key: str = "") -> None:
    """Her registration is over at the hospital, too."""
    ...
