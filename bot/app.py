"""Where the parts meet: the only place that knows them all. One Bot is one account at one hospital on one database."""

from __future__ import annotations

import hmac
import logging
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from zoneinfo import ZoneInfo

from backend_client.errors import NotFound, Refusal, RetryLater
from backend_client.fhir import FhirHospital
from backend_client.hospital import Hospital
from backend_client.transport import AiohttpTransport, timed
from bot import catalogue, photo, red_flags, rules, showing, triage, vocabulary
from bot.book import HOSPITAL, HOSPITAL_SECONDS, MESSENGER, MESSENGER_SECONDS, Book
from bot.calls import calls
from bot.clock import Clock, day_of
from bot.config import BadSetting, Config
from bot.core import Core
from bot.handlers import route
from bot.messenger.bot_api import Telegram
from bot.messenger.errors import Flooded, Gone, MessengerError, Misused, NotDelivered, OutcomeUnknown
from bot.messenger.incoming import FORUM_RIGHTS
from bot.messenger.outgoing import Drawn
from bot.model import Arrival, Order
from bot.model.board import Board
from bot.ops import ladder
from bot.ops.applying import missing_ends
from bot.ops.board import measure_orders
from bot.ops.incidents import past_the_store
from bot.ops.rights import mark_orders
from bot.ops.waiting import missing_clocks
from bot.orders import is_put_away
from bot.photo.reader import PhotoReader
from bot.reach import Group, TakeAway
from bot.reading import Fetch, ReadingDesk
from bot.render.messages import words_of
from bot.reports import figures, keys_of
from bot.stages import LIVE
from bot.store.port import Store
from bot.store.sqlite import open_sqlite
from bot.turn import Answer, Services
from bot.views import GroupView
from bot.workers.charges import Charges
from bot.workers.command_runner import CommandRunner
from bot.workers.feed import Feed, Looking
from bot.workers.intake import Asked
from bot.workers.jumps import Jumps
from bot.workers.letters import Letters
from bot.workers.morning import Morning
from bot.workers.no_room import NoRoom
from bot.workers.orphans import Orphans
from bot.workers.poller import Poller
from bot.workers.pulse import Listened, Pulse
from bot.workers.rates import Limits
from bot.workers.reference_data import ReferenceData
from bot.workers.retention import Retention
from bot.workers.sender import Sender, Sending
from bot.workers.standing import Standing
from bot.workers.still_there import StillThere
from bot.workers.supervisor import supervise
from bot.workers.take import Worker
from bot.workers.timekeeper import Timekeeper
from bot.workers.webhook import Webhook, Where

log = logging.getLogger(__name__)

RETRY = 2.0  # s between two tries to reach the messenger at start


@dataclass(slots=True)
class Bot:
    """All parts of a running bot; tests and the paranoid mode drive ``workers`` one pass at a time."""

    core: Core
    store: Store
    telegram: Telegram
    hospital: Hospital
    reference: ReferenceData
    clock: Clock
    sender: Sender
    poller: Poller
    webhook: Webhook | None  # in the poller's place
    runner: CommandRunner
    timekeeper: Timekeeper
    feed: Feed
    workers: dict[str, Worker] = field(default_factory=dict[str, Worker])

    async def run(self) -> None:
        """Work until cancelled; a worker that crashes is started again."""
        await supervise(self.workers, self.clock)


