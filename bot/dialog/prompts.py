"""What a question looks like: its buttons, the face of an answer, the Say that asks it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from bot.dialog.buttons import press_data
from bot.dialog.errors import FlowError
from bot.dialog.journal import Entry, Journal, Waiting
from bot.dialog.narrowing import shown
from bot.dialog.plain import Context, Option, Press, Rows, Say, Wrong, number_key
from bot.dialog.questions import QUESTIONS, Question, answers, chosen_so_far, day_id, days_meant, pictures, takes_words

KEEP_LETTERS = 40  # of a typed text offered again on a button
DIGIT_ROWS = ("123", "456", "789")


class Board:
    """Makes the buttons of one question at one epoch."""

    def __init__(self, question: Question, journal: Journal, context: Context) -> None:
        self.question = question
        self.journal = journal
        self.context = context
        self.hint = None if question.secret else journal.hint(question.step, question.kind)
        self.held = journal.collected(question.step, question.kind)

    def built_in(self, option: str, role: str = "", **more: Any) -> Press:
        role = role or option
        data = press_data(self.context.dialog, self.question.step, self.journal.epoch, option)
        given: dict[str, Any] = {"label_key": f"button.{role}", "data": data, "role": role, **more}
        return Press(option, **given)

    def option(self, option: Option, data_id: str = "", role: str = "") -> Press:
        return face(self.question, option, self.context, self.journal.epoch, data_id or option.id, role)

    def rows(self, back: bool) -> Rows:
        rows = [*getattr(self, f"_{self.question.kind}")()]
        if back:
            rows.append((self.built_in("back"),))
        return tuple(rows)

    def _choice(self) -> list[tuple[Press, ...]]:
        options = self.question.options
        kept = [o for o in options if self.hint and o.id == self.hint["v"]]
        typed = self.held["t"] if self.held else ""
        rest = [o for o in shown(options, typed) if o not in kept]
        return [(self.option(o, role="keep"),) for o in kept] + self._grid([self.option(o) for o in rest])

    def _grid(self, presses: list[Press]) -> list[tuple[Press, ...]]:
        wide = self.question.columns
        return [tuple(presses[i : i + wide]) for i in range(0, len(presses), wide)]

    def _multi(self) -> list[tuple[Press, ...]]:
        on = chosen_so_far(self.question, self.held, self.hint)
        presses = [
            self.option(o, f"-{o.id}" if o.id in on else f"+{o.id}", "on" if o.id in on else "off")
            for o in self.question.options
        ]
        return [*self._grid(presses), (self.built_in("done"),)]

    def _text(self) -> list[tuple[Press, ...]]:
        rows = self._grid([self.option(o) for o in self.question.options])
        if self.hint and isinstance(self.hint["v"], str):
            label = self.hint["v"]
            label = label if len(label) <= KEEP_LETTERS else label[: KEEP_LETTERS - 1] + "…"
            rows.insert(0, (self.built_in("keep", label=label, label_key=""),))
        return [*(self._day(n, day) for n, day in enumerate(days_meant(self.held))), *rows]

    def _day(self, n: int, day: str) -> tuple[Press, ...]:
        return (replace(self.built_in(day_id(n), label_key="button.day", words={"day": day}), role=""),)

    _date = _text

    def _photos(self) -> list[tuple[Press, ...]]:
        rows = self._grid([self.option(o) for o in self.question.options])
        if self.held or not self.question.least:
            rows.insert(0, (self.built_in("done"),))
        if not self.held and self.hint and (count := len(pictures(self.hint))):
            rows.insert(0, (self.built_in("keep", label_key="button.keep_photos", words={"n": count}),))
        return rows

    def _confirm(self) -> list[tuple[Press, ...]]:
        rows = [(self.built_in("ok"),)]
        rows += [(self.built_in(f"edit:{step}", "edit", label_key=f"{key}.edit"),) for step, key in self.question.edits]
        return [*rows, (self.built_in("cancel"),)]

    def _pin(self) -> list[tuple[Press, ...]]:
        digit = {d: self.built_in(d, "digit", label=d, label_key="") for d in "0123456789"}
        rows = [tuple(digit[d] for d in row) for row in DIGIT_ROWS]
        return [*rows, (self.built_in("clear"), digit["0"])]


def face(question: Question, option: Option, context: Context, epoch: int, data_id: str = "", role: str = "") -> Press:
    """One option as a button; without ``data_id`` only its label, as shown in an answered prompt."""
    if option.url or option.action:
        return _away(question.key, option)
    data = press_data(context.dialog, question.step, epoch, data_id) if data_id else ""
    return _labelled(question.key, option, question.words, data=data, role=role)


def _labelled(key: str, option: Option, words: Mapping[str, Any] | None = None, **more: Any) -> Press:
    if option.label is not None:
        return Press(option.id, label=option.label, words=words or {}, style=option.style, listed=option.listed, **more)
    words = {**words, **option.words} if words else option.words
    return Press(option.id, label_key=f"{key}.{option.id}", words=words, style=option.style, **more)


def _away(key: str, option: Option) -> Press:
    """A link or a card's action: answers no question."""
    if option.url:
        return _labelled(key, option, url=option.url, role="link")
    action = option.action if option.action.startswith("a:") else f"a:{option.action}"
    return _labelled(key, option, data=action, role="action")


