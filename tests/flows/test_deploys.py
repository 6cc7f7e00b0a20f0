"""Golden journals of the real flows: a later release goes on from them. ``python -m tests.flows.test_deploys`` writes.

A golden is a person in the middle of a real dialog. It is written once and must stay readable: nothing is asked again.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bot import wiring
from bot.dialog import FLOWS, Ask, Flow, Refused, dumps, loads
from bot.dialog.testing import DialogTester

FOLDER = Path(__file__).parent.parent / "journals" / "flows"
assert wiring.ROOMS  # all flows are registered

BRIEF = {"id": "pat-1", "name": "王秀英", "birth_date": "1950-01-01", "sex": "female"}
LINE = {"code": "d1", "name": "二甲双胍", "strength": "0.5g", "boxes": 2, "sig": "0.5g bid", "days": 15}
DRUG = {"code": "d1", "name_zh": "二甲双胍", "name_en": "Metformin", "strength": "0.5g", "pack": 30, "sig": "0.5g bid",
        "controlled": False}  # fmt: skip
DEPARTMENT = {"id": "dep-1", "specialty": "endocrinology", "name_zh": "内分泌科", "name_en": "Endocrinology"}
DOCTOR = {"id": "pr-1", "role": "doctor", "name": "李医生", "name_en": "Li", "department": "dep-1"}
COMPOUND = {"id": "comp-1", "name_zh": "幸福里", "name_en": "Happy Court", "gate": "南门"}
READ = {
    "accepted": True, "reason": "", "date": "2026-10-20", "hospital": "第二医院", "number": "0815", "names": ["王秀英"],
    "controlled": False, "confidence": {"date": 0.97}, "marks": ["m1"], "pictures": ["ab"],
    "drugs": [
        {"id": "line-1", "name": "二甲双胍", "strength": "0.5g", "boxes": 2, "match": "exact", "code": "d1",
         "known": "二甲双胍", "controlled": False},
        {"id": "line-2", "name": "银杏叶片", "strength": "40mg", "boxes": None, "match": "unknown", "code": "",
         "known": "", "controlled": False},
    ],
}  # fmt: skip
ORDER = {"no": "MR-1", "label": "A-07", "snapshot": {"patient": BRIEF}}


def right(args: Any) -> Any:
    """The code that is typed at the gate and at the door."""
    if args["code"] != "4711":
        raise Refused("wrong-code")
    return {"count": 3}


OPS: dict[str, Any] = {
    "local.me": {"self": BRIEF, "consent": True, "compound": "comp-1", "serves": [], "roles": []},
    "local.helped": True,
    "local.rules": {"rx_months": 2, "history_months": 3, "hours": 72, "today": "2026-11-04", "now": 0},
    "local.patients": [{"id": "pat-1", "name": "王秀英", "mandate": "", "brief": BRIEF}],
    "local.remember": None,
    "hospital.patient_file": {
        "cover": "covered",
        "history": [{"line": LINE, "day": "2026-10-01", "condition": "糖尿病"}],
    },
    "local.drugs": {"d1": DRUG},
    "local.order_number": "MR1104-1",
    "local.unused": None,
    "local.reads_photos": False,
    "photo.read": READ,
    "local.search_drugs": [],
    "local.questions": None,
    "local.departments": [DEPARTMENT],
    "local.staff": [DOCTOR],
    "local.batch_move": {"count": 3},
    "local.collected": right,
    "local.legal": ORDER,
    "local.door_code": right,
    "local.may_identify": None,
    "local.same_identifiers": None,
    "local.needs_consent": "",
    "local.proof_here": "",
    "local.next_parcel": {"no": "R1104-9", "label": "A-08"},
    "local.keep_consent": None,
    "local.send": None,
    "local.move": ORDER,
    "local.require_role": {"id": "pr-9", "name": "值班员", "department": ""},
    "local.places": [{"chat": -7, "ref": "comp-1", "lang": "zh-CN"}],
    "local.compounds": [COMPOUND],
    "local.place_of": COMPOUND,
    "local.to_read": "",
    "local.own_card": "card",
    "local.count_try": None,
    "local.found_well": None,
    "local.payable": None,
    "local.group_hours": {"held": 0, "until": 0, "today": "2026-11-04"},
    "local.send_words": "a-1",
    "local.triage_for": {},
    "local.tell_on": {},
    "local.note": None,
    "local.serving": {"account": 9, "name": "陈老师"},
    "local.account": 0,
    "local.closed_records": [],
    "local.called": {"zh-CN": "王秀英"},
    "local.mint": "key-1",
    "local.keep_mandate": None,
    "hospital.find_patient": BRIEF,
    "hospital.grant_mandate": {"id": "con-1", "until": "2027-05-04", "active": True},
}


def dialog(name: str, reads: bool = False) -> DialogTester:
    ops = {**OPS, "local.reads_photos": reads}
    if name == "neighbour":
        ops["local.rules"] = {**OPS["local.rules"], "mandate_months": 6}
    return DialogTester(FLOWS[name], ops, subject={"arrive": "b-1", "door": "MR-1"}.get(name, ""))


def _refill(t: DialogTester) -> None:
    t.photo("a")
    t.photo("b")
    t.taps("done", "2026-10", "2026-10-20", "choose", "d1", "done", "3", "3-7")


def _refill_read(t: DialogTester) -> None:
    t.photo("a")
    t.taps("done", "2", "line-1", "3", "right")


def _wrong_code(t: DialogTester) -> None:
    t.says("0000")


def _one_compound(t: DialogTester) -> None:
    t.taps("comp-1")


def _at_her_home(t: DialogTester) -> None:
    t.says("A1234567")
    t.says("1950-01-01")


def _where_from(t: DialogTester) -> None:
    """The compound is known from last time."""


def _no_code(t: DialogTester) -> None:
    t.says("0000")
    t.taps("no_code")


#: name of the golden -> the flow, what was done in it, where it waits, and the answers that must outlive all releases.
GOLDEN: dict[str, tuple[str, Callable[[DialogTester], None], str, set[str]]] = {
    "refill-doctor": (
        "refill",
        _refill,
        "doctor",
        {"rx", "rx_month", "rx_day", "as_before", "drugs", "boxes[d1]", "left"},
    ),
    "refill-read": (
        "refill",
        _refill_read,
        "left",
        {"rx", "read/read[first]", "checked/count[line-2]", "checked/look[first]", "checked/fix[first]"},
    ),
    "arrive-second-code": ("arrive", _wrong_code, "hand/code[second]", {"hand/code[first]"}),
    "announce-preview": ("announce", _one_compound, "ok", {"where"}),
    "neighbour-proof": ("neighbour", _at_her_home, "proof", {"who/number[first]", "who/born[first]"}),
    "visit-share": ("visit", _where_from, "share", set()),
    "door-two-identifiers": ("door", _no_code, "year[second]", {"code[first]", "code[second]"}),
}


def played(name: str) -> DialogTester:
    flow, acts, step, _ = GOLDEN[name]
    t = dialog(flow, reads=name == "refill-read")
    t.start()
    acts(t)
    t.expect_prompt(step)
    return t


def write(folder: Path) -> Iterator[Path]:
    """Files that are not there yet; one that is there is frozen, it stands for people in the middle of a dialog."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in GOLDEN:
        path = folder / f"flows-{name}.json"
        if not path.exists():
            document = {
                "flow": GOLDEN[name][0],
                "step": GOLDEN[name][2],
                "journal": json.loads(dumps(played(name).journal)),
            }
            path.write_text(json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True) + "\n", "utf-8")
        yield path


