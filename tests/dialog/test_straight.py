"""A notice is run straight through: its operations are done where they stand, and it may neither ask nor wait."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import pytest

from bot.dialog import Ask, Context, Flow, FlowError, Now, Op, PersonView, Played, Refused, Where, straight
from bot.model import Json, PlaceKind, ToPerson


@dataclass
class Notice:
    """A notice under way, and the operations it has asked for."""

    ops: Mapping[str, Callable[[Mapping[str, Any]], Json]]
    done: list[tuple[str, Mapping[str, Any]]] = field(default_factory=list[tuple[str, Mapping[str, Any]]])

    async def told(self, written: Callable[[Ask], Any], *flows: Flow, **args: Any) -> Played:
        where, now = Where(0, None, PlaceKind.PRIVATE), Now(1_795_393_800_000, "2026-11-23")
        context = Context("n:1", PersonView(0, "en", {}, ()), where, now, "MR-1", args)
        return await straight(Flow("notice", written), context, self._execute, flows={one.name: one for one in flows})

    async def _execute(self, op: Op[Any]) -> Json:
        self.done.append((op.name, op.args))
        return self.ops[op.name](op.args)


def refuse(args: Mapping[str, Any]) -> Json:
    raise Refused("order-gone", order="MR-1")


async def test_operations_are_done_in_order_and_each_once() -> None:
    async def notice(ask: Ask) -> None:
        for person in await ask.once("whom", Op("whom", {"order": ask.subject})):
            name = await ask.once(f"name[{person}]", Op("name", {"person": person}))
            await ask.tell(f"hears[{person}]", to=ToPerson(person), name=name)

    notices = Notice({"whom": lambda args: [7, 8], "name": lambda args: f"name {args['person']}"})
    told = await notices.told(notice)
    assert notices.done == [("whom", {"order": "MR-1"}), ("name", {"person": 7}), ("name", {"person": 8})]
    assert [(said.step, said.words["name"], said.to) for said in told.says] == [
        ("hears[7]", "name 7", ToPerson(7)),
        ("hears[8]", "name 8", ToPerson(8)),
    ]


async def test_the_last_state_of_a_card_is_shown_and_dialogs_with_others_are_begun() -> None:
    async def notice(ask: Ask) -> None:
        await ask.card("card:1", "notice.card", to=ToPerson(7), n=1)
        await ask.card("card:1", "notice.card", to=ToPerson(7), n=2)
        await ask.begin("asks", "other", 9, subject="MR-1")

    async def other(ask: Ask) -> None: ...

    told = await Notice({}).told(notice, Flow("other", other))
    assert [(said.kind, said.card_key, said.words["n"]) for said in told.says] == [("card", "card:1", 2)]
    assert [(one.flow, one.person, one.subject) for one in told.begins] == [("other", 9, "MR-1")]


async def test_a_refusal_is_the_flows_to_catch_and_else_ends_the_notice_with_its_reason() -> None:
    async def catches(ask: Ask) -> None:
        try:
            await ask.once("look", Op("look"))
        except Refused as no:
            await ask.tell("gone", to=ToPerson(7), code=no.code)

    async def lets_pass(ask: Ask) -> None:
        await ask.tell("before", to=ToPerson(7))
        await ask.once("look", Op("look"))

    caught = await Notice({"look": refuse}).told(catches)
    assert [(said.step, said.words["code"]) for said in caught.says] == [("gone", "order-gone")]
    ended = await Notice({"look": refuse}).told(lets_pass)
    assert [said.step for said in ended.says] == ["before", "refused"]
    assert ended.says[-1].wrong == ("order-gone", {"order": "MR-1"})


async def test_a_flow_inside_it_is_run_through_too() -> None:
    async def inner(ask: Ask) -> Any:
        return await ask.once("look", Op("look", {"of": ask.args["of"]}))

    async def notice(ask: Ask) -> None:
        first, second = await ask.sub("a", "inner", of=1), await ask.sub("b", "inner", of=2)
        await ask.tell("sum", to=ToPerson(7), n=first + second)

    notices = Notice({"look": lambda args: args["of"] * 10})
    told = await notices.told(notice, Flow("inner", inner))
    assert [said.words["n"] for said in told.says] == [30]
    assert set(told.visited) == {"a", "a/look", "b", "b/look", "sum"}


WAITS: dict[str, Callable[[Ask], Awaitable[Any]]] = {
    "a question": lambda ask: ask.choice("which", ["a", "b"]),
    "a remote operation": lambda ask: ask.call("buy", Op("buy")),
    "a time": lambda ask: ask.until("later", 2_000_000_000_000),
    "somebody else": lambda ask: ask.other("asks", "notice", 9),
    "an order": lambda ask: ask.submit(Op("order")),
}


@pytest.mark.parametrize("what", WAITS)
async def test_what_asks_or_waits_is_no_notice(what: str) -> None:
    async def notice(ask: Ask) -> None:
        await WAITS[what](ask)

    with pytest.raises(FlowError, match="asks nobody and waits for nothing"):
        await Notice({}).told(notice, Flow("notice", notice))


async def test_the_rules_for_steps_hold_as_in_a_dialog() -> None:
    async def twice(ask: Ask) -> None:
        await ask.tell("hears", to=ToPerson(7))
        await ask.tell("hears", to=ToPerson(8))

    async def swallows(ask: Ask) -> None:
        with suppress(BaseException):  # what no flow may do
            await ask.choice("which", ["a", "b"])

    with pytest.raises(FlowError, match="visited twice"):
        await Notice({}).told(twice)
    with pytest.raises(FlowError, match="swallowed the suspension"):
        await Notice({}).told(swallows)
