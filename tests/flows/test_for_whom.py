"""Every question that is asked for somebody else says whom it is about: over every flow that asks, and every way on."""

from __future__ import annotations

import ast
import inspect
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot import flows, wiring
from bot.clock import HandClock
from bot.dialog import FLOWS, Say
from bot.dialog.events import Pressed
from bot.dialog.testing import DialogTester
from bot.model import Mandate, Text
from tests.flows.test_deploys import BRIEF, DRUG, OPS, READ
from tests.flows.test_reading import LIKELY, poor
from tests.handlers.house import HELPER, at_home

assert wiring.ROOMS
NAME = "王秀英"
ASKING = {"choice", "multi", "text", "date", "photos", "confirm", "pin"}

#: Flows whose questions are about somebody: they say whom, themselves or by the flow that they are a part of.
NAMED = {
    "refill", "read_paper", "check_reading", "paper_day", "medicine", "many_boxes", "still_left", "questionnaire",
    "compound", "neighbour", "add_person", "cancel", "new_line", "door", "identity", "proxy_consent", "read_zero",
    "several", "send_many", "send_one", "caller", "desk_agrees", "by_window", "goes_first", "send_proof",
}  # fmt: skip

#: Flows that ask nobody about a patient other than the reader, or whose words or options always name the case.
OTHERS = {
    "album": "each photo is shown: whose it is, is the question", "announce": "no patient",
    "broadcast": "no patient", "announce_where": "no patient",
    "announce_words": "no patient", "slow_mode": "no patient", "emergency_mode": "no patient",
    "hospital_asks": "the hospital's questions of a household", "reword": "no patient", "bind": "no patient",
    "invite": "no patient", "staff": "no patient", "language": "no patient", "enrol": "himself",
    "plainly": "no patient",
    "home_visit": "himself", "visit": "himself", "supply": "words name her",
    "withdraw": "himself", "welcome": "himself", "record_asked": "himself", "family_asked": "himself",
    "change_said": "words name her", "halt_look": "words name her",
    "family_let": "words name her", "record_call": "words name her", "family_pays": "words name the order",
    "pays_for": "may not know whom", "proxy_needed": "words name her",
    "taken": "a batch", "courier_code": "a batch", "money_back": "a charge",
    "who_calls": "her name is hers until she agrees", "desk_paid": "words name her",
    "i_hand": "an incident", "cases": "no patient", "i_done": "an incident",
    "give_back": "in the case's topic", "unfit": "in the case's topic",
    "not_so": "by the order's number", "slip_link": "by the parcel's label",
    "groups": "no patient", "coverage": "no patient", "off_duty": "no patient",
    "help_out": "himself", "profile": "himself", "public_name": "himself", "call_me": "herself",
    "is_name": "himself",
    "parcel_wrong": "by the parcel's label", "wrong_of": "by the parcel's label",
    "wrong_more": "the parcel named before",
    "i_settle": "by the order's number",
    "lend": "a compound", "pause": "a compound", "hand_out": "by the parcel's label",
    "answer": "by the order's number", "which_consult": "options name them", "family_bill": "may not know whom",
}  # fmt: skip
CLINIC = {"prescribing", "prescribe", "writing", "pricing", "review"}  # files of those who treat: whom_words in each


def asking() -> Iterator[tuple[str, str]]:
    """(file, flow) of each that asks a question, itself or by a helper of its file."""
    for name in flows.__all__:
        tree = ast.parse(Path(inspect.getfile(getattr(flows, name))).read_text("utf-8"))
        bodies = {node.name: node for node in tree.body if isinstance(node, ast.AsyncFunctionDef)}
        for node in bodies.values():
            started = [one.args[0] for one in node.decorator_list if isinstance(one, ast.Call) and one.args]
            if started and isinstance(started[0], ast.Constant) and _asks(node, bodies, set()):
                yield name, str(started[0].value)


def _asks(node: ast.AsyncFunctionDef, bodies: dict[str, ast.AsyncFunctionDef], seen: set[str]) -> bool:
    seen.add(node.name)
    calls = [one.func for one in ast.walk(node) if isinstance(one, ast.Call)]
    asked = [f.attr for f in calls if isinstance(f, ast.Attribute) and ast.unparse(f.value) == "ask"]
    called = [f.id for f in calls if isinstance(f, ast.Name) and f.id in bodies and f.id not in seen]
    return bool(ASKING & {*asked}) or any(_asks(bodies[name], bodies, seen) for name in called)


def test_of_each_flow_that_asks_it_is_known_whether_it_says_whom() -> None:
    found = {flow for file, flow in asking() if file not in CLINIC}
    assert found - NAMED - {*OTHERS} == set(), "say whom (ask.about), or why not"
    assert NAMED | {*OTHERS} <= found, "gone"


# ---------------------------------------------------------------- whichever way somebody goes

