"""Sets the scene by people's own acts: accounts, groups, the operator's /bind in each, staff joining by their links."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sandbox.control import Control, Phone
from sandbox.processes import OPERATOR_CODE
from sandbox.spoken import Tongue

PIN = "2468"
YES = "是，就是本人"  # the operator, of whoever joined by a link

ANNOUNCING = ("通知各小区", "全部小区", "「今天开通续方拿药」", "确认发送")  # the operator's presses
ANNOUNCED = "个群已收到"

#: person id -> (name, staff id or "", role or "")
PEOPLE: Mapping[str, tuple[int, str, str]] = {
    "operator": (101, "何静怡", "operator"),
    "ambassador": (102, "林国平", "ambassador"),
    "resident": (103, "王桂兰", ""),
    "doctor": (104, "沈雅琴", "doctor"),
    "doctor2": (105, "顾家明", "doctor"),
    "cardiologist": (106, "梁文博", "doctor"),
    "pharmacist": (107, "蒋美华", "pharmacist"),
    "courier": (108, "杜海涛", "courier"),
    "neighbour": (109, "李建国", ""),
    "stranger": (110, "路过的人", ""),
}


@dataclass(frozen=True, slots=True)
class Extra:
    """Somebody of the hospital's kit with a phone, only where a story or a switch asks for it."""

    id: int
    name: str
    group: str = ""  # of which he is a member
    patient: str = ""  # whose paper is at hand, with the e-credential's number and the birthday
    number: str = ""
    born: str = ""


PHONE = "+8613900000{}"  # the telephone number of each of them

#: key -> who may have a phone beside PEOPLE.
CAST: Mapping[str, Extra] = {
    "xiuying-1951": Extra(121, "王秀英", "compound", "wang-xiuying-1951", "80020017", "1951-04-12"),
    "xiuying-1949": Extra(122, "王秀英", "compound", "wang-xiuying-1949", "80020024", "1949-10-01"),
    "mother": Extra(123, "何丽"),  # guardian of zhou-le and zhou-ning
    "father": Extra(124, "韩国庆"),
    "boy": Extra(125, "韩林", "compound", "han-lin", "80020055", "2011-04-08"),
    "daughter": Extra(126, "孙静"),  # of xiuying-1949, in another city
    "merged": Extra(127, "何金玲", "compound", "he-jinling", "80020062", "1953-02-11"),
    "unlisted": Extra(128, "杜春来", "", "du-chunlai", "80020086", "1957-07-07"),
    "unlisted2": Extra(130, "卢春丽", "", "lu-chunli", "80020116", "1955-03-30"),
    "far-off": Extra(129, "卢海明", "", "lu-haiming", "80020109", "1960-06-18"),
    "registrar": Extra(131, "盛怀仁"),
    "desk": Extra(132, "谭巧云"),
    "contact": Extra(133, "廖志坚"),
    "supervisor": Extra(134, "薛明珠"),
    "window-clerk": Extra(135, "龚小曼"),
    "ambassador2": Extra(136, "罗春梅"),
}

#: key -> (chat id, title, kind, members, /bind answers)
GROUPS: Mapping[str, tuple[int, str, str, tuple[str, ...], tuple[str, ...]]] = {
    "compound": (
        -1001,
        "幸福里邻里群",
        "supergroup",
        ("operator", "ambassador", "resident", "neighbour", "stranger"),
        ("小区群", "幸福里"),
    ),
    "endocrinology": (-1002, "内分泌科 药接力", "forum", ("operator", "doctor", "doctor2"), ("科室医生群", "内分泌科")),
    "cardiology": (-1003, "心内科 药接力", "forum", ("operator", "cardiologist"), ("科室医生群", "心内科")),
    "review": (-1004, "药师审方群", "supergroup", ("operator", "pharmacist"), ("药师审方群",)),
}

ROLE_WORDS = {"doctor": "医生", "pharmacist": "药师", "courier": "送药员", "ambassador": "志愿者"}


