"""HTML and MarkdownV2 to UTF-16 entities, against a model and with the real server's error texts.

Sources: tags, marks, escapes and nesting: "Formatting options" of the Bot API (with its examples, the separator of
italic and underline among them); offsets in UTF-16 units: MessageEntity. Texts and byte offsets of errors
("can't parse entities: ..."), trimming, canonical order and what is found by itself (commands, links, mentions,
hashtags; nothing inside code): parse_html, parse_markdown_v2, fix_formatted_text and find_entities in tdlib,
MessageEntity.cpp.
"""

from __future__ import annotations

import html
from dataclasses import dataclass, field
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.telegram import entities, html_text, markdown_text
from sandbox.telegram.errors import ApiError

# Text that no automatic link detection touches, with characters of one and of two UTF-16 units.
WORDS = st.text(alphabet="ab 你好é😀👩<&\"'>*_~|[]()`!.-", min_size=1, max_size=12)
TAGS = {"bold": "b", "italic": "i", "underline": "u", "strikethrough": "s", "spoiler": "tg-spoiler"}
MARKS = {"bold": "*", "italic": "_", "underline": "__", "strikethrough": "~", "spoiler": "||"}


@dataclass
class Node:
    """A piece of marked-up text: either plain text or children inside a style."""

    style: str = ""
    text: str = ""
    children: list[Node] = field(default_factory=list)


def nodes(inside: frozenset[str] = frozenset()) -> st.SearchStrategy[Node]:
    plain = WORDS.map(lambda text: Node(text=text))
    left = sorted(set(TAGS) - inside)
    if not left or len(inside) > 2:
        return plain
    styled = st.sampled_from(left).flatmap(
        lambda style: st.lists(nodes(inside | {style}), min_size=1, max_size=3).map(
            lambda children: Node(style=style, children=children)
        )
    )
    return plain | styled


def plain(node: Node) -> str:
    return node.text + "".join(map(plain, node.children))


def as_html(node: Node) -> str:
    inner = html.escape(node.text, quote=False) + "".join(map(as_html, node.children))
    return f"<{TAGS[node.style]}>{inner}</{TAGS[node.style]}>" if node.style else inner


def as_markdown(node: Node) -> str:
    inner = "".join(f"\\{c}" if c in markdown_text.RESERVED else c for c in node.text)
    inner += "".join(map(as_markdown, node.children))
    return f"{MARKS[node.style]}{inner}{MARKS[node.style]}" if node.style else inner


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def model(parts: list[Node], offset: int = 0) -> list[tuple[str, int, int]]:
    """(style, offset, length) of each styled node, in UTF-16 units."""
    found: list[tuple[str, int, int]] = []
    for node in parts:
        size = units(plain(node))
        if node.style:
            found.append((node.style, offset, size))
        found += model(node.children, offset)
        offset += size
    return found


def covered(found: list[tuple[str, int, int]]) -> set[tuple[str, int]]:
    return {(style, unit) for style, offset, size in found for unit in range(offset, offset + size)}


@given(st.lists(nodes(), min_size=1, max_size=4))
def test_html_gives_the_text_and_every_styled_unit(parts: list[Node]) -> None:
    text, raw = html_text.parse("".join(map(as_html, parts)))
    assert text == "".join(map(plain, parts))
    found = [(e["type"], e["offset"], e["length"]) for e in entities.canonical(raw)]
    assert covered(found) == covered(model(parts))


@given(st.lists(nodes(), min_size=1, max_size=4))
def test_canonical_entities_are_sorted_and_apart(parts: list[Node]) -> None:
    _, raw = html_text.parse("".join(map(as_html, parts)))
    found = entities.canonical(raw)
    assert entities.canonical(found) == found
    keys = [(e["offset"], -e["length"]) for e in found]
    assert keys == sorted(keys)
    for style in TAGS:
        ends = [(e["offset"], e["offset"] + e["length"]) for e in found if e["type"] == style]
        assert all(end < start for (_, end), (start, _) in pairwise(ends))


@given(st.lists(nodes(), min_size=1, max_size=4), st.sampled_from(["bold", "strikethrough"]))
def test_markdown_gives_the_same_as_html(parts: list[Node], only: str) -> None:
    flat = [Node(style=only if node.style else "", text=plain(node)) for node in parts]
    marked = markdown_text.parse("".join(map(as_markdown, flat)))
    tagged = html_text.parse("".join(map(as_html, flat)))
    assert marked[0] == tagged[0]
    assert entities.canonical(marked[1]) == entities.canonical(tagged[1])


@given(st.text(max_size=60))
def test_any_text_is_parsed_or_refused(source: str) -> None:
    refusals: list[str] = []
    for parse in (html_text.parse, markdown_text.parse, markdown_text.parse_old):
        try:
            text, found = parse(source)
        except ApiError as error:
            text, found = "", []
            refusals.append(error.description)
        assert all(e["offset"] >= 0 and e["offset"] + e["length"] <= units(text) for e in found)
    assert all(told.startswith("Bad Request: can't parse entities: ") for told in refusals)


