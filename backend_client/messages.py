"""What is said in a consult, and what is sent with it: files already fetched from the messenger, unopened."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Photo:
    """A picture already fetched from the messenger by the commander."""

    sha256: str
    mime: str
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Attachment:
    """A voice note or document of a consult. ``body`` None: too big to be fetched, only that it was sent is known."""

    title: str = field(repr=False)
    size: int  # bytes
    body: Photo | None
    mime: str = ""


@dataclass(frozen=True, slots=True)
class MessageDraft:
    """One relayed message of a consult (Communication)."""

    key: str  # tg:<chat>:<message>
    order: str
    sender: str  # reference
    recipient: str  # reference
    sent: int
    text: str = field(default="", repr=False)
    photo: Photo | None = None
    withdrawn: bool = False  # its writer took it back
    attached: Attachment | None = None