def assemble(
    config: Config,
    store: Store,
    telegram: Telegram,
    hospital: Hospital,
    clock: Clock,
    name: str,
    reader: PhotoReader | None = None,
    book: Book | None = None,
) -> Bot:
    """Join the parts; nothing runs yet. ``name`` is the bot's @username; without ``reader`` photos are not read."""
    book = book or Book()

    async def take(arrival: Arrival) -> Answer:
        return await core.take(arrival)

    reference = ReferenceData(
        partial(catalogue.read, hospital, config.questionnaire), store, clock, config.reread_seconds, take
    )
    desk = ReadingDesk(reader, lambda: reference.now.drugs, photo_key(config)) if reader else None
    if desk:
        telegram.draw = partial(_drawn, desk)
    telegram.paint = partial(showing.picture, words_of(config.timezone))

    async def read_board() -> Board:
        return await figures(config, clock.civil(), [one.id for one in reference.now.compounds])

    services = Services(
        store=store,
        words=words_of(config.timezone),
        config=config,
        bot_name=name,
        today=lambda ms: day_of(ms, config.timezone),
        soon=lambda seconds: int(seconds * 1000 * clock.rate),
        catalogue=lambda: reference.now,
        search=reference.search,
        staff_read=lambda: reference.staff_at,
        triage=triage.read(config.triage),
        reads_photos=desk is not None,
        book=book,
    )
    core = Core(services, route)
    zone = ZoneInfo(config.timezone)
    pulse = Pulse(clock, take, slow=config.slow_seconds, window=config.slow_minutes * 60.0)
    sending = Sending(
        neutral=services.words.label(config.group_lang, "engine.withdrawn"),
        look=config.look_seconds,
        limits=Limits(
            config.private_per_second,
            config.private_burst,
            config.group_per_minute,
            config.bulk_per_second,
            config.reserve,
        ),
        again=lambda lang: services.words.label(lang or config.group_lang, "relay.again"),
        opens=partial(rules.groups_open, zone=zone, quiet_from=config.quiet_from, quiet_until=config.quiet_until),
        noted=partial(pulse.note, "messenger"),
    )

    sender = Sender(store, telegram, clock, core.take, sending)
    no_room = NoRoom(store, telegram, clock, partial(past_the_store, services))
    asked = Asked(Orphans(store, sender).look, Standing(hospital).look, no_room.tell)
    where = Where(config.webhook_url, config.webhook_secret, config.webhook_connections)
    bot = Bot(
        core,
        store,
        telegram,
        hospital,
        reference,
        clock,
        sender=sender,
        poller=Poller(telegram, clock, core.take, asked, long_poll=config.long_poll_seconds, before=telegram.drop_hook),
        webhook=Webhook(telegram, telegram, where, clock, core.take, asked) if where.url else None,
        runner=CommandRunner(
            store,
            pulse.all_of(
                calls(
                    hospital,
                    files_of(telegram),
                    desk,
                    groups_of(telegram),
                    taker_of(telegram),
                    lambda: core.services.config.proof_in_chat == "on",
                    read_board,
                )
            ),
            clock,
            core.take,
            look=config.look_seconds,
            book=book,
        ),
        timekeeper=Timekeeper(store, clock, core.take, look=config.look_seconds),
        feed=Feed(
            store,
            Listened(hospital, pulse),
            clock,
            core.take,
            partial(open_orders, store),
            Looking(config.feed_seconds, config.reread_seconds),
        ),
    )
    bot.workers = {
        "sender": bot.sender,
        "commands": bot.runner,
        "timekeeper": bot.timekeeper,
        "feed": bot.feed,
        **({"webhook": bot.webhook} if bot.webhook else {"poller": bot.poller}),
        "reference": reference,
        "retention": Retention(store, clock, core.take, config.keep_days),
        "letters": Letters(store, clock, core.take),
        "charges": Charges(store, clock, core.take),
        "morning": Morning(store, clock, core.take, read_board, at=config.board_at, zone=config.timezone),
        "jumps": Jumps(store, clock, ahead=reference.ahead),
        "no-room": no_room,
        "file": StillThere(store, clock),
        "pulse": pulse,
    }
    for worker in bot.workers.values():
        store.on_commit(worker.wake)
    return bot


async def open_orders(store: Store) -> list[str]:
    """The numbers of the orders whose end was not seen; of one that was put away only what the hospital tells is."""
    found = [order for order in await store.find(Order, stage=LIVE) if not is_put_away(order)]
    return [order.no for order in found if order.stage or order.task_version]


def files_of(telegram: Telegram) -> Fetch:
    """The messenger's files, with its errors in the command runner's words."""

    async def fetch(file: str) -> bytes:
        try:
            return await telegram.fetch(file)
        except (NotDelivered, OutcomeUnknown) as error:
            raise RetryLater(error.code, after=error.seconds if isinstance(error, Flooded) else None) from error
        except MessengerError as error:
            raise NotFound("photo-gone", error.code) from error

    return fetch


