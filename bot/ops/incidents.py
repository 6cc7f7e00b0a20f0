"""Exceptions: raised by any part, seen by the operators. Until they have a card, one line goes to them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.model import Body, Button, Incident, PaidInChat, Person, Place, PlaceKind, Pressed, Priority, Text
from bot.ops.charges import words_of
from bot.phrases import incident_words
from bot.turn import Services, Turn
from locales import closest

NO_ROOM = {"waits": "error.no_room", "full": "error.disk_full", "again": "error.disk_again"}
TOLD = "incident:"  # how the keys of the lines begin


async def report(turn: Turn, kind: str, *, order: str = "", about: str = "", code: str = "") -> None:
    """Something was put aside that a person must see. Raised again while it is open it stays one row, told once.

    ``about`` "" = the order. Neither names a person: see ``Incident``.
    """
    about = about or order
    row = await turn.get(Incident, f"{kind}:{about}")
    if row is not None and not row.done_at:
        turn.put(replace(row, last=turn.now, times=row.times + 1, code=code or row.code))
        return
    version = row.version if row else 0
    raised = Incident(f"{kind}:{about}", kind, about, turn.now, turn.now, order, code, version=version)
    turn.put(raised)
    await _tell(turn, raised)


async def settle(turn: Turn, kind: str, about: str, word: str) -> None:
    """It is done, by itself or by somebody's hand; ``word`` says how. Nothing happens where none is open."""
    row = await turn.get(Incident, f"{kind}:{about}")
    if row is not None and not row.done_at:
        turn.put(replace(row, done_at=turn.now, word=word))


async def ask_operators(
    turn: Turn, post: str, key: str, words: Mapping[str, Any], label: str, action: str, *, but: int = 0
) -> None:
    """In private to each operator ``but`` one, with the button that leads on: only there a person may be named."""
    say = turn.services.words
    for operator in await turn.find(Person, role="operator"):
        if operator.id != but:
            button = Button(say.label(operator.lang, label), f"a:{action}")
            turn.post(f"{post}:{operator.id}", operator.id, Text(say.say(operator.lang, key, words), ((button,),)))


async def _tell(turn: Turn, raised: Incident) -> None:
    """Kind, order number, since: all that the operators' group reads, or each in private where there is none."""
    words = {"what": incident_words(raised.kind), "order": raised.order, "at": raised.since}
    key = f"{TOLD}{turn.blind(raised.id)[:12]}:{raised.since}"
    if groups := await turn.find(Place, kind=PlaceKind.OPERATORS):
        for place in groups:
            text = Text(turn.services.words.say(place.lang, "incident.line", words))
            turn.post(key, place.chat, text, priority=Priority.NOTICE)
        return
    for person in await turn.find(Person, role="operator"):
        text = Text(turn.services.words.say(person.lang, "incident.line", words))
        turn.post(f"{key}:{person.id}", person.id, text, priority=Priority.NOTICE)


def past_the_store(services: Services, body: Body | None, what: str, lang: str) -> str:
    """What somebody reads when nothing can be written down; a payer, that his money is safe."""
    key = NO_ROOM[what]
    lang = closest(lang) if lang else services.config.group_lang
    if isinstance(body, Pressed):
        return services.words.label(lang, key)
    said: dict[str, Any] = {}
    if isinstance(body, PaidInChat):
        key, said = words_of(body, services.config.hospital_phone)
    return services.words.say(lang, key, said)
