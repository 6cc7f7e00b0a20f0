"""Cores on a real store with the people of one order; the messenger and the hospital are what they would say."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, cast

from backend_client.models import (
    Changes,
    Compound,
    Department,
    Drug,
    Line,
    OrderSnapshot,
    Parcel,
    Patient,
    Role,
    Settlement,
    Staff,
)
from bot.catalogue import Catalogue
from bot.clock import HandClock, day_of
from bot.config import load
from bot.core import Core
from bot.decoding import decoder
from bot.dialog.buttons import short
from bot.handlers import route
from bot.model import (
    Arrival,
    Button,
    Command,
    Dialog,
    Order,
    Outcome,
    Person,
    Photographed,
    Place,
    PlaceKind,
    Post,
    PreCheckout,
    Pressed,
    Returned,
    RoleBinding,
    Said,
    Spot,
)
from bot.ops.rights import mark_orders
from bot.render.messages import words_of
from bot.roles import BOUND
from bot.store.crypto import Keys
from bot.store.port import Mark
from bot.store.sqlite import open_sqlite
from bot.turn import Answer, Services, Turn
from tests.prepared import empty_store
from tests.waiting import posts_due

KEY = "a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2s="
RESIDENT, LI, ZHAO, HELPER, FORUM = 7, 21, 22, 31, -100
LINE = Line("d1", "二甲双胍", "0.5g", 2, "0.5g bid", 30)
ROAD = ("submitted", "in-consult", "prescribed", "passed", "quoted", "paid", "packed", "on-the-way", "arrived",
        "with-ambassador", "handed-over", "confirmed")  # fmt: skip
PATIENT = Patient("pat-1", "王秀英", "1950-01-01", "female", "3号楼301", "3", "6789")
BRIEF: dict[str, Any] = {"id": "pat-1", "name": "王秀英", "birth_date": "1950-01-01", "sex": "female",
                         "address": "3号楼301", "building": "3", "phone_tail": "6789"}  # fmt: skip
PEOPLE = (
    Person(RESIDENT, roles=(RoleBinding("patient", "pat-1", ""),),
           facts={"self": BRIEF, "consent": True, "compound": "comp-1"}),
    Person(LI, roles=(RoleBinding("doctor", "pr-1", "李医生", "dep-1"),)),
    Person(ZHAO, roles=(RoleBinding("doctor", "pr-2", "赵医生", "dep-1"),)),
    Person(HELPER, roles=(RoleBinding("ambassador", "pr-4", "陈老师"), RoleBinding("serves", "comp-1", ""))),
    Place(FORUM, PlaceKind.DEPARTMENT, "dep-1"),
)  # fmt: skip
LISTS = Catalogue(
    departments=(Department("dep-1", "endocrinology", {"zh-CN": "内分泌科", "en": "Endocrinology"}),),
    compounds=(Compound("comp-1", {"zh-CN": "幸福里", "en": "Happy Court"}, "南门"),),
    drugs=(Drug("d1", {"zh-CN": "二甲双胍", "en": "Metformin"}, "0.5g", 30, "tablet", 2000, sig="0.5g bid"),),
    staff=(
        Staff("pr-1", "doctor", "李医生", {"en": "Li"}, "dep-1"),
        Staff("pr-2", "doctor", "赵医生", {"en": "Zhao"}, "dep-1"),
    ),
)
AROUND = frozenset({"rung", "queue", "unowned"})  # clocks that every order has: tests of another clock leave them alone
HISTORY = [{"line": {"code": "d1", "name": "二甲双胍", "strength": "0.5g", "boxes": 2, "sig": "0.5g bid", "days": 30},
            "day": "2026-10-20", "condition": "2型糖尿病", "hospital": "市一院"}]  # fmt: skip


def told(no: str, stage: Any, at: int, **more: Any) -> OrderSnapshot:
    """The order as the hospital has it; ``at`` is its lastUpdated and its version."""
    on = ROAD.index(stage) if stage in ROAD else 0
    facts: dict[str, Any] = {
        "deadline": at + 72 * 3_600_000,
        "doctor": "pr-1" if on else "",
        "doctor_name": "李医生" if on else "",
        "prescribed": (LINE,) if on > 1 else (),
        "settlement": Settlement(4000, 2500, 500, 1000, True) if on > 3 else None,
        "parcel": Parcel("par-1", "A-07", "4711") if on > 5 else None,
    }
    return OrderSnapshot(no=no, task=f"task-{no}", version=f"v{at}", updated=at, stage=stage, patient=PATIENT,
                         requester="Patient/pat-1", department="dep-1", compound="comp-1", delivery="home",
                         priority="routine", days_left="3-7", condition="2型糖尿病", asked=(LINE,),
                         **{**facts, **more})  # fmt: skip


def as_known(row: Order, **now: Any) -> OrderSnapshot:
    """What the hospital says of an order of which nothing has changed but ``now``."""
    patient, money = row.snapshot["patient"], row.snapshot.get("settlement")
    facts: dict[str, Any] = {
        "version": row.task_version,
        "patient": decoder(Patient)(patient),
        "settlement": Settlement(**money) if money and "self_pay" in money else None,
        "kept": row.snapshot.get("kept", 0),
    }
    return replace(told(row.no, row.stage, row.updated), **{**facts, **now})


class Meeting:
    """A store in which two turns have both decided before either of them is written down."""

    def __init__(self, store: Any) -> None:
        self._store, self._both, self._met = store, asyncio.Barrier(2), set[str]()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    async def commit(self, outcome: Outcome) -> None:
        if outcome.arrival.id not in self._met:
            self._met.add(outcome.arrival.id)
            await asyncio.wait_for(self._both.wait(), 20)
        await self._store.commit(outcome)


@dataclass
class Books:
    """The hospital as the feed sees it: whoever asks is told all that was ever written, again and again."""

    written: list[OrderSnapshot] = field(default_factory=list[OrderSnapshot])

    async def changes(self, cursor: str, seen: tuple[str, ...]) -> Changes:
        return Changes(tuple(self.written), (), "")

    async def order(self, no: str) -> OrderSnapshot:
        return next(seen for seen in reversed(self.written) if seen.no == no)


@dataclass
class House:
    services: Services
    clock: HandClock
    outcomes: list[Outcome] = field(default_factory=list[Outcome])
    count: int = 0
    ended: set[str] = field(default_factory=set[str])  # registrations that the hospital says have ended
    slow: bool = False  # the hospital does not answer what is read before an act

    def __post_init__(self) -> None:
        self.core = Core(self.services, route)
        self.services.store.on_commit(self.outcomes.append)

    # ------------------------------------------------------------ what comes in
    def arrival(self, body: Any, id: str = "") -> Arrival:
        self.count += 1
        self.clock.advance(0.001)
        source: Any = "result" if isinstance(body, Returned) else "telegram"
        return Arrival(source, id or str(self.count), self.clock.civil(), body)

    def press(self, who: int, data: str, chat: int = 0) -> Arrival:
        return self.arrival(Pressed(Spot(chat or who, who), 1, data, f"q{self.count}"))

    def text(self, who: int, words: str) -> Arrival:
        return self.arrival(Said(Spot(who, who), 10_000 + self.count, words))

    def photo(self, who: int, unique: str) -> Arrival:
        return self.arrival(Photographed(Spot(who, who), 10_000 + self.count, f"file-{unique}", unique, 9, 9, 9))

    def turn(self, arrival: Arrival | None = None) -> Turn:
        """A turn to be worked out by hand."""
        return Turn(self.services, arrival or self.arrival(None))

    async def checkout(self, who: int, amount: int, no: str, query: str = "q", **now: Any) -> Arrival:
        """Somebody presses the pay button of a bill; the hospital says that nothing has changed but ``now``."""
        seen = as_known(await self.order(no), **now)
        return self.arrival(PreCheckout(query, who, amount, "CNY", f"pay:{no}:{amount}", seen))

    async def take(self, arrival: Arrival) -> Answer:
        since = len(self.outcomes)
        answer = await self.core.take(arrival)
        await self.show()
        for command in self.commands(since=since):
            if not self.slow and (told := await self._stands(command)) is not None:
                await self.take(self.arrival(Returned(command.key, told), f"{command.key}:result"))
        return answer

    async def _stands(self, command: Command) -> Any:
        """What the hospital says of a registration, or of the record of whoever pays; None for any other question."""
        if command.op == "hospital.read_role":
            id = str(command.args["role"])
            people = await self.services.store.find(Person)
            mine = [(person, one) for person in people for one in person.roles if (one.id == id) and one.role in BOUND]
            person, one = mine[0]
            places = tuple(role.id for role in person.roles if role.role == "serves")
            return Staff(id, cast("Role", one.role), one.name, {}, one.department,
                         places if one.role == "ambassador" else one.locations, ended=id in self.ended)  # fmt: skip
        if command.op == "hospital.read_record" and command.origin.step.rpartition("/")[2] == "stands":
            return asdict(replace(PATIENT, id=str(command.args["patient"])))
        return None

    async def together(self, *arrivals: Arrival) -> list[Answer]:
        """Two replicas of the core on this store; each decides before the other one has committed."""
        store: Any = Meeting(self.services.store)
        answers = await asyncio.gather(*(Core(replace(self.services, store=store), route).take(a) for a in arrivals))
        await self.show()
        return answers

    async def show(self) -> None:
        """The sender's part: all that stands to be sent is on the screens."""
        due = await posts_due(self.services.store, self.clock.civil())
        marks = [Mark(one.post.key, "sent", one.wanted, one.message or 100 + n + 50 * self.count)
                 for n, one in enumerate(due)]  # fmt: skip
        await self.services.store.mark(marks)

    async def answer(self, op: str, value: Any = None, refusal: str = "") -> None:
        """The hospital answers the newest command of this name."""
        key = [command.key for command in self.commands() if command.op == op][-1]
        await self.take(self.arrival(Returned(key, value, refusal), f"{key}:result"))

    async def decides(self, operator: int, action: str = "joins_yes") -> Answer:
        """The operator's press on the newest question who joined by a link."""
        rows = [row for post in self.posts() if post.chat == operator for row in getattr(post.content, "buttons", ())]
        data = [one.data for row in rows for one in row if one.data.startswith(f"a:{action}:")]
        return await self.take(self.press(operator, data[-1]))

    # ------------------------------------------------------------ looking in
    def commands(self, op: str = "", since: int = 0) -> list[Command]:
        return [c for outcome in self.outcomes[since:] for c in outcome.commands if not op or c.op == op]

    def posts(self) -> list[Post]:
        return [post for outcome in self.outcomes for post in outcome.posts]

    def button(self, option: str) -> str:
        """The data of the newest button that answers with this option."""
        buttons: list[Button] = [b for p in self.posts() for row in getattr(p.content, "buttons", ()) for b in row]
        return [b.data for b in buttons if b.data[:2] == "d:" and b.data.split(":")[4] == short(option)][-1]

    async def tap(self, who: int, *options: str) -> None:
        for option in options:
            await self.take(self.press(who, self.button(option)))

    async def order(self, no: str) -> Order:
        found = await self.services.store.get(Order, no)
        assert found is not None
        return found

    async def dialog(self, who: int) -> Dialog:
        return (await self.services.store.find(Dialog, person=who, state=("open", "sent")))[0]

    def label(self, key: str, **words: Any) -> str:
        return self.services.words.label("zh-CN", key, {"name": "", "at": self.clock.civil(), **words})


