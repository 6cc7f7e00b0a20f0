"""Invoices, pre-checkout and receipts; button presses and their answers.

Sources: title 32, description 255, payload 128 bytes, prices, Stars without a token: sendInvoice; ten seconds to
answer: answerPreCheckoutQuery and "Bot Payments API"; the receipt is proof: SuccessfulPayment; once:
refundStarPayment; 200 characters and alerts: answerCallbackQuery; "query is too old and response timeout expired or
query ID is invalid": tdlib/telegram-bot-api, Client.cpp. An invoice's link behind a button: createInvoiceLink.
"""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from sandbox.control import Control, ControlError

from .conftest import LI, Api

INVOICE: dict[str, Any] = {
    "title": "Order 7",
    "description": "Two drugs",
    "payload": "order-7",
    "currency": "CNY",
    "provider_token": "sandbox",
    "prices": [{"label": "Drugs", "amount": 2500}, {"label": "Delivery", "amount": 500}],
}
TOO_OLD = "Bad Request: query is too old and response timeout expired or query ID is invalid"


@pytest.fixture
async def started(control: Control, api: Api) -> Api:
    await control.say(LI, "/start")
    await api.drain()
    return api


async def checkout(api: Api, **answer: Any) -> dict[str, Any]:
    """Wait for the pre-checkout and answer it."""
    while True:
        for update in await api.drain(wait=5):
            if query := update.get("pre_checkout_query"):
                await api.ok("answerPreCheckoutQuery", pre_checkout_query_id=query["id"], **answer)
                return query


async def test_paying(control: Control, started: Api) -> None:
    sent = await started.ok("sendInvoice", chat_id=LI, **INVOICE)
    assert sent["invoice"]["total_amount"] == 3000
    assert sent["reply_markup"]["inline_keyboard"][0][0]["pay"] is True
    paying = asyncio.create_task(control.pay(LI))
    query = await checkout(started, ok=True)
    assert (query["invoice_payload"], query["total_amount"], query["from"]["id"]) == ("order-7", 3000, LI)
    assert (await paying)["state"] == "paid"
    receipt = (await started.ok("getUpdates"))[-1]["message"]
    assert receipt["successful_payment"]["invoice_payload"] == "order-7"
    assert receipt["reply_to_message"]["message_id"] == sent["message_id"]
    seen = (await control.sees(LI))["chats"][0]["messages"]
    assert [m["invoice"]["state"] for m in seen if m["kind"] == "invoice"] == ["paid"]
    with pytest.raises(ControlError, match="no open invoice"):
        await control.pay(LI)
    with pytest.raises(ControlError, match="paid already"):
        await control.pay(LI, message_id=sent["message_id"])


@pytest.mark.parametrize(("result", "state"), [("declined", "declined"), ("walk-away", "walk-away")])
async def test_not_paying_leaves_the_invoice_open(control: Control, started: Api, result: str, state: str) -> None:
    await started.ok("sendInvoice", chat_id=LI, **INVOICE)
    paying = asyncio.create_task(control.pay(LI, result))
    await checkout(started, ok=True)
    assert (await paying)["state"] == state
    assert await started.ok("getUpdates") == []
    again = asyncio.create_task(control.pay(LI))
    await checkout(started, ok=True)
    assert (await again)["state"] == "paid"


async def test_the_bot_refuses(control: Control, started: Api) -> None:
    await started.ok("sendInvoice", chat_id=LI, **INVOICE)
    paying = asyncio.create_task(control.pay(LI))
    await checkout(started, ok=False, error_message="Somebody else is paying.")
    assert await paying == {"ok": True, "state": "refused", "reason": "Somebody else is paying."}
    assert (await control.sees(LI))["popup"] == {"text": "Somebody else is paying.", "alert": True}


