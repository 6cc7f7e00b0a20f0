"""What a call of the command runner may use, and how it is registered for what bot/intents/ declares: see calls.py."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Concatenate, ParamSpec, TypeAlias, TypeVar

from backend_client.errors import Broken
from backend_client.hospital import Hospital
from backend_client.models import Attachment, Photo
from bot.intents import Intent
from bot.model.board import Board
from bot.photo.gate import HEAD_BYTES, judge
from bot.reading import Fetch, ReadingDesk
from bot.views import GroupView

Group: TypeAlias = Callable[[int], Awaitable[GroupView]]  # what the messenger says of one
TakeAway: TypeAlias = Callable[[int, int], Awaitable[None]]  # chat, message
MOST_BYTES = 20_000_000  # that a bot may fetch of a file (Bot API: getFile)


@dataclass(frozen=True, slots=True)
class Reach:
    """What a call may use: the hospital, the messenger's files, and whoever reads them (None: nobody)."""

    hospital: Hospital
    fetch: Fetch
    desk: ReadingDesk | None = None
    group: Group | None = None
    take_away: TakeAway | None = None
    proofs: Callable[[], bool] = lambda: False  # whether a proof may be sent in a chat: the setting, as it is now
    board: Callable[[], Awaitable[Board]] | None = None  # raises NotOpened

    async def photo(self, file: str) -> Photo:
        return _photo(await self.fetch(file))

    async def spoken(self, file: str) -> Photo:
        """A voice note (Bot API: Voice)."""
        body = await self.fetch(file)
        return Photo(sha256(body).hexdigest(), "audio/ogg", body)

    async def paper(self, file: str, number: str) -> Photo:
        """A page of a prescription: an insurance code on it stays here. Broken when it cannot be painted over."""
        body = await self.fetch(file)
        if self.desk and not (body := await self.desk.clean(body, number)):
            raise Broken("photo-not-cleaned")
        return _photo(body)

    async def attached(self, file: str, size: int, title: str, mime: str) -> Attachment:
        """The bytes as they are, unopened; of what is too big for a bot only that it was sent (Bot API: getFile)."""
        if size > MOST_BYTES:
            return Attachment(title, size, None, mime)
        body = await self.fetch(file)
        kept = Photo(sha256(body).hexdigest(), mime or "application/octet-stream", body)
        return Attachment(title, len(body), kept, mime)


Call: TypeAlias = Callable[..., Awaitable[Any]]
P = ParamSpec("P")
T = TypeVar("T")
Carries: TypeAlias = Callable[Concatenate[Reach, P], Awaitable[T]]
DECLARED: dict[str, Call] = {}


def carries_out(intent: Intent[P, T]) -> Callable[[Carries[P, T]], Carries[P, T]]:
    """What bot/intents/ declares: the same arguments after the reach, the same answer."""

    def register(call: Carries[P, T]) -> Carries[P, T]:
        DECLARED[intent.name] = call
        return call

    return register


def _photo(body: bytes) -> Photo:
    """Of the kind that its first bytes say; what says none came as a photo, which is a JPEG."""
    kind = judge(body[:HEAD_BYTES], len(body)).kind
    mime = "application/pdf" if kind == "pdf" else f"image/{kind or 'jpeg'}"
    return Photo(sha256(body).hexdigest(), mime, body)
