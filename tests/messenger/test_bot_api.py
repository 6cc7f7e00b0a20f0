"""The messenger against the sandbox's Bot API: real HTTP, real PTB, the real server's error texts."""

from __future__ import annotations

import asyncio
import base64
from typing import Any

import pytest

from bot.clock import HandClock
from bot.messenger.bot_api import Telegram
from bot.messenger.errors import (
    Flooded,
    Gone,
    MessengerError,
    Misused,
    Moved,
    NotDelivered,
    OutcomeUnknown,
    Refused,
    Stale,
    ThreadLost,
    TooOld,
    Unreachable,
)
from bot.messenger.outgoing import PICTURES, Drawn
from bot.model import AS_FILE, CUT, Bill, Button, Content, Picture, Post, PreCheckout, Pressed, PutAside, Said, Text
from sandbox.control import Control, Phone
from sandbox.telegram.server import Running
from tests.messenger.conftest import FORUM, GROUP, LI, WANG

ROWS = ((Button("Yes", "d:1:ok:0:ab"), Button("Code", copy="7788")),)
DOT = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


def post(chat: int, content: Content, **more: Any) -> Post:
    return Post("k", chat, content, **more)


async def seen(control: Control, person: int, chat: int | None = None) -> list[dict[str, Any]]:
    view = await control.sees(person, chat=chat or person)
    return [message for chat in view["chats"] for message in chat["messages"]]


async def test_who_we_are(telegram: Telegram) -> None:
    me = await telegram.start()
    assert (me.id, me.username, me.topics) == (4242, "medrelay_sandbox_bot", False)
    assert "SANDBOX" not in repr(telegram.bot)


async def test_privacy_mode_that_is_off_is_told(
    telegram: Telegram, control: Control, server: Running, caplog: pytest.LogCaptureFixture
) -> None:
    assert "privacy mode" not in caplog.text
    await control.switch(**{"telegram.privacy": False})
    again = Telegram(server.token, HandClock(), root=server.url + "/")
    await again.start()
    await again.close()
    assert "/setprivacy, Enable" in caplog.text


async def test_a_message_is_sent_edited_and_deleted(telegram: Telegram, control: Control) -> None:
    start = (await control.say(LI, "/start"))["message_id"]
    id = await telegram.send(post(LI, Text("<b>Who</b> is it for?", ROWS), protect=True, reply_to=start), None)
    message = (await seen(control, LI))[-1]
    assert (message["id"], message["text"], message["reply_to"], message["protected"]) == (
        id, "Who is it for?", start, True,
    )  # fmt: skip
    assert [button["label"] for button in message["buttons"][0]] == ["Yes", "Code"]
    assert await telegram.edit(LI, id, Text("For me"))
    assert not await telegram.edit(LI, id, Text("For me"))
    assert (await seen(control, LI))[-1]["text"] == "For me"
    await telegram.delete(LI, id)
    assert [message["text"] for message in await seen(control, LI)] == ["/start"]
    with pytest.raises(Gone):
        await telegram.delete(LI, id)
    with pytest.raises(Gone):
        await telegram.edit(LI, id, Text("x"))


async def test_updates_are_fetched_and_confirmed(telegram: Telegram, control: Control) -> None:
    before = (await telegram.updates(0, 0))[-1].id  # the bot was put into its groups
    await control.say(LI, "hello")
    (first,) = await telegram.updates(before + 1, 0)
    assert [type(arrival.body) for arrival in first.arrivals] == [Said]
    assert len(await telegram.updates(first.id, 0)) == 1
    assert await telegram.updates(first.id + 1, 0) == []
    waiting = asyncio.create_task(telegram.updates(first.id + 1, 10))
    await control.say(LI, "again")
    assert len(await waiting) == 1


async def test_a_press_is_answered_once(telegram: Telegram, control: Control) -> None:
    await control.say(LI, "/start")
    await telegram.send(post(LI, Text("Sure?", ROWS)), None)
    pressing = asyncio.create_task(control.press(LI, "Yes", wait=5))
    last = (await telegram.updates(0, 5))[-1]
    while not isinstance(last.arrivals[0].body, Pressed):
        last = (await telegram.updates(last.id + 1, 5))[-1]
    pressed = last.arrivals[0].body
    assert isinstance(pressed, Pressed)
    await telegram.answer_press(pressed.query, "药" * 300, alert=True)
    answer = (await pressing)["answer"]
    assert (len(answer["text"]), answer["alert"]) == (200, True)
    with pytest.raises(Stale):
        await telegram.answer_press("12345", "late")


