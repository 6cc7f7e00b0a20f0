"""A proof that was sent here leaves the chat as soon as the hospital has it, whatever became of the dialog."""

from __future__ import annotations

from collections.abc import Sequence

from bot.intents import proofs as intents
from bot.model import Command, Origin
from bot.ops.registry import DONE, Act, does
from bot.turn import Turn


@does(intents.proof_here)
async def proof_here(act: Act) -> str:
    return act.turn.new_id() if act.turn.services.config.proof_in_chat == "on" else ""


async def kept(turn: Turn, command: Command) -> None:
    _goes(turn, int(command.args["chat"]), int(command.args["message"]), command.origin.person)


def _goes(turn: Turn, chat: int, message: int, person: int) -> None:
    """What cannot be deleted is told in that chat: whoever sent it does it by himself."""
    gone = intents.take_away(chat, message)
    told = Origin(chat=chat, person=person)
    turn.command(Command(f"proof:{chat}:{message}", f"proof:{chat}", gone.name, gone.args, told))


@does(intents.take_away_too)
async def take_away_too(act: Act, chat: int, messages: Sequence[int]) -> None:
    for message in messages:
        _goes(act.turn, chat, message, act.who)


DONE["hospital.keep_proof"] = kept
