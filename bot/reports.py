"""What the command line reads from the database beside a running bot."""

from __future__ import annotations

from bot.config import Config
from bot.phrases import incident_todo
from bot.render.messages import words_of
from bot.store.crypto import Keys
from bot.store.failures import failures
from bot.store.mended import report
from bot.store.trail_file import TrailFile, trail_file


async def trail(config: Config, what: str) -> TrailFile:
    """An order's audit trail or a day's, read beside a running bot. Raises NotOpened; ValueError for no day."""
    keys = Keys(config.encryption_keys[0][0], dict(config.encryption_keys), config.hash_key)
    return await trail_file(config.database, config.bot_id, keys, config.timezone, what)


def put_aside(config: Config) -> list[str]:
    """What a person must see, read beside a running bot. Raises NotOpened."""
    words = words_of(config.timezone)

    def todo(kind: str) -> str:
        key, said = incident_todo(kind)
        return words.label("en", key, said)

    return failures(config.database, config.bot_id, config.timezone, todo)


def corrections(config: Config) -> list[str]:
    """How often people corrected what was read, from the database of a bot that may be running. Raises NotOpened."""
    return report(config.database, config.bot_id)
