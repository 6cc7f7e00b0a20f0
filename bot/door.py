"""The door: every post of every turn passes here last. How long it may be, and when a neighbours' group may hear it.

A text too long for one message becomes several posts, ``key``, ``key~2``, ``key~3`` ..., each a row of its own.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from bot import banners, rules
from bot.dialog import number_key
from bot.messenger import limits
from bot.model import (
    MORE,
    Attached,
    Bill,
    Button,
    Content,
    Dialog,
    Outcome,
    Picture,
    Place,
    PlaceKind,
    Post,
    Pressed,
    Priority,
    Text,
)
from bot.render.large import is_large
from bot.render.messages import plain
from bot.turn import Turn

log = logging.getLogger(__name__)
AGAIN = 60  # units left free for "again, in case it did not arrive" above a person's words (bot/workers/delivery.py)
SEEN = 2  # buttons at a time for who reads plainly
KEPT = 48 * 3_600_000  # ms for which it is remembered what a group was told: notices are removed before


async def leave(turn: Turn) -> Outcome:
    """What the turn commits, with its posts as they may leave."""
    if turn.answer.toast:
        turn.answer = replace(turn.answer, toast=limits.straight(turn.answer.toast))
        _toast(turn)
    said = [*await _number_away(turn), *turn.posts()]
    heard = [_straight(await banners.headed(turn, post)) for post in said if not await _closed_to(turn, post)]
    parts = await _parts(turn, [await _in_time(turn, post) for post in heard])
    return turn.outcome([await _plainly(turn, part) for part in parts])


# ------------------------------------------------------------ the button that shares a number


async def _number_away(turn: Turn) -> list[Post]:
    """It stands below a chat only while the question waits that wants a number: whatever ended, put aside or answered
    that takes it away. Only a message can (Bot API: ReplyKeyboardRemove), so one is said where the flow says none.
    """
    away: list[Post] = []
    for now in turn.changed(Dialog):
        was = turn.before(now)
        if was is None or (was.state, was.kind) != ("open", "text") or (now.state, now.step) == ("open", was.step):
            continue
        chat, key = was.chat, number_key(was.chat)
        here = [post for post in turn.posts() if post.chat == chat]
        if any(post.key == key for post in (*here, *away)):
            continue  # another question wants one
        stood = await turn.standing(key)
        if stood is None or stood.post.content is None:
            continue
        away.append(Post(key, chat, None, card=True))
        if not any(_ends_it(post.content) for post in here):
            html = turn.services.words.say(await turn.lang_of(chat), "engine.number_away", {})
            away.append(Post(f"away:{key}:{turn.arrival.id}", chat, Text(html, ((Button("", phone="gone"),),))))
    return away


def _ends_it(content: Content | None) -> bool:
    rows = content.buttons if isinstance(content, Text) else ()
    return any(one.phone == "gone" for row in rows for one in row)


# ------------------------------------------------------------ what neighbours may read


async def _closed_to(turn: Turn, post: Post) -> bool:
    """Closed by default: what is not declared public never goes to a neighbours' group, nor to a chat of which nothing
    is known. It is put aside, so that whoever wrote it and the operators read so.
    """
    public = post.content is None or post.key in turn.public
    if public or await turn.place_kind(post.chat) is not PlaceKind.COMPOUND:
        return False
    log.error("a post for a neighbours' group is withheld: it is not public")
    await turn.services.store.dead_letter("post", f"{post.key}/0", "not-public")
    return True


# ------------------------------------------------------------ length


def whole(key: str) -> str:
    """The key of the post that this is a part of; a post in one part is itself."""
    return key.partition("~")[0]


def split(content: Content, room: int = 0) -> list[Content]:
    """One content for each message that it takes; the buttons stand under the last. ``room``: units left free."""
    text, caption = limits.TEXT - room, limits.CAPTION - room
    match content:
        case Text(html, buttons):
            texts = limits.split_html(html, text)
            return [*map(Text, texts[:-1]), Text(texts[-1], buttons)] if texts != [html] else [content]
        case Picture(file, html, buttons) if limits.visible(html) > caption:
            first, *more = limits.split_html(html, caption)
            return [Picture(file, first), *split(Text("".join(more), buttons), room)]
        case Attached(kind, file, html, buttons) if limits.visible(html) > caption:
            first, *more = limits.split_html(html, caption)
            return [Attached(kind, file, first), *split(Text("".join(more), buttons), room)]
        case Picture() | Attached() | Bill():
            return [content]


def _straight(post: Post) -> Post:
    """Words, names and labels without marks that turn their direction, whoever wrote them: "5 gm" stays "5 gm"."""
    match post.content:
        case None:
            return post
        case Bill(title, description):
            told = {"title": limits.straight(title), "description": limits.straight(description)}
            return replace(post, content=replace(post.content, **told))
        case Text(html, rows) | Picture(_, html, rows) | Attached(_, _, html, rows):
            if not any(map(limits.TURNS.search, (html, *(one.label for row in rows for one in row)))):
                return post  # as nearly always
            buttons = tuple(tuple(replace(one, label=limits.straight(one.label)) for one in row) for row in rows)
            return replace(post, content=replace(post.content, html=limits.straight(html), buttons=buttons))


async def _parts(turn: Turn, posts: Sequence[Post]) -> list[Post]:
    """Each post in its parts, and parts that it had and no longer needs as deleted. The store is asked once for all
    that had none.
    """
    parts = [_split(post) for post in posts]
    there = await turn.services.store.there([_next(own) for own in parts]) if parts else set[str]()
    for own in parts:
        while (key := _next(own)) in there:
            own.append(replace(own[0], key=key, content=None, **FURTHER))
            there |= await turn.services.store.there([_next(own)])
    return [part for own in parts for part in own]


FURTHER = {"pin": False, "reply_to": None}  # what a part but the first is not


def _split(post: Post) -> list[Post]:
    room = AGAIN if post.priority is Priority.RELAY else 0
    first, *more = [post.content] if post.content is None else split(post.content, room)
    further = [replace(post, key=f"{post.key}~{n}", content=one, **FURTHER) for n, one in enumerate(more, 2)]
    return [post if first is post.content else replace(post, content=first), *further]


def _next(parts: Sequence[Post]) -> str:
    """The key of the part that would come behind these."""
    return f"{parts[0].key}~{len(parts) + 1}"


async def _plainly(turn: Turn, post: Post) -> Post:
    """Who reads plainly sees two buttons at a time: one of several, and [More], which shows the next.

    What is not shown is kept with the message, so that a press can show it. A keypad is one thing.
    """
    content = post.content
    if post.chat < 0 or not isinstance(content, Text | Picture | Attached):
        return post
    all_ = [button for row in content.buttons for button in row]
    if len(all_) <= SEEN or not is_large(lang := await turn.lang_of(post.chat)):
        return post
    pad = sum(button.label.isdigit() and len(button.label) == 1 for button in all_) > 9
    if pad or any(one.phone or one.data == MORE for one in all_):
        return post
    more, at = Button(turn.services.words.label(lang, "button.more"), MORE), await _turned_to(turn, post, all_)
    buttons = tuple((button,) for button in (all_[at], more, *all_[at + 1 :], *all_[:at]))
    return replace(post, content=replace(content, buttons=buttons), card=True)


async def _turned_to(turn: Turn, post: Post, buttons: Sequence[Button]) -> int:
    """The place of the button to begin with: where she was in this message, while all but one are as they were."""
    standing = None if post.anew else await turn.standing(post.key)
    rows = getattr(standing.post.content, "buttons", ()) if standing else ()
    stood = [one.data or one.url or one.copy for row in rows for one in row if one.data != MORE]
    if len(stood) != len(buttons):
        return 0
    now = [one.data or one.url or one.copy for one in buttons]
    others = (sum(a != b for a, b in zip(now[n:] + now[:n], stood, strict=True)) for n in range(len(now)))
    return next((n for n, changed in enumerate(others) if changed <= 1), 0)


def _toast(turn: Turn) -> None:
    """A pop-up holds 200 characters: what is longer is shown as far as it goes, and told whole in private."""
    told = turn.answer.toast
    if limits.units(told) > limits.TOAST and isinstance(turn.arrival.body, Pressed):
        turn.answer = replace(turn.answer, toast=limits.cut(told, limits.TOAST), alert=True)
        turn.post(f"toast:{turn.arrival.id}", turn.arrival.body.spot.person, Text(plain(told)))


# ------------------------------------------------------------ quiet hours, and how many a day


async def _in_time(turn: Turn, post: Post) -> Post:
    """A new notice to neighbours waits for the end of the quiet hours, and for a day that has room for it; when its own
    hours are over before it could be sent it is not sent any more.

    The operators' comes at once, at night without a sound.

    What answers somebody in his own chat is no notice; an edit makes no sound and goes at any hour.
    """
    spot = getattr(turn.arrival.body, "spot", None)
    answers = spot is not None and spot.chat == post.chat and not post.card
    kind = await turn.place_kind(post.chat)
    if kind is PlaceKind.OPERATORS and post.priority is Priority.NOTICE and opening(turn) > turn.now:
        return replace(post, silent=True)
    if answers or kind is not PlaceKind.COMPOUND:
        return post
    standing = await turn.standing(post.key)
    if standing is not None and standing.message is not None:
        return post
    place = await turn.get(Place, post.chat)
    if post.content is None:
        _forget(turn, place, post.key)
        return post
    if standing is not None and standing.post.content is not None and post.key in _all_keys(place):
        at = max(opening(turn), standing.post.not_before)  # it waits already, or is on its way
        until = [word for word in standing.post.holds.split() if word.startswith("before:")]
    else:
        at = opens(turn, place)
        until = [f"before:{at + turn.services.config.group_notice_hours * 3_600_000}"]
        _remember(turn, place, post.key, turn.services.today(at))
    holds = " ".join([*post.holds.split(), *until])
    return replace(
        post, priority=max(post.priority, Priority.NOTICE), not_before=at if at > turn.now else 0, holds=holds
    )


def opens(turn: Turn, place: Place | None, at: int = 0) -> int:
    """Civil ms from which this group may get one notice more: outside the quiet hours, on a day with room.

    ``at``: when groups may be written to at all, where whoever asks of many has looked already.
    """
    config, at = turn.services.config, at or opening(turn)
    while len(told_on(place, turn.services.today(at))) >= config.group_notices_per_day:
        at = rules.next_morning(at, ZoneInfo(config.timezone), config.quiet_until)
    return at


def opening(turn: Turn) -> int:
    """Civil ms when neighbours' groups may be written to: now, or the end of the quiet hours."""
    config = turn.services.config
    return rules.groups_open(turn.now, ZoneInfo(config.timezone), config.quiet_from, config.quiet_until)


