"""What waits for each chat, in order."""

from __future__ import annotations

from bot.model import Post, Priority, Text, Topic
from bot.store.port import Standing
from bot.workers.lanes import Lanes


def waiting(key: str, chat: int = 1, priority: Priority = Priority.DIALOG, wanted: int = 1) -> Standing:
    return Standing(Post(key, chat, Text(key), priority), "new", None, None, wanted, 0)


def heads(lanes: Lanes) -> list[str]:
    return [item.work.key if isinstance(item.work, Topic) else item.work.post.key for _, item in lanes.ready()]


def test_the_most_urgent_chat_is_served_first() -> None:
    lanes = Lanes()
    lanes.replace([waiting("a", 1, Priority.BROADCAST), waiting("b", 2), waiting("c", 3, Priority.URGENT)])
    lanes.put(Topic("t", 4, "R1", "name"))
    assert heads(lanes) == ["c", "b", "t", "a"]
    assert len(lanes) == 4


def test_newer_content_keeps_the_place_of_the_older() -> None:
    lanes = Lanes()
    for work in (waiting("a"), waiting("b"), waiting("a", wanted=2)):
        lanes.put(work)
    ((_, item),) = lanes.ready()
    assert item.work == waiting("a", wanted=2)


def test_a_chat_with_a_call_in_flight_or_stopped_is_left_alone() -> None:
    lanes = Lanes()
    lanes.replace([waiting("a", 1), waiting("b", 2)])
    (one, _), (two, _) = lanes.ready()
    one.flying, two.stopped = "x", True
    assert heads(lanes) == []
    assert lanes.any_stopped()
    lanes.replace([waiting("b", 2)])  # the store knows who is reachable
    assert heads(lanes) == ["b"]
    assert not lanes.any_stopped()


def test_what_no_longer_waits_is_dropped() -> None:
    lanes = Lanes()
    lanes.put(waiting("a"))
    lanes.drop("a")
    lanes.drop("unknown")
    assert (heads(lanes), len(lanes)) == ([], 0)
