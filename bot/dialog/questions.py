"""The questions a flow can ask and how each kind takes what a person does. Pure: no journal, no replay."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from bot.dialog.buttons import digest, short
from bot.dialog.dates import read_day
from bot.dialog.journal import Entry, Journal
from bot.dialog.narrowing import answering, fitting, is_long, named
from bot.dialog.plain import Check, Context, Either, Option, Photo, PhotoCheck, Verdict, Wrong
from bot.model import Json

QUESTIONS = frozenset({"choice", "multi", "text", "date", "photos", "confirm", "pin"})
WAITS = frozenset({"until", "other"})  # for a time, for somebody else: not for this person
RESERVED: Mapping[str, frozenset[str]] = {
    "choice": frozenset({"back", "cancel"}),
    "multi": frozenset({"back", "cancel", "done"}),
    "text": frozenset({"back", "cancel", "keep"}),
    "photos": frozenset({"back", "cancel", "done", "keep"}),
}
Show = Literal["", "edit", "anew"]
Gather = Literal["", "album", "alone"]  # what more pictures may come with


@dataclass(frozen=True, slots=True)
class Question:
    """One step as the code asks it now. ``step`` is the stored key, ``key`` its locale key."""

    step: str
    kind: str
    flow: str
    key: str
    words: Mapping[str, Any]
    options: tuple[Option, ...] = ()
    columns: int = 1
    least: int = 0
    most: int = 0
    digits: int = 0
    check: Check | None = None
    photo_check: PhotoCheck | None = None
    secret: bool = False
    number: bool = False  # a telephone number shared by the messenger's button will do, too
    at_once: bool = False  # a picture that is no part of an album waits for no [Done]
    proof: bool = False  # a voice note will do, too, and the message is known that it came with
    edits: tuple[tuple[str, str], ...] = ()  # (stored key, locale key)
    usual: str = ""  # the answer without asking, until somebody goes back to it
    typed: bool = False  # what stands on a button may be typed: nothing is done by this answer
    ticked: tuple[str, ...] = ()  # of several, what is on before anything was pressed
    about: Any = field(default="", repr=False)


# ---------------------------------------------------------------- what a person does


@dataclass(frozen=True, slots=True)
class Tap:
    option: str  # hash
    typed: bool = False  # what stands on the button was typed


@dataclass(frozen=True, slots=True)
class Text:
    text: str = field(repr=False)
    early: bool = False
    message: int = 0
    shared: bool = False  # a number by the messenger's button, "" = somebody else's


@dataclass(frozen=True, slots=True)
class Picture:
    photo: Photo
    album: str = ""


@dataclass(frozen=True, slots=True)
class Finish:
    """The album's timer: no more pictures came."""


Given = Tap | Text | Picture | Finish


@dataclass(frozen=True, slots=True)
class Taken:
    """``entry`` = the step is answered. ``show``: the prompt is changed in place, or sent anew below."""

    verdict: Verdict
    entry: Entry | None = field(default=None, repr=False)
    partial: Json = field(default=None, repr=False)
    hint: Entry | None = field(default=None, repr=False)
    wrong: Wrong | None = None
    show: Show = ""
    gather: Gather = ""


NOT_MINE = Taken("not-for-this-step")
STALE = Taken("stale", show="edit")
ALREADY = Taken("already")


def pictures(entry: Entry) -> list[str]:
    """The unique ids of the photos in an answer."""
    value: Json = entry["v"]
    return [item["unique"] for item in value] if entry["k"] == "photos" and not isinstance(value, str) else []


def answered(kind: str, value: Json, **extra: Any) -> Taken:
    return Taken("accepted", {"k": kind, "v": value, **extra})


def _tapped(question: Question, tap: Tap) -> str | None:
    return next((o.id for o in answers(question) if short(o.id) == tap.option), None)


def answers(question: Question) -> list[Option]:
    """The options that answer."""
    return answering(question.options)


# ---------------------------------------------------------------- one function a kind


def _choice(question: Question, given: Given, held: Json, hint: Entry | None, context: Context) -> Taken:
    if isinstance(given, Text) and takes_words(question) and not given.early:
        return _looked_for(question, given, held)
    if isinstance(given, Text) and question.check and not given.early:
        return _typed(question, given, context)
    if not isinstance(given, Tap):
        return NOT_MINE
    chosen = _tapped(question, given)
    return STALE if chosen is None else answered("choice", chosen)


