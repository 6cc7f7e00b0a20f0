"""A PDF is read by its first pages, drawn within limits; one that cannot be opened says so."""

from __future__ import annotations

import io
import random

import pytest

from bot.photo import available, reasons

if not available():
    pytest.skip("the extra ocr is not installed", allow_module_level=True)

import numpy as np
from PIL import Image

from bot.photo.decode import Undecodable
from bot.photo.gate import MAX_PDF_PAGES
from bot.photo.look import FULL_SIDE
from bot.photo.pdf import pictures, stacked
from bot.photo.serving import cut_out
from tests.photo.conftest import Clean, Look
from tests.photo.contents import script
from tests.photo.layouts import LAYOUTS


def pdf(*pages: Image.Image, **more: object) -> bytes:
    out = io.BytesIO()
    pages[0].convert("RGB").save(out, "PDF", save_all=True, append_images=[p.convert("RGB") for p in pages[1:]], **more)
    return out.getvalue()


def blank(width: int = 600, height: int = 800, shade: int = 255) -> Image.Image:
    return Image.new("RGB", (width, height), (shade, shade, shade))


def drawn(text: bytes) -> bytes:
    """A page of A4 with one line of text in it and no table of contents: readers mend that."""
    head = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    page = b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<<>>>>endobj\n"
    return (
        head + page + b"4 0 obj<</Length %d>>stream\n%s\nendstream endobj\ntrailer<</Root 1 0 R>>" % (len(text), text)
    )


def locked() -> bytes:
    """A PDF with a password (PDF 1.7, 7.6.3: revision 2); nobody has it, so its hashes are any."""
    head = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n"
    key = b"<</Filter/Standard/V 1/R 2/P -4/O<%s>/U<%s>>>" % (b"61" * 32, b"62" * 32)
    body = head + b"3 0 obj%sendobj\n" % key
    at = [body.index(b"%d 0 obj" % n) for n in (1, 2, 3)]
    table = b"xref\n0 4\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % place for place in at)
    end = b"trailer<</Size 4/Root 1 0 R/Encrypt 3 0 R/ID[<61><61>]>>\nstartxref\n%d\n%%%%EOF\n" % len(body)
    return body + table + end


LOCKED = locked()


def test_the_first_three_pages_each_within_the_limit() -> None:
    shown, more = pictures(pdf(*(blank(4000, 6000, shade) for shade in (250, 200, 150, 100, 50)), resolution=72.0))
    assert [int(page.mean()) for page in shown] == [250, 200, 150]
    assert (len(shown), more) == (MAX_PDF_PAGES, 2)
    assert {max(page.shape[:2]) for page in shown} == {FULL_SIDE}


def test_a_small_page_is_not_blown_up() -> None:
    (page,), more = pictures(pdf(blank(200, 300), resolution=72.0))
    assert more == 0
    assert page.shape == (1200, 800, 3)


def test_what_is_drawn_and_not_a_picture() -> None:
    (page,), _ = pictures(drawn(b"0 0 0 rg 0 0 595 421 re f"))
    assert (page[:1000].mean() > 250, page[1100:].mean() < 5) == (True, True)


@pytest.mark.parametrize(
    "data",
    [
        b"%PDF-1.7\n",
        pdf(blank())[:300],
        b"%PDF-1.4\n" + bytes(9000),
        pdf(blank(40, 40), resolution=72.0),
        b"%PDF-" * 2000,
    ],
    ids=["a head alone", "cut off", "nothing", "too small", "heads alone"],
)
def test_what_cannot_be_opened(data: bytes) -> None:
    with pytest.raises(Undecodable) as refused:
        pictures(data)
    assert refused.value.reason == reasons.PDF


def test_pages_of_different_widths_below_each_other() -> None:
    of = [pictures(pdf(blank(*size), resolution=72.0))[0] for size in ((200, 300), (300, 100))]
    tall = stacked([page for pages in of for page in pages])
    assert tall.shape == (1200 + 400, 1200, 3)


@pytest.mark.slow
def test_a_prescription_of_two_pages(look: Look, clean: Clean) -> None:
    """The head and the first drugs on one page, the others and the foot on the next; boxes are of the whole."""
    s = script(4)
    page = LAYOUTS["receipt"](s, random.Random(4))
    seen = look(pdf(page, blank(*page.size)), names=(s.patient,), clean=True)
    assert (seen.reading.accepted, seen.reading.found) == (True, (s.patient,))
    assert [d.boxes for d in seen.reading.drugs] == [i.boxes for i in s.items]
    assert (seen.height, len(seen.picture) > 1000) == (2 * FULL_SIDE, True)
    assert seen.reading.date is not None
    assert seen.reading.date.box is not None
    assert seen.reading.date.box.y < FULL_SIDE
    assert clean(pdf(page)).startswith(b"\xff\xd8\xff")


def test_a_locked_one_says_so() -> None:
    with pytest.raises(Undecodable) as refused:
        pictures(LOCKED)
    assert refused.value.reason == reasons.PDF_LOCKED


@pytest.mark.slow
def test_a_broken_one_is_refused_by_the_worker(look: Look) -> None:
    assert look(b"%PDF-1.7\n" + bytes(200)).reading.reason == reasons.PDF
    assert look(LOCKED).reading.reason == reasons.PDF_LOCKED


@pytest.mark.slow
def test_of_a_long_one_the_first_pages_are_read_and_the_others_are_told(look: Look) -> None:
    s = script(4)
    page = LAYOUTS["receipt"](s, random.Random(4))
    seen = look(pdf(page, *[blank(80, 100)] * 3)).reading
    assert (seen.accepted, seen.unseen) == (True, 1)
    seen = look(pdf(*[blank(80, 100)] * 3, page)).reading
    assert (seen.accepted, seen.reason, seen.unseen) == (False, reasons.PDF_LONG, 1)


def test_a_cut_out_is_the_line_and_a_height_around() -> None:
    picture = np.arange(200 * 300 * 3, dtype=np.uint32).reshape(200, 300, 3).astype(np.uint8)
    assert cut_out(picture).shape == picture.shape
    part = cut_out(picture, 50, 60, 100, 20, 0)
    assert part.shape == (60, 140, 3)
    assert (part == picture[40:100, 30:170]).all()
    turned = np.rot90(picture)  # as it came: lying on its side, turned clockwise by a quarter to be read
    assert (cut_out(np.ascontiguousarray(turned), 50, 60, 100, 20, 1) == part).all()


def test_a_long_line_is_cut_out_no_longer_than_a_messenger_takes() -> None:
    part = cut_out(np.zeros((300, 2000, 3), np.uint8), 20, 100, 1900, 20)
    assert part.shape[1] / part.shape[0] <= 18
    assert (part == 0).all(axis=(1, 2)).sum() == 60  # the line, with a height above and below