@given(WORDS, WORDS)
def test_trimming_keeps_entities_on_their_text(before: str, inside: str) -> None:
    text, raw = html_text.parse(f"  {html.escape(before)}<b>{html.escape(inside)}</b>  \n")
    trimmed, found = entities.trim(text, raw)
    assert trimmed == trimmed.rstrip()
    for entity in found:
        part = entities.cut(trimmed, entity["offset"], entity["length"])
        assert inside.startswith(part)


@pytest.mark.parametrize(
    ("source", "error"),
    [
        ("ab<x>", 'Unsupported start tag "x" at byte offset 2'),
        ("你<x>", 'Unsupported start tag "x" at byte offset 3'),
        ("<b>a", 'Can\'t find end tag corresponding to start tag "b"'),
        ("a</b>", "Unexpected end tag at byte offset 1"),
        ("<b>a</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
        ("<b", "Unclosed start tag at byte offset 0"),
        ("<span>a</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ('<a ="x">a</a>', 'Empty attribute name in the tag "a" at byte offset 0'),
    ],
)
def test_html_errors(source: str, error: str) -> None:
    with pytest.raises(ApiError) as caught:
        html_text.parse(source)
    assert caught.value.description == f"Bad Request: can't parse entities: {error}"


@pytest.mark.parametrize(
    ("source", "error"),
    [
        ("a.", "Character '.' is reserved and must be escaped with the preceding '\\'"),
        ("a-b", "Character '-' is reserved and must be escaped with the preceding '\\'"),
        ("*a", "Can't find end of Bold entity at byte offset 0"),
        ("你 _a", "Can't find end of Italic entity at byte offset 4"),
        ("[a](b", "Can't find end of a URL at byte offset 4"),
        ("a ||b", "Can't find end of Spoiler entity at byte offset 2"),
    ],
)
def test_markdown_errors(source: str, error: str) -> None:
    with pytest.raises(ApiError) as caught:
        markdown_text.parse(source)
    assert caught.value.description == f"Bad Request: can't parse entities: {error}"


@pytest.mark.parametrize(
    ("source", "text", "expected"),
    [
        ('<a href="https://a.b/?x=1&amp;y=2">l</a>', "l", [("text_link", 0, 1, {"url": "https://a.b/?x=1&y=2"})]),
        ('<pre><code class="language-py">x</code></pre>', "x", [("pre", 0, 1, {"language": "py"})]),
        ("<blockquote expandable>q</blockquote>", "q", [("expandable_blockquote", 0, 1, {})]),
        ("<b>a</b><b>b</b>", "ab", [("bold", 0, 2, {})]),
        ("<b></b>x", "x", []),
        ("😀<i>é</i>", "😀é", [("italic", 2, 1, {})]),
        ("&lt;&#128512;&notit;", "<😀&notit;", []),
        ('<span class="tg-spoiler">s</span>', "s", [("spoiler", 0, 1, {})]),
        ('<a href="nonsense">l</a>', "l", []),
        ('<a href="tg://user?id=7">l</a>', "l", [("text_mention", 0, 1, {"user": 7})]),
    ],
)
def test_html_examples(source: str, text: str, expected: list[tuple[str, int, int, dict[str, object]]]) -> None:
    parsed, raw = html_text.parse(source)
    assert parsed == text
    wanted = [{"type": kind, "offset": offset, "length": size, **more} for kind, offset, size, more in expected]
    assert entities.canonical(raw) == wanted


def test_markdown_quote_code_and_link() -> None:
    text, raw = markdown_text.parse(">one\n>two||\nend [l](https://x.y/\\)) `c\\`` ```py\nz``` ![e](tg://emoji?id=5)")
    assert text == "one\ntwo\nend l c` z e"
    kinds = {e["type"]: entities.cut(text, e["offset"], e["length"]) for e in raw}
    assert kinds == {
        "expandable_blockquote": "one\ntwo",
        "text_link": "l",
        "code": "c`",
        "pre": "z",
        "custom_emoji": "e",
    }


def test_italic_underline_needs_the_documented_separator() -> None:
    text, raw = markdown_text.parse("___a b_**__")
    assert text == "a b"
    assert {(e["type"], e["offset"], e["length"]) for e in raw} == {("underline", 0, 3), ("italic", 0, 3)}
    with pytest.raises(ApiError, match="can't parse entities"):
        markdown_text.parse("___a b___c")


def test_links_and_commands_are_found() -> None:
    source = "/start@x_bot a@b.cn @name_1 #tag https://t.me/x?start=1. 1/2 t.me/abc"
    found = [(e["type"], entities.cut(source, e["offset"], e["length"])) for e in entities.found(source)]
    assert found == [
        ("bot_command", "/start@x_bot"),
        ("email", "a@b.cn"),
        ("mention", "@name_1"),
        ("hashtag", "#tag"),
        ("url", "https://t.me/x?start=1"),
        ("url", "t.me/abc"),
    ]


def test_nothing_is_found_inside_code_and_links() -> None:
    text, found = entities.finish(*html_text.parse('<code>/start</code> <a href="https://a.b/">@somebody</a> /go'))
    assert text == "/start @somebody /go"
    assert [e["type"] for e in found] == ["code", "text_link", "bot_command"]
