"""It stands 7: the canary at every step of every flow where somebody types or sends a picture.

The steps are read off the code; one that no walk below reaches fails a test, so that a new step is walked, too.
"""

from __future__ import annotations

import ast
import logging
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from backend_client.models import Pricing
from bot import flows, rules
from bot.clock import HandClock
from bot.dialog import FLOWS, questions, replay
from bot.model import (
    Batch,
    Incident,
    Mandate,
    Observed,
    Person,
    Photographed,
    Place,
    PlaceKind,
    RoleBinding,
    Said,
    Spot,
)
from tests.cases.rows import GROUP, NEW, NO, OPERATOR, OPERATORS, PHARMACIST, REVIEW, ROWS, put, stage
from tests.handlers import test_callers as callers
from tests.handlers.house import BRIEF, FORUM, HELPER, LI, LINE, LISTS, RESIDENT, House, at_home, told
from tests.handlers.test_desk import press
from tests.handlers.test_family import BOY, adds
from tests.handlers.test_hearing import until as waits_until
from tests.handlers.test_incidents import reports
from tests.handlers.test_money import QUOTED

COURIER = 41
WORD, ASCII, NUMBER, BORN, DAY, PRICE = (
    "必妥维甲乙丙",
    "biktarvyzz",
    "8001CANARY",
    "1951-03-08",
    "2026-11-10",
    "4321.98",
)
DOSE = f"每次1片，每日2次，{WORD}"
MARKED = (WORD, ASCII, NUMBER, BORN, PRICE, "432198", ASCII.upper())
BY = Mandate("m-1", HELPER, "pat-1", "2027-01-01", True, {"name": "王秀英", "brief": BRIEF})
BATCH = Batch("b-1", "run-1", "arrived", 1, "comp-1", COURIER, HELPER, 1, 1, code="4711")
TYPING = ("text", "date", "photos")


@dataclass
class Walk:
    """``reached``: the steps at which somebody typed or sent a picture, as ``file/step``."""

    house: House
    reached: set[str] = field(default_factory=set[str])

    async def press(self, who: int, data: str, chat: int = 0) -> None:
        await self.house.take(self.house.press(who, data, chat))

    async def tap(self, who: int, *options: str, chat: int = 0) -> None:
        for option in options:
            await self.press(who, self.house.button(option), chat)

    async def types(self, who: int, *words: str) -> None:
        for one in words:
            await self.house.take(self.house.text(who, one))

    async def replies(self, who: int, words: str) -> None:
        """In the review group: only a reply is an answer."""
        stands = await self.house.services.store.standing((await self.house.dialog(who)).prompt)
        assert stands is not None
        await self.house.take(
            self.house.arrival(Said(Spot(REVIEW, who), 9_000 + self.house.count, words, reply_to=stands.message))
        )

    async def sends(self, who: int, unique: str) -> None:
        picture = Photographed(Spot(who, who), 10_000 + self.house.count, f"file-{unique}", unique, 9, 9, 9, "", WORD)
        await self.house.take(self.house.arrival(picture))

    async def opens(self, who: int, link: str) -> None:
        """The newest deep link of this purpose."""
        urls = [b.url for p in self.house.posts() for row in getattr(p.content, "buttons", ()) for b in row]
        await self.types(who, "/start " + [url.partition("start=")[2] for url in urls if f"start={link}-" in url][-1])


@pytest.fixture
async def walk(
    tmp_path: Path, clock: HandClock, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> AsyncIterator[Walk]:
    caplog.set_level(logging.DEBUG)
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))
    courier = Person(COURIER, roles=(RoleBinding("courier", "pr-5", "赵师傅"),))
    async with at_home(tmp_path / "core.sqlite", clock, (*ROWS, BY, BATCH, courier)) as home:
        services = replace(home.services, search=LISTS.search, reads_photos=True)
        walk = Walk(House(services, clock))
        plain = questions.take

        def take(question: Any, given: Any, *more: Any) -> Any:
            if isinstance(given, questions.Text | questions.Picture):
                file = FLOWS[question.flow].run.__module__.rpartition(".")[2]
                walk.reached.add(f"{file}/{question.step.rpartition('/')[2].partition('[')[0]}")
            return plain(question, given, *more)

        monkeypatch.setattr(replay, "take", take)
        yield walk


