"""What is said to whoever did something that nothing was made of: what is wanted, what can be done next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.dialog import events, loads
from bot.handlers import topics
from bot.model import MORE, Attached, Button, Dialog, Picture, Pressed, Spot, Text, turned
from bot.phrases import menu, menu_key
from bot.running import QUESTIONS, advance, look
from bot.saying import rows
from bot.turn import Turn

MANY = 3  # buttons that are offered to whoever was not understood
WANTED = {"photos": "handlers.wanted_photos", "text": "handlers.wanted_text", "date": "handlers.wanted_text"}


async def not_that(turn: Turn, dialog: Dialog, came: str = "") -> None:
    """Not what the open question takes: say what came (a locale key) and what is wanted, and ask again.

    Whoever sent a photo and types before it is read is not asked for a photo.
    """
    wanted = WANTED.get(dialog.kind, "handlers.wanted_button")
    if dialog.kind == "photos" and loads(dialog.journal).collected(dialog.step, dialog.kind):
        wanted = "handlers.photos_are_here"
    elif wanted == "handlers.wanted_text" and not await buttons_of(turn, dialog):
        wanted = "handlers.wanted_typed"
    await ask_again(turn, dialog, came, wanted)


async def buttons_of(turn: Turn, dialog: Dialog) -> list[Button]:
    """Those that answer the open question, as they stand on it."""
    played, lang = await look(turn, dialog, events.Resume()), await turn.lang_of(dialog.chat)
    asked = [replace(said, buttons=(said.answers,)) for said in played.says if said.kind == "prompt"]
    return [one for said in asked for row in rows(turn, said, lang) for one in row]


async def ask_again(turn: Turn, dialog: Dialog, *keys: str) -> None:
    """Sentences by their keys ("" = none), and below them the open question once more."""
    lang = await turn.lang_of(dialog.chat)
    told = " ".join(turn.services.words.say(lang, key, {}) for key in keys if key)
    turn.post(f"wanted:{turn.arrival.id}", dialog.chat, Text(told), thread=dialog.thread, public=True)
    current = await turn.get(Dialog, dialog.id)
    if current is not None and current.state == "open":
        await advance(turn, current, events.Resume())


async def asks_below(turn: Turn, dialog: Dialog | None) -> None:
    """Something else was said while this asked: it asks once more, so that its question is the last message.

    ``dialog``: as it was before, None = nothing asked. Not where it has ended, stands aside or asks anew by now.
    """
    current = await turn.get(Dialog, dialog.id) if dialog is not None else None
    if dialog is None or current is None or current.kind not in QUESTIONS:
        return
    if current.state == "open" and current.prompt == dialog.prompt:
        await advance(turn, current, events.Resume())


async def unheard(turn: Turn, spot: Spot, else_: str) -> None:
    """Nothing was asked and no doctor hears her: who has an order reads so, and whom to call."""
    why = await topics.why_unheard(turn, spot.person)
    await show_menu(turn, spot, why or else_, topics.unheard(turn) if why else None, most=MANY, stays=bool(why))


async def show_menu(
    turn: Turn,
    spot: Spot,
    key: str,
    words: Mapping[str, Any] | None = None,
    most: int | None = None,
    *,
    stays: bool = False,
) -> None:
    """A sentence that says what happened, and what can be done next: the first ``most`` entries of the menu.

    ``stays``: a later menu does not take it away.
    """
    lang = await turn.lang_of(spot.chat)
    person = await turn.person(spot.person)
    options = menu([b.role for b in person.roles])[:most] if spot.chat > 0 else []
    say = turn.services.words
    rows = tuple((Button(say.label(lang, f"action.{o.id}"), f"a:{o.action}"),) for o in options)
    show = answer if stays else only_menu
    show(turn, spot, Text(say.say(lang, key, words or {}), rows), public=not words)


def answer(turn: Turn, spot: Spot, content: Text, *, public: bool = True) -> None:
    """What tells her something (whom to call, what to keep) stays to be read when the next menu comes."""
    turn.post(f"meant:{turn.arrival.id}", spot.chat, content, thread=spot.thread, public=public)


def only_menu(turn: Turn, spot: Spot, content: Text, *, public: bool = True) -> None:
    """In private the newest menu is the only one: the one before goes, so that nobody presses what is over."""
    if spot.chat > 0:
        turn.post(menu_key(spot.chat), spot.chat, content, card=True, anew=True, public=public)
    else:
        turn.post(f"menu:{turn.arrival.id}", spot.chat, content, thread=spot.thread, public=public)


async def shows_more(turn: Turn, body: Pressed) -> bool:
    """[More]: the next button of the same message, in its place."""
    standing = await turn.services.store.post_of(body.spot.chat, body.message)
    if standing is None or not isinstance(standing.post.content, Text | Picture | Attached):
        return False
    post, content = standing.post, standing.post.content
    if not any(button.data == MORE for row in content.buttons for button in row):
        return False
    turned_on = replace(content, buttons=turned(content.buttons))
    turn.post(
        post.key,
        post.chat,
        turned_on,
        priority=post.priority,
        thread=post.thread,
        card=True,
        protect=post.protect,
        pin=post.pin,
        holds=post.holds,
    )
    return True
