"""What a flow says becomes posts: in the reader's language, with its buttons, under a permanent key."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from bot.catalogue import Catalogue
from bot.dialog import FLOWS, Press, Say, post_key
from bot.model import (
    DRAWN,
    Button,
    Dialog,
    Photographed,
    Picture,
    PlaceKind,
    Pressed,
    Priority,
    Several,
    Text,
    To,
    Toast,
    ToChat,
    ToPerson,
    Topic,
    ToTopic,
)
from bot.model.names import BASE, name_in
from bot.render.large import bare, is_large
from bot.render.messages import is_lines, is_sentence, ready
from bot.turn import Turn
from bot.under import card_in, of_order, standing_in


async def say(turn: Turn, dialog: Dialog, said: Say) -> None:
    """One Say becomes one post, in the reader's language; a toast becomes the pop-up of the press that is answered."""
    chat, thread, topic = await _where(turn, said.to or ToChat(dialog.chat, dialog.thread))
    kind = await turn.place_kind(chat) if chat else PlaceKind.PRIVATE
    lang = await turn.lang_of(chat) if chat else ""
    press = _press(turn, dialog)
    popped = said.step == "refused" and "over" not in said.flags
    if press and (isinstance(said.to, Toast) or popped or said.kind == "checking"):
        reader = await turn.person(press.spot.person)  # of a pop-up: one person, also in a group
        lang = reader.lang
    if said.step == "refused" and "over" in said.flags:
        await _say_over(turn, dialog, *said.wrong or ("not-now", {}), lang)
    elif said.step == "refused" and "stop" in said.flags:
        await tell_refusal(turn, dialog, *said.wrong or ("not-now", {}), lang)
    elif isinstance(said.to, Toast) and press:
        turn.say_toast(turn.services.words.label(lang, said.key, said.words), said.to.alert)
    elif chat and said.kind == "already":
        _say_already(turn, dialog, said, lang, chat, thread)
    elif chat and said.kind == "checking":
        _say_checking(turn, dialog, said, lang, chat, thread)
    elif chat:
        flags = {flag: True for flag in said.flags if flag in ("pin", "protect", "silent", "anew")}
        content = None if _gone(said) else _content(turn, dialog, said, lang, kind)
        turn.post(
            _post_key(dialog, said),
            chat,
            content,
            priority=Priority.DIALOG if "anew" in flags else _PRIORITY.get(said.kind, Priority.DIALOG),
            topic=topic,
            thread=thread,
            card=said.kind == "card",
            holds=_holds(dialog, said),
            public=True,  # of values only Public ones are said there, see Words
            reply_to=await standing_in(turn, _flagged(said, "under"), chat),
            **flags,
        )


def _press(turn: Turn, dialog: Dialog) -> Pressed | None:
    """The press that this dialog may answer by a pop-up; somebody else's press may have brought it forward."""
    body = turn.arrival.body
    return body if isinstance(body, Pressed) and dialog.person in (0, body.spot.person) else None


_PRIORITY = {"answered": Priority.RELAY, "card": Priority.NOTICE}


def _content(turn: Turn, dialog: Dialog, said: Say, lang: str, kind: PlaceKind) -> Text | Picture:
    html, buttons = _html(turn, dialog, said, lang, kind), rows(turn, said, lang)
    shown = _flagged(said, "shows")
    if shown.startswith(DRAWN):  # in whose language
        shown = f"{DRAWN}{lang}:{shown.removeprefix(DRAWN)}"
    return Picture(shown, html, buttons) if shown else Text(html, buttons)


def _flagged(said: Say, name: str) -> str:
    """What stands behind this flag, "" = it is not there."""
    return next((flag.removeprefix(f"{name}:") for flag in said.flags if flag.startswith(f"{name}:")), "")


def _gone(said: Say) -> bool:
    return "delete" in said.flags or ("withdrawn" in said.flags and "expired" not in said.flags)


