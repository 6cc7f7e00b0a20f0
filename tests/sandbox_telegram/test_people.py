"""The control interface: people act, and see; Phone acts on what is seen.

Sources: docs/sandbox-control.md, section by section; what the bot gets of it: Update. start parameter of 64
characters: "Deep linking" of the bot features; albums: Message.media_group_id; edits: Update.edited_message.
"""

from __future__ import annotations

import asyncio

import aiohttp
import pytest

from sandbox.control import Control, ControlError, NotSeen
from sandbox.telegram.server import Running

from .conftest import LI, WANG, Api, png

LINK = "https://t.me/medrelay_sandbox_bot?start=order-7"


async def ask(api: Api, text: str, *labels: str, chat: int = LI) -> int:
    keys = {"inline_keyboard": [[{"text": label, "callback_data": label.lower()} for label in labels]]}
    return (await api.ok("sendMessage", chat_id=chat, text=text, reply_markup=keys))["message_id"]


@pytest.fixture
async def started(control: Control, api: Api) -> Api:
    await control.say(LI, "/start")
    await api.drain()
    return api


async def test_people_are_made_once(control: Control) -> None:
    again = await control.person("Another", id=LI)
    assert again["name"] == "Li"
    fresh = await control.person("New")
    assert fresh["id"] not in {LI, WANG}
    world = await control.world()
    assert {p["name"] for p in world["people"]} == {"Li", "Wang", "Chen", "New"}
    assert world["bot"]["username"] == "medrelay_sandbox_bot"


async def test_a_press_reaches_the_newest_message_with_that_label(control: Control, started: Api) -> None:
    await ask(started, "one", "Yes", "No")
    newest = await ask(started, "two", "Yes", "No")
    assert (await control.press(LI, "Yes"))["message_id"] == newest
    (update,) = await started.drain()
    assert update["callback_query"]["message"]["text"] == "two"


async def test_a_part_of_a_label_is_enough_when_it_is_clear(control: Control, started: Api) -> None:
    await ask(started, "pick", "Take 1 box", "Take 2 boxes", "Cancel")
    await control.press(LI, "Cancel")
    await control.press(LI, "2 boxes")
    with pytest.raises(ControlError, match="Take 1 box, Take 2 boxes"):
        await control.press(LI, "Take")
    await control.press(LI, "Take", nth=1)
    await control.press(LI, data="cancel")
    data = [u["callback_query"]["data"] for u in await started.drain()]
    assert data == ["cancel", "take 2 boxes", "take 1 box", "cancel"]


async def test_a_missing_button_is_told_with_what_is_there(control: Control, started: Api) -> None:
    await ask(started, "pick", "Yes")
    with pytest.raises(ControlError, match=r"no button 'Maybe'.*\['Yes'\]"):
        await control.press(LI, "Maybe")
    with pytest.raises(ControlError, match="no message 999"):
        await control.press(LI, "Yes", message_id=999)


async def test_deep_links(control: Control, started: Api, group: int) -> None:
    await started.drain()
    await control.open(WANG, LINK)
    (update,) = await started.drain()
    assert (update["message"]["text"], update["message"]["chat"]["id"]) == ("/start order-7", WANG)
    keys = {"inline_keyboard": [[{"text": "Mine", "url": LINK}, {"text": "Code", "copy_text": {"text": "K9"}}]]}
    await started.ok("sendMessage", chat_id=group, text="Open in private", reply_markup=keys)
    assert (await control.press(LI, "Mine", chat=group))["chat"] == LI
    assert (await control.press(LI, "Code", chat=group))["copied"] == "K9"
    with pytest.raises(ControlError, match="no link to this bot"):
        await control.open(LI, "https://example.org/")


async def test_photos_and_albums(control: Control, started: Api, tmp_path: object) -> None:
    await control.photo(LI, png(2000, 1000), caption="my prescription")
    await control.photo(LI, [png(), png(50), b"not really a picture"], caption="all of them")
    first, *album = [u["message"] for u in await started.drain()]
    assert first["caption"] == "my prescription"
    assert [(s["width"], s["height"]) for s in first["photo"]] == [(320, 160), (1280, 640)]
    assert len({m["media_group_id"] for m in album}) == 1
    assert [m.get("caption") for m in album] == ["all of them", None, None]
    seen = (await control.sees(LI))["chats"][0]["messages"][-1]
    assert await control.file(seen["file"]["url"]) == b"not really a picture"


async def test_other_things_are_sent(control: Control, started: Api) -> None:
    await control.send(LI, "document", b"pdf", name="report.pdf", mime="application/pdf")
    await control.send(LI, "voice", b"ogg")
    await control.send(LI, "location", latitude=31.2, longitude=121.5)
    await control.send(LI, "contact")
    document, voice, location, contact = [u["message"] for u in await started.drain()]
    assert document["document"]["file_name"] == "report.pdf"
    assert voice["voice"]["mime_type"] == "audio/ogg"
    assert location["location"]["latitude"] == 31.2
    assert contact["contact"] == {"phone_number": f"+86138000{LI}", "first_name": "Li", "user_id": LI}
    with pytest.raises(ControlError, match="Give a kind"):
        await control.send(LI, "elephant")


