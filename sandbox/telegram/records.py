"""What the sandbox remembers: people, chats, messages, files, questions. Plain data; no behaviour, no disk."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]


@dataclass
class Person:
    """Somebody with a phone. `started`: has opened the bot's private chat; `blocked`: has blocked the bot."""

    id: int
    name: str
    lang: str = "zh-hans"
    username: str | None = None
    phone: str | None = None
    started: bool = False
    blocked: bool = False
    popup: Json | None = None


@dataclass
class Member:
    """One member of a group; `rights` are the can_... flags of an administrator that are on."""

    id: int
    status: str = "member"
    rights: list[str] = field(default_factory=list)
    until: int = 0
    title: str | None = None
    permissions: Json | None = None


@dataclass
class Topic:
    """A forum topic; its thread id is the message id of its creation."""

    thread: int
    name: str
    icon_color: int = 0x6FB9F0
    icon: str | None = None
    closed: bool = False
    hidden: bool = False


@dataclass
class Chat:
    """A private chat (id = the person's id) or a group. `last_id` counts messages of a supergroup or forum."""

    id: int
    kind: str
    title: str = ""
    members: dict[int, Member] = field(default_factory=dict)
    topics: dict[int, Topic] = field(default_factory=dict)
    pinned: list[int] = field(default_factory=list)
    description: str = ""
    last_id: int = 0
    migrated_to: int | None = None
    links: list[Json] = field(default_factory=list)
    requests: dict[int, Json] = field(default_factory=dict)
    permissions: Json | None = None
    read: dict[int, int] = field(default_factory=dict)
    keyboard: Json | None = None
    keyboard_by: int = 0

    @property
    def private(self) -> bool:
        """Whether it is a person's chat with the bot."""
        return self.kind == "private"

    @property
    def super(self) -> bool:
        """Whether it is a supergroup in the Bot API's sense (a forum is one)."""
        return self.kind in {"supergroup", "forum"}


@dataclass
class Message:
    """One message. `content` holds the Bot API's own content fields (text, photo, forum_topic_created ...).

    Times are civil UTC seconds; `versions` are the texts or captions it has had, oldest first.
    """

    chat: int
    id: int
    sender: int
    date: int
    content: Json
    thread: int | None = None
    reply_to: int | None = None
    quote: Json | None = None
    edited: int | None = None
    markup: Json | None = None
    reactions: dict[int, list[Json]] = field(default_factory=dict)
    deleted: bool = False
    versions: list[str] = field(default_factory=list)
    protected: bool = False
    silent: bool = False
    album: str | None = None
    origin: Json | None = None
    invoice: Json | None = None


@dataclass
class StoredFile:
    """A file's facts; its bytes are in the database under `id`. `sizes`: all sizes of one photo, smallest first."""

    id: str
    unique: str
    path: str
    kind: str
    name: str
    mime: str
    size: int
    width: int = 0
    height: int = 0
    duration: int = 0
    sizes: list[str] = field(default_factory=list)


@dataclass
class Query:
    """A press or a pre-checkout that waits for the bot's answer. `at` is civil ms, `wall` UTC seconds."""

    id: str
    kind: str
    person: int
    at: int
    wall: float
    chat: int = 0
    message: int = 0
    payload: Json = field(default_factory=dict)
    answer: Json | None = None


@dataclass
class Pending:
    """An update the bot has not confirmed. `queue` is the webhook's lane; `until` civil ms, `wall` UTC seconds."""

    id: int
    kind: str
    body: Json
    queue: str
    chat: int
    until: int
    wall: float
    copies: int = 0


@dataclass
class InvoiceLink:
    """What createInvoiceLink made; the slug is the end of its t.me/$ link."""

    slug: str
    invoice: Json


@dataclass
class Bot:
    """The one bot of this server and what it has set about itself."""

    id: int
    name: str = "MedRelay"
    username: str = "medrelay_sandbox_bot"
    privacy: bool = True
    private_topics: bool = False
    texts: Json = field(default_factory=dict)
    commands: Json = field(default_factory=dict)
    menu: Json = field(default_factory=dict)
    rights: Json = field(default_factory=dict)
    photo: list[Json] = field(default_factory=list)


@dataclass
class Delivery:
    """How updates leave: the webhook if one is set, the allowed kinds, the counters."""

    last_update: int = 0
    last_message: int = 0
    last_at: int = 0
    allowed: list[str] | None = None
    url: str = ""
    secret: str = ""
    max_connections: int = 40
    ip: str = ""
    certificate: bool = False
    error_at: int = 0
    error: str = ""
