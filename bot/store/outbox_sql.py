"""The statements of messages, topics and chats, compiled once for a database."""

from __future__ import annotations

from functools import cache
from typing import Any, cast

from sqlalchemy import (
    BigInteger,
    Boolean,
    String,
    and_,
    case,
    delete,
    exists,
    func,
    literal_column,
    null,
    or_,
    select,
    text,
    true,
    update,
)

from bot import model
from bot.store import schema
from bot.store.rows import CODECS
from bot.store.schema import TABLES
from bot.store.sql import Flavour, at, given

_p = schema.posts.c
_topics = TABLES[model.Topic]
_people = TABLES[model.Person]
_NAMES = (
    "key chat priority topic thread card protect silent pin not_before reply_to kind body"
    " state message wanted shown shown_kind attempts due holds aside since error"
)
POST_COLUMNS = _NAMES.split()
COPY_COLUMNS = ["key", "chat", "state", "message", "wanted", "shown", "kind", "not_before", "error"]
_STANDS = "state message wanted shown attempts due aside since error shown_kind chat topic thread reply_to"
_own = [_p[name] for name in POST_COLUMNS]
_with_topic = schema.posts.outerjoin(
    _topics, and_(_topics.c.bot_id == _p.bot_id, _topics.c.key == _p.topic, _p.topic != literal_column("''"))
)


def word(text: str) -> Any:
    """A fixed word inside a statement."""
    return cast("Any", literal_column(f"'{text}'", String))


class OutboxSql:
    def __init__(self, say: Flavour) -> None:
        self.post = _post(say)
        stands = select(*_own, _topics.c.thread).select_from(_with_topic)
        self.retry = say(
            update(schema.posts)
            .where(*at(schema.posts, "key"), _p.state == word("failed"), _p.body.is_not(None))
            .values(state=word("new"), attempts=0, due=0, error="", queued=given("s_queued"))
        )
        fresh = {"message": null(), "shown": 0, "attempts": 0, "due": 0, "aside": 0, "since": 0, "error": word("")}
        fresh["wanted"] = _p.wanted + 1  # an edit of the old message that is on its way settles nothing of it
        self.anew = say(
            update(schema.posts)
            .where(*at(schema.posts, "key"))
            .values(state=word("new"), kind=given("kind"), body=given("body"), queued=given("queued"), **fresh)
        )
        self.standing = say(stands.where(*at(schema.posts, "key")))
        self.post_of = say(stands.where(*at(schema.posts, "chat", "message")).order_by(_p.queued.desc()).limit(1))
        self.is_ours = say(select(_p.key).where(*at(schema.posts, "chat", "message")).limit(1))
        self.in_flight = say(
            select(_p.key).where(
                *at(schema.posts, "chat"),
                _p.shown != _p.wanted,
                func.coalesce(_p.message, 0) == 0,  # not "is null": by the few that wait, not by all that are gone
                _p.state.in_([word("sending"), word("unknown")]),
            )
        )
        stopped = schema.unreachable.c
        here = exists().where(stopped.bot_id == _p.bot_id, stopped.chat == _p.chat).label("stopped")
        self.copies = say(
            select(*(_p[name] for name in COPY_COLUMNS), here)
            .where(*at(schema.posts), _p.key.between(given("first", String), given("last", String)))
            .order_by(_p.key)
        )
        self.waiting, self.waiting_in = _waiting(say)
        on_its_way = func.coalesce(given("rev", BigInteger), _p.wanted)  # a newer one may be wanted since it was read
        self.sending = say(
            update(schema.posts)
            .where(*at(schema.posts, "key"))
            .values(
                state=word("sending"),
                sending=on_its_way,
                sending_kind=case((on_its_way == _p.wanted, _p.kind), else_=given("kind", String)),
                attempts=given("attempts"),
                changed=given("now"),
            )
        )
        self.mark = _mark(say)
        waiting = (*at(schema.posts, "chat"), _p.shown != _p.wanted)
        no_topic = exists().where(
            _topics.c.bot_id == _p.bot_id, _topics.c.key == _p.topic, _topics.c.thread.is_(None)
        )  # fmt: skip
        self.put_off = say(
            update(schema.posts)
            .where(*waiting, _p.topic != word(""), no_topic)
            .values(aside=given("until", BigInteger))
        )
        self.all_on = say(
            update(schema.posts).where(*at(schema.posts), _p.shown != _p.wanted, _p.aside > 0).values(aside=0)
        )
        self.put_on = say(update(schema.posts).where(*waiting, _p.aside > 0).values(aside=0))
        self.message = say(select(_p.message).where(*at(schema.posts, "key")))
        self.adopt = say(update(schema.posts).where(*at(schema.posts, "key")).values(message=given("s_message")))
        self.crashed = say(
            update(schema.posts)
            .where(*at(schema.posts), _p.shown != _p.wanted, _p.state == word("sending"))
            .values(state=word("unknown"))
        )
        known = [word(one.value) for one in model.Priority]
        self.known = say(
            update(schema.posts)
            .where(*at(schema.posts), _p.shown != _p.wanted, _p.priority.not_in(known))
            .values(priority=word(model.Priority.DIALOG.value))
        )
        stopped = schema.unreachable
        self.stop = say.add(stopped)
        self.go_on = say(delete(stopped).where(*at(stopped, "chat")))
        self.person_reach = say(
            update(_people)
            .where(*at(_people, "id"), _people.c.reachable != given("s_reachable"))
            .values(reachable=given("s_reachable"), version=_people.c.version + 1)
        )
        self.moves = _moves(say)
        self._topics(say)

    def _topics(self, say: Flavour) -> None:
        c = _topics.c
        one = update(_topics).where(*at(_topics, "key"))
        raised = {"version": c.version + 1}
        self.topic_made = say(
            one.values(thread=given("s_thread"), shown=given("s_shown"), shown_closed=False, **raised)
        )
        self.topic_shown = say(
            one.values(shown=given("s_shown"), shown_closed=func.coalesce(given("closed", Boolean), c.closed), **raised)
        )
        self.topic_lost = say(one.values(thread=null(), shown=word(""), shown_closed=False, **raised))
        self.topics_due = say(
            select(*(c[name] for name in CODECS[model.Topic].columns))
            .where(
                *at(_topics),
                c.thread.is_not(None),
                or_(c.shown != c.name, c.closed != c.shown_closed),
            )
            .order_by(c.born)
            .limit(given("limit", BigInteger))
        )
        self.topics_over = say(
            select(*(c[name] for name in CODECS[model.Topic].columns))
            .where(*at(_topics), text("topics.gone"), c.thread.is_not(None))
            .order_by(c.key)
            .limit(given("limit", BigInteger))
        )
        self.topic_gone = say(delete(_topics).where(*at(_topics, "key")))
        self.topic_stays = say(one.values(gone=False, closed=True, name=given("s_name"), **raised))
        self.posts_gone = say(delete(schema.posts).where(*at(schema.posts, "topic")))
        self.repeat_topic = say(
            update(schema.posts)
            .where(*at(schema.posts, "topic"))
            .values(
                message=null(),
                shown=case((_p.body.is_not(None), 0), else_=_p.wanted),
                state=case((_p.body.is_not(None), word("new")), else_=word("sent")),
            )
        )


