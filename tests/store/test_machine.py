"""The store against a model of ten lines a rule: any order of commits, conflicts, duplicates, sends and restarts."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from bot.model import Arrival, Command, Expect, Order, Outcome, Person, Post, Said, Spot, Text, Timer
from bot.store.port import Conflict, Duplicate, Mark
from tests.inputs import inputs
from tests.store.kit import MORNING, open_at
from tests.waiting import posts_due

IDS = st.integers(1, 3)
VERSIONS = st.integers(0, 3)
NAMES = st.sampled_from("abc")
PEOPLE = st.builds(Person, IDS, st.sampled_from(("zh-CN", "en")), version=VERSIONS)
POSTS = st.builds(Post, NAMES, st.just(7), st.none() | st.builds(Text, NAMES), card=st.just(True))
COMMANDS = st.builds(
    lambda key, lane: Command(key, lane, "op", {"key": key}), st.sampled_from("stuvw"), st.sampled_from("xy")
)


class Machine(RuleBasedStateMachine):
    path: Path  # an empty store, to be copied

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.folder = tempfile.TemporaryDirectory()
        self.file = Path(shutil.copy(self.path, Path(self.folder.name) / "store.sqlite"))
        self.store = self.wait(open_at(self.file))
        self.seen: set[str] = set()
        self.people: dict[int, Person] = {}
        self.posts: dict[str, tuple[Text | None, int, int]] = {}  # content, wanted, shown
        self.commands: dict[str, Command] = {}  # in order
        self.timers: dict[str, int] = {}

    def wait(self, doing: Any) -> Any:
        return self.loop.run_until_complete(doing)

    def teardown(self) -> None:
        self.wait(self.store.close())
        self.loop.run_until_complete(self.loop.shutdown_default_executor())
        self.loop.close()
        self.folder.cleanup()

    # ------------------------------------------------------------ what happens

    @rule(
        arrival=st.integers(1, 40).map(str),
        rows=st.lists(PEOPLE, max_size=2, unique_by=lambda row: row.id),
        gone=st.none() | st.tuples(IDS, VERSIONS),
        expect=st.none() | st.builds(Expect, st.just(Person), IDS, VERSIONS),
        posts=st.lists(POSTS, max_size=2),
        commands=st.lists(COMMANDS, max_size=2),
        done=st.none() | st.sampled_from("stuvw"),
        timer=st.none() | st.tuples(NAMES, st.integers(1, 5)),
        untimed=st.none() | NAMES,
    )
    def commit(
        self,
        arrival: str,
        rows: Any,
        gone: Any,
        expect: Any,
        posts: Any,
        commands: Any,
        done: Any,
        timer: Any,
        untimed: Any,
    ):
        outcome = Outcome(
            Arrival("telegram", arrival, MORNING, Said(Spot(9, 9), 1, "")),
            rows=tuple(rows),
            gone=(Person(gone[0], version=gone[1]),) if gone else (),
            posts=tuple(posts),
            commands=tuple(commands),
            done=(done,) if done else (),
            timers=(Timer(timer[0], timer[1], "remind", "d"),) if timer else (),
            untimed=(untimed,) if untimed else (),
            expects=(expect,) if expect else (),
        )
        wanted = self.expected(outcome)
        if wanted is not None:
            with pytest.raises(wanted):
                self.wait(self.store.commit(outcome))
            return
        self.wait(self.store.commit(outcome))
        self.apply(outcome)

    def version(self, id: int) -> int:
        return self.people[id].version if id in self.people else 0

    def expected(self, outcome: Outcome) -> type[Exception] | None:
        if outcome.arrival.id in self.seen:
            return Duplicate
        if any(self.version(expect.key) != expect.version for expect in outcome.expects):
            return Conflict
        versions = {id: self.version(id) for id in range(1, 4)}
        for row in outcome.rows:
            if versions[row.id] != row.version:
                return Conflict
            versions[row.id] += 1
        return Conflict if any(row.version == 0 or versions[row.id] != row.version for row in outcome.gone) else None

    def apply(self, outcome: Outcome) -> None:
        self.seen.add(outcome.arrival.id)
        for row in outcome.rows:
            self.people[row.id] = replace(row, version=row.version + 1)
        for row in outcome.gone:
            del self.people[row.id]
        self.apply_posts(outcome)
        for key in outcome.done:
            self.commands.pop(key, None)
        for command in outcome.commands:
            self.commands.setdefault(command.key, command)
        for key in outcome.untimed:
            self.timers.pop(key, None)
        for timer in outcome.timers:
            self.timers[timer.key] = timer.due

    def apply_posts(self, outcome: Outcome) -> None:
        for post in outcome.posts:
            content, wanted, shown = self.posts.get(post.key, (None, 0, 0))
            if wanted and content == post.content:
                continue
            hidden = post.content is None and (not wanted or not self.stands(post.key))
            self.posts[post.key] = (post.content, wanted + 1, wanted + 1 if hidden else shown)

    def stands(self, key: str) -> bool:
        """Whether the chat shows something of this post."""
        standing = self.wait(self.store.standing(key))
        return standing is not None and standing.message is not None

    @rule(key=NAMES)
    def send(self, key: str):
        if key in self.posts:
            content, wanted, _ = self.posts[key]
            message = None if content is None else wanted * 10
            self.wait(self.store.mark([Mark(key, "sent", shown=wanted, message=message)]))
            self.posts[key] = (content, wanted, wanted)

    @rule()
    def restart(self):
        self.wait(self.store.close())
        self.store = self.wait(open_at(self.file))

    # ------------------------------------------------------------ what always holds

    @invariant()
    def rows_are_the_same(self):
        assert {row.id: row for row in self.wait(self.store.find(Person))} == self.people
        assert self.wait(self.store.find(Order)) == []

    @invariant()
    def posts_are_the_same(self):
        for key, (content, wanted, shown) in self.posts.items():
            standing = self.wait(self.store.standing(key))
            assert (standing.post.content, standing.wanted, standing.shown) == (content, wanted, shown)
        due = {standing.post.key for standing in self.wait(posts_due(self.store, 1))}
        assert due == {key for key, (_, wanted, shown) in self.posts.items() if wanted != shown}

    @invariant()
    def commands_and_timers_are_the_same(self):
        heads = {command.lane: command for command in reversed(self.commands.values())}
        due = [claimed.command for claimed in self.wait(self.store.commands_due(0))]
        assert due == [command for command in self.commands.values() if heads[command.lane] == command]
        assert {timer.key: timer.due for timer in self.wait(self.store.timers_due(9))} == self.timers


@pytest.mark.slow
@pytest.mark.hypothesis  # it begins its machine itself, for the template: hypothesis does not know it
def test_any_history_ends_as_the_rules_say(template: Path):
    class Run(Machine):
        path = template

    Run.TestCase.settings = inputs(15, stateful_step_count=25)
    Run.TestCase("runTest").runTest()