def takes_words(question: Question) -> bool:
    """A choice with more options than are shown: they are found by part of their name."""
    return question.kind == "choice" and is_long(question.options)


def _looked_for(question: Question, given: Text, held: Json) -> Taken:
    """The one that is called so is the answer; else those that fit are the buttons of the same question."""
    if held and held["m"] and held["m"] == given.message:
        return ALREADY
    if one := named(question.options, given.text):
        marks = {"m": given.message} if given.message else {}
        return answered("choice", one.id, t=digest(given.text.strip()), **marks)
    if not fitting(question.options, given.text):
        return Taken("accepted", partial={"t": "", "m": given.message}, wrong=Wrong("none_such"), show="anew")
    return Taken("accepted", partial={"t": given.text.strip(), "m": given.message}, show="anew")


def _multi(question: Question, given: Given, held: Json, hint: Entry | None, context: Context) -> Taken:
    if not isinstance(given, Tap):
        return NOT_MINE
    now: list[str] = chosen_so_far(question, held, hint)
    if given.option == short("done"):
        if len(now) < question.least:
            return Taken("accepted", wrong=Wrong("at_least", n=question.least), show="edit")
        return answered("multi", now)
    for option in answers(question):
        for sign in "+-":
            if short(sign + option.id) == given.option:
                return _toggle(question, now, option.id, sign == "+")
    return STALE


def _toggle(question: Question, now: list[str], option: str, on: bool) -> Taken:
    if (option in now) == on:
        return ALREADY
    after = {*now, option} if on else {*now} - {option}
    return Taken("accepted", partial=[o.id for o in answers(question) if o.id in after], show="edit")


def chosen_so_far(question: Question, held: Json, hint: Entry | None) -> list[str]:
    """The toggles that are on, in the options' order: as left, else as answered before; lost options are off."""
    before: list[str] = held if held is not None else (hint or {}).get("v") or [*question.ticked]
    return [o.id for o in answers(question) if o.id in before]


def _text(question: Question, given: Given, held: Json, hint: Entry | None, context: Context) -> Taken:
    if isinstance(given, Tap):
        if hint and given.option == short("keep"):
            return _typed(question, Text(hint["v"]), context)
        if day := next((day for n, day in enumerate(days_meant(held)) if short(day_id(n)) == given.option), ""):
            return _typed(question, Text(day, message=held["m"]), context)
        chosen = _tapped(question, given)
        return STALE if chosen is None else answered("text", chosen, b=1)
    return _typed(question, given, context) if isinstance(given, Text) else NOT_MINE


def days_meant(held: Json) -> list[str]:
    """The days that what was typed may mean, where they are several; their buttons are named by their place."""
    return held["days"] if held and "days" in held else []


def day_id(n: int) -> str:
    return f"day-{n}"


def _typed(question: Question, given: Text, context: Context) -> Taken:
    text = given.text.strip()
    if given.early:
        hint: Entry | None = None if question.secret else {"k": question.kind, "v": text}
        return Taken("early", hint=hint, show="edit")
    if given.shared and not text:
        return Taken("accepted", wrong=Wrong("not_hers"), show="anew")
    value: str | Either | Wrong = text
    if question.kind == "date":
        value = read_day(text, context.now.today)
    if isinstance(value, str) and question.check:
        value = question.check(value, context.now)
    if isinstance(value, Either):
        meant = {"days": [*value.days], "m": given.message}
        return Taken("accepted", partial=meant, wrong=Wrong("either"), show="anew")
    if isinstance(value, Wrong):
        return Taken("accepted", partial={}, wrong=value, show="anew")
    marks = {"m": given.message, "s": int(question.secret), "t": typed_as(question, text, value)}
    return answered(question.kind, value, **{mark: value for mark, value in marks.items() if value})


def typed_as(question: Question, text: str, value: str) -> str:
    """Tells an edited message that says the same from one that does not, where the check changed the text."""
    return "" if question.secret or value == text else digest(text)


def _photos(question: Question, given: Given, held: Json, hint: Entry | None, context: Context) -> Taken:
    if isinstance(given, Tap):
        return _photos_tapped(question, given, held, hint)
    if isinstance(given, Finish):
        return _finished(question, held or [])
    return _picture(question, given, held or [], context) if isinstance(given, Picture) else NOT_MINE


def _photos_tapped(question: Question, given: Tap, held: Json, hint: Entry | None) -> Taken:
    if given.option == short("done"):
        return _finished(question, held or [])
    if hint and given.option == short("keep"):
        return answered("photos", hint["v"])
    chosen = _tapped(question, given)
    return STALE if chosen is None else answered("photos", chosen)


