"""A bot on another stack (aiogram 3) plays keyboard, photo, topic and payment, unchanged but for its API root.

Nothing of ours is in this bot: it is written as aiogram's own documentation teaches, polling included.
Sources: aiogram's models of the Bot API are the judge: every answer and update has to fit them.
"""

from __future__ import annotations

import asyncio
import contextlib
import io
from collections.abc import AsyncIterator

import pytest
from aiogram import Bot, Dispatcher, F, Router
from aiogram.client.default import DefaultBotProperties
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.enums import ParseMode
from aiogram.filters import CommandStart
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import (
    CallbackQuery,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    LabeledPrice,
    Message,
    PreCheckoutQuery,
)
from PIL import Image

from sandbox.control import Control
from sandbox.telegram.server import Running
from tests.sandbox_telegram.conftest import CHEN, FORUM, LI


class Shop(StatesGroup):
    colour = State()
    photo = State()


router = Router()
taken: dict[str, bytes] = {}


@router.message(CommandStart())
async def start(message: Message, state: FSMContext) -> None:
    await state.set_state(Shop.colour)
    rows = [[InlineKeyboardButton(text=word, callback_data=word) for word in ("red", "blue")]]
    await message.answer("Which <b>colour</b>?", reply_markup=InlineKeyboardMarkup(inline_keyboard=rows))


@router.callback_query(Shop.colour)
async def coloured(query: CallbackQuery, state: FSMContext) -> None:
    await query.answer(f"{query.data} it is")
    assert isinstance(query.message, Message)
    await query.message.edit_text(f"Colour: {query.data}")
    await state.set_state(Shop.photo)
    await query.message.answer("Send a photo of the wall.")


@router.message(Shop.photo, F.photo)
async def pictured(message: Message, bot: Bot) -> None:
    assert message.photo
    body = await bot.download(message.photo[-1])
    assert body is not None
    taken["wall"] = body.read()
    topic = await bot.create_forum_topic(FORUM, "A new wall")
    await bot.send_photo(
        FORUM, message.photo[-1].file_id, message_thread_id=topic.message_thread_id, caption="to paint"
    )
    await bot.send_invoice(
        message.chat.id, title="Paint", description="One bucket", payload="wall-1", provider_token="SANDBOX-pay",
        currency="CNY", prices=[LabeledPrice(label="Paint", amount=1250)],
    )  # fmt: skip


@router.pre_checkout_query()
async def asked(query: PreCheckoutQuery) -> None:
    await query.answer(ok=query.total_amount == 1250)


@router.message(F.successful_payment)
async def paid(message: Message) -> None:
    assert message.successful_payment
    await message.answer(f"Paid {message.successful_payment.total_amount} {message.successful_payment.currency}")


@pytest.fixture
async def painter(server: Running) -> AsyncIterator[Bot]:
    """The aiogram bot, polling; only its API root is ours."""
    session = AiohttpSession(api=TelegramAPIServer.from_base(server.url))
    bot = Bot(server.token, session=session, default=DefaultBotProperties(parse_mode=ParseMode.HTML))
    dispatcher = Dispatcher()
    dispatcher.include_router(router)
    polling = asyncio.create_task(dispatcher.start_polling(bot, handle_signals=False, polling_timeout=2))
    yield bot
    with contextlib.suppress(RuntimeError):
        await dispatcher.stop_polling()
    polling.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await polling
    await session.close()
    router._parent_router = None  # aiogram lets a router join one dispatcher only


async def test_a_dialog_with_keyboard_photo_topic_and_payment(control: Control, painter: Bot) -> None:
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
