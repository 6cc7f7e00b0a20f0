"""No medicine is signed without a strength that stands on the paper, in the record, or that the doctor chose (R17)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot import strengths
from bot.decoding import jsonable
from bot.dialog import FLOWS, Now, Wrong
from bot.dialog.testing import DialogTester
from bot.dosing import Line, Pricing, Proof
from bot.linewords import guided_words, proved_words, told_words
from bot.rules import SEE_PHOTO
from bot.views import OrderView, PatientView, SnapshotView
from tests.flows.test_deploys import OPS, READ
from tests.flows.test_doses import RECORD, WHOM, previewed, sent, signed, signing
from tests.flows.test_reading import form
from tests.flows.test_writing import SAID, shown

NOW = Now(0, "2026-11-04")
METFORMIN = {"code": "m1", "names": {"zh-CN": "盐酸二甲双胍片"}, "strength": "0.5g", "pack": 20, "controlled": False}
STRONG = {**METFORMIN, "code": "m2", "strength": "0.85g"}
CONTROLLED = {**METFORMIN, "code": "m3", "controlled": True}
#: As the reader gives it where the pharmacist is left to look, and as she types it.
READ_BARE = Line("", "二甲双胍", "", 2, "每次1片 每日2次", proof=Proof("page", 1, "line-1", boxes=2))
TYPED_BARE = Line("", "二甲双胍", "", 2, proof=Proof("typed", place="added-first", typed_by="person"))


IN_RECORD = replace(READ_BARE, proof=Proof("record", dispense="MedicationDispense/md-1", boxes=2))
STRIPS = {**METFORMIN, "code": "s1", "names": {"zh-CN": "血糖试纸"}, "strength": ""}


def asked(flow: str, *lines: Line, **more: Any) -> DialogTester:
    listed = [METFORMIN, STRONG, CONTROLLED]
    ops = {"local.search_drugs": listed, "local.drugs": {one["code"]: one for one in (*listed, STRIPS)}}
    return signing(flow, *lines, **{**ops, **more})


@pytest.mark.parametrize("flow", ["sign", "amend"])
def test_a_strength_that_was_not_read_is_chosen_from_the_list_by_one_tap(flow: str) -> None:
    t = asked(flow, RECORD, READ_BARE)
    at = "sign/" if flow == "amend" else ""
    if at:
        t.taps("enough")
    t.expect_prompt(f"{at}strength[line-2-first]", options=["m1", "m2", "other"], drug="二甲双胍", name=WHOM)
    t.taps("m2")
    first, second = signed(t, f"{at}pin[first]")
    assert first == RECORD
    assert (second.code, second.name, second.strength, second.pack) == ("m2", "盐酸二甲双胍片", "0.85g", 20)
    assert (second.boxes, second.sig, second.days, second.proof) == (2, "每次1片 每日2次", 20, READ_BARE.proof)


def test_it_may_be_typed_where_the_list_has_it_not() -> None:
    t = asked("sign", READ_BARE, **{"local.search_drugs": []})
    for words in ("500", "1片", "每次1片 每日2次", "025mg", "2 5mg"):
        t.says(words)
        t.expect_prompt("strength[line-1-first]", wrong="strength_only")
    t.says("２５０ｍｇ")
    (line,) = signed(t)
    assert (line.code, line.name, line.strength) == ("", "二甲双胍", "250mg")


def test_another_strength_than_that_of_its_code_is_another_product() -> None:
    coded = replace(READ_BARE, code="m1", proof=Proof("record", dispense="MedicationDispense/md-1", boxes=2))
    t = asked("sign", coded)
    t.says("0.25g")
    assert [(line.code, line.strength) for line in signed(t)] == [("", "0.25g")]
    t = asked("sign", coded)
    t.says("500mg")
    assert [(line.code, line.strength) for line in signed(t)] == [("m1", "0.5g")]


def test_what_she_typed_behind_the_name_is_one_tap_and_stands_there_once() -> None:
    t = asked("sign", replace(TYPED_BARE, name="二甲双胍 0.25g"))
    t.expect_prompt("strength[line-1-first]", options=["as_typed", "m1", "m2", "other"])
    t.taps("as_typed")
    t.says("每次1片 每日2次")
    (line,) = signed(t)
    assert (line.name, line.strength, line.proof.kind) == ("二甲双胍", "0.25g", "typed")


def test_where_it_is_another_drug_he_says_which_and_its_dose() -> None:
    t = asked("sign", replace(READ_BARE, name="二甲又瓜"))
    t.taps("other")
    t.says("二甲")
    t.taps("m1")
    t.expect_prompt("taken[line-1]", drug="盐酸二甲双胍片 0.5g")
    t.says("每次1片 每日3次")
    (line,) = signed(t)
    assert (line.code, line.strength, line.boxes, line.sig) == ("m1", "0.5g", 2, "每次1片 每日3次")
    assert line.proof == replace(READ_BARE.proof, dose_by="pr-1")


@pytest.mark.parametrize(("words", "hit", "new"), [("阿齐沙坦片", "unlisted", True), ("二甲双胍", "unlisted", False)])
def test_another_drug_than_the_record_names_is_new(words: str, hit: str, new: bool) -> None:
    """Red before: it was signed as standing in the hospital's record, and she was not asked whether she agrees."""
    t = asked("sign", IN_RECORD)
    t.taps("other")
    t.says(words)
    t.taps(hit)
    t.says("20mg")
    t.says("每次1片 每日1次")
    (line,) = signed(t)
    assert (line.new, line.strength, line.boxes) == (new, "20mg", 2)


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
@pytest.mark.parametrize(("line", "photo"), [(READ_BARE, True), (TYPED_BARE, True), (IN_RECORD, False)])
def test_he_is_sent_to_a_photo_where_there_is_one(line: Line, photo: bool, lang: str) -> None:
    said = asked("sign", line).expect_prompt("strength[line-1-first]")
    text = SAID.say(lang, said.key, said.words)
    assert ("照片" in text or "photo" in text) is photo


