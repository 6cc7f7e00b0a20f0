"""One life of the bot inside the test process: it can be ended at any await, as by SIGKILL, and leaves only its file.

What had left the process (a request, a write) still lands; nobody hears of it.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Coroutine
from contextvars import ContextVar, copy_context
from typing import Any, TypeVar

T = TypeVar("T")
_LIFE: ContextVar[Life | None] = ContextVar("life", default=None)


class Dead(BaseException):
    """The process this code ran in is gone. No handler of the house can catch it."""


class Life:
    """The tasks of one incarnation, and what it had sent out when it ended."""

    def __init__(self) -> None:
        self.over = False
        self.fallen = asyncio.Event()
        self.tasks: set[asyncio.Task[Any]] = set()
        self.abroad: set[asyncio.Task[Any]] = set()

    def start(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        """Run ``work`` in this life; every task it makes belongs to it as well."""
        context = copy_context()
        context.run(_LIFE.set, self)
        return asyncio.create_task(work, context=context)

    def check(self) -> None:
        if self.over:
            raise Dead

    def end(self) -> None:
        """From now on nothing in this life reaches the world."""
        self.over = True
        self.fallen.set()

    async def out(self, work: Coroutine[Any, Any, T]) -> T:
        """Something that leaves the process: it lands also when this life ends meanwhile."""
        if self.over:
            work.close()
            raise Dead
        context = copy_context()
        context.run(_LIFE.set, None)
        task = asyncio.create_task(work, context=context)
        self.abroad.add(task)
        task.add_done_callback(self._landed)
        answer = await asyncio.shield(task)
        self.check()
        return answer

    def _landed(self, task: asyncio.Task[Any]) -> None:
        self.abroad.discard(task)
        if not task.cancelled():
            task.exception()  # looked at: whoever waited for it may be dead

    async def bury(self) -> None:
        """All tasks stop where they are; what was under way outside lands. No grace."""
        self.end()
        while alive := [task for task in self.tasks if not task.done()]:
            for task in alive:
                task.cancel()
            await asyncio.wait(alive, timeout=1)
        for task in self.tasks:
            if not task.cancelled():
                task.exception()
        while self.abroad:
            await asyncio.wait(set(self.abroad))


class Through:
    """``inner`` as a life reaches it: calls named in ``landing`` land whatever happens, others are cut with it."""

    def __init__(self, inner: Any, life: Life, landing: frozenset[str]) -> None:
        self._inner, self._life, self._landing = inner, life, landing

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._inner, name)
        if not asyncio.iscoroutinefunction(found):
            return found
        life = self._life
        if name in self._landing:
            return lambda *args, **more: life.out(found(*args, **more))

        async def cut(*args: Any, **more: Any) -> Any:
            life.check()
            answer = await found(*args, **more)
            life.check()
            return answer

        return cut


def _factory(loop: asyncio.AbstractEventLoop, work: Any, **more: Any) -> asyncio.Task[Any]:
    task: asyncio.Task[Any] = asyncio.Task(work, loop=loop, **more)
    context = more.get("context") or copy_context()
    life = context.get(_LIFE)
    if life is not None:
        life.tasks.add(task)
        task.add_done_callback(lambda done: _forget(life, done))
    return task


def _forget(life: Life, task: asyncio.Task[Any]) -> None:
    life.tasks.discard(task)
    if life.over and not task.cancelled():
        task.exception()


@contextlib.contextmanager
def counted_tasks() -> Any:
    """While it lasts every new task is counted to the life that made it."""
    loop = asyncio.get_running_loop()
    before = loop.get_task_factory()
    loop.set_task_factory(_factory)
    try:
        yield
    finally:
        loop.set_task_factory(before)