def groups_of(telegram: Telegram) -> Group:
    """What the messenger says of a group; one where we are not has no topics for us."""

    async def group(chat: int) -> GroupView:
        try:
            return GroupView(await telegram.has_topics(chat), await telegram.missing_rights(chat))
        except (NotDelivered, OutcomeUnknown) as error:
            raise RetryLater(error.code, after=error.seconds if isinstance(error, Flooded) else None) from error
        except MessengerError:
            return GroupView(False, FORUM_RIGHTS)

    return group


async def _drawn(desk: ReadingDesk, data: bytes, part: tuple[int, ...]) -> Drawn:
    """The picture of a paper that came as a file, for whoever may see it."""
    return Drawn(*await desk.sheet(data, part))


def taker_of(telegram: Telegram) -> TakeAway:
    """Deletes what somebody sent; gone already is as good."""

    async def take_away(chat: int, message: int) -> None:
        try:
            await telegram.delete(chat, message)
        except Gone:
            return
        except (NotDelivered, OutcomeUnknown) as error:
            raise RetryLater(error.code, after=error.seconds if isinstance(error, Flooded) else None) from error
        except MessengerError as error:
            raise Refusal("not-taken-away", error.code) from error

    return take_away


def photo_key(config: Config) -> bytes:
    """The secret of the marks by which a prescription is recognised again (R8): one for pictures only."""
    return hmac.digest(config.hash_key, b"photo", "sha256")


def reader_for(config: Config) -> PhotoReader | None:
    """The photo reader, if it is wanted and the extra ``ocr`` is installed; it starts with the first photo."""
    wanted = config.read_photos == "auto" and photo.available()
    return PhotoReader((), key=photo_key(config)) if wanted else None


@asynccontextmanager
async def opened(config: Config, reader: PhotoReader | None = None) -> AsyncGenerator[Bot]:
    """A bot with its store open and the messenger answering. BadSetting, BadWords and NotOpened say what to do.

    Photos are read by ``reader``, which stays open; without one by a reader of the bot's own, where it is wanted.
    """
    red_flags.known()  # a file with a mistake stops the start, not the first message
    vocabulary.specialties()
    clock = _clock(config)
    store = await open_sqlite(config.database, bot=config.bot_id, keys=keys_of(config), now=clock.civil)
    if len(config.encryption_keys) > 1:
        await store.reseal()  # so that the older keys can be taken away
    book = Book()
    telegram = Telegram(
        config.token,
        clock,
        root=config.bot_api,
        proxy=config.proxy,
        provider_token=config.provider_token,
        told=book.calls(MESSENGER, MESSENGER_SECONDS),
    )
    way = AiohttpTransport()
    hospital = FhirHospital(
        config.hospital_url,
        config.hospital_token,
        ns=config.hospital_namespace,
        now=clock.civil,
        zone=ZoneInfo(config.timezone),
        transport=timed(way, book.calls(HOSPITAL, HOSPITAL_SECONDS)),
    )
    own = None if reader else reader_for(config)
    try:
        bot = assemble(config, store, telegram, hospital, clock, await _introduce(telegram, clock), reader or own, book)
        await bot.reference.open()
        for mends in (mark_orders, missing_clocks, ladder.missing_clocks, missing_ends, measure_orders):
            await mends(bot.core.services, clock.civil())
        yield bot
    finally:
        if own:
            await own.close()
        await telegram.close()
        await hospital.close()
        await way.close()
        await store.close()


def _clock(config: Config) -> Clock:
    try:
        return Clock(config.sandbox_clock)
    except (OSError, ValueError) as error:
        raise BadSetting(
            f"MEDRELAY_SANDBOX_CLOCK names no clock ({config.sandbox_clock}): start the sandbox first, or leave it out."
        ) from error


async def _introduce(telegram: Telegram, clock: Clock) -> str:
    """Our own @username, asked until the messenger answers. BadSetting where it does not know the token."""
    while True:
        try:
            return (await telegram.start()).username
        except Misused as error:
            raise BadSetting("MEDRELAY_TOKEN is no bot of this messenger: copy it again from @BotFather.") from error
        except MessengerError as error:
            log.warning("the messenger does not answer (%s), trying again", error.code)
            await clock.sleep(RETRY)
