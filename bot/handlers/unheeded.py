"""What acts for nobody: a command that was passed on, what is written without a name, forged data. Each is told."""

from __future__ import annotations

from bot.handlers.topics import of_topic, replied, under, word_of
from bot.model import PlaceKind, Said, Unnamed
from bot.ops.colleagues import is_note
from bot.turn import Turn
from bot.wiring import IN_GROUPS, STARTS


async def forwarded(turn: Turn, body: Said, kind: PlaceKind) -> None:
    """Somebody else's command: whoever passed it on reads how it is done."""
    if kind is PlaceKind.PRIVATE or word_of(body.text) in IN_GROUPS:
        await under(turn, body, "", "handlers.forwarded_command")


async def unnamed(turn: Turn, body: Unnamed) -> None:
    """An anonymous admin reads that nothing came of it, where something should have: in a consult, of a command."""
    order = await of_topic(turn, body)
    answers = order is None and await replied(turn, body, "r:")
    if word_of(body.text) in IN_GROUPS or answers or (order and not is_note(body.text)):
        await under(turn, body, order.topic if order else "", "handlers.unnamed")


async def stands(turn: Turn, chat: int, flow: str) -> bool:
    """Whether a button of this flow can stand there: in a private chat any, in a group what is declared for it."""
    kind, start = await turn.place_kind(chat), STARTS[flow]
    return kind is PlaceKind.PRIVATE or start.group or kind.value in start.stands
