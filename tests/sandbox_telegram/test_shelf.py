"""Old messages leave memory and nobody notices: whatever is asked of them is read from the database.

Sources: a chat's whole history can be named by message id (editMessageText, ReplyParameters, copyMessage); that
memory stays flat is asked by the issue.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.control import Control
from sandbox.telegram import shelf
from sandbox.telegram.records import Message, Person
from sandbox.telegram.server import running
from sandbox.telegram.state import State

from .conftest import LI, Api


def message(number: int, text: str = "x") -> Message:
    return Message(LI, number, LI, 0, {"text": text})


@given(st.lists(st.tuples(st.sampled_from(["new", "change", "flush"]), st.integers(1, 300)), max_size=60))
def test_it_is_a_dictionary_that_forgets_nothing(moves: list[tuple[str, int]]) -> None:
    state, model = State(), {}
    state.keep(message(1))
    model[1] = "x"
    for step, (move, number) in enumerate(moves):
        match move:
            case "new":
                for one in range(max(model) + 1, max(model) + 1 + number):
                    state.keep(message(one))
                    model[one] = "x"
            case "change":
                found = state.messages[LI].get(number)
                assert (found is not None) == (number in model)
                if found is not None:
                    found.content = {"text": f"changed {step}"}
                    state.keep(found)
                    model[number] = f"changed {step}"
            case _:
                state.flush()
    held = state.messages[LI]
    assert {record.id: record.content["text"] for record in held.in_order()} == model
    assert list(held) == sorted(model)
    assert [record.id for record in state.newest_first(LI)] == sorted(model, reverse=True)
    assert held.newest == max(model)
    state.close()


def test_only_the_newest_stay_in_memory(tmp_path: Path) -> None:
    state = State(str(tmp_path / "t.sqlite"))
    state.keep(Person(LI, "Li"))
    for number in range(1, 1001):
        state.keep(message(number))
        if number % 100 == 0:
            state.flush()
    first = state.messages[LI][1]
    assert first is state.messages[LI][1]  # while it is in use
    state.keep(message(1001))
    state.flush()
    assert first is not state.messages[LI][1]
    state.close()
    again = State(str(tmp_path / "t.sqlite"))
    assert len(again.messages[LI]) == 1001
    assert again.messages[LI].newest == 1001
    assert 1002 not in again.messages[LI]
    again.close()


async def test_an_old_message_is_edited_answered_pressed_and_seen(
    control: Control, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shelf, "KEPT", 3)
    await control.say(LI, "/start")
    keys = {"inline_keyboard": [[{"text": "Old one", "callback_data": "old"}]]}
    first = (await api.ok("sendMessage", chat_id=LI, text="first", reply_markup=keys))["message_id"]
    for number in range(8):
        await api.ok("sendMessage", chat_id=LI, text=str(number))
    state = api.server.world.state
    state.flush()
    await api.ok("editMessageText", chat_id=LI, message_id=first, text="first, edited", reply_markup=keys)
    assert (await control.press(LI, "Old one"))["message_id"] == first
    sent = await api.ok("sendMessage", chat_id=LI, text="to it", reply_parameters={"message_id": first})
    assert sent["reply_to_message"]["text"] == "first, edited"
    state.flush()
    view = (await control.sees(LI, last=2))["chats"][0]
    assert [one["text"] for one in view["messages"]] == ["7", "to it"]
    assert view["unread"] == 9  # a press reads up to its message: the eight numbers and the answer are newer
    assert [one["text"] for one in (await control.sees(LI))["chats"][0]["messages"]][1] == "first, edited"
    assert len(await control.messages(LI)) == 10


async def test_a_restart_finds_old_and_new(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sandbox.telegram.state.KEPT", 3)
    monkeypatch.setattr(shelf, "KEPT", 3)
    db = str(tmp_path / "t.sqlite")
    async with running(db=db) as server, Control(server.url) as control:
        await control.person("Li", id=LI)
        for number in range(10):
            await control.say(LI, str(number))
    async with running(db=db) as server, Control(server.url) as control:
        assert [one["text"] for one in (await control.sees(LI))["chats"][0]["messages"]] == [str(n) for n in range(10)]
        await control.say(LI, "10")
        assert (await control.sees(LI))["chats"][0]["messages"][-1]["text"] == "10"
