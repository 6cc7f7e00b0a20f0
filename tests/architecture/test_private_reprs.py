"""What a trace or a log may show of our data: no words of people, no names of patients, no drug, no address.

An exception's text, a failed assertion and a log line hold the repr of what was at hand; so a field that holds such a
value hides it. The rule goes by the field's name: a name means the same everywhere.
"""

from __future__ import annotations

import dataclasses
import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from typing import Any

import backend_client
import bot

#: What people write, or what is known of one of them, under whatever class.
PERSONAL = frozenset((
    "text", "words", "word", "note", "condition", "birth_date", "address", "phone_tail", "substance", "title",
    "caption", "typed_by", "answers", "answer", "called", "said", "sig", "toast", "html", "description",
    "rx_hospital", "rx_number", "guidance",
))  # fmt: skip
#: Free text, names or whole records under names that mean harmless things elsewhere.
ALSO = frozenset((
    "Returned.value", "Observed.snapshot", "Call.args", "Changed.args", "Command.args", "Button.label",
    "SentBackView.reason", "OrderSnapshot.reason", "SnapshotView.reason", "Move.reason", "Pricing.reason",
    "Line.name", "Line.strength", "PrintedView.name", "PrintedView.strength", "Patient.name", "PatientView.name",
    "Words.name", "Writer.name", "SentOther.name", "ActsForView.name", "EndedMandateView.name",
    "MandateRowView.name", "ConsultView.name", "DoorView.name", "ReadingView.patient", "ReadingView.names",
    "ReadingView.whose", "ReadingView.hospital", "ReadingView.diagnosis", "ReadingView.doctor", "ReadingView.number",
    "PrintedView.known",
    "ColleagueView.patient", "PickupView.code", "ParcelView.code", "InviteView.link",
))  # fmt: skip
#: Rooms that hold no order of anybody: the engine, what stands in files of ours, the reader of photos (by itself).
APART = (
    "bot.dialog",
    "bot.photo",
    "bot.render",
    "bot.red_flags",
    "bot.word_files",
    "bot.word_search",
    "bot.vocabulary",
    "bot.config",
    "bot.decoding",
    "bot.triage",
)
#: Things of the hospital's lists, the same for everybody.
THINGS = frozenset((
    "Drug", "Question", "QuestionOption", "QuestionView", "OptionView", "Place", "Services",
    "TriageAnswerView", "TriageQuestionView",
))  # fmt: skip


def dataclasses_of_ours() -> Iterator[type[Any]]:
    for package in (bot, backend_client):
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if found.name.startswith(APART) or "migrations" in found.name or found.name.endswith("__main__"):
                continue
            module = importlib.import_module(found.name)
            yield from (
                one
                for one in vars(module).values()
                if inspect.isclass(one) and dataclasses.is_dataclass(one) and one.__module__ == module.__name__
            )


def shown() -> Iterator[tuple[str, str]]:
    """(class, field) of everything that the reprs show."""
    for kind in dataclasses_of_ours():
        if kind.__name__ not in THINGS and "__repr__" in vars(kind):
            for field in dataclasses.fields(kind):
                if field.repr and str(field.type) not in ("int", "bool", "int | str"):
                    yield kind.__name__, field.name


def test_no_repr_shows_what_is_said_or_known_of_people() -> None:
    loose = {f"{kind}.{name}" for kind, name in shown() if name in PERSONAL or f"{kind}.{name}" in ALSO}
    assert sorted(loose) == [], "write field(repr=False): this may stand in a trace"


def test_the_list_names_what_there_is() -> None:
    known = {f"{kind.__name__}.{field.name}" for kind in dataclasses_of_ours() for field in dataclasses.fields(kind)}
    assert sorted(ALSO - known) == []