def test_another_one_that_is_in_no_list_is_asked_for_its_strength_too() -> None:
    t = asked("sign", READ_BARE)
    t.taps("other")
    t.says("阿齐沙坦片")
    t.taps("unlisted")
    t.expect_prompt("strength[line-1-second]", drug="阿齐沙坦片")
    t.says("20mg")
    t.says("每次1片 每日1次")
    assert [(line.name, line.strength) for line in signed(t)] == [("阿齐沙坦片", "20mg")]


def test_a_controlled_one_stops_there() -> None:
    t = asked("sign", READ_BARE)
    t.taps("other")
    t.says("二甲")
    t.taps("m3")
    t.expect_tell("sign.controlled", drug="盐酸二甲双胍片")
    t.expect_end()


def test_from_an_unreadable_photo_too() -> None:
    t = asked("sign", SEE_PHOTO)
    t.says("阿齐沙坦片")
    t.taps("unlisted", "2", "enough")
    t.expect_prompt("strength[line-1-first]", drug="阿齐沙坦片")
    t.says("20mg")
    t.says("每次1片 每日1次")
    assert [(line.strength, line.proof.kind) for line in signed(t)] == [("20mg", "photo")]


def test_what_the_list_has_without_a_strength_needs_none() -> None:
    """Red before: only where it was among the eight that its name finds, and not by another name of the record."""
    device = Line("s1", "血糖试纸（稳豪）", "", 1, "每次1片 每日2次", proof=Proof("page", 1, "line-1", boxes=1))
    assert signed(asked("sign", device)) == [device]


@pytest.mark.parametrize("how", [["unlisted"], ["printed"]])
def test_a_line_left_to_the_pharmacist_comes_to_the_doctor_with_its_cut_out_and_is_asked(how: list[str]) -> None:
    """Red before: it was signed as it came."""
    cut = {"id": "line-1", "page": 1, "cut": "cut:80,300,900,40,0:file-a", "pen": False}
    listed = {"match": "ask", "code": "d1", "known": "二甲双胍"} if how == ["unlisted"] else {"match": "unknown"}
    read = {
        "id": "line-1",
        "name": "二甲双胍",
        "strength": "",
        "boxes": 2,
        "page": 1,
        "sig": "每次1片 每日2次",
        **listed,
    }
    t = form({**READ, "drugs": [read], "printed": [cut]})
    t.taps(*how)
    said = t.expect_prompt("checked/look[first]")
    assert "without a strength: the doctor writes it" in SAID.say("en", said.key, said.words)
    t.taps("right")
    lines = sent(t)
    assert t.submitted is not None
    assert [one["cut"] for one in t.submitted.args["draft"]["cuts"]] == [cut["cut"]]
    t = asked("sign", *lines)
    t.expect_prompt("strength[line-1-first]")


