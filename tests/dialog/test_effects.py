"""Operations, tells, cards, sub-dialogs and ends: done once, however often the flow is replayed."""

from __future__ import annotations

from typing import Any

import pytest

from bot.dialog import Ask, Context, Flow, Journal, Now, Op, Option, PersonView, Photo, Refused, Where, events, play
from bot.dialog.testing import DialogTester
from bot.model import PlaceKind, ToPerson
from tests.dialog.flows import FLOWS, OPS, household, refill


def no(args: Any) -> Any:
    raise Refused("no-stock", drug="Aspirin")


def test_a_local_operation_runs_in_the_turn_and_its_result_is_kept() -> None:
    ran: list[dict[str, Any]] = []
    t = DialogTester(refill, {**OPS, "mark": lambda args: ran.append(dict(args)) or 5}, flows=FLOWS)
    t.start()
    t.taps("me")
    t.says("Li")
    t.taps("d1", "done", "1")
    assert (ran, t.answer("mark")) == ([{"who": "me"}], 5)


@pytest.mark.parametrize("word", ["once", "call"])
def test_a_refusal_can_be_caught_and_is_kept_like_a_result(word: str) -> None:
    async def one(ask: Ask) -> None:
        try:
            await getattr(ask, word)("buy", Op("buy"))
        except Refused as refused:
            await ask.tell("sorry", code=refused.code, **refused.words)
        await ask.choice("end", ["yes"])

    t = DialogTester(Flow("one", one), {"buy": no})
    t.start()
    t.expect_tell("sorry", code="no-stock", drug="Aspirin")
    t.taps("yes")
    t.expect_end("done")


@pytest.mark.parametrize("word", ["once", "call"])
def test_an_uncaught_refusal_asks_the_last_question_again_with_the_reason(word: str) -> None:
    async def one(ask: Ask) -> None:
        await ask.choice("which", ["a", "b"])
        drug = await ask.choice("drug", ["aspirin", "statin"])
        await getattr(ask, word)("buy", Op("buy", {"drug": drug}))
        await ask.tell("bought")

    t = DialogTester(Flow("one", one), {"buy": lambda args: no(args) if args["drug"] == "aspirin" else 1})
    t.start()
    t.taps("a", "aspirin")
    say = t.expect_prompt("drug", wrong="no-stock", options=["aspirin", "statin"])
    assert (say.epoch, say.wrong) == (1, ("no-stock", {"drug": "Aspirin"}))
    t.taps("statin")
    t.expect_tell("bought")
    t.expect_end("done")


def test_an_uncaught_refusal_without_a_question_stops_and_says_why() -> None:
    async def one(ask: Ask) -> None:
        await ask.once("buy", Op("buy"))

    t = DialogTester(Flow("one", one), {"buy": no})
    t.start()
    say = t.expect_tell("one.refused.no-stock", drug="Aspirin")
    assert (say.step, say.flags, say.wrong) == ("refused", ("stop",), ("no-stock", {"drug": "Aspirin"}))
    t.expect_end("done")


def test_a_flow_may_refuse_by_itself() -> None:
    async def one(ask: Ask) -> None:
        if await ask.choice("sure", ["yes", "no"]) == "no":
            raise Refused("must-be-sure")

    t = DialogTester(Flow("one", one))
    t.start()
    t.taps("no")
    t.expect_prompt("sure", wrong="must-be-sure")


def test_a_result_of_an_old_epoch_is_stale_and_a_second_one_already() -> None:
    t = DialogTester(refill, OPS, hold=["look"], flows=FLOWS)
    t.start()
    t.taps("me")
    t.says("Li")
    t.back()
    t.result()
    t.expect_verdict("stale")
    t.expect_silence()
    t.taps("keep")
    t.expect_call("look", "look", name="Li")
    t.result({"found": 3})
    t.duplicate_last()
    t.expect_verdict("already")
    t.send(events.Result("nothing", 1))
    t.expect_verdict("stale")
    t.send(events.Result("submit", 1))
    t.expect_verdict("stale")
    t.send(events.Done("mark", 7))
    t.expect_verdict("stale")
    assert t.answer("mark") == 5


def test_an_operation_must_be_plain_data() -> None:
    seen: list[Any] = []

    async def one(ask: Ask) -> None:
        photos = await ask.photos("rx", max=1)
        await ask.once("read", Op("read", {"photos": photos, "pair": (1, {"a": None})}))
        await ask.call("bad", Op("bad", {"what": {1, 2}}))

    t = DialogTester(Flow("one", one), {"read": lambda args: seen.append(args)}, paranoid=False)
    t.start()
    t.photo("p")
    t.expect_error("the operation of step 'bad' holds a set")
    kept = Photo("file-p", "p", 200_000, 1200, 1600).as_json()
    assert seen == [{"photos": [kept], "pair": [1, {"a": None}]}]


