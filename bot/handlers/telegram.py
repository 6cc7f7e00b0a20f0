"""What a person did in the messenger: find whose turn it is and what it means."""

from __future__ import annotations

from dataclasses import replace

import locales
from bot.dialog import FLOWS, Photo, events
from bot.handlers import corrections, papers, topics
from bot.handlers.commands import command, foreground
from bot.handlers.emergency import emergency
from bot.handlers.offering import not_that, show_menu, shows_more, unheard
from bot.handlers.reviewers import from_reviewer, reply_over
from bot.handlers.typed import by_words, understood
from bot.handlers.unheeded import forwarded, stands
from bot.model import (
    MORE,
    Dialog,
    Person,
    Photographed,
    PlaceKind,
    Pressed,
    Said,
    SentOther,
    Several,
    Spot,
    Text,
)
from bot.ops.halting import shows_up
from bot.ops.visits import number_came
from bot.running import HOLDING, QUESTIONS, advance, begin, park_others
from bot.saying import refusal_key
from bot.turn import Hold, Turn
from bot.wiring import ACTIONS

NOT_KEPT = "handlers.number_not_kept"  # a telephone number that nobody asked for
TYPED = (*QUESTIONS, "call", "submit")


async def said(turn: Turn, body: Said) -> None:
    """A text: command, reply, answer to the open question, word to the doctor, or the menu."""
    await meet(turn, body.spot)
    kind = await turn.place_kind(body.spot.chat)
    if body.of > 1:
        await _tell_many(turn, body.spot)
    if body.edited:
        await _edited(turn, body)
    elif body.forwarded and body.text.startswith("/"):
        await forwarded(turn, body, kind)
    elif body.text.startswith("/"):
        await command(turn, body, kind)
    elif kind is not PlaceKind.PRIVATE:
        await _said_in_group(turn, body)
    else:
        await _said_in_private(turn, body)


async def _tell_many(turn: Turn, spot: Spot) -> None:
    """Once an hour: the same post again is none."""
    html = turn.services.words.say(await turn.lang_of(spot.chat), "handlers.many", {})
    turn.post(f"many:{spot.chat}:{turn.now // 3_600_000}", spot.chat, Text(html))


async def meet(turn: Turn, spot: Spot) -> None:
    """Somebody who speaks is reachable again; a new face gets a row with his messenger's language."""
    known = await turn.get(Person, spot.person)
    if known is None:
        lang = locales.closest(spot.lang) if spot.lang else turn.services.config.group_lang
        turn.put(Person(spot.person, lang=lang))
    elif not known.reachable and spot.chat > 0:
        turn.put(replace(known, reachable=True))
    if known is not None:
        await shows_up(turn, known)


# ---------------------------------------------------------------- texts


async def _said_in_private(turn: Turn, body: Said) -> None:
    spot = body.spot
    alarmed = await emergency(turn, spot, body.message, body.text)
    if await _reply(turn, body):
        return
    dialog = await _replied_to(turn, body) or await foreground(turn, spot)
    if dialog is not None and dialog.kind in TYPED:
        early = await _too_early(turn, dialog, body.message)
        played = await advance(turn, dialog, events.Typed(body.text, early, body.message))
        await topics.not_heard(turn, body, asked=any(said.wrong for said in played.says))
        if played.verdict != "not-for-this-step" or dialog.kind in ("call", "submit"):
            return
        named = "" if alarmed or early else await by_words(turn, dialog, body.text)
        if named == "press":
            await not_that(turn, dialog)
        if named:
            return
    else:
        dialog = None
    relayed = await topics.to_doctor(turn, body)
    if alarmed or await understood(turn, spot, body.text, relayed, dialog) or relayed:
        return
    if dialog is not None:
        await not_that(turn, dialog)
    else:
        await unheard(turn, spot, "handlers.no_question")


async def _replied_to(turn: Turn, body: Said) -> Dialog | None:
    """A reply to a question that stands aside is its answer; it comes to the front."""
    if body.reply_to is None:
        return None
    prompt = await topics.replied(turn, body, "d:")
    asking = await turn.find(Dialog, prompt=prompt, person=body.spot.person, state="parked") if prompt else []
    if not asking:
        return None
    await park_others(turn, asking[0])
    return replace(asking[0], state="open")


