"""Exceptions: raised by any part, seen by the operators. What an operator does with one stands in bot/ops/desk.py."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any

from bot import rules
from bot.decoding import jsonable
from bot.model import Body, Button, Incident, Json, Order, PaidInChat, Person, Place, PlaceKind, Pressed, Text
from bot.ops.charges import words_of
from bot.ops.opening import hours
from bot.ops.registry import CARDS, Changed, bound_as
from bot.ops.waking import wake
from bot.turn import Services, Turn
from bot.views import IncidentView
from locales import closest

NO_ROOM = {"waits": "error.no_room", "full": "error.disk_full", "again": "error.disk_again"}
TOLD = "incident:"  # how the keys of the cards begin
FLOOD = 3_600_000  # ms: so long after the newest of a cause another one counts as of the same
SHOWN = 5  # order numbers on a card
FEW = 5  # cards of one kind and code, of those that are each a matter of its own, before they share one
#: Kinds that hardly ever have one cause; of any other kind the second one of the same code shares the first one's card.
ALONE = frozenset(
    {
        "applies",
        "call",
        "claim",
        "denied",
        "door",
        "halt",
        "list",
        "nobody",
        "parcel-damaged",
        "parcel-missing",
        "parcel-nobody",
        "parcel-not-mine",
        "parcel-problem",
        "payment",
        "price",
        "record",
        "return",
        "role",
        "unaccepted",
        "unanswered",
        "unconfirmed",
        "uncovered",
        "visit",
    }
)
#: Kinds beside those of parcels that end when their order leaves its problem.
AT_PROBLEM = frozenset({"unsettled"})
#: Kinds that may end when their order is read again from the hospital.
READ_AGAIN = frozenset({"price", "settling", "sum", "told", "unaccepted", "unread"})


async def report(
    turn: Turn, kind: str, *, order: str = "", about: str = "", code: str = "", again: Mapping[str, Json] | None = None
) -> None:
    """Something was put aside that a person must see. Raised again while it is open it stays one row and one card.

    ``about`` "" = the order. Neither names a person: see ``Incident``. ``again``: what [Try again] needs to know,
    kept sealed (bot/ops/retrying.py).
    """
    about = about or order
    row = await turn.get(Incident, f"{kind}:{about}")
    if row is not None and not row.done_at:
        known = {"code": code or row.code, "sealed": again or row.sealed}
        turn.put(replace(row, last=turn.now, times=row.times + 1, **known))
        return
    version = row.version if row else 0
    raised = Incident(f"{kind}:{about}", kind, about, turn.now, turn.now, order, code, version=version)
    turn.put(await _carded(turn, replace(raised, sealed=again or {})))


def command_about(turn: Turn, key: str) -> str:
    """How an exception names a command: its key may say who."""
    return turn.blind("command", key)[:12]


async def settle(turn: Turn, kind: str, about: str, word: str) -> None:
    """It has ended by itself; ``word`` says how. Nothing happens where none is open."""
    row = await turn.get(Incident, f"{kind}:{about}")
    if row is not None and not row.done_at:
        await end(turn, row, word)


#: What else follows where one has ended: the row as it is then.
ENDED: list[Callable[[Turn, Incident], Awaitable[None]]] = []


async def end(turn: Turn, row: Incident, word: str, by: int = 0) -> None:
    turn.put(over := replace(row, done_at=turn.now, word=word, done_by=by, sealed={}))
    for follows in ENDED:
        await follows(turn, over)


async def ask_operators(
    turn: Turn, post: str, key: str, words: Mapping[str, Any], label: str, action: str, *, but: int = 0
) -> None:
    """In private to each operator ``but`` one, with the button that leads on: only there a person may be named."""
    say = turn.services.words
    for operator in await turn.find(Person, role="operator"):
        if operator.id != but:
            button = Button(say.label(operator.lang, label), f"a:{action}")
            turn.post(f"{post}:{operator.id}", operator.id, Text(say.say(operator.lang, key, words), ((button,),)))


# ---------------------------------------------------------------- one card a case, and one for a shared cause


async def _carded(turn: Turn, raised: Incident) -> Incident:
    """With its own card; what 200 orders have from one cause stands on one card with a count."""
    few = FEW if raised.kind in ALONE else 1
    alike = [one for one in await _newest(turn, raised, few) if turn.now - one.since < FLOOD]
    if len({one.card for one in alike}) < few:
        card = turn.blind("card", raised.id, str(turn.now))[:12]
        nobody_has(turn, card)
        return replace(raised, card=card)
    lead = max(alike, key=lambda one: one.since)
    return replace(raised, card=lead.card, owner=lead.owner, taken=lead.taken)


async def _newest(turn: Turn, raised: Incident, few: int) -> list[Incident]:
    """Open ones of the same kind and code: this turn's, and the newest of before; never all of a flood."""
    like: dict[str, Any] = {"kind": raised.kind, "code": raised.code, "done_at": 0}
    stored = [await turn.get(Incident, row.id) for row in await turn.services.store.find(Incident, limit=few, **like)]
    rows = {row.id: row for row in (*turn.changed(Incident), *stored) if row is not None and row.card}
    return [row for row in rows.values() if all(getattr(row, name) == wanted for name, wanted in like.items())]


