"""Keeping files and showing them as the Bot API's PhotoSize, Document, Voice and so on."""

from __future__ import annotations

import asyncio
import hashlib
import mimetypes
from pathlib import PurePosixPath

from . import pictures
from .records import Json, StoredFile
from .world import World

FOLDERS = {
    "photo": "photos",
    "document": "documents",
    "voice": "voice",
    "video": "videos",
    "audio": "music",
    "animation": "animations",
    "video_note": "video_notes",
    "sticker": "stickers",
}
_MIME = {"photo": "image/jpeg", "voice": "audio/ogg", "video": "video/mp4", "sticker": "image/webp"}
_PREFIX = {"photo": "AgACAgIAAxkB", "document": "BQACAgIAAxkB", "voice": "AwACAgIAAxkB", "video": "BAACAgIAAxkB"}


def store(world: World, body: bytes, kind: str, name: str = "", mime: str = "") -> StoredFile:
    """Keep a file as it came."""
    number = next(world.state.serial)
    guessed = mimetypes.guess_type(name)[0] if name else None
    mime = mime or guessed or _MIME.get(kind, "application/octet-stream")
    suffix = PurePosixPath(name).suffix or mimetypes.guess_extension(mime) or ""
    unique = hashlib.sha256(body + kind.encode()).hexdigest()[:16]
    record = StoredFile(
        id=f"{_PREFIX.get(kind, 'CgACAgIAAxkB')}{number:x}-{unique}",
        unique=f"AQAD{unique}",
        path=f"{FOLDERS[kind]}/file_{number}{suffix if suffix.isascii() else ''}",
        kind=kind,
        name=PurePosixPath(name).name,
        mime=mime,
        size=len(body),
    )
    world.state.put_blob(record.id, body)
    world.state.keep(record)
    return record


async def store_photo(world: World, body: bytes, lenient: bool = False) -> list[StoredFile]:
    """Keep a photo in the sizes Telegram makes. `lenient` takes any bytes for a photo (of 1280 x 960)."""
    try:
        made = await asyncio.to_thread(pictures.sizes, body)
    except pictures.NoPicture:
        if not lenient:
            raise
        made = [pictures.Picture(body, 1280, 960)]
    records = [store(world, picture.body, "photo", "photo.jpg") for picture in made]
    for record, picture in zip(records, made, strict=True):
        record.width, record.height = picture.width, picture.height
        record.sizes = [other.id for other in records]
    world.state.keep(*records)
    return records


def _base(record: StoredFile) -> Json:
    return {"file_id": record.id, "file_unique_id": record.unique, "file_size": record.size}


def content(world: World, record: StoredFile) -> Json:
    """The content field of a message with this file, e.g. {"photo": [...]}"""
    if record.kind == "photo":
        sizes = [world.state.files[file_id] for file_id in record.sizes]
        return {"photo": [{**_base(size), "width": size.width, "height": size.height} for size in sizes]}
    body = _base(record) | _more(record)
    if record.name and record.kind in {"document", "video", "audio", "animation"}:
        body["file_name"] = record.name
    if record.kind not in {"sticker", "video_note"}:
        body["mime_type"] = record.mime
    # An animation is shown as a document too, for old bots.
    twice = {"document": dict(_base(record), mime_type=record.mime)} if record.kind == "animation" else {}
    return {record.kind: body, **twice}


def _more(record: StoredFile) -> Json:
    sides = {"width": record.width or 640, "height": record.height or 480}
    match record.kind:
        case "video" | "animation":
            return {**sides, "duration": record.duration}
        case "voice" | "audio":
            return {"duration": record.duration}
        case "video_note":
            return {"length": record.width or 240, "duration": record.duration}
        case "sticker":
            return {"type": "regular", "width": 512, "height": 512, "is_animated": False, "is_video": False}
        case _:
            return {}


def shown(record: StoredFile) -> Json:
    """File, as getFile answers."""
    return {**_base(record), "file_path": record.path}


def by_path(world: World, path: str) -> StoredFile | None:
    """The file with that file_path, compared as a whole: no folder is ever opened."""
    return next((record for record in world.state.files.values() if record.path == path), None)
