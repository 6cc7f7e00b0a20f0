"""May this file be decoded at all? Looks at names, sizes and headers only; pixels are never decoded here."""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass
from typing import Final

from bot.photo import reasons

MAX_BYTES: Final = 20 * 1024 * 1024  # Bot API getFile: 20 MB
MAX_JPEG_PIXELS: Final = 50_000_000  # decoded at half or quarter size
MAX_PIXELS: Final = 24_000_000  # PNG and WebP have no scaled decoding
MAX_PDF_BYTES: Final = 10 * 1024 * 1024  # a page of a scan has one to two
MAX_PDF_PAGES: Final = 3  # that are looked at
MIN_SIDE: Final = 64  # below this nothing can be printed
HEAD_BYTES: Final = 64 * 1024  # enough head for every check here


@dataclass(frozen=True, slots=True)
class Verdict:
    """``reason`` is empty when the file may be decoded; sizes are 0 where the head did not tell them."""

    reason: str = ""
    kind: str = ""  # jpeg, png, webp, bmp, pdf
    width: int = 0
    height: int = 0

    @property
    def ok(self) -> bool:
        return not self.reason


def judge(head: bytes, size: int, mime: str | None = None) -> Verdict:
    """Judge a file by its first bytes (up to HEAD_BYTES; all of it is welcome) and its size in bytes.

    Before the download the head may be empty: then only size and the claimed type are judged.
    """
    if size > MAX_BYTES:
        return Verdict(reasons.TOO_BIG)
    if size > MAX_PDF_BYTES and _kind(mime) == "application/pdf":
        return Verdict(reasons.PDF_TOO_BIG, "pdf")
    if not head:
        return Verdict(_claimed(mime) if size else reasons.BROKEN)
    if _pdf(head):
        return Verdict(reasons.PDF_TOO_BIG if size > MAX_PDF_BYTES else "", "pdf")
    foreign = _foreign(head)
    if foreign:
        return Verdict(foreign)
    for sniff in (_png, _jpeg, _webp, _bmp):
        verdict = sniff(head)
        if verdict is not None:
            return verdict if verdict.reason else _sized(verdict)
    return Verdict(reasons.NOT_A_PICTURE)


def whole(data: bytes) -> Verdict:
    """Judge a downloaded file: as ``judge``, and a picture that ends too early is ``broken``."""
    verdict = judge(data, len(data))
    if not verdict.ok or verdict.kind == "pdf":  # whether that is whole, only its reader can tell
        return verdict
    ended = {"jpeg": _jpeg_ends, "png": _png_ends, "webp": _webp_ends}.get(verdict.kind)
    if not verdict.width or (ended is not None and not ended(data)):
        return Verdict(reasons.BROKEN, verdict.kind, verdict.width, verdict.height)
    return verdict


def _kind(mime: str | None) -> str:
    return (mime or "").split(";")[0].strip().lower()


def _claimed(mime: str | None) -> str:
    kind = _kind(mime)
    known = {
        "image/svg+xml": reasons.SVG,
        "image/gif": reasons.ANIMATED,
        "image/apng": reasons.ANIMATED,
        "image/heic": reasons.HEIC,
        "image/heif": reasons.HEIC,
        "image/avif": reasons.HEIC,
    }
    if kind in known:
        return known[kind]
    if not kind or kind.startswith("image/") or kind in ("application/pdf", "application/octet-stream"):
        return ""
    return reasons.ANIMATED if kind.startswith("video/") else reasons.NOT_A_PICTURE


def _pdf(head: bytes) -> bool:
    return head[:4] == b"%PDF" or b"%PDF-" in head[:1024]


def _foreign(head: bytes) -> str:
    if head[:6] in (b"GIF87a", b"GIF89a"):
        return reasons.ANIMATED
    if head[4:8] == b"ftyp":
        brands = head[8:64]
        still = any(b in brands for b in (b"heic", b"heix", b"hevc", b"heim", b"mif1", b"msf1", b"avif"))
        return reasons.HEIC if still else reasons.ANIMATED
    if head[:4] == b"\x1aE\xdf\xa3":
        return reasons.ANIMATED
    text = head[:2048].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if text.startswith((b"<svg", b"<?xml", b"<!doctype svg")) and b"<svg" in head[:4096].lower():
        return reasons.SVG
    return ""


