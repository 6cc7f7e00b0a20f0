"""What may be sent in a consult beside words: a positive list (docs/reference/rules.md); nobody here opens a file."""

from __future__ import annotations

from bot.model import Photographed, Said, SentOther

PAPER = ("application/pdf", ".pdf")
PICTURES = (
    "jpg",
    "jpeg",
    "jpe",
    "jfif",
    "png",
    "gif",
    "webp",
    "heic",
    "heif",
    "avif",
    "tif",
    "tiff",
    "bmp",
    "dng",
    "raw",
)
SOUNDS = ("ogg", "oga", "opus", "mp3", "m4a", "aac", "amr", "wav", "flac", "wma", "caf", "3ga")


def cannot_carry(body: Said | Photographed | SentOther) -> str:
    """Why this cannot go to the other side, as a sentence that says what can; "" where it is on the list.

    A photo, a voice note, or a PDF whose type and name agree. A picture or a recording sent as a file still says where
    and when it was made (R13): sent as a photo or a voice note it does not.
    """
    if not isinstance(body, SentOther) or (body.kind == "voice" and body.file):
        return ""
    if body.kind not in ("document", "audio") or not body.file:
        return "relay.cannot_carry"
    mime, name = body.mime.partition(";")[0].strip().casefold(), body.name.casefold()
    ending = name.rpartition(".")[2]
    if mime.startswith("image/") or ending in PICTURES:
        return "relay.as_photo"
    if body.kind == "audio" or mime.startswith("audio/") or ending in SOUNDS:
        return "relay.as_voice"
    agree = (mime, name[-4:]) == PAPER and name.isprintable()  # marks that turn its direction are not printable
    return "" if agree else "relay.as_paper"
