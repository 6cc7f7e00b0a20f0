"""One text to many groups: sent some at a time, taken back within a minute, changed afterwards; one card tells of it.

Its copies are posts ``announce:<id>:<nnnnn>``. A copy keeps its number when its group becomes another chat.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot import door, orders
from bot.config import Config
from bot.dialog import Refused
from bot.intents import announcing as intents
from bot.model import Announcement, Button, Order, Place, PlaceKind, Post, Priority, Public, Text
from bot.model.names import name_in
from bot.ops.audience import acting_operator, called, chosen, groups
from bot.ops.people import compound_names
from bot.ops.places import url_of
from bot.ops.registry import Act, does
from bot.ops.rights import brief_of
from bot.ops.waking import wake
from bot.store.port import Copy
from bot.turn import Turn
from bot.views import AnnouncedView, OwnView, PlanView

TELLING = "announcing"  # what is due: see bot/flows/broadcast.py
AT_ONCE = 25  # groups in one turn, so that people's turns go between
LOOKED_AT = 200  # compounds whose orders are read at a time
NEWEST = 5  # announcements that are looked at for another operator's
MINUTE, HOUR = 60_000, 3_600_000
UNDO = MINUTE  # so long [Take it back] stands
LOOKS = ((5 * MINUTE, 5.0), (2 * HOUR, 60.0), (48 * HOUR, 900.0))  # age, ms -> wall s until the card is drawn anew
OWN, USUAL = "own", "usual"
COPY = "copy:"  # in ``todo``: not a compound, but a copy of another announcement
NEIGHBOURS = "neighbours:"  # the compound that a copy was written to, see bot/workers/stale.py


# ---------------------------------------------------------------- what


@does(intents.own_of_hospital)
async def own_of_hospital(act: Act) -> OwnView:
    config = act.turn.services.config
    return OwnView(hospitals_numbers(config), tuple(sorted(config.own_links)))


def hospitals_numbers(config: Config) -> tuple[str, ...]:
    """The number that people are told to call first."""
    return tuple(dict.fromkeys(one for one in (config.hospital_phone, *sorted(config.own_numbers)) if one))


@does(intents.names_somebody)
async def names_somebody(act: Act, where: Sequence[str], words: Mapping[str, str]) -> bool:
    text = "\n".join(words.values()).casefold()
    if not text:
        return False
    refs = [*await chosen(act.turn, where)]
    for n in range(0, len(refs), LOOKED_AT):
        for order in await act.turn.services.store.find(Order, compound=tuple(refs[n : n + LOOKED_AT])):
            if any(_is_in(name, text) for name in brief_of(orders.patient_of(order)).alone.values()):
                act.turn.note("", f"person:{act.who}", "announced-name")
                return True
    return False


def _is_in(name: str, text: str) -> bool:
    """``text`` without capitals. In Latin letters a name is whole words: An is not in "any"."""
    name = name.casefold()
    if name.isascii():
        return bool(name) and re.search(rf"\b{re.escape(name)}\b", text, re.ASCII) is not None
    return len(name) > 1 and name in text


@does(intents.plan)
async def plan(act: Act, where: Sequence[str], words: Mapping[str, str]) -> PlanView:
    turn = act.turn
    acting_operator(turn, await act.me())
    refs = await chosen(turn, where)
    found = [place for place in await turn.find(Place, kind=PlaceKind.COMPOUND) if place.ref in refs]
    opening = door.opening(turn)
    later = [at for at in (door.opens(turn, place, opening) for place in found) if at > turn.now]
    kind = OWN if words else USUAL
    by = Counter(place.lang for place in found)
    of_lang = {place.lang: place for place in reversed(found)}
    alike = {
        lang: turn.services.words.label(lang, *_sentence(turn, kind, words, of_lang[lang]))
        for lang in dict.fromkeys(place.lang for place in found)
    }
    minutes = -(-len(found) // (60 * turn.services.config.bulk_per_second))
    newest = await turn.services.store.find(Announcement, limit=NEWEST)
    last = max((one.at for one in newest if not one.back and one.by != act.who), default=0)
    lately = last if last > turn.now - HOUR else 0
    held = max(later, default=0)
    return PlanView(len(found), minutes, len(later), held, alike, by, lately, called(turn, where))


def _sentence(turn: Turn, kind: str, words: Mapping[str, str], place: Place) -> tuple[str, dict[str, Public]]:
    compound = Public(compound_names(turn, place.ref))
    match kind:
        case "slow":
            since, until = Public(int(words["since"])), Public(int(words.get("until", "0")))
            return ("alert.group_slow", {"since": since, "until": until})
        case "emergency":
            own = Public(name_in({tag: one for tag, one in words.items() if tag != "phone"}, place.lang))
            return ("alert.group_emergency", {"compound": compound, "words": own, "phone": Public(words["phone"])})
        case "emergency-over":
            return ("alert.group_over", {"compound": compound})
        case _:
            pass
    if kind == OWN:
        return ("broadcast.own", {"compound": compound, "words": Public(name_in(words, place.lang))})
    return ("announce.notice", {"compound": compound})


def _content(turn: Turn, row: Announcement, place: Place) -> Text:
    key, said = _sentence(turn, row.kind, row.sealed["words"], place)
    need = Button(turn.services.words.label(place.lang, "action.need"), url=url_of(turn, f"need-{place.ref}"))
    return Text(turn.services.words.say(place.lang, key, said, PlaceKind.COMPOUND), ((need,),))


# ---------------------------------------------------------------- sent, some at a time


@does(intents.send_words)
async def send_words(act: Act, where: Sequence[str], words: Mapping[str, str]) -> str:
    turn = act.turn
    acting_operator(turn, await act.me())
    refs = await chosen(turn, where)
    kind, id = OWN if words else USUAL, turn.new_id()
    turn.put(Announcement(id, kind, act.who, turn.now, tuple(refs), sum(refs.values()), sealed={"words": {**words}}))
    turn.note("", f"person:{act.who}", "announced", reason=id)
    return id


async def announced(turn: Turn, kind: str, by: int, places: Sequence[str] | None, words: Mapping[str, str]) -> str:
    """The groups of these compounds (None = all) read our own sentence of this kind; the announcement's id."""
    meant = None if places is None else {*places}
    found = {ref: count for ref, count in (await groups(turn)).items() if meant is None or ref in meant}
    id = turn.new_id()
    turn.put(Announcement(id, kind, by, turn.now, tuple(found), sum(found.values()), sealed={"words": {**words}}))
    wake(turn, TELLING, id, at=turn.now + 1)
    return id


