"""The board: figures of the whole service for operators, every morning and on demand. Never of a person (R12)."""

from __future__ import annotations

from bot.boardwords import board_lines
from bot.dialog import Ask, Start, flow
from bot.intents import board as figures
from bot.intents import people
from bot.model import ToChat, ToPerson
from bot.model.board import Board


@flow("service_board", start=Start(command="board", action="board", menu=13, role="operator", acts="operator"))
async def service_board(ask: Ask) -> None:
    """As it stands now, as a picture with the same words below it."""
    await ask.once("operator", people.require_role("operator"))
    await ask.sub("registered", "role_read", role="operator")
    found = await ask.call("figures", figures.figures())
    await ask.tell("shown", drawn=found, at=found.at, lines=board_lines(found))


@flow("board_morning", start=Start(due="board"))
async def board_morning(ask: Ask, board: Board) -> None:
    """The same every morning, where the operators read."""
    for chat in await ask.once("readers", figures.board_readers()):
        to = ToPerson(chat) if chat > 0 else ToChat(chat)
        await ask.tell(f"shown[{chat}]", to=to, drawn=board, at=board.at, lines=board_lines(board))