def _html(turn: Turn, dialog: Dialog, said: Say, lang: str, kind: PlaceKind) -> str:
    words, given = turn.services.words, in_script(turn, lang, said.key, _once(said))
    if "expired" in said.flags:
        own = f"{dialog.flow}.expired"
        return words.say(lang, own if words.has(own) else "engine.expired", {})
    html = words.say(lang, said.key, {"count": 0, **given} if said.takes in ("photos", "pin") else given, kind)
    html = _for_whom(turn, said, lang, html) if kind is PlaceKind.PRIVATE else html
    if said.kind == "answered":
        return words.say(lang, "engine.answered", {"question": ready(html), "chosen": _chosen(turn, said, lang)})
    if "more" in said.flags and not said.wrong:
        more = "engine.more" if kind is PlaceKind.PRIVATE else "engine.more_in_group"
        html = f"{html}\n{words.say(lang, more, {})}"
    if said.wrong:
        return f"{_wrong(turn, lang, said.key, *said.wrong)}\n\n{html}"
    if "remind" in said.flags:
        return f"{words.say(lang, 'engine.remind', {})}\n\n{html}"
    return html


SAID_BEFORE = ("again", "why", "left")  # of an earlier try: not said once more above what is wrong now


def _once(said: Say) -> Mapping[str, Any]:
    """A question that is asked again says what is wrong now, and nothing else beside itself."""
    if not said.wrong or said.kind != "prompt":
        return said.words
    return {name: "" if name in SAID_BEFORE else value for name, value in said.words.items()}


def _for_whom(turn: Turn, said: Say, lang: str, html: str) -> str:
    """What is for somebody else names him; some sentences do so themselves."""
    if not said.about or said.to is not None:
        return html
    words = {"name": said.about}
    named = turn.services.words.say(lang, "engine.whom", words) in html
    return html if named else f"{turn.services.words.say(lang, 'engine.about', words)}\n{html}"


def _chosen(turn: Turn, said: Say, lang: str) -> str:
    return ", ".join(_label(turn, lang, press) for press in said.chosen)


def _wrong(turn: Turn, lang: str, key: str, code: str, values: Mapping[str, Any]) -> str:
    """The most particular sentence there is for what was wrong."""
    for found in (f"{key}.wrong.{code}", f"wrong.{code}", f"refused.{code}"):
        if turn.services.words.has(found):
            return turn.services.words.say(lang, found, {**refusal_words(turn), **values})
    return turn.services.words.say(lang, "wrong.again", {})


def _say_already(turn: Turn, dialog: Dialog, said: Say, lang: str, chat: int, thread: int | None) -> None:
    """An old button of an open dialog: what was answered then, and [Change this answer]."""
    html = turn.services.words.say(lang, "engine.already", {"chosen": _chosen(turn, said, lang)})
    html = _for_whom(turn, said, lang, html)
    turn.post(f"again:{turn.arrival.id}", chat, Text(html, rows(turn, said, lang)), thread=thread, public=True)


def _say_checking(turn: Turn, dialog: Dialog, said: Say, lang: str, chat: int, thread: int | None) -> None:
    key = "engine.cancel_queued" if "cancel-queued" in said.flags else "engine.checking"
    key = "engine.waiting" if "waiting" in said.flags else key
    own = f"engine.checking.{said.step.rpartition('/')[2].partition('[')[0]}"
    if key == "engine.checking":
        key = "engine.checking_photo" if _pictured(turn) else own if turn.services.words.has(own) else key
    if _press(turn, dialog):
        turn.say_toast(turn.services.words.label(lang, key))
    else:
        html = turn.services.words.say(lang, key, {})
        turn.post(f"checking:{turn.arrival.id}", chat, Text(html), thread=thread, public=True)


async def _say_over(turn: Turn, dialog: Dialog, code: str, values: Mapping[str, Any], lang: str) -> None:
    """A form has gone from the screen because its order moved on: what stays tells which order it was, and why."""
    why = (refusal_key(turn, code, dialog.chat), {**refusal_words(turn), **values})
    text = Text(turn.services.words.say(lang, "engine.over", {"order": values["order"], "why": why}))
    card = await card_in(turn, dialog.chat, values["order"])
    turn.post(f"t:{dialog.id}:over", dialog.chat, text, thread=dialog.thread, reply_to=card, public=True)


