"""What is read beside a running bot: the board, what was put aside, an audit trail, how photos were corrected."""

from __future__ import annotations

from collections.abc import Sequence

from bot import catalogue, showing
from bot.clock import Clock
from bot.config import BadSetting, Config
from bot.decoding import Unreadable
from bot.model.board import Board
from bot.phrases import incident_todo
from bot.render.messages import words_of
from bot.stages import FINAL
from bot.store.beside import beside
from bot.store.board import Asked, board, sqlite_url
from bot.store.crypto import Keys
from bot.store.failures import failures
from bot.store.mended import report
from bot.store.trail_file import TrailFile, trail_file

CALLED_OFF = ("cancelled", "not-suitable")  # nobody was late with these


async def figures(config: Config, at: int, compounds: Sequence[str]) -> Board:
    """As of ``at`` (civil ms); ``compounds``: the ids of the hospital's. Raises NotOpened."""
    asked = Asked(config.bot_id, at, config.timezone, config.order_hours, sorted(FINAL), CALLED_OFF, compounds)
    return await board(sqlite_url(config.database), asked)


async def board_now(config: Config, lang: str, *, page: bool) -> str:
    """The board in this language, as a page or as text, with the hospital's lists as last kept. Raises NotOpened,
    BadSetting.
    """
    try:
        at = Clock(config.sandbox_clock).civil()
    except (OSError, ValueError):
        raise BadSetting("MEDRELAY_SANDBOX_CLOCK names no clock: start the sandbox first, or leave it out.") from None
    async with beside(config.database, config.bot_id, keys_of(config)) as store:
        kept = await store.cursor(catalogue.CURSOR)
    try:
        compounds = [one.id for one in catalogue.loads(kept).compounds]
    except Unreadable:  # it counts as none; `medrelay check` says so
        compounds = []
    found = await figures(config, at, compounds)
    return (showing.page if page else showing.text)(words_of(config.timezone), lang, found)


async def trail(config: Config, what: str) -> TrailFile:
    """An order's audit trail or a day's. Raises NotOpened; ValueError for no day."""
    return await trail_file(config.database, config.bot_id, keys_of(config), config.timezone, what)


def put_aside(config: Config) -> list[str]:
    """What a person must see. Raises NotOpened."""
    words = words_of(config.timezone)

    def todo(kind: str, at_problem: bool) -> str:
        key, said = incident_todo(kind, settles=at_problem)
        return words.label("en", key, said)

    return failures(config.database, config.bot_id, config.timezone, todo)


def corrections(config: Config) -> list[str]:
    """How often people corrected what was read. Raises NotOpened."""
    return report(config.database, config.bot_id)


def keys_of(config: Config) -> Keys:
    return Keys(config.encryption_keys[0][0], dict(config.encryption_keys), config.hash_key)
