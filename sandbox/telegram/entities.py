"""Message entities: UTF-16 offsets, their canonical order, and what Telegram finds by itself (links, commands).

The two markup languages are in html_text.py and markdown_text.py.
"""

from __future__ import annotations

import re
from typing import Any

from .errors import bad

Entity = dict[str, Any]

# These kinds dissolve into their union when they touch or nest (tdlib, MessageEntity.cpp).
SPLITTABLE = ("bold", "italic", "underline", "strikethrough", "spoiler")
_CLOSED = {"code", "pre", "text_link", "text_mention", "custom_emoji"}
_ORDER = {
    "blockquote": 0,
    "expandable_blockquote": 0,
    "pre": 1,
    "code": 1,
    "text_link": 2,
    "text_mention": 2,
    "bold": 3,
    "italic": 4,
    "underline": 5,
    "strikethrough": 6,
    "spoiler": 7,
}
_FOUND = re.compile(
    r"""(?P<url>(?:https?://|tg://)[^\s<>"'\uff0c\u3002\uff1b\uff01\uff1f\uff08\uff09]+|(?<![\w@.])(?:t\.me|telegram\.me)/[\w+$?=&%/.-]+)
    |(?P<email>(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)*\.[A-Za-z]{2,}(?!\w))
    |(?P<bot_command>(?<![\w/<>])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z][A-Za-z0-9_]{2,31})?(?![\w/]))
    |(?P<mention>(?<![\w@])@[A-Za-z][A-Za-z0-9_]{2,31}(?!\w))
    |(?P<hashtag>(?<![\w\#])\#(?!\d+\b)\w{1,256})""",
    re.VERBOSE,
)


def length(text: str) -> int:
    """Length in UTF-16 code units."""
    return len(text) + sum(char > "\uffff" for char in text)


def cut(text: str, offset: int, size: int) -> str:
    """The part an entity covers."""
    units = text.encode("utf-16-le")
    return units[2 * offset : 2 * (offset + size)].decode("utf-16-le", "replace")


def found(text: str) -> list[Entity]:
    """Links, addresses, commands, mentions and hashtags that Telegram marks by itself."""
    if not any(mark in text for mark in "/@#:."):
        return []
    entities: list[Entity] = []
    for match in _FOUND.finditer(text):
        kind = match.lastgroup or "url"
        part = match.group().rstrip(".,;:!?)") if kind == "url" else match.group()
        entities.append({"type": kind, "offset": length(text[: match.start()]), "length": length(part)})
    return entities


def _overlaps(one: Entity, other: Entity) -> bool:
    return one["offset"] < other["offset"] + other["length"] and other["offset"] < one["offset"] + one["length"]


def _union(kind: str, entities: list[Entity]) -> list[Entity]:
    spans = sorted((entity["offset"], entity["offset"] + entity["length"]) for entity in entities)
    joined: list[list[int]] = []
    for start, end in spans:
        if joined and start <= joined[-1][1]:
            joined[-1][1] = max(joined[-1][1], end)
        else:
            joined.append([start, end])
    return [{"type": kind, "offset": start, "length": end - start} for start, end in joined]


def canonical(entities: list[Entity]) -> list[Entity]:
    """Sorted, without empty ones, with touching bold (and the like) joined: what the bot reads back."""
    rest = [entity for entity in entities if entity["length"] > 0]
    result = [entity for entity in rest if entity["type"] not in SPLITTABLE]
    for kind in SPLITTABLE:
        result += _union(kind, [entity for entity in rest if entity["type"] == kind])
    return sorted(result, key=lambda e: (e["offset"], -e["length"], _ORDER.get(e["type"], 9)))


# What the real server takes out of a text, and what it makes a space of (tdlib, clean_input_string).
_GONE = re.compile("[\r\u2028-\u202e\u0333\u033f\u030a]+")
_SPACES = re.compile(r"[\x00-\x09\x0b\x0c\x0e-\x1f]")
BLANK = " \n"  # all that is left to be trimmed; other white space, such as U+3000, stays


def clean(text: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    """Without what no message keeps; the entities move along with the text that they mark."""
    text = _SPACES.sub(" ", text)
    gaps = [(length(text[: found.start()]), found.end() - found.start()) for found in _GONE.finditer(text)]
    if not gaps:
        return text, entities

    def moved(at: int) -> int:
        return at - sum(min(size, at - start) for start, size in gaps if start < at)

    kept: list[Entity] = []
    for entity in entities:
        begins, ends = moved(entity["offset"]), moved(entity["offset"] + entity["length"])
        kept.append({**entity, "offset": begins, "length": ends - begins})
    return _GONE.sub("", text), kept


def trim(text: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    """Cut white space at both ends as the server does (at the start only up to the first entity)."""
    text, entities = clean(text, entities)
    first = min((entity["offset"] for entity in entities), default=length(text))
    lead = min(len(text) - len(text.lstrip(BLANK)), first)
    text = text[lead:].rstrip(BLANK)
    size = length(text)
    kept: list[Entity] = []
    for entity in entities:
        offset = entity["offset"] - lead
        kept.append({**entity, "offset": offset, "length": min(entity["length"], size - offset)})
    return text, kept


def finish(text: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    """The text and entities a message ends up with: trimmed, canonical, links and commands found."""
    text, entities = trim(text, entities)
    own = canonical(entities)
    closed = [entity for entity in own if entity["type"] in _CLOSED]
    extra = [entity for entity in found(text) if not any(_overlaps(entity, other) for other in closed)]
    return text, canonical(own + extra)


OWN = (*SPLITTABLE, "code", "pre", "text_link", "text_mention", "custom_emoji", "blockquote", "expandable_blockquote")
FOUND = ("mention", "hashtag", "cashtag", "bot_command", "url", "email", "phone_number", "bank_card_number")
NEWER = ("date_time",)


def given(text: str, entities: list[Entity]) -> list[Entity]:
    """Entities a bot sent itself, checked against the text; those that the server finds by itself are not looked at."""
    size = length(text)
    for entity in entities:
        if entity["type"] not in OWN + FOUND + NEWER:
            raise bad("can't parse MessageEntity: Unsupported type specified")
        if entity["offset"] < 0 or entity["length"] < 0 or entity["offset"] + entity["length"] > size:
            end = entity["offset"] + entity["length"]
            raise bad(f"entity begins after the end of the text at UTF-16 offset {end}")
    return [dict(entity) for entity in entities if entity["type"] not in FOUND]
