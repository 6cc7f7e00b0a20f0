"""One person of a test: what she does on her phone, and what she sees there, in her language. Walks by locale key."""

from __future__ import annotations

import io
import random
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from PIL import Image

import locales
from sandbox.control import ControlError, Json, Phone
from sandbox.hospital.seed.people import Resident
from tests.e2e.town import PATIENCE, Town

LANGUAGES = ("zh-CN", "en")
CODES = {"zh-CN": "zh-hans", "en": "en"}  # what the messenger says of a phone's language
COMPOUND = "loc-xingfuli"
GONE = 404  # what the sandbox answers of a message or a button that stands no more
more = pytest.mark.trial("towns, more of each kind")  # the suite has some of each file


class NotSeen(AssertionError):
    """Names who, the wish and the last messages."""


def label(lang: str, key: str, **words: object) -> str:
    """The words on a button: what a person looks for is what the locale file says."""
    found = locales.sentences(lang)[key]
    for name, value in words.items():
        found = found.replace("{{ " + name + " }}", str(value))
    return found


def day(town: Town, ago: int) -> str:
    """ISO day in Shanghai, so many days ago."""
    return (
        (datetime.fromtimestamp(town.now() / 1000, UTC) + timedelta(hours=8) - timedelta(days=ago)).date().isoformat()
    )


def picture() -> bytes:
    """A photo that nobody has sent before."""
    noise = random.SystemRandom().randbytes(24)
    image = Image.new("RGB", (900, 1200), tuple(noise[:3]))
    for n in range(3, 21):
        image.putpixel((n * 40, n * 50), tuple(noise[n : n + 3]))
    body = io.BytesIO()
    image.save(body, "JPEG")
    return body.getvalue() + noise


@dataclass(slots=True)
class Somebody:
    """A phone in one language; ``resident`` is who she is at the hospital, if anybody."""

    town: Town
    phone: Phone
    lang: str
    resident: Resident | None = None

    @property
    def id(self) -> int:
        return self.phone.id

    @property
    def name(self) -> str:
        assert self.resident is not None
        return self.resident.zh

    def told(self, words: str, chat: int | None = None) -> str:
        """These words as her private chat shows them: the names of patients in her script. A group has its own."""
        if self.lang != "zh-CN" and chat in (None, self.id):
            for name in sorted(self.town.in_latin, key=len, reverse=True):
                words = words.replace(name, self.town.in_latin[name])
        return words

    def in_her_words(self, zh: Any, en: Any) -> Any:
        return {"zh-CN": zh, "en": en}[self.lang]

    # ------------------------------------------------------------ what she does
    async def say(self, text: str, **more: Any) -> int:
        """The message's id."""
        await self.town.noted(self.id)
        return (await self.phone.say(text, **more))["message_id"]

    async def photo(self, *photos: bytes, **more: Any) -> int:
        await self.town.noted(self.id)
        return (await self.phone.photo(*(photos or (picture(),)), **more))["message_id"]

    async def send(self, kind: str) -> int:
        """A video, document, voice ... of a few bytes."""
        await self.town.noted(self.id)
        more: dict[str, Any] = {} if kind in ("location", "contact") else {"file": b"x" * 2000}
        if kind == "location":
            more = {"latitude": 30.0, "longitude": 120.0}
        return (await self.phone.control.send(self.id, kind, **more))["message_id"]

    async def start(self, parameter: str) -> int:
        """Open a deep link."""
        return (await self.phone.open(self.town.scene.link(parameter)))["message_id"]

    async def tap(
        self, key: str, text: str | None = None, *, after: int | None = None, about: str = "", **words: object
    ) -> int:
        """Press the button that this locale key names, on the newest message that has it (and the text).

        ``about``: only the button of this order or batch; parcel labels begin anew every day.
        """
        return await self.press(label(self.lang, key, **words), text, after=after, about=about)

    async def press(self, label_: str, text: str | None = None, *, after: int | None = None, **place: Any) -> int:
        label_, until = self.told(label_, place.get("chat")), time.monotonic() + PATIENCE
        await self.town.noted(self.id)
        while True:
            found = await self.message(text or "", label_=label_, after=after, **place)
            try:
                await self.phone.control.press(self.id, label_, chat=found["chat"], message_id=found["id"])
            except ControlError as gone:  # while she looked at it, it was asked anew further down
                if gone.status != GONE or time.monotonic() > until:
                    raise
            else:
                return found["id"]

    async def pop_up(self, message: Json, label_: str) -> str:
        """Press on exactly this message and read the pop-up that answers ("" = none)."""
        chat = message.get("chat", self.id)
        done = await self.phone.control.press(self.id, label_, chat=chat, message_id=message["id"], wait=PATIENCE)
        assert "answer" in done, f"the press of {label_!r} was never answered"
        return (done["answer"] or {}).get("text", "")

    # ------------------------------------------------------------ what she sees
    async def sees(self, zh: str | tuple[str, ...], en: str | tuple[str, ...], **more: Any) -> Json:
        """The newest message with all of these parts, in her language, as soon as it is there."""
        parts = self.in_her_words(zh, en)
        return await self.message(*([parts] if isinstance(parts, str) else parts), **more)

    async def message(
        self,
        *parts: str,
        label_: str = "",
        after: int | None = None,
        chat: int | None = None,
        thread: int | None = None,
        about: str = "",
        seconds: float = PATIENCE,
    ) -> Json:
        """The same, for words that have no language; ``about``: what the button is about."""
        chat = self.id if chat is None else chat
        parts, label_ = tuple(self.told(part, chat) for part in parts), self.told(label_, chat)
        deadline, since = time.monotonic() + seconds, None
        while True:
            left = deadline - time.monotonic()
            view = await self.phone.control.sees(self.id, chat, thread, since=since, wait=max(0.0, left))
            for message in reversed(view["chats"][0]["messages"] if view["chats"] else []):
                if (after is None or message["id"] > after) and _fits(message, parts, label_, about):
                    return {**message, "chat": chat}
            if left <= 0:
                raise NotSeen(f"{self.id} ({self.lang}) did not see {parts} {label_}:\n{_last(view)}")
            since = view["revision"]

    async def all_messages(self) -> list[Json]:
        view = await self.phone.sees(self.id)
        return view["chats"][0]["messages"] if view["chats"] else []

    async def newest(self, chat: int | None = None, thread: int | None = None) -> int:
        """The id of the newest message here: what comes next is newer."""
        view = await self.phone.control.sees(self.id, self.id if chat is None else chat, thread)
        return max((one["id"] for one in view["chats"][0]["messages"]), default=0) if view["chats"] else 0

    async def count(self, *parts: str) -> int:
        """How many messages from the bot show all of these now."""
        return sum(m["from"]["bot"] and _fits(m, parts) for m in await self.all_messages())