@pytest.mark.parametrize(("ok", "state"), [(True, "paid"), (False, "refused")])
async def test_an_invoice_is_paid_or_refused(telegram: Telegram, control: Control, ok: bool, state: str) -> None:
    await control.say(LI, "/start")
    await telegram.send(post(LI, Bill("Order R1", "Self-pay share", "R1/1", 1234)), None)
    paying = asyncio.create_task(control.pay(LI))
    last = (await telegram.updates(0, 5))[-1]
    while not isinstance(last.arrivals[0].body, PreCheckout):
        last = (await telegram.updates(last.id + 1, 5))[-1]
    checkout = last.arrivals[0].body
    assert isinstance(checkout, PreCheckout)
    assert (checkout.amount, checkout.currency, checkout.payload) == (1234, "CNY", "R1/1")
    await telegram.answer_checkout(checkout.query, ok, "somebody else is paying")
    assert (await paying)["state"] == state


async def test_pictures_are_sent_by_id_changed_and_fetched(telegram: Telegram, control: Control) -> None:
    await control.photo(LI, DOT, caption="rx")
    arrival = (await telegram.updates(0, 0))[-1].arrivals[0]
    file = getattr(arrival.body, "file", "")
    assert (await telegram.fetch(file)).startswith(b"\xff\xd8")  # Telegram makes every photo a JPEG
    id = await telegram.send(post(LI, Picture(file, "<i>slip</i>")), None)
    assert await telegram.edit(LI, id, Picture(file, "receipt", ROWS))
    message = (await seen(control, LI))[-1]
    assert (message["kind"], message["caption"]) == ("photo", "receipt")
    with pytest.raises(TooOld):
        await telegram.edit(LI, id, Text("a text"))
    shown = (await seen(control, LI))[-1]["file"]
    await telegram.blank(LI, id, "no longer valid")
    blank = (await seen(control, LI))[-1]
    assert (blank["caption"], blank["file"] != shown) == ("no longer valid", True)
    with pytest.raises(Refused):
        await telegram.fetch("no-such-file")


@pytest.mark.parametrize(("tall", "kind"), [(False, "photo"), (True, "document")])
async def test_what_came_as_a_file_is_shown_as_its_clean_picture(
    telegram: Telegram, control: Control, tall: bool, kind: str
) -> None:
    """Its own bytes tell where and when it was made; several pages would be too small as a photo."""
    await control.send(LI, "document", DOT + b"GPS 30.1, 120.2", name="rx.png", mime="image/png")
    file = AS_FILE + getattr((await telegram.updates(0, 0))[-1].arrivals[0].body, "file", "")
    drawn: list[bytes] = []
    parts: list[tuple[int, ...]] = []

    async def draw(data: bytes, part: tuple[int, ...]) -> Drawn:
        drawn.append(data)
        parts.append(part)
        return Drawn(PICTURES.joinpath("blank.jpg").read_bytes(), tall)

    with pytest.raises(Refused):
        await telegram.send(post(LI, Picture(file)), None)
    telegram.draw = draw
    await telegram.send(post(LI, Picture(file, "page 1")), None)
    message = (await seen(control, LI))[-1]
    assert (message["kind"], message["caption"]) == (kind, "page 1")
    assert drawn[0].endswith(b"GPS 30.1, 120.2")
    await telegram.send(post(LI, Picture(f"{CUT}1,2,3,4,0:{file}")), None)
    assert parts == [(), (1, 2, 3, 4, 0)]
    assert b"GPS" not in await control.file(message["file"]["url"])


async def test_what_is_too_big_is_not_fetched(telegram: Telegram, control: Control) -> None:
    class Big:
        file_size = 20_000_001

    async def get_file(file: str) -> Big:
        return Big()

    class Bot:
        pass

    bot = Bot()
    bot.get_file = get_file  # type: ignore[attr-defined]
    real, telegram.bot = telegram.bot, bot  # type: ignore[assignment]
    with pytest.raises(Refused, match="too-big"):
        await telegram.fetch("f")
    telegram.bot = real


async def test_blank_takes_text_and_buttons_away(telegram: Telegram, control: Control) -> None:
    await control.say(LI, "/start")
    id = await telegram.send(post(LI, Text("Code 7788", ROWS)), None)
    await telegram.blank(LI, id, "—")
    await telegram.blank(LI, id, "—")
    message = (await seen(control, LI))[-1]
    assert (message["text"], message["buttons"]) == ("—", [])
    await telegram.blank(LI, 9999, "—")