def _post(say: Flavour) -> Any:
    """Insert, or change what shall be shown, in one statement that answers how it stands now (_STANDS)."""
    insert = say.insert(schema.posts)
    new = insert.excluded
    differs = _p.digest != new.digest
    # Taken back before anybody saw it: nothing is left to do.
    never_seen = and_(_p.message.is_(None), _p.state.in_([word("new"), word("failed"), word("sent")]))
    taken_back = and_(differs, new.kind == word(""), never_seen)
    rests = _p.shown == _p.wanted
    given_up = and_(_p.state == word("failed"), ~_p.card)  # whoever asks for the same again gets another try
    fresh = or_(and_(differs, _p.state.in_([word("failed"), word("sent")])), given_up)
    return say(
        insert.on_conflict_do_update(
            index_elements=["bot_id", "key"],
            set_={
                "chat": case((_p.message.is_(None), new.chat), else_=_p.chat),
                "topic": case((_p.message.is_(None), new.topic), else_=_p.topic),
                "thread": case((_p.message.is_(None), new.thread), else_=_p.thread),
                "reply_to": case((_p.message.is_(None), new.reply_to), else_=_p.reply_to),
                **{name: new[name] for name in ("priority", "card", "protect", "silent", "pin", "not_before", "holds")},
                "kind": case((differs, new.kind), else_=_p.kind),
                "body": case((or_(differs, given_up), new.body), else_=_p.body),
                "digest": new.digest,
                "wanted": case((differs, _p.wanted + 1), else_=_p.wanted),
                "shown": case((taken_back, _p.wanted + 1), else_=_p.shown),
                "state": case(
                    (taken_back, word("sent")),
                    (or_(given_up, and_(differs, _p.state.not_in([word("sending"), word("unknown")]))), word("new")),
                    else_=_p.state,
                ),
                "attempts": case((fresh, 0), else_=_p.attempts),
                **{name: case((fresh, 0), else_=_p[name]) for name in ("due", "aside", "since")},
                "error": case((fresh, word("")), else_=_p.error),
                "queued": case((or_(and_(differs, rests), fresh), new.queued), else_=_p.queued),
                "changed": new.changed,
            },
        ).returning(*(_p[name] for name in _STANDS.split())),
        [column.name for column in schema.posts.columns],
    )