# ---------------------------------------------------------------- the walks


async def begins_to_order(walk: Walk) -> None:
    await walk.press(RESIDENT, "a:need")
    await walk.house.answer("hospital.patient_file", {"cover": "covered", "history": []})


async def by_hand(walk: Walk) -> None:
    walk.house.core.services = walk.house.services = replace(walk.house.services, reads_photos=False)
    await begins_to_order(walk)
    await walk.sends(RESIDENT, "u1")
    await walk.tap(RESIDENT, "done")
    await walk.types(RESIDENT, DAY, ASCII)
    await walk.tap(RESIDENT, "unlisted", "no")
    await walk.types(RESIDENT, "7")


def reading(**more: Any) -> dict[str, Any]:
    drug = {"id": "l1", "name": "二甲双胍片", "strength": "0.5g", "match": "exact", "code": "d1", "sig": "0.5g bid"}
    return {"accepted": True, "names": ["王秀英"], "patient": "王秀英", "drugs": [drug], "pages": [0], **more}


async def by_machine(walk: Walk) -> None:
    await begins_to_order(walk)
    await walk.sends(RESIDENT, "u1")
    await walk.tap(RESIDENT, "done")
    await walk.house.answer("photo.read", reading(accepted=False, reason="blurred"))
    await walk.sends(RESIDENT, "u5")
    await walk.tap(RESIDENT, "done")
    await walk.house.answer("photo.read", reading(accepted=False, reason="blurred"))
    await walk.sends(RESIDENT, "u2")
    await walk.sends(RESIDENT, "u3")
    await walk.tap(RESIDENT, "done")
    await walk.house.answer("photo.read", reading(whose=["王秀英", "李四"], pages=[0, 1]))
    await walk.sends(RESIDENT, "u4")
    await walk.house.answer("photo.read", reading(whose=["王秀英", "王秀英"], pages=[0, 1]))
    await walk.types(RESIDENT, DAY, "7")
    await walk.tap(RESIDENT, "add")
    await walk.types(RESIDENT, WORD)
    await walk.tap(RESIDENT, "unlisted")
    await walk.types(RESIDENT, "7")
    await walk.tap(RESIDENT, "l1")
    await walk.types(RESIDENT, "8")


async def number_and_birthday(walk: Walk) -> None:
    await put(walk.house, Person(NEW, facts={"consent": True}))
    await walk.types(NEW, "/enrol", NUMBER, BORN)


async def neighbour(walk: Walk) -> None:
    await walk.types(HELPER, "/neighbour", NUMBER, BORN)


async def album(walk: Walk) -> None:
    await walk.press(HELPER, "a:album")
    await walk.sends(HELPER, "u1")


async def at_the_door(walk: Walk) -> None:
    await stage(walk.house, "with-ambassador")
    await walk.press(HELPER, f"a:door:{NO}")
    await walk.types(HELPER, WORD)


async def says_who_she_is(walk: Walk) -> None:
    row = await walk.house.order(NO)
    her = {**BRIEF, "id": "pat-30", "number_tail": "ZQ"}
    await put(walk.house, replace(row, stage="with-ambassador", snapshot={**row.snapshot, "patient": her}))
    await walk.press(HELPER, f"a:door:{NO}")
    await walk.tap(HELPER, "no_code")
    await walk.types(HELPER, BORN[:4], "ZZ")


async def met_ambassador(walk: Walk) -> None:
    await walk.press(COURIER, "a:collect:b-1")
    await walk.types(COURIER, WORD)


