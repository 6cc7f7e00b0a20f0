"""The recorded answers of a dialog as one JSON document. Knows no flow and no event.

``live``: answers the code reached, by step key. ``parked``: answers it did not reach, by "kind:key", taken back when it
does (assents, that is confirm and pin, are asked again). ``hints``: answers dropped by back / edit, or typed too
early, offered again as one tap. ``partial``: collections that are not ended yet, and what a long choice is narrowed to
(t typed, m message id).
Entry: k kind, v value, n order in which the flow visits it; only where needed: e epoch, c copy of the prompt,
m message id, t digest of what was typed for it, s 1 = secret, b 1 = a button beside typing, o digest of op or text,
r refusal code, w its words.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, fields
from typing import Any

from bot.decoding import Unreadable, decoder
from bot.dialog.errors import FlowError, JournalFull

FORMAT = 1
MOST_ENTRIES = 200
ASSENTS = frozenset({"confirm", "pin"})

Entry = dict[str, Any]  # never changed in place, so that copies of a journal may share it
Table = dict[str, Entry]


@dataclass(frozen=True, slots=True)
class Waiting:
    """What the dialog waits for. ``step`` "" = nothing (ended or not begun)."""

    step: str = ""
    kind: str = ""
    epoch: int = 0
    copy: int = 0
    edits: tuple[str, ...] = ()
    op: str = ""  # digest of the local op that is to be run


def _table() -> Table:
    return {}


def _values() -> dict[str, Any]:
    return {}


@dataclass(slots=True)
class Journal:
    """``pending``: calls whose intent has left, step -> digest of the op; all belong to the present epoch.

    ``cards``: digest of what each card shows.

    ``sealed``: submitted, outcome unknown. ``cancel``: a cancel queues behind that outcome.
    """

    format: int = FORMAT
    epoch: int = 0
    live: Table = field(default_factory=_table, repr=False)
    parked: Table = field(default_factory=_table, repr=False)
    hints: Table = field(default_factory=_table, repr=False)
    waiting: Waiting = field(default_factory=Waiting)
    partial: Table = field(default_factory=_table, repr=False)
    pending: dict[str, str] = field(default_factory=dict[str, str])
    cards: dict[str, str] = field(default_factory=dict[str, str])
    args: dict[str, Any] = field(default_factory=_values, repr=False)
    sealed: bool = False
    cancel: bool = False

    def copy(self) -> Journal:
        """Shallow tables, shared entries: enough, because entries are replaced and never changed."""
        return Journal(
            self.format,
            self.epoch,
            dict(self.live),
            dict(self.parked),
            dict(self.hints),
            self.waiting,
            dict(self.partial),
            dict(self.pending),
            dict(self.cards),
            self.args,
            self.sealed,
            self.cancel,
        )

    def park(self, key: str) -> None:
        """Move a live answer aside; another kind under the same key does not overwrite it.

        An assent is not kept: it counted only for what was shown when it was given.
        """
        entry = self.live.pop(key)
        if entry["k"] not in ASSENTS:
            self.parked[f"{entry['k']}:{key}"] = entry

    def hint(self, step: str, kind: str) -> Entry | None:
        """An earlier answer of this kind, to be offered again."""
        return _of_kind(self.hints.get(step), kind)

    def collected(self, step: str, kind: str) -> Any:
        """What a collecting step of this kind holds so far; None = nothing yet."""
        return (_of_kind(self.partial.get(step), kind) or {"v": None})["v"]

    def new_epoch(self) -> None:
        """Buttons, timers and results of before are stale from now on; later effects count only if still the same."""
        self.epoch += 1
        self.pending.clear()

    def answers(self) -> list[Entry]:
        """All recorded entries, reached or not."""
        return [*self.live.values(), *self.parked.values()]

    def refuse_if_full(self) -> None:
        size = len(self.live) + len(self.parked) + len(self.hints)
        if size > MOST_ENTRIES:
            raise JournalFull(
                f"this dialog would keep {size} answers, the limit is {MOST_ENTRIES}: ask for many things in one "
                "ask.multi or ask.photos step, or split the flow into several dialogs"
            )


def _of_kind(entry: Entry | None, kind: str) -> Entry | None:
    return entry if entry and entry["k"] == kind else None


def erased(journal: Journal) -> Journal:
    """What is left after the end: no answer, and an epoch that makes old buttons stale."""
    return Journal(epoch=journal.epoch + 1)


def dumps(journal: Journal) -> str:
    """Compact JSON; empty parts are left out."""
    document: dict[str, Any] = {"format": journal.format}
    for part in fields(journal):
        value = getattr(journal, part.name)
        if part.name == "waiting":
            value = {f.name: getattr(value, f.name) for f in fields(value) if getattr(value, f.name)}
        if value or part.name == "live":
            document[part.name] = value
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))


def loads(text: str) -> Journal:
    """Lenient: missing and unknown parts are fine, "" is a new journal. Raises FlowError for a later format."""
    if not text:
        return Journal()
    try:
        document = _document(json.loads(text))
        if document.get("format", 0) > FORMAT:
            raise FlowError(
                f"this journal has format {document['format']}, this release reads up to {FORMAT}: "
                "deploy the newer release"
            )
        return _journal({name: part for name, part in document.items() if name != "format" and part is not None})
    except (ValueError, TypeError, Unreadable) as error:
        raise FlowError(
            f"this journal cannot be read: {error if isinstance(error, Unreadable) else 'no JSON'}"
        ) from None


_document = decoder(dict[str, Any])
_journal = decoder(Journal)
