"""The sample photos, and photos drawn in other layouts, read by the real networks in the real worker."""

from __future__ import annotations

import io
import json
import random
import struct
import zlib
from collections.abc import Collection, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageDraw

from bot.photo import reasons
from bot.photo.names import fold
from bot.photo.reader import Examined
from bot.photo.reading import Field, Reading
from bot.photo.seal import same_picture
from tests.photo.conftest import Clean, Look
from tests.photo.contents import Script, script
from tests.photo.drawing import BOLD, SANS, SERIF, Pen, letter, sized
from tests.photo.layouts import LATER, LAYOUTS, house
from tests.photo.spoiling import Shot, photograph, rough, shot, spoiled

pytestmark = pytest.mark.slow
MORE = pytest.mark.trial("photos, hundreds of drawn ones")
DATA = Path(__file__).parent / "data"
GOOD: dict[str, dict[str, Any]] = json.loads((DATA / "good/truth.json").read_text(encoding="utf-8"))
SPOILED: dict[str, dict[str, Any]] = json.loads((DATA / "spoiled/truth.json").read_text(encoding="utf-8"))


def some(kept: Collection[str], every: Iterable[str]) -> list[Any]:
    """A picture takes seconds to read: the suite keeps these as the samples of their kind, the others are trials."""
    return [one if one in kept else pytest.param(one, marks=MORE) for one in every]


def value(field: Field | None) -> str | None:
    return field.value if field else None


def needed(reading: Reading) -> tuple[object, ...]:
    drugs = [(fold(d.known if d.match == "ask" else d.name.value), d.strength.value) for d in reading.drugs]
    return value(reading.hospital), value(reading.patient), value(reading.date), drugs


def printed(truth: dict[str, Any]) -> tuple[object, ...]:
    drugs = [(fold(i["name"]), i["strength"]) for i in truth["items"]]
    return truth["hospital"], truth["patient"], truth["date"], drugs


def drawn(s: Script, layout: str = "") -> tuple[object, ...]:
    return house(s, layout), s.patient, s.day.isoformat(), [(fold(i.name), i.strength) for i in s.items]


@pytest.mark.parametrize("name", some(("pre_06_A.jpg",), GOOD))
def test_a_good_sample_is_read(look: Look, name: str) -> None:
    truth, reading = GOOD[name], look((DATA / "good" / name).read_bytes()).reading
    assert reading.accepted, (reading.reason, reading.missing)
    assert needed(reading) == printed(truth)
    assert [(d.pack, d.boxes) for d in reading.drugs] == [(i["pack"], i["boxes"]) for i in truth["items"]]
    assert {d.match for d in reading.drugs} == {"exact"}
    told = (value(reading.department), value(reading.diagnosis), value(reading.doctor), value(reading.pharmacist))
    assert told == tuple(truth[k] for k in ("department", "diagnosis", "doctor", "pharmacist"))
    assert reading.amount_fen == round(truth["amount"] * 100)


@pytest.mark.parametrize(
    "name", some(tuple(f"bad_{how}.jpg" for how in ("motion", "too_dark", "glare", "cropped_top")), SPOILED)
)
def test_a_spoiled_sample_is_refused_for_its_reason_or_read_right(look: Look, name: str) -> None:
    truth, reading = SPOILED[name], look((DATA / "spoiled" / name).read_bytes()).reading
    if reading.accepted:
        assert truth["reason"] in (reasons.TOO_DARK, reasons.OVEREXPOSED)  # spoiled to the eye, not to the reader
        assert needed(reading) == printed(truth)
    else:
        assert reading.reason == truth["reason"]


@pytest.mark.parametrize("layout", some(("columns", "narrow", "thermal"), LAYOUTS))
def test_other_layouts_are_read(look: Look, layout: str) -> None:
    seed = 100 + len(layout)
    s = script(seed, unlisted=seed % 2 == 0)
    data = photograph(LAYOUTS[layout](s, random.Random(seed)), shot(seed), seed)
    reading = look(data, names=(s.patient, "不在上面")).reading
    assert reading.accepted, (reading.reason, reading.missing)
    assert needed(reading) == drawn(s, layout)
    assert [(d.pack, d.boxes) for d in reading.drugs] == [(i.pack, i.boxes) for i in s.items]
    assert all(bool(d.code) is i.listed for d, i in zip(reading.drugs, s.items, strict=True))
    assert reading.found == (s.patient,)
    assert value(reading.number) == s.number