def _finished(question: Question, held: list[Json]) -> Taken:
    if len(held) < question.least:
        return Taken("accepted", wrong=Wrong("too_few", n=question.least), show="edit")
    return answered("photos", held)


def _picture(question: Question, given: Picture, held: list[Json], context: Context) -> Taken:
    again = [p for p in held if p["unique"] == given.photo.unique]
    if again and not (question.proof and all(p["message"] != given.photo.message for p in again)):
        return ALREADY  # of a proof each message counts: all of them go from the chat
    if given.photo.kind and not question.proof:
        return NOT_MINE
    photo: Photo | Wrong = given.photo if question.proof else replace(given.photo, message=0)
    if question.photo_check:
        photo = question.photo_check(photo, context.now)
    if isinstance(photo, Wrong):
        return Taken("accepted", wrong=photo, show="anew")
    held = [*held, photo.as_json()]
    if len(held) >= question.most or (question.proof and not given.album):
        return answered("photos", held)
    if question.at_once and not given.album:
        return Taken("accepted", partial=held, show="anew", gather="alone")
    return Taken("accepted", partial=held, show="edit", gather="album" if given.album else "")


def _confirm(question: Question, given: Given, held: Json, hint: Entry | None, context: Context) -> Taken:
    if not isinstance(given, Tap):
        return NOT_MINE
    return answered("confirm", True) if given.option == short("ok") else STALE


def _pin(question: Question, given: Given, held: Json, hint: Entry | None, context: Context) -> Taken:
    if not isinstance(given, Tap):
        return NOT_MINE
    if given.option == short("clear"):
        return Taken("accepted", partial={"count": 0, "hash": ""}, show="edit")
    digit = next((d for d in "0123456789" if short(d) == given.option), None)
    if digit is None:
        return STALE
    held = held or {"count": 0, "hash": ""}
    held = {"count": held["count"] + 1, "hash": context.blind(held["hash"], digit)}
    if held["count"] < question.digits:
        return Taken("accepted", partial=held, show="edit")
    return answered("pin", held["hash"])


_TAKE: Mapping[str, Callable[[Question, Given, Json, Entry | None, Context], Taken]] = {
    "choice": _choice,
    "multi": _multi,
    "text": _text,
    "date": _text,
    "photos": _photos,
    "confirm": _confirm,
    "pin": _pin,
}


def take(question: Question, given: Given, held: Json, hint: Entry | None, context: Context) -> Taken:
    """What this question makes of what the person did.

    ``held``: its partial collection; ``hint``: an earlier answer that is offered again. Nothing that was typed
    consents, pays, signs or confirms: where the flow does not say that typing will do, a button has to be pressed.
    """
    if isinstance(given, Tap) and given.typed and not question.typed:
        return NOT_MINE
    if isinstance(given, Text) and given.shared and not question.number:
        return NOT_MINE
    return _TAKE[question.kind](question, given, held, hint, context)


# ---------------------------------------------------------------- recorded answers


def still_valid(question: Question, entry: Entry) -> bool:
    """False if an option that was chosen is no longer offered."""
    value = entry["v"]
    if question.kind in ("choice", "multi"):
        ids = {o.id for o in answers(question)}
        typed = question.check is not None and "m" in entry  # beside the buttons, and checked then
        return value in ids or typed if question.kind == "choice" else ids.issuperset(value)
    if entry.get("b") or (question.kind == "photos" and isinstance(value, str)):
        return any(o.id == value for o in answers(question))
    return True


def value_of(entry: Entry) -> Any:
    """What ``await`` returns for this entry."""
    value = entry["v"]
    if entry["k"] == "photos" and isinstance(value, list):
        return [Photo.of(item) for item in value]  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    if entry["k"] == "multi":
        return list(value)
    return None if entry["k"] == "confirm" else value


def as_usual(question: Question, journal: Journal) -> Entry | None:
    """What goes without asking; one that was taken back is asked, and so is an assent to what was refused."""
    step, kind, epoch = question.step, question.kind, journal.epoch
    asked = not question.usual or journal.hint(step, kind) or journal.waiting.step == step
    if kind == "confirm":
        return {"k": kind, "v": True, "u": 1} if question.usual and not epoch else None
    return None if asked else {"k": kind, "v": question.usual, "u": 1, **({"e": epoch} if epoch else {})}