async def _said_in_group(turn: Turn, body: Said) -> None:
    """A typed answer counts only as a reply to the bot's question, also to one that stands aside; else it is relay."""
    if (dialog := await _asked_in_group(turn, body)) is not None:
        if dialog.state == "parked":
            await park_others(turn, dialog)
            dialog = replace(dialog, state="open")
        await advance(turn, dialog, events.Typed(body.text, False, body.message))
    elif not await reply_over(turn, body):
        await _of_consult(turn, body)


async def _asked_in_group(turn: Turn, body: Said) -> Dialog | None:
    if body.reply_to is None:
        return None
    spot, states = body.spot, ("open", "sent", "parked")
    found = await turn.find(Dialog, chat=spot.chat, person=spot.person, state=states)
    asking = [one for one in found if one.prompt and one.thread == spot.thread and one.kind in TYPED]
    if not asking:
        return None
    prompt = await topics.replied(turn, body, min(asking, key=lambda one: states.index(one.state)).prompt)
    return next((one for one in asking if one.prompt == prompt), None)


async def _of_consult(turn: Turn, body: topics.Written) -> None:
    """In a group: what takes a word back, what a pharmacist answers, and else what is said in a topic."""
    if not (await corrections.taken_back(turn, body) or await from_reviewer(turn, body)):
        await topics.from_topic(turn, body)


async def _reply(turn: Turn, body: topics.Written) -> bool:
    """In private: what takes an own word back, or answers the doctor's."""
    if body.reply_to is None:
        return False
    return await corrections.taken_back(turn, body) or await topics.reply_to_doctor(turn, body)


async def _edited(turn: Turn, body: Said) -> None:
    """An edited word of a consult changes on the other side; one of an answered step is an edit of that answer."""
    if body.spot.chat > 0:
        await emergency(turn, body.spot, body.message, body.text)
    if await corrections.edited(turn, body) or not body.text:
        return
    dialog = await foreground(turn, body.spot)
    if dialog is not None:
        await advance(turn, dialog, events.Edited("", body.text, body.message))


async def _too_early(turn: Turn, dialog: Dialog, message: int) -> bool:
    """A text typed before its question was on the screen is not its answer: hold it while the prompt is in flight."""
    if dialog.kind not in ("text", "date", "choice") or not dialog.prompt:
        return False
    asked = await turn.standing(dialog.prompt)
    if asked is None:
        return False
    if asked.message is None:
        if asked.state != "failed" and not turn.held:
            raise Hold(dialog.prompt)
        return asked.state == "new"  # "sending", "unknown": it may be on the screen
    return message < asked.message and not asked.attempts  # after unknown sendings an older copy may have been answered


# ---------------------------------------------------------------- buttons


async def pressed(turn: Turn, body: Pressed) -> None:
    """An answer in a dialog (exact dialog, step, option; also of a parked one), or an action on a card."""
    await meet(turn, body.spot)
    parts = body.data.split(":", 1)
    if parts[0] == "d":
        await _answer(turn, body)
    elif body.data == MORE:
        if await shows_more(turn, body):
            return
    elif parts[0] == "a" and len(parts) == 2:
        action, _, subject = parts[1].partition(":")
        if action in ACTIONS and await stands(turn, body.spot.chat, ACTIONS[action]):
            await begin(turn, ACTIONS[action], body.spot, subject=subject)
            return
    if not turn.answer.toast and parts[0] != "d":
        await toast(turn, body.spot, "engine.old_button")


async def toast(turn: Turn, spot: Spot, key: str) -> None:
    lang = (await turn.person(spot.person)).lang
    turn.say_toast(turn.services.words.label(lang, key), alert=True)


async def _answer(turn: Turn, body: Pressed) -> None:
    fields = body.data.split(":")
    dialog = await turn.get(Dialog, fields[1]) if len(fields) == 5 and fields[3].isdigit() else None
    if dialog is None:
        await toast(turn, body.spot, "engine.old_button")
    elif dialog.person != body.spot.person:
        await toast(turn, body.spot, refusal_key(turn, "not-for-you", body.spot.chat))
    elif dialog.state == "done":
        await toast(turn, body.spot, "engine.press_over")
    else:
        if dialog.state == "parked":
            await park_others(turn, dialog)
            dialog = replace(dialog, state="open")
        played = await advance(turn, dialog, events.Pressed(fields[2], int(fields[3]), fields[4]))
        if not turn.answer.toast and played.verdict in ("already", "stale"):
            await toast(turn, body.spot, f"engine.press_{played.verdict}")
        if played.end == "cancelled":
            await show_menu(turn, body.spot, "handlers.cancelled")
        elif played.end == "done" and FLOWS[dialog.flow].aside:
            await _back_to_the_question(turn, body.spot)


