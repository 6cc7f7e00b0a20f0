"""What is stored, read whichever release wrote it: rows, journals, results, commands and the kept copies."""

from bot.decoding.kept import Kept
from bot.decoding.plain import jsonable
from bot.decoding.reader import OPEN, Unreadable, arguments, decoder

__all__ = ["OPEN", "Kept", "Unreadable", "arguments", "decoder", "jsonable"]
