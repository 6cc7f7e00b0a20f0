"""The methods of the webhook and of getUpdates' rival; delivery itself is in queues.py."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from sandbox import local

from . import updates
from .calls import Call
from .errors import bad
from .records import Json
from .world import World

NOTES = {"setWebhook": "Webhook was set", "deleteWebhook": "Webhook was deleted"}
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")


def set_webhook(call: Call) -> bool:
    """setWebhook; an empty url deletes it. The sandbox also takes http, as a local Bot API server does."""
    args, delivery = call.args, call.world.state.delivery
    url = args.get("url", "")
    if url and (urlsplit(url).scheme not in {"http", "https"} or not urlsplit(url).hostname):
        raise bad("bad webhook: An HTTPS URL must be provided for webhook")
    if url and not local.calls_here(url):
        raise bad("bad webhook: the sandbox calls this machine only; use http://127.0.0.1:PORT/...")
    if args.get("secret_token") and not _SECRET.fullmatch(args["secret_token"]):
        raise bad("secret token contains unallowed characters")
    if not 1 <= args.get("max_connections", 40) <= 100:
        raise bad("max_connections must be between 1 and 100")
    if "allowed_updates" in args:
        updates.allow(call.world, args["allowed_updates"])
    delivery.url = url
    delivery.secret = args.get("secret_token", "") if url else ""
    delivery.max_connections = args.get("max_connections", 40)
    delivery.ip = args.get("ip_address", "")
    delivery.certificate = "certificate" in args
    delivery.error, delivery.error_at = "", 0
    _settle(call.world, bool(args.get("drop_pending_updates")))
    return True


def delete_webhook(call: Call) -> bool:
    """deleteWebhook."""
    delivery = call.world.state.delivery
    delivery.url, delivery.secret = "", ""
    _settle(call.world, bool(call.args.get("drop_pending_updates")))
    return True


def _settle(world: World, drop: bool) -> None:
    if drop:
        world.again.clear()
        world.held.clear()
        for pending in list(world.state.pending.values()):
            world.state.drop(pending)
    world.state.keep(world.state.delivery)
    updates.end_poll(world, "setWebhook request")


def get_webhook_info(call: Call) -> Json:
    """getWebhookInfo."""
    delivery = call.world.state.delivery
    updates.drop_expired(call.world)
    body: Json = {
        "url": delivery.url,
        "has_custom_certificate": delivery.certificate,
        "pending_update_count": len(call.world.state.pending) + len(call.world.again),
    }
    if delivery.url:
        body["max_connections"] = delivery.max_connections
        body["ip_address"] = delivery.ip or "127.0.0.1"
    if delivery.error_at:
        body |= {"last_error_date": delivery.error_at, "last_error_message": delivery.error}
    if delivery.allowed:
        body["allowed_updates"] = delivery.allowed
    return body


METHODS: dict[str, Any] = {
    "setWebhook": set_webhook,
    "deleteWebhook": delete_webhook,
    "getWebhookInfo": get_webhook_info,
}
