"""The relay of a consult, in the same turn and also while the hospital is down; its record is written afterwards."""

from __future__ import annotations

from typing import Any

from bot import orders
from bot.door import whole
from bot.handlers.attachments import cannot_carry
from bot.model import (
    Dialog,
    Order,
    Person,
    Photographed,
    Relayed,
    RoleBinding,
    Said,
    SentOther,
    Text,
    Topic,
    Unnamed,
)
from bot.model.names import BASE, name_in
from bot.ops.apart import name_for, names_for
from bot.ops.colleagues import stays, voice_of
from bot.ops.hearing import heard, speak_down, speak_up, wants_photo
from bot.ops.orders import may_hear
from bot.ops.registry import bound_as
from bot.ops.relay import Words, withdraw
from bot.ops.rights import brief_of, lately, own_lately
from bot.running import begin
from bot.stages import FINAL, LIVE, facts_of
from bot.turn import Hold, Turn
from bot.vocabulary import takes_back
from bot.wiring import OCCASIONS

Written = Said | Photographed | SentOther
Seen = Written | Unnamed
DAY = 86_400_000  # ms
AT_HAND = ("packed", "on-the-way", "arrived")  # the parcel has its label, and the ambassador has it not yet
PRESSED = 1 << 40  # numbers of messages that the house wrote for a press are instants, and stand nowhere


async def to_doctor(turn: Turn, body: Written) -> bool:
    """A resident's (or proxy's) words to the doctor. With several consults open he is asked which (never a guess).

    His answer counts for the next minutes, see the operation ``relay``.
    """
    if await _relayed_before(turn, body):
        return True
    found = await _consults(turn, body.spot.person)
    if not found:
        return False
    why = "relay.take_back_how" if takes_back(text_of(body)) else cannot_carry(body)
    if why:
        await hint(turn, body, found[0], why)
        return True
    words = words_of(body)
    meant = (await turn.person(body.spot.person)).facts.get("consult", {})
    if len(found) > 1 and meant.get("until", 0) > turn.now:
        found = [order for order in found if order.no == meant["order"]] or found
    if len(found) > 1:
        lang = (await turn.person(body.spot.person)).lang
        patients = [brief_of(orders.patient_of(order)) for order in found]
        called = await names_for(turn, body.spot.person, patients)
        args = {
            "text": words.text,
            "photo": words.file,
            "kind": words.kind,
            "size": words.size,
            "title": words.name,
            "mime": words.mime,
            "message": body.message,
            "orders": [
                {"no": order.no, "name": name_in(called[one.id], lang), "doctor": _who_sees(turn, order, lang)}
                for order, one in zip(found, patients, strict=True)
            ],
        }
        await begin(turn, OCCASIONS["several-consults"], body.spot, subject=str(body.message), args=args)
        return True
    return await speak_up(turn, found[0], words)


def _who_sees(turn: Turn, order: Order, lang: str) -> str:
    """The department, and the doctor who has taken it."""
    lists = turn.services.catalogue()
    department = name_in(lists.department(order.department).names, lang)
    names = {BASE: str(order.snapshot.get("doctor_name") or "")}
    for one in lists.staff:
        if one.id == order.snapshot.get("doctor"):
            names |= one.names
    return f"{department} {name_in(names, lang)}".strip()


async def _relayed_before(turn: Turn, body: Written) -> bool:
    """Whether this very message was passed on already: it may be delivered again."""
    return await turn.get(Relayed, f"{body.spot.chat}:{body.message}") is not None


async def reply_to_doctor(turn: Turn, body: Written) -> bool:
    """A reply to a doctor's relayed message goes to that consult, whatever question is open."""
    if await _relayed_before(turn, body):
        return True
    copied = await replied(turn, body, "r:")
    if not copied.startswith("r:"):
        return False
    original = await turn.get(Relayed, ":".join(copied.split(":")[1:3]))
    order = await turn.get(Order, original.order) if original else None
    if order is None:
        return False
    if why := cannot_carry(body):
        await hint(turn, body, order, why)
        return True
    entitled = body.spot.person in await may_hear(turn, order)
    if not entitled or not await speak_up(turn, order, words_of(body)):
        await nobody(turn, body, order)
    return True


async def photo_for_doctor(turn: Turn, body: Photographed, dialog: Dialog | None) -> bool:
    """The photo that the doctor asked for: it is his, also where an older question waits for one.

    Who has several consults may mean another one, and is asked.
    """
    if await _relayed_before(turn, body):
        return True
    person = body.spot.person
    found = await _consults(turn, person)
    wanted = [order for order in found if wants_photo(turn, order, person, dialog)]
    if not any([person in await may_hear(turn, order) for order in wanted]):
        return False
    return await to_doctor(turn, body)


