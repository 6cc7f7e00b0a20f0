"""Whatever shape an answer has, what comes out of the client is one of its errors."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import wraps
from inspect import iscoroutinefunction
from typing import ParamSpec, TypeVar

from backend_client.answers import log
from backend_client.errors import Unintelligible

C = TypeVar("C")
P = ParamSpec("P")
T = TypeVar("T")
SHAPELESS = (LookupError, TypeError, ValueError, AttributeError, ArithmeticError, RecursionError)


def typed(kind: type[C]) -> type[C]:
    """Every public coroutine of the class: a shape that nobody foresaw is Unintelligible, with its trace in the log."""
    for name, call in list(vars(kind).items()):
        if not name.startswith("_") and iscoroutinefunction(call):
            setattr(kind, name, _typed(call))
    return kind


def _typed(call: Callable[P, Awaitable[T]]) -> Callable[P, Awaitable[T]]:
    @wraps(call)
    async def run(*args: P.args, **given: P.kwargs) -> T:
        try:
            return await call(*args, **given)
        except SHAPELESS as error:
            where = error.__traceback__
            while where and where.tb_next:
                where = where.tb_next
            line = f"{where.tb_frame.f_code.co_name}:{where.tb_lineno}" if where else ""
            log.error("an answer of a shape that nobody foresaw: %s at %s", type(error).__name__, line)
            raise Unintelligible(f"shape-{type(error).__name__}", line) from None

    return run