async def test_editing_ones_own_message(control: Control, started: Api) -> None:
    sent = await control.say(LI, "on monday")
    await control.edit(LI, sent["message_id"], "on tuesday")
    new, edited = await started.drain()
    assert new["message"]["text"] == "on monday"
    assert edited["edited_message"]["text"] == "on tuesday"
    assert edited["edited_message"]["edit_date"] >= edited["edited_message"]["date"]
    with pytest.raises(ControlError, match="no message 999 of person"):
        await control.edit(LI, 999, "x")


async def test_sees_waits_for_a_change_of_that_person(control: Control, started: Api) -> None:
    revision = (await control.sees(LI))["revision"]
    waiting = asyncio.create_task(control.sees(LI, since=revision, wait=20))
    await control.say(WANG, "not for Li")
    nothing = await control.sees(LI, since=(await control.sees(LI))["revision"], wait=0.05)
    assert not waiting.done()
    assert nothing["chats"][0]["messages"][-1]["text"] == "/start"
    await started.ok("sendMessage", chat_id=LI, text="for Li")
    assert (await waiting)["chats"][0]["messages"][-1]["text"] == "for Li"


async def test_the_live_socket_tells_what_changed(server: Running, control: Control, started: Api) -> None:
    async with aiohttp.ClientSession() as session, session.ws_connect(f"{server.control}/live") as socket:
        hello = await socket.receive_json(timeout=5)
        await started.ok("sendMessage", chat_id=LI, text="x")
        change = await socket.receive_json(timeout=5)
        assert change["revision"] > hello["revision"]
        assert (change["chats"], change["people"]) == ([LI], [LI])


async def test_unread_and_read(control: Control, started: Api) -> None:
    await started.ok("sendMessage", chat_id=LI, text="one")
    assert (await control.sees(LI))["chats"][0]["unread"] == 1
    await control.read(LI)
    assert (await control.sees(LI))["chats"][0]["unread"] == 0


async def test_a_phone_acts_on_what_it_sees(control: Control, started: Api) -> None:
    phone = control.phone(LI)
    pressing = asyncio.create_task(phone.press("Confirm"))
    await phone.say("hello")
    await ask(started, "Shall I?", "Confirm")
    assert (await pressing)["ok"]
    assert (await phone.wait_for(text="Shall"))["chat"] == LI
    await phone.photo(png())
    assert (phone.taps, phone.inputs) == (1, 2)


async def test_a_phone_that_waits_in_vain_tells_what_it_sees(control: Control, started: Api) -> None:
    await ask(started, "Shall I?", "Confirm", "Cancel")
    with pytest.raises(NotSeen) as caught:
        await control.phone(LI).press("Pay", timeout=0.05)
    told = str(caught.value)
    assert "Li (1001) did not see button 'Pay' within 0.05 s" in told
    assert "MedRelay: Shall I?  buttons: ['Confirm', 'Cancel']" in told
    assert "Li: /start" in told


async def test_switches_are_free_and_kept(control: Control) -> None:
    await control.switch(**{"autopilot.doctor": "auto", "hospital": "down"})
    switches = await control.switches()
    assert (switches["autopilot.doctor"], switches["hospital"], switches["telegram.flood"]) == ("auto", "down", False)


async def test_the_trace_shows_calls_and_unknown_fields(control: Control, started: Api) -> None:
    await started("sendMessage", chat_id=LI, text="x", colour="red")
    await started("sendMessage", chat_id=99, text="x")
    good, wrong = (await control.trace())[-2:]
    assert (good["method"], good["chat"], good["ok"], good["unknown"]) == ("sendMessage", LI, True, ["colour"])
    assert (wrong["ok"], wrong["error"]) == (False, "Bad Request: chat not found")
    assert [e["n"] for e in await control.trace(since=good["n"])] == [wrong["n"]]


@pytest.mark.parametrize(
    ("path", "body", "error"),
    [
        ("/people/77/say", {"text": "x"}, "There is no person 77"),
        (f"/people/{LI}/say", {"text": ""}, "not empty"),
        (f"/people/{LI}/say", {"text": "x", "chat": -5}, "There is no group -5"),
        (f"/people/{LI}/say", {"text": "x", "reply_to": 99}, "no message 99"),
        (f"/people/{LI}/press", {}, "label or the data"),
        (f"/people/{LI}/photo", {"photos": [{"path": "/no/such/file"}]}, "as base64"),
        (f"/people/{LI}/photo", {"photos": [{"base64": "???"}]}, "cannot be read"),
        ("/groups", {"title": "x", "kind": "channel"}, "group, supergroup or forum"),
        ("/people", {}, "a name"),
        ("/clock", {"set": "tomorrow"}, "not understood"),
    ],
)
async def test_refusals_say_what_to_do(control: Control, path: str, body: dict[str, object], error: str) -> None:
    with pytest.raises(ControlError, match=error) as caught:
        await control.call("POST", path, body or {"nothing": 1})
    assert 400 <= caught.value.status < 500