def golden(name: str) -> DialogTester:
    """A tester at the golden journal, as a process finds it after a release."""
    document = json.loads((FOLDER / f"flows-{name}.json").read_text("utf-8"))
    t = dialog(document["flow"])
    t.bytes = dumps(loads(json.dumps(document["journal"]))).encode()
    t._messages = 1000  # what is typed from here on is newer than what the journal remembers
    return t


def answers(t: DialogTester) -> dict[str, Any]:
    return {step: entry["v"] for step, entry in t.journal.live.items()}


# ---------------------------------------------------------------- today's code


@pytest.mark.parametrize("name", GOLDEN)
def test_todays_code_goes_on_at_the_same_question(name: str) -> None:
    t = golden(name)
    before = answers(t)
    assert GOLDEN[name][3] <= before.keys()
    t.resume()
    t.expect_prompt(GOLDEN[name][2])
    assert {step: answers(t).get(step) for step in before} == before
    assert not t.journal.parked
    asked = [say.step for say in t.last.says if say.kind == "prompt"]
    assert asked == [GOLDEN[name][2]]


def test_a_refill_from_the_golden_is_sent_with_every_answer() -> None:
    t = golden("refill-doctor")
    t.resume()
    t.taps("first")
    t.expect_prompt("ok")
    t.taps("ok")
    t.expect_submit("hospital.submit", photos=["file-a", "file-b"])
    assert t.submitted is not None
    draft: Any = t.submitted.args["draft"]
    assert (draft["rx_date"], draft["days_left"], draft["doctor"]) == ("2026-10-20", "3-7", "")
    assert [(line["code"], line["boxes"]) for line in draft["lines"]] == [("d1", 3)]


