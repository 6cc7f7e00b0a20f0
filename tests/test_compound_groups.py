"""The property can fail: each thing that a neighbours' group must never see is found, and what it may see is not."""

from __future__ import annotations

import pytest

from bot.model import PlaceKind, Public
from bot.render.messages import NotPublic, Words
from sandbox.control import Control
from sandbox.telegram.server import running
from tests.compound_groups import breaches, in_text

ALLOWED = {
    "compound": Public({"zh-CN": "幸福里小区", "en": "Xingfu Li"}),
    "gate": Public("东门"),
    "count": Public(40),
    "left": Public(12),
    "helper": Public("林国平"),
}


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
@pytest.mark.parametrize("left", [12, 0])
def test_the_notice_itself_gives_nothing_away(lang: str, left: int) -> None:
    text = Words().say(lang, "arrived.group", {**ALLOWED, "left": Public(left)}, PlaceKind.COMPOUND)
    assert in_text(text) == []


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("王桂兰的药到了", "a resident's name: 王桂兰"),
        ("阿托伐他汀钙片 4 盒", "a drug: 阿托伐他汀钙片"),
        ("订单 R1123-7 到了", "an order number"),
        ("自己付 ¥36.72", "a price"),
        ("取件码 0841", "a code or a phone"),
        ("A-07 到了", "a parcel's label"),
        ("有一件很急", "urgency"),
        ("送到 5号楼", "a flat"),
        ("高脂血症的药", "an illness: 高脂血症"),
        ("内分泌科开的", "a department: 内分泌科"),
        ("沈雅琴医生", "a member of staff: 沈雅琴"),
    ],
)
def test_what_must_never_be_seen_is_found(text: str, what: str) -> None:
    assert what in in_text(text)


@pytest.mark.parametrize("name", list(ALLOWED))
def test_a_value_that_is_not_public_never_becomes_a_message(name: str) -> None:
    private = {**ALLOWED, name: ALLOWED[name].value}
    with pytest.raises(NotPublic):
        Words().say("zh-CN", "arrived.group", private, PlaceKind.COMPOUND)


async def test_edits_and_deleted_messages_count_too() -> None:
    async with running() as messenger, Control(messenger.url) as control:
        await control.person("Operator", id=101)
        chat = (await control.group("幸福里邻里群", "supergroup", members=[101]))["id"]
        sent = await control_bot(messenger.url, messenger.token, "sendMessage", chat_id=chat, text="王桂兰的药到了")
        await control_bot(messenger.url, messenger.token, "editMessageText", chat_id=chat, text="药到了",
                          message_id=sent["message_id"])  # fmt: skip
        await control_bot(messenger.url, messenger.token, "deleteMessage", chat_id=chat, message_id=sent["message_id"])
        assert any("王桂兰" in breach for breach in await breaches(control, [chat]))


async def control_bot(url: str, token: str, method: str, **args: object) -> dict[str, int]:
    """One raw call, as a careless bot would make it."""
    import aiohttp

    async with aiohttp.ClientSession() as client, client.post(f"{url}/bot{token}/{method}", json=args) as answer:
        body = await answer.json()
    assert body["ok"], body
    return body["result"]
