"""What is known of posts without reading them is what a reading would tell."""

from __future__ import annotations

import asyncio
import random

import pytest

from bot.model import Dialog, Post, Text, Topic
from bot.store.port import Mark, Stand, Store
from tests.store.kit import Turns

CONTENTS = (Text("one"), Text("two"), None)


async def test_a_commit_tells_how_its_posts_stand(store: Store, turn: Turns):
    """New, changed, taken back, the same again, given up, on its way, unknown, late, moved to another chat."""
    chance, told = random.Random(7), dict[str, int]()
    heard: list[Stand] = []
    store.on_posts(heard.append)
    for step in range(150):
        key = f"p{chance.randrange(4)}"
        content, chat = chance.choice(CONTENTS), chance.choice((7, 8))
        post = Post(key, chat, content, pin=chance.random() < 0.2, card=key == "p0", reply_to=step, thread=chat)
        await store.commit(turn(posts=(post,)))
        standing = await store.standing(key)
        assert standing is not None
        known = heard.pop()[key]
        assert known is not None
        if standing.shown != standing.wanted:  # else its words may be erased, and nobody asks for them
            assert known == standing
            told[standing.state] = told.get(standing.state, 0) + 1
        else:
            assert (known.state, known.wanted, known.shown) == (standing.state, standing.wanted, standing.shown)
        if step % 3:
            continue
        await store.mark([Mark(key, "sending", attempts=1, content=content)])
        after = chance.choice(("", "sent", "failed", "unknown"))
        if after == "sent":
            await store.mark([Mark(key, "sent", shown=standing.wanted, message=step + 1)])
        elif after == "failed":
            await store.mark([Mark(key, "failed", error="refused")])
        elif after == "unknown":
            await store.mark([Mark(key, "unknown", aside=5, since=3, attempts=2, error="late 1")])
    assert set(told) == {"new", "sending", "unknown", "failed"}


async def test_of_what_stands_in_a_topic_or_is_sent_anew_a_commit_tells_nothing(store: Store, turn: Turns):
    heard: list[Stand] = []
    store.on_posts(heard.append)
    await store.commit(turn(rows=(Topic("t", -2, "O-1", "Wang"),)))
    in_topic, anew = Post("t:1", -2, Text("x"), topic="t"), Post("menu", 7, Text("x"), card=True, anew=True)
    await store.commit(turn(posts=(in_topic, anew)))
    assert heard == [{}, {"t:1": None, "menu": None}]


async def test_what_failed_tells_nothing(store: Store, turn: Turns):
    heard: list[Stand] = []
    store.on_posts(heard.append)
    outcome = turn(posts=(Post("p", 7, Text("x")),))
    await store.commit(outcome)
    with pytest.raises(Exception, match="telegram"):
        await store.commit(outcome)
    assert [*map(list, heard)] == [["p"]]


async def test_whether_posts_are_there_is_asked_of_many_at_once(store: Store, turn: Turns):
    keys = [f"k{n}" for n in range(300)]
    assert await store.there(keys) == set()
    await store.commit(turn(posts=tuple(Post(key, 7, Text("x")) for key in keys[::7])))
    assert await store.there(keys) == {*keys[::7]}
    assert await store.there([]) == set()
    await store.mark([Mark("k7", "sent", shown=1, message=55)])
    assert (await store.is_ours(7, 55), await store.is_ours(8, 55), await store.is_ours(7, 56)) == (True, False, False)


async def test_a_dialog_tells_what_it_asks_without_being_opened(store: Store, turn: Turns):
    await store.commit(turn(rows=(Dialog("D1", "refill", 7, 7, state="parked", prompt="d:D1:who:2"),)))
    assert await store.asks("D1") == ("parked", "d:D1:who:2")
    assert await store.asks("D2") is None


async def test_an_arrival_is_known_by_either_of_its_names(store: Store, turn: Turns):
    outcome = turn()
    await store.commit(outcome)
    id = outcome.arrival.id
    assert await store.seen("telegram", id)
    assert await store.seen("telegram", "message/7/1", id)
    assert await store.seen("telegram", id, "message/7/1")
    assert not await store.seen("telegram", "message/7/1", "message/7/2")


async def test_who_waits_for_a_post_wakes_when_it_is_no_longer_on_its_way(store: Store, turn: Turns):
    await store.commit(turn(posts=(Post("p", 7, Text("x")), Post("q", 7, Text("x")))))
    waiting = asyncio.create_task(store.marked(("o", "p"), 60))
    await store.mark([Mark("p", "sending", attempts=1), Mark("q", "sent", shown=1, message=54)])
    assert not waiting.done()
    await store.mark([Mark("p", "sent", shown=1, message=55)])
    await asyncio.wait_for(waiting, 10)
    await store.marked(("p",), 0.001)  # nothing more comes of it: the time ends it
