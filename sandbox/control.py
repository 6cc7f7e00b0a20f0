"""Python client of the sandbox messenger's control interface: Control (one method an endpoint) and Phone (one person).

Knows HTTP only; the interface is described in docs/sandbox-control.md.
"""

from __future__ import annotations

import base64
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import aiohttp

from sandbox.spoken import Tongue

Json = dict[str, Any]
Photo = bytes | str | Path
PATIENCE = 60.0  # wall seconds until a person gives up looking; only a slow machine needs many of them


class ControlError(Exception):
    """The control interface refused; the text says what to do."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status
        self.text = text


class NotSeen(AssertionError):
    """A person did not see what was waited for; the text names person, wish and the last three messages."""


def _clean(body: Json) -> Json:
    return {name: value for name, value in body.items() if value is not None}


def _photo(source: Photo) -> Json:
    body = source if isinstance(source, bytes) else Path(source).read_bytes()
    return {"base64": base64.b64encode(body).decode()}


class Control:
    """The control interface of one sandbox; `url` is the server's, without /control. Use as `async with`."""

    def __init__(self, url: str) -> None:
        self.url = url.rstrip("/").removesuffix("/control")
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def call(self, method: str, path: str, body: Json | None = None, query: Json | None = None) -> Any:
        """One request below /control; ControlError when it is refused."""
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=320))
        given = {name: str(value) for name, value in (query or {}).items() if value is not None}
        url = f"{self.url}/control{path}"
        async with self._session.request(method, url, json=_clean(body) if body else None, params=given) as response:
            answer = await response.json(content_type=None)
            if response.status >= 400:
                raise ControlError(response.status, answer.get("error") or answer.get("description") or str(answer))
            return answer

    async def _act(self, person: int, what: str, **body: Any) -> Json:
        return await self.call("POST", f"/people/{person}/{what}", body)

    async def person(
        self,
        name: str,
        id: int | None = None,
        lang: str = "zh-hans",
        username: str | None = None,
        phone: str | None = None,
    ) -> Json:
        """Make a person; returns it."""
        body = {"name": name, "id": id, "lang": lang, "username": username, "phone": phone}
        return (await self.call("POST", "/people", body))["person"]

    async def group(self, title: str, kind: str = "group", **more: Any) -> Json:
        """Make a group (members, admins, bot, bot_admin, bot_rights, id); returns the chat."""
        return (await self.call("POST", "/groups", {"title": title, "kind": kind, **more}))["chat"]

    async def member(self, chat: int, person: int, action: str, **more: Any) -> Json:
        """join, leave, kick or promote; `person` may be the bot's id."""
        return await self.call("POST", f"/groups/{chat}/members", {"person": person, "action": action, **more})

    async def migrate(self, chat: int) -> Json:
        """Make a supergroup of a basic group; returns the new chat."""
        return (await self.call("POST", f"/groups/{chat}/migrate"))["chat"]

    async def world(self) -> Json:
        """Bot, people, chats, revision."""
        return await self.call("GET", "/world")

    async def say(
        self, person: int, text: str, chat: int | None = None, thread: int | None = None, reply_to: int | None = None
    ) -> Json:
        """Write a text."""
        return await self._act(person, "say", text=text, chat=chat, thread=thread, reply_to=reply_to)

    async def photo(self, person: int, photos: list[Photo] | Photo, caption: str | None = None, **more: Any) -> Json:
        """Send a photo, or several as an album."""
        several = photos if isinstance(photos, list) else [photos]
        return await self._act(person, "photo", photos=[_photo(one) for one in several], caption=caption, **more)

    async def send(self, person: int, kind: str, file: Photo | None = None, **more: Any) -> Json:
        """Send a document, voice, video, location, contact or sticker."""
        return await self._act(person, "send", kind=kind, **(_photo(file) if file is not None else {}), **more)

    async def press(self, person: int, label: str | None = None, **more: Any) -> Json:
        """Press a button (label or data; chat, message_id, thread, nth, wait)."""
        return await self._act(person, "press", label=label, **more)

    async def open(self, person: int, link: str) -> Json:
        """Open a deep link of the bot."""
        return await self._act(person, "open", link=link)

    async def pay(self, person: int, result: str = "ok", **more: Any) -> Json:
        """Pay the newest invoice: ok, declined or walk-away (chat, message_id, link)."""
        return await self._act(person, "pay", result=result, **more)

    async def edit(self, person: int, message_id: int, text: str, chat: int | None = None) -> Json:
        """Edit one's own message."""
        return await self._act(person, "edit", message_id=message_id, text=text, chat=chat)

    async def react(self, person: int, message_id: int, emoji: str, chat: int | None = None) -> Json:
        """React to a message."""
        return await self._act(person, "react", message_id=message_id, emoji=emoji, chat=chat)

    async def block(self, person: int) -> Json:
        """Block the bot."""
        return await self._act(person, "block")

    async def unblock(self, person: int) -> Json:
        """Let the bot in again."""
        return await self._act(person, "unblock")

    async def join(self, person: int, link: str) -> Json:
        """Open an invite link."""
        return await self._act(person, "join", link=link)

    async def read(self, person: int, chat: int | None = None) -> Json:
        """Mark a chat as read."""
        return await self._act(person, "read", chat=chat)

    async def sees(
        self,
        person: int,
        chat: int | None = None,
        thread: int | None = None,
        last: int | None = None,
        since: int | None = None,
        wait: float | None = None,
    ) -> Json:
        """What a person sees; with since and wait (seconds) only after something changed."""
        query = {"chat": chat, "thread": thread, "last": last, "since": since, "wait": wait}
        return await self.call("GET", f"/people/{person}/sees", query=query)

    async def messages(self, chat: int | None = None, all: bool = False) -> list[Json]:
        """Every message the bot ever sent (with all=True: people's too), with all versions."""
        return await self.call("GET", "/messages", query={"chat": chat, "all": 1 if all else None})

    async def file(self, url: str) -> bytes:
        """The bytes of a MESSAGE's file.url."""
        if self._session is None:
            self._session = aiohttp.ClientSession()
        async with self._session.get(f"{self.url}{url}") as response:
            if response.status != 200:
                raise ControlError(response.status, f"There is no file {url}.")
            return await response.read()

    async def clock(self) -> Json:
        """{civil, civil_ms, rate}."""
        return await self.call("GET", "/clock")

    async def set_clock(self, set: str | None = None, advance: float | None = None, rate: float | None = None) -> Json:
        """Move the clock: to an ISO time, by seconds, or to another speed."""
        return await self.call("POST", "/clock", {"set": set, "advance": advance, "rate": rate})

    async def advance(self, seconds: float) -> Json:
        """Move the clock forward."""
        return await self.set_clock(advance=seconds)

    async def fault(self, kind: str, **more: Any) -> int:
        """Order a fault (method, chat, times, seconds); returns its id."""
        return (await self.call("POST", "/faults", {"kind": kind, **more}))["id"]

    async def faults(self) -> list[Json]:
        """Faults still to strike."""
        return await self.call("GET", "/faults")

    async def clear_faults(self, fault: int | None = None) -> None:
        """Take back one fault, or all."""
        await self.call("DELETE", "/faults" if fault is None else f"/faults/{fault}")

    async def trace(self, since: int = 0) -> list[Json]:
        """The bot's calls after number `since`."""
        return await self.call("GET", "/trace", query={"since": since})

    async def lay_out(self, name: str, picture: bytes, for_person: int | None = None) -> Json:
        """Lay a picture on the tray of photos at hand; ``for_person`` is offered it first."""
        body = {"name": name, "base64": base64.b64encode(picture).decode(), "for_person": for_person}
        return await self.call("POST", "/tray", body)

    async def guide(self) -> Json:
        """What the page is told of this sandbox; {} where nobody tells it anything."""
        return await self.call("GET", "/guide")

    async def tell_guide(self, **fields: Any) -> Json:
        """Change some of its fields."""
        return await self.call("POST", "/guide", fields)

    async def switches(self) -> Json:
        """All switches."""
        return await self.call("GET", "/switches")

    async def switch(self, **values: Any) -> Json:
        """Set switches; names with dots: switch(**{"telegram.flood": True})."""
        return await self.call("POST", "/switches", values)

    def phone(self, person: int, tongue: Tongue | None = None) -> Phone:
        """The phone of a person; what is looked for there is looked for in its language."""
        return Phone(self, person, tongue)


