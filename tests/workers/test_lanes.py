"""What waits for each chat, in order, and whose turn it is."""

from __future__ import annotations

import pytest

from bot.model import Priority, Topic
from bot.store.port import OF_A_CHAT
from bot.workers.lanes import Item, Lane, Lanes

D, N = Priority.DIALOG, Priority.NOTICE


def put(lanes: Lanes, key: str, chat: int = 1, priority: Priority = D, place: int = 0) -> None:
    lanes.put(chat, Item(key, priority, place or ord(key[0])))


def goes(lanes: Lanes) -> str:
    """The next item goes, and lands."""
    lane = next(lane for one in Priority if (lane := lanes.first(one)))
    item = flies(lanes, lane)
    lanes.landed(lane, again=False)
    return item


def flies(lanes: Lanes, lane: Lane) -> str:
    item = lane.head()
    assert item is not None
    lanes.fly(lane, item)
    return item.key


def all_go(lanes: Lanes) -> list[str]:
    found: list[str] = []
    while len(lanes):
        found.append(goes(lanes))
    return found


def test_the_most_urgent_goes_first_and_each_chats_first_before_any_chats_second() -> None:
    lanes = Lanes()
    put(lanes, "a", 1, Priority.BROADCAST)
    put(lanes, "b", 2)
    put(lanes, "c", 2)
    put(lanes, "d", 3)
    put(lanes, "e", 4, Priority.URGENT)
    lanes.only([Topic("t", 5, "R1", "name")])
    assert len(lanes) == 6
    assert all_go(lanes) == ["e", "b", "d", "c", "topic:t", "a"]


def test_within_a_chat_the_place_decides_whatever_was_read_first() -> None:
    lanes = Lanes()
    for key in "cab":
        put(lanes, key)
    lanes.fresh(1, "new", D)
    put(lanes, "u", priority=Priority.URGENT)
    assert all_go(lanes) == ["u", "a", "b", "c", "new"]


@pytest.mark.parametrize("whole", [True, False], ids=["its chat", "a page"])
def test_what_was_new_takes_the_place_that_the_store_tells(whole: bool) -> None:
    """The newer one was read, the older one was known as new: it went behind it."""
    lanes = Lanes()
    lanes.fresh(1, "f", D)
    older, newer = Item("f", D, 5), Item("g", D, 6)
    if whole:
        lanes.refilled(1, [older, newer], None)
    else:
        assert lanes.placed(1, older)
        assert not lanes.placed(1, newer)
        lanes.put(1, newer)
    assert all_go(lanes) == ["f", "g"]


def test_what_is_new_does_not_go_before_what_the_store_has_of_its_chat() -> None:
    lanes = Lanes()
    lanes.fresh(1, "new", D)
    lanes.fresh(1, "n", N)
    lanes.refilled(1, [Item(str(n), D, n + 1) for n in range(OF_A_CHAT)], D)
    assert all_go(lanes) == [*map(str, range(OF_A_CHAT))]
    assert [*lanes.hungry] == [1]


def test_what_is_known_keeps_its_place_and_takes_its_new_priority() -> None:
    lanes = Lanes()
    put(lanes, "a", priority=N)
    put(lanes, "b")
    put(lanes, "a", place=999)
    assert all_go(lanes) == ["a", "b"]


def test_a_chat_with_a_call_in_flight_is_left_alone_and_what_is_wanted_again_keeps_its_place() -> None:
    lanes = Lanes()
    put(lanes, "a")
    put(lanes, "b")
    lane = lanes.first(D)
    assert lane is not None
    assert flies(lanes, lane) == "a"
    assert lanes.first(D) is None
    put(lanes, "a")  # wanted otherwise while it flies
    lanes.landed(lane, again=False)
    assert all_go(lanes) == ["a", "b"]


def test_who_rests_leaves_the_line_unless_something_more_urgent_comes() -> None:
    lanes = Lanes()
    put(lanes, "a", 1, N)
    put(lanes, "b", 2, N)
    lane = lanes.first(N)
    assert lane is not None
    lanes.rest(lane, 10.0)
    assert goes(lanes) == "b"
    assert lanes.first(N) is None
    put(lanes, "c", 1, N)
    assert lanes.first(N) is None
    put(lanes, "d", 1)
    assert goes(lanes) == "d"
    lane = lanes.first(N)
    assert lane is not None
    lanes.rest(lane, 10.0)
    assert lanes.rested(9.0) == 10.0
    assert lanes.first(N) is None
    assert lanes.rested(10.0) == float("inf")
    assert all_go(lanes) == ["a", "c"]


def test_what_no_longer_waits_is_dropped() -> None:
    lanes = Lanes()
    put(lanes, "a")
    lane = lanes.first(D)
    assert lane is not None
    lanes.drop(lane, "a")
    lanes.drop(lane, "unknown")
    assert (lanes.first(D), len(lanes)) == (None, 0)


def test_of_a_chat_only_so_many_are_kept_and_the_rest_is_read_before_it_goes_on() -> None:
    lanes = Lanes()
    for n in range(OF_A_CHAT + 5):
        put(lanes, f"{n:02}", 1, D, n + 1)
    put(lanes, "z", 1, N)
    put(lanes, "y", 2)
    assert len(lanes) == OF_A_CHAT + 1, "behind what is not known nothing of this chat is kept"
    while not lanes.hungry:
        goes(lanes)
    assert list(lanes.hungry) == [1]
    lanes.hungry.clear()
    lanes.refilled(1, [Item(f"{n:02}", D, n + 1) for n in range(OF_A_CHAT, OF_A_CHAT + 5)] + [Item("z", N, 1)], None)
    assert all_go(lanes) == [*(f"{n:02}" for n in range(OF_A_CHAT, OF_A_CHAT + 5)), "z"]
    assert not lanes.hungry


def test_a_change_of_what_was_answered_has_its_turn_among_new_questions() -> None:
    """It starved: 1,517 of 1,800 waited at the end of a run."""
    lanes = Lanes()
    put(lanes, "edit", priority=Priority.RELAY)
    gone: list[str] = []
    for n in range(6):
        lanes.fresh(1, f"q{n}", D)
        gone.append(goes(lanes))
    assert gone.index("edit") == 2


def test_topics_that_need_no_change_any_more_go() -> None:
    lanes = Lanes()
    lanes.only([Topic("t", 5, "R1", "name"), Topic("u", 5, "R2", "name")])
    lanes.only([Topic("u", 5, "R2", "other")])
    lane = lanes.first(N)
    assert lane is not None
    (item,) = lane.items.values()
    assert item.topic == Topic("u", 5, "R2", "other")


def test_a_chat_that_has_nothing_left_is_forgotten_but_not_its_rest() -> None:
    lanes = Lanes()
    put(lanes, "a", 1)
    put(lanes, "b", 2)
    lane = lanes.first(D)
    assert lane is not None
    flies(lanes, lane)
    lane.rest_until = 5.0
    lanes.landed(lane, again=False)
    goes(lanes)
    assert list(lanes._lanes) == [1]
    lanes.tidy(5.0)
    assert list(lanes._lanes) == []