async def told_its_readers(turn: Turn, kind: str, by: int, began: str) -> str:
    """Whoever has read that announcement reads our own sentence of this kind, and nobody else; its id."""
    row = await turn.get(Announcement, began)
    todo = tuple(f"{COPY}{_key(began, n)}" for n in range(row.copies if row else 0))
    id = turn.new_id()
    turn.put(Announcement(id, kind, by, turn.now, todo, len(todo), sealed={"words": {}}))
    wake(turn, TELLING, id, at=turn.now + 1)
    return id


async def now_says(turn: Turn, id: str, words: Mapping[str, str]) -> None:
    """Of what is over: its copies say this from now on, where they stand; groups that have read none get none."""
    row = await turn.get(Announcement, id)
    if row is not None and not row.back:
        turn.put(replace(row, todo=(), upto=0, changed=turn.now, sealed={"words": {**words}}))
        wake(turn, TELLING, id, at=turn.now + 1)


@does(intents.tell_on)
async def tell_on(act: Act, id: str) -> AnnouncedView:
    turn = act.turn
    row = await turn.get(Announcement, id)
    if row is None:
        return AnnouncedView()
    if row.todo and not row.back:
        row = await _more(turn, row)
    elif row.upto < row.copies:
        row = await _anew(turn, row)
    turn.put(row)
    return await _stands(turn, row)


async def _more(turn: Turn, row: Announcement) -> Announcement:
    """The next compounds, as their groups are bound now: one that was let go meanwhile hears nothing."""
    refs, rest = row.todo[:AT_ONCE], row.todo[AT_ONCE:]
    copies = [ref.removeprefix(COPY) for ref in refs if ref.startswith(COPY)]
    places = [one for one in await turn.find(Place, kind=PlaceKind.COMPOUND, ref=refs) if one.bound]
    places += [one for copy in copies if (one := await _reader(turn, copy)) is not None]
    for n, place in enumerate(sorted(places, key=lambda one: (one.ref, one.chat)), row.copies):
        turn.post(_key(row.id, n), place.chat, _content(turn, row, place), priority=Priority.BROADCAST, public=True,
                  card=True, holds=f"announced:{row.id} {NEIGHBOURS}{place.ref}")  # fmt: skip
    upto = row.upto + len(places) if row.upto == row.copies else row.upto
    return replace(row, todo=rest, copies=row.copies + len(places), upto=upto)


async def _reader(turn: Turn, copy: str) -> Place | None:
    """The group that reads this copy; where it was not sent yet it is not sent any more."""
    standing = await turn.standing(copy)
    if standing is None or standing.post.content is None:
        return None
    if standing.message is None:
        turn.post(copy, standing.post.chat, None, priority=Priority.BROADCAST, public=True, card=True)
        return None
    place = await turn.get(Place, standing.post.chat)
    return place if place and place.bound and _meant(standing.post, place) else None