@MORE  # the spoiled samples are of these kinds
@pytest.mark.parametrize(
    ("how", "layout"),
    [
        ("cropped_left", "grid"),
        ("blurred", "form"),
        ("motion", "grid"),
        ("too_small", "bullets"),
        ("glare", "form"),  # one on bright paper is called unreadable: bench/README.md
        ("cropped_top", "spaced"),
        ("cropped_bottom", "screen"),
        ("cropped_right", "form"),
    ],
)
def test_other_layouts_are_refused_for_their_reason(look: Look, how: str, layout: str) -> None:
    s = script(7)
    reading = look(photograph(LAYOUTS[layout](s, random.Random(7)), spoiled(7, how), 7)).reading
    assert not reading.accepted
    assert reading.reason == how
    assert reading.missing


@MORE
@pytest.mark.parametrize(
    ("top", "left", "reason"),
    [
        (170, 1.0, ""),
        (230, 1.0, reasons.CROPPED_TOP),
        (300, 1.0, reasons.CROPPED_TOP),
        (170, 0.35, reasons.OVEREXPOSED),
    ],
    ids=["house lost", "print cut", "head lost", "faded"],
)
def test_a_scan_without_its_head_is_cropped_and_a_faded_one_burnt_out(
    look: Look, top: int, left: float, reason: str
) -> None:
    """All are white to the edges; the print tells them apart. ``top``: pixels cut off; ``left``: share of its darkness.
    Where only the house's name is lost and no print is cut, it is accepted without it."""
    page = LAYOUTS["form"](script(5), random.Random(5))
    faded = page.crop((0, top, *page.size)).point(lambda grey: 255 - (255 - grey) * left)
    data = io.BytesIO()
    faded.save(data, "PNG")
    assert look(data.getvalue()).reading.reason == reason


CUT = ("2,5mg", ".5mg", "2 5mg", "2'5mg", "2，5mg", "2、5mg", "2. 5mg", "2:5mg", "2-5mg", "Z.5mg")


@pytest.mark.parametrize("layout", some(("receipt",), ("form", "receipt", "grid")))
def test_a_strength_in_print_is_read_whole_or_asked(look: Look, layout: str) -> None:
    """One line of the list a kind: 5mg is listed of this drug as well, and would be twice or ten times too much."""
    s = script(7)
    drug = replace(s.items[0], name="富马酸比索洛尔片", brand="", pack=7, unit="片", dose="1片")
    s = replace(s, items=tuple(replace(drug, strength=strength) for strength in CUT))
    reading = look(photograph(LAYOUTS[layout](s, random.Random(7)), Shot(margin=0.05), 7)).reading
    assert len(reading.drugs) == len(CUT)
    assert "5mg" not in {d.strength.value for d in reading.drugs}
    assert {d.strength.value for d in reading.drugs if d.match == "exact"} <= {"2.5mg"}
    assert "" in {d.strength.value for d in reading.drugs}


RED, GREY = (205, 60, 60, 190), (150, 150, 150, 220)


