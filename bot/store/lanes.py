"""Programs of commands, timers, feed cursors, number series and dead letters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import BigInteger, String, case, delete, func, literal_column, or_, select, update

from bot.decoding import Unreadable, decoder
from bot.model import Command, Due, Origin, Outcome, Priority, Timer
from bot.store import schema
from bot.store.crypto import Keys
from bot.store.port import Claimed
from bot.store.rows import ARGS, dump, parse
from bot.store.sql import Flavour, Program, Tick, Unread, at, given, untold

_commands, _timers, _letters, _series = schema.commands, schema.timers, schema.dead_letters, schema.series
_NAMES = "key lane op args dialog step epoch chat thread person priority attempts first_tried due"
SECONDS = ("slow", "album")  # kinds of timers that count seconds, no civil instant
COMMAND_COLUMNS = _NAMES.split()
_mapping = decoder(Mapping[str, Any])


class _LaneSql:
    def __init__(self, say: Flavour) -> None:
        own = [_commands.c[name] for name in COMMAND_COLUMNS]
        first = (
            select(_commands.c.lane.label("lane"), func.min(_commands.c.queued).label("queued"))
            .where(*at(_commands))
            .group_by(_commands.c.lane)
            .subquery()
        )
        heads = _commands.join(first, (_commands.c.lane == first.c.lane) & (_commands.c.queued == first.c.queued))
        self.command_add = say.add(_commands)
        self.command = say(select(*own).where(*at(_commands, "key")))
        self.command_gone = say(delete(_commands).where(*at(_commands, "key")))
        self.commands_due = say(
            select(*own)
            .select_from(heads)
            .where(*at(_commands), _commands.c.due <= given("now"))
            .order_by(_commands.c.priority, _commands.c.queued)
            .limit(given("limit", BigInteger))
        )
        self.postpone = say(
            update(_commands)
            .where(*at(_commands, "key"))
            .values(
                due=given("s_due"),
                attempts=given("s_attempts"),
                error=given("s_error"),
                first_tried=case(
                    (_commands.c.first_tried == 0, given("s_now", BigInteger)), else_=_commands.c.first_tried
                ),
            )
        )
        self.hurry = say(update(_commands).where(*at(_commands, "key")).values(due=0))
        earlier = _commands.c.due - given("back", BigInteger)
        self.redate = say(
            update(_commands)
            .where(
                *at(_commands),
                _commands.c.due > 0,
                or_(given("back", BigInteger) > 0, _commands.c.due > given("latest", BigInteger)),
            )
            .values(due=case((earlier > given("latest", BigInteger), given("latest", BigInteger)), else_=earlier))
        )
        self.redate_timers = say(
            update(_timers)
            .where(*at(_timers), _timers.c.kind.in_([literal_column(f"'{kind}'", String) for kind in SECONDS]))
            .values(due=_timers.c.due - given("back", BigInteger))
        )
        posts = schema.posts
        sooner = posts.c.aside - given("back", BigInteger)
        self.redate_posts = say(
            update(posts)
            .where(*at(posts), posts.c.shown != posts.c.wanted, posts.c.aside > given("latest", BigInteger))
            .values(aside=case((sooner > given("latest", BigInteger), given("latest", BigInteger)), else_=sooner))
        )
        names = [column for column in _timers.c if column.name != "bot_id"]
        self.timer_put = say.put(_timers)
        self.timer_gone = say(delete(_timers).where(*at(_timers, "key")))
        self.timer_rung = say(delete(_timers).where(*at(_timers, "key", "due")))
        self.timers_due = say(
            select(*names)
            .where(*at(_timers), _timers.c.due <= given("now"))
            .order_by(_timers.c.due)
            .limit(given("limit", BigInteger))
        )
        self.cursor = say(select(schema.cursors.c.value).where(*at(schema.cursors, "name")))
        self.cursor_put = say.put(schema.cursors)
        self.series_add = say.add(_series)
        self.series_next = say(
            update(_series)
            .where(*at(_series, "name"))
            .values(last=_series.c.last + given("s_by", BigInteger))
            .returning(_series.c.last)
        )
        letter = say.insert(_letters)
        self.letter = say(
            letter.on_conflict_do_update(
                index_elements=["bot_id", "source", "id"],
                set_={"times": _letters.c.times + 1, "at": letter.excluded.at, "code": letter.excluded.code},
            ),
            [column.name for column in _letters.columns],
        )
        self.letters = say(
            select(*_letters.c).where(*at(_letters)).order_by(_letters.c.at.desc()).limit(given("limit", BigInteger))
        )


@cache
def _lane_sql(say: Flavour) -> _LaneSql:
    return _LaneSql(say)


@dataclass(frozen=True, slots=True)
class Lanes:
    say: Flavour
    bot: int
    keys: Keys
    unread: Unread = untold

    def change(self, outcome: Outcome, tick: Tick) -> Program[None]:
        """Commands, timers and the cursor of an outcome. A timer that has rung is removed with what it caused."""
        sql = _lane_sql(self.say)
        for key in outcome.done:
            yield sql.command_gone(k_bot_id=self.bot, k_key=key)
        for command in outcome.commands:
            yield self._add(command, tick())
        for key in outcome.again:
            yield sql.hurry(k_bot_id=self.bot, k_key=key)
        body = outcome.arrival.body
        if isinstance(body, Due):
            yield sql.timer_rung(k_bot_id=self.bot, k_key=body.timer.key, k_due=body.timer.due)
        for key in outcome.untimed:
            yield sql.timer_gone(k_bot_id=self.bot, k_key=key)
        for timer in outcome.timers:
            yield sql.timer_put(
                bot_id=self.bot,
                key=timer.key,
                due=timer.due,
                kind=timer.kind,
                ref=timer.ref,
                step=timer.step,
                epoch=timer.epoch,
                person=timer.person,
            )
        if outcome.cursor:
            yield from self.set_cursor(*outcome.cursor)

    def _add(self, command: Command, stamp: int) -> Any:
        origin = command.origin
        return _lane_sql(self.say).command_add(
            bot_id=self.bot,
            key=command.key,
            lane=command.lane,
            op=command.op,
            args=self.keys.encrypt(ARGS, f"{self.bot}:{command.key}", dump(command.args)),
            dialog=origin.dialog,
            step=origin.step,
            epoch=origin.epoch,
            chat=origin.chat,
            thread=origin.thread,
            person=origin.person,
            priority=command.priority,
            queued=stamp,
            attempts=0,
            first_tried=0,
            due=0,
            error="",
        )

    # ------------------------------------------------------------ command runner

    def commands_due(self, now: int, limit: int) -> Program[list[Claimed]]:
        got = yield _lane_sql(self.say).commands_due(k_bot_id=self.bot, now=now, limit=limit)
        return [self._claimed(row) for row in got.rows]

    def command(self, key: str) -> Program[Claimed | None]:
        rows = (yield _lane_sql(self.say).command(k_bot_id=self.bot, k_key=key)).rows
        return self._claimed(rows[0]) if rows else None

    def _claimed(self, row: Sequence[Any]) -> Claimed:
        key, lane, op, args, dialog, step, epoch, chat, thread, person, priority, attempts, first, due = row
        origin = Origin(dialog, step, epoch, chat, thread, person)
        command = Command(key, lane, op, self._args(key, args), origin, Priority(priority))
        return Claimed(command, attempts, first, due)

    def _args(self, key: str, sealed: bytes) -> Mapping[str, Any]:
        """None where they cannot be read: whoever carries it out says so, and who waits for it is told."""
        try:
            return _mapping(parse(self.keys.decrypt(ARGS, f"{self.bot}:{key}", sealed), "args"))
        except Unreadable as why:
            self.unread("commands", key, why)
            return {}

    def postpone(self, key: str, due: int, attempts: int, error: str, now: int) -> Program[None]:
        yield _lane_sql(self.say).postpone(
            k_bot_id=self.bot, k_key=key, s_due=due, s_attempts=attempts, s_error=error, s_now=now
        )

    def redate(self, back: int, latest: int) -> Program[int]:
        sql = _lane_sql(self.say)
        changed = (yield sql.redate(k_bot_id=self.bot, back=back, latest=latest)).changed
        changed += (yield sql.redate_posts(k_bot_id=self.bot, back=back, latest=latest)).changed
        if back:
            changed += (yield sql.redate_timers(k_bot_id=self.bot, back=back)).changed
        return changed

    # ------------------------------------------------------------ timekeeper, feed, house

    def timers_due(self, now: int, limit: int) -> Program[list[Timer]]:
        got = yield _lane_sql(self.say).timers_due(k_bot_id=self.bot, now=now, limit=limit)
        return [Timer(*row) for row in got.rows]

    def cursor(self, name: str) -> Program[str]:
        rows = (yield _lane_sql(self.say).cursor(k_bot_id=self.bot, k_name=name)).rows
        return rows[0][0] if rows else ""

    def set_cursor(self, name: str, value: str) -> Program[None]:
        yield _lane_sql(self.say).cursor_put(bot_id=self.bot, name=name, value=value)

    def mint(self, series: str, by: int) -> Program[int]:
        sql = _lane_sql(self.say)
        yield sql.series_add(bot_id=self.bot, name=series, last=0)
        return (yield sql.series_next(k_bot_id=self.bot, k_name=series, s_by=by)).rows[0][0]

    def dead_letter(self, source: str, id: str, code: str, now: int) -> Program[None]:
        yield _lane_sql(self.say).letter(bot_id=self.bot, source=source, id=id, at=now, code=code, times=1)

    def dead_letters(self, limit: int) -> Program[list[dict[str, Any]]]:
        names = [str(column.name) for column in _letters.columns]
        got = yield _lane_sql(self.say).letters(k_bot_id=self.bot, limit=limit)
        return [dict(zip(names, row, strict=True)) for row in got.rows]