async def nobody(turn: Turn, body: Written, order: Order) -> None:
    """No doctor gets this: she reads so at once, and whom to call."""
    html = turn.services.words.say(await turn.lang_of(body.spot.chat), _why_nobody(order), unheard(turn))
    turn.post(f"nobody:{turn.arrival.id}", body.spot.chat, Text(html), reply_to=body.message)


async def why_unheard(turn: Turn, person: int) -> str:
    """The sentence for whoever writes while no doctor hears him; "" for somebody who has no order."""
    mine = [*await own_lately(turn, person), *await turn.find(Order, placed_by=person, stage=LIVE)]
    waits = next((order for order in mine if facts_of(order.stage).consult == "waiting"), None)
    return _why_nobody(waits or mine[0]) if mine else ""


def _why_nobody(order: Order) -> str:
    return "relay.no_doctor_yet" if facts_of(order.stage).consult == "waiting" else "relay.nobody"


def unheard(turn: Turn) -> dict[str, Any]:
    return {"phone": turn.services.config.hospital_phone}


async def replied(turn: Turn, body: Seen, start: str) -> str:
    """The key of our post that this replies to; "" for anybody else's message, and for no reply.

    Raises Hold while a post whose key begins with ``start`` is on its way here: whoever answers at once may be faster
    than the note of its id. If it stays unknown for too long, the post whose whole key is ``start`` is taken for it.
    """
    chat, message = body.spot.chat, body.reply_to
    if message is None:
        return ""
    flying = await turn.services.store.in_flight(chat)
    found = await turn.services.store.post_of(chat, message)
    if found is not None:
        return whole(found.post.key)
    waits = [key for key in flying if key.startswith(start)]
    if not waits or await turn.get(Relayed, f"{chat}:{message}") is not None:  # a person's own words
        return ""
    if not turn.held:
        raise Hold(*waits)
    return start if start in flying else ""


async def from_topic(turn: Turn, body: Written) -> None:
    """To the resident and whoever ordered for her go the words of the doctor who received her, and of a colleague he
    asked in. Everybody else's stay among colleagues, and so does a note.
    """
    order = await of_topic(turn, body)
    if order is None or await _relayed_before(turn, body):
        return
    if stays(turn, order, text_of(body), album_of(body)):
        await _items_before(turn, body, order)
        return
    binding = await voice_of(turn, order, body.spot.person)
    if binding is None or not heard(turn, order):
        await hint(turn, body, order, await _why_kept(turn, order, body.spot.person, binding))
        return
    if why := cannot_carry(body):
        await hint(turn, body, order, why)
        return
    readers = await may_hear(turn, order)
    under = {person: await _answered(turn, body, person) for person in readers}
    if lost := await speak_down(turn, order, words_of(body), binding, under):
        await hint(turn, body, order, lost)


async def _items_before(turn: Turn, body: Written, order: Order) -> None:
    """That an album is a note stood on a later item of it: those that were sent are taken back."""
    album = album_of(body)
    rows = await turn.find(Relayed, order=order.no) if album else []
    sent = [row for row in rows if row.sealed.get("album") == album and not row.sealed.get("withdrawn")]
    for row in sent:
        await withdraw(turn, order, row)
    if sent:
        await hint(turn, body, order, "relay.taken_back")


async def _why_kept(turn: Turn, order: Order, person: int, voice: RoleBinding | None) -> str:
    """The sentence that tells him why his words stay here; ``voice``: see ``voice_of``."""
    if facts_of(order.stage).consult == "waiting" and bound_as(await turn.person(person), "doctor"):
        return "relay.take_first"
    return "relay.closed" if voice else "relay.kept"


async def of_topic(turn: Turn, body: Seen) -> Order | None:
    """Whose consult this was written in."""
    found = await turn.find(Topic, chat=body.spot.chat, thread=body.spot.thread) if body.spot.thread else []
    return await turn.get(Order, found[0].order) if found else None


async def hint(turn: Turn, body: Written, order: Order, key: str) -> None:
    """What became of somebody's words, under them."""
    await under(turn, body, order.topic if body.spot.thread else "", key)


async def not_heard(turn: Turn, body: Said, *, asked: bool) -> None:
    """Her words were not taken and the question is ``asked`` again: no doctor has them either, while one hears her."""
    if asked and await _consults(turn, body.spot.person):
        await under(turn, body, "", "relay.not_heard")


