"""What waits, in numbers: read when somebody asks for them, by the indexes of the few rows that wait."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any

from sqlalchemy import BigInteger, case, exists, func, select

from bot import model
from bot.store import schema
from bot.store.outbox_sql import word
from bot.store.port import Sight
from bot.store.schema import TABLES
from bot.store.sql import Flavour, Program, at, given

_posts, _commands, _timers, _incidents = schema.posts, schema.commands, schema.timers, TABLES[model.Incident]
STAMP = 1000  # stamps a ms, see Stamps


class _SightSql:
    def __init__(self, say: Flavour) -> None:
        p, stopped = _posts.c, schema.unreachable.c
        now, away = given("now", BigInteger), exists().where(stopped.bot_id == p.bot_id, stopped.chat == p.chat)
        waits = (*at(_posts), p.shown != p.wanted, p.state != word("failed"), p.not_before <= now, ~away)
        self.posts = say(select(p.priority, func.count(), func.min(p.queued)).where(*waits).group_by(p.priority))
        self.failed = say(select(func.count()).where(*at(_posts), p.state == word("failed")))
        c, t, i = _commands.c, _timers.c, _incidents.c
        tried = case((c.first_tried > 0, c.first_tried))
        self.commands = say(select(func.count(), func.min(tried)).where(*at(_commands)))
        self.timers = say(select(func.count(), func.min(t.due)).where(*at(_timers), t.due <= now))
        self.incidents = say(select(i.kind, func.count()).where(*at(_incidents), i.done_at == 0).group_by(i.kind))
        orders = TABLES[model.Order]
        self.orders = say(
            select(func.count(), *(_until(orders.c.deadline, f"until{n}") for n in range(4))).where(
                *at(orders, "stage")
            )
        )


def _until(deadline: Any, name: str) -> Any:
    return func.coalesce(func.sum(case((deadline <= given(name, BigInteger), 1), else_=0)), 0)


@cache
def _sql(say: Flavour) -> _SightSql:
    return _SightSql(say)


def sight(say: Flavour, bot: int, now: int, stages: Iterable[str], past: tuple[int, int, int, int]) -> Program[Sight]:
    sql = _sql(say)
    posts = (yield sql.posts(k_bot_id=bot, now=now)).rows
    ((failed,),) = (yield sql.failed(k_bot_id=bot)).rows
    ((held, tried),) = (yield sql.commands(k_bot_id=bot)).rows
    ((late, due),) = (yield sql.timers(k_bot_id=bot, now=now)).rows
    kinds = (yield sql.incidents(k_bot_id=bot)).rows
    orders = [0] * 5
    until = {f"until{n}": at for n, at in enumerate(past)}
    for stage in stages:
        (row,) = (yield sql.orders(k_bot_id=bot, k_stage=stage, **until)).rows
        orders = [sum(pair) for pair in zip(orders, row, strict=True)]
    return Sight(
        posts={priority: (count, max(0, now - oldest // STAMP)) for priority, count, oldest in posts},
        failed=failed,
        commands=(held, max(0, now - tried) if tried else 0),
        timers=(late, now - due if due else 0),
        incidents=dict(kinds),
        live=orders[0],
        past=tuple(orders[1:]),
    )
