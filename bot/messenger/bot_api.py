"""The Bot API as the workers see it: PTB's Bot over our own request, errors in our own words."""

from __future__ import annotations

import json
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any, TypeVar, cast

from telegram import Bot
from telegram.constants import ChatAction, FileSizeLimit
from telegram.error import TelegramError

from backend_client.pairs import paired
from bot.book import Told
from bot.clock import Clock
from bot.messenger import incoming, limits, outgoing
from bot.messenger.errors import Gone, MessengerError, NotModified, Refused, TooOld, classify
from bot.messenger.port import Hook, Me, Received
from bot.messenger.request import READ_SECONDS, AiohttpRequest, PlainData
from bot.model import AS_FILE, CUT, DRAWN, Arrival, Content, Picture, Post, PutAside

T = TypeVar("T")
log = logging.getLogger(__name__)

TELEGRAM = "https://api.telegram.org"


Draw = Callable[[bytes, tuple[int, ...]], Awaitable[outgoing.Drawn]]


Paint = Callable[[str], Awaitable[bytes]]


async def _no_picture(_: str) -> bytes:
    return b""


async def _not_at_all(_: bytes, part: tuple[int, ...]) -> outgoing.Drawn:
    return outgoing.NOT_DRAWN


class QuietBot(Bot):
    """PTB's Bot whose repr does not hold the token."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "Bot[...]"


class Telegram:
    """One bot account. ``root`` is the Bot API's root URL, without ``/bot<token>``; start() first, close() last.

    ``draw``: what makes of a file's bytes, or of a part of it, the picture that may be shown: no metadata, no codes.
    ``paint``: draws figures; no bytes where it cannot, and then their words go alone.
    """

    def __init__(
        self,
        token: str,
        clock: Clock,
        *,
        root: str = TELEGRAM,
        proxy: str = "",
        provider_token: str = "",
        told: Told | None = None,
    ) -> None:
        root = root.rstrip("/")
        self._clock = clock
        self._provider_token = provider_token
        self.draw: Draw = _not_at_all
        self.paint: Paint = _no_picture
        self._poll = AiohttpRequest(proxy=proxy, told=told)
        self._request = AiohttpRequest(proxy=proxy, told=told)
        self._method_url = f"{root}/bot{token}/"
        self._updates_url = f"{self._method_url}getUpdates"
        self._known: dict[int, tuple[Any, Received]] = {}  # of the last answer: it comes again until it is confirmed
        self.bot = QuietBot(
            token,
            base_url=f"{root}/bot",
            base_file_url=f"{root}/file/bot",
            request=self._request,
            get_updates_request=self._poll,
        )

    async def start(self) -> Me:
        """Open the connections and ask who we are. May be called again after a failure."""
        await _said(self.bot.initialize())
        user = self.bot.bot
        if user.can_read_all_group_messages:
            log.warning("privacy mode is off, so the neighbours' talk reaches the bot: @BotFather, /setprivacy, Enable")
        return Me(
            user.id,
            user.username or "",
            user.first_name,
            bool(user.has_topics_enabled),
            bool(user.can_read_all_group_messages),
        )

    async def close(self) -> None:
        await self.bot.shutdown()
        await self._poll.shutdown()

    # ------------------------------------------------------------ messages
    async def send(self, post: Post, thread: int | None) -> int:
        drawn = await self._drawn(post.content)
        call = outgoing.sending(post, thread, self._provider_token, drawn)
        if call.plain:
            return (await self._plain(call.method, call.args))["message_id"]
        return (await self._call(call)).message_id

    async def edit(self, chat: int, message: int, content: Content) -> bool:
        try:
            await self._call(outgoing.editing(chat, message, content, await self._drawn(content)))
        except NotModified:
            return False
        return True

    async def _drawn(self, content: Content | None) -> outgoing.Drawn:
        """The clean picture of a file, or of a part of one; no bytes for all else. Refused where none can be made.

        Of figures what was drawn, if it was.
        """
        if isinstance(content, Picture) and content.file.startswith(DRAWN):
            return outgoing.Drawn(await self.paint(content.file.removeprefix(DRAWN)))
        if not isinstance(content, Picture) or not content.file.startswith((AS_FILE, CUT)):
            return outgoing.NOT_DRAWN
        drawn = await self.draw(*await self._of_file(content.file))
        if not drawn.jpeg:
            raise Refused("not-cleaned")
        return drawn

    async def _of_file(self, shown: str) -> tuple[bytes, tuple[int, ...]]:
        """The file's bytes, and the part of it that is shown: () = all."""
        if not shown.startswith(CUT):
            return await self.fetch(shown), ()
        place, _, file = shown.removeprefix(CUT).partition(":")
        return await self.fetch(file), tuple(map(int, place.split(",")))

    async def delete(self, chat: int, message: int) -> None:
        await _said(self.bot.delete_message(chat, message))

    async def blank(self, chat: int, message: int, text: str) -> None:
        with suppress(NotModified, Gone):
            try:
                await _said(self.bot.edit_message_text(text, chat, message))
            except TooOld:  # no text
                await self._blank_media(chat, message, text)

    async def _blank_media(self, chat: int, message: int, text: str) -> None:
        """A picture or file is replaced; of what cannot be (a voice note), and where that fails, the caption goes."""
        try:
            await self._call(outgoing.editing(chat, message, Picture("picture:blank", text)))
        except MessengerError:
            await _said(self.bot.edit_message_caption(chat, message, caption=text))

    async def pin(self, chat: int, message: int) -> None:
        await _said(self.bot.pin_chat_message(chat, message, disable_notification=True))

    async def typing(self, chat: int) -> None:
        await _said(self.bot.send_chat_action(chat, ChatAction.TYPING))

    # ------------------------------------------------------------ topics
    async def make_topic(self, chat: int, name: str) -> int:
        topic = await _said(self.bot.create_forum_topic(chat, limits.cut(name, limits.TOPIC)))
        return topic.message_thread_id

    async def rename_topic(self, chat: int, thread: int, name: str) -> None:
        await _done(self.bot.edit_forum_topic(chat, thread, name=limits.cut(name, limits.TOPIC)))

    async def close_topic(self, chat: int, thread: int) -> None:
        await _done(self.bot.close_forum_topic(chat, thread))

    async def reopen_topic(self, chat: int, thread: int) -> None:
        await _done(self.bot.reopen_forum_topic(chat, thread))

    async def delete_topic(self, chat: int, thread: int) -> None:
        await _done(self.bot.delete_forum_topic(chat, thread))

    # ------------------------------------------------------------ being there
    async def missing_rights(self, chat: int) -> tuple[str, ...]:
        """Which of the rights a doctors' forum needs we do not have there, by their Bot API names."""
        member = await _said(self.bot.get_chat_member(chat, self.bot.bot.id))
        return incoming.lacking(member)

    async def standing_in(self, chat: int) -> str:
        """What we are in a group (Bot API: ChatMember.status): administrator, member, left, kicked ..."""
        return str((await _said(self.bot.get_chat_member(chat, self.bot.bot.id))).status)

    async def has_topics(self, chat: int) -> bool:
        """Whether this group is a forum."""
        return bool((await _said(self.bot.get_chat(chat))).is_forum)

    async def menu(self, commands: Mapping[str, str], lang: str = "") -> None:
        """The command menu for people of a language (two letters, "" = everybody else): command -> what it does."""
        await _said(self.bot.set_my_commands(list(commands.items()), language_code=lang or None))

    # ------------------------------------------------------------ answers
    async def answer_press(self, query: str, text: str = "", alert: bool = False) -> None:
        said = {"text": limits.cut(text, limits.TOAST), "show_alert": alert} if text else {}
        await self._plain("answerCallbackQuery", {"callback_query_id": query, **said})

    async def answer_checkout(self, query: str, ok: bool, reason: str = "") -> None:
        await _said(self.bot.answer_pre_checkout_query(query, ok, None if ok else reason))

    # ------------------------------------------------------------ what comes in
    async def updates(self, offset: int, seconds: float) -> Sequence[Received]:
        """By query string and parsed one by one: PTB's get_updates logs whole updates when it cannot parse one."""
        query = f"offset={offset}&limit=100&timeout={int(seconds)}&allowed_updates={json.dumps(incoming.KINDS)}"
        raw: Any = await _said(self._poll.post(f"{self._updates_url}?{query}", read_timeout=seconds + READ_SECONDS))
        found = [(one, self._of(one)) for one in raw]
        self._known = {received.id: (one, received) for one, received in found}
        return [received for _, received in found]

    def _of(self, raw: dict[str, Any]) -> Received:
        known = self._known.get(raw["update_id"])
        return known[1] if known and known[0] == raw else self.received(raw)

    def delivered(self, body: bytes) -> Received:
        """One update as a webhook's body. ValueError where it is none."""
        raw: Any = json.loads(paired(body))
        if not isinstance(raw, dict) or type(cast("dict[str, Any]", raw).get("update_id")) is not int:
            raise ValueError("no update")
        return self.received(cast("dict[str, Any]", raw))

    def received(self, raw: dict[str, Any]) -> Received:
        """One update as it came over the wire (polling or webhook). One that PTB cannot parse is an exception."""
        try:
            return Received(raw["update_id"], tuple(incoming.read(raw, self.bot, self._clock.civil())))
        except Exception as error:  # whatever PTB trips over must not block the queue behind it
            log.error("update %s is not understood: %s", raw.get("update_id"), type(error).__name__)
            name = f"update/{raw['update_id']}"
            aside = PutAside("telegram", name, type(error).__name__)
            return Received(raw["update_id"], (Arrival("telegram", name, self._clock.civil(), aside),))

    async def set_hook(self, url: str, secret: str, connections: int) -> None:
        await _said(
            self.bot.set_webhook(
                url,
                max_connections=connections,
                allowed_updates=incoming.KINDS,
                drop_pending_updates=False,
                secret_token=secret,
            )
        )

    async def drop_hook(self) -> None:
        await _said(self.bot.delete_webhook(drop_pending_updates=False))

    async def hook(self) -> Hook:
        info = await _said(self.bot.get_webhook_info())
        failed = info.last_error_date
        return Hook(info.url, info.pending_update_count, int(failed.timestamp()) if failed else 0)

    async def fetch(self, file: str) -> bytes:
        """A file's bytes by its id. Refused ``too-big`` beyond what a bot may download."""
        known = await _said(self.bot.get_file(file.removeprefix(AS_FILE)))
        if (known.file_size or 0) > FileSizeLimit.FILESIZE_DOWNLOAD:
            raise Refused("too-big")
        return bytes(await _said(known.download_as_bytearray()))

    async def _plain(self, method: str, args: Mapping[str, Any]) -> Any:
        """What is said often, as plain data both ways (ADR 49); its errors are PTB's all the same."""
        given: Any = PlainData(args)  # passed on by PTB as it is
        return await _said(self._request.post(f"{self._method_url}{method}", given))

    async def _call(self, call: outgoing.Call) -> Any:
        if call.plain:
            return await self._plain(call.method, call.args)
        return await _said(getattr(self.bot, call.method)(**call.args))


async def _said(call: Awaitable[T]) -> T:
    try:
        return await call
    except TelegramError as error:
        raise classify(error) from error


async def _done(call: Awaitable[Any]) -> None:
    try:
        await _said(call)
    except NotModified:
        return
