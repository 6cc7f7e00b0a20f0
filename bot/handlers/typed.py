"""What was typed where a button was meant, and everyday words beside all questions. None of it does anything by itself.

The order (issue "Understood", 1): signs of an emergency, the open question, what stands on a shown button, what may be
meant. Words that may be meant for a doctor have gone to him before.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Literal

from bot.dialog import events, figures
from bot.free_words import meaning
from bot.handlers.offering import answer, asks_below, buttons_of, only_menu
from bot.handlers.topics import why_unheard
from bot.model import Button, Dialog, Spot, Text
from bot.phrases import menu
from bot.render.large import is_large
from bot.running import advance, begin
from bot.turn import Turn
from bot.vocabulary import bare, takes_back
from bot.wiring import ACTIONS, MEANT

#: What is meant -> what can be opened below a sentence of its own (``meant.<name>``).
OFFERS = {"refund": ("where",), "receipt": ("where",), "stop": ("where",), "wrong": ("where",), "how": ("where",),
          "doctor": ("need", "where"), "person": ("where",), "thanks": ("where",)}  # fmt: skip
#: Said to a doctor as well, and answered here all the same: no doctor knows it.
BESIDE_A_DOCTOR = frozenset({"where", "refund", "receipt", "person", "stop", "language"})
#: May be meant for a doctor: somebody with an order reads first of all that none hears it.
MAY_BE_MEDICAL = frozenset({"how", "doctor", "order", "lost"})
_FIGURE = re.compile(r"\d{1,6}")
_RANGE = re.compile(r"\D*(\d{1,3})\s*(?:[-–—~～至到]|to)\s*(\d{1,3})\D*")
#: A label with one of them means the opposite of its other words: "sure" is not [Not sure].
_NOT = frozenset("不没未无非别") | {"not", "no", "never", "without", "cannot", "cant", "dont", "havent", "isnt", "wont"}
#: Figures with a mark or a space between them, or a sign before one: "1 2", "-1", "2.8", "0-2". No place among buttons.
_APART = re.compile(r"[0-9]\s*[^\w\s]\s*[0-9]|[0-9]\s+[0-9]|(?<!\w)[-–—−]\s*[0-9]")


async def by_words(turn: Turn, dialog: Dialog, text: str) -> Literal["", "answered", "press"]:
    """Whether the words are what stands on a button of the open question: then that is its answer, or, where typing
    does not count ("press"), nothing.
    """
    asking = await turn.get(Dialog, dialog.id)  # it has been played in this turn
    if asking is None or asking.state != "open":
        return ""
    buttons, lang = await buttons_of(turn, asking), await turn.lang_of(dialog.chat)
    if is_large(lang) and bare(text) == bare(turn.services.words.label(lang, "button.more")) and len(buttons) > 1:
        return "press"  # what stands there is [More]: no answer has this name
    button = named(buttons, text)
    fields = button.data.split(":") if button else []
    if len(fields) != 5 or fields[:2] != ["d", dialog.id]:
        return ""
    played = await advance(turn, asking, events.Pressed(fields[2], int(fields[3]), fields[4], typed=True))
    return "press" if played.verdict == "not-for-this-step" else "answered"


async def understood(turn: Turn, spot: Spot, text: str, relayed: bool, asking: Dialog | None = None) -> bool:
    """Whether it is known what is meant; then what it opens stands there, and ``asking``, the open question, below it.

    ``relayed``: a doctor hears it, too.
    """
    known = await _opened(turn, spot, text, relayed)
    if known:
        await asks_below(turn, asking)
    return known


async def _opened(turn: Turn, spot: Spot, text: str, relayed: bool) -> bool:
    lang = await turn.lang_of(spot.chat)
    action = "" if relayed else _action_called(turn, lang, text)
    if action in {one.action for one in menu(())}:
        await begin(turn, ACTIONS[action], spot)
        return True
    if action:
        await _say(turn, spot, lang, "handlers.press_it", ("where",))
        return True
    means = meaning(text)
    if not means or (relayed and (means not in BESIDE_A_DOCTOR or takes_back(text))):
        return False
    if means in MAY_BE_MEDICAL and await why_unheard(turn, spot.person):
        return False  # first of all she reads that no doctor hears her
    if means in OFFERS:
        await _say(turn, spot, lang, f"meant.{means}", OFFERS[means])
    else:
        await begin(turn, MEANT[means], spot)
    return True


def _action_called(turn: Turn, lang: str, text: str) -> str:
    """The action whose button says exactly this; "" for none. What it does, typing does not: the menu's only open."""
    words, said = turn.services.words, bare(text)
    called = (one for one in ACTIONS if words.has(key := f"action.{one}") and bare(words.label(lang, key)) == said)
    return next(called, "") if said else ""