def _sized(v: Verdict) -> Verdict:
    if not v.width:
        return v
    limit = MAX_JPEG_PIXELS if v.kind == "jpeg" else MAX_PIXELS
    if v.width * v.height > limit:
        return Verdict(reasons.TOO_MANY_PIXELS, v.kind, v.width, v.height)
    if min(v.width, v.height) < MIN_SIDE:
        return Verdict(reasons.TOO_SMALL, v.kind, v.width, v.height)
    return v


def _png(head: bytes) -> Verdict | None:
    if head[:8] != b"\x89PNG\r\n\x1a\n":
        return None
    if len(head) < 24 or head[12:16] != b"IHDR":
        return Verdict(reasons.BROKEN, "png")
    width, height = struct.unpack(">II", head[16:24])
    if b"acTL" in head[:HEAD_BYTES].split(b"IDAT", 1)[0]:
        return Verdict(reasons.ANIMATED, "png", width, height)
    return Verdict("", "png", width, height)


def _png_ends(data: bytes) -> bool:
    return b"IEND" in data[-64:]


_NEXT_MARKER = re.compile(rb"\xff+[^\x00\xff\xd0-\xd7]")


def _jpeg(head: bytes) -> Verdict | None:
    if head[:3] != b"\xff\xd8\xff":
        return None
    at = 2
    while at + 9 <= len(head):
        if head[at] != 0xFF:
            return Verdict(reasons.BROKEN, "jpeg")
        marker = head[at + 1]
        if marker == 0xFF:
            at += 1
            continue
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", head[at + 5 : at + 9])
            return Verdict("" if width and height else reasons.BROKEN, "jpeg", width, height)
        at += 2 + struct.unpack(">H", head[at + 2 : at + 4])[0]
    return Verdict("", "jpeg")  # a long EXIF block: the size stands behind this head


def _jpeg_ends(data: bytes) -> bool:
    """Walk the segments: thumbnails in EXIF have an end marker of their own, which must not count."""
    at = 2
    while at + 4 <= len(data):
        if data[at] != 0xFF:
            return False
        marker = data[at + 1]
        if marker == 0xD9:
            return True
        if marker == 0xFF:
            at += 1
            continue
        at += 2 + struct.unpack(">H", data[at + 2 : at + 4])[0]
        if marker == 0xDA:
            found = _NEXT_MARKER.search(data, at)
            if found is None:
                return False
            at = found.end() - 2
    return data[at : at + 2] == b"\xff\xd9"


def _webp(head: bytes) -> Verdict | None:
    if head[:4] != b"RIFF" or head[8:12] != b"WEBP":
        return None
    kind = head[12:16]
    if len(head) < 30:
        return Verdict(reasons.BROKEN, "webp")
    if kind == b"VP8X":
        width = int.from_bytes(head[24:27], "little") + 1
        height = int.from_bytes(head[27:30], "little") + 1
        return Verdict(reasons.ANIMATED if head[20] & 2 else "", "webp", width, height)
    if kind == b"VP8 ":
        width, height = struct.unpack("<HH", head[26:30])
        return Verdict("", "webp", width & 0x3FFF, height & 0x3FFF)
    if kind == b"VP8L":
        bits = int.from_bytes(head[21:25], "little")
        return Verdict("", "webp", (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1)
    return Verdict(reasons.BROKEN, "webp")


def _webp_ends(data: bytes) -> bool:
    return int.from_bytes(data[4:8], "little") + 8 <= len(data)


def _bmp(head: bytes) -> Verdict | None:
    if head[:2] != b"BM" or len(head) < 26 or head[6:10] != b"\0\0\0\0":
        return None
    width, height = struct.unpack("<ii", head[18:26])
    return Verdict("", "bmp", abs(width), abs(height))
