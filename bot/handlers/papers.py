"""A prescription that comes as a file: a picture or a PDF is taken where a photo is asked for and photos are read.

Without a reader nobody takes off it where and when it was made (R13), so it is asked for as a photo.
"""

from __future__ import annotations

from bot.dialog import Photo
from bot.dialog.events import Pictured
from bot.handlers.attachments import PAPER, PICTURES
from bot.model import AS_FILE, Dialog, SentOther
from bot.photo.gate import judge
from bot.turn import Turn

_DRAWN = {"heic": "image/heic", "heif": "image/heic", "avif": "image/heic", "gif": "image/gif", "svg": "image/svg+xml"}


def wanted(turn: Turn, dialog: Dialog, body: SentOther) -> bool:
    """Whether a picture or a PDF is asked for, and this is one."""
    asked = dialog.kind == "photos" and turn.services.reads_photos
    return bool(asked and body.kind == "document" and body.file and body.unique and _mime(body))


def refused(body: SentOther) -> str:
    """The sentence that says why it is not even fetched, "" where it may be."""
    reason = judge(b"", body.size or 1, _mime(body)).reason
    return reason and f"read_paper.why.{reason}"


def pictured(body: SentOther) -> Pictured:
    if body.kind == "voice":
        return Pictured(Photo(body.file, body.unique or body.file, body.size, kind=body.kind, message=body.message))
    return Pictured(Photo(AS_FILE + body.file, body.unique, body.size, message=body.message), body.album)


def only(turn: Turn) -> str:
    """What a question for photos takes, where something else came."""
    return "handlers.only_paper" if turn.services.reads_photos else "handlers.only_photo"


def _mime(body: SentOther) -> str:
    """image/... or application/pdf by its type or, where a phone says none, by its name; "" for anything else."""
    mime, ending = body.mime.partition(";")[0].strip().casefold(), body.name.casefold().rpartition(".")[2]
    if mime.startswith("image/") or mime == PAPER[0]:
        return mime
    if mime not in ("", "application/octet-stream"):
        return ""
    if ending in PICTURES or ending in _DRAWN:
        return _DRAWN.get(ending, "image/*")
    return PAPER[0] if ending == "pdf" else ""
