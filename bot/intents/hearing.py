"""What a flow may ask about who hears a patient, when, and who answers else. Carried out by bot/ops/hearing.py."""

from __future__ import annotations

from bot.intents._declare import local
from bot.views import LateView


@local
def relay(
    order: str, message: int, text: str, file: str, kind: str = "photo", size: int = 0, title: str = "", mime: str = ""
) -> None:
    """A message held back until the person said which consult it was for; the answer counts for ten minutes."""
    ...


@local
def ask_photo(order: str) -> str:
    """The doctor wants another photo: her side reads so, and the next one goes to his topic, whose key is answered."""
    ...


@local
def heard(order: str) -> bool:
    """Whether what she writes now reaches a doctor."""
    ...


@local
def next_reader(order: str) -> LateView:
    """Nobody has answered in time: her words go to the pharmacists, and after them she is told whom to call."""
    ...


@local
def may_answer(order: str) -> None:
    """Whether this pharmacist may answer in the doctor's place. Refused: not-for-you, own-order, consult-over.

    Also not-now, while nothing was put to the pharmacists.
    """
    ...


@local
def answer(order: str, text: str) -> str:
    """The pharmacist's words, typed in this turn, go to the patient's side and into the topic.

    "kept": they stay where they are, for they are a note (//), or the words that take something back. "unreachable":
    not everybody who should hear them can be reached. "" = they were sent.
    """
    ...


@local
def end_relay(order: str) -> None:
    """Her days after the delivery are over: the topic is closed and our copies of the words go (R10)."""
    ...