def stamp(page: Image.Image, text: str, turn: float, colour: tuple[int, int, int, int] = RED) -> Image.Image:
    """A stamp in a frame, pressed across the drugs."""
    size = 120
    sheet = Image.new("RGBA", (size * len(text) + 60, size + 60))
    pen = ImageDraw.Draw(sheet)
    pen.rectangle((4, 4, sheet.width - 5, sheet.height - 5), outline=colour, width=8)
    pen.text((30, 6), text, colour, sized(BOLD, size))
    turned = sheet.rotate(turn, expand=True, resample=Image.Resampling.BICUBIC)
    out = page.copy()
    out.paste(turned, ((page.width - turned.width) // 2, page.height // 2 - turned.height // 2), turned)
    return out


@pytest.mark.parametrize(
    ("layout", "text", "turn", "colour", "reason"),
    [
        ("form", "作废", 20, RED, reasons.VOID),
        ("form", "已作废", 18, GREY, reasons.VOID),
        ("form", "已发药", 184, RED, reasons.DISPENSED),
        pytest.param("receipt", "药已取走", 90, GREY, reasons.DISPENSED, marks=MORE),
        pytest.param("receipt", "作废", -90, RED, reasons.VOID, marks=MORE),
        pytest.param("grid", "已取药", -12, RED, reasons.DISPENSED, marks=MORE),
        pytest.param("grid", "已取药", -15, GREY, reasons.DISPENSED, marks=MORE),
        pytest.param("receipt", "已退费", 8, RED, reasons.VOID, marks=MORE),
    ],
)
def test_a_stamped_paper_is_stopped(
    look: Look, layout: str, text: str, turn: float, colour: tuple[int, int, int, int], reason: str
) -> None:
    page = stamp(LAYOUTS[layout](script(7), random.Random(7)), text, turn, colour)
    reading = look(photograph(page, Shot(margin=0.05), 7)).reading
    assert (reading.accepted, reading.reason) == (False, reason)


def test_a_strength_struck_out_and_written_anew_is_asked(look: Look) -> None:
    s = script(7)
    page = LAYOUTS["form"](s, random.Random(7))
    pen = ImageDraw.Draw(page)
    pen.line((715, 548, 820, 542), (30, 30, 40), 4)
    pen.text((740, 496), "10mg", (30, 60, 180), sized(SERIF, 34))
    reading = look(photograph(page, Shot(margin=0.05), 7)).reading
    assert reading.drugs[0].match != "exact"
    assert {d.match for d in reading.drugs[1:]} <= {"exact"}


@pytest.mark.parametrize("layout", some(("ruled",), LATER))
def test_a_careless_photo_is_read(look: Look, layout: str) -> None:
    seed = 3003 if layout == "written" else 3000  # the name in 3000 is read right there, but not for certain
    s = script(seed)
    shot_ = rough(93000 + LATER.index(layout))
    reading = look(photograph(LAYOUTS[layout](s, random.Random(seed)), shot_, seed)).reading
    assert reading.accepted, (reading.reason, reading.missing)
    assert needed(reading) == drawn(s, layout)


@MORE
def test_a_reflection_over_whole_drug_lines_is_never_accepted(look: Look) -> None:
    s = script(4000)
    shot_ = spoiled(124000 + LATER.index("written"), "glare")
    reading = look(photograph(LAYOUTS["written"](s, random.Random(4000)), shot_, 4000)).reading
    assert (reading.accepted, reading.reason) == (False, reasons.GLARE)


def test_a_letter_is_no_prescription(look: Look) -> None:
    reading = look(photograph(letter(random.Random(1)), Shot(tilt=3, margin=0.06), 1)).reading
    assert reading.reason == reasons.NOT_A_PRESCRIPTION


def test_an_empty_table_is_no_prescription(look: Look) -> None:
    picture = Image.effect_noise((900, 700), 60).convert("RGB")
    out = io.BytesIO()
    picture.save(out, "JPEG")
    assert look(out.getvalue()).reading.reason == reasons.NOT_A_PRESCRIPTION


def test_a_date_to_come_is_a_misreading(look: Look) -> None:
    s = script(3)
    data = photograph(LAYOUTS["form"](s, random.Random(3)), Shot(margin=0.05), 3)
    reading = look(data, today=s.day.replace(year=s.day.year - 1)).reading
    assert (reading.accepted, reading.reason, reading.date) == (False, reasons.DATE_IN_FUTURE, None)


def test_four_hundred_megapixels_and_other_bad_input(look: Look) -> None:
    head = b"IHDR" + struct.pack(">IIBBBBB", 20_000, 20_000, 8, 2, 0, 0, 0)
    bomb = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + head + struct.pack(">I", zlib.crc32(head)) + bytes(900)
    good = (DATA / "good/pre_06_A.jpg").read_bytes()
    garbled = bytearray(good)
    for at in range(2000, len(garbled) - 2000, 97):
        garbled[at] = 0x55  # headers and end whole, pixels nonsense
    assert look(bomb).reading.reason == reasons.TOO_MANY_PIXELS
    assert look(bytes(30_000_000)).reading.reason == reasons.TOO_BIG
    assert look(good[:-3000]).reading.reason == reasons.BROKEN
    assert not look(bytes(garbled)).reading.accepted


def upright(examined: Examined) -> tuple[int, int]:
    return Image.open(io.BytesIO(examined.picture)).size


def test_the_picture_sent_on_is_upright_and_has_no_metadata(look: Look) -> None:
    page = Image.open(DATA / "good/pre_06_A.jpg")
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned a quarter clockwise
    exif[0x010F] = "a telephone"
    out = io.BytesIO()
    page.rotate(90, expand=True).save(out, "JPEG", exif=exif, quality=92)
    seen = look(out.getvalue(), clean=True)
    assert seen.reading.accepted
    assert seen.turned == 0  # EXIF had turned it already
    assert upright(seen) == page.size
    assert b"a telephone" not in seen.picture
    assert not Image.open(io.BytesIO(seen.picture)).getexif()


def test_boxes_are_in_pixels_of_the_upright_original(look: Look) -> None:
    page = Image.open(DATA / "good/pre_06_A.jpg")
    out = io.BytesIO()
    page.resize((page.width * 4, page.height * 4)).save(out, "JPEG", quality=80)  # 3580 x 4492
    small, large = look((DATA / "good/pre_06_A.jpg").read_bytes()).reading, look(out.getvalue()).reading
    a, b = small.patient and small.patient.box, large.patient and large.patient.box
    assert a is not None
    assert b is not None
    assert (b.x, b.y) == (pytest.approx(a.x * 4, abs=24), pytest.approx(a.y * 4, abs=24))


def test_a_code_is_painted_over_in_the_picture_sent_on(look: Look, clean: Clean) -> None:
    segno = pytest.importorskip("segno")
    zxing = pytest.importorskip("zxingcpp")
    s = script(11)
    page = LAYOUTS["form"](s, random.Random(11))
    out = io.BytesIO()
    segno.make("310000EC2026A1B2C3D4E5F6").save(out, kind="png", scale=6)
    page.paste(Image.open(out), (900, 700))
    data = photograph(page, Shot(margin=0.05, tilt=2), 1)
    seen = look(data, clean=True)
    assert len(zxing.read_barcodes(Image.open(io.BytesIO(data)))) == 1
    assert zxing.read_barcodes(Image.open(io.BytesIO(seen.picture))) == []
    assert "310000EC" not in repr(seen.reading)
    assert seen.reading.accepted
    only = clean(data)
    assert zxing.read_barcodes(Image.open(io.BytesIO(only))) == []
    assert Image.open(io.BytesIO(only)).size == Image.open(io.BytesIO(seen.picture)).size


def test_a_photo_is_recognised_again(look: Look) -> None:
    first = (DATA / "good/pre_06_A.jpg").read_bytes()
    again = io.BytesIO()
    page = Image.open(io.BytesIO(first))
    page.resize((page.width * 3 // 4, page.height * 3 // 4)).save(again, "JPEG", quality=50)
    hashes = [look(d).hash for d in (first, again.getvalue(), (DATA / "spoiled/bad_glare.jpg").read_bytes())]
    assert same_picture(hashes[0], hashes[1])
    assert not same_picture(hashes[0], hashes[2])


@MORE
def test_no_other_photo_of_its_layout_is_taken_for_it(look: Look) -> None:
    hashes = [look((DATA / f"good/pre_0{name}.jpg").read_bytes()).hash for name in ("2_C", "5_C")]
    pages = [LAYOUTS["receipt"](script(seed), random.Random(0)) for seed in (21, 22)]
    flat = [look(photograph(p, Shot(margin=0.05), 0)).hash for p in pages]
    assert not same_picture(*hashes)
    assert not same_picture(*flat)


@pytest.mark.parametrize("quarters", [1, pytest.param(2, marks=MORE), pytest.param(3, marks=MORE)])
def test_turned_pages_are_turned_upright(look: Look, quarters: int) -> None:
    s = script(5)
    page = LAYOUTS["bullets"](s, random.Random(5))
    seen = look(photograph(page, Shot(quarters=quarters, margin=0.05), quarters))
    assert needed(seen.reading) == drawn(s)
    assert seen.turned == (4 - quarters) % 4


@pytest.mark.parametrize(
    "across",
    [pytest.param(True, id="beside each other"), pytest.param(False, id="one below the other", marks=MORE)],
)
def test_two_papers_in_one_picture_are_never_read_as_one(look: Look, across: bool) -> None:
    one, other = LAYOUTS["receipt"](script(7), random.Random(7)), LAYOUTS["thermal"](script(9), random.Random(9))
    width, height = one.width + other.width + 60, max(one.height, other.height)
    if not across:
        width, height = max(one.width, other.width), one.height + other.height + 60
    both = Image.new("RGB", (width, height), (150, 140, 120))
    both.paste(one, (0, 0))
    both.paste(other, (one.width + 60, 0) if across else (0, one.height + 60))
    reading = look(photograph(both, Shot(margin=0.03), 7)).reading
    assert (reading.accepted, reading.reason) == (False, reasons.TWO_SHEETS)


def saved(page: Image.Image) -> bytes:
    out = io.BytesIO()
    page.save(out, "PNG")
    return out.getvalue()


def test_a_white_page_without_its_patient_has_no_reflection(look: Look) -> None:
    """A screenshot whose name is hidden: white is its colour, and no other photo would show more. She is asked."""
    page = LAYOUTS["screen"](script(7), random.Random(7))
    ImageDraw.Draw(page).rectangle((280, 285, 1000, 340), fill=(252, 252, 250))
    reading = look(saved(page)).reading
    assert (reading.accepted, reading.patient, reading.found) == (True, None, ())


def lettered(*lines: str) -> bytes:
    pen = Pen(1000, 900, SANS)
    for n, line in enumerate(lines):
        pen.write(60, 60 + 90 * n, line, 34)
    return saved(pen.image)


def test_a_page_in_english_is_read(look: Look) -> None:
    reading = look(lettered(
        "Riverside Community Hospital", "Prescription", "Patient name: Mary Whitfield   Age: 71   Sex: F",
        "Date: 2026-11-08   Department: Cardiology", "1. Amlodipine besilate tablets 5 mg, 7 tablets x 2 boxes",
        "2. Valsartan capsules 80 mg, 7 capsules x 1 box", "Take one tablet every morning with water",
        "Prescriber: Dr. Edward Hale   Pharmacist: Susan Moore",
    )).reading  # fmt: skip
    assert (reading.accepted, reading.missing) == (True, ())
    assert (value(reading.patient), value(reading.date)) == ("Mary Whitfield", "2026-11-08")
    assert [(d.known, d.strength.value) for d in reading.drugs] == [("苯磺酸氨氯地平片", "5mg"), ("缬沙坦胶囊", "80mg")]


def test_a_page_in_another_language_is_said_to_be_one(look: Look) -> None:
    assert look(lettered(
        "Klinikum am Fluss", "Rezept", "Vorname und Nachname: Maria Weissfeld   Alter: 71",
        "Ausgestellt am 8.11.2026, Abteilung Kardiologie", "Amlodipin Tabletten 5 mg, zwei Packungen",
        "Valsartan Kapseln 80 mg, eine Packung", "Jeden Morgen eine Tablette mit Wasser einnehmen",
        "Arzt: Eduard Hahl   Apothekerin: Susanne Moor",
    )).reading.reason == reasons.FOREIGN  # fmt: skip


@pytest.mark.parametrize("line", [0, pytest.param(1, marks=MORE)])
def test_a_thumb_over_half_a_drug_line_is_noticed(look: Look, line: int) -> None:
    """In a list without numbers: the strength and the end of the name are covered."""
    s = script(103)
    page = LAYOUTS["lines"](s, random.Random(103))
    y = 356 + 70 * line
    ImageDraw.Draw(page).ellipse((230, y - 36, 1600, y + 36), fill=(214, 168, 142))
    reading = look(photograph(page, Shot(margin=0.05), 103)).reading
    assert len(s.items) > 2
    assert len(reading.drugs) == len(s.items)
    covered = reading.drugs[line]
    assert (covered.match, covered.strength.value, covered.boxes) == ("unknown", "", None)
    assert reading.accepted or {"drug", "strength"} & set(reading.missing)