async def accepts(walk: Walk) -> None:
    await stage(walk.house, "in-consult")
    new = replace(LINE, code="v1", name="缬沙坦胶囊", strength="80mg", proof=rules.SEE_PHOTO.proof)
    new = replace(new, proof=replace(new.proof, kind="doctor", boxes=2))
    seen = replace(told(NO, "prescribed", walk.house.clock.civil()), prescribed=(LINE, new), rx="rx-1")
    await walk.house.take(walk.house.arrival(Observed(seen)))
    await walk.tap(RESIDENT, "ask")
    await walk.types(RESIDENT, WORD)


async def words_of_a_consult(walk: Walk) -> None:
    await stage(walk.house, "in-consult")
    await walk.types(RESIDENT, WORD)
    await walk.house.take(walk.house.arrival(Said(Spot(FORUM, LI, 55), 9_001, WORD)))


async def answers_late(walk: Walk) -> None:
    staff = (*LISTS.staff, replace(LISTS.staff[0], id="pr-7", role="pharmacist", name="周药师"))
    lists = replace(LISTS, staff=staff)
    walk.house.core.services = walk.house.services = replace(walk.house.services, catalogue=lambda: lists)
    await stage(walk.house, "prescribed")
    await walk.types(RESIDENT, WORD)
    await waits_until(walk.house, "2026-11-23T10:45")
    await walk.press(PHARMACIST, f"a:answer:{NO}", REVIEW)
    await walk.replies(PHARMACIST, WORD)


async def sends_back(walk: Walk) -> None:
    await stage(walk.house, "prescribed")
    await walk.press(PHARMACIST, f"a:return:{NO}", REVIEW)
    await walk.tap(PHARMACIST, "dose")
    await walk.replies(PHARMACIST, WORD)


async def asks_her(walk: Walk) -> None:
    await stage(walk.house, "prescribed")
    await walk.press(PHARMACIST, f"a:query:{NO}", REVIEW)
    await walk.replies(PHARMACIST, WORD)
    await walk.types(RESIDENT, ASCII)


async def prices(walk: Walk) -> None:
    await stage(walk.house, "in-consult")
    bare = replace(LINE, code="", name="阿齐沙坦片")
    now = walk.house.clock.civil()
    one = Pricing(2, "open", until=now + 3_600_000, id="t-1")
    seen = replace(told(NO, "prescribed", now), prescribed=(LINE, bare), pricing=(one,))
    await walk.house.take(walk.house.arrival(Observed(seen)))
    await walk.press(PHARMACIST, f"a:price:{NO}", REVIEW)
    await walk.replies(PHARMACIST, PRICE)
    await walk.tap(PHARMACIST, "mistyped", chat=REVIEW)
    await walk.tap(PHARMACIST, "refuse", chat=REVIEW)
    await walk.replies(PHARMACIST, WORD)


async def reads_the_photo(walk: Walk) -> None:
    order = await walk.house.order(NO)
    asked = [asdict(rules.SEE_PHOTO)]
    await put(walk.house, replace(order, stage="in-consult", doctor=LI, snapshot={**order.snapshot, "asked": asked}))
    await walk.press(LI, f"a:prescribe:{NO}", FORUM)
    await walk.opens(LI, "sign")
    await walk.types(LI, WORD)
    await walk.tap(LI, "unlisted")
    await walk.types(LI, "7")
    await walk.tap(LI, "enough")
    await walk.types(LI, "0.5g")
    await walk.types(LI, DOSE)


async def changes_lines(walk: Walk) -> None:
    order = await walk.house.order(NO)
    await put(walk.house, replace(order, stage="in-consult", doctor=LI))
    await walk.press(LI, f"a:prescribe:{NO}", FORUM)
    await walk.opens(LI, "amend")
    await walk.tap(LI, "word")
    await walk.types(LI, WORD)
    await walk.tap(LI, "line-1")
    await walk.types(LI, DOSE)
    await walk.tap(LI, "add")
    await walk.types(LI, "二甲双胍")
    await walk.tap(LI, "d1")
    await walk.types(LI, "7", DOSE)


