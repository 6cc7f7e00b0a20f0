"""The hospital's own words are shown as they are, only what happened is told, and nobody is on both sides."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import asdict, replace
from html import escape
from pathlib import Path
from typing import Any

import pytest

from backend_client.lines import Proof
from backend_client.models import BatchSnapshot, ManifestLine, Staff
from bot.clock import HandClock
from bot.core import Core
from bot.handlers import route
from bot.model import (
    CUT,
    Arrival,
    Batch,
    Custody,
    Link,
    Mandate,
    Observed,
    Order,
    Outcome,
    Person,
    Place,
    PlaceKind,
    Post,
    RoleBinding,
    Topic,
)
from bot.turn import Turn
from tests.handlers.house import BRIEF, FORUM, HELPER, LI, LINE, LISTS, PEOPLE, RESIDENT, ZHAO, House, at_home, told

NO, OPERATOR, COURIER, REVIEWER, REVIEW = "MR1123-1", 51, 41, 61, -200
MONEY = {"total": 4000, "pooled": 2500, "personal": 500, "self_pay": 1000, "insured": True}
SNAPSHOT = {"patient": BRIEF, "doctor": "pr-1", "doctor_name": "李医生", "asked": [asdict(LINE)],
            "prescribed": [asdict(LINE)], "days_left": "3-7", "condition": "", "answers": {}}  # fmt: skip
STAFF = (
    Person(OPERATOR, roles=(RoleBinding("operator", "op-1", "何"),)),
    Person(COURIER, roles=(RoleBinding("courier", "co-1", "小张"),)),
    Person(REVIEWER, roles=(RoleBinding("pharmacist", "ph-1", "王药师"),)),
    Place(REVIEW, PlaceKind.REVIEW),
)
FREE = ["缺货", "停产 <b>& 不供</b>", "reason.other", "see Dr. Li {{ name }}", "a" * 300]


def order(stage: str, **more: Any) -> Order:
    fields: dict[str, Any] = {"doctor": LI, "topic": f"consult:{NO}", **more}
    fields["snapshot"] = {**SNAPSHOT, **more.get("snapshot", {})}
    return Order(NO, stage, 1, 1, "v1", 10**13, "dep-1", "comp-1", "yellow", fields.pop("placed_by", RESIDENT),
                 fields.pop("patient_account", RESIDENT), HELPER, **fields)  # fmt: skip


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "core.sqlite"


def living(path: Path, clock: HandClock, row: Order, lang: str = "zh-CN", *rows: Any) -> Any:
    """A house with this order, its topic, its people; all of them read ``lang``."""
    spoken = [replace(one, lang=lang) for one in STAFF if isinstance(one, Person)]
    places = [one for one in STAFF if isinstance(one, Place)]
    house: AbstractAsyncContextManager[House] = at_home(
        path, clock, (row, Topic(row.topic, FORUM, NO, "1", "1", 55), *spoken, *places, *rows)
    )
    return house


async def speak(house: House, lang: str) -> None:
    people = [await house.services.store.get(Person, one.id) for one in PEOPLE if isinstance(one, Person)]
    places = await house.services.store.find(Place)
    rows = tuple(replace(row, lang=lang) for row in (*people, *places) if row)
    await house.services.store.commit(Outcome(house.arrival(None, "lang"), rows=rows))


async def see(house: House, stage: str, **more: Any) -> dict[int, str]:
    """The hospital tells this; what everybody reads then, by chat."""
    house.clock.advance(2)
    at = house.clock.civil()
    before = len(house.outcomes)
    seen = replace(told(NO, stage, at), **more)
    await house.take(Arrival("hospital", f"order/{NO}/{seen.version}", at, Observed(seen)))
    assert not await house.services.store.dead_letters()
    return read(house, before)


def read(house: House, since: int) -> dict[int, str]:
    found: dict[int, str] = {}
    for outcome in house.outcomes[since:]:
        for post in outcome.posts:
            found[post.chat] = found.get(post.chat, "") + str(getattr(post.content, "html", "")) + "\n"
    return found


# ---------------------------------------------------------------- the hospital's own words


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
@pytest.mark.parametrize("reason", FREE)
@pytest.mark.parametrize("stage", ["cancelled", "failed", "problem"])
async def test_a_reason_in_free_words_reaches_patient_doctor_and_operator(
    path: Path, clock: HandClock, stage: str, reason: str, lang: str
) -> None:
    async with living(path, clock, order("in-consult"), lang) as house:
        await speak(house, lang)
        heard = await see(house, stage, reason=reason)
        assert (await house.order(NO)).stage == stage
        for chat in (RESIDENT, FORUM, OPERATOR):
            said = house.services.words.say(lang, "reason.written", {"words": reason})
            assert escape(reason) in said, "as it came"
            assert said in heard[chat], chat
        assert not any(reason in words for chat, words in heard.items() if chat not in (RESIDENT, FORUM, OPERATOR))


@pytest.mark.parametrize("stage", ["not-suitable", "cancelled", "failed", "problem", "returned"])
async def test_whose_words_they_are_is_said_on_a_phone_of_another_language(
    path: Path, clock: HandClock, stage: str
) -> None:
    """Proved: "does not fit an online refill: 缺货", "There is a problem with order ...: 缺货"."""
    async with living(path, clock, order("in-consult" if stage == "not-suitable" else "prescribed"), "en") as house:
        await speak(house, "en")
        heard = await see(house, stage, reason="缺货")
        for chat in (RESIDENT, FORUM):
            assert "the hospital wrote “缺货”" in heard[chat], chat
            assert heard[chat].count("缺货") == heard[chat].count("wrote “缺货”")
        ours = await see(house, "failed", reason="needs-examination")
        assert "wrote" not in ours[RESIDENT], "a reason of ours is told in her own language"


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
@pytest.mark.parametrize("stage", ["not-suitable", "cancelled", "failed", "problem"])
@pytest.mark.parametrize("active", [True, False])
async def test_a_helper_reads_the_reason_only_while_he_may_act(
    path: Path, clock: HandClock, stage: str, active: bool, lang: str
) -> None:
    row = order("in-consult", placed_by=HELPER, mandate="m-1")
    mandate = Mandate("m-1", HELPER, "pat-1", "2027-01-01", active, {"name": "王秀英", "brief": BRIEF})
    async with living(path, clock, row, lang, mandate) as house:
        await speak(house, lang)
        heard = await see(house, stage, reason="缺货")
        assert "缺货" in heard[RESIDENT]
        assert ("缺货" in heard[HELPER]) == active
        if not active:
            assert house.services.words.label(lang, "failed_notice.stopped", {"order": NO}) in heard[HELPER]


async def test_returned_in_free_words_reaches_the_doctor(path: Path, clock: HandClock) -> None:
    async with living(path, clock, order("prescribed")) as house:
        assert "剂量写错了" in (await see(house, "returned", reason="剂量写错了"))[FORUM]


async def test_she_cancelled_it_herself_and_no_operator_is_troubled(path: Path, clock: HandClock) -> None:
    async with living(path, clock, order("in-consult")) as house:
        heard = await see(house, "cancelled", reason="by-watcher")
        assert OPERATOR not in heard
        assert "医院" not in heard[RESIDENT].split("\n")[0]


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
async def test_codes_and_names_nobody_knows_do_not_end_the_turn(path: Path, clock: HandClock, lang: str) -> None:
    patient = replace(told(NO, "passed", 1).patient, sex="other", birth_date="")
    async with living(path, clock, order("in-consult"), lang) as house:
        await speak(house, lang)
        heard = await see(house, "prescribed", patient=patient, days_left="weeks", doctor_name="", priority="?",
                          delivery="drone", compound="nowhere", department="gone")  # fmt: skip
        assert "weeks" in heard[FORUM]
        assert "other" in heard[FORUM]
        assert "Dr  " not in "".join(heard.values())
        assert "paused" in (await see(house, "paused"))[RESIDENT]


async def test_what_could_not_be_handled_is_tried_again_when_it_is_read_again(path: Path, clock: HandClock) -> None:
    """A mend is followed by what was missed meanwhile: the order is read again every few minutes."""
    async with living(path, clock, order("in-consult")) as house:
        seen = told(NO, "failed", clock.civil() + 1, reason="缺货")
        arrival = Arrival("hospital", f"order/{NO}/{seen.version}", clock.civil(), Observed(seen))

        async def fails(turn: Turn) -> None:
            raise KeyError(turn.arrival.id)

        await Core(house.services, fails).take(arrival)
        assert (await house.order(NO)).stage == "in-consult"
        await Core(house.services, route).take(arrival)
        assert (await house.order(NO)).stage == "failed"


# ---------------------------------------------------------------- only what happened


PAID = {"zh-CN": ("付款成功", "已付款", "正在配药"), "en": ("Paid", "is packing")}


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
@pytest.mark.parametrize("before", ["submitted", "in-consult", "passed", "quoted"])
@pytest.mark.parametrize("after", ["problem", "failed"])
async def test_nobody_hears_of_a_payment_that_never_was(
    path: Path, clock: HandClock, before: str, after: str, lang: str
) -> None:
    money = MONEY if before == "quoted" else None
    async with living(path, clock, order(before, snapshot={"settlement": money}), lang) as house:
        await speak(house, lang)
        heard = await see(house, after)
        assert not [words for words in heard.values() for word in PAID[lang] if word in words]
        assert "已通过" not in heard.get(REVIEW, "")
        assert "Passed" not in heard.get(REVIEW, "")
        assert not await house.services.store.find(Custody, order=NO)


async def test_after_a_jump_only_the_stage_that_was_reached_is_told(path: Path, clock: HandClock) -> None:
    async with living(path, clock, order("submitted")) as house:
        before = len(house.outcomes)
        await see(house, "on-the-way")
        notices = {post.key.split(":")[4] for one in house.outcomes[before:] for post in one.posts
                   if post.key.startswith("t:n:")}  # fmt: skip
        assert notices == {"on_the_way_notice"}


async def test_custody_tells_who_was_seen_holding_it(path: Path, clock: HandClock) -> None:
    async with living(path, clock, order("paid")) as house:
        for stage in ("packed", "arrived", "with-ambassador", "confirmed"):
            await see(house, stage)
            clock.advance(10)
        lines = sorted(await house.services.store.find(Custody, order=NO), key=lambda line: line.at)
        assert [(line.giver, line.taker) for line in lines] == [
            ("pharmacy", "sorter"), ("sorter", "courier"), ("courier", "ambassador"),
            ("ambassador", "resident-confirmed")]  # fmt: skip


async def test_custody_names_no_giver_whom_nobody_saw(path: Path, clock: HandClock) -> None:
    async with living(path, clock, order("quoted")) as house:
        await see(house, "handed-over")
        lines = await house.services.store.find(Custody, order=NO)
        assert [(line.giver, line.taker) for line in lines] == [("", "resident")]


@pytest.mark.parametrize("stages", [("handed-over", "confirmed"), ("confirmed",)])
async def test_a_delivered_parcel_is_counted_once_however_it_is_seen(
    path: Path, clock: HandClock, stages: Sequence[str]
) -> None:
    batch = Batch("b-1", "run-1", "with-ambassador", 1, "comp-1", COURIER, HELPER, 2, 2)
    async with living(path, clock, order("with-ambassador", batch="b-1"), "zh-CN", batch) as house:
        for stage in stages:
            await see(house, stage)
        left = await house.services.store.get(Batch, "b-1")
        assert left is not None
        assert left.left == 1


@pytest.mark.parametrize("stage", ["submitted", "received", "in-consult", "prescribed"])
async def test_a_case_gets_its_topic_at_whatever_stage_it_is_seen_first(
    path: Path, clock: HandClock, stage: str
) -> None:
    row = replace(order(""), topic="consult:fresh", snapshot={**SNAPSHOT, "prescribed": [], "photos": ["f1"]})
    async with at_home(path, clock, (row,)) as house:
        await see(house, stage)
        assert await house.services.store.get(Topic, "consult:fresh") is not None
        assert [post.key for post in house.posts() if post.key.startswith("photo:")] == [f"photo:{NO}:0"]
        await see(house, "returned")
        assert len([post for post in house.posts() if post.key.startswith("photo:")]) == 1


@pytest.mark.parametrize("pen", [False, True])
async def test_the_doctor_sees_a_line_that_was_typed_or_penned_cut_out_of_its_photo(
    path: Path, clock: HandClock, pen: bool
) -> None:
    cut = {"id": "line-1", "page": 1, "cut": "cut:80,300,900,40,0:f1", "pen": pen}
    line = replace(LINE, boxes=2, proof=Proof("page" if pen else "typed", 1, "line-1"))
    seen = {**SNAPSHOT, "asked": [asdict(line)], "prescribed": [], "photos": ["f1"], "cuts": [cut]}
    row = replace(order(""), topic="consult:fresh", snapshot=seen)
    async with at_home(path, clock, (row,)) as house:
        await see(house, "submitted", asked=(line,))
        (post,) = cut_outs(house)
        assert (post.chat, post.topic, post.protect) == (FORUM, "consult:fresh", True)
        said = getattr(post.content, "html", "")
        assert (line.name in said, "笔" in said) == (True, pen)
        await see(house, "received", asked=(line,))
        await see(house, "returned", asked=(line,))
        assert len(cut_outs(house)) == 1


def cut_outs(house: House) -> list[Post]:
    return [post for post in house.posts() if getattr(post.content, "file", "").startswith(CUT)]


@pytest.mark.parametrize(("before", "codes"), [("on-the-way", 1), ("arrived", 0)])
async def test_her_code_is_told_also_where_nobody_saw_it_arrive(
    path: Path, clock: HandClock, before: str, codes: int
) -> None:
    async with living(path, clock, order(before)) as house:
        known = len(house.outcomes)
        await see(house, "with-ambassador")
        told_her = [post for one in house.outcomes[known:] for post in one.posts
                    if post.chat == RESIDENT and post.key.startswith("t:n:")]  # fmt: skip
        assert len(told_her) == codes
        assert all("4711" in str(getattr(post.content, "html", "")) for post in told_her)


# ---------------------------------------------------------------- nobody is on both sides


def lists(*staff: Staff) -> Any:
    return replace(LISTS, staff=(*LISTS.staff, *staff))


BOTH = (RoleBinding("doctor", "pr-1", "李医生", "dep-1"), RoleBinding("pharmacist", "ph-9", "李药师"))
SAME = (
    Staff("pr-1", "doctor", "李医生", practitioner="p-li"),
    Staff("ph-1", "pharmacist", "李药师", practitioner="p-li"),
)


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
@pytest.mark.parametrize("move", ["pass", "return"])
@pytest.mark.parametrize("by", ["account", "doctor's registration", "same registration", "person"])
async def test_nobody_reviews_a_prescription_of_his_own(
    path: Path, clock: HandClock, by: str, move: str, lang: str
) -> None:
    roles = {"account": (RoleBinding("pharmacist", "ph-9", "药师"),), "doctor's registration": BOTH,
             "same registration": (RoleBinding("pharmacist", "pr-1", "药师"),),
             "person": (RoleBinding("pharmacist", "ph-1", "药师"),)}[by]  # fmt: skip
    me = Person(71, lang=lang, roles=roles)
    row = order("prescribed", doctor=71 if by == "account" else LI)
    async with living(path, clock, row, lang, me) as house:
        if by == "person":
            house.core.services = replace(house.services, catalogue=lambda: replace(LISTS, staff=SAME))
        answer = await house.take(house.press(71, f"a:{move}:{NO}", REVIEW))
        assert answer.toast == house.services.words.label(lang, "refused.own-prescription")
        assert not house.commands("hospital.review")
        await house.take(house.press(REVIEWER, f"a:pass:{NO}", REVIEW))
        assert bool(house.commands("hospital.review")) == (by != "person"), "another pharmacist may"


@pytest.mark.parametrize("who", ["patient", "placed_by"])
@pytest.mark.parametrize(("stage", "press"), [("submitted", "take"), ("in-consult", "unfit"), ("prescribed", "pass")])
async def test_nobody_is_doctor_or_pharmacist_of_his_own_order(
    path: Path, clock: HandClock, stage: str, press: str, who: str
) -> None:
    both = (RoleBinding("doctor", "pr-8", "周医生", "dep-1"), RoleBinding("pharmacist", "ph-8", "周药师"))
    own = {"placed_by": 72} if who == "placed_by" else {}
    snapshot: dict[str, Any] = {"doctor": "" if stage == "submitted" else "pr-8"}
    person = Person(72, roles=both)
    if who == "patient":
        snapshot["patient"] = {**BRIEF, "id": "pat-8"}
        person = replace(
            person, roles=(*both, RoleBinding("patient", "pat-8", "")), facts={"self": snapshot["patient"]}
        )
    async with living(path, clock, order(stage, doctor=0, snapshot=snapshot, **own), "zh-CN", person) as house:
        answer = await house.take(house.press(72, f"a:{press}:{NO}", REVIEW if press == "pass" else FORUM))
        assert answer.toast == house.label("refused.own-order")
        assert not house.commands()


@pytest.mark.parametrize("by", ["account", "person"])
async def test_courier_and_ambassador_are_two_people(path: Path, clock: HandClock, by: str) -> None:
    courier = HELPER if by == "account" else COURIER
    batch = Batch("b-1", "run-1", "arrived", 1, "comp-1", courier, HELPER, 1, 1, code="4711")
    async with living(path, clock, order("arrived", batch="b-1"), "zh-CN", batch) as house:
        people = (Staff("co-1", "courier", "陈", practitioner="p-chen"),
                  Staff("pr-4", "ambassador", "陈", practitioner="p-chen"))  # fmt: skip
        house.core.services = replace(house.services, catalogue=lambda: lists(*people))
        await house.take(house.press(HELPER, "a:taken:b-1"))
        await house.tap(HELPER, "yes")
        assert house.label("refused.both-sides") in "".join(read(house, 0).values()) + house.outcomes[-1].toast
        assert "4711" not in "".join(read(house, 0).values())
        await house.take(house.press(courier, "a:collect:b-1"))
        await house.take(house.text(courier, "4711"))
        assert not house.commands("hospital.collected")


async def test_who_hands_it_over_does_not_confirm_it(path: Path, clock: HandClock) -> None:
    row = order("handed-over", placed_by=HELPER, mandate="m-1")
    mandate = Mandate("m-1", HELPER, "pat-1", "2027-01-01", True, {"name": "王秀英", "brief": BRIEF})
    async with living(path, clock, row, "zh-CN", mandate) as house:
        answer = await house.take(house.press(HELPER, f"a:received:{NO}"))
        assert answer.toast == house.label("refused.both-sides")
        assert not house.commands()
        await house.take(house.press(RESIDENT, f"a:received:{NO}"))
        assert [command.op for command in house.commands()] == ["hospital.confirm"]


async def test_an_operator_gives_himself_no_role(path: Path, clock: HandClock) -> None:
    async with living(path, clock, order("submitted")) as house:
        turn = Turn(house.services, house.arrival(None))
        link = Link(turn.blind("token", "abc"), "join", "pr-2/moves", expires=clock.civil() + 10**9)
        await house.services.store.commit(Outcome(house.arrival(None, "link"), rows=(link,)))
        await house.take(house.text(OPERATOR, "/start join-abc"))
        me = await house.services.store.get(Person, OPERATOR)
        assert me is not None
        assert [role.role for role in me.roles] == ["operator"]
        assert house.label("refused.own-link") in read(house, 0)[OPERATOR]
        await house.take(house.text(ZHAO + 100, "/start join-abc"))
        await house.decides(OPERATOR)
        other = await house.services.store.get(Person, ZHAO + 100)
        assert other is not None
        assert [role.role for role in other.roles] == ["doctor"], "the link is still good for another account"


# ---------------------------------------------------------------- missing is not wrong


async def test_a_parcel_without_a_code_is_no_wrong_code(path: Path, clock: HandClock) -> None:
    row = order("with-ambassador", label="A-07", snapshot={"parcel": None})
    async with living(path, clock, row) as house:
        await house.take(house.press(HELPER, f"a:door:{NO}"))
        await house.take(house.text(HELPER, "1234"))
        assert house.label("refused.no-code-known") in read(house, 0)[HELPER]


async def test_a_code_typed_too_late_says_so(path: Path, clock: HandClock) -> None:
    """Both sides were confirmed meanwhile: another code is no way out."""
    batch = Batch("b-1", "run-1", "arrived", 1, "comp-1", COURIER, HELPER, 1, 1, code="4711")
    async with living(path, clock, order("arrived", batch="b-1"), "zh-CN", batch) as house:
        await house.take(house.press(COURIER, "a:collect:b-1"))
        seen = BatchSnapshot("b-1", "run-1", "2", clock.civil() + 1, "with-ambassador", "co-1", "comp-1",
                             (ManifestLine(NO, "A-07"),))  # fmt: skip
        await house.take(Arrival("hospital", "batch/b-1/2", clock.civil(), Observed(seen)))
        await house.take(house.text(COURIER, "4711"))
        assert not await house.services.store.dead_letters()
        assert "已经" in read(house, len(house.outcomes) - 1)[COURIER]
