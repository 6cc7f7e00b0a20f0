"""Plain mode: text written to be read aloud, and at most two buttons a screen, whatever a flow says.

It is a person's way of reading his language: the tag has a private part (RFC 5646, 2.2.7), ``zh-CN-x-large``. The
sentences are the language's own; what differs is made here, in one place, from what is said.
"""

from __future__ import annotations

import re
from datetime import datetime

LARGE = "-x-large"
#: Signs that a screen reader spells or skips, in both languages; what they mean is said in words.
_SIGNS = re.compile(
    "[\U0001f000-\U0001faff\u2190-\u21ff\u2300-\u23ff\u25a0-\u27bf\u2b00-\u2bff\u203c\u2049\ufe0f\u200d]+ ?"
)
_CODE = re.compile(r"<code>\{\{ (\w+) \}\}</code>")
_TAGS = re.compile(r"(\{[{%].*?[%}]\})", re.DOTALL)
_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
           "December")  # fmt: skip
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_PARTS = ((6, "凌晨"), (12, "上午"), (13, "中午"), (18, "下午"), (24, "晚上"))
_SPOKEN = ((1, "at night"), (12, "in the morning"), (18, "in the afternoon"), (24, "in the evening"))
_HANZI = "一二三四五六日"


def is_large(lang: str) -> bool:
    return lang.endswith(LARGE)


def in_large(lang: str, on: bool) -> str:
    """The same language, read plainly or as usual."""
    return lang.removesuffix(LARGE) + (LARGE if on else "")


def day(at: datetime, lang: str) -> str:
    if lang.startswith("zh"):
        return f"{at.month}月{at.day}日星期{_HANZI[at.weekday()]}"
    return f"{_DAYS[at.weekday()]}, {at.day} {_MONTHS[at.month - 1]}"


def clock(at: datetime, lang: str) -> str:
    """``上午8点30分`` / ``8:30 in the morning``; twelve is noon or midnight, no afternoon or morning."""
    hour = (at.hour - 1) % 12 + 1
    if lang.startswith("zh"):
        part = next(name for until, name in _PARTS if at.hour < until)
        return f"{part}{hour if at.hour else 0}点" + (f"{at.minute}分" if at.minute else "整")
    if at.hour % 12 == 0 and not at.minute:
        return "noon" if at.hour else "midnight"
    part = next(name for until, name in _SPOKEN if at.hour < until)
    return f"{hour}:{at.minute:02d} {part}" if at.minute else f"{hour} o'clock {part}"


def money(fen: int, lang: str) -> str:
    """``46元2角`` / ``46.20 yuan``: the sign is read as a foreign one."""
    if not lang.startswith("zh"):
        return f"{fen // 100}.{fen % 100:02d} yuan" if fen % 100 else f"{fen // 100} yuan"
    yuan, jiao, rest = fen // 100, fen % 100 // 10, fen % 10
    between = f"{jiao}角" if jiao else "零" if rest and yuan else ""
    parts = (f"{yuan}元" if yuan or not fen else "", between, f"{rest}分" if rest else "")
    return "".join(parts)


def template(text: str, lang: str) -> str:
    """A sentence's own words to be read aloud; what stands in it for a value stays: nobody's words are changed."""
    text = _CODE.sub(r"<code>{{ \1 | spelled }}</code>", text)
    parts = _TAGS.split(text)
    return "".join(part if n % 2 else _aloud(part, lang.startswith("zh")) for n, part in enumerate(parts))


def _aloud(text: str, zh: bool) -> str:
    text = bare(text.replace("→ ", "您选的：" if zh else "You chose: "))
    text = re.sub(r"(?<=[0-9])[–~～](?=[0-9])", "到" if zh else " to ", text)
    text = re.sub(r"(?m)^(\s*)· ?", r"\1", text).replace(" × ", "，" if zh else ", number of boxes ")
    return re.sub(r"(?m)^　", "", text).replace("　", "，")


def bare(label: str) -> str:
    """Without signs that are no words."""
    return _SIGNS.sub("", label)


def spelled(code: str) -> str:
    """A code figure by figure, as it is said at the door."""
    return " ".join(str(code))
