"""MarkdownV2 (and the old Markdown) to text and entities, with the real server's error texts."""

from __future__ import annotations

from dataclasses import dataclass

from .entities import Entity, cut, length
from .errors import ApiError, bad
from .html_text import link

RESERVED = "_*[]()~`>#+-=|{}.!"
_NAMES = {
    "bold": "Bold",
    "italic": "Italic",
    "underline": "Underline",
    "strikethrough": "Strikethrough",
    "spoiler": "Spoiler",
    "code": "Code",
    "pre": "Pre",
    "text_link": "TextUrl",
    "custom_emoji": "CustomEmoji",
    "blockquote": "BlockQuote",
}
# The longest mark first: "__" is underline before "_" is italic.
_MARKS = (
    ("```", "pre"),
    ("__", "underline"),
    ("||", "spoiler"),
    ("![", "custom_emoji"),
    ("*", "bold"),
    ("_", "italic"),
    ("~", "strikethrough"),
    ("`", "code"),
    ("[", "text_link"),
)
_ENDS = {kind: mark for mark, kind in _MARKS} | {"text_link": "]", "custom_emoji": "]"}


def _error(text: str) -> ApiError:
    return bad(f"can't parse entities: {text}")


@dataclass
class _Open:
    kind: str
    offset: int
    begin: int
    language: str = ""


class _Reader:
    def __init__(self, source: str) -> None:
        self.source = source
        self.at = 0
        self.out: list[str] = []
        self.size = 0
        self.open: list[_Open] = []
        self.entities: list[Entity] = []
        self.line_start = True

    def where(self, index: int) -> int:
        return len(self.source[:index].encode())

    def put(self, text: str) -> None:
        self.out.append(text)
        self.size += length(text)
        self.at += len(text)
        self.line_start = text == "\n"

    def inside(self) -> str:
        return self.open[-1].kind if self.open else ""

    def starts(self, mark: str) -> bool:
        return self.source.startswith(mark, self.at)

    def step(self) -> None:
        char = self.source[self.at]
        if char == "\\" and self.at + 1 < len(self.source) and ord(self.source[self.at + 1]) <= 126:
            self.at += 1
            self.put(self.source[self.at])
        elif self.ends():
            self.close()
        elif self.inside() in {"code", "pre"} or (char not in RESERVED and char != "\n"):
            self.put(char)
        elif char == "\n":
            self.new_line()
        else:
            self.begin(char)

    def ends(self) -> bool:
        kind = self.inside()
        if not kind:
            return False
        if kind == "blockquote":
            return self.starts("||") and self.source[self.at + 2 : self.at + 3] in {"", "\n"}
        if kind == "italic" and self.starts("__"):
            return False
        return self.starts(_ENDS[kind])

    def new_line(self) -> None:
        if self.inside() == "blockquote":
            if self.source[self.at + 1 : self.at + 2] != ">":
                self.finish(self.open.pop())
                self.put("\n")
            else:
                self.put("\n")
                self.at += 1
            return
        self.put("\n")

    def begin(self, char: str) -> None:
        if char == ">" and self.line_start:
            self.open.append(_Open("blockquote", self.size, self.at))
            self.at += 1
            return
        for mark, kind in _MARKS:
            if self.starts(mark):
                self.open.append(_Open(kind, self.size, self.at))
                self.at += len(mark)
                self.line_start = False
                if kind == "pre":
                    self.open[-1].language = self.language()
                return
        raise _error(f"Character '{char}' is reserved and must be escaped with the preceding '\\'")

    def language(self) -> str:
        end = self.at
        while end < len(self.source) and not self.source[end].isspace() and self.source[end] != "`":
            end += 1
        name = self.source[self.at : end]
        if self.source[end : end + 1] != "\n":
            return ""
        self.at = end + 1
        return name

    def close(self) -> None:
        opened = self.open.pop()
        if opened.kind == "blockquote":
            self.at += 2
            self.finish(opened, expandable=True)
            return
        self.at += len(_ENDS[opened.kind])
        if opened.kind in {"text_link", "custom_emoji"}:
            self.target(opened)
        else:
            self.finish(opened)

    def target(self, opened: _Open) -> None:
        if not self.starts("("):
            if opened.kind == "custom_emoji":
                raise _error("Custom emoji entity must contain a tg://emoji URL")
            self.finish(opened, url=cut("".join(self.out), opened.offset, self.size - opened.offset))
            return
        begin, self.at = self.at + 1, self.at + 1
        url = ""
        while self.at < len(self.source) and self.source[self.at] != ")":
            if self.source[self.at] == "\\" and self.at + 1 < len(self.source):
                self.at += 1
            url += self.source[self.at]
            self.at += 1
        if not self.starts(")"):
            raise _error(f"Can't find end of a URL at byte offset {self.where(begin)}")
        self.at += 1
        self.finish(opened, url=url)

    def finish(self, opened: _Open, url: str = "", expandable: bool = False) -> None:
        self.line_start = False
        if self.size <= opened.offset:
            return
        entity: Entity | None = {"type": opened.kind, "offset": opened.offset, "length": self.size - opened.offset}
        if expandable:
            entity["type"] = "expandable_blockquote"
        if opened.language:
            entity["language"] = opened.language
        if opened.kind == "text_link":
            entity = link(entity, url)
        elif opened.kind == "custom_emoji":
            if not url.startswith("tg://emoji?id="):
                raise _error("Custom emoji URL must have an emoji identifier")
            entity["custom_emoji_id"] = url.removeprefix("tg://emoji?id=")
        if entity is not None:
            self.entities.append(entity)