def test_a_neighbour_from_the_golden_may_be_acted_for() -> None:
    t = golden("neighbour-proof")
    t.resume()
    t.taps("family", "family")
    t.expect_tell("may_act", name={"zh-CN": "王秀英"}, until="2027-05-04")


def test_a_visit_from_the_golden_is_a_task_for_the_ambassador() -> None:
    t = golden("visit-share")
    t.resume()
    t.taps("yes")
    t.expect_tell("task", name={"zh-CN": "王秀英"}, address="")
    t.expect_tell("done", helper="陈老师")


def test_what_was_read_and_confirmed_goes_to_the_hospital() -> None:
    t = golden("refill-read")
    t.resume()
    t.taps("3-7", "first")
    t.expect_prompt("ok")
    t.taps("ok")
    assert t.submitted is not None
    draft: Any = t.submitted.args["draft"]
    assert (draft["read_by"], draft["rx_date"], draft["rx_number"]) == ("machine", "2026-10-20", "0815")
    assert [(line["code"], line["name"], line["boxes"]) for line in draft["lines"]] == [
        ("d1", "二甲双胍", 3), ("", "银杏叶片", 2)
    ]  # fmt: skip
    assert draft["reading"]["drugs"][0]["boxes"] == 2, "what the machine saw, before it was corrected"
    assert t.submitted.args["proof"] == {"uniques": ["a"], "marks": ["m1"], "pictures": ["ab"], "records": []}


def test_arrive_door_and_announce_from_the_golden_come_to_their_end() -> None:
    t = golden("arrive-second-code")
    t.resume()
    t.says("4711")
    t.expect_end()
    t = golden("door-two-identifiers")
    t.resume()
    t.says("1950")
    t.says("42")
    t.expect_end()
    t = golden("announce-preview")
    t.resume()
    t.taps("ok")
    t.expect_end()


def test_the_goldens_are_there_and_writing_again_changes_nothing(tmp_path: Path) -> None:
    assert {path.name for path in FOLDER.glob("*.json")} == {f"flows-{name}.json" for name in GOLDEN}
    for path in write(tmp_path):
        then, today = (json.loads(one.read_text("utf-8"))["journal"]["live"] for one in (FOLDER / path.name, path))
        kept = {step: entry["v"] for step, entry in today.items() if step in then}
        assert kept == {step: entry["v"] for step, entry in then.items()}, "today's flow writes another journal"
    kept = {path: path.read_text("utf-8") for path in write(tmp_path)}
    next(iter(kept)).write_text("{}", "utf-8")
    assert next(path.read_text("utf-8") for path in write(tmp_path)) == "{}", "a golden is never overwritten"