def _fits(message: Json, parts: tuple[str, ...], label_: str = "", about: str = "") -> bool:
    shown = message.get("text") or message.get("caption") or ""
    if message["deleted"] or not all(part in shown for part in parts):
        return False
    return not label_ or (label_ in labels(message) and (not about or data(message, label_).endswith(f":{about}")))


def labels(message: Json) -> list[str]:
    """The words on the buttons of a message."""
    return [button["label"] for row in message["buttons"] for button in row]


def _last(view: Json) -> str:
    found = view["chats"][0]["messages"][-4:] if view["chats"] else []
    return "\n".join(f"  #{m['id']} {(m.get('text') or m.get('caption') or m['kind'])!r} {labels(m)}" for m in found)


async def newcomer(town: Town, lang: str, like: str = "", **changes: Any) -> Somebody:
    """A new face; with ``like`` she is also a new patient like that seeded one."""
    resident = await town.move_in(like, **changes) if like else None
    id = town.number()
    name = resident.zh if resident else f"somebody {id}"
    await town.control.person(name, id=id, lang=CODES[lang], phone=f"+8600000{id}")
    return Somebody(town, town.control.phone(id), lang, resident)


async def staff(town: Town, key: str, lang: str = "zh-CN") -> Somebody:
    """One of the scene's people (sandbox/scene.py) with the phone in this language."""
    who = Somebody(town, town.scene.phones[key], lang)
    if town.speaks.get(key, "zh-CN") != lang:
        said = await who.say("/language")
        await who.press(who.in_her_words("中文", "English"), after=said)
        await who.sees("以后用中文", "English from now on", after=said)
        town.speaks[key] = lang
    return who


def data(message: Json, label_: str) -> str:
    """What a button carries: for presses after it is gone."""
    return next(button["data"] for row in message["buttons"] for button in row if button["label"] == label_)


