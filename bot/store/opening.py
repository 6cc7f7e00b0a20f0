"""What is checked and tidied once, before a store takes its first arrival."""

from __future__ import annotations

import hmac
import logging
from functools import cache

from sqlalchemy import func, select

from bot.store import schema
from bot.store.audit import SEALED, line_hash
from bot.store.crypto import Keys, Sealed, Unreadable
from bot.store.lanes import Lanes
from bot.store.port import UNSEALED, NotOpened
from bot.store.seals import seal_all
from bot.store.sql import Flavour, Program, at
from bot.store.trails import Trails

log = logging.getLogger(__name__)

PEPPER = "pepper"
TRAILS = "audit-keyed"  # the cursor that says since which release's start the trails are keyed


class _OpeningSql:
    """Compiled once for a database, however many stores are opened."""

    def __init__(self, say: Flavour) -> None:
        commands, posts, cursors, trail, probes = (
            schema.commands,
            schema.posts,
            schema.cursors,
            schema.audit,
            schema.probes,
        )
        self.queued = say(select(func.max(commands.c.queued)).where(*at(commands)))
        self.waiting = say(select(func.max(posts.c.queued)).where(*at(posts), posts.c.shown != posts.c.wanted))
        self.cursor = say(select(cursors.c.name).where(*at(cursors, "name")))
        self.cursor_add, self.cursor_put = say.add(cursors), say.put(cursors)
        self.ends = say(select(trail.c.order, func.max(trail.c.n)).where(*at(trail)).group_by(trail.c.order))
        self.line, self.line_add = say(select(*trail.c).where(*at(trail, "order", "n"))), say.add(trail)
        self.probes = say(select(probes.c.name, probes.c.sealed).where(*at(probes)))
        self.probe_add = say.add(probes)


@cache
def _sql(say: Flavour) -> _OpeningSql:
    return _OpeningSql(say)


class WrongKey(NotOpened):
    """The keys are not those that the store was written with; nothing was changed."""


def opening(say: Flavour, bot: int, keys: Keys) -> Program[int]:
    """The last stamp given. Raises WrongKey rather than let the first patient find out."""
    yield from _probe(say, bot, keys)
    yield from _key_trails(say, bot, keys)
    yield from Trails(say, bot, keys, Lanes(say, bot, keys)).first_count()
    yield from _seal_rows(say, bot, keys)
    queued = yield _sql(say).queued(k_bot_id=bot)
    waiting = yield _sql(say).waiting(k_bot_id=bot)
    return max(queued.rows[0][0] or 0, waiting.rows[0][0] or 0)


def _key_trails(say: Flavour, bot: int, keys: Keys) -> Program[None]:
    """Once: the audit trails of a release without a key end with a keyed line, so that nobody can rewrite them."""
    sql, names = _sql(say), list(map(str, schema.audit.c.keys()))
    done = yield sql.cursor(k_bot_id=bot, k_name=TRAILS)
    if done.rows:
        return
    for order, n in (yield sql.ends(k_bot_id=bot)).rows:
        last = dict(zip(names, (yield sql.line(k_bot_id=bot, k_order=order, k_n=n)).rows[0], strict=True))
        fields = {**last, "n": n + 1, "actor": "house", "on_behalf": "", "what": SEALED, "reason": ""}
        fields |= {"prev": fields.pop("hash")}
        yield sql.line_add(hash=line_hash(fields, keys), **fields)
    yield sql.cursor_add(bot_id=bot, name=TRAILS, value="1")


def _seal_rows(say: Flavour, bot: int, keys: Keys) -> Program[None]:
    """Rows of a release without seals get theirs. From the second start on it is told: that release was here again, or
    a hand.
    """
    sql = _sql(say)
    found = yield from seal_all(say, bot, keys)
    if not (yield sql.cursor(k_bot_id=bot, k_name=UNSEALED)).rows:
        yield sql.cursor_add(bot_id=bot, name=UNSEALED, value="0")
    elif found:
        log.warning("%s rows had no seal: an earlier release wrote them, or somebody by hand", found)
        yield sql.cursor_put(bot_id=bot, name=UNSEALED, value=str(found))


def probed(say: Flavour, bot: int, keys: Keys) -> Program[set[str]]:
    """The names of what the file knows its keys by; nothing is written. Raises WrongKey."""
    got = yield _sql(say).probes(k_bot_id=bot)
    known: dict[str, bytes] = dict(got.rows)
    pepper = keys.digest(b"probe")
    if PEPPER in known and not hmac.compare_digest(known[PEPPER], pepper):
        raise WrongKey(
            "The hash key is not the one that the database was written with: put the old MEDRELAY_HASH_KEY back."
        )
    for name in sorted(known.keys() - {PEPPER}):
        where = Sealed("probes", name)
        try:
            keys.decrypt(where, str(bot), known[name])
        except Unreadable as error:
            raise WrongKey(
                f"The database needs the key {name!r}, which is missing or differs ({error}):"
                " put it back into MEDRELAY_ENCRYPTION_KEYS, behind the newer ones."
            ) from None
    return set(known)


def _probe(say: Flavour, bot: int, keys: Keys) -> Program[None]:
    known = yield from probed(say, bot, keys)
    add = _sql(say).probe_add
    fresh = {
        PEPPER: keys.digest(b"probe"),
        keys.current: keys.encrypt(Sealed("probes", keys.current), str(bot), b"probe"),
    }
    for name in sorted(fresh.keys() - known):
        yield add(bot_id=bot, name=name, sealed=fresh[name])
