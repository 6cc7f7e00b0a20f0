"""``medrelay messages``: every message in every language, side by side, as one page that needs nothing else."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

from bot.options import Options
from bot.render.messages import Words
from bot.render.missing import tested, variables
from bot.render.samples import has_sample, sample
from locales import BASE, sentences, tags

_STYLE = """
:root{color-scheme:light dark;--line:#8884;--bubble:#fff;--ground:#e8edf2;--button:#d5e3f0}
@media(prefers-color-scheme:dark){:root{--bubble:#222b36;--ground:#10161d;--button:#2c3a4b}}
body{font:16px/1.45 system-ui,"Noto Sans CJK SC",sans-serif;margin:1.5rem auto;max-width:80rem;padding:0 1rem}
nav a{margin-right:.8em;white-space:nowrap}table{border-collapse:collapse;width:100%;table-layout:fixed}
th,td{border-top:1px solid var(--line);padding:.5rem;text-align:left;vertical-align:top;overflow-wrap:anywhere}
th:first-child{width:14rem;font:13px ui-monospace,monospace}td{background:var(--ground)}
td.missing{outline:2px solid #c33}
.said{background:var(--bubble);border-radius:.7rem;padding:.5rem .8rem;white-space:pre-wrap;margin-bottom:.4rem}
.button{background:var(--button);border-radius:.5rem;padding:.25rem .6rem;margin:0 .3rem .3rem 0;display:inline-block}
.wrong{font-size:.9em;opacity:.85}
"""


def variants(words: Words, lang: str, key: str) -> list[str]:
    """The message as Telegram HTML with example values: everything said, and, where that differs, nothing said.

    A sentence with a word that has no example yet is shown as it is written.
    """
    template = sentences(lang)[key]
    if not all(has_sample(key, name) for name in variables(template)):
        return [escape(template)]
    full = {name: sample(key, name) for name in variables(template)}
    bare = {name: type(value)() if name in tested(template) else value for name, value in full.items()}
    return list(dict.fromkeys(words.say(lang, key, values) for values in (full, bare)))


def page(words: Words) -> str:
    """The whole page. Rows in the order of the base file; a sentence that a language lacks is outlined."""
    rooms = list(dict.fromkeys(key.split(".")[0] for key in sentences(BASE)))
    links = " ".join(f'<a href="#{room}">{room}</a>' for room in rooms)
    body = "".join(_room(words, room) for room in rooms)
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>MedRelay: all messages</title><style>{_STYLE}</style><h1>All messages</h1>"
        f"<p>{len(sentences(BASE))} sentences in {len(tags())} languages, with invented people.</p>"
        f"<nav>{links}</nav>{body}"
    )


def _room(words: Words, room: str) -> str:
    heads = "".join(f"<th>{tag}</th>" for tag in tags())
    rows = "".join(_row(words, key) for key in _messages(room))
    return f'<h2 id="{room}">{room}</h2><table><tr><th>key</th>{heads}</tr>{rows}</table>'


def _messages(room: str) -> Iterator[str]:
    """The keys of a room that are messages; buttons and corrections of a step stand below their step."""
    keys = [key for key in sentences(BASE) if key.startswith(f"{room}.")]
    yield from (key for key in keys if not _step(key) or _step(key) not in keys)


def _step(key: str) -> str:
    """``refill.left.0-2`` belongs to ``refill.left``; "" for a message of its own."""
    parts = key.split(".")
    return ".".join(parts[:2]) if len(parts) > 2 else ""


@cache
def _below(tag: str) -> Mapping[str, Sequence[str]]:
    """The keys of each step's buttons and corrections."""
    below: dict[str, list[str]] = {}
    for key in sentences(tag):
        below.setdefault(_step(key), []).append(key)
    return below


def _row(words: Words, key: str) -> str:
    return f"<tr><th>{key}</th>{''.join(_cell(words, tag, key) for tag in tags())}</tr>"


def _cell(words: Words, tag: str, key: str) -> str:
    have: Mapping[str, Any] = sentences(tag)
    if key not in have:
        return '<td class="missing">&mdash;</td>'
    said = "".join(f'<div class="said">{html}</div>' for html in variants(words, tag, key))
    mine = _below(tag).get(key, ())
    buttons = "".join(f'<span class="button">{_shown(words, tag, one)}</span>' for one in mine if ".wrong." not in one)
    wrong = "".join(f'<div class="said wrong">{_shown(words, tag, one)}</div>' for one in mine if ".wrong." in one)
    return f'<td lang="{tag}" title="{escape(have[key])}">{said}{buttons}{wrong}</td>'


def _shown(words: Words, tag: str, key: str) -> str:
    return variants(words, tag, key)[0]


def main(argv: Sequence[str]) -> int:
    """Writes the page and says where. Exit status 0."""
    parser = Options(prog="medrelay messages", description="every message in every language, as a page")
    parser.add_argument("--out", type=Path, default=Path("var/messages.html"), help="the file (var/messages.html)")
    out: Path = parser.parse_args(argv).out
    with contextlib.suppress(OSError):  # told where the file is written
        out.parent.mkdir(parents=True, exist_ok=True)
    parser.write(out, page(Words()))
    sys.stdout.write(f"{out}\n")
    return 0