async def under(turn: Turn, body: Seen, topic: str, key: str) -> None:
    """A sentence of ours under somebody's message."""
    html = turn.services.words.say(await turn.lang_of(body.spot.chat), key, {})
    turn.post(f"hint:{turn.arrival.id}", body.spot.chat, Text(html), topic=topic, reply_to=body.message, public=True)


async def _answered(turn: Turn, body: Written, person: int) -> int | None:
    """The person's own message that the doctor replied to, so that the reply stands under it."""
    parts = (await replied(turn, body, "r:")).split(":")
    return int(parts[2]) if len(parts) >= 3 and parts[0] == "r" and parts[1] == str(person) else None


async def tell_unreachable(turn: Turn, person: Person) -> None:
    """Somebody blocked the bot: doctors of his open consults and whoever acts for him hear it, once a day.

    The compound's ambassador reads a name only while he has the parcel, and before that the parcel's label.
    """
    mine = {o.no: o for o in await own_lately(turn, person.id)}
    mine |= {o.no: o for o in await lately(turn, placed_by=person.id)}
    for order in mine.values():
        if order.stage in FINAL and not heard(turn, order):
            continue
        her = brief_of(orders.patient_of(order))
        topic = await turn.get(Topic, order.topic)
        if topic is not None and heard(turn, order) and not await _lost(turn, order, person.id):
            html = turn.services.words.say(await turn.lang_of(topic.chat), "relay.unreachable", {})
            turn.post(f"gone:{turn.now // DAY}:{order.no}", topic.chat, Text(html), topic=topic.key)
        acting = await may_hear(turn, order)
        for other in {*acting, order.ambassador} - {person.id, 0}:
            if other in acting or order.stage == "with-ambassador":
                key, words = "relay.person_unreachable", {"name": await name_for(turn, other, her), "order": order.no}
            elif order.stage in AT_HAND:
                key, words = "relay.parcel_unreachable", {"label": order.label}
            else:
                continue
            html = turn.services.words.say(await turn.lang_of(other), key, words)
            turn.post(f"gone:{turn.now // DAY}:{order.no}:{other}", other, Text(html))


async def _lost(turn: Turn, order: Order, reader: int) -> bool:
    """Under each message that waits for somebody who has blocked the bot: it was not delivered. False: none waits."""
    found = False
    for row in await turn.find(Relayed, order=order.no):
        for copy in row.sealed.get("copies", ()):
            standing = await turn.standing(copy["key"]) if copy["chat"] == reader else None
            if standing is not None and standing.message is None and standing.state != "sent":
                await not_delivered(turn, order, row, "relay.unreachable")
                found = True
    return found


async def not_delivered(turn: Turn, order: Order, row: Relayed, key: str) -> None:
    """Under the writer's own message, once; ``key`` "" = it was, after all."""
    chat, message = map(int, row.id.split(":"))
    told = Text(turn.services.words.say(await turn.lang_of(chat), key, {})) if key else None
    topic = await turn.get(Topic, order.topic)
    there = order.topic if topic is not None and topic.chat == chat else ""
    under = message if message < PRESSED else None
    turn.post(f"lost:{row.id}", chat, told, topic=there, reply_to=under)


async def _consults(turn: Turn, person: int) -> list[Order]:
    """Where this person is heard: her own consults, and those ordered under a mandate that still holds.

    What is on its way stands before what was delivered some days ago.
    """
    mine = {o.no: o for o in await own_lately(turn, person)}
    placed = await lately(turn, placed_by=person)
    mine |= {o.no: o for o in placed if heard(turn, o) and person in await may_hear(turn, o)}
    open_ = [order for order in mine.values() if heard(turn, order)]
    return sorted(open_, key=lambda order: (order.stage in FINAL, order.deadline))


def word_of(text: str) -> str:
    """The command that a text begins with, "" for other words."""
    return text[1:].partition(" ")[0].partition("@")[0].lower() if text.startswith("/") else ""


def words_of(body: Written) -> Words:
    spot = body.spot
    if isinstance(body, SentOther):
        return Words(
            spot.chat, spot.person, body.message, body.caption, body.file, body.kind, body.size, body.name, body.mime,
            album=body.album,
        )  # fmt: skip
    unique = body.unique if isinstance(body, Photographed) else ""
    return Words(spot.chat, spot.person, body.message, text_of(body), _file(body), unique=unique, album=album_of(body))


def album_of(body: Written) -> str:
    return "" if isinstance(body, Said) else body.album


def text_of(body: Written) -> str:
    return body.text if isinstance(body, Said) else body.caption


def _file(body: Written) -> str:
    return "" if isinstance(body, Said) else body.file