async def test_topics_live_and_die(telegram: Telegram, control: Control) -> None:
    thread = await telegram.make_topic(FORUM, "No 7 " + "x" * 200)
    id = await telegram.send(post(FORUM, Text("case")), thread)
    await telegram.pin(FORUM, id)
    await telegram.rename_topic(FORUM, thread, "No 7 green")
    await telegram.rename_topic(FORUM, thread, "No 7 green")
    await telegram.close_topic(FORUM, thread)
    await telegram.close_topic(FORUM, thread)
    await telegram.reopen_topic(FORUM, thread)
    await telegram.reopen_topic(FORUM, thread)
    await telegram.typing(FORUM)
    (chat,) = (await control.sees(LI, chat=FORUM))["chats"]
    (topic,) = [topic for topic in chat["topics"] if topic["thread"] == thread]
    assert (topic["name"], topic["closed"]) == ("No 7 green", False)
    assert chat["pinned"] == [id]
    await telegram.bot.delete_forum_topic(FORUM, thread)
    with pytest.raises(ThreadLost):
        await telegram.send(post(FORUM, Text("case")), thread)
    with pytest.raises(ThreadLost):
        await telegram.rename_topic(FORUM, thread, "x")


async def test_rights_that_are_missing_are_named(telegram: Telegram, control: Control) -> None:
    assert await telegram.missing_rights(FORUM) == ()
    assert await telegram.missing_rights(GROUP) == ("can_manage_topics", "can_pin_messages", "can_delete_messages")


async def test_the_menu_of_commands(telegram: Telegram, control: Control) -> None:
    await telegram.menu({"start": "begin", "orders": "my orders"})
    await telegram.menu({"start": "开始"}, "zh")
    assert [one.command for one in await telegram.bot.get_my_commands()] == ["start", "orders"]
    assert [one.description for one in await telegram.bot.get_my_commands(language_code="zh")] == ["开始"]


async def test_people_and_groups_we_cannot_reach(telegram: Telegram, control: Control) -> None:
    with pytest.raises(Unreachable):
        await telegram.send(post(77777, Text("never started")), None)
    await control.say(WANG, "/start")
    await control.block(WANG)
    with pytest.raises(Unreachable):
        await telegram.send(post(WANG, Text("blocked")), None)
    new = (await control.migrate(GROUP))["id"]
    with pytest.raises(Moved) as moved:
        await telegram.send(post(GROUP, Text("moved")), None)
    assert moved.value.to == new


@pytest.mark.parametrize(
    ("fault", "error"),
    [("429", Flooded), ("5xx", OutcomeUnknown), ("lost-response", OutcomeUnknown)],
)
async def test_faults_of_the_line(
    telegram: Telegram, control: Control, fault: str, error: type[MessengerError]
) -> None:
    await control.say(LI, "/start")
    await control.fault(fault, method="sendMessage", times=1)
    with pytest.raises(error):
        await telegram.send(post(LI, Text("one")), None)
    await telegram.send(post(LI, Text("two")), None)
    texts = [message["text"] for message in await seen(control, LI)]
    assert texts == (["/start", "one", "two"] if fault == "lost-response" else ["/start", "two"])


async def test_our_mistakes_are_refused(telegram: Telegram, control: Control) -> None:
    await control.say(LI, "/start")
    with pytest.raises(Refused, match="bad-markup"):
        await telegram.send(post(LI, Text("<b>open")), None)


async def test_a_bad_token_and_a_dead_server(server: Running) -> None:
    wrong = Telegram("4243:SANDBOX-wrong", HandClock(), root=server.url)
    with pytest.raises(Misused):
        await wrong.start()
    await wrong.close()
    nowhere = Telegram("4242:SANDBOX-test", HandClock(), root="http://127.0.0.1:9")
    with pytest.raises(NotDelivered):
        await nowhere.start()
    await nowhere.close()


async def test_an_update_nobody_can_parse_does_not_block_the_others(
    telegram: Telegram, caplog: pytest.LogCaptureFixture
) -> None:
    received = telegram.received({"update_id": 5, "message": {"text": "Mrs Wang"}})
    (seen,) = received.arrivals
    assert (received.id, seen.id, seen.body) == (5, "update/5", PutAside("telegram", "update/5", "KeyError"))
    assert "update 5" in caplog.text
    assert "Wang" not in caplog.text


async def test_the_phone_of_the_sandbox_sees_it_too(telegram: Telegram, control: Control) -> None:
    phone = Phone(control, LI)
    await phone.say("/start")
    await telegram.send(post(LI, Text("药到了")), None)
    assert (await phone.wait_for(text="药到了"))["chat"] == LI