async def _back_to_the_question(turn: Turn, spot: Spot) -> None:
    """A word aside has ended (a language was chosen): the question that stood open meanwhile is asked anew."""
    found = await turn.find(Dialog, chat=spot.chat, person=spot.person, state=HOLDING)
    asking = [dialog for dialog in found if dialog.journal and dialog.kind in QUESTIONS]
    if asking:
        newest = max(asking, key=lambda dialog: dialog.touched)
        await advance(turn, replace(newest, state="open"), events.Resume())


# ---------------------------------------------------------------- pictures and the rest


async def photographed(turn: Turn, body: Photographed) -> None:
    await meet(turn, body.spot)
    if await turn.place_kind(body.spot.chat) is not PlaceKind.PRIVATE:
        await _of_consult(turn, body)
        return
    alarmed = await emergency(turn, body.spot, body.message, body.caption)
    if await _reply(turn, body):
        return
    dialog = await foreground(turn, body.spot)
    if await topics.photo_for_doctor(turn, body, dialog):
        return
    if dialog is not None and dialog.kind in ("photos", "call", "submit"):
        photo = Photo(body.file, body.unique, body.size, body.width, body.height, message=body.message)
        await advance(turn, dialog, events.Pictured(photo, body.album))
    elif not await topics.to_doctor(turn, body) and not alarmed:
        if dialog is not None and dialog.kind in TYPED:
            await not_that(turn, dialog, "handlers.photo_not_now")
        else:
            await unheard(turn, body.spot, "handlers.photo_not_asked")


async def several(turn: Turn, body: Several) -> None:
    """Each as if it had come by itself; what is answered to several alike is answered once."""
    await _tell_many(turn, body.spot)
    for one in body.of:
        await (photographed(turn, one) if isinstance(one, Photographed) else sent_other(turn, one))


async def sent_other(turn: Turn, body: SentOther) -> None:
    """A voice note or document goes to the doctor who hears her; of anything else she hears what to send instead."""
    await meet(turn, body.spot)
    if await turn.place_kind(body.spot.chat) is not PlaceKind.PRIVATE:
        await _of_consult(turn, body)
        return
    if body.kind == "contact" and (await _number_asked(turn, body) or await number_came(turn, body.spot, body.phone)):
        return
    await emergency(turn, body.spot, body.message, body.caption)
    if await _reply(turn, body):
        return
    dialog = await foreground(turn, body.spot)
    if dialog is not None and dialog.kind == "photos":
        await _instead_of_a_photo(turn, body, dialog)
    elif dialog is not None and dialog.kind in ("call", "submit"):
        await advance(turn, dialog, events.Typed("", True, body.message))
    elif not await topics.to_doctor(turn, body):
        if dialog is not None and dialog.kind in TYPED:
            await not_that(turn, dialog, NOT_KEPT if body.kind == "contact" else "handlers.only")
        else:
            await show_menu(turn, body.spot, NOT_KEPT if body.kind == "contact" else "handlers.not_other")


async def _number_asked(turn: Turn, body: SentOther) -> bool:
    """Whether the open question takes her own number by the messenger's button; somebody else's it does not want."""
    dialog = await foreground(turn, body.spot)
    if dialog is None or dialog.kind != "text":
        return False
    return (await advance(turn, dialog, events.Shared(body.phone, body.message))).verdict != "not-for-this-step"


async def _instead_of_a_photo(turn: Turn, body: SentOther, dialog: Dialog) -> None:
    """A paper as a file, or a voice note where the step takes one; else what it takes is said."""
    given, why = papers.instead(turn, body)
    if given is None or (await advance(turn, dialog, given)).verdict == "not-for-this-step":
        await not_that(turn, dialog, NOT_KEPT if body.kind == "contact" else why)
