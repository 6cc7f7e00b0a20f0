"""Figures go out as the picture that was drawn; where none was, their words go alone."""

from __future__ import annotations

import pytest

from bot.messenger.bot_api import Telegram
from bot.messenger.outgoing import Drawn, editing, sending
from bot.model import DRAWN, Picture, Post
from sandbox.control import Control
from tests.messenger.conftest import LI

BOARD = Picture(f'{DRAWN}en:{{"at":1}}', "<b>The service</b>")
PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
    b"\x00\x00\x00\nIDATx\x9cc\x00\x01\x00\x00\x05\x00\x01\r\n-\xb4\x00\x00\x00\x00IEND\xaeB`\x82"
)


@pytest.mark.parametrize(("drawn", "method"), [(PNG, "send_photo"), (b"", "sendMessage")])
def test_a_picture_or_its_words(drawn: bytes, method: str) -> None:
    call = sending(Post("b", LI, BOARD), None, "", Drawn(drawn))
    assert call.method == method
    assert "<b>The service</b>" in (call.args.get("caption"), call.args.get("text"))


@pytest.mark.parametrize(("drawn", "method"), [(PNG, "edit_message_media"), (b"", "edit_message_caption")])
def test_what_stands_as_a_picture_stays_one(drawn: bytes, method: str) -> None:
    assert editing(LI, 5, BOARD, Drawn(drawn)).method == method


async def test_it_is_painted_as_it_is_sent_and_told_in_words_where_it_cannot_be(
    telegram: Telegram, control: Control
) -> None:
    asked: list[str] = []

    async def paint(told: str) -> bytes:
        asked.append(told)
        return PNG if len(asked) == 1 else b""

    await control.say(LI, "hello")  # a bot writes first to nobody
    telegram.paint = paint
    for key in ("one", "two"):
        await telegram.send(Post(key, LI, BOARD), None)
    assert asked == ['en:{"at":1}'] * 2
    first, second = (await control.messages(LI))[-2:]
    assert (first["kind"], first["caption"]) == ("photo", "The service")
    assert second["text"] == "The service"