def test_a_result_that_json_cannot_hold_is_an_error_and_changes_nothing() -> None:
    t = DialogTester(refill, {**OPS, "look": object()}, flows=FLOWS)
    t.start()
    t.taps("me")
    t.says("Li")
    t.expect_error("the result of step 'look' holds a object")
    t.back()
    t.expect_prompt("name")


# ---------------------------------------------------------------- tells and cards


def test_tells_carry_where_flags_and_buttons() -> None:
    async def one(ask: Ask) -> None:
        buttons = [Option("page", url="https://example.org"), Option("take", "Take", action="a:take:7")]
        await ask.tell("news[7]", to=ToPerson(9), buttons=buttons, protect=True, silent=True, n=1)

    t = DialogTester(Flow("one", one))
    t.start()
    say = t.expect_tell("one.news", n=1)
    assert (say.to, say.flags, say.step) == (ToPerson(9), ("protect", "silent"), "news[7]")
    page, take = (row[0] for row in say.buttons)
    assert (page.label_key, page.url, page.role) == ("one.news.page", "https://example.org", "link")
    assert (take.label, take.data, take.role) == ("Take", "a:take:7", "action")
    t.expect_end("done")


def test_a_card_shows_the_last_state_reached_and_goes_back_with_the_answers() -> None:
    async def one(ask: Ask) -> None:
        await ask.card("order:1", "order.new", to=ToPerson(9), pin=True, protect=True)
        who = await ask.choice("who", ["me", "m1"])
        await ask.card("order:1", "order.known", to=ToPerson(9), who=who)
        if await ask.choice("end", ["no", "yes"]) == "yes":
            await ask.card("order:1", "", to=ToPerson(9))

    t = DialogTester(Flow("one", one))
    t.start()
    assert t.expect_card("order:1").flags == ("pin", "protect")
    t.resume()
    assert [say.kind for say in t.last.says] == ["answered", "prompt"]
    t.taps("me")
    t.expect_card("order.known", who="me")
    t.taps("back")
    t.expect_card("order.new")
    t.taps("m1", "yes")
    assert t.expect_card("order:1").flags == ("delete",)


# ---------------------------------------------------------------- sub-dialogs, ends


def test_sub_dialogs_have_their_own_words_and_prefixed_keys() -> None:
    t = DialogTester(household, flows=FLOWS)
    t.start()
    assert t.expect_prompt("member[a]/kind").key == "family.kind"
    t.taps("child")
    assert t.expect_prompt("member[a]/age").key == "family.age"
    t.says("7")
    t.taps("parent", "ok")
    t.expect_tell("household.done", kinds=["child", "parent"])


def test_a_sub_dialog_has_its_own_args_and_may_end_it_all() -> None:
    async def inner(ask: Ask) -> None:
        await ask.stop(ask.args["why"], buttons=[Option("menu", action="menu")], n=2)

    async def outer(ask: Ask) -> None:
        await ask.sub("in", "inner", why="closed")

    t = DialogTester(Flow("outer", outer), flows={"inner": Flow("inner", inner)})
    t.start(why="other")
    say = t.expect_tell("inner.closed", n=2)
    assert (say.flags, say.step) == (("stop",), "in/closed")
    t.expect_end("done")


def test_what_a_flow_knows_of_its_dialog() -> None:
    seen: dict[str, Any] = {}

    async def one(ask: Ask) -> None:
        seen.update(person=ask.person, subject=ask.subject, place=ask.place, args=ask.args)

    place = Where(-5, 3, PlaceKind.DEPARTMENT)
    t = DialogTester(Flow("one", one), person=PersonView(9, "en"), subject="RF-1", place=place)
    t.start(lines=(1, 2))
    assert seen == {"person": PersonView(9, "en"), "subject": "RF-1", "place": place, "args": {"lines": [1, 2]}}


def test_nothing_after_submit_is_run() -> None:
    async def one(ask: Ask) -> None:
        await ask.submit(Op("order"))
        raise AssertionError("not reached")

    t = DialogTester(Flow("one", one))
    t.start()
    t.expect_submit("order")
    t.result(refusal="closed")
    t.expect_tell("one.refused.closed")
    t.expect_end("done")


def test_a_refused_submit_without_a_summary_asks_the_last_question() -> None:
    async def one(ask: Ask) -> None:
        await ask.submit(Op("order", {"who": await ask.choice("who", ["me", "m1"])}))

    t = DialogTester(Flow("one", one))
    t.start()
    t.taps("me")
    old = t.last.last.epoch
    t.send(events.Result("submit", old + 1, refusal="late"))
    t.expect_verdict("stale")
    t.result(refusal="not-you")
    t.expect_prompt("who", wrong="not-you", options=["me", "m1"])