def links(key: str, options: Sequence[str | Option]) -> Rows:
    """The buttons of a tell or card, one a row: links and actions only."""
    rows: list[tuple[Press, ...]] = []
    for option in options:
        if isinstance(option, str) or not (option.url or option.action):
            raise FlowError(f"a button of {key!r} answers nothing: give it url= or action=, or ask a question instead")
        rows.append((_away(key, option),))
    return tuple(rows)


def chosen(question: Question, entry: Entry, context: Context) -> tuple[Press, ...]:
    """The answer as it is shown again. Secret text and pins show as dots; photos as their number."""
    value = entry["v"]
    if entry["k"] in ("pin", "confirm") or entry.get("s"):
        return (Press("", label="•••"),) if entry["k"] != "confirm" else (Press("ok", label_key="button.ok"),)
    if count := len(pictures(entry)):
        return (Press("", label_key="photos.count", words={"n": count}),)
    ids = {value} if isinstance(value, str) else set(value)
    faces = tuple(face(question, o, context, 0) for o in answers(question) if o.id in ids)
    return faces or ((Press("", label=value),) if isinstance(value, str) else ())


def prompt(
    question: Question,
    journal: Journal,
    context: Context,
    *,
    back: bool,
    wrong: Wrong | None = None,
    flags: tuple[str, ...] = (),
) -> Say:
    """The Say that asks."""
    held = journal.collected(question.step, question.kind)
    so_far = 0 if not held else held["count"] if question.kind == "pin" else len(held)
    return Say(
        "prompt",
        question.step,
        journal.epoch,
        question.key,
        _counted(question, so_far),
        Board(question, journal, context).rows(back),
        wrong=(wrong.code, wrong.words) if wrong else None,
        flags=flags + (("secret",) if question.secret else ()) + (("more",) if takes_words(question) else ()),
        takes=question.kind,
        about=question.about,
    )


def number_button(question: Question, journal: Journal, chat: int) -> list[Say]:
    """What stands beside a question for a telephone number, only in private. The door takes it away (bot/door.py)."""
    if not question.number or chat <= 0:
        return []
    button = Press("share_number", label_key="button.share_number", url="phone:ask")
    key, epoch = "engine.share_number", journal.epoch
    return [Say("card", question.step, epoch, key, buttons=((button,),), card_key=number_key(chat), flags=("anew",))]


def _counted(question: Question, count: int) -> Mapping[str, Any]:
    """Sentences of collecting steps may say how many there are."""
    return {**question.words, "count": count} if question.kind in ("photos", "pin") else question.words


def shown_answered(question: Question, entry: Entry, context: Context) -> Say:
    """The prompt's post now shows what was chosen."""
    return Say(
        "answered",
        question.step,
        entry.get("e", 0),
        question.key,
        _counted(question, question.digits or len(pictures(entry))),
        takes=question.kind,
        chosen=chosen(question, entry, context),
        copy=entry.get("c", 0),
        flags=("secret",) if question.secret else (),
        about=question.about,
    )


def withdrawn(waiting: Waiting, *flags: str) -> Say:
    """A prompt that nobody answered and nobody can any more: its post goes."""
    return Say(
        "answered",
        waiting.step,
        waiting.epoch,
        takes=waiting.kind,
        copy=waiting.copy,
        flags=("withdrawn", *flags),
    )


def taken_away(journal: Journal) -> list[Say]:
    """Each question that was answered: its post goes, with the answer that it shows."""
    asked = [(step, entry) for step, entry in journal.live.items() if entry["k"] in QUESTIONS and "u" not in entry]
    return [withdrawn(Waiting(step, one["k"], one.get("e", 0), one.get("c", 0))) for step, one in asked]


def already(question: Question, entry: Entry, journal: Journal, context: Context) -> Say:
    """Answers a press on an answered step: what was chosen, and [Change this answer]."""
    change = Board(question, journal, context).built_in(f"change:{question.step}", "change")
    return Say(
        "already",
        question.step,
        journal.epoch,
        question.key,
        _counted(question, question.digits or len(pictures(entry))),
        ((change,),),
        takes=question.kind,
        chosen=chosen(question, entry, context),
        about=question.about,
    )
