"""What went wrong in other libraries of replayed dialogs, as tests of this one."""

from __future__ import annotations

import pytest

from bot.dialog import Ask, Flow, Op
from bot.dialog.plain import PersonView
from bot.dialog.testing import DialogTester


async def two_questions(ask: Ask) -> None:
    name = await ask.text("name")
    await ask.tell("hello", name=name)
    age = await ask.text("age")
    await ask.submit(Op("end", {"name": name, "age": age, "person": ask.person.id}))


def test_a_step_that_raises_does_not_hang_the_chat() -> None:
    """grammyjs/conversations #155."""

    async def raises(ask: Ask) -> None:
        name = await ask.text("name")
        await ask.once("lookup", Op("lookup", {"name": name}))
        await ask.text("age")

    def lookup(args: object) -> object:
        raise RuntimeError("down")

    t = DialogTester(Flow("f", raises), {"lookup": lookup}, paranoid=False)
    t.start()
    before = t.bytes
    with pytest.raises(RuntimeError, match="down"):
        t.says("Li")
    assert t.bytes == before, "nothing was committed"
    t.ops = {"lookup": 1}
    t.says("Li")
    t.expect_prompt("age")


def test_two_people_in_one_flow_share_nothing() -> None:
    """grammyjs/conversations #143."""
    flow = Flow("f", two_questions)
    li, wu = (DialogTester(flow, person=PersonView(n), dialog=f"d{n}") for n in (1, 2))
    for t, name in ((li, "Li"), (wu, "Wu")):
        t.start()
        t.says(name)
        t.expect_tell("hello", name=name)
    for t, name, age in ((wu, "Wu", "80"), (li, "Li", "75")):
        t.says(age)
        t.expect_submit("end", name=name, age=age, person=t.person.id)


def test_an_outside_effect_is_never_inside_a_replay() -> None:
    """grammyjs/conversations #148: what is done outside is an intent, its result comes back as an event."""
    done: list[str] = []

    async def pays(ask: Ask) -> None:
        await ask.call("pay", Op("pay"))
        await ask.choice("next", ["a"])
        await ask.choice("end", ["a"])

    t = DialogTester(Flow("f", pays), {"pay": lambda args: done.append("paid")})
    t.start()
    for _ in range(3):
        t.resume()
        t.duplicate_last()
    t.taps("a")
    assert done == ["paid"]


def test_an_inserted_question_does_not_take_the_answers_of_others() -> None:
    async def three_questions(ask: Ask) -> None:
        await ask.text("title")
        await two_questions(ask)

    t = DialogTester(Flow("f", two_questions))
    t.start()
    t.says("Li")
    t.deploy(Flow("f", three_questions))
    t.says("75")
    t.expect_prompt("title")
    t.says("Ms")
    t.expect_prompt("age", options=["keep"])
    t.taps("keep")
    t.expect_submit("end", name="Li", age="75")
