"""The bot of test_aiogram.py, as aiogram teaches it in its own documentation; of ours it knows only the group."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

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

from tests.sandbox_telegram.conftest import FORUM


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


@contextlib.asynccontextmanager
async def painting(url: str, token: str) -> AsyncIterator[None]:
    """The bot polls; only its API root is ours."""
    session = AiohttpSession(api=TelegramAPIServer.from_base(url))
    bot = Bot(token, session=session, default=DefaultBotProperties(parse_mode=ParseMode.HTML))
    dispatcher = Dispatcher()
    dispatcher.include_router(router)
    polling = asyncio.create_task(dispatcher.start_polling(bot, handle_signals=False, polling_timeout=2))
    yield
    with contextlib.suppress(RuntimeError):
        await dispatcher.stop_polling()
    polling.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await polling
    await session.close()
    router._parent_router = None  # aiogram lets a router join one dispatcher only
