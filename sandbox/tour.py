"""The day as steps that are seen on the phones: what is next, whoever came here and by which way. Data, and a look.

Nothing here acts: who plays them is in sandbox/guide.py.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sandbox.hospital.seed.people import residents
from sandbox.scene import PEOPLE, PIN, Scene
from sandbox.spoken import BASE
from sandbox.staff.thumb import ASKED, READ_OUT

Json = dict[str, Any]
Key = tuple[int, int | None, str]
HER = next(one for one in residents() if one.id == "wang-guilan")
ASKS = ("您好，最近肌肉酸痛吗？", "Hello. Any pain in your muscles lately?")  # the doctor, in both languages
DOOR = re.compile(r"(?<![\d-])\d{4}(?!\d)")  # the pick-up code, the last such number of the notice
STAFF = {"doctor", "pharmacist", "courier"}  # whom an autopilot may replace


@dataclass(frozen=True, slots=True)
class Step:
    """One act of one person. Words are the story's, in Chinese; they are found in the phones' own language."""

    who: str
    does: str  # press, say, photo, pay, pin, code, door-code
    what: str = ""  # the button, or what is said
    on: str | tuple[str, ...] = ""  # the message it is for
    in_: str = ""  # key of a group; the private chat without one
    hand: int = 0  # which of the five presses by hand
    at: str = ""  # o'clock in the story; the clock is moved there when the day is played
    en: str = ""  # what is said, where the phones are not in Chinese
    beside: str = ""  # a button that must be on that message
    said: bool = False  # only after this person has written something there
    heard: bool = False  # only when the ambassador's phone shows the code for the courier


STEPS: tuple[Step, ...] = (
    Step("resident", "press", "我要续方拿药", in_="compound", at="08:50"),
    Step("resident", "press", "同意", on="您同意吗"),
    Step("resident", "say", HER.credential, on="请输入医保电子凭证号码"),
    Step("resident", "say", HER.birth, on="请输入出生日期"),
    Step("resident", "photo", HER.zh, on=f"请拍一张{HER.zh}", at="09:45"),
    Step("resident", "press", "完成"),
    Step("resident", "press", "都对", on="照片上看到的"),
    Step("resident", "press", "是，和上次一样"),
    Step("resident", "press", "0–2 天"),
    Step("resident", "press", "平稳", on="您的病情怎么样"),
    Step("resident", "press", "没有", on="用药后有不舒服吗"),
    Step("resident", "press", "沈雅琴", on="请哪位医生看"),
    Step("resident", "press", "确认发送", hand=1, at="09:50"),
    Step("doctor", "press", "接诊", in_="endocrinology", hand=2, at="10:04"),
    Step("doctor", "say", ASKS[0], in_="endocrinology", en=ASKS[1], beside="开处方"),
    Step("doctor", "press", "开处方", in_="endocrinology", said=True),
    Step("resident", "say", "不痛，胃口也好。", on=ASKS, en="No pain, and I eat well."),
    Step("doctor", "press", "去签名", in_="endocrinology"),
    Step("doctor", "pin", PIN),
    Step("pharmacist", "press", "通过", in_="review", hand=3, at="10:20"),
    Step("resident", "press", "我看过了，付款"),
    Step("resident", "pay", hand=4),
    Step("courier", "press", "已装车", at="12:20"),
    Step("courier", "press", "出发", at="12:30"),
    Step("courier", "press", "到了", at="13:10"),
    Step("ambassador", "press", "我来取", at="13:12"),
    Step("ambassador", "press", "都在"),
    Step("courier", "press", "输入交接码", heard=True),
    Step("courier", "code", on=ASKED),
    Step("ambassador", "press", " ✓", at="13:40"),
    Step("ambassador", "door-code", on="请输入本人出示的取件码"),
    Step("resident", "press", "收到了", on="交到您手里了吗", hand=5),
)
END = "请这样吃"  # what she reads at last
HANDS = max(step.hand for step in STEPS)


@dataclass(frozen=True, slots=True)
class Next:
    """A step that can be done now, and where it is seen."""

    step: Step
    number: int  # its place among STEPS
    chat: int
    thread: int | None = None
    message: int | None = None
    label: str = ""  # what stands on the button, in the phone's language
    text: str = ""  # what is to be typed

    @property
    def key(self) -> Key:
        """What makes it this press and no other."""
        return self.number, self.message, self.label

    def told(self) -> Json:
        """For the page."""
        found: Json = {"person": PEOPLE[self.step.who][0], "chat": self.chat, "does": self.step.does}
        more = {"thread": self.thread, "message": self.message, "label": self.label, "text": self.text}
        return found | {name: value for name, value in more.items() if value}


class Look:
    """What the people of the tour see now. ``since``: chat -> message; nothing older counts."""

    def __init__(self, scene: Scene, views: Mapping[str, Json], since: Mapping[int, int]) -> None:
        self.scene, self.views, self.since = scene, views, since

    def next(self, reached: int = 0, done: Collection[Key] = ()) -> Next | None:
        """The latest step that can be done: those before it are over, or were done in another way.

        ``reached``: the latest that was seen; some buttons stay when they were pressed, so none far before it is.
        ``done``: what was done just now.
        """
        for number, step in reversed(list(enumerate(STEPS))[max(0, reached - 1) :]):
            found = self._seen(number, step)
            if found is not None and found.key not in done:
                return found
        return None

    def over(self) -> bool:
        """Whether she has read how to take what is in her hand now."""
        said = self.scene.tongue.told(END)
        return any(said.search(_words(one)) for one in self.messages("resident", PEOPLE["resident"][0]))

    def newest(self) -> dict[int, int]:
        """Chat -> its last message: from here on another order is counted."""
        chats = [chat for view in self.views.values() for chat in view["chats"]]
        return {chat["id"]: chat["messages"][-1]["id"] for chat in chats if chat["messages"]}

    def code(self) -> str:
        """What the ambassador reads out to the courier."""
        helper = reversed(self.messages("ambassador", PEOPLE["ambassador"][0]))
        return next((found[1] for m in helper if (found := READ_OUT.search(_words(m)))), "")

    def messages(self, who: str, chat: int) -> list[Json]:
        since = self.since.get(chat, 0)
        chats = self.views[who]["chats"]
        return [m for one in chats if one["id"] == chat for m in one["messages"] if m["id"] > since]

    def _seen(self, number: int, step: Step) -> Next | None:
        chat = self.scene.chats[step.in_] if step.in_ else PEOPLE[step.who][0]
        if number == 0 and self.since:  # the announcement stands for the second order as for the first
            messages = [m for one in self.views[step.who]["chats"] if one["id"] == chat for m in one["messages"]]
        else:
            messages = self.messages(step.who, chat)
        found = _LOOKS[step.does](self, step, messages)
        if found is None:
            return None
        message, label, text = found
        return Next(step, number, chat, message.get("thread"), message["id"], label, text)


Found = tuple[Json, str, str]  # the message, the button, the text


def _words(message: Json) -> str:
    return message.get("text") or message.get("caption") or ""


def _fitting(look: Look, step: Step, messages: list[Json]) -> Iterator[Json]:
    """The newest first."""
    texts = step.on if isinstance(step.on, tuple) else (step.on,)
    wanted = [look.scene.tongue.told(text) for text in texts]
    for message in reversed(messages):
        if message["from"]["bot"] and any(one.search(_words(message)) for one in wanted):
            yield message


def _open(look: Look, step: Step, messages: list[Json]) -> Json | None:
    """The question that this person has not answered: the last thing said there, or in a topic by others."""
    mine = PEOPLE[step.who][0]
    last = next(_fitting(look, step, messages), None)
    if last is None:
        return None
    after = [m for m in messages if m["id"] > last["id"] and m.get("thread") == last.get("thread")]
    if any(m["from"]["id"] == mine for m in after):
        return None
    asked_on = [m for m in after if m["from"]["bot"] and m["kind"] == "text"]
    return None if asked_on and not step.in_ else last


def _press(look: Look, step: Step, messages: list[Json]) -> Found | None:
    if step.said and not any(m["from"]["id"] == PEOPLE[step.who][0] and m.get("thread") for m in messages):
        return None
    if step.heard and not look.code():
        return None
    button = look.scene.tongue.button(step.what)
    for fits in (button.fullmatch, button.search):
        for message in _fitting(look, step, messages):
            for label in (key["label"] for row in message["buttons"] for key in row):
                if fits(label):
                    return message, label, ""
    return None


def _say(look: Look, step: Step, messages: list[Json]) -> Found | None:
    if step.beside:
        there = _press(look, replace(step, what=step.beside), messages)
        mine = there and [m for m in messages if m["id"] > there[0]["id"] and m["from"]["id"] == PEOPLE[step.who][0]]
        asked = None if there is None or mine else there[0]
    else:
        asked = _open(look, step, messages)
    return (asked, "", step.en if step.en and look.scene.tongue.lang != BASE else step.what) if asked else None


def _photo(look: Look, step: Step, messages: list[Json]) -> Found | None:
    asked = _open(look, step, messages)
    return (asked, "", "") if asked else None


def _pay(_look: Look, _step: Step, messages: list[Json]) -> Found | None:
    for message in reversed(messages):
        if (message.get("invoice") or {}).get("state") == "open":
            label = next((key["label"] for row in message["buttons"] for key in row if key["kind"] == "pay"), "")
            return message, label, ""
    return None


def _pin(look: Look, step: Step, messages: list[Json]) -> Found | None:
    for count, digit in enumerate(step.what):
        pad = next((m for m in _fitting(look, replace(step, on=f"已按 {count} 位"), messages) if m["buttons"]), None)
        if pad is not None:
            return pad, digit, ""
    return None


def _code(look: Look, step: Step, messages: list[Json]) -> Found | None:
    """The ambassador's phone shows it."""
    asked = _open(look, step, messages)
    return (asked, "", look.code()) if asked and look.code() else None


def _door(look: Look, step: Step, messages: list[Json]) -> Found | None:
    """Her phone shows it."""
    asked = _open(look, step, messages)
    said = look.scene.tongue.told("请出示取件码")
    hers = look.messages("resident", PEOPLE["resident"][0])
    shown = next((DOOR.findall(_words(m)) for m in reversed(hers) if said.search(_words(m))), [])
    return (asked, "", shown[-1]) if asked and shown else None


_LOOKS: Mapping[str, Callable[[Look, Step, list[Json]], Found | None]] = {
    "press": _press,
    "say": _say,
    "photo": _photo,
    "pay": _pay,
    "pin": _pin,
    "code": _code,
    "door-code": _door,
}
