"""Sending files: photo, document, voice and so on, albums, getFile."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from . import files, pictures, sending, views
from .calls import Call, Upload
from .errors import ApiError, bad
from .formatting import caption_content
from .records import Json, StoredFile

DOWNLOAD_LIMIT = 20 * 1024 * 1024
PHOTO_LIMIT = 10 * 1024 * 1024
KINDS = ("photo", "document", "voice", "video", "audio", "animation", "video_note", "sticker")


def kind_of(content: Json) -> str | None:
    """The kind of file a message holds; an animation is not taken for its document."""
    if "animation" in content:
        return "animation"
    return next((kind for kind in KINDS if kind in content), None)


async def stored(call: Call, value: Any, kind: str, label: str | None = None) -> StoredFile:
    """The file a call means: an upload, attach://name, or the id of one we have."""
    if isinstance(value, str) and value.startswith("attach://"):
        name = value.removeprefix("attach://")
        if name not in call.files:
            raise bad("wrong file identifier/HTTP URL specified")
        value = call.files[name]
    if isinstance(value, Upload):
        return await _uploaded(call, value, kind)
    return _known(call, str(value), kind)


async def _uploaded(call: Call, upload: Upload, kind: str) -> StoredFile:
    if not upload.body:
        raise bad("file must be non-empty")
    if kind != "photo":
        return files.store(call.world, upload.body, kind, upload.name, upload.mime)
    if len(upload.body) > PHOTO_LIMIT:
        raise bad(f"file of size {len(upload.body)} bytes is too big for a photo; the maximum size is 10485760 bytes")
    try:
        return (await files.store_photo(call.world, upload.body))[-1]
    except pictures.NoPicture as error:
        raise bad(str(error)) from None


def _known(call: Call, file_id: str, kind: str) -> StoredFile:
    if file_id.startswith(("http://", "https://")):
        raise bad("failed to get HTTP URL content")
    record = call.world.state.files.get(file_id)
    if record is None:
        raise bad("wrong file identifier/HTTP URL specified")
    if record.kind != kind:
        had, wanted = record.kind.replace("_", " ").title(), kind.replace("_", " ").title()
        raise bad(f"can't use file of type {had} as {wanted}")
    return record


def _details(call: Call, record: StoredFile, source: Json) -> None:
    for name in ("width", "height", "duration"):
        if source.get(name):
            setattr(record, name, int(source[name]))
    call.world.state.keep(record)


def _sender(kind: str) -> Callable[[Call], Awaitable[Json]]:
    async def send(call: Call) -> Json:
        sending.place_for(call.world, call.args)
        record = await stored(call, call.args[kind], kind)
        _details(call, record, call.args)
        spoiler = {"has_media_spoiler": True} if call.args.get("has_spoiler") else {}
        caption = {} if kind in {"sticker", "video_note"} else caption_content(call.world, call.args)
        return sending.sent(call.world, call.args, files.content(call.world, record) | caption | spoiler)

    return send


async def from_input(call: Call, source: Json) -> Json:
    """The content of a message from an InputMedia object."""
    if source["type"] not in {"photo", "document", "video", "audio", "animation"}:
        raise bad(f'can\'t parse InputMedia: Type "{source["type"]}" is unsupported')
    record = await stored(call, source["media"], source["type"])
    _details(call, record, source)
    spoiler = {"has_media_spoiler": True} if source.get("has_spoiler") else {}
    return files.content(call.world, record) | caption_content(call.world, source) | spoiler


@dataclass(frozen=True)
class _Part:
    content: Json


async def send_media_group(call: Call) -> list[Json]:
    """sendMediaGroup: 2-10 parts, each a message of its own with the same media_group_id."""
    media = call.args["media"]
    sending.place_for(call.world, call.args)
    if not 2 <= len(media) <= 10:
        raise bad("group send failed: expected 2-10 media" if media else "there are no media in the request")
    kinds = {source["type"] for source in media}
    if len(kinds) > 1 and not kinds <= {"photo", "video"}:
        raise bad("document can't be mixed with other media types" if "document" in kinds else "audio can't be mixed")
    parts = [_Part(await _part(call, index, source)) for index, source in enumerate(media)]
    album = str(next(call.world.state.serial))
    sent = [sending.send(call.world, call.args, part.content, album=album) for part in parts]
    return [views.message(call.world, record) for record in sent]


async def _part(call: Call, index: int, source: Json) -> Json:
    try:
        return await from_input(call, source)
    except ApiError as error:
        detail = error.description.removeprefix("Bad Request: ")
        raise bad(f'failed to send message #{index + 1} with the error message "{detail}"') from None


def get_file(call: Call) -> Json:
    """getFile: up to 20 MB; the link works for as long as the sandbox keeps its state."""
    record = call.world.state.files.get(call.args["file_id"])
    if record is None:
        raise bad("invalid file_id")
    if record.size > DOWNLOAD_LIMIT:
        raise bad("file is too big")
    return files.shown(record)


METHODS: dict[str, Any] = {
    "sendPhoto": _sender("photo"),
    "sendDocument": _sender("document"),
    "sendVoice": _sender("voice"),
    "sendVideo": _sender("video"),
    "sendAudio": _sender("audio"),
    "sendAnimation": _sender("animation"),
    "sendVideoNote": _sender("video_note"),
    "sendSticker": _sender("sticker"),
    "sendMediaGroup": send_media_group,
    "getFile": get_file,
}
