"""HTML parse mode to text and entities, with the real server's error texts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from .entities import Entity, cut, length
from .errors import ApiError, bad

TAGS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "blockquote": "blockquote",
    "a": "text_link",
    "code": "code",
    "pre": "pre",
    "tg-emoji": "custom_emoji",
    "tg-time": "date_time",
}
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_REFERENCE = re.compile(r"&(?:#(\d{1,7});?|#[xX]([0-9a-fA-F]{1,6});?|(lt|gt|amp|quot)(?:;|(?![A-Za-z0-9])))")
_ATTRIBUTE = re.compile(r"""\s*([^\s=>/]*)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([A-Za-z0-9.-]+)))?""")
_SPACE_OR_END = re.compile(r"[\s>]")
_PLAIN = re.compile(r"[^&<]+")


def decode(text: str) -> str:
    """Replace the character references Telegram knows; others stay as they are."""
    return _REFERENCE.sub(_character, text)


def _character(match: re.Match[str]) -> str:
    if match[3]:
        return _NAMED[match[3]]
    code = int(match[1]) if match[1] else int(match[2], 16)
    good = 0 < code < 0x110000 and not 0xD800 <= code < 0xE000
    return chr(code) if good else match[0]


def _error(text: str) -> ApiError:
    return bad(f"can't parse entities: {text}")


@dataclass
class _Open:
    tag: str
    values: dict[str, str]
    offset: int


class _Reader:
    def __init__(self, source: str) -> None:
        self.source = source
        self.at = 0
        self.out: list[str] = []
        self.size = 0
        self.open: list[_Open] = []
        self.entities: list[Entity] = []

    def where(self, index: int) -> int:
        return len(self.source[:index].encode())

    def put(self, text: str) -> None:
        self.out.append(text)
        self.size += length(text)

    def plain(self) -> None:
        if match := _PLAIN.match(self.source, self.at):
            self.put(match[0])
        elif match := _REFERENCE.match(self.source, self.at):
            self.put(_character(match))
        else:
            self.put(self.source[self.at])
            self.at += 1
            return
        self.at = match.end()

    def name(self, begin: int, start: int, what: str) -> str:
        match = _SPACE_OR_END.search(self.source, start)
        if match is None:
            raise _error(f"Unclosed {what} tag at byte offset {self.where(begin)}")
        self.at = match.start()
        return self.source[start : self.at].lower()

    def start(self) -> None:
        begin = self.at
        tag = self.name(begin, begin + 1, "start")
        if tag not in TAGS:
            raise _error(f'Unsupported start tag "{tag}" at byte offset {self.where(begin)}')
        values = self.attributes(tag, begin)
        if tag == "span" and values.get("class") != "tg-spoiler":
            raise _error(f'Tag "span" must have class "tg-spoiler" at byte offset {self.where(begin)}')
        self.open.append(_Open(tag, values, self.size))

    def attributes(self, tag: str, begin: int) -> dict[str, str]:
        values: dict[str, str] = {}
        while True:
            while self.at < len(self.source) and self.source[self.at].isspace():
                self.at += 1
            if self.at >= len(self.source):
                raise _error(f"Unclosed start tag at byte offset {self.where(begin)}")
            if self.source[self.at] == ">":
                self.at += 1
                return values
            match = _ATTRIBUTE.match(self.source, self.at)
            if match is None or not match[1]:
                where = self.where(begin)
                raise _error(f'Empty attribute name in the tag "{tag}" at byte offset {where}')
            values[match[1].lower()] = decode(next((part for part in match.groups()[1:] if part is not None), ""))
            self.at = match.end()

    def end(self) -> None:
        begin = self.at
        if not self.open:
            raise _error(f"Unexpected end tag at byte offset {self.where(begin)}")
        found = self.name(begin, begin + 2, "end")
        while self.source[self.at : self.at + 1].isspace():
            self.at += 1
        if self.source[self.at : self.at + 1] != ">":
            raise _error(f"Unclosed end tag at byte offset {self.where(begin)}")
        self.at += 1
        opened = self.open.pop()
        if found and found != opened.tag:
            where = self.where(begin)
            raise _error(f'Unmatched end tag at byte offset {where}, expected "</{opened.tag}>", found "</{found}>"')
        if self.size > opened.offset:
            self.close(opened)

    def close(self, opened: _Open) -> None:
        entity: Entity = {"type": TAGS[opened.tag], "offset": opened.offset, "length": self.size - opened.offset}
        if opened.tag == "pre" and self.join_language(entity):
            return
        finished = _COMPLETE.get(opened.tag, _as_is)(self, entity, opened.values)
        if finished is not None:
            self.entities.append(finished)

    def join_language(self, entity: Entity) -> bool:
        last = self.entities[-1] if self.entities else {}
        same = (last.get("type"), last.get("offset"), last.get("length")) == (
            "code",
            entity["offset"],
            entity["length"],
        )
        if same:
            last["type"] = "pre"
        return same

    def text(self) -> str:
        return "".join(self.out)


def _as_is(_reader: _Reader, entity: Entity, _values: dict[str, str]) -> Entity:
    return entity


def _code(_reader: _Reader, entity: Entity, values: dict[str, str]) -> Entity:
    language = values.get("class", "")
    if language.startswith("language-"):
        entity["language"] = language.removeprefix("language-")
    return entity


def _quote(_reader: _Reader, entity: Entity, values: dict[str, str]) -> Entity:
    return {**entity, "type": "expandable_blockquote"} if "expandable" in values else entity


def _link(reader: _Reader, entity: Entity, values: dict[str, str]) -> Entity | None:
    return link(entity, values.get("href") or cut(reader.text(), entity["offset"], entity["length"]))


def _emoji(_reader: _Reader, entity: Entity, values: dict[str, str]) -> Entity:
    if not values.get("emoji-id", "").isdigit():
        raise _error("Invalid custom emoji identifier specified")
    return {**entity, "custom_emoji_id": values["emoji-id"]}


def _time(_reader: _Reader, entity: Entity, values: dict[str, str]) -> Entity:
    if not values.get("unix", "").isdigit():
        raise _error("Invalid date specified")
    shown = {"date_time_format": values["format"]} if values.get("format") else {}
    return {**entity, "unix_time": int(values["unix"]), **shown}


_COMPLETE: dict[str, Any] = {
    "a": _link,
    "code": _code,
    "blockquote": _quote,
    "tg-emoji": _emoji,
    "tg-time": _time,
}


def link(entity: Entity, url: str) -> Entity | None:
    """A text_link, or a text_mention for tg://user?id=; None when the address is of no use (text stays plain)."""
    if match := re.fullmatch(r"tg://user\?id=(\d+)", url.strip(), re.IGNORECASE):
        return {**entity, "type": "text_mention", "user": int(match[1])}
    if re.match(r"(?i)(https?|tg|ton)://\S+$", url.strip()):
        return {**entity, "type": "text_link", "url": url.strip()}
    if re.fullmatch(r"[\w-]+(\.[\w-]+)+(/\S*)?", url.strip()):
        slash = "" if "/" in url else "/"
        return {**entity, "type": "text_link", "url": f"http://{url.strip()}{slash}"}
    return None


def parse(source: str) -> tuple[str, list[Entity]]:
    """Text and raw entities of HTML; a text_mention's user is still an id. 400 with the real text when it is wrong."""
    reader = _Reader(source)
    while reader.at < len(source):
        if source[reader.at] != "<":
            reader.plain()
        elif source[reader.at + 1 : reader.at + 2] == "/":
            reader.end()
        else:
            reader.start()
    if reader.open:
        raise _error(f'Can\'t find end tag corresponding to start tag "{reader.open[-1].tag}"')
    return reader.text(), reader.entities