async def lets_family_pay(walk: Walk) -> None:
    order = await walk.house.order(NO)
    await put(walk.house, replace(QUOTED, no=NO, version=order.version))
    await walk.press(RESIDENT, f"a:family_pays:{NO}")
    await walk.types(RESIDENT, WORD)


async def adds_a_person(walk: Walk) -> None:
    await adds(walk.house, BOY)
    await walk.types(NEW, WORD)


async def sends_a_proof(walk: Walk) -> None:
    config = replace(walk.house.services.config, proof_in_chat="on")
    walk.house.core.services = walk.house.services = replace(walk.house.services, config=config)
    await adds_a_person(walk)
    await walk.tap(NEW, "yes")
    await walk.sends(NEW, "u1")
    await walk.house.answer("hospital.keep_proof", "Binary/b-1")


async def at_the_desk(walk: Walk) -> None:
    await put(walk.house, callers.desk(NEW, "pr-desk", "comp-1"))
    callers.entitled(walk.house, "pr-desk")
    await callers.calls(walk.house, NEW, number=NUMBER)
    await callers.agrees(walk.house, NEW, call=ASCII)
    await callers.recorded(walk.house, NEW)
    await walk.tap(NEW, "3-7", "ok")
    no = str(walk.house.commands("hospital.submit")[-1].args["draft"]["no"])
    await callers.stands(walk.house, no, "quoted")
    await callers.takes(walk.house, no, ASCII, NEW)
    await walk.house.answer("hospital.pay", refusal="amount-differs")


async def wants_to_help(walk: Walk) -> None:
    await walk.types(NEW, "/start helpout-comp-1")
    await walk.tap(NEW, "yes", "here")
    await walk.types(NEW, WORD, f"1391{PRICE.replace('.', '')}", ASCII)
    await walk.tap(NEW, "+morning", "done", "ok")


async def asks_to_be_called(walk: Walk) -> None:
    await walk.press(NEW, "a:call_me")
    await walk.types(NEW, f"1391{PRICE.replace('.', '')}")


async def ends_an_exception(walk: Walk) -> None:
    await reports(walk.house, "unread", order=NO, code="unknown-stage")
    await press(walk.house, OPERATOR, "i_take", OPERATORS)
    await press(walk.house, OPERATOR, "i_done")
    await walk.types(OPERATOR, WORD)


async def tells_what_is_wrong(walk: Walk) -> None:
    await stage(walk.house, "handed-over")
    for kind, more in (("missing", "photo"), ("damaged", "word")):
        await put(walk.house, replace(await walk.house.order(NO), stage="handed-over", pending=""))
        for row in await walk.house.services.store.find(Incident, order=NO):
            await put(walk.house, replace(row, done_at=1))
        await walk.press(RESIDENT, f"a:wrong:{NO}")
        await walk.tap(RESIDENT, kind)
        if more == "photo":
            await walk.sends(RESIDENT, "u1")
        else:
            await walk.tap(RESIDENT, "word")
            await walk.types(RESIDENT, WORD)


async def announces(walk: Walk) -> None:
    await put(walk.house, Place(-501, PlaceKind.COMPOUND, "comp-2"))
    await walk.types(OPERATOR, "/announce", WORD)
    await walk.tap(OPERATOR, "c/comp-1")
    await walk.types(OPERATOR, ASCII)
    await walk.tap(OPERATOR, "enough")
    await walk.types(OPERATOR, WORD, ASCII)


