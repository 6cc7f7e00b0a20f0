"""A bot on another stack (aiogram 3) plays keyboard, photo, topic and payment, unchanged but for its API root.

Nothing of ours is in this bot: it is written as aiogram's own documentation teaches, polling included.
Sources: aiogram's models of the Bot API are the judge: every answer and update has to fit them.
"""

from __future__ import annotations

import io
from collections.abc import AsyncIterator

import pytest
from PIL import Image

from sandbox.control import Control
from sandbox.telegram.server import Running
from tests.sandbox_telegram.conftest import CHEN, FORUM, LI


@pytest.fixture
async def taken(server: Running) -> AsyncIterator[dict[str, bytes]]:
    """The pictures that the aiogram bot took. Only who tests it imports it: that takes five seconds."""
    from tests.sandbox_telegram import painter

    async with painter.painting(server.url, server.token):
        yield painter.taken


async def test_a_dialog_with_keyboard_photo_topic_and_payment(control: Control, taken: dict[str, bytes]) -> None:
    await control.group("Painters", "forum", id=FORUM, members=[CHEN], bot_admin=True)
    customer, worker = control.phone(LI), control.phone(CHEN)
    await customer.say("/start")
    question = await customer.wait_for(text="Which colour?", label="red")
    assert question["entities"][0]["type"] == "bold"
    pressed = await control.press(LI, "red", message_id=question["id"], wait=5)
    assert pressed["answer"]["text"] == "red it is"
    assert (await customer.wait_for(text="Colour: red"))["id"] == question["id"]
    await customer.wait_for(text="Send a photo")
    picture = io.BytesIO()
    Image.new("RGB", (640, 480), "red").save(picture, "JPEG")
    await customer.photo(picture.getvalue())
    in_topic = await worker.wait_for(text="to paint", chat=FORUM)
    assert in_topic["kind"] == "photo"
    view = await worker.sees(chat=FORUM)
    assert "A new wall" in [topic["name"] for topic in view["chats"][0]["topics"]]
    assert Image.open(io.BytesIO(taken["wall"])).size == (640, 480)
    await customer.wait_for(text="", label="Pay", timeout=10)
    assert (await customer.pay("ok"))["state"] == "paid"
    await customer.wait_for(text="Paid 1250 CNY")
