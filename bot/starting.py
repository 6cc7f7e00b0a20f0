"""The bot process, and what is looked at once as it starts: its groups, the hospital's server, the command menus."""

from __future__ import annotations

import asyncio
import logging
from contextlib import AsyncExitStack
from functools import partial
from typing import TYPE_CHECKING

from backend_client.errors import HospitalError, RetryLater
from backend_client.fhir import FhirHospital
from bot.app import RETRY, Bot, groups_of, opened
from bot.config import Config
from bot.exposition import Exposition
from bot.handlers.commands import BUILT_IN
from bot.messenger.errors import MessengerError
from bot.model import Arrival, Place, PlaceKind, PutAside
from bot.ops.groups import TOPICS
from bot.store.port import UNSEALED
from bot.views import GroupView
from bot.wiring import LISTED
from bot.workers.reference_data import ReferenceData
from bot.workers.supervisor import settled
from locales import BASE, tags

if TYPE_CHECKING:
    from bot.web import Port

log = logging.getLogger(__name__)

ASK_AGAIN = 30.0  # s before it is asked again what the bot may do in a group


async def serve(config: Config) -> None:
    """The bot process: work until SIGINT or SIGTERM. BadSetting where its port cannot be listened on."""
    async with AsyncExitStack() as open_now:
        port = await open_now.enter_async_context(_port(config)) if config.http_port or config.metrics_port else None
        bot = await open_now.enter_async_context(opened(config))
        if port:
            book, webhook = bot.core.services.book, bot.webhook
            port.show(bot.store, webhook, bot.telegram.delivered, book)
            waiting = partial(getattr, webhook, "waiting", 0)
            port.tell(Exposition(book, bot.store, bot.clock, config, port.not_ready, waiting).text)
            open_now.callback(port.hide)
        await show_menus(bot)
        print(f"serving as @{bot.core.services.bot_name}", flush=True)  # noqa: T201 - the line a starter waits for
        once = (_tell_of_lists(bot.reference), check_groups(bot), look_at_server(bot), tell_of_rows(bot))
        beside = [asyncio.create_task(one) for one in once]
        settled()
        try:
            await bot.run()
        finally:
            for task in beside:
                task.cancel()


def _port(config: Config) -> Port:
    from bot.web import Port  # a server takes a while to read, and most bots need none

    return Port(config, config.webhook_secret)


async def _tell_of_lists(reference: ReferenceData) -> None:
    await reference.read.wait()
    print("lists of the hospital are read", flush=True)  # noqa: T201 - a starter may wait for this too


async def tell_of_rows(bot: Bot) -> None:
    """Rows that had no seal at this start are an exception: perhaps no release of ours wrote them."""
    found = int(await bot.store.cursor(UNSEALED) or 0)
    if found:
        await bot.store.dead_letter("store", "rows", f"unsealed {found}")
        await bot.store.set_cursor(UNSEALED, "0")


async def check_groups(bot: Bot) -> None:
    """At the start: a doctors' group in which no topic can be made is an exception, before a case waits for it; one
    that was mended while nobody was here is none any more. What is not known is asked again.
    """
    for place in await bot.store.find(Place, kind=PlaceKind.DEPARTMENT):
        group = await _known(bot, place.chat)
        if not group.forum or TOPICS in group.lacks:
            await bot.store.dead_letter("rights", str(place.chat), "no-right" if group.forum else "no-topics")
            continue
        now = bot.clock.civil()
        await bot.core.take(
            Arrival("house", f"rights/{place.chat}/{now}", now, PutAside("rights", str(place.chat), ""))
        )


async def _known(bot: Bot, chat: int) -> GroupView:
    while True:
        try:
            return await groups_of(bot.telegram)(chat)
        except RetryLater as error:
            log.warning("what the bot may do in a group is not known, asking again: %s", error.code)
            await bot.clock.sleep(error.after or ASK_AGAIN)


async def look_at_server(bot: Bot) -> None:
    """Once the hospital answers: what its server lacks is an exception, before an order needs it."""
    while isinstance(bot.hospital, FhirHospital):
        try:
            found = await bot.hospital.compared()
        except RetryLater:
            await bot.clock.sleep(RETRY)
            continue
        except HospitalError as error:
            log.warning("the server's CapabilityStatement cannot be read (%s): all is found out by asking", error.code)
            return
        refused = sorted(what for one in found for what in one.refused)
        if refused:
            log.error("the hospital's server has no %s, without which orders fail", ", ".join(refused))
        told = any(letter["source"] == "floor" and letter["code"] for letter in await bot.store.dead_letters())
        if refused or told:
            await bot.store.dead_letter("floor", "hospital", f"no {' '.join(refused)}" if refused else "")
        return


async def show_menus(bot: Bot) -> None:
    """The command menu of the messenger in each language; a failure is logged, the commands work without it."""
    try:
        for tag in tags():
            described = {word: bot.core.services.words.label(tag, f"commands.{word}") for word in (*LISTED, *BUILT_IN)}
            await bot.telegram.menu(described, "" if tag == BASE else tag.split("-")[0])
    except MessengerError as error:
        log.warning("the command menu could not be set: %s", error.code)
