"""What was typed where a button was meant, and everyday words beside all questions. None of it does anything by itself.

The order (issue "Understood", 1): signs of an emergency, the open question, what stands on a shown button, what may be
meant. Words that may be meant for a doctor have gone to him before.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from bot.dialog import events
from bot.free_words import meaning
from bot.model import Button, Content, Dialog, Order, Spot, Text
from bot.ops.rights import own_orders
from bot.phrases import menu
from bot.running import advance, begin
from bot.stages import LIVE
from bot.turn import Turn
from bot.vocabulary import bare
from bot.wiring import ACTIONS

#: What is meant -> what it opens: a flow that asks or shows first.
OPENS = {"where": "where", "order": "need", "help": "how", "language": "language", "greeting": "menu"}
#: What is meant -> what can be opened below a sentence of its own (``meant.<name>``).
OFFERS = {"refund": ("where",), "receipt": ("where",), "stop": ("where",), "wrong": ("where",), "how": ("where",),
          "doctor": ("need", "where"), "person": ("menu",), "thanks": ("menu",)}  # fmt: skip
#: Said to a doctor as well, and answered here all the same: no doctor knows it.
BESIDE_A_DOCTOR = frozenset({"where", "refund", "receipt", "person", "stop", "language"})
MANY = 3  # buttons that are offered to whoever was not understood
_NUMBER = re.compile(r"[第#]?(\d{1,2})[个号項项]?")


async def answers_by_words(turn: Turn, dialog: Dialog, text: str) -> bool:
    """Whether the words are what stands on a button of the open question; then it is pressed, where words will do."""
    button = named(await _shown(turn, dialog.prompt), text) if dialog.prompt else None
    fields = button.data.split(":") if button else []
    if len(fields) != 5 or fields[0] != "d" or fields[1] != dialog.id:
        return False
    played = await advance(turn, dialog, events.Pressed(fields[2], int(fields[3]), fields[4], typed=True))
    return played.verdict != "not-for-this-step"


async def understood(turn: Turn, spot: Spot, text: str, relayed: bool) -> bool:
    """Whether it is known what is meant; then what it opens stands there, or the button that says it."""
    if not relayed and (button := named([*await _on_cards(turn, spot)], text, near=False)):
        await _say(turn, spot, "handlers.press_it", [button])
        return True
    means = _menu_entry(turn, spot, text, await turn.lang_of(spot.chat)) or meaning(text)
    if not means or (relayed and means not in BESIDE_A_DOCTOR):
        return False
    if means in OFFERS:
        await _say(turn, spot, f"meant.{means}", await _entries(turn, spot, OFFERS[means]))
    else:
        await begin(turn, ACTIONS[OPENS.get(means, means)], spot)
    return True


def _menu_entry(turn: Turn, spot: Spot, text: str, lang: str) -> str:
    """The menu's own words open it, as its button would."""
    words = turn.services.words
    entries = {bare(words.label(lang, f"action.{one.id}")): one.action for one in menu(())} if spot.chat > 0 else {}
    return entries.get(bare(text), "")


async def _entries(turn: Turn, spot: Spot, actions: Iterable[str]) -> list[Button]:
    lang = await turn.lang_of(spot.chat)
    return [Button(turn.services.words.label(lang, f"action.{one}"), f"a:{one}") for one in actions]


async def _say(turn: Turn, spot: Spot, key: str, buttons: Sequence[Button]) -> None:
    lang = await turn.lang_of(spot.chat)
    html = turn.services.words.say(lang, key, {"phone": turn.services.config.hospital_phone})
    rows = tuple((button,) for button in buttons)
    turn.post(f"meant:{turn.arrival.id}", spot.chat, Text(html, rows), thread=spot.thread, public=True)


async def _on_cards(turn: Turn, spot: Spot) -> list[Button]:
    """The buttons of the live cards that this person has."""
    mine = [*await own_orders(turn, spot.person), *await turn.find(Order, placed_by=spot.person, stage=LIVE)]
    keys = dict.fromkeys(key for one in mine for key in (f"card:{one.no}:{spot.person}", f"pay:{one.no}"))
    return [button for key in keys for button in await _shown(turn, key, spot.chat)]


async def _shown(turn: Turn, key: str, chat: int = 0) -> list[Button]:
    standing = await turn.standing(key)
    if standing is None or (chat and standing.post.chat != chat):
        return []
    return buttons_of(standing.post.content)


def buttons_of(content: Content | None) -> list[Button]:
    return [button for row in getattr(content, "buttons", ()) for button in row if not button.url]


# ---------------------------------------------------------------- which button


def named(buttons: Sequence[Button], text: str, near: bool = True) -> Button | None:
    """The one button that is meant: by all its words, its number, or a part of its words that no other one has.

    A number counts only where no button has a figure of its own: "2" beside [0-2 days] and [3-7 days] says neither.
    """
    said = bare(text)
    if not said:
        return None
    labels = [bare(button.label) for button in buttons]
    if said in labels:
        return buttons[labels.index(said)] if labels.count(said) == 1 else None
    if not near:
        return None
    if number := _NUMBER.fullmatch(said):
        at, figures = int(number[1]), any(char.isdigit() for label in labels for char in label)
        return None if figures or not 1 <= at <= len(buttons) else buttons[at - 1]
    part = _as_words(text)
    fits = [button for button in buttons if part in _as_words(button.label)] if len(said) > 1 else []
    return fits[0] if len(fits) == 1 else None


def _as_words(text: str) -> str:
    """Letters and figures; what is written with spaces is compared by whole words."""
    words = ["".join(char for char in word if char.isalnum()) for word in text.casefold().split()]
    latin = all(char.isascii() for word in words for char in word)
    return f" {' '.join(filter(None, words))} " if latin else "".join(words)
