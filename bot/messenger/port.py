"""The seam between the workers and any messenger: what they may ask of it. bot_api.py keeps it for Telegram.

Every call raises the errors of errors.py and no others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.model import Arrival, Content, Post


@dataclass(frozen=True, slots=True)
class Me:
    """The bot's own account; ``topics``: people may have topics in their private chat with it.

    ``hears_all``: privacy mode is off, so that the talk of every group reaches it.
    """

    id: int
    username: str
    name: str
    topics: bool = False
    hears_all: bool = False


@dataclass(frozen=True, slots=True)
class Received:
    """One update: its id and the arrivals in it (none for what nobody here waits for)."""

    id: int
    arrivals: tuple[Arrival, ...]


@dataclass(frozen=True, slots=True)
class Hook:
    """The webhook as the messenger knows it: ``url`` "" = none; it keeps ``waiting`` updates; ``failed_at``: the last
    delivery that came to nothing, UTC s, 0 = none did.
    """

    url: str
    waiting: int
    failed_at: int


class Hooks(Protocol):
    """A messenger that brings updates itself."""

    async def set_hook(self, url: str, secret: str, connections: int) -> None:
        """Bring updates there from now on, those too that wait; at most so many at a time."""
        ...

    async def drop_hook(self) -> None:
        """Bring none any more; they wait to be fetched."""
        ...

    async def hook(self) -> Hook: ...


class Messenger(Protocol):
    async def send(self, post: Post, thread: int | None) -> int:
        """Put the post's content (never None) into its chat; answers the message id."""
        ...

    async def edit(self, chat: int, message: int, content: Content) -> bool:
        """Change what a message shows; False when it stood so already. TooOld where this kind cannot become that."""
        ...

    async def delete(self, chat: int, message: int) -> None:
        """Remove a message. Gone when it is no longer there, TooOld after 48 h (deleteMessage)."""
        ...

    async def blank(self, chat: int, message: int, text: str) -> None:
        """What remains of a message too old to delete: a neutral text, no buttons."""
        ...

    async def pin(self, chat: int, message: int) -> None: ...

    async def typing(self, chat: int) -> None:
        """Show "typing": also the cheapest way to learn whether the messenger answers for this chat."""
        ...

    async def make_topic(self, chat: int, name: str) -> int:
        """A new forum topic; answers its thread id."""
        ...

    async def rename_topic(self, chat: int, thread: int, name: str) -> None: ...

    async def close_topic(self, chat: int, thread: int) -> None: ...

    async def reopen_topic(self, chat: int, thread: int) -> None: ...

    async def delete_topic(self, chat: int, thread: int) -> None:
        """With all its messages. ThreadLost where there is none; needs the right to delete messages."""
        ...

    async def answer_press(self, query: str, text: str = "", alert: bool = False) -> None:
        """Stop the button's spinner, with a pop-up where there is a text. Stale after some 15 s."""
        ...

    async def answer_checkout(self, query: str, ok: bool, reason: str = "") -> None:
        """Let a payment go on or not; within 10 s of the question."""
        ...

    async def updates(self, offset: int, seconds: float) -> Sequence[Received]:
        """Up to 100 updates from ``offset`` on, in order; all before it are confirmed and never come again.

        Waits up to ``seconds`` for the first.
        """
        ...