@dataclass(slots=True)
class Scene:
    """Everybody's phone and every group's id."""

    control: Control
    bot: str
    tongue: Tongue = field(default_factory=Tongue)
    phones: dict[str, Phone] = field(default_factory=dict)
    chats: dict[str, int] = field(default_factory=dict)

    def link(self, parameter: str) -> str:
        return f"https://t.me/{self.bot}?start={parameter}"


async def set_up(control: Control, cast: Iterable[str] = (), tongue: Tongue | None = None) -> Scene:
    """The scene as a hospital's first morning makes it, with some of CAST. Safe to repeat on a world that has it.

    ``tongue``: the language of everybody's phone.
    """
    world = await control.world()
    scene = Scene(control, world["bot"]["username"], tongue or Tongue())
    known = {person["id"] for person in world["people"]}
    for key, (id, name, _) in PEOPLE.items():
        if id not in known:
            await control.person(name, id=id, lang=scene.tongue.code, phone=PHONE.format(id))
        scene.phones[key] = control.phone(id, scene.tongue)
    for key, (id, title, kind, members, _) in GROUPS.items():
        chat = await control.group(
            title,
            kind,
            id=id,
            members=[PEOPLE[m][0] for m in members],
            admins=[PEOPLE["operator"][0]],
            bot=True,
            bot_admin=kind == "forum",
        )
        scene.chats[key] = chat["id"]
    for key in cast:
        await _joins(scene, key, CAST[key], known)
    if not known:
        await _first_morning(scene)
    return scene


async def _joins(scene: Scene, key: str, extra: Extra, known: set[int]) -> None:
    if extra.id not in known:
        await scene.control.person(extra.name, id=extra.id, lang=scene.tongue.code, phone=PHONE.format(extra.id))
    if extra.group:
        await scene.control.member(scene.chats[extra.group], extra.id, "join")
    scene.phones[key] = scene.control.phone(extra.id, scene.tongue)


async def _first_morning(scene: Scene) -> None:
    operator = scene.phones["operator"]
    await operator.open(scene.link(f"op-{OPERATOR_CODE}"))
    await operator.wait_for(text="您现在是这家医院的管理员")
    for key, (_, _, _, _, answers) in GROUPS.items():
        await _bind(operator, scene.chats[key], answers)
    for role, word in ROLE_WORDS.items():
        said = await operator.say("/invite")
        asked = await operator.wait_for(text="邀请谁？", label=word, chat=operator.id, after=said["message_id"])
        await operator.press(asked["label"], chat=operator.id, message_id=asked["id"])
        links = {
            key: await operator.wait_for(text=(f"{name}：http", f"{name}: http"), chat=operator.id)
            for key, (_, name, its) in PEOPLE.items()
            if its == role
        }
        await asyncio.gather(*(_join(scene, key, _link_of(one["text"])) for key, one in links.items()))


async def _bind(operator: Phone, chat: int, answers: tuple[str, ...]) -> None:
    await operator.say("/bind", chat=chat)
    for answer in answers:
        await operator.press(answer, chat=chat)
    await operator.wait_for(text="绑定好了", chat=chat)


def _link_of(text: str) -> str:
    """The single-use link behind a name."""
    return text[text.index("https://") :].split()[0]


async def _join(scene: Scene, key: str, link: str) -> None:
    phone = scene.phones[key]
    operator, name = scene.phones["operator"], PEOPLE[key][1]
    await phone.open(link)
    asked = await operator.wait_for(text=(f"{name}（", f"{name} ("), label=YES, chat=operator.id)
    await operator.press(asked["label"], chat=operator.id, message_id=asked["id"])
    if PEOPLE[key][2] == "doctor":
        first = await press_pin(phone)
        await press_pin(phone, after=first)
    await phone.wait_for(text="您已登记为")


async def press_pin(phone: Phone, pin: str = PIN, after: int = 0) -> int:
    """The digits on the newest keypad, each only when the one before has arrived; answers the keypad's message id."""
    keypad = after
    for count, digit in enumerate(pin):
        message = await phone.wait_for(text=f"已按 {count} 位", label=digit, chat=phone.id, after=keypad)
        keypad = message["id"] - 1
        await phone.control.press(phone.id, digit, chat=phone.id, message_id=message["id"])
    return keypad + 1
