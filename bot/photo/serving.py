"""One request of the worker: bytes in, a reading and a clean picture out. Everything heavy is imported here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

import numpy as np

from bot.photo import pdf, reasons, why
from bot.photo.again import counts_at, counts_in
from bot.photo.alike import added, copied, uniform, written
from bot.photo.beneath import without_beneath
from bot.photo.block import penned
from bot.photo.codes import codes, covered
from bot.photo.decode import Undecodable, decode, encode
from bot.photo.filled import bluer, by_hand, filled_in
from bot.photo.formulary import formulary
from bot.photo.gate import whole
from bot.photo.ink import (
    BROADER,
    headless,
    marked,
    overwritten,
    printed_in,
    tinted,
)
from bot.photo.look import Seen, look, without_red
from bot.photo.looks import looks
from bot.photo.ocr import Eyes
from bot.photo.pages import together
from bot.photo.pixels import Picture
from bot.photo.reading import Field, Reading
from bot.photo.seal import picture_hash
from bot.photo.stamps import stamp_of
from bot.photo.understand import Understood, lowered, scaled, understand
from bot.photo.verdict import asked, doubtful
from bot.photo.wire import to_wire
from bot.photo.words import Word

MAX_SPOTS: Final = 12
_LONGEST: Final = 18  # times its height; Telegram takes no photo longer than 20 (sendPhoto)
_GREY: Final = 128


@dataclass(frozen=True, slots=True)
class Looked:
    """One page: what it says, the picture to send on, its hash, by how many quarters it was turned."""

    reading: Reading
    clean: Picture
    hash: str
    turned: int


class Server:
    """Holds the two networks and the drug list between requests."""

    def __init__(self, rows: Sequence[Mapping[str, Any]], key: bytes) -> None:
        self._listed = formulary(rows)
        self._key = key
        self._eyes = Eyes()

    def answer(self, body: Mapping[str, Any], data: bytes) -> tuple[dict[str, Any], bytes]:
        """(answer, clean JPEG); the JPEG is empty where the bytes are no picture."""
        try:
            pages, unseen = _pages(data)
        except Undecodable as refused:
            return {"reading": to_wire(Reading(False, refused.reason, read_by="machine"))}, b""
        if "only" in body:
            return _painted(pdf.stacked([page for page, _ in pages]), body["only"], body.get("cut", ()))
        looked = [self._looked(page, scale, body) for page, scale in pages]
        clean = pdf.stacked([page.clean for page in looked])
        tops = [sum(page.clean.shape[0] for page in looked[:n]) for n in range(len(looked))]
        height, width = clean.shape[:2]
        read = together([lowered(page.reading, top) for page, top in zip(looked, tops, strict=True)])
        answer = {
            "reading": to_wire(_long(read, unseen) if unseen else read),
            "hash": looked[0].hash,
            "width": width,
            "height": height,
            "turned": looked[0].turned,
        }
        return answer, encode(clean) if body.get("clean") else b""

    def _looked(self, picture: Picture, scale: float, body: Mapping[str, Any]) -> Looked:
        seen = without_beneath(look(picture, self._eyes))
        understood = self._twice_looked(seen, body)
        reading = self._judged(understood, seen, seen.picture, scale)
        penned_all = reading.reason == reasons.HANDWRITTEN and not reading.missing  # whatever is read without a seal
        stopped = reading.accepted or penned_all or reading.reason in reasons.STOPS
        plain = None if stopped else without_red(picture)
        if plain is not None:  # a seal may cover what is needed
            other = without_beneath(look(plain, self._eyes))
            inked = np.ascontiguousarray(np.rot90(picture, -other.turned))
            again = self._judged(self._twice_looked(other, body), other, inked, scale)
            reading = again if again.accepted or again.reason in reasons.STOPS else reading
        less = asked(understood.reading, self._listed)
        if reading.reason == reasons.UNREADABLE and less.accepted and _surely_all(less, seen, scale):
            reading = self._judged(replace(understood, reading=less), seen, seen.picture, scale)
        elif not reading.accepted and reading.reason not in reasons.STOPS and (stamp := self._stamp(seen)):
            reading = replace(reading, reason=stamp)  # no better photo of it is wanted
        found = codes(seen.picture)
        reading = _with_number(reading, [c.number for c in found if c.number])
        clean = covered(seen.picture, found, reading.number.value if reading.number else "")
        return Looked(reading, clean, picture_hash(looks(seen.picture), self._key), seen.turned)

    def _twice_looked(self, seen: Seen, body: Mapping[str, Any]) -> Understood:
        """What the words say, with those of a second look where a count should stand."""
        understood = self._understood(seen.words, body)
        words = seen.words
        if not understood.cause and 0 < len(understood.spots) <= MAX_SPOTS:
            words = (*words, *counts_at(seen.picture, understood.spots, self._eyes))
            understood = self._understood(words, body)
        if not understood.cause and understood.area is not None:
            words = (*words, *counts_in(seen.picture, understood.area, self._eyes, words))
            understood = self._understood(words, body)
        return understood

    def _judged(self, understood: Understood, seen: Seen, inked: Picture, scale: float) -> Reading:
        """The reading held against the pixels. ``inked``: the picture of ``seen`` with its red ink, where pens and
        stamps are."""
        reading = scaled(understood.reading, scale)
        if understood.cause:
            return reading
        if reading.accepted:
            if stamp := self._stamp(replace(seen, picture=inked)):
                return replace(reading, accepted=False, reason=stamp)
            uneven = by_hand(inked, seen.words) and not uniform(inked, seen.words)
            pen = filled_in(inked, seen.words) or uneven
            if written(inked, seen.words) or (pen and not copied(inked, seen.words)):
                return replace(reading, accepted=False, reason=reasons.HANDWRITTEN)
            return _pen(_doubted(reading, seen, scale), understood, headless(inked, seen.words), seen.words)
        known = sum(d.match != "unknown" for d in reading.drugs)
        n = sum(bool(d.name.value) for d in reading.drugs)
        cause = why.reason(reading.missing, understood.labels, understood.future, seen, scale, n, known)
        return replace(reading, reason=cause)

    def _stamp(self, seen: Seen) -> str:
        return stamp_of(seen, self._eyes)

    def _understood(self, words: Sequence[Word], body: Mapping[str, Any]) -> Understood:
        today = date.fromisoformat(body["today"])
        return understand(words, today, self._listed, history=body.get("history", ()), names=body.get("names", ()))


def _surely_all(reading: Reading, seen: Seen, scale: float) -> bool:
    """Whether it is print on which nothing lies; where a line was not read whole, none beside it may be gone either."""
    whole = all(d.name.value and d.strength.value for d in reading.drugs)
    return why.surely_print(seen) and (whole or not why.lines_may_be_gone(seen, scale))


def _pages(data: bytes) -> tuple[list[tuple[Picture, float]], int]:
    """The pages with their scales, and how many more there are that nobody looks at. Raises Undecodable."""
    if whole(data).kind != "pdf":
        return [decode(data)], 0
    drawn, unseen = pdf.pictures(data)
    return [(page, 1.0) for page in drawn], unseen


def _long(reading: Reading, unseen: int) -> Reading:
    """What is missing on the first pages may stand on the others."""
    open_ = reading.accepted or reading.reason in reasons.STOPS
    return replace(reading, unseen=unseen, reason=reading.reason if open_ else reasons.PDF_LONG)


def _pen(reading: Reading, understood: Understood, picture: Picture, words: Sequence[Word]) -> Reading:
    """Drugs that a pen added, or whose numbers it wrote over or struck out, are asked about: the print is not meant."""
    places = [
        (*numbers, *(b for b in (d.strength.box, d.name.box) if b))
        for d, numbers in zip(understood.reading.drugs, understood.numbers, strict=True)
    ]
    printed = printed_in(picture, [box for some in places for box in some])
    counts = [any(tinted(picture, box, printed) for box in some) for some in understood.counts]
    coloured = counts if counts.count(False) or len(counts) == 1 else [False] * len(counts)  # a screen may colour each
    later = bluer(picture, [d.name.box for d in understood.reading.drugs]) | overwritten(picture, understood.boxes)
    later |= overwritten(picture, understood.amounts, BROADER)
    later |= added(picture, words, [d.line for d in understood.reading.drugs])
    pens = [
        n in later or pen or any(marked(picture, box, printed) for box in some)
        for n, (pen, some) in enumerate(zip(coloured, places, strict=True))
    ]
    return replace(reading, drugs=tuple(penned(d) if pen else d for d, pen in zip(reading.drugs, pens, strict=True)))


def _painted(picture: Picture, number: str, box: Sequence[int]) -> tuple[dict[str, Any], bytes]:
    """Only the picture, without codes but the one of ``number``; nothing is read. ``box``: see cut_out."""
    clean = cut_out(covered(picture, codes(picture), number.upper()), *box)
    height, width = clean.shape[:2]
    return {"reading": to_wire(Reading(True, read_by="machine")), "width": width, "height": height}, encode(clean)


def _doubted(reading: Reading, seen: Seen, scale: float) -> Reading:
    """A complete reading is refused after all when counts are cut off, or when a poor picture leaves any doubt."""
    if why.black(seen):
        return replace(reading, accepted=False, reason=reasons.TOO_DARK, missing=("drug",))
    uncounted = any(d.boxes is None for d in reading.drugs)
    if side := why.cut_side(seen, 1 if uncounted else 2):
        return replace(reading, accepted=False, reason=side, missing=("boxes",) if uncounted else ("drug",))
    bare = any(d.boxes is None or d.pack is None for d in reading.drugs)
    if bare and (hidden := why.spot(seen, scale)):
        return replace(reading, accepted=False, reason=hidden, missing=("drug",))
    lacking = doubtful(reading)
    cause = why.poor(seen, scale) if lacking else ""
    return replace(reading, accepted=False, reason=cause, missing=lacking) if cause else reading


def _with_number(reading: Reading, numbers: Sequence[str]) -> Reading:
    """A bar code that repeats the printed number makes it certain; alone it is not taken for it: it may be a card's."""
    if reading.number and reading.number.value.upper() in numbers:
        return replace(reading, number=Field(reading.number.value, 1.0, reading.number.box))
    return reading


def cut_out(picture: Picture, x: int = 0, y: int = 0, w: int = 0, h: int = 0, turned: int = 0) -> Picture:
    """A line cut out of it with a line's height around; the place is in the picture that was ``turned`` upright.

    Never longer than a messenger takes a photo.
    """
    if not w or not h:
        return picture
    upright = np.rot90(picture, -turned)
    part = np.ascontiguousarray(upright[max(0, y - h) : y + 2 * h, max(0, x - h) : x + w + h])
    lacking = -(-part.shape[1] // _LONGEST) - part.shape[0]
    if lacking <= 0:
        return part
    return np.pad(part, ((lacking // 2, lacking - lacking // 2), (0, 0), (0, 0)), constant_values=_GREY)
