"""What waits, in numbers, on either database."""

from __future__ import annotations

from dataclasses import replace

from bot.model import Command, Incident, Order, Origin, Post, Priority, Text, Timer
from bot.store.kept import KeptStore
from bot.store.port import Mark
from tests.store.kit import Turns, now, sample

NOW = now() + 5_000


async def test_nothing_waits(store: KeptStore) -> None:
    sight = await store.sight(NOW, ("paid",), (0, 0, 0, 0))
    assert (dict(sight.posts), sight.failed, sight.commands, sight.timers) == ({}, 0, (0, 0), (0, 0))
    assert (dict(sight.incidents), sight.live, sight.past) == ({}, 0, (0, 0, 0, 0))


async def test_what_waits_is_counted_and_how_long_it_does(store: KeptStore, turn: Turns) -> None:
    orders = [
        replace(sample(Order, n), stage=stage, deadline=until, version=0)
        for n, (stage, until) in enumerate([("paid", 100), ("paid", 200), ("packed", 300), ("handed-over", 100)])
    ]
    incidents = [Incident(f"late:{n}", "late", f"{n}", 1, 1, done_at=n // 2) for n in range(4)]
    posts = [Post(f"p{n}", 1 + n // 4, Text("x"), priority=list(Priority)[n % 2]) for n in range(6)]
    later = Post("later", 1, Text("x"), not_before=NOW + 1)
    timers = [Timer(f"t{n}", NOW - 50 + 100 * n, "draft", "x") for n in range(2)]
    command = Command("c", "lane", "photo.read", {}, Origin("", "", 0, 1, None, 1))
    await store.commit(
        turn(
            rows=(*orders, *incidents),
            posts=(*posts, later),
            timers=tuple(timers),
            commands=(command,),
        )
    )
    await store.mark([Mark("p0", "failed", error="x"), Mark("p1", "sent", shown=1, message=7)])
    await store.unreachable(2)
    await store.postpone("c", 0, 1, "no-answer")
    sight = await store.sight(NOW, ("paid", "packed"), (100, 200, 250, 300))
    assert {priority: count for priority, (count, _) in sight.posts.items()} == {"a": 1, "b": 1}
    assert all(4_000 <= age <= 5_000 for _, age in sight.posts.values())
    assert (sight.failed, sight.commands[0], sight.timers) == (1, 1, (1, 50))
    assert dict(sight.incidents) == {"late": 2}
    assert (sight.live, sight.past) == (3, (1, 2, 2, 3))
