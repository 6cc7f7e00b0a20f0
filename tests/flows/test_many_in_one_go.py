"""Ten neighbours in one go: one screen of names, only exceptions asked, each by name; each order its own."""

from __future__ import annotations

from typing import Any

import pytest

from bot import wiring
from bot.dialog import FLOWS, Refused
from bot.dialog.testing import DialogTester
from tests.flows.test_deploys import BRIEF, OPS, READ
from tests.flows.test_same_as_last import ASKED, given

assert wiring.ROOMS
NAMES = ("赵一", "钱二", "孙三", "李四", "周五", "吴六", "郑七", "王八", "冯九", "陈十")
MANDATES = [
    {"id": f"p{n}", "name": name, "mandate": f"m{n}", "mark": f"mark{n}", "home": f"home{n // 2}",
     "brief": {**BRIEF, "id": f"p{n}", "name": name}}
    for n, name in enumerate(NAMES)
]  # fmt: skip
SOON = {"cover": "covered", "history": [given("2026-10-25")]}  # it lasts until the 9th; today is the 4th


def asks(files: dict[str, Any] | None = None, subject: str = "", **ops: Any) -> DialogTester:
    def read(args: Any) -> Any:
        found = {**dict.fromkeys(args["patients"], SOON), **(files or {})}
        return [found[one] for one in args["patients"]]

    fakes = {**OPS, "local.patients": MANDATES, "hospital.patient_files": read, "local.questions": ASKED,
             "local.under_way": {}, "local.spent": {}, **ops}  # fmt: skip
    t = DialogTester(FLOWS["several"], fakes, subject=subject)
    t.start()
    return t


def drafts(t: DialogTester) -> dict[str, Any]:
    """Name -> the order, of all that were begun."""
    return {one.args["draft"]["patient_brief"]["name"]: one.args["draft"] for one in t.begun}


def prompted(t: DialogTester) -> Any:
    return [said for said in t.last.says if said.kind == "prompt"][-1]


def test_ten_take_five_taps() -> None:
    t = asks()
    t.expect_prompt("who")
    t.taps("done", "well", "no")
    t.expect_prompt("all/send", options=["send", "stop"], count=10)
    t.taps("send")
    assert [*drafts(t)] == [*NAMES]
    one = drafts(t)["赵一"]
    assert (one["days_left"], one["answers"], one["lines"][0]["boxes"]) == ("3-7", {"how": "well", "ache": "false"}, 2)
    assert {begun.flow for begun in t.begun} == {"send_one"}
    assert {begun.person for begun in t.begun} == {7}


def test_who_is_not_due_is_not_ticked() -> None:
    later = {"cover": "covered", "history": [given("2026-10-30", 17)]}  # until the 16th
    t = asks({"p0": later, "p1": later})
    t.taps("done", "well", "no", "send")
    assert [*drafts(t)] == [*NAMES[2:]]


def test_a_household_is_ticked_alone() -> None:
    t = asks(subject="home1")
    t.expect_prompt("who", options=["+p2", "+p3"])
    t.taps("done", "well", "no", "send")
    assert [*drafts(t)] == ["孙三", "李四"]


NEAR = {"cover": "covered", "history": [given("2026-10-20")]}  # until today
NO_ILLNESS = {"cover": "covered", "history": [{**given("2026-10-25"), "condition": ""}]}


@pytest.mark.parametrize(
    ("files", "ops", "step", "answer", "sent"),
    [
        ({"p1": NEAR}, {}, "left", "0-2", 10),
        ({"p1": {**SOON, "cover": "self-pay"}}, {}, "self_pay", "skip", 9),
        ({"p1": {**SOON, "cover": "self-pay"}}, {}, "self_pay", "go_on", 10),
        ({"p1": NO_ILLNESS}, {}, "illness", "no", 9),
        ({"p1": NO_ILLNESS}, {}, "illness", "yes", 10),
        ({}, {"local.under_way": {"p1": "R1104-9"}}, "open", "skip", 9),
        ({}, {"local.under_way": {"p1": "R1104-9"}}, "open", "again", 10),
    ],
)
def test_only_the_exception_is_asked_and_by_name(files: Any, ops: Any, step: str, answer: str, sent: int) -> None:
    t = asks(files, **ops)
    t.taps("done")
    said = prompted(t)
    assert said.key == f"send_many.{step}"
    assert said.about == {"zh-CN": "钱二"}
    t.taps(answer, "well", "no", "send")
    assert len(t.begun) == sent
    assert ("钱二" in drafts(t)) == (sent == 10)


@pytest.mark.parametrize(("said", "sent"), [("no", 9), ("read_aloud", 10)])
def test_whoever_does_not_agree_to_the_use_of_health_data_is_left_out(said: str, sent: int) -> None:
    t = asks(**{"local.needs_consent": lambda args: "pr-4" if args["patient"] == "p1" else ""})
    t.taps("done", said, "well", "no", "send")
    assert len(t.begun) == sent
    assert ("钱二" in drafts(t)) == (sent == 10)


