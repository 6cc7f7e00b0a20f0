"""The doctor writes: a dose in parts by button, another drug, one more, a word to the pharmacist; by taps counted."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend_client.dosage import dosage, taken
from bot import dosing, rules
from bot.decoding import decoder
from bot.dialog import Refused
from bot.dialog.testing import DialogTester
from bot.dosing import Amount, Line, Proof, Schedule
from bot.flows.writing import AT_MEALS, MEALS, NO_MEAL, OFTEN, ROUTES, WAYS, counted, in_words
from bot.linewords import as_asked, told_words
from bot.phrases import COUNTS
from bot.render.messages import words_of
from tests.flows.test_deploys import BRIEF
from tests.flows.test_doses import RECORD, STATIN, previewed, signed, signing

VALSARTAN = {"code": "v1", "names": {"zh-CN": "缬沙坦胶囊", "en": "Valsartan"}, "strength": "80mg", "pack": 7,
             "controlled": False}  # fmt: skip
ZOPICLONE = {**VALSARTAN, "code": "z1", "names": {"zh-CN": "佐匹克隆片"}, "controlled": True}
OTHER = Line("d1", "二甲双胍片", "0.5g", 2, "1g qd", 30, 30, proof=Proof("page", 1, "line-1", boxes=2))
SAID = words_of("Asia/Shanghai")


def writing(*asked: Line, **more: Any) -> DialogTester:
    """The doctor's private chat at the first look, with a hospital's list of two drugs."""
    found = more.pop("found", [VALSARTAN])
    return signing("amend", *(asked or (RECORD,)), **{"local.search_drugs": found, **more})


def at(step: str) -> str:
    return f"sign/lines/{step}"


def shown(t: DialogTester) -> str:
    """The open question as it is read."""
    said = next(one for one in reversed(t.last.says) if one.kind == "prompt")
    return SAID.say("zh-CN", said.key, said.words)


# ---------------------------------------------------------------- a dose in parts

strengths = st.sampled_from([("片剂片", "20mg"), ("片剂片", "0.5g"), ("控释片", "30mg"), ("胶囊", "0.3g"),
                             ("复方片", "80mg/12.5mg"), ("散剂", "3g")])  # fmt: skip


@given(
    strengths,
    st.sampled_from([*COUNTS]),
    st.sampled_from([*OFTEN]),
    st.sampled_from([*MEALS]),
    st.sampled_from(["", *ROUTES]),
)
def test_what_is_pressed_is_what_is_understood(
    drug: tuple[str, str], n: str, often: str, meal: str, route: str
) -> None:
    """The words of a prescription and its parts say the same, here and at the hospital and back."""
    line = Line("x", *drug, 2, route=route, pack=7)
    if not dosing.piece_of(line):
        return
    dose, (words, schedule) = counted(line, n), OFTEN[often]
    if often not in NO_MEAL:
        words = f"{words} {AT_MEALS[meal][0]}".strip()
        schedule = replace(schedule, when=(*schedule.when, *filter(None, [AT_MEALS[meal][1]])))
    written = rules.taken_so(line, in_words(line, dose, words), "pr-1")
    assert (written.dose, written.schedule, written.route) == (dose, schedule, route)
    assert dosing.tells_dose(written)
    sent = dosage(written)
    assert sent
    sig, *parts = taken([sent])
    back = dosing.read(replace(line, sig=sig, dose=parts[0], schedule=parts[1], route=parts[2]))
    assert (back.dose, back.schedule) == (dose, schedule)


def test_each_button_has_its_words() -> None:
    assert (tuple(OFTEN), tuple(AT_MEALS)) == (WAYS, MEALS)


def test_a_mass_is_written_as_a_mass_and_read_as_tablets() -> None:
    assert counted(RECORD, "1.5") == Amount("30", "mg")
    assert counted(replace(RECORD, strength="80mg/12.5mg"), "2") == Amount("2", "片")
    assert counted(Line(name="二甲双胍片", strength="0.5g"), "2") == Amount("1", "g")


def test_one_dose_in_three_parts_is_eight_taps_with_the_signature_left() -> None:
    """[Take], [Prescribe] and [Change first] in the topic, then these; the PIN is the signature."""
    taps = ["line-1", "n-1", "night", "any", "enough"]
    t = writing(RECORD, OTHER)
    t.taps(*taps)
    first, second = signed(t, "sign/pin[first]")
    assert (first.dose, first.schedule) == (Amount("20", "mg"), Schedule(1, when=("NIGHT",)))
    assert (first.sig, first.proof.dose_by, first.boxes) == ("每次20mg 每晚1次", "pr-1", 16)
    assert second == OTHER
    assert 3 + len(taps) <= 8


def test_renewing_unchanged_is_the_signature_alone() -> None:
    """[Take], [Prescribe], [Sign]: three of the four taps that are allowed."""
    assert signed(signing("sign", RECORD)) == [RECORD]


def test_only_how_often_is_changed() -> None:
    t = writing()
    t.taps("line-1", "as_now", "once", "after", "enough")
    (line,) = signed(t, "sign/pin[first]")
    assert (line.dose, line.schedule) == (Amount("40", "mg"), Schedule(1, when=("PC",)))


def test_only_how_much_is_changed() -> None:
    t = writing()
    t.taps("line-1", "n-1", "as_now", "enough")
    (line,) = signed(t, "sign/pin[first]")
    assert (line.dose, line.schedule) == (Amount("20", "mg"), Schedule(2))


def test_a_schedule_that_has_no_words_of_ours_cannot_stay_by_a_button() -> None:
    t = writing(replace(RECORD, sig="40mg q8h", schedule=Schedule(1, 8, "h")))
    t.taps("line-1", "n-1")
    t.expect_prompt(at("often[first]"), options=[*OFTEN])


def test_what_is_not_counted_in_pieces_is_typed() -> None:
    insulin = Line(
        "i1", "甘精胰岛素注射液", "3ml:300单位", 2, "10单位 qn", 30, dose=Amount("10", "单位"), proof=RECORD.proof
    )
    t = writing(insulin)
    t.taps("line-1")
    t.expect_prompt(at("item[first]"), options=["as_now", "boxes", "instead"])
    for typed in ("0", "多吃点", "100"):
        t.says(typed)
        t.expect_prompt(at("item[first]"), wrong="change")
    t.says("12单位 qn 皮下注射")
    t.taps("enough")
    (line,) = signed(t, "sign/pin[first]")
    assert (line.dose, line.route) == (Amount("12", "单位"), "subcutaneous")


def test_a_capsule_is_not_halved() -> None:
    t = writing(replace(OTHER, name="缬沙坦胶囊", strength="80mg", sig="", dose=Amount()))
    t.taps("line-1")
    t.expect_prompt(at("item[first]"), options=["n-1", "n-2", "n-3", "boxes", "instead"])


def test_boxes_by_button_or_typed() -> None:
    t = writing(RECORD, OTHER)
    t.taps("line-1", "boxes", "4", "line-2")
    t.says("３盒")
    t.taps("enough")
    assert [line.boxes for line in signed(t, "sign/pin[first]")] == [4, 3]


# ---------------------------------------------------------------- a drug that only he wrote


def add(t: DialogTester, *taps: str) -> None:
    t.taps("add")
    t.says("xst")
    t.taps(*taps)


def test_a_drug_is_added_as_new_for_this_illness() -> None:
    t = writing(condition="高血压")
    t.taps("add")
    assert BRIEF["name"] in shown(t)
    assert "高血压" in shown(t)
    t.says("xst")
    t.taps("v1", "2", "n-1", "morning", "any")
    said = t.expect_prompt(at("look[second]"))
    assert "新开的" in SAID.say("zh-CN", *said.words["lines"][1])
    t.taps("enough")
    _, new = signed(t, "sign/pin[first]")
    assert (new.code, new.boxes, new.sig, new.proof) == (
        "v1", 2, "每次80mg 每早1次", Proof("doctor", boxes=2, dose_by="pr-1")
    )  # fmt: skip
    assert new.days == 14


def test_a_drug_is_put_instead_of_another_and_both_are_read() -> None:
    t = writing(RECORD, OTHER)
    t.taps("line-1", "instead")
    t.says("xst")
    t.taps("v1", "2", "n-1", "once", "any")
    said = t.expect_prompt(at("look[second]"))
    first = SAID.say("zh-CN", *said.words["lines"][0])
    assert "缬沙坦胶囊" in first
    assert "代替：阿托伐他汀钙片 20mg × 16 盒" in first
    assert len(said.words["lines"]) == 2
    t.taps("enough")
    new, other = signed(t, "sign/pin[first]")
    assert (new.proof.kind, new.proof.dispense, other) == ("doctor", "MedicationDispense/md-1", OTHER)


def test_a_controlled_drug_is_refused_and_nothing_is_lost() -> None:
    t = writing(found=[ZOPICLONE])
    add(t, "z1")
    t.expect_tell("amended.controlled", drug="佐匹克隆片")
    t.expect_prompt(at("look[second]"), options=["line-1", "add", "word", "enough"])
    t.taps("enough")
    assert signed(t, "sign/pin[first]") == [RECORD]


@pytest.mark.parametrize("flow", ["sign", "amend"])
def test_a_controlled_drug_never_comes_to_the_pin(flow: str) -> None:
    def r7(args: Any) -> None:
        raise Refused("controlled-line", drug="佐匹克隆片")

    fakes: dict[str, Any] = {"local.permitted": r7}
    t = signing(flow, RECORD, **fakes)
    if flow == "amend":
        t.taps("enough")
    t.expect_tell("sign.controlled", drug="佐匹克隆片")
    t.expect_end()


@pytest.mark.parametrize("gives_up", ["nothing", "hit"])
def test_what_is_not_found_changes_nothing(gives_up: str) -> None:
    t = writing(found=[])
    t.taps("add")
    if gives_up == "hit":
        t.says("没有这药")
    t.taps("nothing")
    t.expect_prompt(at("look[second]"))


def test_a_word_goes_with_the_prescription() -> None:
    words: list[str] = []
    t = writing(**{"local.signed": lambda args: words.append(args["note"])})
    t.taps("word")
    assert BRIEF["name"] in shown(t)
    t.says("肾功能 正常")
    assert "肾功能 正常" in shown(t)
    t.taps("enough")
    t.taps(*"1234")
    assert words == ["肾功能 正常"]


def test_back_works_at_every_step_and_each_screen_names_her() -> None:
    t = writing(RECORD, OTHER)
    steps: list[str] = []
    for act in ("add", "=xst", "v1", "2", "n-1", "once", "any", "line-1", "n-1", "once", "any", "enough"):
        t.says(act[1:]) if act[0] == "=" else t.taps(act)
        steps.append(t.last.last.step)
        assert f"{BRIEF['name']}（过敏史：不清楚）" in shown(t), steps[-1]
    for step in reversed(steps[:-1]):
        t.back()
        t.expect_prompt(step)


# ---------------------------------------------------------------- what she and he read


def test_the_preview_says_of_each_line_where_it_stands() -> None:
    new = replace(OTHER, code="v1", name="缬沙坦", proof=Proof("doctor", boxes=2))
    changed = replace(RECORD, sig="20mg qn", dose=Amount("20", "mg"))
    text, _ = previewed(RECORD, OTHER, stage="returned", prescribed=(changed, OTHER, new))
    for told in ("in the hospital's record", "before: ", "on the paper", "new, the patient must agree"):
        assert told in text


def test_a_paper_nobody_could_read_is_no_change_and_nothing_new() -> None:
    written = replace(OTHER, proof=Proof("photo", boxes=2))
    assert as_asked([written], [rules.SEE_PHOTO])
    assert [(key, words["new"]) for key, words in told_words([written], [rules.SEE_PHOTO])] == [
        ("drug.told", False)
    ]  # fmt: skip


def test_each_line_carries_where_it_stands_to_the_hospital_and_back() -> None:
    assert (
        decoder(Line)({"code": "v1", "proof": {"kind": "doctor", "place": "line-1", "page": 1}}).proof.place == "line-1"
    )
    assert STATIN


# ---------------------------------------------------------------- a dose that was not read


@pytest.mark.parametrize(
    ("known", "taps", "sig"),
    [
        (Amount(), ["n-1", "night", "after"], "每次20mg 每晚1次 餐后"),
        (Amount(), ["n-0.5", "twice", "any"], "每次10mg 每日2次"),
        (Amount("40", "mg"), ["as_now", "bedtime"], "每次40mg 睡前"),
    ],
)
def test_a_dose_that_was_not_read_is_entered_in_parts_by_button(known: Amount, taps: list[str], sig: str) -> None:
    """True 1, 9: the same buttons as where the doctor changes a line."""
    unread = replace(RECORD, sig="", dose=known, schedule=Schedule(), proof=Proof("page", 1, "line-1", boxes=2))
    t = signing("sign", unread)
    t.taps(*taps)
    (line,) = signed(t)
    assert (line.sig, line.proof.dose_by) == (sig, "pr-1")
    assert line.schedule.times == (2 if "twice" in taps else 1)


def test_it_may_still_be_typed_and_only_what_is_counted_in_pieces_has_buttons() -> None:
    powder = Line("p1", "蒙脱石散", "3g", 2, proof=Proof("page", 1, "line-1", boxes=2))
    t = signing("sign", powder)
    t.says("每次3g 每日3次")
    assert signed(t)[0].sig == "每次3g 每日3次"


def test_from_an_unreadable_photo_each_screen_says_of_whom() -> None:
    """True 15."""
    t = signing("sign", rules.SEE_PHOTO, **{"local.search_drugs": [VALSARTAN]})
    for act in ("=xst", "v1", "2", "enough", "=每次1粒 每日1次"):
        assert f"{BRIEF['name']}（过敏史：不清楚）" in shown(t), act
        t.says(act[1:]) if act[0] == "=" else t.taps(act)
    assert f"{BRIEF['name']}（过敏史：不清楚）" in shown(t), "and the signature"