async def on_card(turn: Turn, card: str) -> list[Incident]:
    """What stands open on a card; the oldest first."""
    rows = await turn.find(Incident, card=card) if card else []
    return sorted((row for row in rows if not row.done_at), key=lambda row: row.since)


async def view(turn: Turn, card: str) -> IncidentView:
    """A card as it stands: what is open on it, or how it ended."""
    rows = await on_card(turn, card)
    over = not rows
    shown = rows or sorted(await turn.find(Incident, card=card), key=lambda row: row.since)
    last = max(shown, key=lambda row: row.done_at)
    orders = [*dict.fromkeys(row.order for row in shown if row.order)]
    return IncidentView(
        card,
        last.kind,
        last.code,
        tuple(orders[:SHOWN]),
        len(orders[SHOWN:]),
        len(shown),
        shown[0].since,
        _at_least(sum(row.times for row in shown)),
        last.owner,
        await _name(turn, last.owner),
        last.taken,
        over,
        await _name(turn, last.done_by) if over else "",
        any(may_try(row) for row in rows),
        await _chats(turn, card),
        await _at_problem(turn, rows),
    )


async def _at_problem(turn: Turn, rows: list[Incident]) -> bool:
    """Something is wrong with a parcel, and its order waits for an operator's word."""
    parcels = [row for row in rows if row.kind in AT_PROBLEM or row.kind.startswith("parcel-")][:SHOWN]
    found = [await turn.get(Order, row.order) for row in parcels]
    return any(order is not None and (order.stage == "problem" or order.pending == "report") for order in found)


def _at_least(times: int) -> int:
    """So that what is raised each minute does not change its card each minute."""
    steps = (1, 2, 3, 5, *(n * 10**power for power in range(1, 9) for n in (1, 2, 5)))
    return max(step for step in steps if step <= times)


def may_try(row: Incident) -> bool:
    """Whether [Try again] may do something about it."""
    return bool(row.sealed) or (row.order != "" and row.kind in READ_AGAIN)


async def _name(turn: Turn, account: int) -> str:
    """An operator's, as the hospital's list has it; who has no name there has his number of the registration."""
    binding = bound_as(await turn.person(account), "operator") if account else None
    return (binding.name or binding.id) if binding else ""


async def _chats(turn: Turn, card: str) -> tuple[int, ...]:
    """The operators' groups, or each operator where none is bound; and where it stands already."""
    groups = [place.chat for place in await turn.find(Place, kind=PlaceKind.OPERATORS) if place.bound]
    people = [person.id for person in await turn.find(Person, role="operator")]
    stands = [id for id in people if not groups or await turn.standing(f"{TOLD}{card}:{id}") is not None]
    return (*groups, *stands)


async def _changed(turn: Turn) -> list[Changed]:
    touched = dict.fromkeys(row.card for row in turn.changed(Incident) if row.card)
    return [Changed(card, turn.now, {"case": jsonable(await view(turn, card))}) for card in touched]


CARDS["incident"] = _changed


# ---------------------------------------------------------------- who has it


def own_card(card: str, taken: int) -> str:
    """The key of what its owner reads in private; taken anew it is a new message."""
    return f"{TOLD}{card}:own:{taken}"


#: What else follows where an operator takes one, or nobody has it any more: the row, and his name.
OWNED: list[Callable[[Turn, Incident, str], Awaitable[None]]] = []


async def give(turn: Turn, row: Incident, owner: int) -> None:
    """It is this operator's from now on; 0 = nobody's, and anybody may take it."""
    turn.put(replace(row, owner=owner, taken=turn.now if owner else 0))
    if not owner:
        nobody_has(turn, row.card)
    for follows in OWNED:
        await follows(turn, row, await _name(turn, owner))


async def let_go(turn: Turn, account: int) -> None:
    """Whoever is no operator any more has nothing of them: anybody may take them again."""
    for row in await turn.find(Incident, owner=account, done_at=0):
        turn.post(own_card(row.card, row.taken), account, None)
        await give(turn, row, 0)


FREE = "unowned"  # the timer of what nobody has taken; subject: its card, and how often that was told


def nobody_has(turn: Turn, card: str) -> None:
    """The operators are reminded of it once, after so many opening hours."""
    wait = turn.services.config.unowned_minutes * 60_000
    wake(turn, FREE, f"{card}:0", at=rules.working(turn.now, wait, *hours(turn)))


CASE = "case"  # the timer that reminds the owner of what lies untouched


def remind_at(turn: Turn) -> int:
    """After so many opening hours in which nothing was done about it."""
    return rules.working(turn.now, int(turn.services.config.answer_hours * 3_600_000), *hours(turn))


# ---------------------------------------------------------------- past the store


def past_the_store(services: Services, body: Body | None, what: str, lang: str) -> str:
    """What somebody reads when nothing can be written down; a payer, that his money is safe."""
    key = NO_ROOM[what]
    lang = closest(lang) if lang else services.config.group_lang
    if isinstance(body, Pressed):
        return services.words.label(lang, key)
    said: dict[str, Any] = {}
    if isinstance(body, PaidInChat):
        key, said = words_of(body, services.config.hospital_phone)
    return services.words.say(lang, key, said)
