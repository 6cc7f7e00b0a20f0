"""A number of boxes or of pieces in a box is told as whose it is: the paper's, the list's, or hers."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.dosing import Line, Proof
from bot.linewords import proved_words
from tests.flows.test_deploys import READ
from tests.flows.test_doses import RECORD, recorded, sent
from tests.flows.test_reading import LIKELY, form
from tests.flows.test_writing import SAID

PACKED: dict[str, Any] = {**LIKELY, "name": "二甲双胍", "pack": 60, "boxes": None, "page": 1}  # the list's box has 30
ON_PAPER = Line("d1", "二甲双胍", "0.5g", 2, "0.5g bid", 15, 30, proof=Proof("page", 1, "line-1", boxes=2))


def summary(t: Any) -> str:
    said = t.expect_prompt("checked/look[first]")
    return SAID.say("en", said.key, said.words)


# ---------------------------------------------------------------- another box


def test_where_only_the_box_differs_that_is_what_is_said_and_asked() -> None:
    t = form({**READ, "drugs": [PACKED]})
    t.taps("yes")
    said = t.expect_prompt("checked/count[line-1]", pack=60, ours=30)
    assert "holds 30 pieces in our list and 60 pieces on the prescription" in SAID.say("en", said.key, said.words)
    t.taps("2")
    text = summary(t)
    assert "(a box holds 30 pieces in our list, 60 pieces on the prescription)" in text
    assert "not in our list" not in text
    t.taps("right")
    (line,) = sent(t)
    assert (line.pack, line.proof.pack) == (30, 60)
    (told,) = proved_words([line], [line])
    assert "a box there holds 60 pieces, ours 30 pieces" in SAID.say("en", *told)


def test_a_count_that_was_not_read_is_called_so() -> None:
    t = form({**READ, "drugs": [{**PACKED, "match": "exact", "pack": 30}]})
    said = t.expect_prompt("checked/count[line-1]", pack=0)
    assert "is not clear" in SAID.say("en", said.key, said.words)


@pytest.mark.parametrize(
    ("drug", "taps", "why"),
    [
        (
            PACKED,
            ["unlisted", "2"],
            "(a box holds 30 pieces in our list, 60 pieces on the prescription: the pharmacist looks",
        ),
        (LIKELY, ["unlisted"], "(the pharmacist looks at the photo)"),
        ({**LIKELY, "match": "unknown", "code": ""}, [], "(not in our list, the pharmacist looks at the photo)"),
    ],
)
def test_the_summary_says_why_the_pharmacist_looks(drug: dict[str, Any], taps: list[str], why: str) -> None:
    t = form({**READ, "drugs": [drug]})
    t.taps(*taps)
    assert why in summary(t)


def test_another_drug_has_no_box_of_the_one_that_was_read() -> None:
    t = form({**READ, "drugs": [PACKED]})
    t.taps("other")
    t.says("银杏叶片")
    t.taps("unlisted")
    t.expect_prompt("checked/count[line-1]", pack=0)
    t.taps("2")
    assert "(not in our list, the pharmacist looks" in summary(t)


# ---------------------------------------------------------------- so many boxes


def marked(line: Line, *asked: Line) -> str:
    (told,) = proved_words([line], asked)
    return SAID.say("en", *told)


def test_boxes_that_she_typed_are_told_as_hers_beside_what_the_paper_says() -> None:
    t = form({**READ, "drugs": [{**LIKELY, "match": "exact", "name": "二甲双胍", "page": 1}]})
    t.taps("line-1")
    t.says("99")
    t.taps("yes", "right")
    (line,) = sent(t)
    assert (line.boxes, line.proof.boxes) == (99, 2)
    assert "(on the paper with 2 boxes, 99 boxes by the person's own word" in marked(line, line)


@pytest.mark.parametrize(
    ("asked", "now", "said"),
    [
        (ON_PAPER, ON_PAPER, "(on the paper)"),
        (ON_PAPER, replace(ON_PAPER, boxes=4), "(on the paper with 2 boxes)"),
        (
            replace(ON_PAPER, boxes=4),
            replace(ON_PAPER, boxes=4),
            "(on the paper with 2 boxes, 4 boxes by the person's own word)",
        ),
        (
            replace(ON_PAPER, proof=Proof("page", 1, "line-1")),
            replace(ON_PAPER, proof=Proof("page", 1, "line-1")),
            "(on the paper, the number of boxes was not read, 2 boxes by the person's own word)",
        ),
        (
            replace(RECORD, boxes=20),
            replace(RECORD, boxes=20),
            "record with 16 boxes, 20 boxes by the person's own word)",
        ),
    ],
)
def test_what_the_doctor_changed_is_not_hers(asked: Line, now: Line, said: str) -> None:
    assert said in marked(now, asked)


@pytest.mark.parametrize(("typed", "asked"), [("12", False), ("13", True), ("99", True)])
def test_very_many_boxes_are_asked_once_more(typed: str, asked: bool) -> None:
    t = form({**READ, "drugs": [{**LIKELY, "match": "exact", "boxes": None}]})
    t.says(typed)
    if asked:
        t.expect_prompt("checked/many[line-1]/sure", boxes=int(typed))
        t.taps("no", "2")
    t.taps("right")
    assert [line.boxes for line in sent(t)] == [2 if asked else 12]


def test_however_they_are_typed() -> None:
    """A line that was added, one that was typed beside its cut-out, and one that was changed."""
    hand = {"id": "hand-1-1", "page": 1, "cut": "cut:80,400,300,40,0:file-a"}
    t = form({**READ, "drugs": READ["drugs"][:1], "by_hand": [hand]})
    t.taps("type")
    t.says("银杏叶片")
    t.taps("unlisted")
    t.says("30")
    t.expect_prompt("checked/many[hand-1-1]/sure")
    t.taps("yes", "add")
    t.says("银杏叶片")
    t.taps("unlisted")
    t.says("31")
    t.expect_prompt("checked/many[first]/sure")
    t.taps("yes", "line-1")
    t.says("32")
    t.expect_prompt("checked/many[second]/sure")
    t.taps("yes", "right")
    assert [line.boxes for line in sent(t)] == [32, 30, 31]


def test_corrected_it_is_still_no_more_than_the_record_bears() -> None:
    t = recorded(RECORD)
    t.taps("choose", "s1", "done")
    t.says("24")
    t.expect_prompt("many[s1]/sure", boxes=24)
    t.taps("no")
    t.says("25")
    t.expect_prompt("many[s1]/boxes", wrong="boxes")
    t.says("20")
    t.taps("go_on")
    assert [line.boxes for line in sent(t)] == [20]