# ---------------------------------------------------------------- what is read of it


def test_the_doctor_reads_before_he_begins_that_it_has_none() -> None:
    text, _ = previewed(READ_BARE)
    assert "on the paper, the strength was not read" in text
    assert "Where there is no strength, you are asked before you sign: write it, or say that it has no strength" in text
    (words,) = proved_words([READ_BARE])
    assert "没看清规格" in SAID.say("zh-CN", *words)


def test_back_goes_to_it_and_each_screen_says_of_whom() -> None:
    t = asked("sign", replace(READ_BARE, sig=""))
    t.taps("m1")
    t.expect_prompt("taken[line-1]")
    t.back()
    t.expect_prompt("strength[line-1-first]")
    assert "王秀英" in shown(t)


@pytest.mark.parametrize("line", [READ_BARE, TYPED_BARE])
def test_she_reads_what_he_filled_in_and_not_that_he_took_one_away(line: Line) -> None:
    filled = replace(line, code="m1", name="盐酸二甲双胍片", strength="0.5g", sig="每次1片 每日2次")
    (told,) = told_words([filled], [line])
    assert "Filled in by the doctor: “二甲双胍” is “<b>盐酸二甲双胍片 0.5g, 2 boxes" in SAID.say("en", *told)


# ---------------------------------------------------------------- what has none


NEEDLES = replace(READ_BARE, name="胰岛素笔用针头")
NONE_LISTED: dict[str, Any] = {"local.search_drugs": []}


def test_what_is_in_no_list_and_has_none_is_signed_by_the_doctors_word() -> None:
    """Red before: every answer was refused, and [Another medicine] came back to the same question."""
    t = asked("sign", RECORD, NEEDLES, **NONE_LISTED)
    t.expect_prompt("strength[line-2-first]", options=["other", "none"])
    t.taps("none")
    first, second = signed(t)
    assert first == RECORD
    assert second == replace(NEEDLES, proof=replace(NEEDLES.proof, none_by="pr-1"))


def test_what_he_types_instead_may_have_none_too() -> None:
    t = asked("sign", READ_BARE, **NONE_LISTED)
    t.taps("other")
    t.says("血糖试纸")
    t.taps("unlisted", "none")
    t.says("每次1片 每日2次")
    (line,) = signed(t)
    assert (line.name, line.strength, line.proof.none_by) == ("血糖试纸", "", "pr-1")


@pytest.mark.parametrize(
    ("line", "hits", "offered"),
    [
        (READ_BARE, [METFORMIN], ["m1", "other"]),
        (READ_BARE, [CONTROLLED], ["other"]),
        (replace(NEEDLES, code="m1"), [], ["other"]),
        (replace(NEEDLES, name="速效救心丸 40mg"), [], ["as_typed", "other"]),
        (replace(NEEDLES, name="速效救心丸 200丸"), [], ["other", "none"]),
    ],
)
def test_it_is_offered_only_where_neither_list_nor_name_has_a_strength(
    line: Line, hits: list[Any], offered: list[str]
) -> None:
    t = asked("sign", line, **{"local.search_drugs": hits})
    t.expect_prompt("strength[line-1-first]", options=offered)


@pytest.mark.parametrize(("by", "again"), [("pr-1", False), ("pr-2", True), ("person", True)])
def test_after_a_return_his_own_word_stands_and_no_other(by: str, again: bool) -> None:
    t = asked("sign", replace(NEEDLES, proof=replace(NEEDLES.proof, none_by=by)), **NONE_LISTED)
    assert (t.last.last.step == "strength[line-1-first]") is again
    if again:
        t.says("0.5g")
    (line,) = signed(t)
    assert (line.strength, line.proof.none_by) == (("0.5g", "") if again else ("", "pr-1"))


