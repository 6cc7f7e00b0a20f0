"""A dose reaches a doctor and a signature only from the paper, the record, or the doctor: never from a list (R17)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot import wiring
from bot.decoding import decoder, jsonable
from bot.dialog import FLOWS, Refused
from bot.dialog.testing import DialogTester
from bot.dosing import Amount, Line, Proof, Schedule
from bot.forms import GivenView
from bot.model.names import BASE
from bot.render.messages import words_of
from bot.rules import SEE_PHOTO, about
from bot.views import OrderView, PatientView, SnapshotView
from tests.flows.test_deploys import BRIEF, DRUG, OPS, READ
from tests.flows.test_reading import form

assert wiring.ROOMS  # all flows are registered
STATIN = {"code": "s1", "name_zh": "阿托伐他汀钙片", "name_en": "Atorvastatin", "strength": "20mg", "pack": 7,
          "sig": "20mg qn", "controlled": False}  # fmt: skip
RECORD = Line("s1", "阿托伐他汀钙片", "20mg", 16, "40mg bid", 28, dose=Amount("40", "mg"), schedule=Schedule(2),
              proof=Proof("record", dispense="MedicationDispense/md-1", day="2026-10-14", boxes=16))  # fmt: skip


def recorded(*lines: Line, **ops: Any) -> DialogTester:
    """The form at [use the hospital's record], for somebody who was given these."""
    given = [GivenView(line, line.proof.day, "高脂血症") for line in lines]
    file = {"cover": "covered", "history": jsonable(given)}
    known = {"s1": STATIN, "d1": DRUG}
    t = DialogTester(
        FLOWS["refill"], {**OPS, "hospital.patient_file": file, "local.drugs": known, **ops}, paranoid=False
    )
    t.start()
    t.expect_prompt("rx")
    t.taps("history")
    return t


def sent(t: DialogTester) -> list[Line]:
    """The order's lines as they go to the hospital, after the last questions."""
    if t.last.last.step == "illness":  # the record does not show it
        t.taps("yes")
    t.taps("3-7")
    if t.last.last.step == "department":
        t.taps("dep-1")
    t.taps("first", "ok")
    assert t.submitted is not None
    return decoder(list[Line])(t.submitted.args["draft"]["lines"])


def test_a_record_of_twice_forty_stays_twice_forty_and_says_where_it_stands() -> None:
    t = recorded(RECORD)
    said = t.expect_prompt("as_before")
    assert said.words["lines"][0][1]["sig"]["dose"] == {"value": "40", "unit": "mg"}
    t.taps("all")
    (line,) = sent(t)
    assert (line.sig, line.dose, line.schedule, line.days) == ("40mg bid", Amount("40", "mg"), Schedule(2), 28)
    assert (line.boxes, line.pack, line.proof) == (16, 7, RECORD.proof)
    assert t.submitted is not None
    assert t.submitted.args["proof"]["records"] == ["MedicationDispense/md-1"]


def test_tablets_of_the_record_become_boxes_by_the_pack() -> None:
    t = recorded(Line("s1", "阿托伐他汀钙片", "20mg", 0, "40mg bid", 7, given=Amount("28", "片"), proof=RECORD.proof))
    t.taps("all")
    assert [line.boxes for line in sent(t)] == [4]


def test_without_a_paper_nothing_can_be_added_and_boxes_are_about_those_of_the_record() -> None:
    t = recorded(
        Line("s1", "阿托伐他汀钙片", "20mg", 4, "40mg bid", 7, proof=Proof("record", boxes=4, day="2026-10-14"))
    )
    t.taps("choose")
    t.expect_prompt("drugs", options=["s1"])
    t.taps("s1", "done")
    for typed in ("7", "0", "many", "4.5"):
        t.says(typed)
        t.expect_prompt("boxes[s1]", wrong="boxes")
    t.says("５盒")
    (line,) = sent(t)
    assert (line.boxes, line.proof.boxes, line.days) == (5, 4, 8)


def test_a_record_whose_list_holds_no_known_drug_is_not_offered() -> None:
    file = {"cover": "covered", "history": jsonable([GivenView(Line(name="草药", boxes=2), "2026-10-14")])}
    t = DialogTester(FLOWS["refill"], {**OPS, "hospital.patient_file": file})
    t.start()
    t.expect_prompt("rx", options=[])


@pytest.mark.parametrize(("answer", "step"), [("go_on", "left"), ("stop", "")])
def test_too_early_is_asked_about(answer: str, step: str) -> None:
    t = recorded(Line("s1", "阿托伐他汀钙片", "20mg", 16, "40mg bid", 60, proof=RECORD.proof))
    t.taps("all")
    t.expect_prompt("early", options=["go_on", "stop"], until="2026-12-13")
    t.taps(answer)
    if step:
        t.expect_prompt(step)
    else:
        t.expect_tell("refill.not_yet")


def test_a_record_that_serves_another_order_is_refused() -> None:
    def used(args: Any) -> Any:
        assert args["proof"]["records"] == ["MedicationDispense/md-1"]
        raise Refused("rx-used", order="MR-7")

    t = recorded(RECORD, **{"local.unused": used})
    t.taps("all")
    t.expect_tell("refill.rx_used", order="MR-7", record=True)
    assert [press.option for row in t.last.says[-1].buttons for press in row] == ["where", "need"]


# ---------------------------------------------------------------- a paper

PRINTED = {"id": "line-1", "name": "二甲双胍", "strength": "0.5g", "boxes": 2, "match": "exact", "code": "d1",
           "page": 1, "known": "二甲双胍", "controlled": False, "sig": "每次1g 每日1次 口服"}  # fmt: skip


def test_a_paper_says_its_own_dose_and_not_the_lists() -> None:
    t = form({**READ, "drugs": [PRINTED]})
    t.taps("right")
    (line,) = sent(t)
    assert (line.sig, line.dose, line.schedule) == ("每次1g 每日1次 口服", Amount("1", "g"), Schedule(1))
    assert (line.days, line.proof) == (30, Proof("page", 1, "line-1", boxes=2))


@pytest.mark.parametrize("match", ["exact", "ask"])
def test_a_dose_that_was_not_read_stays_unknown(match: str) -> None:
    t = form({**READ, "drugs": [{**PRINTED, "match": match, "sig": ""}]})
    t.taps(*(["yes"] if match == "ask" else []), "right")
    (line,) = sent(t)
    assert (line.sig, line.dose, line.days) == ("", Amount(), 0)


def test_a_dose_that_was_misread_is_taken_back_by_the_person() -> None:
    t = form({**READ, "drugs": [PRINTED]})
    t.taps("line-1", "dose", "right")
    (line,) = sent(t)
    assert (line.sig, line.dose, line.boxes) == ("", Amount(), 2)


def test_what_a_person_typed_beside_the_photo_is_marked_and_has_no_dose() -> None:
    t = form({**READ, "drugs": [PRINTED]}, **{"local.search_drugs": [STATIN]})
    t.taps("add")
    t.says("阿托")
    t.taps("s1")
    t.says("12")
    t.taps("line-1", "other")
    t.says("阿托")
    t.taps("s1", "right")
    instead, added = sent(t)
    assert {line.proof.kind for line in (instead, added)} == {"typed"}
    assert (instead.sig, added.sig, instead.proof.place, added.boxes) == ("", "", "line-1", 12)


# ---------------------------------------------------------------- the doctor


def signing(
    flow: str, *asked: Line, stage: Any = "in-consult", prescribed: tuple[Line, ...] = (), **more: Any
) -> DialogTester:
    """``more``: further operations; ``condition``: the illness of the visit."""
    snapshot = SnapshotView(
        prescribed=prescribed,
        patient=PatientView("pat-1", BRIEF["name"]),
        doctor="pr-1",
        asked=asked,
        condition=more.pop("condition", ""),
    )
    ops = {
        **OPS,
        "local.use_link": "MR-1",
        "local.link": "sign-1",
        "local.legal": jsonable(OrderView("MR-1", stage, snapshot=snapshot)),
        "local.check_pin": None,
        "local.permitted": None,
        "local.to_read": "",
        "local.signed": lambda args: WRITTEN.append(args["lines"]),
        **more,
    }
    t = DialogTester(FLOWS[flow], ops, paranoid=False)
    t.start(parameter="x")
    return t


#: Of whom, on each screen of the act; of allergies nothing is known (True 15).
WHOM = ("whom.said", {"name": {BASE: BRIEF["name"]}, "allergies": ("allergy.unknown", {})})
WRITTEN: list[Any] = []  # what was signed, prescription by prescription


def signed(t: DialogTester, step: str = "pin[first]") -> list[Line]:
    said = t.expect_prompt(step, name=WHOM)
    assert said.words["lines"]
    t.taps(*"1234")
    return decoder(list[Line])(WRITTEN.pop())


def test_the_doctor_signs_what_the_record_says() -> None:
    assert signed(signing("sign", RECORD)) == [RECORD]


def test_the_doctor_is_asked_for_each_dose_that_was_not_read() -> None:
    bare = Line("d1", "二甲双胍", "0.5g", 2, pack=30, proof=Proof("typed"))
    t = signing("sign", RECORD, bare)
    t.expect_prompt("taken[line-2]", drug="二甲双胍 0.5g", name=WHOM)
    for typed in ("遵医嘱", "每日2次", "1片"):
        t.says(typed)
        t.expect_prompt("taken[line-2]", wrong="dose")
    t.says("每次1片  每日2次")
    first, second = signed(t)
    assert first == RECORD
    assert (second.sig, second.dose, second.schedule) == ("每次1片 每日2次", Amount("1", "片"), Schedule(2))
    assert (second.proof.dose_by, second.days) == ("pr-1", 30)


def test_one_line_is_changed_and_the_others_stay() -> None:
    other = Line("d1", "二甲双胍", "0.5g", 2, "1g qd", 30, 30, proof=Proof("page", 1, "line-1", boxes=2))
    t = signing("amend", RECORD, other)
    t.taps("line-1")
    t.says("20mg 每晚1次")
    said = t.expect_prompt("sign/lines/look[second]")
    assert said.words["lines"][0][1]["was"][0] == "drug.was"
    assert said.words["lines"][1][1]["was"] == ""
    t.taps("line-1")
    t.says("5")
    t.taps("enough")
    first, second = signed(t, "sign/pin[first]")
    assert (first.sig, first.boxes, first.proof.dose_by) == ("20mg 每晚1次", 5, "pr-1")
    assert second == other


def test_what_was_returned_is_shown_line_by_line_as_it_was_written() -> None:
    written = replace(RECORD, sig="20mg qn", dose=Amount("20", "mg"), schedule=Schedule(1, when=("NIGHT",)))
    t = signing("sign", RECORD, stage="returned", prescribed=(written,))
    said = t.expect_prompt("lines/look[first]", options=["line-1", "add", "word", "enough"])
    assert said.words["lines"][0][1]["was"][0] == "drug.was"
    t.taps("line-1")
    counts = ["n-0.5", "n-1", "n-1.5", "n-2", "n-3"]
    t.expect_prompt("lines/item[first]", options=["as_now", *counts, "boxes", "instead"])  # never nothing at all


def test_a_line_is_left_out_where_another_stays() -> None:
    other = Line("d1", "二甲双胍", "0.5g", 2, "1g qd", 30, 30, proof=Proof("page", 1, "line-1", boxes=2))
    t = signing("amend", RECORD, other)
    t.taps("line-1", "remove")
    t.expect_prompt("sign/lines/look[second]", options=["line-2", "add", "word", "enough"])
    t.taps("enough")
    assert signed(t, "sign/pin[first]") == [other]


def previewed(*asked: Line, **more: Any) -> tuple[str, list[str]]:
    """What the doctor reads in the topic before he signs, and the buttons under it."""
    t = signing("prescribe", *asked, **more)
    said = t.expect_tell("preview")
    return words_of("Asia/Shanghai").say("en", said.key, said.words), [
        one.option for row in said.buttons for one in row
    ]


def test_before_a_second_signature_the_doctor_sees_what_was_written_last() -> None:
    written = replace(RECORD, sig="20mg qn", dose=Amount("20", "mg"), schedule=Schedule(1, when=("NIGHT",)))
    text, _ = previewed(RECORD, stage="returned", prescribed=(written,))
    assert "as written last" in text
    assert "20mg) each time, once every night" in text
    assert "renew as before" not in text


def test_what_he_wrote_from_a_photo_is_no_paper_that_nobody_could_read() -> None:
    text, buttons = previewed(SEE_PHOTO, stage="returned", prescribed=(RECORD,))
    assert RECORD.name in text
    assert len(buttons) == 2


@pytest.mark.parametrize(("recorded_", "percent", "most"), [(4, 50, 6), (5, 50, 8), (4, 0, 4), (3, 25, 4), (0, 50, 3)])
def test_how_many_boxes_rest_on_a_record_is_a_setting(recorded_: int, percent: int, most: int) -> None:
    assert about(recorded_, percent, 3) == most


def test_the_houses_settings_decide_how_early_and_how_many() -> None:
    house = {**OPS["local.rules"], "early_days": 60, "more_percent": 0, "unseen_boxes": 1}
    proof = Proof("record", boxes=4, day="2026-10-14")
    t = recorded(Line("s1", "阿托伐他汀钙片", "20mg", 4, "40mg bid", 60, proof=proof), **{"local.rules": house})
    t.taps("choose", "s1", "done")
    t.says("5")
    t.expect_prompt("boxes[s1]", wrong="boxes")
    t.taps("4")
    t.expect_prompt("left")  # 39 days are left: not early here
