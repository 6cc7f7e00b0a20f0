"""The same shop on pyTelegramBotAPI; only the API root is another."""

import sys
from typing import Any

import telebot  # type: ignore[import-not-found]
from telebot import apihelper, types  # type: ignore[import-not-found]

apihelper.API_URL = sys.argv[1] + "/bot{0}/{1}"
apihelper.FILE_URL = sys.argv[1] + "/file/bot{0}/{1}"
bot: Any = telebot.TeleBot(sys.argv[2], threaded=False)


@bot.message_handler(commands=["start"])
def start(message: Any) -> None:
    keys = types.InlineKeyboardMarkup()
    keys.add(
        types.InlineKeyboardButton("Order", callback_data="order"),
        types.InlineKeyboardButton("About", url="https://example.org"),
    )
    bot.send_message(message.chat.id, "Welcome. What shall it be?", reply_markup=keys)


@bot.callback_query_handler(func=lambda call: call.data == "order")
def order(call: Any) -> None:
    bot.answer_callback_query(call.id, "One moment")
    bot.edit_message_text("Ordering.", call.message.chat.id, call.message.message_id)
    keys = types.ReplyKeyboardMarkup(resize_keyboard=True, one_time_keyboard=True)
    keys.row("Small", "Large")
    bot.send_message(call.message.chat.id, "Which size?", reply_markup=keys)


@bot.message_handler(func=lambda message: message.text in {"Small", "Large"})
def sized(message: Any) -> None:
    text = f"{message.text} it is. Send a photo."
    bot.reply_to(message, text, reply_markup=types.ReplyKeyboardRemove())


@bot.message_handler(content_types=["photo"])
def photo(message: Any) -> None:
    held = message.photo[-1]
    body = bot.download_file(bot.get_file(held.file_id).file_path)
    all_of_it = "all" if len(body) == held.file_size else "some"
    bot.send_photo(message.chat.id, held.file_id, caption=f"Got {all_of_it} of it.")
    prices = [types.LabeledPrice("Thing", 1230)]
    bot.send_invoice(message.chat.id, "Order", "One thing", "order-1", "SANDBOX-pay", "CNY", prices)


@bot.pre_checkout_query_handler(func=lambda _query: True)
def checkout(query: Any) -> None:
    bot.answer_pre_checkout_query(query.id, ok=True)


@bot.message_handler(content_types=["successful_payment"])
def paid(message: Any) -> None:
    done = message.successful_payment
    bot.send_message(message.chat.id, f"Paid {done.total_amount} for {done.invoice_payload}.")


bot.infinity_polling(timeout=5, long_polling_timeout=5)