async def test_a_silent_bot_loses_the_payment(control: Control, started: Api) -> None:
    await started.ok("sendInvoice", chat_id=LI, **INVOICE)
    answer = await control.pay(LI, timeout=0.05)
    assert (answer["state"], "10 seconds" in answer["reason"]) == ("refused", True)


async def test_an_invoice_link_behind_a_button(control: Control, started: Api) -> None:
    link = await started.ok("createInvoiceLink", **INVOICE)
    keys = {"inline_keyboard": [[{"text": "Pay", "url": link}]]}
    await started.ok("sendMessage", chat_id=LI, text="Please pay", reply_markup=keys)
    paying = asyncio.create_task(control.pay(LI))
    await checkout(started, ok=True)
    assert (await paying)["state"] == "paid"


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"prices": [{"label": "x", "amount": 0}]}, "Bad Request: CURRENCY_TOTAL_AMOUNT_INVALID"),
        ({"prices": [{"label": "x", "amount": 1}]}, "Bad Request: CURRENCY_TOTAL_AMOUNT_INVALID"),
        ({"currency": "yuan"}, "Bad Request: CURRENCY_INVALID"),
        ({"provider_token": ""}, "Bad Request: PAYMENT_PROVIDER_INVALID"),
        ({"payload": "x" * 129}, "Bad Request: INVOICE_PAYLOAD_INVALID"),
    ],
)
async def test_invoices_are_refused(started: Api, change: dict[str, Any], error: str) -> None:
    assert await started.refused("sendInvoice", chat_id=LI, **{**INVOICE, **change}) == error


async def test_stars_are_refunded_once(control: Control, started: Api) -> None:
    stars = {**INVOICE, "currency": "XTR", "provider_token": "", "prices": [{"label": "x", "amount": 5}]}
    await started.ok("sendInvoice", chat_id=LI, **stars)
    paying = asyncio.create_task(control.pay(LI))
    await checkout(started, ok=True)
    await paying
    paid = (await started.ok("getUpdates"))[-1]["message"]["successful_payment"]
    refund = {"user_id": LI, "telegram_payment_charge_id": paid["telegram_payment_charge_id"]}
    await started.ok("refundStarPayment", **refund)
    assert (await started.ok("getUpdates"))[-1]["message"]["refunded_payment"]["total_amount"] == 5
    assert await started.refused("refundStarPayment", **refund) == "Bad Request: CHARGE_ALREADY_REFUNDED"


async def test_answering_a_press(control: Control, started: Api) -> None:
    keys = {"inline_keyboard": [[{"text": "Yes", "callback_data": "y"}]]}
    sent = await started.ok("sendMessage", chat_id=LI, text="Sure?", reply_markup=keys)
    pressing = asyncio.create_task(control.press(LI, "Yes", wait=5))
    (update,) = await started.ok("getUpdates", timeout=5)
    query = update["callback_query"]
    assert query["message"]["message_id"] == sent["message_id"]
    assert query["message"]["reply_markup"] == keys
    await started.ok("answerCallbackQuery", callback_query_id=query["id"], text="Noted")
    assert (await pressing)["answer"] == {"text": "Noted", "alert": False}


async def test_answers_are_refused(control: Control, started: Api) -> None:
    await control.set_clock(rate=0)
    keys = {"inline_keyboard": [[{"text": "Yes", "callback_data": "y"}]]}
    await started.ok("sendMessage", chat_id=LI, text="Sure?", reply_markup=keys)
    query = (await control.press(LI, "Yes"))["query"]
    long = await started.refused("answerCallbackQuery", callback_query_id=query, text="x" * 201)
    assert long == "Bad Request: MESSAGE_TOO_LONG"
    assert await started.refused("answerCallbackQuery", callback_query_id="77") == TOO_OLD
    assert await started.refused("answerPreCheckoutQuery", pre_checkout_query_id=query, ok=True) == TOO_OLD
    await control.advance(151)
    assert await started.refused("answerCallbackQuery", callback_query_id=query) == TOO_OLD