def _read_now(row: Any, at: int) -> Any:
    """The hospital told just now what they are."""
    if not isinstance(row, Person):
        return row
    return replace(row, facts={**row.facts, "read": {one.id: at for one in row.roles if one.role in BOUND}})


@asynccontextmanager
async def at_home(
    path: Path, clock: HandClock, rows: Sequence[Any] = (), zone: str = "Asia/Shanghai"
) -> AsyncIterator[House]:
    """The people above, and ``rows``."""
    config = load({"MEDRELAY_TOKEN": "4242:SANDBOX-core", "MEDRELAY_BOT_API": "http://127.0.0.1:1",
                   "MEDRELAY_DATABASE": str(path), "MEDRELAY_HOSPITAL_URL": "http://127.0.0.1:1",
                   "MEDRELAY_ENCRYPTION_KEYS": f"1:{KEY}", "MEDRELAY_HASH_KEY": KEY,
                   "MEDRELAY_HOLD_SECONDS": "0.2", "MEDRELAY_TIMEZONE": zone})  # fmt: skip
    keys = Keys(config.encryption_keys[0][0], dict(config.encryption_keys), config.hash_key)
    store = await open_sqlite(empty_store(path), bot=config.bot_id, keys=keys, now=clock.civil)
    services = Services(store, words_of(config.timezone), config, "medrelay_bot",
                lambda ms: day_of(ms, config.timezone),
                lambda seconds: int(seconds * 1000), lambda: LISTS, staff_read=clock.civil)  # fmt: skip
    house = House(services, clock)
    rows = [_read_now(row, clock.civil()) for row in rows]
    await store.commit(
        Outcome(house.arrival(None, "people"), rows=(*(_read_now(one, clock.civil()) for one in PEOPLE), *rows))
    )
    await mark_orders(services, clock.civil())
    try:
        yield house
    finally:
        await store.close()