@pytest.mark.parametrize(
    ("lang", "words"), [("zh-CN", "没有规格（医生说的）"), ("en", "without a strength (the doctor's word)")]
)
def test_who_reads_the_line_reads_whose_word_it_is(lang: str, words: str) -> None:
    line = replace(NEEDLES, proof=replace(NEEDLES.proof, none_by="pr-1"))
    ours, hers = proved_words([line], [NEEDLES]), told_words([line], [NEEDLES])
    seen = guided_words(SnapshotView(patient=PatientView("pat-1", "王秀英"), prescribed=(line,)))
    for (key, told), *_ in (ours, hers, seen):
        assert words in SAID.say(lang, key, told)
    text = SAID.say(lang, *ours[0])
    assert "没看清规格" not in text
    assert "was not read" not in text
    assert words not in SAID.say(lang, *proved_words([NEEDLES])[0])


def test_no_listed_strength_is_priced_for_it() -> None:
    line = replace(NEEDLES, proof=replace(NEEDLES.proof, none_by="pr-1"))
    t = pricing(line, METFORMIN, STRIPS)
    t.expect_prompt("what[first]", options=["s1", "refuse"])


# ---------------------------------------------------------------- and what is priced


def pricing(line: Line, *hits: dict[str, Any]) -> DialogTester:
    """In the review group, at the price of a signed line that is in no list."""
    seen = SnapshotView(patient=PatientView("pat-1", "王秀英"), prescribed=(line,), pricing=(Pricing(1, id="t-1"),))
    ops = {**OPS, "local.legal": jsonable(OrderView("MR-1", "prescribed", snapshot=seen)),
           "local.search_drugs": hits or [METFORMIN, STRONG, CONTROLLED]}  # fmt: skip
    t = DialogTester(FLOWS["price"], ops, subject="MR-1", paranoid=False)
    t.start()
    return t


@pytest.mark.parametrize(
    ("strength", "offered"), [("500mg", ["m1", "refuse"]), ("0.85g", ["m2", "refuse"]), ("0.25g", ["refuse"])]
)
def test_the_pharmacist_finds_no_other_strength_than_was_signed(strength: str, offered: list[str]) -> None:
    said = pricing(replace(READ_BARE, strength=strength)).expect_prompt("what[first]", options=offered)
    text = SAID.say("en", said.key, said.words)
    assert ("only another strength, and that was not signed" in text) == (offered == ["refuse"])


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [("0.5g", "500mg", True), ("3ml:300单位", "300单位:3ml", True), ("10mg/片", "10mg", True), ("µg", "5mg", False),
     ("20mg", "40mg", False), ("80mg/12.5mg", "80mg", False), ("", "5mg", True), ("50µg", "0.05mg", True),
     ("40万单位", "400000IU", True), ("2.5万iu", "2500单位", False)],
)  # fmt: skip
def test_the_same_strength_in_other_units(one: str, other: str, is_same: bool) -> None:
    assert strengths.same(one, other) is strengths.same(other, one) is is_same


# ---------------------------------------------------------------- what is one


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("0.5g", "0.5g"),
        ("3ml:300单位", "3ml:300单位"),
        ("80mg/12.5mg", "80mg/12.5mg"),
        ("0.1%。", "0.1%"),
        ("10 mg", "10 mg"),
    ],
)
def test_a_strength_is_an_amount_with_its_unit(typed: str, read: str) -> None:
    assert strengths.typed(typed, NOW) == read


@pytest.mark.parametrize(
    "typed", ["", "5", "0mg", "025mg", "-5mg", "2 5mg", "1片", "0.5g bid", "1g/L", "9" * 50 + "mg"]
)
def test_and_nothing_else_is(typed: str) -> None:
    assert strengths.typed(typed, NOW) == Wrong("strength_only")


@pytest.mark.parametrize(
    ("name", "apart"),
    [("二甲双胍 0.5g", ("二甲双胍", "0.5g")), ("二甲双胍0.5g", ("二甲双胍", "0.5g")),
     ("维生素B1片 10mg", ("维生素B1片", "10mg")),
     ("维生素B110mg", ("维生素B110mg", "")), ("二甲双胍", ("二甲双胍", "")), ("0.5g", ("0.5g", ""))],
)  # fmt: skip
def test_a_strength_behind_a_name(name: str, apart: tuple[str, str]) -> None:
    assert strengths.behind(name) == apart
