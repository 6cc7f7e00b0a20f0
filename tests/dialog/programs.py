"""Random programs of flows, their interpreter, and the model they are held against: a dict of the last answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st

from bot.dialog import Ask, Flow, Op
from bot.dialog.buttons import digest

OPTIONS = ("x", "y", "z")


@dataclass(frozen=True)
class Do:
    """One statement. ``word`` choice multi text date photos sub once call tell card; or if / each with a ``body``."""

    word: str
    key: str
    of: str = ""  # the choice an if looks at, the multi an each goes over
    is_: str = ""
    body: tuple[Do, ...] = ()


Program = tuple[Do, ...]
QUESTIONS = ("choice", "multi", "text", "date", "photos")
EFFECTS = ("once", "call", "tell", "card")


@st.composite
def programs(
    draw: st.DrawFn, depth: int = 2, prefix: str = "k", words: tuple[str, ...] = QUESTIONS + EFFECTS
) -> Program:
    """Keys are unique; ifs and loops look only at what stands before them."""
    found: list[Do] = []
    for n in range(draw(st.integers(1, 4))):
        key = f"{prefix}{n}"
        choices = [do.key for do in found if do.word == "choice"]
        multis = [do.key for do in found if do.word == "multi"]
        kinds = [*words, *(["if"] if depth and choices else []), *(["each"] if depth and multis else [])]
        kinds += ["sub"] if depth else []
        word = draw(st.sampled_from(kinds))
        body = draw(programs(depth - 1, key + "_", words)) if word in ("if", "each", "sub") else ()
        of = draw(st.sampled_from(choices if word == "if" else multis)) if word in ("if", "each") else ""
        found.append(Do(word, key, of, draw(st.sampled_from(OPTIONS)), body))
    return tuple(found)


# ---------------------------------------------------------------- the flow


def flow_of(program: Program, *, dependent: bool = True, reworded: int = 0) -> tuple[Flow, dict[str, Flow]]:
    """The program as a flow; its effects depend on every answer before them, or on nothing."""
    subs: dict[str, Flow] = {}

    async def run(ask: Ask) -> None:
        env: dict[str, Any] = {}
        await _run(ask, program, env, "", dependent, reworded, subs)
        await ask.submit(Op("end", {"env": env}))

    _collect(program, subs, dependent, reworded)
    flow = Flow("program", run)
    return flow, subs


def _collect(program: Program, subs: dict[str, Flow], dependent: bool, reworded: int) -> None:
    for do in program:
        _collect(do.body, subs, dependent, reworded)
        if do.word == "sub":
            subs[f"sub_{do.key}"] = _sub(do, subs, dependent, reworded)


def _sub(do: Do, subs: dict[str, Flow], dependent: bool, reworded: int) -> Flow:
    async def run(ask: Ask) -> dict[str, Any]:
        env: dict[str, Any] = {}
        await _run(ask, do.body, env, "", dependent, reworded, subs)
        return env

    return Flow(f"sub_{do.key}", run)


async def _run(
    ask: Ask, program: Program, env: dict[str, Any], tail: str, dependent: bool, reworded: int, subs: Mapping[str, Flow]
) -> None:
    for do in program:
        key = do.key + tail
        if do.word == "if":
            if env[do.of + tail] == do.is_:
                await _run(ask, do.body, env, tail, dependent, reworded, subs)
        elif do.word == "each":
            for thing in env[do.of + tail]:
                await _run(ask, do.body, env, f"{tail}[{thing}]", dependent, reworded, subs)
        elif do.word == "sub":
            env[key] = await ask.sub(key, f"sub_{do.key}")
        else:
            env[key] = await _word(ask, do.word, key, dict(env) if dependent else {}, reworded)


async def _word(ask: Ask, word: str, key: str, args: Mapping[str, Any], reworded: int) -> Any:
    words = {"said": reworded}
    if word == "photos":
        found = await ask.photos(key, max=2, **words)
        return found if isinstance(found, str) else [photo.unique for photo in found]
    if word in ("choice", "multi"):
        return await getattr(ask, word)(key, OPTIONS[reworded % 2 :] + OPTIONS[: reworded % 2], **words)
    if word in ("once", "call"):
        return await getattr(ask, word)(key, Op(word, {"key": key, "args": args}))
    if word == "tell":
        return await ask.tell(key, of=args)
    if word == "card":
        return await ask.card(f"card:{key}", "card", to=None, of=args)
    return await getattr(ask, word)(key, **words)


def result_of(args: Mapping[str, Any]) -> str:
    """What the fakes return: different for different args."""
    return digest(dict(args))


OPS = {"once": result_of, "call": result_of}


# ---------------------------------------------------------------- the model


@dataclass
class Expected:
    """Where the program stands with these answers: the open step ("" = at its end), what is answered, in order."""

    answers: Mapping[str, Any]
    dependent: bool = True
    waiting: str = ""
    kind: str = ""
    answered: list[str] = field(default_factory=list)
    tells: dict[str, Any] = field(default_factory=dict)
    env: dict[str, Any] = field(default_factory=dict)

    def walk(self, program: Program) -> Expected:
        self._walk(program, self.env, "", "")
        return self

    def _walk(self, program: Program, env: dict[str, Any], tail: str, prefix: str) -> bool:
        return all(self._do(do, env, tail, prefix) for do in program)

    def _do(self, do: Do, env: dict[str, Any], tail: str, prefix: str) -> bool:
        key = do.key + tail
        if do.word == "if":
            return env[do.of + tail] != do.is_ or self._walk(do.body, env, tail, prefix)
        if do.word == "each":
            return all(self._walk(do.body, env, f"{tail}[{thing}]", prefix) for thing in env[do.of + tail])
        if do.word == "sub":
            inner = env[key] = {}
            return self._walk(do.body, inner, "", f"{prefix}{key}/")
        if do.word in QUESTIONS:
            return self._question(do.word, prefix + key, env, key)
        args = dict(env) if self.dependent else {}
        env[key] = result_of({"key": key, "args": args}) if do.word in ("once", "call") else None
        if do.word == "tell":
            self.tells[prefix + key] = args
        return True

    def _question(self, kind: str, step: str, env: dict[str, Any], key: str) -> bool:
        if step not in self.answers:
            self.waiting, self.kind = step, kind
            return False
        self.answered.append(step)
        env[key] = self.answers[step]
        return True
