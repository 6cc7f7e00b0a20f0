"""What a reading becomes in the form: nothing guessed, each doubt one question, each line one button."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from bot import rules, wiring
from bot.dialog import FLOWS, Refused, Wrong
from bot.dialog.testing import DialogTester
from bot.model.names import BASE
from bot.photo.reasons import NEEDED
from tests.flows.test_deploys import BRIEF, DRUG, OPS, READ

assert wiring.ROOMS  # all flows are registered
LIKELY = {"id": "line-1", "name": "二甲双瓜", "strength": "0.5g", "boxes": 2, "match": "ask", "code": "d1",
          "known": "二甲双胍", "controlled": False}  # fmt: skip


def form(*readings: Any, **ops: Any) -> DialogTester:
    """The refill form at the photo, with a reader that answers these readings one after the other."""
    left = [*readings]

    def read(args: Mapping[str, Any]) -> Any:
        seen = left.pop(0) if len(left) > 1 else left[0]
        if isinstance(seen, Refused):
            raise seen
        return seen

    t = DialogTester(FLOWS["refill"], {**OPS, "local.reads_photos": True, "photo.read": read, **ops}, paranoid=False)
    t.start()
    t.photo("a")
    t.taps("done")
    return t


def poor(reason: str) -> dict[str, Any]:
    return {"accepted": False, "reason": reason, "names": [], "drugs": [], "controlled": False}


def lines(t: DialogTester) -> list[tuple[str, str, int]]:
    """The order as it is sent."""
    if t.last.last.step == "illness":  # the record does not show it
        t.taps("yes")
    t.taps("3-7")
    if t.last.last.step == "department":  # the medicines do not tell
        t.taps("dep-1")
    t.taps("first", "ok")
    assert t.submitted is not None
    return [(line["code"], line["name"], line["boxes"]) for line in t.submitted.args["draft"]["lines"]]


@pytest.mark.parametrize("part", [*NEEDED, "boxes"])
def test_what_could_not_be_read_is_named(part: str) -> None:
    t = form({**poor("unreadable"), "missing": [part, "foot"]})
    t.expect_prompt("read/again", why=("read_paper.why.unread", {"what": (f"read_paper.part.{part}", {})}))


def test_of_a_long_pdf_she_hears_which_pages_were_read() -> None:
    t = form({**READ, "unseen": 2, "drugs": READ["drugs"][:1]})
    t.expect_tell("read_paper.longer")
    t.expect_prompt("checked/look[first]")


HAND = {"id": "hand-1-1", "page": 1, "cut": "cut:80,400,300,40,0:file-a"}


def test_a_line_by_hand_is_typed_beside_its_cut_out_and_its_dose_is_left_to_the_doctor() -> None:
    t = form({**READ, "drugs": READ["drugs"][:1], "by_hand": [HAND]}, **{"local.search_drugs": [DRUG]})
    t.expect_tell("check_reading.written")
    t.expect_prompt("checked/hand[hand-1-1]", options=["type", "nothing"])
    t.taps("type")
    t.says("二甲")
    t.taps("d1", "2")
    t.expect_prompt("checked/look[first]", options=["right", "date", "line-1", "hand-1-1", "add"])
    t.taps("right")
    lines(t)
    assert t.submitted is not None
    typed = t.submitted.args["draft"]["lines"][1]
    assert (typed["proof"]["kind"], typed["proof"]["page"], typed["sig"]) == ("typed", 1, "")
    assert typed["proof"]["typed_by"] == "person"


def cuts(t: DialogTester) -> list[tuple[str, str, bool]]:
    """What the doctor is to compare, as it is sent."""
    assert t.submitted is not None
    return [(one["id"], one["cut"], one["pen"]) for one in t.submitted.args["draft"]["cuts"]]


PRINTED = {"id": "line-1", "page": 1, "cut": "cut:80,300,900,40,0:file-a", "pen": False}


def test_the_doctor_is_to_see_the_cut_out_of_what_she_typed() -> None:
    reading = {**READ, "drugs": READ["drugs"][:1], "by_hand": [HAND], "printed": [PRINTED]}
    t = form(reading, **{"local.search_drugs": [DRUG]})
    t.taps("type")
    t.says("二甲")
    t.taps("d1", "2", "right")
    lines(t)
    assert cuts(t) == [("hand-1-1", HAND["cut"], False)]


@pytest.mark.parametrize(("answer", "compared"), [("yes", []), ("other", [("line-1", PRINTED["cut"], False)])])
def test_of_a_printed_line_only_where_she_typed_another_drug(answer: str, compared: list[Any]) -> None:
    t = form({**READ, "drugs": [{**LIKELY, "page": 1}], "printed": [PRINTED]}, **{"local.search_drugs": [DRUG]})
    t.taps(answer)
    if answer == "other":
        t.says("二甲")
        t.taps("d1")
    t.taps("right")
    lines(t)
    assert cuts(t) == compared


@pytest.mark.parametrize("match", ["ask", "unknown"])
def test_where_a_pen_was_she_sees_the_line_and_its_dose_is_the_doctors(match: str) -> None:
    line = {**LIKELY, "page": 1, "sig": "每次0.5g 每日2次", "match": match, "code": "d1" if match == "ask" else ""}
    t = form({**READ, "drugs": [line], "printed": [{**PRINTED, "pen": True}]})
    t.expect_tell("check_reading.marked")
    t.taps(*(["yes"] if match == "ask" else []), "right")
    lines(t)
    assert t.submitted is not None
    assert [one["sig"] for one in t.submitted.args["draft"]["lines"]] == [""]
    assert cuts(t) == [("line-1", PRINTED["cut"], True)]


def test_a_line_that_she_removed_is_not_compared() -> None:
    t = form({**READ, "drugs": READ["drugs"][:2], "printed": [{**PRINTED, "pen": True}]})
    t.taps("2", "line-1", "remove", "right")
    lines(t)
    assert cuts(t) == []


def test_a_strength_that_is_not_on_the_paper_is_hers_and_never_the_papers() -> None:
    """The list has the drug in one strength only: she says yes, the doctor sees the line, and writes the dose (R17)."""
    line = {**LIKELY, "page": 1, "strength": "", "sig": "每次1片 每日1次"}
    t = form({**READ, "drugs": [line], "printed": [PRINTED]})
    t.expect_prompt("checked/is_it[line-1]", bare=True)
    t.taps("yes", "right")
    lines(t)
    assert t.submitted is not None
    (sent,) = t.submitted.args["draft"]["lines"]
    assert (sent["code"], sent["sig"], sent["proof"]["kind"], sent["proof"]["typed_by"]) == (
        "d1",
        "",
        "typed",
        "person",
    )
    assert cuts(t) == [("line-1", PRINTED["cut"], False)]


PART = {"id": "line-2", "name": "", "strength": "", "boxes": None, "match": "unknown", "page": 1}
SHOWN = {"id": "line-2", "page": 1, "cut": "cut:80,360,900,40,0:file-a", "pen": False}


def test_a_line_that_was_not_read_is_shown_and_typed_and_the_doctor_sees_it() -> None:
    reading = {**READ, "drugs": [READ["drugs"][0], PART], "printed": [PRINTED, SHOWN]}
    t = form(reading, **{"local.search_drugs": [DRUG]})
    t.expect_tell("check_reading.unread")
    t.expect_prompt("checked/part[line-2]", options=["type", "nothing"])
    t.taps("type")
    t.says("二甲")
    t.taps("d1", "2", "right")
    assert [boxes for *_, boxes in lines(t)][1:] == [2]
    assert cuts(t) == [("line-2", SHOWN["cut"], False)]


def test_a_name_without_a_strength_goes_by_the_photo_or_is_typed() -> None:
    part = {**PART, "name": "甲乙片", "boxes": 2}
    t = form({**READ, "drugs": [READ["drugs"][0], part], "printed": [PRINTED, SHOWN]})
    t.expect_prompt("checked/part[line-2]", options=["type", "printed", "nothing"], printed="甲乙片")
    t.taps("printed")
    t.expect_prompt("checked/look[first]", options=["right", "date", "line-1", "line-2", "add"])
    t.taps("right")
    assert lines(t)[1] == ("", "甲乙片", 2)


def test_words_among_the_drugs_that_are_none_are_no_line() -> None:
    t = form({**READ, "drugs": [READ["drugs"][0], PART], "printed": [SHOWN]})
    t.taps("nothing")
    t.expect_prompt("checked/look[first]", options=["right", "date", "line-1", "add"])
    t.taps("right")
    assert len(lines(t)) == 1


def test_writing_that_is_no_medicine_is_no_line() -> None:
    t = form({**READ, "drugs": READ["drugs"][:1], "by_hand": [HAND, {**HAND, "id": "hand-2-1", "page": 2}]})
    t.taps("nothing")
    t.expect_prompt("checked/hand[hand-2-1]")
    t.taps("nothing", "right")
    assert lines(t) == [("d1", "二甲双胍", 2)]


def test_what_is_certain_is_only_confirmed() -> None:
    t = form({**READ, "drugs": READ["drugs"][:1]})
    said = t.expect_prompt("checked/look[first]", options=["right", "date", "line-1", "add"], rx_date="2026-10-20")
    assert said.words["lines"] == [
        (
            "check_reading.line",
            {
                "drug": "二甲双胍 0.5g",
                "boxes": 2,
                "bare": False,
                "listed": True,
                "left": False,
                "pack": 0,
                "ours": 0,
                "sig": "",
            },
        )
    ]
    t.taps("right")
    assert lines(t) == [("d1", "二甲双胍", 2)]


@pytest.mark.parametrize(("answer", "sent"), [("yes", ("d1", "二甲双胍", 2)), ("unlisted", ("", "二甲双瓜", 2))])
def test_what_is_likely_is_asked(answer: str, sent: tuple[str, str, int]) -> None:
    t = form({**READ, "drugs": [LIKELY]})
    t.expect_prompt("checked/is_it[line-1]", options=["yes", "other", "unlisted"], printed="二甲双瓜 0.5g")
    t.taps(answer, "right")
    assert lines(t) == [sent]


def test_another_pack_is_shown_beside_the_listed_one_and_its_boxes_are_asked() -> None:
    t = form({**READ, "drugs": [{**LIKELY, "name": "二甲双胍", "pack": 60, "boxes": None}]})
    t.expect_prompt("checked/is_it[line-1]", printed="二甲双胍 0.5g×60", drug="二甲双胍 0.5g×30")
    t.taps("yes")
    t.expect_prompt("checked/count[line-1]", drug="二甲双胍 0.5g", pack=60, ours=30)
    t.taps("2", "right")
    assert lines(t) == [("d1", "二甲双胍", 2)]


def test_what_is_another_medicine_is_typed() -> None:
    t = form({**READ, "drugs": [LIKELY]}, **{"local.search_drugs": [{**DRUG, "code": "d2", "name_zh": "格列美脲"}]})
    t.taps("other")
    t.says("格列")
    t.taps("d2", "right")
    assert lines(t) == [("d2", "格列美脲", 2)]


def test_what_is_likely_but_left_the_list_goes_by_the_photo() -> None:
    t = form({**READ, "drugs": [LIKELY]}, **{"local.drugs": {}})
    t.expect_prompt("checked/look[first]")
    t.taps("right")
    assert lines(t) == [("", "二甲双瓜", 2)]


def test_a_line_can_go_and_nothing_at_all_cannot_be_right() -> None:
    t = form({**READ, "drugs": READ["drugs"][:1]})
    t.taps("line-1", "remove")
    t.expect_prompt("checked/look[second]", options=["date", "add"])
    t.taps("add")
    t.says("银杏叶")
    t.taps("unlisted", "3")
    t.expect_prompt("checked/look[third]", options=["right", "date", "added-second", "add"])
    t.taps("right")
    assert lines(t) == [("", "银杏叶", 3)]


def test_the_date_is_corrected_and_held_to_the_same_rule() -> None:
    t = form({**READ, "drugs": READ["drugs"][:1]})
    t.taps("date")
    t.says("2026-08-01")
    t.expect_prompt("checked/date[first]/day", wrong="old")
    t.says("2026-11-05")
    t.expect_prompt("checked/date[first]/day", wrong="future")
    t.says("10月22日")
    t.expect_prompt("checked/look[second]", rx_date="2026-10-22")


def test_an_old_date_may_be_misread() -> None:
    t = form({**READ, "date": "2026-01-20", "drugs": READ["drugs"][:1]})
    t.expect_prompt("checked/old", options=["stop", "misread"])
    t.taps("misread")
    t.says("2026-10-20")
    t.expect_prompt("checked/look[first]", rx_date="2026-10-20")
    t = form({**READ, "date": "2026-01-20"})
    t.taps("stop")
    t.expect_tell("check_reading.too_old")
    t.expect_end()


@pytest.mark.parametrize("day", ["", "2026-10", "2026-13-40", "2026-11-05"])
def test_a_day_that_is_missing_or_no_day_is_asked_for_and_not_called_old(day: str) -> None:
    t = form({**READ, "date": day, "drugs": READ["drugs"][:1]})
    t.expect_prompt("checked/date[old]/day")
    t.says("2026-10-20")
    t.expect_prompt("checked/look[first]", rx_date="2026-10-20")
    t.taps("right")
    assert lines(t) == [("d1", "二甲双胍", 2)]
    assert t.submitted is not None
    assert t.submitted.args["draft"]["rx_date"] == "2026-10-20"


def test_no_day_is_neither_old_nor_young() -> None:
    for day in ("", "2026-10", "yesterday"):
        assert rules.prescription_day(day, "2026-11-04", 2) == Wrong("date")


@pytest.mark.parametrize("change", [{"controlled": True}, {"drugs": [{**LIKELY, "controlled": True}]}])
def test_a_controlled_one_stops_before_anything_is_asked(change: dict[str, Any]) -> None:
    t = form({**READ, **change})
    t.expect_tell("check_reading.controlled")
    t.expect_end()


def test_a_medicine_that_was_added_may_be_controlled_too() -> None:
    t = form(
        {**READ, "drugs": READ["drugs"][:1]}, **{"local.search_drugs": [{**DRUG, "code": "c", "controlled": True}]}
    )
    t.taps("add")
    t.says("佳静安定")
    t.taps("c")
    t.expect_tell("check_reading.controlled")
    t.expect_end()


@pytest.mark.parametrize("trouble", [poor("reader_failed"), poor("no_reader")])
def test_a_reader_that_fails_costs_nobody_a_second_photo(trouble: dict[str, Any]) -> None:
    form(trouble).expect_prompt("rx_month")


def test_a_photo_that_is_gone_is_asked_for_again() -> None:
    t = form(Refused("photo-gone"), READ)
    t.expect_prompt("read/again", why=("read_paper.why.photo_gone", {"name": {BASE: BRIEF["name"]}}))
    t.photo("b")
    t.taps("done", "2")
    t.expect_prompt("checked/look[first]")


def test_poor_twice_and_then_it_is_typed() -> None:
    t = form(poor("glare"), poor("blurred"))
    t.expect_tell("read_paper.example")
    t.expect_prompt("read/again", options=["hand"])
    t.photo("b")
    t.taps("done")
    t.expect_prompt(
        "read/unread[first]",
        options=["hand", "person"],
        why=("read_paper.why.blurred", {"name": {BASE: BRIEF["name"]}}),
    )
    t.taps("hand")
    t.expect_prompt("rx_month")


def test_a_third_photo_is_read_too() -> None:
    t = form(poor("glare"), poor("blurred"), READ)
    for photo in ("b", "c"):
        t.photo(photo)
        t.taps("done")
    t.taps("2")
    t.expect_prompt("checked/look[first]")


def test_who_sends_poor_photos_only_is_seen_by_a_person() -> None:
    t = form(*[poor("glare")] * 12)
    for n in range(11):
        t.photo(f"photo-{n}")
        t.taps("done")
    t.expect_prompt("rx_month")


def test_who_sends_albums_of_poor_photos_only_is_seen_by_a_person_too() -> None:
    """A dialog keeps 200 answers: a page without a name takes three of them, and more than once."""
    five = {**poor("unreadable"), "missing": ["date"], "whose": [""] * 5, "unseen": 1}
    t = form(poor("glare"), five)
    albums = iter("abcdefghijkl")
    while t.last.last.step != "rx_month":
        album = next(albums)
        for n in range(5):
            t.photo(f"{album}-{n}", album=album)
        while t.last.last.step.startswith("read/page"):
            t.taps("hers")
    t.taps("2026-11", "1")
    assert lines(t)


def test_somebody_elses_name_is_no_poor_photo() -> None:
    t = form({**READ, "names": []})
    t.expect_prompt("read/again", options=["hers", "hand"])
    assert not [say for say in t.last.says if say.key == "read_paper.example"]
    t.taps("hers", "2")
    t.expect_prompt("checked/look[first]")


def test_what_was_read_can_be_changed_from_the_summary() -> None:
    t = form({**READ, "drugs": READ["drugs"][:1]})
    t.taps("right", "3-7", "first")
    t.expect_prompt("ok")
    t.edit("checked")
    t.expect_prompt("checked/look[first]")
    t.taps("line-1", "4", "right")
    t.expect_prompt("ok")
    t.taps("ok")
    assert t.submitted is not None
    assert t.submitted.args["draft"]["lines"][0]["boxes"] == 4


def album(photos: str, people: list[Any], papers: Any) -> tuple[DialogTester, list[Any]]:
    """An album that was sent and sorted like this, and the drafts that are kept of it."""
    kept: list[Any] = []
    ops = {**OPS, "local.reads_photos": True, "local.patients": people, "photo.sort": papers,
           "local.keep_drafts": lambda args: kept.append(args["drafts"])}  # fmt: skip
    t = DialogTester(FLOWS["album"], ops, paranoid=False)
    t.start()
    for name in photos:
        t.photo(name)
    t.taps("done")
    return t, kept


def test_an_album_asks_whose_only_where_no_one_name_is_found() -> None:
    people = [
        {"id": f"p{n}", "name": name, "mandate": "m", "brief": {}} for n, name in enumerate(("王", "李", "李"), 1)
    ]
    papers = [
        {**READ, "pages": [0, 2], "names": ["王"]},
        {**READ, "pages": [1], "names": ["李"]},
        {**READ, "pages": [3], "names": []},
    ]
    t, kept = album("abcd", people, papers)
    t.expect_prompt("whose[b]", options=["p1", "p2", "p3", "nobody"])
    t.taps("p3")
    t.expect_prompt("whose[d]")
    t.taps("nobody")
    t.expect_prompt("how", options=["together", "single"])
    t.taps("single")
    assert t.end == "done"
    assert {who: [page["unique"] for page in draft["pages"]] for who, draft in kept[0].items()} == {
        "p1": ["a", "c"], "p3": ["b"]
    }  # fmt: skip
    assert kept[0]["p3"]["papers"][0]["names"] == ["李"]


@pytest.mark.parametrize(("reads", "people", "says"), [(False, 1, "no_reader"), (True, 0, "nobody")])
def test_an_album_that_cannot_be(reads: bool, people: int, says: str) -> None:
    patients = [{"id": "p1", "name": "王", "mandate": "m", "brief": {}}][:people]
    t = DialogTester(FLOWS["album"], {**OPS, "local.reads_photos": reads, "local.patients": patients})
    t.start()
    t.expect_tell(says)
    t.expect_end()


def test_an_album_that_is_gone_is_still_sorted_by_hand_and_each_photo_asked_for_again() -> None:
    def gone(args: Any) -> Any:
        raise Refused("photo-gone")

    people = [{"id": "pat-1", "name": BRIEF["name"], "mandate": "m", "brief": BRIEF}]
    t, kept = album("a", people, gone)
    t.taps("pat-1")
    assert t.end == "done"
    draft = kept[0]["pat-1"]
    form = DialogTester(FLOWS["refill"], {**OPS, "local.reads_photos": True}, paranoid=False, subject="pat-1")
    form.start(pages=draft["pages"], seen=draft["papers"][0])
    form.expect_prompt("read/again", why=("read_paper.why.photo_gone", {"name": {BASE: BRIEF["name"]}}))