def _mark(say: Flavour) -> Any:
    """``rev``: revision now standing; what was wanted meanwhile makes the post new again."""
    rev = func.coalesce(given("rev", BigInteger), _p.shown)
    settled = rev == _p.wanted
    kind_sent = case((settled, _p.kind), (_p.sending == rev, _p.sending_kind), else_=_p.shown_kind)
    to = given("to", String)
    outdated = and_(to == word("failed"), func.coalesce(given("tried", BigInteger), _p.wanted) < _p.wanted)
    over = or_(and_(to == word("sent"), settled), and_(to == word("failed"), ~outdated))
    return say(
        update(schema.posts)
        .where(*at(schema.posts, "key"))
        .values(
            state=case((outdated, word("new")), (and_(to == word("sent"), ~settled), word("new")), else_=to),
            message=case(
                (and_(to == word("sent"), kind_sent == word("")), null()),
                else_=func.coalesce(given("id", BigInteger), _p.message),
            ),
            shown=rev,
            sending=0,
            shown_kind=case((to == word("sent"), kind_sent), else_=_p.shown_kind),
            body=case((and_(over, ~_p.card), null()), else_=_p.body),
            due=given("s_due"),
            attempts=given("s_attempts"),
            error=given("s_error"),
            aside=given("s_aside", BigInteger),
            since=given("s_since", BigInteger),
            changed=given("now"),
        )
    )


def _waiting(say: Flavour) -> tuple[Any, Any]:
    """What may be tried, not whole: of a priority by the moment since when, of a chat as it is sent."""
    stopped = schema.unreachable.c
    away = exists().where(stopped.bot_id == _p.bot_id, stopped.chat == _p.chat)
    ready, later = literal_column(schema.READY, BigInteger), literal_column(f"({schema.LATER})", BigInteger)
    line = select(_p.key, _p.chat, _p.priority, _p.queued, ready, away.label("stopped"))
    tried = (_p.shown != _p.wanted, _p.state != word("failed"), later <= given("now", BigInteger))
    limit = given("limit", BigInteger)
    between = ready.between(given("after", BigInteger), given("until", BigInteger))
    return (
        say(line.where(*at(schema.posts, "priority"), *tried, between).order_by(ready).limit(limit)),
        say(line.where(*at(schema.posts, "chat"), *tried).order_by(_p.priority, _p.queued).limit(limit)),
    )


def _moves(say: Flavour) -> list[Any]:
    places, dialogs = TABLES[model.Place], TABLES[model.Dialog]
    there = (
        exists()
        .where(places.c.bot_id == given("k_bot_id", BigInteger), places.c.chat == given("to", BigInteger))
        .correlate(None)
    )
    to = {"chat": given("to", BigInteger)}
    return [
        say(delete(places).where(*at(places, "chat"), select(true()).where(there).exists())),
        say(update(places).where(*at(places, "chat")).values(**to, version=places.c.version + 1)),
        say(update(dialogs).where(*at(dialogs, "chat")).values(**to, version=dialogs.c.version + 1)),
        say(update(_topics).where(*at(_topics, "chat")).values(**to, version=_topics.c.version + 1)),
        say(
            update(schema.posts)
            .where(*at(schema.posts, "chat"))
            .values(**to, message=null(), reply_to=null(), shown=case((_p.shown == _p.wanted, _p.shown), else_=0))
        ),
        say(update(schema.commands).where(*at(schema.commands, "chat")).values(**to)),
    ]


@cache
def there_sql(say: Flavour, count: int) -> Any:
    """Which of so many keys (``k_0`` ...) are there."""
    return say(select(_p.key).where(*at(schema.posts), _p.key.in_([given(f"k_{n}", String) for n in range(count)])))


@cache
def outbox_sql(say: Flavour) -> OutboxSql:
    return OutboxSql(say)