def test_days_that_may_be_short_are_urgent() -> None:
    t = asks({"p1": NEAR})
    t.taps("done", "0-2", "well", "no", "send")
    assert (drafts(t)["钱二"]["priority"], drafts(t)["赵一"]["priority"]) == ("urgent", "routine")


def test_whoever_waits_three_days_sends_what_is_true_then() -> None:
    t = asks()
    t.taps("done", "well", "no")
    t.ops = {**t.ops, "local.rules": {**OPS["local.rules"], "today": "2026-11-08"}}
    t.crash()
    t.taps("send")
    assert {one["days_left"] for one in drafts(t).values()} == {"0-2"}


def test_whom_the_record_does_not_tell_is_asked_once_more_by_name_on_another_day() -> None:
    t = asks({"p1": {"cover": "covered", "history": [given("2026-10-01")]}}, subject="home0")
    t.taps("done", "3-7", "well", "no")
    t.ops = {**t.ops, "local.rules": {**OPS["local.rules"], "today": "2026-11-08"}}
    t.taps("send")
    said = prompted(t)
    assert (said.key, said.about) == ("still_left.left", {"zh-CN": "钱二"})
    t.taps("0-2")
    assert (drafts(t)["钱二"]["days_left"], drafts(t)["钱二"]["priority"]) == ("0-2", "urgent")


def test_one_that_differs_is_asked_by_name() -> None:
    t = asks(subject="home1")
    t.taps("done", "differs")
    assert prompted(t).about == {"zh-CN": "孙三"}
    t.taps("bad")
    assert prompted(t).about == {"zh-CN": "李四"}
    t.taps("well", "no", "send")
    assert [one["answers"]["how"] for one in drafts(t).values()] == ["bad", "well"]


@pytest.mark.parametrize(
    "file", [{"cover": "covered", "history": None}, {"cover": "covered", "history": []},
             {"cover": "covered", "history": [given("2026-10-25", boxes=0)]}],
)  # fmt: skip
def test_what_cannot_be_repeated_is_said_and_has_its_own_button(file: Any) -> None:
    t = asks({"p1": file})
    assert "p1" not in [press.option for row in prompted(t).buttons for press in row]
    t.taps("done", "well", "no", "send")
    assert "钱二" not in drafts(t)
    told = [said for said in t.last.says if said.key == "several.alone"]
    assert [press.data for row in told[0].buttons for press in row] == ["a:need:p1"]


def test_what_is_used_or_closed_is_left_out_and_said() -> None:
    def closed(args: Any) -> Any:
        if args["patient"] == "p2":
            raise Refused("record-closed")
        return MANDATES[int(args["patient"][1:])]

    patient = {**BRIEF, "id": "p2"}
    t = asks({"p2": {**SOON, "patient": patient}},
             **{"local.spent": {"p1": "R1-1"}, "local.keep_record": closed})  # fmt: skip
    t.taps("done", "well", "no")
    out = prompted(t).words["left_alone"]
    assert [words["name"]["zh-CN"] for _, words in out] == ["钱二", "孙三"]
    assert prompted(t).words["count"] == 8


def test_nobody_and_nothing_are_said() -> None:
    t = DialogTester(FLOWS["several"], {**OPS, "local.patients": []})
    t.start()
    assert [said.key for said in t.last.says] == ["several.nobody"]
    t = asks({f"p{n}": {"cover": "covered", "history": None} for n in range(10)})
    assert [said.key for said in t.last.says] == ["several.none"]
    t = asks()
    t.taps("done", "well", "no", "stop")
    assert not t.begun


# ---------------------------------------------------------------- each order its own


def one(**ops: Any) -> DialogTester:
    t = asks(subject="home1")
    t.taps("done", "well", "no", "send")
    child = DialogTester(FLOWS["send_one"], {**OPS, **ops})
    child.start(**t.begun[0].args)
    return child


def test_it_is_sent_without_another_question() -> None:
    t = one()
    assert t.submitted is not None
    assert t.submitted.args["draft"]["no"] == "MR1104-1"
    assert t.submitted.args["proof"]["records"] == ["md-1"]


def test_one_that_is_refused_stays_by_name_and_is_sent_once_more() -> None:
    t = one()
    t.result(refusal="mandate-over")
    assert prompted(t).about == {"zh-CN": "孙三"}
    t.expect_prompt("ok", wrong="mandate-over")
    t.crash()
    t.taps("ok")
    t.result()
    assert t.end == "done"


def test_one_whose_record_was_used_meanwhile_is_said_by_name() -> None:
    def used(args: Any) -> Any:
        raise Refused("rx-used", order="R9")

    t = one(**{"local.unused": used})
    assert t.end == "done"
    assert [(said.key, said.words["name"]) for said in t.last.says] == [("send_one.used", {"zh-CN": "孙三"})]


# ---------------------------------------------------------------- with an album of photos

DRUGS = [{"id": "line-1", "name": "二甲双胍", "strength": "0.5g", "boxes": 2, "match": "exact", "code": "d1",
          "known": "二甲双胍", "controlled": False, "sig": "0.5g bid"}]  # fmt: skip


