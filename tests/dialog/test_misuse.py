"""Whatever a flow does wrong gives one clear error that tells the fix; the journal is as it was, the chat goes on."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any

import pytest

from bot.dialog import (
    FLOWS,
    Ask,
    Context,
    Flow,
    FlowError,
    Journal,
    JournalFull,
    Now,
    Op,
    Option,
    PersonView,
    Where,
    events,
    flow,
    play,
    press_data,
)
from bot.dialog.testing import DialogTester

Run = Callable[[Ask], Coroutine[Any, Any, Any]]


def error_of(run: Run) -> str:
    """The error of this flow at its beginning."""
    t = DialogTester(Flow("bad", run), flows={"quiet": Flow("quiet", says_nothing)})
    before = t.bytes
    t.start()
    assert t.bytes == before
    assert isinstance(t.last.last.error, FlowError)
    return str(t.last.last.error)


async def says_nothing(ask: Ask) -> None: ...


async def swallows(ask: Ask) -> None:
    with suppress(BaseException):
        await ask.choice("q", ["a"])


async def swallows_and_goes_on(ask: Ask) -> None:
    try:
        await ask.choice("q", ["a"])
    except BaseException:
        await ask.choice("r", ["a"])


async def asks_finally(ask: Ask) -> None:
    try:
        await ask.choice("q", ["a"])
    finally:
        await ask.tell("bye")


async def twice(ask: Ask) -> None:
    for drug in ("d1", "d2"):
        await ask.tell("boxes", drug=drug)


async def twice_and_hides_it(ask: Ask) -> None:
    await ask.tell("x")
    with suppress(Exception):
        await ask.tell("x")


async def same_sub_twice(ask: Ask) -> None:
    for _ in range(2):
        await ask.sub("q", "quiet")


async def hides_a_wrong_key(ask: Ask) -> None:
    with suppress(Exception):
        await ask.tell("No key")


async def twice_and_raises_another(ask: Ask) -> None:
    await ask.tell("x")
    try:
        await ask.tell("x")
    except Exception as error:
        raise ValueError("hidden") from error


async def sleeps(ask: Ask) -> None:
    await asyncio.sleep(0)


async def clings(ask: Ask) -> None:
    while True:
        with suppress(BaseException):
            await asyncio.sleep(0)
            return
        await ask.tell("still here")


async def no_options(ask: Ask) -> None:
    await ask.choice("q", [])


async def only_links(ask: Ask) -> None:
    await ask.multi("q", [Option("page", url="https://example.org")])


async def same_options(ask: Ask) -> None:
    await ask.multi("q", ["a", Option("a", "A")])


async def reserved(ask: Ask) -> None:
    await ask.choice("q", ["yes", "back"])


async def dead_button(ask: Ask) -> None:
    await ask.tell("q", buttons=["a"])


async def bad_key(ask: Ask) -> None:
    await ask.choice("Boxes 1", ["a"])


async def taken_key(ask: Ask) -> None:
    await ask.choice("submit", ["a"])


async def bad_card(ask: Ask) -> None:
    await ask.card("c", "t", to=None, buttons=[Option("x")])


async def bad_submit(ask: Ask) -> None:
    await ask.submit(Op("order", {"x": object()}))


async def no_such_sub(ask: Ask) -> None:
    await ask.sub("q", "questionary")


def not_async(ask: Ask) -> Any:
    return None


@pytest.mark.parametrize(
    ("run", "says"),
    [
        (swallows, "bad swallowed the suspension: catch Refused only"),
        (swallows_and_goes_on, "before step 'r' the flow swallowed the suspension"),
        (asks_finally, "before step 'bye' the flow swallowed the suspension"),
        (twice, "step 'boxes' is visited twice in one replay: give each visit its own permanent key"),
        (twice_and_hides_it, "step 'x' is visited twice"),
        (same_sub_twice, "step 'q' is visited twice"),
        (hides_a_wrong_key, "'No key' is no step key"),
        (twice_and_raises_another, "step 'x' is visited twice"),
        (sleeps, "awaits something that is not a word of ask (NoneType): use ask.once"),
        (clings, "awaits something that is not a word of ask"),
        (no_options, "'q' has no options that answer: look first, and ask.stop"),
        (only_links, "'q' has no options that answer"),
        (same_options, "two options of 'q' have the same id"),
        (reserved, "'q' uses the option id 'back', which is a built-in button: rename it"),
        (dead_button, "a button of 'bad.q' answers nothing: give it url= or action="),
        (bad_key, "'Boxes 1' is no step key: write a permanent lower-case word"),
        (taken_key, "'submit' is no step key"),
        (bad_card, "a button of 't' answers nothing"),
        (bad_submit, "the operation of step 'submit' holds a object: give plain data"),
        (no_such_sub, "bad: no flow is named 'questionary': import the file that declares it"),
        (not_async, "bad is no coroutine: declare it with `async def bad(ask: Ask)`"),
    ],
)
def test_a_misuse_is_refused_with_the_fix(run: Run, says: str) -> None:
    assert says in error_of(run)


async def test_ask_in_another_task_is_refused_there_and_here() -> None:
    tasks: list[asyncio.Task[Any]] = []

    async def one(ask: Ask) -> None:
        tasks.append(asyncio.create_task(ask.tell("aside")))
        await ask.choice("q", ["a"])

    t = DialogTester(Flow("one", one), paranoid=False)
    t.start()
    with pytest.raises(FlowError, match=r"'aside' is used outside its flow's turn .* no create_task, no gather"):
        await tasks[0]

    both: list[asyncio.Future[Any]] = []

    async def gathers(ask: Ask) -> None:
        tasks[:] = [asyncio.create_task(ask.choice(key, ["a"])) for key in "qr"]
        both.append(asyncio.gather(*tasks))
        await both[0]

    t = DialogTester(Flow("one", gathers), paranoid=False)
    t.start()
    t.expect_error("awaits something that is not a word of ask")
    found = await asyncio.gather(*tasks, return_exceptions=True)
    assert [type(error) for error in found] == [FlowError, FlowError]
    assert isinstance(both[0].exception(), FlowError)


def test_an_exception_changes_nothing_and_the_chat_goes_on() -> None:
    async def one(ask: Ask) -> None:
        kind = await ask.choice("kind", ["good", "bad"])
        await ask.tell("n", n={"good": 1}[kind])
        await ask.choice("end", ["yes"])

    t = DialogTester(Flow("one", one))
    t.start()
    before = t.bytes
    t.taps("bad")
    assert isinstance(t.last.last.error, KeyError)
    assert (t.bytes, t.last.says, t.last.last.step, t.last.last.kind) == (before, (), "kind", "choice")
    t.taps("good")
    t.expect_prompt("end")


def test_the_journal_is_limited_with_a_clear_refusal() -> None:
    async def many(ask: Ask) -> None:
        count = int(await ask.text("count"))
        for n in range(count):
            await ask.tell(f"line[{n}]")
        await ask.choice("end", ["yes"])

    t = DialogTester(Flow("many", many), paranoid=False)
    t.start()
    t.says("200")
    t.expect_error("this dialog would keep 201 answers, the limit is 200: ask for many things in one")
    assert isinstance(t.last.last.error, JournalFull)
    t.says("199")
    t.expect_prompt("end")


def test_the_input_is_never_changed() -> None:
    async def one(ask: Ask) -> None:
        await ask.multi("q", ["a", "b"])

    context = Context("d", PersonView(1), Where(1), Now(0, "2026-11-04"))
    begun = play(Flow("one", one), Journal(), context, events.Begin()).journal
    before = begun.copy()
    from bot.dialog import short

    after = play(Flow("one", one), begun, context, events.Pressed(short("q"), 0, short("+a"))).journal
    assert begun == before != after


def test_names_of_flows_are_single() -> None:
    register: dict[str, Flow] = {}

    @flow("one", register=register)
    async def one(ask: Ask) -> None: ...

    with pytest.raises(FlowError, match="two flows are named 'one'"):
        flow("one", register=register)(one.run)
    assert register == {"one": one}
    assert "one" not in FLOWS


def test_button_data_always_fits() -> None:
    assert len(press_data("d" * 30, "k" * 300, 10**6, "o" * 300)) < 64
    with pytest.raises(FlowError, match="over 64 bytes: use a dialog id of at most 30 letters"):
        press_data("d" * 50, "k", 1, "o")
    with pytest.raises(FlowError, match="'n:1' is no dialog that can be answered: a notice asks nothing"):
        press_data("n:1", "k", 1, "o")