async def _anew(turn: Turn, row: Announcement) -> Announcement:
    """The next copies, as they are wanted now: with other words, or not at all."""
    upto = min(row.copies, row.upto + AT_ONCE)
    for n in range(row.upto, upto):
        standing = await turn.standing(_key(row.id, n))
        if standing is None or standing.post.content is None:
            continue
        post, place = standing.post, await turn.get(Place, standing.post.chat)
        there = place if place and place.bound and _meant(post, place) else None
        unread = standing.message is None and (there is None or row.kind not in (OWN, USUAL))  # of what is over, too
        if there is None and not row.back and not unread:
            continue  # what it says there was meant for its neighbours of then
        content = None if there is None or row.back or unread else _content(turn, row, there)
        if content != post.content:
            turn.post(post.key, post.chat, content, priority=Priority.BROADCAST, public=True, card=True,
                      holds=f"announced:{row.id} {NEIGHBOURS}{there.ref if there else ''}")  # fmt: skip
    return replace(row, upto=upto)


def _meant(post: Post, place: Place) -> bool:
    """Whether the group is still the one that it was written to; copies of an earlier release do not tell."""
    return NEIGHBOURS not in post.holds or f"{NEIGHBOURS}{place.ref}" in post.holds.split()


def _key(id: str, n: int) -> str:
    return f"announce:{id}:{n:05d}"


# ---------------------------------------------------------------- taken back, and changed


async def _standing_row(act: Act, id: str) -> Announcement:
    acting_operator(act.turn, await act.me())
    row = await act.turn.get(Announcement, id)
    if row is None or row.back:
        raise Refused("announcement-gone")
    return row


@does(intents.take_words_back)
async def take_words_back(act: Act, id: str) -> AnnouncedView:
    row = await _standing_row(act, id)
    if act.turn.now >= row.at + UNDO:
        raise Refused("announced-long-ago")
    row = await _anew(act.turn, replace(row, back=act.turn.now, todo=(), upto=0))
    act.turn.put(row)
    act.turn.note("", f"person:{act.who}", "announced-back", reason=id)
    return await _stands(act.turn, row)


@does(intents.words_of_announcement)
async def words_of_announcement(act: Act, id: str) -> AnnouncedView:
    return await _stands(act.turn, await _standing_row(act, id))


@does(intents.change_words)
async def change_words(act: Act, id: str, words: Mapping[str, str]) -> AnnouncedView:
    row = await _standing_row(act, id)
    kind = OWN if words else USUAL
    row = replace(row, kind=kind, changed=act.turn.now, upto=0, sealed={"words": {**words}})
    row = await _anew(act.turn, row)
    act.turn.put(row)
    act.turn.note("", f"person:{act.who}", "announced-anew", reason=id)
    return await _stands(act.turn, row)


# ---------------------------------------------------------------- how far it has come


async def _stands(turn: Turn, row: Announcement) -> AnnouncedView:
    """Counted from the posts themselves; looked at again while something may still change."""
    copies = await turn.services.store.copies(_key(row.id, 0), _key(row.id, 99_999))
    states = [_state(one, turn.now) for one in copies if one.key.startswith(f"announce:{row.id}:")]
    under_way = row.copies - len(states) + (len(row.todo) and max(0, row.groups - row.copies))
    failed = Counter(state for state in states if state not in ("sent", "waiting", ""))
    waiting = states.count("waiting") + under_way
    until = max((one.not_before for one in copies if one.stands and not one.message), default=0)
    undo = not row.back and turn.now < row.at + UNDO
    own = row.kind in (OWN, USUAL)
    may = () if row.back or not own else ("undo", "change") if undo else ("change",)
    _look_again(turn, row, waiting > 0, undo)
    groups = [place.chat for place in await turn.find(Place, kind=PlaceKind.OPERATORS) if place.bound]
    return AnnouncedView(row.id, row.by, row.at, states.count("sent"), waiting, until if until > turn.now else 0,
                         failed, row.back, row.changed, may, tuple(groups))  # fmt: skip


def _state(copy: Copy, now: int) -> str:
    """ "sent", "waiting", the reason why not, or "" where nothing stands and nothing shall."""
    if copy.message is not None:
        return "sent"
    if not copy.stands:
        return ""
    if copy.state == "failed":
        return copy.error
    if copy.stopped:
        return "put-out"
    return "too-late" if copy.shown == copy.wanted else "waiting"


def _look_again(turn: Turn, row: Announcement, waiting: bool, undo: bool) -> None:
    if row.todo or row.upto < row.copies:
        wake(turn, TELLING, row.id, at=turn.now + 1)
        return
    age = turn.now - max(row.at, row.back, row.changed)
    pause = next((pause for until, pause in LOOKS if age < until), None)
    looks = [turn.now + turn.services.soon(pause)] if waiting and pause else []
    looks += [row.at + UNDO] if undo else []
    if looks:
        wake(turn, TELLING, row.id, at=max(min(looks), turn.now + 1))