def paper(n: int, name: str = "", **more: Any) -> dict[str, Any]:
    """The n-th photo, on which the n-th neighbour's name was read."""
    name = name or NAMES[n]
    return {**READ, "pages": [n], "names": [name], "whose": [name], "drugs": DRUGS, "pictures": [f"pic-{n}"], **more}


def album(papers: list[Any], photos: int = 10) -> tuple[DialogTester, dict[str, Any]]:
    """The dialog after the album, and the drafts that are kept."""
    kept: dict[str, Any] = {}
    fakes = {**OPS, "local.patients": MANDATES, "local.reads_photos": True, "photo.sort": papers,
             "local.keep_drafts": lambda args: kept.update(args["drafts"]),
             "local.drop_drafts": lambda args: [kept.pop(one) for one in args["patients"]] and None,
             "hospital.patient_files": lambda args: [SOON for _ in args["patients"]],
             "local.questions": ASKED, "local.under_way": {}, "local.spent": {}}  # fmt: skip
    t = DialogTester(FLOWS["album"], fakes, paranoid=False)
    t.start()
    for n in range(photos):
        t.photo(f"u{n}")
    if photos < 10:
        t.taps("done")
    return t, kept


def test_ten_photos_take_fourteen_taps() -> None:
    t, kept = album([paper(n) for n in range(10)])
    t.expect_prompt("how", count=10)
    assert len(kept) == 10
    t.taps("together")
    for name in NAMES:
        assert prompted(t).about == {"zh-CN": name}
        t.taps("right")
    t.taps("well", "no", "send")
    assert [*drafts(t)] == [*NAMES]
    assert kept == {}
    one = t.begun[0].args
    assert (one["pages"], one["draft"]["read_by"], one["draft"]["rx_date"]) == (["file-u0"], "machine", READ["date"])
    assert one["proof"]["uniques"] == ["u0"]


def test_a_paper_of_nobody_and_one_of_another_name_go_under_no_name() -> None:
    t, kept = album([paper(0), paper(1), paper(2, "路人", names=[]), paper(3, "路人", names=[])], 4)
    t.expect_prompt("whose[u2]")
    t.taps("nobody")
    t.expect_prompt("whose[u3]")
    t.taps("p5")  # a name can be read there, and it is not his: a form of its own, which asks
    t.expect_prompt("how", count=2)
    t.taps("together", "right", "right", "well", "no", "send")
    assert [*drafts(t)] == [*NAMES[:2]]
    assert [*kept] == ["p5"]


def test_one_photo_twice_is_one_paper_and_two_papers_are_a_form_of_their_own() -> None:
    t, kept = album([paper(0), paper(1), paper(0, pages=[2]), paper(1, pages=[3], pictures=["another"])], 4)
    assert {who: len(draft["papers"]) for who, draft in kept.items()} == {"p0": 1, "p1": 2}
    assert t.end == "done"


def test_two_of_one_name_are_asked_which() -> None:
    mandates = [*MANDATES[:2], {**MANDATES[2], "name": NAMES[0], "called": {"zh-CN": "赵一（3 号楼）"}}]
    fakes = {**OPS, "local.patients": mandates, "local.reads_photos": True, "photo.sort": [paper(0), paper(1)],
             "local.keep_drafts": None}  # fmt: skip
    t = DialogTester(FLOWS["album"], fakes, paranoid=False)
    t.start()
    t.photo("u0")
    t.photo("u1")
    t.taps("done")
    t.expect_prompt("whose[u0]", options=["p0", "p1", "p2", "nobody"])
    t.taps("p2")
    t.expect_prompt("how", names="钱二、赵一（3 号楼）")


@pytest.mark.parametrize("odd", [{"controlled": True}, {"date": "2026-01-01"}, {"accepted": False}, {"drugs": []}])
def test_a_paper_that_stops_somewhere_stops_only_its_own_form(odd: Any) -> None:
    t, kept = album([paper(0), paper(1), paper(2, **odd)], 3)
    t.taps("together", "right", "right", "well", "no", "send")
    assert [*drafts(t)] == [*NAMES[:2]]
    assert [*kept] == ["p2"]
    told = next(said for said in t.last.says if said.key == "album.sorted")
    assert [press.data for row in told.buttons for press in row] == ["a:need:p2"]


def test_who_is_left_out_of_an_album_keeps_the_photo_in_a_form_of_its_own() -> None:
    t, kept = album([paper(n) for n in range(3)], 3)
    t.ops = {**t.ops, "local.under_way": {"p1": "R1104-9"}}
    t.taps("together", "right", "right", "right")
    assert prompted(t).key == "send_many.open"
    t.taps("skip", "well", "no", "send")
    assert [*drafts(t)] == [NAMES[0], NAMES[2]]
    assert [*kept] == ["p1"]
    told = next(said for said in t.last.says if said.key == "album.sorted")
    assert [press.data for row in told.buttons for press in row] == ["a:need:p1"]


def test_what_is_not_sent_stays_as_drafts() -> None:
    t, kept = album([paper(0), paper(1)], 2)
    t.taps("together", "right", "right", "well", "no", "stop")
    assert len(kept) == 2
