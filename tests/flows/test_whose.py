"""Whose a page is: only those that name the patient are read as hers, each other one is asked about by itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot import wiring
from bot.dialog import FLOWS
from bot.dialog.testing import DialogTester
from bot.model.names import BASE
from tests.flows.test_deploys import OPS, READ

assert wiring.ROOMS  # all flows are registered
HERS = {**READ, "drugs": READ["drugs"][:1]}
HER, HIS, NOBODY = "王秀英", "李国强", ""


def papers(*whose: str, then: Any = None, more: Any = None) -> tuple[DialogTester, list[Mapping[str, Any]]]:
    """The form after so many photos, on which these names are read; ``then``: how what is left of them is read."""
    asked: list[Mapping[str, Any]] = []

    def read(args: Mapping[str, Any]) -> Any:
        asked.append(args)
        if len(asked) == 1:
            several = len(set(whose)) > 1
            refused = {"accepted": False, "reason": "two_people", "drugs": []} if several else {}
            return {**HERS, **refused, "names": [HER] if HER in whose else [], "whose": [*whose]}
        again = {"whose": [HER] * len(args["photos"])}
        return {**HERS, **again, **(then or {})}

    t = DialogTester(FLOWS["refill"], {**OPS, "local.reads_photos": True, "photo.read": read}, paranoid=False)
    t.start()
    for n in range(len(whose)):
        t.photo("abcde"[n])
    t.taps("done")
    return t, asked


def sent(t: DialogTester) -> tuple[list[str], list[tuple[int, str]]]:
    """The pages that the order takes, and what the doctor is told of the others."""
    t.taps("right", "3-7", "first", "ok")
    assert t.submitted is not None
    args: Any = t.submitted.args
    return [*args["photos"]], [(one["page"], one["why"]) for one in args["draft"]["doubts"]]


def test_pages_that_all_name_her_are_asked_nothing() -> None:
    t, asked = papers(HER, HER)
    t.expect_prompt("checked/look[first]")
    assert len(asked) == 1
    assert sent(t) == (["file-a", "file-b"], [])


def test_another_persons_page_is_left_out_and_the_doctor_hears_it() -> None:
    t, asked = papers(HER, HIS)
    said = t.expect_prompt("read/page[mine-b]", options=["leave_out"], who=HIS, name={BASE: HER})
    assert said.words["who"] == HIS
    t.taps("leave_out")
    assert [*asked[-1]["photos"]] == ["file-a"]
    assert sent(t) == (["file-a"], [(2, "other")])


def test_a_page_without_a_readable_name_is_hers_by_word_or_left_out() -> None:
    t, asked = papers(HER, NOBODY, NOBODY)
    t.expect_prompt("read/page[mine-b]", options=["leave_out", "hers"], who="")
    t.taps("hers")
    t.expect_prompt("read/page[mine-c]")
    t.taps("leave_out")
    assert [*asked[-1]["photos"]] == ["file-a", "file-b"]
    assert [*asked[-1]["hers"]] == [1]
    assert sent(t) == (["file-a", "file-b"], [(2, "said"), (3, "unnamed")])


def test_another_photo_takes_the_place_of_a_page() -> None:
    t, asked = papers(HIS, HER)
    t.photo("e")
    assert [*asked[-1]["photos"]] == ["file-e", "file-b"]
    assert sent(t) == (["file-e", "file-b"], [])


def test_the_other_photo_must_name_her_too() -> None:
    t, _ = papers(HIS, HER, then={"whose": [HIS, HER]})
    t.photo("e")
    t.expect_prompt("read/again", options=["hand"], why=("read_paper.why.two_people", {"name": {BASE: HER}}))


def test_a_single_page_that_names_somebody_else_cannot_be_called_hers() -> None:
    t, _ = papers(HIS)
    t.expect_prompt(
        "read/again", options=["hand"], why=("read_paper.why.names_other", {"name": {BASE: HER}, "who": HIS})
    )


def test_a_single_page_without_a_name_is_hers_by_word_and_the_doctor_hears_it() -> None:
    t, _ = papers(NOBODY)
    t.expect_prompt("read/again", options=["hers", "hand"])
    t.taps("hers")
    assert sent(t) == (["file-a"], [(1, "said")])


def test_where_every_page_is_left_out_nothing_can_be_typed_beside_them() -> None:
    t, _ = papers(HIS, HIS)
    for page in ("a", "b"):
        t.expect_prompt(f"read/page[mine-{page}]")
        t.taps("leave_out")
    t.expect_prompt("read/again", options=[], why=("read_paper.why.names_other", {"name": {BASE: HER}, "who": HIS}))
