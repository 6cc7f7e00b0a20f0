"""What every part of the server holds on to: state, clock, faults, limits, and who is told of changes."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sandbox.clock import Clock

from .bell import Bell
from .faults import Faults
from .flood import Flood
from .records import Bot, Chat, Json, Message, Pending, Person
from .state import State

TYPING_S = 5.0  # wall seconds, sendChatAction: "set for 5 seconds or less (when a message arrives from your bot)"


@dataclass
class World:
    """One sandbox: one bot, its people and chats. `heard` are those who want to know of each change."""

    state: State
    clock: Clock
    token: str
    flood: Flood = field(default_factory=Flood)
    tray: Path | None = None  # the folder from which people may send files by path
    faults: Faults = field(default_factory=Faults)
    updates_bell: Bell = field(default_factory=Bell)
    people_bell: Bell = field(default_factory=Bell)
    clock_bell: Bell = field(default_factory=Bell)
    trace: deque[Json] = field(default_factory=lambda: deque(maxlen=2000))
    traced: int = 0
    poll: int = 0
    poll_ended_by: str = ""
    again: list[Pending] = field(default_factory=list[Pending])
    held: list[Any] = field(default_factory=list[Any])
    seen: dict[int, int] = field(default_factory=dict[int, int])
    heard: list[Callable[[int, list[int], list[int]], None]] = field(default_factory=list[Any])
    background: set[Any] = field(default_factory=set[Any])
    typing: dict[tuple[int, int], asyncio.TimerHandle] = field(default_factory=dict[Any, Any])

    first_revision: int = 0

    def __post_init__(self) -> None:
        self.first_revision = self.state.revision

    @property
    def bot(self) -> Bot:
        """The bot of this sandbox."""
        return self.state.bot

    def now(self) -> int:
        """Civil UTC seconds, as Telegram dates everything."""
        return self.clock.now_ms() // 1000

    def watchers(self, chat: Chat) -> list[int]:
        """The people who see a chat."""
        if chat.private:
            return [chat.id]
        return [member.id for member in chat.members.values() if here(member.status) and member.id in self.state.people]

    def own_switches(self) -> Json:
        """The switches that change the server itself."""
        return {
            "telegram.flood": self.flood.on,
            "telegram.privacy": self.bot.privacy,
            "telegram.private_topics": self.bot.private_topics,
        }

    def set_switch(self, name: str, value: Any) -> None:
        """Set a switch; those of the server take effect at once."""
        self.state.switch(name, value)
        match name:
            case "telegram.flood":
                self.flood.on = bool(value)
            case "telegram.privacy":
                self.bot.privacy = bool(value)
            case "telegram.private_topics":
                self.bot.private_topics = bool(value)
            case "telegram.name":
                self.bot.name = str(value)
            case "telegram.username":
                self.bot.username = str(value)
            case _:
                return
        self.state.keep(self.bot)

    def changed(self, chat: Chat | None = None, person: Person | None = None) -> None:
        """Something that people see is different now: a new revision for all of them."""
        revision = self.state.revision = self.state.revision + 1
        people = self.watchers(chat) if chat else []
        if person:
            people.append(person.id)
        for person_id in people:
            self.seen[person_id] = revision
        self.people_bell.ring()
        for tell in self.heard:
            tell(revision, [chat.id] if chat else [], people)

    def type_in(self, chat: Chat, thread: int | None) -> None:
        """The bot's chat action begins; it ends after TYPING_S or with its next message there."""
        self._stop_typing(chat.id, thread)
        ending = asyncio.get_running_loop().call_later(TYPING_S, self.typed, chat, thread)
        self.typing[chat.id, thread or 1] = ending
        self.changed(chat)

    def typed(self, chat: Chat, thread: int | None) -> None:
        """The chat action is over, if there was one."""
        if self._stop_typing(chat.id, thread):
            self.changed(chat)

    def _stop_typing(self, chat: int, thread: int | None) -> bool:
        ending = self.typing.pop((chat, thread or 1), None)
        if ending:
            ending.cancel()
        return ending is not None

    def touched(self, *messages: Message) -> None:
        """Keep changed messages and tell those who see them."""
        self.state.keep(*messages)
        for message in messages:
            self.changed(self.state.chats[message.chat])


def here(status: str) -> bool:
    """Whether a member of that status is in the group."""
    return status in {"creator", "administrator", "member", "restricted"}
