"""Rest-hook subscriptions: a POST without a body that says "read now", coalesced, with the subscriber's headers."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qsl

import aiohttp

from sandbox import local
from sandbox.hospital import query as queries
from sandbox.hospital.outcomes import Refused
from sandbox.hospital.params import PARAMS
from sandbox.hospital.query import Query, Term
from sandbox.hospital.store import Store, Stored

COALESCE_SECONDS = 0.02
RETRY_SECONDS = (0.2, 0.5, 1.0, 2.0)
_log = logging.getLogger(__name__)


def good_subscription(resource: dict[str, Any]) -> dict[str, Any]:
    """A rest-hook to this machine, without payload, whose criteria we can search; Refused(422) otherwise."""
    channel = resource.get("channel", {})
    if channel.get("type") != "rest-hook" or channel.get("payload"):
        raise Refused(422, "not-supported", "only rest-hook without payload", "Subscription.channel")
    if not local.calls_here(str(channel.get("endpoint"))):
        raise Refused(422, "not-supported", "the sandbox calls this machine only", "Subscription.channel.endpoint")
    headers(resource)
    criteria(str(resource.get("criteria", "")))
    return resource


def criteria(text: str) -> Query:
    """The query of Subscription.criteria, like Task?code=x or Communication."""
    type_, _, rest = text.partition("?")
    if type_ not in PARAMS:
        raise Refused(422, "not-supported", f"criteria of an unknown type {type_[:64]!r}", "Subscription.criteria")
    return queries.read(type_, parse_qsl(rest, keep_blank_values=True))


def headers(resource: dict[str, Any]) -> dict[str, str]:
    """The headers of the channel, 'Name: value' each."""
    pairs = [str(line).partition(":") for line in resource["channel"].get("header", [])]
    if not all(name.strip().isascii() and colon and "\n" not in value for name, colon, value in pairs):
        raise Refused(422, "value", "a header is 'Name: value'", "Subscription.channel.header")
    return {name.strip(): value.strip() for name, _, value in pairs}


@dataclass
class _Hook:
    """One active subscription: what it watches, the flag that something came, and the task that calls."""

    query: Query
    endpoint: str
    headers: dict[str, str]
    due: asyncio.Event = field(default_factory=asyncio.Event)
    task: asyncio.Task[None] | None = None


class Hooks:
    """The active subscriptions of a store."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._hooks: dict[str, _Hook] = {}

    async def start(self) -> None:
        """Take up the subscriptions that the store holds."""
        self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=5), trust_env=False)
        query = queries.read("Subscription", [("status", "requested,active"), ("_count", "200")])
        self.announce([stored for stored, _ in self._store.rows(*queries.page(query))])

    async def stop(self) -> None:
        """Call nobody any more."""
        for id_ in list(self._hooks):
            self._drop(id_)
        await self._session.close()

    def announce(self, written: list[Stored]) -> None:
        """Look at what a transaction wrote: new subscriptions, and who wants to hear of the rest."""
        for stored in written:
            if stored.type == "Subscription":
                self._subscription(stored)
                continue
            for hook in self._hooks.values():
                if not hook.due.is_set() and stored.body is not None and self._wanted(hook.query, stored):
                    hook.due.set()

    def _wanted(self, query: Query, stored: Stored) -> bool:
        if query.type != stored.type:
            return False
        only = replace(query, terms=(*query.terms, Term("_id", "", (stored.id,))))
        body, values = queries.matches(only)
        return bool(self._store.scalar(f"SELECT count(*) {body}", values))

    def _subscription(self, stored: Stored) -> None:
        self._drop(stored.id)
        resource = stored.resource
        if resource.get("status") == "requested":
            self._set_status(stored.id, "active")
        elif resource.get("status") == "active" and local.calls_here(resource["channel"]["endpoint"]):
            hook = _Hook(criteria(resource["criteria"]), resource["channel"]["endpoint"], headers(resource))
            hook.task = asyncio.create_task(self._serve(stored.id, hook))
            self._hooks[stored.id] = hook

    def _set_status(self, id_: str, status: str) -> None:
        with self._store.transaction() as written:
            stored = self._store.current("Subscription", id_)
            if stored and stored.body:
                self._store.write("Subscription", id_, stored.resource | {"status": status}, "PUT")
        self.announce(written)

    def _drop(self, id_: str) -> None:
        hook = self._hooks.pop(id_, None)
        if hook and hook.task and hook.task is not asyncio.current_task():
            hook.task.cancel()

    async def _serve(self, id_: str, hook: _Hook) -> None:
        while True:
            await hook.due.wait()
            await asyncio.sleep(COALESCE_SECONDS)
            hook.due.clear()
            if not await self._ping(hook):
                _log.warning("subscription %s is in error: its endpoint does not answer", id_)
                return self._set_status(id_, "error")

    async def _ping(self, hook: _Hook) -> bool:
        for pause in (*RETRY_SECONDS, None):
            try:
                async with self._session.post(hook.endpoint, headers=hook.headers, allow_redirects=False) as response:
                    if 200 <= response.status < 300:
                        return True
            except (aiohttp.ClientError, TimeoutError):
                pass
            if pause is not None:
                await asyncio.sleep(pause)
        return False
