"""What the sender reads of the outbox: a little at a time, in order, and never more than it asks for."""

from __future__ import annotations

from typing import Any

import pytest

from bot.model import Post, Priority, Text, Topic
from bot.store.port import Mark, Store
from tests.store.kit import MORNING, Turns

HELLO = Text("hello")
D, N = Priority.DIALOG, Priority.NOTICE
NOW = MORNING + 1_000_000


async def line(store: Store, priority: Priority = D, after: int = 0, limit: int = 100, now: int = NOW) -> list[str]:
    return [one.key for one in await store.waiting(priority, after, now, limit)]


async def lane(store: Store, chat: int, now: int = NOW, limit: int = 100) -> list[str]:
    return [one.key for one in await store.waiting_in(chat, now, limit)]


async def test_posts_of_a_priority_come_in_the_order_in_which_they_became_ready(store: Store, turn: Turns) -> None:
    late = NOW + 60_000
    await store.commit(turn(posts=(Post("a", 7, HELLO, not_before=late), Post("b", 7, HELLO), Post("n", 7, HELLO, N))))
    await store.commit(turn(posts=(Post("c", 8, HELLO),)))
    assert await line(store) == ["b", "c"]
    assert await line(store, N) == ["n"]
    assert await line(store, now=late) == ["b", "c", "a"]
    first, *_ = await store.waiting(D, 0, NOW, 1)
    assert (first.key, first.chat, first.stopped, first.ready) == ("b", 7, False, first.queued)
    assert await line(store, after=first.ready) == ["b", "c"], "the stamp itself is among them"
    assert await line(store, after=first.ready + 1) == ["c"]
    assert await lane(store, 7, late) == ["a", "b", "n"], "of a chat in the order in which they are sent"
    assert await lane(store, 7, late, 2) == ["a", "b"]


@pytest.mark.parametrize(
    ("mark", "due"),
    [
        (Mark("a", "new", attempts=1), True),
        (Mark("a", "unknown", attempts=1), True),
        (Mark("a", "new", due=NOW + 1), False),
        (Mark("a", "new", aside=NOW + 1), False),
        (Mark("a", "failed"), False),
        (Mark("a", "sent", shown=1, message=5), False),
    ],
)
async def test_what_may_not_be_tried_does_not_wait(store: Store, turn: Turns, mark: Mark, due: bool) -> None:
    await store.commit(turn(posts=(Post("a", 7, HELLO, card=True),)))
    await store.mark([Mark("a", "sending", attempts=1)])
    assert await store.due("a", NOW) is None
    await store.mark([mark])
    found = await store.due("a", NOW)
    assert (await line(store) == ["a"], await lane(store, 7) == ["a"], found is not None) == (due, due, due)
    assert await store.due("unknown", NOW) is None
    later = await store.due("a", NOW + 1)
    assert (later is not None) == (mark.state in ("new", "unknown"))
    assert later is None or later.post.content == HELLO


async def test_who_cannot_be_reached_is_told_as_stopped(store: Store, turn: Turns) -> None:
    await store.commit(turn(posts=(Post("a", 7, HELLO),)))
    await store.unreachable(7)
    assert [one.stopped for one in await store.waiting(D, 0, NOW, 9)] == [True]
    assert [one.stopped for one in await store.waiting_in(7, NOW, 9)] == [True]


async def test_what_was_given_up_and_is_wanted_again_stands_behind_what_waits(store: Store, turn: Turns) -> None:
    """Or whoever reads on would not see it any more."""
    await store.commit(turn(posts=(Post("a", 7, HELLO, card=True), Post("b", 7, HELLO, card=True))))
    await store.mark([Mark("a", "failed"), Mark("b", "failed")])
    await store.commit(turn(posts=(Post("c", 7, HELLO),)))
    await store.commit(turn(posts=(Post("a", 7, Text("other"), card=True),)))
    assert await line(store) == ["c", "a"]
    await store.commit(turn(again=("b",)))
    assert await line(store) == ["c", "a", "b"]


async def test_a_post_that_cannot_be_read_waits_and_is_no_deletion(
    store: Any, turn: Turns, monkeypatch: pytest.MonkeyPatch
) -> None:
    from bot.decoding import Unreadable

    await store.commit(turn(posts=(Post("a", 7, HELLO),)))

    def closed(*_: Any) -> None:
        raise Unreadable("another key")

    monkeypatch.setattr(type(store._outbox), "_content", closed)
    assert await store.due("a", NOW) is None


async def test_topics_that_need_something_are_few(store: Store, turn: Turns) -> None:
    await store.commit(turn(rows=tuple(Topic(f"t{n}", -100, f"R{n}", "x", thread=n, shown="y") for n in range(60))))
    assert len(await store.topics_due()) == 50
