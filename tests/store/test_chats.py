"""Topics and chats as Telegram has them: renamed, closed, lost, moved, out of reach."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.model import (
    Command,
    Dialog,
    Migrated,
    Origin,
    Person,
    Place,
    PlaceKind,
    Post,
    Pressed,
    Reached,
    Said,
    Spot,
    Text,
    Topic,
)
from bot.store.port import Mark, Store
from tests.store.kit import Turns
from tests.store.test_posts import due, stands

TOPIC = Topic("t", -100, "O-1", "17 red")
HELLO = Text("hello")


async def test_a_topic_is_due_while_its_name_or_closed_state_is_not_shown(store: Store, turn: Turns):
    await store.commit(turn(rows=(TOPIC,)))
    assert await store.topics_due() == []  # made with its first post
    await store.topic_made(TOPIC, 9)
    assert await store.topics_due() == []
    made = await store.get(Topic, "t")
    assert made is not None
    await store.commit(turn(rows=(replace(made, name="17 done", closed=True),)))
    assert [topic.name for topic in await store.topics_due()] == ["17 done"]
    await store.topic_shown("t", "17 done", closed=False)
    assert [topic.closed for topic in await store.topics_due()] == [True]
    await store.topic_shown("t", "17 done")
    assert await store.topics_due() == []
    shown = await store.get(Topic, "t")
    assert shown == Topic("t", -100, "O-1", "17 done", "17 done", 9, True, version=5)


async def test_a_lost_topic_is_made_again_and_what_still_has_words_is_repeated(store: Store, turn: Turns):
    posts = (Post("card", -100, HELLO, topic="t", card=True), Post("said", -100, HELLO, topic="t"))
    await store.commit(turn(rows=(TOPIC,), posts=(*posts, Post("gone", -100, HELLO, topic="t", card=True))))
    await store.topic_made(TOPIC, 9)
    for message, key in enumerate(("card", "said", "gone")):
        await store.mark([Mark(key, "sending"), Mark(key, "sent", shown=1, message=message)])
    await store.commit(turn(posts=(Post("gone", -100, None, topic="t", card=True),)))
    await store.topic_lost("t")
    lost = await store.get(Topic, "t")
    assert lost is not None
    assert (lost.thread, lost.shown) == (None, "")
    assert await due(store) == ["card"]
    card = await stands(store, "card")
    assert (card.message, card.shown, card.thread) == (None, 0, None)
    for key in ("said", "gone"):
        standing = await stands(store, key)
        assert (standing.state, standing.message, standing.shown == standing.wanted) == ("sent", None, True)


@pytest.mark.parametrize(
    "back", [Said(Spot(7, 7), 1, "hi"), Pressed(Spot(7, 7), 1, "d:1", "q"), Reached(7, 7, True), None]
)
async def test_a_lane_stops_until_the_person_speaks_again(store: Store, turn: Turns, back: Any):
    await store.commit(turn(rows=(Person(7),), posts=(Post("p", 7, HELLO), Post("q", 8, HELLO))))
    await store.unreachable(7)
    await store.unreachable(7)
    blocked = await store.get(Person, 7)
    assert blocked == Person(7, reachable=False, version=2)
    assert await due(store) == ["q"]
    await store.commit(turn(Reached(7, 7, False)))
    await store.commit(turn(Said(Spot(8, 7), 2, "in a group")))
    assert await due(store) == ["q"]
    rows = (replace(blocked, reachable=True),) if back is None else ()
    await store.commit(turn(back, rows=rows))
    assert await due(store) == ["p", "q"]
    again = await store.get(Person, 7)
    assert again is not None
    assert again.reachable


async def test_a_lane_goes_on_when_the_person_is_there_all_the_same(store: Store, turn: Turns):
    await store.commit(turn(rows=(Person(7),), posts=(Post("p", 7, HELLO),)))
    await store.unreachable(7)
    await store.reachable(7)
    assert await due(store) == ["p"]
    assert await store.get(Person, 7) == Person(7, version=3)


async def test_a_group_that_threw_us_out_stops_too(store: Store, turn: Turns):
    await store.commit(turn(posts=(Post("p", -100, HELLO),)))
    await store.unreachable(-100)
    assert await due(store) == []
    await store.commit(turn(Reached(-100, 7, True)))
    assert await due(store) == ["p"]


async def test_a_moved_group_takes_everything_along_but_its_message_ids(store: Store, turn: Turns):
    command = Command("c", "O-1", "hospital.take", {}, Origin("d", "s", 1, -100, 9, 7))
    place = Place(-100, PlaceKind.DEPARTMENT, "endo")
    posts = (
        Post("stands", -100, HELLO, card=True),
        Post("waits", -100, HELLO),
        Post("changes", -100, HELLO, card=True),
    )
    await store.commit(turn(rows=(place, TOPIC, Dialog("d", "f", -100, 7)), posts=posts, commands=(command,)))
    for message, key in enumerate(("stands", "changes"), 5):
        await store.mark([Mark(key, "sending"), Mark(key, "sent", shown=1, message=message)])
    await store.commit(turn(Migrated(-100, -200), posts=(Post("changes", -100, Text("2"), card=True),)))
    await store.moved(-100, -200)

    assert await store.get(Place, -100) is None
    assert await store.get(Place, -200) == replace(place, chat=-200, version=2)
    assert [row.chat for row in (await store.find(Topic)) + (await store.find(Dialog))] == [-200, -200]
    claimed = await store.command("c")
    assert claimed is not None
    assert claimed.command.origin.chat == -200
    assert await due(store) == ["waits", "changes"]
    assert [(await stands(store, key)).post.chat for key in ("stands", "waits", "changes")] == [-200] * 3
    assert await store.post_of(-200, 5) is None
    stood = await stands(store, "stands")
    assert (stood.shown, stood.wanted, stood.message) == (1, 1, None)


async def test_a_group_that_is_known_under_its_new_id_keeps_that_place(store: Store, turn: Turns):
    new = Place(-200, PlaceKind.REVIEW)
    await store.commit(turn(rows=(Place(-100, PlaceKind.COMPOUND), new)))
    await store.moved(-100, -200)
    assert await store.find(Place) == [replace(new, version=1)]