def _pictured(turn: Turn) -> bool:
    """What came is a picture, which nobody takes now: whoever sent it reads that nobody has it."""
    body = turn.arrival.body
    return isinstance(body, Photographed) or (isinstance(body, Several) and isinstance(body.of[0], Photographed))


def _holds(dialog: Dialog, said: Say) -> str:
    """A question only while its dialog waits for it, a notice only at the stages that its flow names."""
    if said.kind == "prompt" and "expired" not in said.flags:
        return f"asked:{dialog.id}"
    start = FLOWS[dialog.flow].start
    kind = "batch" if start and start.notice == "batch" else "order"
    return f"{kind}:{dialog.subject}:{','.join(start.holds)}" if start and start.holds else ""


def _post_key(dialog: Dialog, said: Say) -> str:
    if said.kind == "card":
        return said.card_key
    return post_key(dialog.id, said) if said.kind != "tell" else f"t:{dialog.id}:{said.step}:{said.epoch}"


def rows(turn: Turn, said: Say, lang: str) -> tuple[tuple[Button, ...], ...]:
    return tuple(tuple(_button(turn, lang, press) for press in row) for row in said.buttons)


#: An option's url: the messenger's own button that shares the person's number, or its end.
NUMBER: Mapping[str, Literal["ask", "gone"]] = {"phone:ask": "ask", "phone:gone": "gone"}


def _button(turn: Turn, lang: str, press: Press) -> Button:
    label = _label(turn, lang, press)
    if press.role == "keep":
        label = turn.services.words.label(lang, "button.keep", {"label": label})
    elif press.role == "on":
        label = turn.services.words.label(lang, "button.on", {"label": label}) if is_large(lang) else f"✓ {label}"
    if press.url.startswith("start:"):
        return Button(label, url=deep_link(turn, press.url))
    if press.url in NUMBER:
        return Button(label, phone=NUMBER[press.url])
    return Button(label, _data(turn, press.data) if not press.url else "", press.url)


def _data(turn: Turn, data: str) -> str:
    """A button carries no patient's id: what is about a patient has his mark, as the dialog that it begins."""
    prefix, _, action = data.partition(":")
    word, _, about = action.partition(":")
    if (
        prefix == "a"
        and about
        and any(flow.start and flow.start.whose and flow.start.action == word for flow in FLOWS.values())
    ):
        return f"a:{word}:{turn.marked(about)}"
    return data


def deep_link(turn: Turn, url: str) -> str:
    """``start:<parameter>`` -> the link that opens the private chat with it (Bot API: deep linking)."""
    return f"https://t.me/{turn.services.bot_name}?start={url.removeprefix('start:')}"


def _label(turn: Turn, lang: str, press: Press) -> str:
    if not press.label_key:
        label = str(_in_script(turn, lang, press.label)) if press.listed else press.label
        return bare(label).strip() if is_large(lang) else label
    key = press.label_key if turn.services.words.has(press.label_key) else f"action.{press.option}"
    return turn.services.words.label(lang, key, in_script(turn, lang, key, press.words))


async def _where(turn: Turn, to: To) -> tuple[int, int | None, str]:
    """(chat, thread, topic key) of a recipient; chat 0 = nobody to tell."""
    match to:
        case ToPerson(id):
            return id, None, ""
        case ToChat(chat, thread):
            return chat, thread, ""
        case ToTopic(key):
            topic = await turn.get(Topic, key)
            return (topic.chat, topic.thread, key) if topic else (0, None, "")
        case Toast():
            spot = getattr(turn.arrival.body, "spot", None)
            return (spot.chat, spot.thread, "") if spot else (0, None, "")


def refusal_words(turn: Turn) -> dict[str, Any]:
    """What each refusal may say, beside words of its own."""
    return {"name": "", "at": turn.now, "phone": turn.services.config.hospital_phone}


def refusal_key(turn: Turn, code: str, chat: int) -> str:
    """The sentence of a refusal; one that says where to go may have another in a group (``<code>.in_group``)."""
    found = (f"refused.{code}.in_group",) * (chat < 0) + (f"refused.{code}", "refused.not-now")
    return next(key for key in found if turn.services.words.has(key))


