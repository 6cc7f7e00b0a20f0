"""A prescription that comes as a file: a picture or a PDF is taken where a photo is asked for and photos are read.

Without a reader nobody takes off it where and when it was made (R13), so it is asked for as a photo.
"""

from __future__ import annotations

from bot.dialog import Photo
from bot.dialog.events import Pictured
from bot.handlers.attachments import PAPER, PICTURES
from bot.model import AS_FILE, SentOther
from bot.photo.gate import judge
from bot.turn import Turn

_DRAWN = {"heic": "image/heic", "heif": "image/heic", "avif": "image/heic", "gif": "image/gif", "svg": "image/svg+xml"}


def instead(turn: Turn, body: SentOther) -> tuple[Pictured | None, str]:
    """What was sent where a photo is asked for, as the answer; and the sentence why it is none."""
    photos_only = "handlers.only_paper" if turn.services.reads_photos else "handlers.only_photo"
    if body.kind == "voice" and body.file:  # where a proof is asked for
        spoken = Photo(body.file, body.unique or body.file, body.size, kind=body.kind, message=body.message)
        return Pictured(spoken), photos_only
    if not (turn.services.reads_photos and body.kind == "document" and body.file and body.unique and _mime(body)):
        return None, photos_only
    if reason := judge(b"", body.size or 1, _mime(body)).reason:  # it is not even fetched
        return None, f"read_paper.why.{reason}"
    return Pictured(Photo(AS_FILE + body.file, body.unique, body.size, message=body.message), body.album), ""


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
