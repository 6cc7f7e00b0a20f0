"""A page that can be read only with its red ink taken out: what that ink says is looked for all the same."""

from __future__ import annotations

from typing import Any

import pytest

from bot.photo import available

if not available():
    pytest.skip("the extra ocr is not installed", allow_module_level=True)

import numpy as np

from bot.photo import serving
from bot.photo.look import Seen
from bot.photo.pixels import Picture
from bot.photo.reading import Field, ReadDrug, Reading
from bot.photo.understand import Understood
from tests.photo.contents import LISTED

INKED, BARE = np.full((40, 60, 3), 7, np.uint8), np.full((40, 60, 3), 9, np.uint8)


def looked(
    monkeypatch: pytest.MonkeyPatch,
    *,
    turned: int = 0,
    stamp: str = "",
    read: bool = True,
    lacks: str = "drug",
    hand: bool = False,
    copy: bool = False,
    plain: bool = True,
    uneven: bool = False,
    alike: bool = False,
) -> tuple[Reading, list[Picture]]:
    """What becomes of a page that lacks something under a seal, and each picture in which ink was looked for."""
    inked = list[Picture]()

    class Server(serving.Server):
        def __init__(self) -> None:
            self._eyes: Any = None
            self._key = b""
            self._listed = LISTED

        def _understood(self, words: Any, body: Any) -> Understood:
            whole = (bool(words) or hand or uneven) and read
            return Understood(Reading(whole, missing=() if whole else (lacks,)), 5, False)

        def _stamp(self, seen: Seen) -> str:
            inked.append(seen.picture)
            return stamp

    def look(picture: Picture, _: object) -> Seen:
        bare = picture is BARE
        return Seen(np.rot90(picture, -turned), ("all of it",) if bare else (), (), turned)  # type: ignore[arg-type]

    monkeypatch.setattr(serving, "look", look)
    monkeypatch.setattr(serving, "without_red", lambda _: BARE)
    monkeypatch.setattr(serving.why, "reason", lambda *_: "unreadable")
    monkeypatch.setattr(serving.why, "surely_print", lambda _: plain)
    monkeypatch.setattr(serving, "filled_in", lambda picture, words: inked.append(picture) or (hand and not words))
    monkeypatch.setattr(serving, "by_hand", lambda picture, _: inked.append(picture) or uneven)
    monkeypatch.setattr(serving, "uniform", lambda *_: alike)
    monkeypatch.setattr(serving, "copied", lambda *_: copy)
    monkeypatch.setattr(serving, "written", lambda picture, _: inked.append(picture))
    monkeypatch.setattr(serving, "headless", lambda picture, _: picture)
    monkeypatch.setattr(serving, "_doubted", lambda reading, *_: reading)
    monkeypatch.setattr(serving, "_pen", lambda reading, _, picture, __: (inked.append(picture), reading)[1])
    monkeypatch.setattr(serving, "codes", lambda _: ())
    monkeypatch.setattr(serving, "looks", lambda _: ())
    return Server()._looked(INKED, 1.0, {}).reading, inked


@pytest.mark.parametrize(
    ("name", "strength", "taken"), [("来曲唑片", "2.5mg", True), ("", "", False), ("来曲唑片", "", False)]
)
def test_beside_a_line_that_was_not_read_others_may_be_burnt_out(
    monkeypatch: pytest.MonkeyPatch, name: str, strength: str, taken: bool
) -> None:
    monkeypatch.setattr(serving.why, "surely_print", lambda _: True)
    seen = Seen(INKED, (), (), 0)
    line = ReadDrug(Field(name), Field(strength), None, None, "unknown")
    for gone in (False, True):
        monkeypatch.setattr(serving.why, "lines_may_be_gone", lambda *_, gone=gone: gone)
        assert serving._surely_all(Reading(True, drugs=(line,)), seen, 1.0) == (taken or not gone)


@pytest.mark.parametrize("turned", [0, 1])
def test_stamps_and_pens_are_looked_for_in_the_picture_as_it_came(monkeypatch: pytest.MonkeyPatch, turned: int) -> None:
    reading, pictures = looked(monkeypatch, turned=turned)
    assert reading.accepted
    assert len(pictures) == 5  # for stamps, for a form that was filled in, for numbers and characters by hand, for pens
    assert all(one.shape == np.rot90(INKED, -turned).shape and (one == 7).all() for one in pictures)


def test_a_void_paper_whose_stamp_hides_its_day_is_void(monkeypatch: pytest.MonkeyPatch) -> None:
    reading, _ = looked(monkeypatch, stamp="void")
    assert (reading.accepted, reading.reason) == (False, "void")


def test_a_stamp_is_looked_for_on_a_page_that_cannot_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its sentence says more than that the photo should be taken again."""
    reading, pictures = looked(monkeypatch, stamp="void", read=False)
    assert (reading.accepted, reading.reason) == (False, "void")
    assert all((one == 7).all() for one in pictures)
    assert looked(monkeypatch, read=False)[0].reason == "unreadable"


def test_whose_page_it_is_is_asked_where_no_ink_hides_it(monkeypatch: pytest.MonkeyPatch) -> None:
    reading, pictures = looked(monkeypatch, read=False, lacks="patient")
    assert (reading.accepted, reading.missing) == (True, ())
    assert len(pictures) == 5  # for stamps, for a form that was filled in, for numbers and characters by hand, for pens
    assert all((one == 7).all() for one in pictures)
    assert looked(monkeypatch, read=False, lacks="patient", stamp="void")[0].reason == "void"
    assert not looked(monkeypatch, read=False, lacks="patient", plain=False)[0].accepted


def test_a_page_by_hand_is_not_looked_at_again_without_its_red_ink(monkeypatch: pytest.MonkeyPatch) -> None:
    """A seal on it makes the picture differ, and a neat hand may pass for print in that."""
    reading, pictures = looked(monkeypatch, hand=True)
    assert (reading.accepted, reading.reason) == (False, "handwritten")
    assert all((one == 7).all() for one in pictures)


def test_a_faint_copy_that_looks_like_a_hand_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    assert looked(monkeypatch, hand=True, copy=True)[0].accepted


@pytest.mark.parametrize(("alike", "reason"), [(False, "handwritten"), (True, "")])
def test_uneven_digits_on_a_page_of_print_are_no_hand(
    monkeypatch: pytest.MonkeyPatch, alike: bool, reason: str
) -> None:
    assert looked(monkeypatch, uneven=True, alike=alike)[0].reason == reason