async def _say(turn: Turn, spot: Spot, lang: str, key: str, actions: Iterable[str]) -> None:
    words = turn.services.words
    html = words.say(lang, key, {"phone": turn.services.config.hospital_phone})
    rows = tuple((Button(words.label(lang, f"action.{one}"), f"a:{one}"),) for one in actions)
    (answer if key.startswith("meant.") else only_menu)(turn, spot, Text(html, rows))


# ---------------------------------------------------------------- which button


def named(buttons: Sequence[Button], text: str) -> Button | None:
    """The one button that is meant: by all its words, its number, or a part of its words that no other one has."""
    said = bare(text)
    if not said:
        return None
    if _APART.search(unicodedata.normalize("NFKC", text)):
        return _as_it_stands(buttons, text)
    labels = [bare(button.label) for button in buttons]
    if said in labels:
        return buttons[labels.index(said)] if labels.count(said) == 1 else None
    if (number := figures.whole(figures.plain(text).lstrip("第#"), "[个号項项]")) is not None:
        return _numbered(buttons, number)
    part = _as_words(text)
    fits = [button for button in buttons if part in _as_words(button.label)] if len(said) > 1 else []
    return fits[0] if len(fits) == 1 and _denies(fits[0].label) <= _denies(text) else None


def _as_it_stands(buttons: Sequence[Button], text: str) -> Button | None:
    """The one whose label has these figures with these marks between them: "0-2" is [0–2 days], "1 2" is not [12]."""
    part = re.escape(_marked(text))
    fits = [one for one in buttons if re.search(rf"(?<![0-9]){part}(?![0-9])", _marked(one.label))]
    return fits[0] if len(fits) == 1 else None


def _marked(text: str) -> str:
    """With one kind of dash, and a space only between figures: there it may hide a number."""
    dashed = re.sub(r"\s*[‐‑‒–—―−~至到]\s*|(?<=[0-9]) to (?=[0-9])", "-", figures.plain(text).casefold())
    return re.sub(r"(?<![0-9])\s+|\s+(?![0-9])", "", re.sub(r"\s*-\s*", "-", dashed))


def _denies(text: str) -> frozenset[str]:
    words = _as_words(text)
    return _NOT & frozenset(words.split() if words.startswith(" ") else words)


def _numbered(buttons: Sequence[Button], number: int) -> Button | None:
    """Its place among them; where they show figures of their own, the one that holds this one: 2 is in [0-2 days].

    Two figures that are no range hold nothing, neither do the parts of a fraction.
    """
    if not any(_FIGURE.search(button.label) for button in buttons):
        return buttons[number - 1] if 1 <= number <= len(buttons) else None
    fits = [button for button in buttons if number in _held(button.label)]
    return fits[0] if len(fits) == 1 else None


def _held(label: str) -> range:
    if found := _RANGE.fullmatch(label):
        return range(int(found[1]), int(found[2]) + 1)
    found = _FIGURE.findall(label)
    return range(int(found[0]), int(found[0]) + 1) if len(found) == 1 else range(0)


def _as_words(text: str) -> str:
    """Letters and figures; what is written with spaces is compared by whole words."""
    words = ["".join(char for char in word if char.isalnum()) for word in text.casefold().split()]
    latin = all(char.isascii() for word in words for char in word)
    return f" {' '.join(filter(None, words))} " if latin else "".join(words)