async def proved(town: Town, lang: str, like: str = "wang-guilan", **changes: Any) -> Somebody:
    """A new face who agreed and proved who she is; the bot now asks for the photo (or says why not)."""
    who = await newcomer(town, lang, like, **changes)
    await who.start(f"need-{COMPOUND}")
    await prove(who)
    return who


async def asked_for_number(town: Town, lang: str) -> Somebody:
    """A new face who agreed; the bot now asks for the number of her e-credential."""
    who = await newcomer(town, lang, "wang-guilan")
    await who.start(f"need-{COMPOUND}")
    await agree(who)
    return who


async def agree(who: Somebody) -> None:
    await who.tap("enrol.consent.yes")
    await who.sees("医保电子凭证号码", "number of the insurance e-credential")


async def give_number(who: Somebody, *, after: int | None = None) -> None:
    """The number as on the card; the bot now asks for the birthday. ``after``: where it was asked before."""
    assert who.resident is not None
    await who.say(who.resident.credential)
    await who.sees("出生日期", "date of birth", after=after)


async def prove(who: Somebody) -> int:
    """Consent, number, birthday. Answers the id of the last message she sent."""
    assert who.resident is not None
    await agree(who)
    await give_number(who)
    return await who.say(who.resident.birth)


async def asked_for_photo(who: Somebody, *, after: int | None = None) -> Json:
    return await who.sees(("请拍一张", who.name), ("Take a photo of the whole prescription", who.name), after=after)


async def up_to_summary(who: Somebody, left: str = "more", *, after: int | None = None) -> Json:
    """From the medicines on: as last time, days left, the hospital's two questions, any doctor."""
    await who.tap("refill.as_before.all", after=after)
    return await from_days_left(who, left, after=after)


async def from_days_left(who: Somebody, left: str = "more", *, after: int | None = None, recorded: bool = True) -> Json:
    """``after``: for a form that has gone back, where the same question stood before.

    ``recorded``: the hospital's record tells her illness; else she is asked whether it is the same one (R1).
    """
    if not recorded:
        await who.tap("refill.illness.yes", after=after)
    await who.tap(f"refill.left.{left}", after=after)
    await who.press(who.in_her_words("平稳", "Stable"))
    await who.press(who.in_her_words("没有", "None"))
    await who.tap("refill.doctor.first")
    return await who.sees("请核对", "Please check")


async def on_a_paper(who: Somebody, *, after: int | None = None) -> int:
    """A photo and its day, typed; the bot now asks for the medicines. Beside one a second order is allowed (R2)."""
    await asked_for_photo(who, after=after)
    said = await who.photo()
    await who.sees("哪个月开的", "Which month", after=said)
    return await who.say(day(who.town, 21))


async def by_hand_and_another(who: Somebody) -> None:
    """[Another medicine] chosen: only beside a paper can one be typed (R2)."""
    said = await on_a_paper(who)
    await who.tap("refill.as_before.choose", after=said)
    await who.tap("refill.drugs.other", after=said)
    await who.tap("button.done", after=said)


async def ordered(who: Somebody, left: str = "more") -> str:
    """An order on the hospital's own record, from the photo question on; its number."""
    await asked_for_photo(who)
    await who.tap("refill.rx.history")
    await up_to_summary(who, left)
    await who.tap("button.ok")
    return await number_of(who)


async def sent(who: Somebody, *before: str, after: int | None = None) -> str:
    """The last tap of the form: the hospital has this one order more than ``before``. Its number."""
    await who.tap("button.ok", after=after)
    no = await number_of(who, after=after)
    assert sorted(await who.town.orders_of(who.resident.id)) == sorted([*before, no])
    return no


async def cancelled(who: Somebody, no: str) -> None:
    """Two taps."""
    await who.tap("action.cancel", f"{who.in_her_words('订单', 'order')} {no}")
    await who.tap("cancel.sure.yes", who.in_her_words(f"要取消订单 {no} 吗", f"Cancel order {no}?"))
    await who.sees(f"订单 {no} 已取消", f"Order {no} is cancelled")


async def number_of(who: Somebody, after: int | None = None) -> str:
    """The number on her newest order card, once the hospital has it."""
    card = await who.sees(("订单 ", "医院收到了"), ("order ", "The hospital has it"), after=after)
    first = card["text"].splitlines()[0]
    return first.rpartition(who.in_her_words("订单 ", "order "))[2].strip()
