"""A proof that was sent here leaves the chat as soon as the hospital has it, whatever became of the dialog."""

from __future__ import annotations

from bot.intents import proofs as intents
from bot.model import Command, Origin
from bot.ops.registry import DONE, Act, does
from bot.turn import Turn


@does(intents.proof_here)
async def proof_here(act: Act) -> str:
    return act.turn.new_id() if act.turn.services.config.proof_in_chat == "on" else ""


async def kept(turn: Turn, command: Command) -> None:
    """What cannot be deleted is told in that chat: whoever sent it does it by himself."""
    chat, message = int(command.args["chat"]), int(command.args["message"])
    gone = intents.take_away(chat, message)
    told = Origin(chat=chat, person=command.origin.person)
    turn.command(Command(f"proof:{chat}:{message}", f"proof:{chat}", gone.name, gone.args, told))


DONE["hospital.keep_proof"] = kept