TYPED: dict[Callable[[Walk], Awaitable[None]], tuple[str, ...]] = {
    by_hand: ("refill/rx", "refill/rx_month", "reading/search", "refill/boxes"),
    by_machine: (
        *("photos/again", "photos/unread", "photos/page"),
        *("reading/day", "reading/count", "reading/boxes", "reading/fix"),
    ),
    number_and_birthday: ("enrol/number", "enrol/born"),
    neighbour: ("enrol/number", "enrol/born"),
    wants_to_help: ("applying/name", "applying/phone", "applying/called"),
    asks_to_be_called: ("visits/phone",),
    album: ("album/all",),
    at_the_door: ("hand_over/code",),
    says_who_she_is: ("hand_over/year", "hand_over/tail"),
    met_ambassador: ("run_sheet/code",),
    accepts: ("accepting/question",),
    words_of_a_consult: (),
    answers_late: ("hearing/words",),
    sends_back: ("review/said",),
    asks_her: ("review/question", "review/answer"),
    prices: ("pricing/what", "pricing/reason"),
    reads_the_photo: ("prescribe/boxes", "prescribe/strength", "prescribe/taken"),
    lets_family_pay: ("paying/who",),
    adds_a_person: ("family/name",),
    sends_a_proof: ("send_proof/sent",),
    at_the_desk: ("enrol/number", "enrol/born", "callers/call", "callers/receipt"),
    announces: ("broadcast/first", "broadcast/more", "broadcast/zh", "broadcast/en"),
    ends_an_exception: ("incidents/word",),
    tells_what_is_wrong: ("wrong/photo", "wrong/word"),
    changes_lines: ("writing/word", "writing/item", "writing/search", "writing/boxes", "writing/much"),
}


# ---------------------------------------------------------------- what is looked for, and where


def steps() -> set[str]:
    """``file/step`` of every question of every flow that takes typed words or pictures."""
    found: set[str] = set()
    for file in Path(flows.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and _takes_words(node, node.func):
                key = node.args[0]
                name = key.values[0] if isinstance(key, ast.JoinedStr) else key
                assert isinstance(name, ast.Constant)
                found.add(f"{file.stem}/{str(name.value).partition('[')[0]}")
    return found


def _takes_words(call: ast.Call, asked: ast.Attribute) -> bool:
    checked = any(word.arg == "check" for word in call.keywords)
    return asked.attr in TYPING or (asked.attr == "choice" and checked)


def test_every_step_at_which_somebody_types_is_walked() -> None:
    assert steps() == {step for reached in TYPED.values() for step in reached}


@pytest.mark.parametrize("way", TYPED, ids=lambda way: way.__name__)
async def test_nothing_typed_stands_in_plain(
    walk: Walk, way: Callable[[Walk], Awaitable[None]], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    await way(walk)
    assert walk.reached >= set(TYPED[way])
    _nowhere(walk.house, tmp_path, caplog.text, repr(await walk.house.services.store.dead_letters()))
    for who in (RESIDENT, HELPER, LI, COURIER, NEW):
        await walk.types(who, "/cancel")
    _nowhere(walk.house, tmp_path, caplog.text, "")


def _nowhere(house: House, folder: Path, log: str, letters: str) -> None:
    """Not in the database with its journal, a temporary file, the log, a letter, a button, a group of neighbours."""
    files = b"".join(one.read_bytes() for one in folder.rglob("*") if one.is_file())
    assert b"comp-1" in files, "what may stand in plain is found"
    buttons = repr([b.data + b.url for p in house.posts() for row in getattr(p.content, "buttons", ()) for b in row])
    groups = repr([getattr(p.content, "html", "") for p in house.posts() if p.chat in (GROUP, OPERATORS)])
    names = repr([(p.key, p.topic, p.holds) for p in house.posts()])
    for word in MARKED:
        assert word.encode() not in files, f"{word} in a file"
        for where, text in {"log": log, "letter": letters, "button": buttons, "group": groups, "name": names}.items():
            assert word not in text, f"{word} in a {where}"
