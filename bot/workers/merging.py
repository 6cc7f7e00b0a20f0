"""One person's many messages at once: read together, so that nobody else waits for each of them. Nothing is dropped."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.model import Arrival, Body, Photographed, Pressed, Said, SentOther, Several

MANY = 8  # messages of a chat that wait, from which on they are read together
MOST = 3_000  # letters read together; longer words are read by themselves
PICTURES = 25  # pictures and the like that are read together


def run_of(waiting: Sequence[tuple[Arrival, ...]]) -> int:
    """How many of these updates of one chat, from the first on, are read as one.

    Plain words in private, one command or one button again and again, pictures and what else is no text. A reply, an
    edit, a payment stands alone.
    """
    if len(waiting) < MANY or (first := _body(waiting[0])) is None:
        return 1
    if isinstance(first, Said):
        return _words(first, waiting)
    count = 0
    for arrivals in waiting:
        body = _body(arrivals)
        if body is None or not _alike(first, body) or (count == PICTURES and not isinstance(first, Pressed)):
            break
        count += 1
    return max(1, count)


def _words(first: Said, waiting: Sequence[tuple[Arrival, ...]]) -> int:
    count = room = 0
    for arrivals in waiting:
        said = _body(arrivals)
        if not isinstance(said, Said) or said.text.startswith("/") != first.text.startswith("/"):
            break
        if said.text.startswith("/") and said.text != first.text:
            break
        room += 0 if said.text.startswith("/") else len(said.text) + 1
        if count and room > MOST:
            break
        count += 1
    return max(1, count)


def merged(waiting: Sequence[tuple[Arrival, ...]]) -> tuple[Arrival, ...]:
    """As one arrival, under the name of the last: whoever is told of them again after a death may read them twice.

    Of one button the first press counts; the others get its answer.
    """
    bodies = [body for arrivals in waiting if (body := _body(arrivals)) is not None]
    last = waiting[-1][0]
    if len(waiting) == 1:
        return waiting[-1]
    match last.body:
        case Pressed():
            return waiting[0]
        case Said(text=text):
            said = [body.text for body in bodies if isinstance(body, Said)]
            text = text if text.startswith("/") else "\n".join(said)
            return (replace(last, body=replace(last.body, text=text, of=len(waiting))),)
        case Photographed(spot, message) | SentOther(spot, message):
            of = tuple(body for body in bodies if isinstance(body, Photographed | SentOther))
            return (replace(last, body=Several(spot, message, of)),)
        case _:
            return waiting[-1]


def _alike(first: Body, other: Body) -> bool:
    if isinstance(first, Pressed):
        return isinstance(other, Pressed) and (first.data, first.message) == (other.data, other.message)
    return isinstance(other, Photographed | SentOther)


def _body(arrivals: tuple[Arrival, ...]) -> Body | None:
    """What may be read together with others."""
    match arrivals:
        case (Arrival(body=Pressed() as pressed),):
            return pressed
        case (Arrival(body=Said() as said),) if said.spot.chat > 0:
            return None if said.reply_to is not None or said.edited or said.forwarded else said
        case (Arrival(body=Photographed() | SentOther() as sent),) if sent.spot.chat > 0:
            return None if sent.reply_to is not None else sent
        case _:
            return None