def parse(source: str) -> tuple[str, list[Entity]]:
    """Text and raw entities of MarkdownV2. 400 with the real text when it is wrong."""
    reader = _Reader(source)
    while reader.at < len(source):
        reader.step()
    if reader.inside() == "blockquote":
        reader.finish(reader.open.pop())
    if reader.open:
        last = reader.open[-1]
        raise _error(f"Can't find end of {_NAMES[last.kind]} entity at byte offset {reader.where(last.begin)}")
    return "".join(reader.out), reader.entities


def parse_old(source: str) -> tuple[str, list[Entity]]:
    """The old Markdown: no nesting, only * _ ` ``` [ are marks, nothing else needs an escape."""
    out: list[str] = []
    entities: list[Entity] = []
    at = 0
    while at < len(source):
        mark = next((mark for mark in ("```", "*", "_", "`", "[") if source.startswith(mark, at)), "")
        if source[at] == "\\" and source[at + 1 : at + 2] in tuple("_*`["):
            out.append(source[at + 1])
            at += 2
        elif not mark:
            out.append(source[at])
            at += 1
        else:
            at = _old_entity(source, at, mark, out, entities)
    return "".join(out), entities


def _old_entity(source: str, at: int, mark: str, out: list[str], entities: list[Entity]) -> int:
    begin, end_mark = at + len(mark), "]" if mark == "[" else mark
    end = source.find(end_mark, begin)
    if end < 0:
        raise _error(f"Can't find end of the entity starting at byte offset {len(source[:at].encode())}")
    inner = source[begin:end]
    offset = length("".join(out))
    kind = {"```": "pre", "*": "bold", "_": "italic", "`": "code", "[": "text_link"}[mark]
    entity: Entity | None = {"type": kind, "offset": offset, "length": length(inner)}
    after = end + len(end_mark)
    if mark == "[":
        close = source.find(")", after)
        has_url = source[after : after + 1] == "(" and close >= 0
        entity = link(entity, source[after + 1 : close] if has_url else inner)
        after = close + 1 if has_url else after
    out.append(inner)
    if entity is not None and inner:
        entities.append(entity)
    return after