def test_a_refusal_that_ends_it_leaves_no_question_of_it_in_the_chat() -> None:
    """Refused at the end or on the way: nothing is asked anew, and what was answered is not read on."""

    async def one(ask: Ask) -> None:
        who = await ask.choice("who", ["me", "m1"])
        await ask.once("may", Op("local.may"))
        await ask.confirm("ok")
        await ask.submit(Op("order", {"who": who}))

    def no(args: Any) -> Any:
        raise Refused("over")

    for early in (True, False):
        t = DialogTester(Flow("one", one, ends=("over",)), {"local.may": no if early else None})
        t.start()
        t.taps("me")
        if not early:
            t.taps("ok")
            t.result(refusal="over")
        t.expect_tell("one.refused.over")
        t.expect_end("done")
        assert [say.kind for say in t.screen.posts.values()] == ["tell"]


@pytest.mark.parametrize(
    ("code", "subject", "ends"),
    [
        ("already-cancelled", "MR-1", True),
        ("already-cancelled", "", True),
        ("too-late-packed", "MR-1", True),
        ("rewritten", "MR-1", True),
        ("not-now", "MR-1", True),
        ("deceased", "MR-1", True),
        ("both-sides", "b-1", True),  # he himself is the other side, whatever he answers
        ("deceased", "", False),  # another person may be chosen
        ("no-stock", "MR-1", False),
        ("under-way", "MR-1", False),  # it may be pressed again in some seconds
    ],
)
def test_a_refusal_that_no_answer_can_change_ends_the_form(code: str, subject: str, ends: bool) -> None:
    """On the way and at the end: the sentence is the last word, no question is asked anew."""

    async def one(ask: Ask) -> None:
        how = await ask.choice("how", ["a", "b"])
        await ask.once("may", Op("local.may", {"how": how}))
        await ask.submit(Op("order", {"how": how}))

    def no(args: Any) -> Any:
        raise Refused(code)

    for early in (True, False):
        t = DialogTester(Flow("one", one), {"local.may": no if early else None}, subject=subject)
        t.start()
        t.taps("a")
        if not early:
            t.result(refusal=code)
        if ends:
            t.expect_tell(f"one.refused.{code}")
            t.expect_end("done")
            assert not [say for say in t.screen.posts.values() if say.kind == "prompt"]
        else:
            t.expect_prompt("how", wrong=code)


def test_cancel_withdraws_and_erases() -> None:
    t = DialogTester(refill, OPS, flows=FLOWS)
    t.start()
    t.taps("me")
    t.cancel()
    t.expect_end("cancelled")
    assert t.expect_answered("name").flags == ("withdrawn",)
    assert (t.journal.live, t.journal.parked, t.journal.args) == ({}, {}, {})


def test_a_dialog_begins_once() -> None:
    t = DialogTester(refill, OPS, flows=FLOWS)
    t.start()
    t.expect_verdict("accepted")
    t.duplicate_last()
    t.expect_verdict("already")
    t.expect_silence()


def test_events_for_a_dialog_that_never_began_change_nothing() -> None:
    context = Context("d", PersonView(1), Where(1), Now(0, "2026-11-04"))
    photo = Photo("f", "u")
    for event in (events.Typed("x"), events.Pictured(photo), events.Pressed("A", 0, "B"), events.Due("remind", "x", 0)):
        played = play(refill, Journal(), context, event)
        assert (played.journal, played.says, played.verdict) == (Journal(), (), "stale")


# ---------------------------------------------------------------- gates


async def gated(ask: Ask) -> None:
    await ask.once("may", Op("may", {"order": "MR-1"}, gate=True))
    try:
        await ask.once("could", Op("could", gate=True))
    except Refused:
        await ask.tell("could_not")
    await ask.choice("first", ["a", "b"])
    await ask.choice("second", ["a", "b"])


def passed(ends: tuple[str, ...] = ()) -> DialogTester:
    t = DialogTester(Flow("gated", gated, ends=ends), {"may": 1, "could": no})
    t.start()
    t.taps("a")
    return t


def test_what_a_flow_passed_and_rests_on_is_told_with_every_answer() -> None:
    """Not what refused it and was caught: there it went another way."""
    assert [(op.name, op.args) for op in passed().last.last.gates] == [("may", {"order": "MR-1"})]


def test_a_gate_that_is_passed_just_now_is_not_asked_again() -> None:
    context = Context("dlg", PersonView(7), Where(7), Now(0, "2026-11-04"))
    flow = Flow("gated", gated)
    played = play(flow, Journal(), context, events.Begin(), flows={})
    assert (played.need_step, played.gates) == ("may", ())
    played = play(flow, played.journal, context, events.Done("may", 1), flows={})
    assert [op.name for op in played.gates] == ["may"]


@pytest.mark.parametrize("ends", [(), ("already-over",)])
def test_over_ends_it_whatever_it_asks(ends: tuple[str, ...]) -> None:
    t = passed(ends)
    t.send(events.Over("already-over", {"at": 5}))
    t.expect_tell("gated.refused.already-over", at=5)
    t.expect_end("done")
    assert t.last.last.refusal == "already-over"
    assert [say.step for say in t.last.says if "withdrawn" in say.flags][-1:] == ["second"]
    assert len([say for say in t.last.says if "withdrawn" in say.flags]) == (2 if ends else 1), "what was answered, too"
