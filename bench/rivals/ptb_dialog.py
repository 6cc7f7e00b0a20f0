"""The eight-step dialog for python-telegram-bot: a ConversationHandler, everything in memory."""

from __future__ import annotations

import itertools
import os
from typing import Any

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.ext import (
    Application,
    CallbackQueryHandler,
    CommandHandler,
    ContextTypes,
    ConversationHandler,
    MessageHandler,
    filters,
)

PATIENT, PHOTO, WORDS, SOON, DOCTOR, SUMMARY = range(6)
ORDERS: dict[int, dict[str, Any]] = {}
numbers = itertools.count(1)
Context = ContextTypes.DEFAULT_TYPE


def keyboard(*labels: str) -> InlineKeyboardMarkup:
    """A button a row."""
    return InlineKeyboardMarkup([[InlineKeyboardButton(label, callback_data=label)] for label in labels])


async def start(update: Update, context: Context) -> int:
    await update.message.reply_text("#patient Who is the medicine for?", reply_markup=keyboard("Mother", "Father"))
    return PATIENT


async def patient(update: Update, context: Context) -> int:
    query = update.callback_query
    await query.answer()
    context.user_data["patient"] = query.data
    await query.message.reply_text("#photo Please send a picture of the prescription.")
    return PHOTO


async def photo(update: Update, context: Context) -> int:
    context.user_data["photo"] = update.message.photo[-1].file_id
    await update.message.reply_text("#words How is it taken at home?")
    return WORDS


async def words(update: Update, context: Context) -> int:
    context.user_data["words"] = update.message.text
    question = "#soon Is there medicine for less than three days?"
    await update.message.reply_text(question, reply_markup=keyboard("Yes", "No"))
    return SOON


async def soon(update: Update, context: Context) -> int:
    query = update.callback_query
    await query.answer()
    context.user_data["soon"] = query.data
    doctors = keyboard("Dr Li", "Dr Zhao", "Whoever is free")
    await query.message.reply_text("#doctor Which doctor shall see it?", reply_markup=doctors)
    return DOCTOR


async def doctor(update: Update, context: Context) -> int:
    query, said = update.callback_query, context.user_data
    await query.answer()
    said["doctor"] = query.data
    summary = f"#summary For {said['patient']}, {said['words']}, soon: {said['soon']}, {said['doctor']}. Is that right?"
    await query.message.reply_text(summary, reply_markup=keyboard("Yes, send it", "Cancel"))
    return SUMMARY


async def placed(update: Update, context: Context) -> int:
    query, no = update.callback_query, next(numbers)
    await query.answer()
    ORDERS[no] = dict(context.user_data)
    await query.message.reply_text(f"#placed Your order has the number {no}.")
    return ConversationHandler.END


def main() -> None:
    """Set up by BOT_API_ROOT and TOKEN; by WEBHOOK_PORT instead of polling."""
    root, port = os.environ["BOT_API_ROOT"], os.environ.get("WEBHOOK_PORT", "")
    app = Application.builder().token(os.environ["TOKEN"]).base_url(f"{root}/bot").base_file_url(f"{root}/file/bot")
    built = app.build()
    built.add_handler(
        ConversationHandler(
            entry_points=[CommandHandler("start", start)],
            states={
                PATIENT: [CallbackQueryHandler(patient)],
                PHOTO: [MessageHandler(filters.PHOTO, photo)],
                WORDS: [MessageHandler(filters.TEXT & ~filters.COMMAND, words)],
                SOON: [CallbackQueryHandler(soon)],
                DOCTOR: [CallbackQueryHandler(doctor)],
                SUMMARY: [CallbackQueryHandler(placed)],
            },
            fallbacks=[CommandHandler("start", start)],
            allow_reentry=True,
        )
    )
    if port:
        built.run_webhook("127.0.0.1", int(port), webhook_url=f"http://127.0.0.1:{port}/")
    else:
        built.run_polling()


if __name__ == "__main__":
    main()