def refusal(turn: Turn, lang: str, code: str, chat: int, values: Mapping[str, Any]) -> Text:
    """What it says here; in private with the button that its sentence names."""
    words = turn.services.words
    html = words.say(lang, refusal_key(turn, code, chat), {**refusal_words(turn), **values})
    leads = [one.start.action for one in FLOWS.values() if one.start and code in one.start.after and chat > 0]
    return Text(html, tuple((Button(words.label(lang, f"action.{action}"), f"a:{action}"),) for action in leads))


async def tell_refusal(turn: Turn, dialog: Dialog, code: str, values: Mapping[str, Any], lang: str) -> None:
    """A refusal nobody in the flow caught: a pop-up for a press, else a message here. It says what to do next."""
    spot = getattr(turn.arrival.body, "spot", None)
    chat = dialog.chat or (spot.chat if spot else 0)
    lang = lang or "zh-CN"
    text = refusal(turn, lang, code, chat, values)
    if _press(turn, dialog) and not text.buttons:  # a pop-up has no button
        said = {**refusal_words(turn), **values}
        turn.say_toast(turn.services.words.label(lang, refusal_key(turn, code, chat), said), alert=True)
    elif chat:
        text, card = await of_order(turn, text, chat, dialog.subject.partition(":")[0])
        key = f"t:{dialog.id}:refused:{turn.arrival.id}"
        turn.post(key, chat, text, thread=dialog.thread, reply_to=card, public=not values)


# ---------------------------------------------------------------- names in the reader's script

#: Words of a sentence that are a drug's or a doctor's name; in the sentences of drugs, and of staff who join, ``name``
#: is one, too.
NAMES_OF_LISTS = frozenset({"drug", "drugs", "doctor"})
OF_LISTS = ("drug.", "welcome.", "join.", "joins_yes.", "joins_no.")
PENCIL = "✎ "  # before a name on a button that changes it
_scripts: list[tuple[Catalogue, str, Mapping[str, str]]] = []  # of the newest lists, by language


def in_script(turn: Turn, lang: str, key: str, words: Mapping[str, Any]) -> Mapping[str, Any]:
    """Drugs and doctors as the reader's script has them, where the hospital's lists do; any other name as it came."""
    if not words or lang.partition("-")[0] == BASE.partition("-")[0]:
        return words
    names = {*NAMES_OF_LISTS, *(("name",) if key.startswith(OF_LISTS) else ())}
    return {name: _in_script(turn, lang, value) if name in names else _inside(turn, lang, value)
            for name, value in words.items()}  # fmt: skip


def _inside(turn: Turn, lang: str, value: Any) -> Any:
    """The same in a sentence that stands in a sentence, and in lines of them."""
    if is_sentence(value):
        return (value[0], in_script(turn, lang, value[0], value[1]))
    return [_inside(turn, lang, one) for one in value] if is_lines(value) else value


def _in_script(turn: Turn, lang: str, value: Any) -> Any:
    """A name, with its strength behind it or not; several with a comma between them."""
    if not isinstance(value, str) or lang.partition("-")[0] == BASE.partition("-")[0]:
        return _inside(turn, lang, value)
    known = _script(turn.services.catalogue(), lang)
    return ", ".join(_one_name(known, one) for one in value.split(", "))


def _one_name(known: Mapping[str, str], text: str) -> str:
    sign = PENCIL if text.startswith(PENCIL) else ""
    text = text.removeprefix(PENCIL)
    for at in (len(text), *(n for n in range(len(text) - 1, 0, -1) if text[n] == " ")):
        if name := known.get(text[:at]):
            return sign + name + text[at:]
    return sign + text


def _script(lists: Catalogue, lang: str) -> Mapping[str, str]:
    for of, tag, known in _scripts:
        if of is lists and tag == lang:
            return known
    own: dict[str, set[str]] = {}
    for one in (*lists.drugs, *lists.staff):
        if (name := one.names.get(BASE, "")) and (other := name_in(one.names, lang)):
            own.setdefault(name, set()).add(other.removeprefix("Dr "))
    known = {name: min(others) for name, others in own.items() if len(others) == 1}  # of two none has the other's
    _scripts[:] = [one for one in _scripts if one[0] is lists] + [(lists, lang, known)]
    return known