class Phone:
    """One person who acts on what is seen. Counts taps (press, pay, open) and inputs (say, photo)."""

    def __init__(self, control: Control, person_id: int, tongue: Tongue | None = None) -> None:
        self.control = control
        self.id = person_id
        self.tongue = tongue or Tongue()
        self.taps = 0
        self.inputs = 0

    async def say(self, text: str, chat: int | None = None, **more: Any) -> Json:
        """Write a text (thread, reply_to)."""
        self.inputs += 1
        return await self.control.say(self.id, text, chat, **more)

    async def photo(self, *photos: Photo, caption: str | None = None, chat: int | None = None, **more: Any) -> Json:
        """Send a photo or an album."""
        self.inputs += 1
        return await self.control.photo(self.id, list(photos), caption, chat=chat, **more)

    async def press(
        self,
        label: str,
        chat: int | None = None,
        thread: int | None = None,
        *,
        timeout: float = PATIENCE,  # noqa: ASYNC109 - wall seconds, part of the interface
        **more: Any,
    ) -> Json:
        """Wait until a button with that label is seen, and press it; NotSeen when it does not come."""
        message = None
        if more.get("message_id") is None:
            message = await self.wait_for(label=label, chat=chat, thread=thread, timeout=timeout)
            label = message["label"]
        self.taps += 1
        return await self.control.press(
            self.id, label, chat=message["chat"] if message else chat, thread=thread, **more
        )

    async def open(self, link: str) -> Json:
        """Open a deep link."""
        self.taps += 1
        return await self.control.open(self.id, link)

    async def pay(self, result: str = "ok", **more: Any) -> Json:
        """Pay the newest invoice."""
        self.taps += 1
        return await self.control.pay(self.id, result, **more)

    async def sees(self, chat: int | None = None, **more: Any) -> Json:
        """What is on the phone."""
        return await self.control.sees(self.id, chat, **more)

    async def wait_for(
        self,
        text: str | tuple[str, ...] | None = None,
        label: str | None = None,
        chat: int | None = None,
        thread: int | None = None,
        timeout: float = PATIENCE,  # noqa: ASYNC109 - wall seconds, part of the interface
        after: int | None = None,
    ) -> Json:
        """The newest message with that text or caption part, or with that button; `after`: only newer message ids.

        Several texts: whichever of them comes.
        Without `chat` all chats are looked at, the private one first. The MESSAGE has its `chat` added, and as `label`
        what stands on the button.
        """
        wanted = self.tongue.wanted(text, label)
        deadline = time.monotonic() + timeout
        since: int | None = None
        while True:
            left = deadline - time.monotonic()
            view = await self.control.sees(self.id, chat, thread, since=since, wait=max(0.0, min(left, 25.0)))
            found = wanted.find(view, self.id, after)
            if found is not None:
                return found
            if left <= 0:
                raise NotSeen(_told(view, text, label, chat, thread, timeout))
            since = view["revision"]


def _told(
    view: Json,
    text: str | tuple[str, ...] | None,
    label: str | None,
    chat: int | None,
    thread: int | None,
    seconds: float,
) -> str:
    wanted = " and ".join(
        part for part in (f"text {text!r}" if text else "", f"button {label!r}" if label else "") if part
    )
    where = f" in chat {chat}" if chat is not None else ""
    where += f" topic {thread}" if thread is not None else ""
    seen = [(message["date"], message["id"], message) for one in view["chats"] for message in one["messages"]]
    last = [_line(message) for _, _, message in sorted(seen, key=lambda entry: entry[:2])[-3:]]
    lines = "\n".join(f"  {line}" for line in last) or "  (nothing)"
    name = view["person"]["name"]
    who = f"{name} ({view['person']['id']})"
    return f"{who} did not see {wanted}{where} within {seconds:g} s; the last messages:\n{lines}"


def _line(message: Json) -> str:
    labels = [button["label"] for row in message["buttons"] for button in row]
    shown = message.get("text") or message.get("caption") or f"<{message['kind']}>"
    return f"#{message['id']} {message['from']['name']}: {shown[:200]}" + (f"  buttons: {labels}" if labels else "")
