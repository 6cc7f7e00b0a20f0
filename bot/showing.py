"""The board in words of a language: as text for a terminal, as a page, as a picture. The same strings in each."""

from __future__ import annotations

import json
import logging
from typing import Any

from bot.boardwords import facts, stands
from bot.decoding import Unreadable, decoder
from bot.drawing import NotDrawn, draw
from bot.model.board import DAYS, FEW, Board
from bot.phrases import Told
from bot.render.messages import Words
from bot.render.page import board_page

log = logging.getLogger(__name__)
BARS = " ▁▂▃▄▅▆▇█"  # of a terminal's chart
_board = decoder(Board)


def shown(words: Words, lang: str, board: Board) -> dict[str, Any]:
    """Every string of it, and the numbers of the chart."""

    def say(told: Told) -> str:
        return told if isinstance(told, str) else words.label(lang, *told)

    return {
        "lang": lang,
        "title": say(("board.title", {})),
        "as_of": say(("board.as_of", {"at": board.at})),
        "facts": [{"name": one.name, "what": say(one.what), "value": say(one.value)} for one in facts(board)],
        "heads": [say((f"board.head.{name}", {})) for name in ("stage", "count", "waits")],
        "stands": [[say(one.stage), str(one.count), say(one.waits)] for one in stands(board)],
        "nothing": say(("board.nothing", {})),
        "day": say(("board.day", {})),
        "numbers": say(("board.numbers", {})),
        "days": [[one.day, one.count] for one in board.days],
        "note": say(("board.note", {"count": FEW, "days": DAYS})),
    }


def text(words: Words, lang: str, board: Board) -> str:
    """For a terminal."""
    told = shown(words, lang, board)
    most = max((count for _, count in told["days"]), default=0)
    chart = "".join(BARS[-(-8 * count // most)] if most else BARS[0] for _, count in told["days"])
    where = [f"  {stage}: {count} ({waits})" for stage, count, waits in told["stands"]] or [f"  {told['nothing']}"]
    lines = [f"{one['what']}: {one['value']}" for one in told["facts"]]
    return "\n".join([told["title"], told["as_of"], "", lines[0], *where, *lines[1:], chart, "", told["note"]])


def page(words: Words, lang: str, board: Board) -> str:
    """One file that needs nothing else."""
    return board_page(shown(words, lang, board))


async def picture(words: Words, given: str) -> bytes:
    """Of what a post holds: ``<lang>:<board as JSON>``. b"" where it cannot be drawn: the text is sent in its place."""
    lang, _, told = given.partition(":")
    try:
        return await draw(shown(words, lang, _board(json.loads(told))))
    except (NotDrawn, Unreadable, ValueError, KeyError) as why:
        log.error("the board is not drawn, its text goes instead: %s", why if isinstance(why, NotDrawn) else type(why))
        return b""