def told_on(place: Place | None, day: str) -> list[str]:
    """The keys of the notices that a group gets on this day, oldest first."""
    return list(_days(place).get(day, ()))


def joined(place: Place, key: str) -> list[str]:
    """The batches that came when the day was full and are told by this notice of another one."""
    return [batch for batch, notice in _joins(place).items() if notice == key]


def told_by(place: Place, batch: str) -> str:
    """The key of the notice that tells of this batch in this group."""
    return _joins(place).get(batch) or f"notice:{batch}:{place.chat}"


def join(turn: Turn, place: Place, batch: str, key: str) -> Place:
    """From now on this notice tells of the batch too."""
    changed = replace(place, notices={**place.notices, "joins": {**_joins(place), batch: key}})
    turn.put(changed)
    return changed


def _days(place: Place | None) -> dict[str, Any]:
    return place.notices.get("days", {}) if place else {}


def _joins(place: Place) -> dict[str, str]:
    return place.notices.get("joins", {})


def _all_keys(place: Place | None) -> set[str]:
    return {key for keys in _days(place).values() for key in keys}


def _remember(turn: Turn, place: Place | None, key: str, day: str) -> None:
    if place is None:
        return
    oldest = turn.services.today(turn.now - KEPT)
    days = {one: keys for one, keys in _days(place).items() if one >= oldest}
    days[day] = [*told_on(place, day), key]
    kept = {key for keys in days.values() for key in keys}
    joins = {batch: notice for batch, notice in _joins(place).items() if notice in kept}
    turn.put(replace(place, notices={"days": days, "joins": joins}))


def _forget(turn: Turn, place: Place | None, key: str) -> None:
    """Taken back before anybody saw it: its place of the day is free again."""
    if place is not None and key in _all_keys(place):
        days = {day: [one for one in keys if one != key] for day, keys in _days(place).items()}
        turn.put(replace(place, notices={**place.notices, "days": days}))
