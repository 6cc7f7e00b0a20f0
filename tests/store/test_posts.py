"""Messages: what is wanted, what is shown, and the order in which the sender gets them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.model import Attached, Bill, Button, Content, Picture, Post, Priority, Text, Topic
from bot.store.port import Mark, Standing, Store
from tests.store.kit import Turns
from tests.waiting import posts_due

HELLO = Text("hello <b>you</b>", ((Button("Yes", data="d:1"), Button("Shop", url="https://x.example")),))


async def due(store: Store, now: int = 1) -> list[str]:
    return [standing.post.key for standing in await posts_due(store, now)]


async def stands(store: Store, key: str = "p") -> Standing:
    standing = await store.standing(key)
    assert standing is not None
    return standing


async def send(store: Store, key: str = "p", message: int | None = 55) -> None:
    """As the sender does it."""
    standing = await stands(store, key)
    await store.mark([Mark(key, "sending", attempts=standing.attempts + 1)])
    await store.mark([Mark(key, "sent", shown=standing.wanted, message=message)])


@pytest.mark.parametrize(
    "content",
    [
        HELLO,
        Picture("file", "caption", ((Button("x", copy="y"),),)),
        Attached("voice", "f", "c"),
        Bill("t", "d", "o:1", 4720),
    ],
)
async def test_a_new_post_is_due_as_it_was_committed(store: Store, turn: Turns, content: Content):
    post = Post("p", 7, content, Priority.URGENT, "", 3, True, True, True, True, 1, 12)
    await store.commit(turn(posts=(post,)))
    standing = Standing(post, "new", None, 3, wanted=1, shown=0)
    assert await posts_due(store, 1) == [standing]
    assert await store.standing("p") == standing
    assert await store.standing("q") is None


async def test_a_sent_message_is_found_by_its_id_and_its_words_are_erased(store: Store, turn: Turns):
    await store.commit(turn(posts=(Post("p", 7, HELLO), Post("card", 7, HELLO, card=True))))
    await send(store, "p", 55)
    await send(store, "card", 56)
    message = await store.post_of(7, 55)
    assert message == Standing(Post("p", 7, None), "sent", 55, None, 1, 1, content_was=Text(""))
    card = await store.post_of(7, 56)
    assert card is not None
    assert card.post.content == HELLO
    assert await store.post_of(8, 55) is None
    assert await due(store) == []


async def test_what_is_on_its_way_is_in_flight_until_its_id_is_known(store: Store, turn: Turns):
    await store.commit(turn(posts=tuple(Post(key, 7, HELLO) for key in ("waits", "leaves", "lost", "failed"))))
    await store.commit(turn(posts=(Post("elsewhere", 8, HELLO), Post("card", 7, HELLO, card=True))))
    await send(store, "card")
    await store.commit(turn(posts=(Post("card", 7, Text("2"), card=True),)))
    await store.mark([Mark(key, "sending", attempts=1) for key in ("leaves", "lost", "failed", "elsewhere")])
    await store.mark([Mark("lost", "unknown", attempts=1), Mark("failed", "failed")])
    assert sorted(await store.in_flight(7)) == ["leaves", "lost"]
    await store.mark([Mark("leaves", "sent", shown=1, message=56)])
    assert await store.in_flight(7) == ["lost"]


async def test_committing_the_same_content_again_changes_nothing_even_after_erasure(store: Store, turn: Turns):
    await store.commit(turn(posts=(Post("p", 7, HELLO),)))
    await store.commit(turn(posts=(Post("p", 7, HELLO),)))
    await send(store)
    before = await stands(store)
    await store.commit(turn(posts=(Post("p", 7, HELLO, Priority.NOTICE),)))
    assert await stands(store) == replace(before, post=replace(before.post, priority=Priority.NOTICE))


async def test_new_content_raises_what_is_wanted_and_a_deletion_forgets_the_message(store: Store, turn: Turns):
    await store.commit(turn(posts=(Post("p", 7, HELLO, card=True),)))
    await send(store)
    await store.commit(turn(posts=(Post("p", 7, Text("2"), card=True),)))
    await store.commit(turn(posts=(Post("p", 7, Text("3"), card=True, pin=True),)))
    standing = await stands(store)
    assert (standing.wanted, standing.shown, standing.message) == (3, 1, 55)
    assert standing.post.content == Text("3")
    assert standing.content_was == Text("")
    assert await due(store) == ["p"]
    await send(store)
    await store.commit(turn(posts=(Post("p", 7, None, card=True, pin=True),)))
    assert await due(store) == ["p"]
    assert (await stands(store)).post.content is None
    await send(store, message=None)
    standing = await stands(store)
    assert (standing.state, standing.message, standing.wanted, standing.shown) == ("sent", None, 4, 4)
    assert await due(store) == []
    await store.commit(turn(posts=(Post("p", 7, HELLO, card=True),)))
    standing = await stands(store)
    assert (standing.state, standing.message, standing.wanted, standing.shown) == ("new", None, 5, 4)


async def test_pinning_an_unchanged_card_is_something_to_do(store: Store, turn: Turns):
    await store.commit(turn(posts=(Post("p", 7, HELLO, card=True),)))
    await send(store)
    await store.commit(turn(posts=(Post("p", 7, HELLO, card=True, pin=True),)))
    assert (await stands(store)).wanted == 2


async def test_a_post_that_is_taken_back_before_it_was_seen_is_never_sent(store: Store, turn: Turns):
    await store.commit(turn(posts=(Post("p", 7, HELLO), Post("q", 7, None))))
    assert await due(store) == ["p"]
    await store.commit(turn(posts=(Post("p", 7, None),)))
    assert await due(store) == []
    assert (await stands(store)).state == "sent"
    await store.commit(turn(posts=(Post("p", 7, HELLO),)))
    assert await due(store) == ["p"]


async def test_what_is_wanted_while_a_message_flies_is_done_when_it_landed(store: Store, turn: Turns):
    await store.commit(turn(posts=(Post("p", 7, Picture("f")),)))
    await store.mark([Mark("p", "sending", attempts=1)])
    assert await due(store) == []
    await store.commit(turn(posts=(Post("p", 7, HELLO),)))
    assert (await stands(store)).state == "sending"
    await store.mark([Mark("p", "sent", shown=1, message=55)])
    standing = await stands(store)
    assert (standing.state, standing.shown, standing.wanted, standing.message) == ("new", 1, 2, 55)
    assert standing.post.content == HELLO
    assert standing.content_was == Picture("")
    assert await due(store) == ["p"]


@pytest.mark.parametrize("newer", [HELLO, None])
async def test_what_is_wanted_just_before_a_message_flies_does_not_lose_it(
    store: Store, turn: Turns, newer: Content | None
):
    await store.commit(turn(posts=(Post("p", 7, Picture("f")),)))
    await store.commit(turn(posts=(Post("p", 7, newer),)))  # after the sender had read it
    await store.mark([Mark("p", "sending", shown=1, attempts=1, content=Picture("f"))])
    await store.mark([Mark("p", "sent", shown=1, message=55)])
    standing = await stands(store)
    assert (standing.state, standing.shown, standing.wanted, standing.message) == ("new", 1, 2, 55)
    assert standing.post.content == newer
    assert standing.content_was == Picture("")
    assert await due(store) == ["p"]


async def test_a_failed_card_rests_until_something_new_is_wanted(store: Store, turn: Turns):
    await store.commit(turn(posts=(Post("p", 7, HELLO, card=True),)))
    await store.mark([Mark("p", "sending", attempts=1)])
    await store.mark([Mark("p", "failed", attempts=1, error="bad-markup")])
    assert await due(store) == []
    await store.commit(turn(posts=(Post("p", 7, HELLO, card=True),)))
    assert await due(store) == []
    await store.commit(turn(posts=(Post("p", 7, Text("better"), card=True),)))
    standing = await stands(store)
    assert (standing.state, standing.attempts, standing.wanted) == ("new", 0, 2)
    assert await due(store) == ["p"]


async def test_what_was_given_up_and_is_asked_for_again_is_tried_again(store: Store, turn: Turns):
    """An invoice has the same key and content however often [Pay] is pressed."""
    await store.commit(turn(posts=(Post("p", 7, HELLO),)))
    await store.mark([Mark("p", "sending", attempts=1)])
    await store.mark([Mark("p", "failed", attempts=1, error="refused")])
    assert (await stands(store)).post.content is None
    await store.commit(turn(posts=(Post("p", 7, HELLO),)))
    standing = await stands(store)
    assert (standing.state, standing.attempts, standing.post.content) == ("new", 0, HELLO)
    assert await due(store) == ["p"]


@pytest.mark.parametrize(("tried", "state"), [(1, "new"), (2, "failed"), (None, "failed")])
async def test_a_failure_of_an_older_revision_does_not_stop_the_newer(
    store: Store, turn: Turns, tried: Any, state: str
):
    await store.commit(turn(posts=(Post("p", 7, HELLO),)))
    await store.mark([Mark("p", "sending", attempts=1)])
    await store.commit(turn(posts=(Post("p", 7, Text("newer")),)))
    await store.mark([Mark("p", "failed", tried=tried)])
    assert (await stands(store)).state == state
    assert ((await stands(store)).post.content is None) == (state == "failed")


async def test_an_unknown_post_stays_unknown_when_its_words_change(store: Store, turn: Turns):
    await store.commit(turn(posts=(Post("p", 7, HELLO),)))
    await store.mark([Mark("p", "unknown", attempts=1)])
    await store.commit(turn(posts=(Post("p", 7, Text("other")),)))
    standing = await stands(store)
    assert (standing.state, standing.attempts) == ("unknown", 1)
    assert await due(store) == ["p"]


async def test_where_a_post_stands_is_fixed_once_it_stands(store: Store, turn: Turns):
    await store.commit(turn(posts=(Post("p", 7, HELLO, card=True),)))
    await store.commit(turn(posts=(Post("p", 8, HELLO, card=True),)))
    assert (await stands(store)).post.chat == 8
    await send(store)
    await store.commit(turn(posts=(Post("p", 9, Text("x"), card=True),)))
    assert (await stands(store)).post.chat == 8


async def test_posts_come_urgent_first(store: Store, turn: Turns):
    notice = [Post(f"n{n}", 7, HELLO, Priority.NOTICE) for n in range(3)]
    await store.commit(turn(posts=(*notice, Post("other", 8, HELLO, Priority.NOTICE))))
    await store.commit(turn(posts=(Post("pay", 7, HELLO, Priority.URGENT), Post("ask", 9, HELLO))))
    assert await due(store) == ["pay", "ask", "n0", "n1", "n2", "other"]


async def test_a_card_that_changes_queues_behind_what_waits(store: Store, turn: Turns):
    await store.commit(turn(posts=(Post("card", 7, HELLO, card=True),)))
    await send(store, "card")
    await store.commit(turn(posts=(Post("a", 7, HELLO),)))
    await store.commit(turn(posts=(Post("card", 7, Text("2"), card=True),)))
    await store.commit(turn(posts=(Post("b", 7, HELLO),)))
    await store.commit(turn(posts=(Post("card", 7, Text("3"), card=True), Post("a", 7, Text("A")))))
    assert await due(store) == ["a", "card", "b"]


async def test_a_press_on_another_copy_adopts_it(store: Store, turn: Turns):
    await store.commit(turn(posts=(Post("p", 7, HELLO, card=True),)))
    await send(store, message=55)
    assert await store.adopt("p", 56) == 55
    assert await store.adopt("p", 56) is None
    assert await store.adopt("nothing", 56) is None
    assert await store.post_of(7, 55) is None
    copy = await store.post_of(7, 56)
    assert copy is not None
    assert copy.post.key == "p"


async def test_no_marks_are_no_work(store: Store):
    await store.mark([])
    await store.mark([Mark("nothing", "sent", shown=1)])
    assert await store.standing("nothing") is None


async def test_a_post_in_a_topic_gets_its_thread_when_the_topic_is_made(store: Store, turn: Turns):
    topic = Topic("t", -100, "O-1", "17 red")
    await store.commit(turn(rows=(topic,), posts=(Post("p", -100, HELLO, topic="t"), Post("q", -100, HELLO, thread=4))))
    assert [standing.thread for standing in await posts_due(store, 1)] == [None, 4]
    await store.topic_made(topic, 9)
    assert [standing.thread for standing in await posts_due(store, 1)] == [9, 4]
    assert await store.get(Topic, "t") == replace(topic, thread=9, shown="17 red", version=2)


async def test_a_card_asked_for_again_is_sent_anew_and_the_old_message_goes(store: Store, turn: Turns):
    card = Post("card", 7, HELLO, card=True)
    await store.commit(turn(posts=(card,)))
    await send(store, "card", 55)
    await store.commit(turn(posts=(replace(card, anew=True),)))
    found = {one.post.key: (one.message, one.post.content) for one in await posts_due(store, 1)}
    assert found == {"card": (None, HELLO), "card^55": (55, None)}
    await send(store, "card", 56)
    await store.mark([Mark("card^55", "sent", shown=2)])
    assert await due(store) == []
    assert (await stands(store, "card")).message == 56
    await store.commit(turn(posts=(Post("card", 7, Text("2"), card=True),)))
    assert [(one.post.key, one.message) for one in await posts_due(store, 1)] == [("card", 56)], (
        "and is kept up to date"
    )


async def test_a_card_asked_for_while_it_is_being_edited_is_sent_anew_all_the_same(store: Store, turn: Turns):
    """The answer to the edit, of the message that goes, comes after it: that is not what was asked for."""
    await store.commit(turn(posts=(Post("card", 7, HELLO, card=True),)))
    await send(store, "card", 55)
    changed = Post("card", 7, Text("2"), card=True)
    await store.commit(turn(posts=(changed,)))
    (edit,) = await posts_due(store, 1)
    await store.commit(turn(posts=(replace(changed, anew=True),)))
    await store.mark([Mark("card", "sent", shown=edit.wanted)])
    found = {one.post.key: (one.message, one.post.content) for one in await posts_due(store, 1)}
    assert found == {"card": (None, Text("2")), "card^55": (55, None)}


@pytest.mark.parametrize("state", ["new", "sending", "unknown", "failed"])
async def test_a_card_that_stands_nowhere_yet_is_sent_once(store: Store, turn: Turns, state: Any):
    await store.commit(turn(posts=(Post("card", 7, HELLO, card=True),)))
    if state != "new":
        await store.mark([Mark("card", state, attempts=1)])
    await store.commit(turn(posts=(Post("card", 7, HELLO, card=True, anew=True),)))
    assert [one.post.key for one in await posts_due(store, 1)] == ([] if state == "sending" else ["card"])
    assert (await stands(store, "card")).message is None
