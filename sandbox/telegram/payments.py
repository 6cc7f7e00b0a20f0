"""Invoices, pre-checkout, receipts, refunds; and the bot's answers to button presses."""

from __future__ import annotations

import secrets
from typing import Any

from . import access, keyboards, posting, sending
from .calls import Call
from .entities import length
from .errors import ApiError, bad
from .records import InvoiceLink, Json, Query
from .updates import QUESTION_MS, expired
from .world import World

TOO_OLD = "query is too old and response timeout expired or query ID is invalid"
# The smallest total Telegram takes, per currency, in the currency's smallest unit (about one US dollar).
LEAST = {"CNY": 724, "USD": 100, "EUR": 86, "XTR": 1}
MOST = 1_000_000_00


def _invoice(call: Call) -> Json:
    args = call.args
    for name, most in (("title", 32), ("description", 255)):
        if not args[name].strip() or len(args[name]) > most:
            raise bad(f"MESSAGE_{name.upper()}_INVALID" if args[name].strip() else f"invoice {name} must be non-empty")
    if not 1 <= len(args["payload"].encode()) <= 128:
        raise bad("INVOICE_PAYLOAD_INVALID")
    total = sum(price["amount"] for price in args["prices"])
    _check_money(args, total)
    return {
        "title": args["title"].strip(),
        "description": args["description"].strip(),
        "start_parameter": args.get("start_parameter") or "",
        "currency": args["currency"],
        "total_amount": total,
        "payload": args["payload"],
    }


def _check_money(args: Json, total: int) -> None:
    currency = args["currency"]
    if len(currency) != 3 or not currency.isupper():
        raise bad("CURRENCY_INVALID")
    if (currency == "XTR") == bool(args.get("provider_token")):
        raise bad("PAYMENT_PROVIDER_INVALID")
    if currency == "XTR" and len(args["prices"]) != 1:
        raise bad("STARS_INVOICE_INVALID")
    if not args["prices"] or not LEAST.get(currency, 1) <= total <= MOST:
        raise bad("CURRENCY_TOTAL_AMOUNT_INVALID")


def amount(invoice: Json) -> str:
    """The total as a person reads it."""
    if invoice["currency"] == "XTR":
        return f"⭐️{invoice['total_amount']}"
    symbol = {"CNY": "CN¥", "USD": "$", "EUR": "€"}.get(invoice["currency"], invoice["currency"] + " ")
    return f"{symbol}{invoice['total_amount'] / 100:.2f}"


def public(invoice: Json) -> Json:
    """Invoice, as it stands in the message: the payload stays with the bot."""
    return {name: invoice[name] for name in ("title", "description", "start_parameter", "currency", "total_amount")}


def send_invoice(call: Call) -> Json:
    """sendInvoice."""
    sending.place_for(call.world, call.args)
    invoice = _invoice(call)
    markup = keyboards.pay_button(call.args.get("reply_markup"), amount(invoice))
    record = sending.send(call.world, call.args, {"invoice": public(invoice)}, markup=markup)
    record.invoice = {**invoice, "state": "open"}
    call.world.touched(record)
    return sending.views.message(call.world, record)


def create_invoice_link(call: Call) -> str:
    """createInvoiceLink."""
    slug = secrets.token_urlsafe(12)
    call.world.state.keep(_link(slug, _invoice(call)))
    return f"https://t.me/${slug}"


def _link(slug: str, invoice: Json) -> InvoiceLink:
    return InvoiceLink(slug, {**invoice, "state": "open"})


def query(world: World, query_id: str, kinds: tuple[str, ...]) -> Query:
    """A question that may still be answered; 400 when it is too old or answered."""
    record = world.state.queries.get(query_id)
    if record is None or record.kind not in kinds or expired(world, record.at + QUESTION_MS, record.wall):
        raise bad(TOO_OLD)
    if record.answer is not None and record.kind != "press":
        raise bad(TOO_OLD)
    return record


def answer_pre_checkout_query(call: Call) -> bool:
    """answerPreCheckoutQuery."""
    record = query(call.world, call.args["pre_checkout_query_id"], ("checkout",))
    if not call.args["ok"] and not call.args.get("error_message"):
        raise bad("error message must be non-empty")
    record.answer = {"ok": call.args["ok"], "error": call.args.get("error_message", "")}
    call.world.state.keep(record)
    call.world.people_bell.ring()
    return True


def answer_callback_query(call: Call) -> bool:
    """answerCallbackQuery: at most 200 characters of pop-up."""
    record = query(call.world, call.args["callback_query_id"], ("press",))
    text = call.args.get("text") or ""
    if length(text) > 200:
        raise bad("MESSAGE_TOO_LONG")
    url = call.args.get("url") or ""
    if url and not url.lower().startswith((f"https://t.me/{call.world.bot.username}".lower(), "tg://")):
        raise bad("URL_INVALID")
    record.answer = {"text": text, "alert": bool(call.args.get("show_alert"))} | ({"url": url} if url else {})
    person = call.world.state.people[record.person]
    person.popup = {"text": text, "alert": record.answer["alert"]} if text else None
    call.world.state.keep(record, person)
    call.world.changed(person=person)
    return True


def refund_star_payment(call: Call) -> bool:
    """refundStarPayment: only payments in Stars; other money goes back through its provider."""
    charge = call.args["telegram_payment_charge_id"]
    place = access.chat(call.world, call.args["user_id"])
    for record in list(call.world.state.newest_first(place.id)):
        paid = record.content.get("successful_payment")
        if paid and paid["telegram_payment_charge_id"] == charge and paid["currency"] == "XTR":
            return _refund(call, record.sender, paid)
    raise bad("CHARGE_NOT_FOUND")


def _refund(call: Call, person: int, paid: Json) -> bool:
    place = call.world.state.chats[person]
    for record in call.world.state.newest_first(person):
        refunded = record.content.get("refunded_payment", {})
        if refunded.get("telegram_payment_charge_id") == paid["telegram_payment_charge_id"]:
            raise bad("CHARGE_ALREADY_REFUNDED")
    names = ("currency", "total_amount", "invoice_payload", "telegram_payment_charge_id", "provider_payment_charge_id")
    content = {"refunded_payment": {name: paid[name] for name in names if name in paid}}
    posting.post(call.world, place, call.world.bot.id, content)
    return True


def answer_shipping_query(_call: Call) -> bool:
    """answerShippingQuery: the sandbox never asks for shipping, so no query is known."""
    raise ApiError(400, f"Bad Request: {TOO_OLD}")


METHODS: dict[str, Any] = {
    "sendInvoice": send_invoice,
    "createInvoiceLink": create_invoice_link,
    "answerPreCheckoutQuery": answer_pre_checkout_query,
    "answerShippingQuery": answer_shipping_query,
    "answerCallbackQuery": answer_callback_query,
    "refundStarPayment": refund_star_payment,
}
