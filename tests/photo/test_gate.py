"""Bad input is refused by its first bytes, with a reason of its own, before anything is decoded."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from PIL import Image

from bot.photo import gate, reasons
from bot.photo.gate import judge, whole


def jpeg(width: int = 600, height: int = 800) -> bytes:
    out = io.BytesIO()
    Image.effect_noise((width, height), 40).convert("RGB").save(out, "JPEG")
    return out.getvalue()


def encoded(kind: str, size: tuple[int, int] = (300, 400), **more: object) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, (200, 200, 200)).save(out, kind, **more)
    return out.getvalue()


def moving(kind: str) -> bytes:
    frames = [Image.new("RGB", (300, 300), (shade, 0, 0)) for shade in (0, 120, 240)]
    out = io.BytesIO()
    frames[0].save(out, kind, save_all=True, append_images=frames[1:])
    return out.getvalue()


def png_of(width: int, height: int) -> bytes:
    """A head that claims a size; nothing else of the picture exists."""
    head = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + head + struct.pack(">I", zlib.crc32(head))


def test_a_photo_may_be_decoded() -> None:
    data = jpeg()
    assert judge(data[: gate.HEAD_BYTES], len(data), "image/jpeg") == gate.Verdict("", "jpeg", 600, 800)
    assert whole(data).ok


@pytest.mark.parametrize(("kind", "name"), [("PNG", "png"), ("WEBP", "webp"), ("BMP", "bmp")])
def test_other_still_pictures_may_be_decoded(kind: str, name: str) -> None:
    assert whole(encoded(kind)) == gate.Verdict("", name, 300, 400)


@pytest.mark.parametrize("lossless", [True, False])
def test_both_kinds_of_webp_tell_their_size(lossless: bool) -> None:
    assert whole(encoded("WEBP", lossless=lossless)).width == 300


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"/>', reasons.SVG),
        (b"\xef\xbb\xbf<SVG width='1'></SVG>", reasons.SVG),
        (b"GIF89a" + bytes(40), reasons.ANIMATED),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", reasons.HEIC),
        (b"\0\0\0\x1cftypavif\0\0\0\0avifmif1", reasons.HEIC),
        (b"\0\0\0\x18ftypisom\0\0\0\0isomavc1", reasons.ANIMATED),
        (b"\x1aE\xdf\xa3" + bytes(40), reasons.ANIMATED),
        (b"PK\x03\x04" + bytes(40), reasons.NOT_A_PICTURE),
        (b"hello", reasons.NOT_A_PICTURE),
        (b"", reasons.BROKEN),
        (b"\x89PNG\r\n\x1a\n", reasons.BROKEN),
        (b"RIFF\0\0\0\0WEBPVP8 ", reasons.BROKEN),
        (b"\xff\xd8\xff\xe0\0\x04ab" + b"junk that is no marker", reasons.BROKEN),
    ],
)
def test_what_is_no_photo_is_named(data: bytes, reason: str) -> None:
    assert whole(data).reason == reason


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP"])
def test_moving_pictures_are_refused(kind: str) -> None:
    assert whole(moving(kind)).reason == reasons.ANIMATED


def test_a_file_over_twenty_megabytes_is_refused_before_its_download() -> None:
    assert judge(b"", 30_000_000, "image/jpeg").reason == reasons.TOO_BIG


def test_a_pdf_is_opened_by_its_own_reader_up_to_ten_megabytes() -> None:
    assert whole(b"%PDF-1.7\n%\xe2\xe3") == gate.Verdict("", "pdf")
    assert whole(b"junk\n%PDF-1.7" + bytes(gate.MAX_PDF_BYTES)).reason == reasons.PDF_TOO_BIG


def test_four_hundred_megapixels_are_refused_by_the_head() -> None:
    assert whole(png_of(20_000, 20_000)).reason == reasons.TOO_MANY_PIXELS


def test_one_pixel_is_too_small() -> None:
    assert whole(encoded("PNG", (1, 1))).reason == reasons.TOO_SMALL


@pytest.mark.parametrize("share", [0.3, 0.6, 0.9, 0.999])
def test_a_truncated_jpeg_is_broken(share: float) -> None:
    data = jpeg()
    assert whole(data[: int(len(data) * share)]).reason == reasons.BROKEN


def test_the_end_of_a_thumbnail_is_not_the_end_of_the_photo() -> None:
    small, large = jpeg(80, 80), jpeg()
    exif = b"Exif\0\0" + small
    with_thumbnail = large[:2] + b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif + large[2:]
    assert whole(with_thumbnail) == gate.Verdict("", "jpeg", 600, 800)
    assert whole(with_thumbnail[:-5000]).reason == reasons.BROKEN


def test_bytes_after_the_end_do_no_harm() -> None:
    assert whole(jpeg() + b"some telephones append things").ok


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_other_truncated_pictures_are_broken(kind: str) -> None:
    assert whole(encoded(kind)[:-40]).reason == reasons.BROKEN


@pytest.mark.parametrize(
    ("mime", "reason"),
    [
        ("image/jpeg", ""),
        (None, ""),
        ("application/octet-stream", ""),
        ("image/svg+xml", reasons.SVG),
        ("application/pdf", ""),
        ("image/gif", reasons.ANIMATED),
        ("video/mp4", reasons.ANIMATED),
        ("image/heic; charset=x", reasons.HEIC),
        ("text/plain", reasons.NOT_A_PICTURE),
    ],
)
def test_the_claimed_type_is_judged_before_the_download(mime: str | None, reason: str) -> None:
    assert judge(b"", 4000, mime).reason == reason


def test_every_reason_has_one_code() -> None:
    assert len(set(reasons.ALL)) == len(reasons.ALL)
    assert set(reasons.GATE) | set(reasons.WHY) <= set(reasons.ALL)
