"""The eight-step dialog for aiogram: its finite state machine with memory storage."""

from __future__ import annotations

import asyncio
import itertools
import os
from typing import Any

from aiogram import Bot, Dispatcher, F, Router
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.filters import CommandStart
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.fsm.storage.memory import MemoryStorage
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message
from aiogram.webhook.aiohttp_server import SimpleRequestHandler, setup_application
from aiohttp import web


class Order(StatesGroup):
    patient, photo, words, soon, doctor, summary = State(), State(), State(), State(), State(), State()


ORDERS: dict[int, dict[str, Any]] = {}
numbers = itertools.count(1)
router = Router()


def keyboard(*labels: str) -> InlineKeyboardMarkup:
    """A button a row."""
    rows = [[InlineKeyboardButton(text=label, callback_data=label)] for label in labels]
    return InlineKeyboardMarkup(inline_keyboard=rows)


@router.message(CommandStart())
async def start(message: Message, state: FSMContext) -> None:
    await state.clear()
    await state.set_state(Order.patient)
    await message.answer("#patient Who is the medicine for?", reply_markup=keyboard("Mother", "Father"))


@router.callback_query(Order.patient)
async def patient(query: CallbackQuery, state: FSMContext) -> None:
    await query.answer()
    await state.update_data(patient=query.data)
    await state.set_state(Order.photo)
    await query.message.answer("#photo Please send a picture of the prescription.")


@router.message(Order.photo, F.photo)
async def photo(message: Message, state: FSMContext) -> None:
    await state.update_data(photo=message.photo[-1].file_id)
    await state.set_state(Order.words)
    await message.answer("#words How is it taken at home?")


@router.message(Order.words, F.text)
async def words(message: Message, state: FSMContext) -> None:
    await state.update_data(words=message.text)
    await state.set_state(Order.soon)
    await message.answer("#soon Is there medicine for less than three days?", reply_markup=keyboard("Yes", "No"))


@router.callback_query(Order.soon)
async def soon(query: CallbackQuery, state: FSMContext) -> None:
    await query.answer()
    await state.update_data(soon=query.data)
    await state.set_state(Order.doctor)
    doctors = keyboard("Dr Li", "Dr Zhao", "Whoever is free")
    await query.message.answer("#doctor Which doctor shall see it?", reply_markup=doctors)


@router.callback_query(Order.doctor)
async def doctor(query: CallbackQuery, state: FSMContext) -> None:
    await query.answer()
    said = await state.update_data(doctor=query.data)
    await state.set_state(Order.summary)
    summary = f"#summary For {said['patient']}, {said['words']}, soon: {said['soon']}, {said['doctor']}. Is that right?"
    await query.message.answer(summary, reply_markup=keyboard("Yes, send it", "Cancel"))


@router.callback_query(Order.summary)
async def placed(query: CallbackQuery, state: FSMContext) -> None:
    await query.answer()
    no = next(numbers)
    ORDERS[no] = await state.get_data()
    await state.clear()
    await query.message.answer(f"#placed Your order has the number {no}.")


def main() -> None:
    """Set up by BOT_API_ROOT and TOKEN; by WEBHOOK_PORT instead of polling."""
    api = TelegramAPIServer.from_base(os.environ["BOT_API_ROOT"])
    bot = Bot(os.environ["TOKEN"], session=AiohttpSession(api=api))
    dispatcher = Dispatcher(storage=MemoryStorage())
    dispatcher.include_router(router)
    if not (port := os.environ.get("WEBHOOK_PORT", "")):
        asyncio.run(dispatcher.start_polling(bot))
        return

    async def hook(bot: Bot) -> None:
        await bot.set_webhook(f"http://127.0.0.1:{port}/")

    dispatcher.startup.register(hook)
    app = web.Application()
    SimpleRequestHandler(dispatcher, bot).register(app, "/")
    setup_application(app, dispatcher, bot=bot)
    web.run_app(app, host="127.0.0.1", port=int(port))


if __name__ == "__main__":
    main()
