"""What a flow may ask about the whole service (R12). Carried out by bot/calls.py and bot/ops/board.py."""

from __future__ import annotations

from bot.intents._declare import local, remote
from bot.model.board import Board


@remote("house")
def figures() -> Board:
    """The board as it stands, read beside the turns. Refused board-unread where the database does not let itself."""
    ...


@local
def board_readers() -> tuple[int, ...]:
    """The operators' groups or, where none is bound, whoever is an operator today, in private."""
    ...
