"""Programs of messages: what shall stand in a chat, what stands, and the forum topics they stand in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from bot.decoding import Unreadable
from bot.model import Content, Dialog, Person, Post, Priority, Topic
from bot.store.crypto import Keys
from bot.store.outbox_sql import POST_COLUMNS, outbox_sql, there_sql
from bot.store.port import LATE, Copy, Mark, Stand, Standing, Waits
from bot.store.rows import CODECS, CONTENT, HOLLOW, content_kind, contents, dump, parse, readable
from bot.store.seals import raised
from bot.store.sql import Flavour, Program, Tick, Unread, padded, untold

AT_ONCE = 256  # keys in one statement
_BODY = POST_COLUMNS.index("body")


def _stands(post: Post, row: Sequence[Any]) -> Standing | None:
    """How a post stands that was written just now; None where that is to be read: in a topic, or sent anew."""
    state, message, wanted, shown, attempts, due, aside, since, error, was, chat, topic, thread, reply_to = row
    if topic or post.anew:
        return None
    if (post.chat, post.topic, post.thread, post.reply_to) != (chat, topic, thread, reply_to):
        post = replace(post, chat=chat, topic=topic, thread=thread, reply_to=reply_to)
    return Standing(
        post, state, message, thread, wanted, shown, attempts, due, aside, since, _late(error), HOLLOW.get(was)
    )


def _late(error: str) -> int:
    """The revision of which it was told that it has no answer for long, 0 = none."""
    return int(error.partition(f"{LATE} ")[2] or 0)


@dataclass(frozen=True, slots=True)
class Outbox:
    say: Flavour
    bot: int
    keys: Keys
    unread: Unread = untold

    # ------------------------------------------------------------ turns

    def post(self, posts: Sequence[Post], now: int, tick: Tick) -> Program[Stand]:
        """Insert, or raise ``wanted`` where content or pin differ. Where it stands is fixed once it stands."""
        sql = outbox_sql(self.say)
        stand: dict[str, Standing | None] = {}
        for post in posts:
            kind = content_kind(post.content)
            plain = dump(post.content)
            body = None if post.content is None else self.keys.encrypt(CONTENT, f"{self.bot}:{post.key}", plain)
            call = sql.post(
                bot_id=self.bot,
                key=post.key,
                chat=post.chat,
                priority=post.priority,
                topic=post.topic,
                thread=post.thread,
                card=post.card,
                protect=post.protect,
                silent=post.silent,
                pin=post.pin,
                not_before=post.not_before,
                reply_to=post.reply_to,
                holds=post.holds,
                kind=kind,
                body=body,
                digest=self.keys.digest(plain + (b"pin" if post.pin else b"")),
                state="new" if kind else "sent",
                message=None,
                wanted=1,
                shown=0 if kind else 1,
                shown_kind="",
                sending=0,
                sending_kind="",
                attempts=0,
                due=0,
                aside=0,
                since=0,
                queued=tick(),
                error="",
                changed=now,
            )
            (row,) = (yield call).rows
            stand[post.key] = _stands(post, row)
            if post.anew and body is not None:
                yield from self._anew(post.key, kind, body, now, tick)
        return stand

    def _anew(self, key: str, kind: str, body: bytes, now: int, tick: Tick) -> Program[None]:
        """Sent once more, below everything; the message that it was is deleted, by a row of its own.

        What is on its way at this moment is the newest already.
        """
        sql = outbox_sql(self.say)
        (row,) = (yield sql.standing(k_bot_id=self.bot, k_key=key)).rows
        of: dict[str, Any] = dict(zip(POST_COLUMNS, row, strict=False))
        if of["state"] in ("sending", "unknown"):
            return
        if of["message"] is not None:
            gone = {"key": f"{key}^{of['message']}", "kind": "", "body": None, "digest": self.keys.digest(b"")}
            old = {"card": False, "pin": False, "holds": "", "state": "new", "wanted": 2, "shown": 1, "attempts": 0}
            rest = {"due": 0, "aside": 0, "since": 0, "not_before": 0, "error": "", "sending": 0, "sending_kind": ""}
            yield sql.post(**{**of, **gone, **old, **rest}, bot_id=self.bot, queued=tick(), changed=now)
        yield sql.anew(k_bot_id=self.bot, k_key=key, kind=kind, body=body, queued=tick())

    def retry(self, keys: Sequence[str], tick: Tick) -> Program[None]:
        """What was given up and is still kept is tried again."""
        for key in keys:
            yield outbox_sql(self.say).retry(k_bot_id=self.bot, k_key=key, s_queued=tick())

    def standing(self, key: str) -> Program[Standing | None]:
        rows = (yield outbox_sql(self.say).standing(k_bot_id=self.bot, k_key=key)).rows
        return self._standing(rows[0]) if rows else None

    def post_of(self, chat: int, message: int) -> Program[Standing | None]:
        rows = (yield outbox_sql(self.say).post_of(k_bot_id=self.bot, k_chat=chat, k_message=message)).rows
        return self._standing(rows[0]) if rows else None

    def is_ours(self, chat: int, message: int) -> Program[bool]:
        call = outbox_sql(self.say).is_ours(k_bot_id=self.bot, k_chat=chat, k_message=message)
        return bool((yield call).rows)

    def there(self, keys: Sequence[str]) -> Program[set[str]]:
        found: set[str] = set()
        for start in range(0, len(keys), AT_ONCE):
            some = keys[start : start + AT_ONCE]
            count = padded(len(some))
            named = {f"k_{n}": some[min(n, len(some) - 1)] for n in range(count)}
            found |= {key for (key,) in (yield there_sql(self.say, count)(k_bot_id=self.bot, **named)).rows}
        return found

    def in_flight(self, chat: int) -> Program[list[str]]:
        return [key for (key,) in (yield outbox_sql(self.say).in_flight(k_bot_id=self.bot, k_chat=chat)).rows]

    def copies(self, first: str, last: str) -> Program[list[Copy]]:
        rows = (yield outbox_sql(self.say).copies(k_bot_id=self.bot, first=first, last=last)).rows
        return [
            Copy(key, chat, state, message, wanted, shown, kind != "", not_before, error, bool(stopped))
            for key, chat, state, message, wanted, shown, kind, not_before, error, stopped in rows
        ]

    def _standing(self, row: Sequence[Any]) -> Standing:
        of: dict[str, Any] = dict(zip(POST_COLUMNS, row, strict=False))
        try:
            content = self._content(of)
        except Unreadable as why:  # as if erased: where it stands is known all the same
            content = None
            self.unread("posts", of["key"], why)
        post = Post(
            of["key"],
            of["chat"],
            content,
            Priority(of["priority"]),
            of["topic"],
            of["thread"],
            bool(of["card"]),
            bool(of["protect"]),
            bool(of["silent"]),
            bool(of["pin"]),
            of["not_before"],
            of["reply_to"],
            of["holds"],
        )
        return Standing(
            post,
            of["state"],
            of["message"],
            row[-1] if of["topic"] else of["thread"],
            of["wanted"],
            of["shown"],
            of["attempts"],
            of["due"],
            of["aside"],
            of["since"],
            _late(of["error"]),
            HOLLOW.get(of["shown_kind"]),
        )

    def _content(self, of: Mapping[str, Any]) -> Content | None:
        if of["body"] is None:
            return None
        plain = self.keys.decrypt(CONTENT, f"{self.bot}:{of['key']}", of["body"])
        return contents(of["kind"])(parse(plain, "body"))

    # ------------------------------------------------------------ sender

    def waiting(self, priority: Priority, after: int, until: int, now: int, limit: int) -> Program[list[Waits]]:
        """``until``: the last stamp that counts as reached."""
        given = {"k_priority": priority, "after": after, "until": until, "now": now, "limit": limit}
        got = yield outbox_sql(self.say).waiting(k_bot_id=self.bot, **given)
        return [_waits(row) for row in got.rows]

    def waiting_in(self, chat: int, now: int, limit: int) -> Program[list[Waits]]:
        got = yield outbox_sql(self.say).waiting_in(k_bot_id=self.bot, k_chat=chat, now=now, limit=limit)
        return [_waits(row) for row in got.rows]

    def due(self, key: str, now: int) -> Program[Standing | None]:
        rows = (yield outbox_sql(self.say).standing(k_bot_id=self.bot, k_key=key)).rows
        if not rows:
            return None
        standing = self._standing(rows[0])
        readable = standing.post.content is not None or rows[0][_BODY] is None
        return standing if readable and standing.waits(now) else None

    def mark(self, marks: Sequence[Mark], now: int) -> Program[None]:
        sql = outbox_sql(self.say)
        for mark in marks:
            if mark.state == "sending":
                kind = content_kind(mark.content)
                key = {"k_bot_id": self.bot, "k_key": mark.key}
                yield sql.sending(**key, rev=mark.shown, kind=kind, attempts=mark.attempts, now=now)
            else:
                yield sql.mark(
                    k_bot_id=self.bot,
                    k_key=mark.key,
                    to=mark.state,
                    rev=mark.shown,
                    id=mark.message,
                    tried=mark.tried,
                    s_due=mark.due,
                    s_attempts=mark.attempts,
                    s_error=mark.error,
                    s_aside=mark.aside,
                    s_since=mark.since,
                    now=now,
                )

    def put_off(self, chat: int, until: int) -> Program[None]:
        yield outbox_sql(self.say).put_off(k_bot_id=self.bot, k_chat=chat, until=until)

    def adopt(self, key: str, message: int) -> Program[int | None]:
        sql = outbox_sql(self.say)
        rows = (yield sql.message(k_bot_id=self.bot, k_key=key)).rows
        if not rows or rows[0][0] == message:
            return None
        yield sql.adopt(k_bot_id=self.bot, k_key=key, s_message=message)
        return rows[0][0]

    def crashed(self) -> Program[None]:
        """What was being sent when the process died may or may not stand in the chat; what waited alone is tried.

        What has an urgency that only a later release knows waits as an answer does.
        """
        yield outbox_sql(self.say).crashed(k_bot_id=self.bot)
        yield outbox_sql(self.say).known(k_bot_id=self.bot)
        yield outbox_sql(self.say).all_on(k_bot_id=self.bot)

    # ------------------------------------------------------------ chats

    def unreachable(self, chat: int, now: int) -> Program[None]:
        sql = outbox_sql(self.say)
        yield sql.stop(bot_id=self.bot, chat=chat, since=now)
        yield from self._reach(chat, reachable=False)

    def reachable(self, chat: int) -> Program[None]:
        sql = outbox_sql(self.say)
        yield sql.put_on(k_bot_id=self.bot, k_chat=chat)
        if (yield sql.go_on(k_bot_id=self.bot, k_chat=chat)).changed:
            yield from self._reach(chat, reachable=True)

    def _reach(self, person: int, *, reachable: bool) -> Program[None]:
        call = outbox_sql(self.say).person_reach(k_bot_id=self.bot, k_id=person, s_reachable=reachable)
        yield from raised(self.say, Person, self.bot, self.keys, {"id": person}, [call])

    def moved(self, chat: int, to: int) -> Program[None]:
        """The old messages cannot be reached under the new id: their ids are forgotten, what waits is sent anew."""
        calls = [call(k_bot_id=self.bot, k_chat=chat, to=to) for call in outbox_sql(self.say).moves]
        yield from raised(self.say, Dialog, self.bot, self.keys, {"chat": to}, calls)

    # ------------------------------------------------------------ topics

    def topic_made(self, topic: Topic, thread: int) -> Program[None]:
        yield outbox_sql(self.say).topic_made(k_bot_id=self.bot, k_key=topic.key, s_thread=thread, s_shown=topic.name)

    def topics_due(self, limit: int) -> Program[list[Topic]]:
        got = yield outbox_sql(self.say).topics_due(k_bot_id=self.bot, limit=limit)
        rows = [*got.rows]
        if len(rows) < limit:
            rows += (yield outbox_sql(self.say).topics_over(k_bot_id=self.bot, limit=limit - len(rows))).rows
        found = readable(CODECS[Topic], rows, self.keys, self.bot, self.unread)
        return [*{topic.key: topic for topic in found}.values()]

    def topic_gone(self, key: str, stays: str) -> Program[None]:
        sql = outbox_sql(self.say)
        if stays:
            yield sql.topic_stays(k_bot_id=self.bot, k_key=key, s_name=stays)
            return
        yield sql.topic_gone(k_bot_id=self.bot, k_key=key)
        yield sql.posts_gone(k_bot_id=self.bot, k_topic=key)

    def topic_shown(self, key: str, name: str, closed: bool | None) -> Program[None]:
        yield outbox_sql(self.say).topic_shown(k_bot_id=self.bot, k_key=key, s_shown=name, closed=closed)

    def topic_lost(self, key: str) -> Program[None]:
        sql = outbox_sql(self.say)
        yield sql.topic_lost(k_bot_id=self.bot, k_key=key)
        yield sql.repeat_topic(k_bot_id=self.bot, k_topic=key)


def _waits(row: Sequence[Any]) -> Waits:
    key, chat, priority, queued, ready, stopped = row
    return Waits(key, chat, Priority(priority), queued, ready, bool(stopped))
