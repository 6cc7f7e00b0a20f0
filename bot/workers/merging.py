"""One person's many messages at once: read together, so that nobody else waits for each of them. Nothing is dropped."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.model import Arrival, Said

MANY = 8  # messages of a chat that wait, from which on they are read together
MOST = 3_000  # letters read together; longer words are read by themselves


def run_of(waiting: Sequence[tuple[Arrival, ...]]) -> int:
    """How many of these updates of one chat, from the first on, are read as one.

    Plain words in private, or one command sent again and again. A reply, an edit, a picture, a payment stands alone.
    """
    if len(waiting) < MANY or (first := _words(waiting[0])) is None:
        return 1
    count = room = 0
    for arrivals in waiting:
        said = _words(arrivals)
        if said is None or said.text.startswith("/") != first.text.startswith("/"):
            break
        if said.text.startswith("/") and said.text != first.text:
            break
        room += 0 if said.text.startswith("/") else len(said.text) + 1
        if count and room > MOST:
            break
        count += 1
    return max(1, count)


def merged(waiting: Sequence[tuple[Arrival, ...]]) -> tuple[Arrival, ...]:
    """As one arrival, under the name of the last: whoever is told of them again after a death may read them twice."""
    texts = [said.text for arrivals in waiting if (said := _words(arrivals)) is not None]
    last = waiting[-1][0]
    if len(waiting) == 1 or not isinstance(last.body, Said):
        return waiting[-1]
    text = last.body.text if last.body.text.startswith("/") else "\n".join(texts)
    return (replace(last, body=replace(last.body, text=text, of=len(waiting))),)


def _words(arrivals: tuple[Arrival, ...]) -> Said | None:
    body = arrivals[0].body if len(arrivals) == 1 else None
    if not isinstance(body, Said) or body.spot.chat < 0:
        return None
    return None if body.reply_to is not None or body.edited or body.forwarded else body