# ---------------------------------------------------------------- a deploy


class Deployed:
    """An Ask of the next release: one more question before ``before``, new words, another order of the options."""

    def __init__(self, ask: Ask, before: str) -> None:
        self._ask, self._before = ask, before

    def __getattr__(self, name: str) -> Any:
        return getattr(self._ask, name)

    async def choice(self, step: str, /, options: Any, **words: Any) -> str:
        if step == self._before:
            await self._ask.choice("fridge_at_home", options=["yes", "no"])
        return await self._ask.choice(step, options=[*reversed(options)], reworded="new", **words)

    async def text(self, step: str, /, **words: Any) -> str:
        if step == self._before:
            await self._ask.choice("fridge_at_home", options=["yes", "no"])
        return await self._ask.text(step, reworded="new", **words)

    async def sub(self, step: str, /, *flow: Any, **words: Any) -> Any:
        if step == self._before:
            await self._ask.choice("fridge_at_home", options=["yes", "no"])
        return await self._ask.sub(step, *flow, **words)


def next_release(name: str, before: str) -> Flow:
    old = FLOWS[name]

    async def run(ask: Ask) -> None:
        changed: Any = Deployed(ask, before)
        await old.run(changed)

    return Flow(name, run)


INSERTED = [
    ("refill-doctor", "as_before"),
    ("arrive-second-code", "hand"),
    ("door-two-identifiers", "code[first]"),
]


@pytest.mark.parametrize(("name", "before"), INSERTED)
def test_an_inserted_and_reworded_step_asks_nothing_again(name: str, before: str) -> None:
    t = golden(name)
    was = answers(t)
    t.deploy(next_release(GOLDEN[name][0], before))
    t.resume()
    t.expect_prompt("fridge_at_home", options=["yes", "no"])
    t.taps("no")
    t.expect_prompt(GOLDEN[name][2])
    assert {step: answers(t).get(step) for step in was} == was


def test_two_steps_that_changed_places_keep_their_answers() -> None:
    t = golden("refill-doctor")
    was = answers(t)

    async def run(ask: Ask) -> None:
        changed: Any = Reordered(ask)
        await FLOWS["refill"].run(changed)

    t.deploy(Flow("refill", run))
    t.resume()
    t.expect_prompt("doctor")
    assert {step: answers(t).get(step) for step in was} == was
    order = [*t.journal.live]
    assert order.index("left") < order.index("as_before"), "the release did change their places"
    t.taps("first", "ok")
    assert t.submitted is not None
    draft: Any = t.submitted.args["draft"]
    assert (draft["days_left"], draft["lines"][0]["boxes"]) == ("3-7", 3)


class Reordered:
    """The release in which the days left are asked before the drugs."""

    def __init__(self, ask: Ask) -> None:
        self._ask, self._left = ask, ""

    def __getattr__(self, name: str) -> Any:
        return getattr(self._ask, name)

    async def choice(self, step: str, /, options: Any, **words: Any) -> str:
        if step == "as_before":
            self._left = await self._ask.choice("left", options=["more", "3-7", "0-2"])
        return self._left if step == "left" else await self._ask.choice(step, options=options, **words)


def test_a_release_that_renames_a_step_does_ask_again() -> None:
    """The check above can fail: a rename without ``stored_as`` loses the answer and shows as a question."""

    class Renamed(Reordered):
        async def choice(self, step: str, /, options: Any, **words: Any) -> str:
            return await self._ask.choice("days" if step == "left" else step, options=options, **words)

    async def run(ask: Ask) -> None:
        changed: Any = Renamed(ask)
        await FLOWS["refill"].run(changed)

    t = golden("refill-doctor")
    t.deploy(Flow("refill", run))
    t.resume()
    t.expect_prompt("days")
    assert "choice:left" in t.journal.parked


if __name__ == "__main__":
    for file in write(FOLDER):
        sys.stdout.write(f"{file}\n")