LINES = {"line-1": LIKELY, "line-2": {**LIKELY, "id": "line-2", "boxes": None}}
DOUBTFUL = {**READ, "drugs": [*LINES.values()]}
READINGS = [READ, DOUBTFUL, DOUBTFUL, {**READ, "names": []}, {**READ, "date": "2026-01-01"},
            {**READ, "names": [], "whose": ["李四"]}, poor("blurred"), poor("unreadable")]  # fmt: skip
QUESTIONS = {
    "url": "q", "version": "1",
    "questions": [{"link_id": "a", "text": {"zh-CN": "好吗？"}, "options": []},
                  {"link_id": "b", "text": {"zh-CN": "疼吗？"}, "options": [{"code": "x", "text": {"zh-CN": "不"}}]}],
}  # fmt: skip
TYPED = ["2026-10-20", "二甲", "7", "A1234567", "1950-01-01", "0000", "为什么换药？"]
ORDER = {"no": "MR-1", "label": "A-07", "residents": [], "snapshot": {"patient": BRIEF, "doctor_name": "李"}}


def helper_in(flow: str, luck: random.Random) -> DialogTester:
    """A helper, or family, in this flow."""
    history: Any = luck.choice([OPS["hospital.patient_file"]["history"], [], None])
    ops = {
        **OPS,
        "local.reads_photos": luck.random() < 0.8,
        "photo.read": lambda args: luck.choice(READINGS),
        "local.search_drugs": [DRUG],
        "local.questions": QUESTIONS,
        "hospital.patient_file": {"cover": luck.choice(["covered", "self-pay"]), "history": history},
        "local.unaccepted": ORDER, "local.legal": ORDER, "local.accepts": None, "local.accepted": None,
        "local.may_cancel": ORDER, "local.cancels": ORDER,
        "local.may_add": {"age": 3}, "local.last_answers": {"a": "true", "b": "x"},
    }  # fmt: skip
    return DialogTester(
        FLOWS[flow], ops, subject="MR-1" if flow in ("cancel", "new_line", "door") else "", paranoid=False
    )


def steps(t: DialogTester, luck: random.Random) -> Iterator[list[Say]]:
    """What is asked, until it ends or nothing new is tried."""
    t.start()
    stands = t.last.says
    for n in range(40):
        asked = [said for said in t.last.says if said.kind == "prompt"]
        stands = asked or stands
        yield asked
        kind = t.last.last.kind
        if t.end or t.submitted or kind == "confirm" or kind not in ASKING:
            return
        shown = [press for row in stands[-1].buttons for press in row if press.data.startswith("d:")]
        presses = [press for press in shown if press.role in ("", "off", "done")]
        if kind == "photos" and luck.random() < 0.6:
            t.photo(f"p{n}")
        elif presses and (kind not in ("text", "date") or luck.random() < 0.3):
            _, _, step, epoch, option = luck.choice(presses).data.split(":")
            t.send(Pressed(step, int(epoch), option))
        else:
            t.says(luck.choice(TYPED))


@pytest.mark.parametrize(
    "flow", [pytest.param("refill", marks=pytest.mark.slow), "neighbour", "cancel", "new_line", "add_person", "door"]
)
def test_whichever_way_each_question_says_whom(flow: str) -> None:
    seen: set[str] = set()
    for seed in range(40 if flow == "refill" else 8):
        luck = random.Random(seed)
        for asked in steps(helper_in(flow, luck), luck):
            for said in asked:
                assert said.about or said.key in (
                    "refill.who",
                    "compound.which",
                    "add_person.relation",
                    "add_person.name",
                ), said.key
                seen.add(said.key)
    assert seen, "nothing was asked"
    if flow == "refill":
        wanted = {"refill.rx", "refill.left", "questionnaire.item", "refill.doctor", "refill.ok", "check_reading.look",
                  "read_paper.again", "medicine.search", "medicine.hit", "check_reading.is_it"}  # fmt: skip
        assert wanted <= seen, wanted - seen


# ---------------------------------------------------------------- as it is read


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
async def test_a_helper_reads_the_name_on_every_question(tmp_path: Path, clock: HandClock, lang: str) -> None:
    by = Mandate("m-1", HELPER, "pat-1", "2027-01-01", True, {"name": NAME, "brief": BRIEF})
    async with at_home(tmp_path / "core.sqlite", clock, [by]) as house:
        await house.take(house.text(HELPER, "/language"))
        await house.tap(HELPER, lang)
        since = len(house.posts())
        await house.take(house.press(HELPER, "a:need:pat-1"))
        await house.answer("hospital.patient_file", {"cover": "covered", "history": []})
        await house.take(house.photo(HELPER, "u1"))
        await house.tap(HELPER, "done")
        for words in ("2026-11-10", "二甲双胍"):
            await house.take(house.text(HELPER, words))
        await house.tap(HELPER, "unlisted", "no", "2", "yes", "3-7", "first", "ok")
        asked = [post.content for post in house.posts()[since:] if post.chat == HELPER and post.key.startswith("d:")]
        read = [content.html for content in asked if isinstance(content, Text)]
    assert len(read) > 10
    assert [html for html in read if NAME not in html] == []
