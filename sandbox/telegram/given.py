"""What a person of the sandbox sends: bytes in the request, or a file that lies on the tray."""

from __future__ import annotations

import asyncio
import base64
import binascii
from pathlib import Path

from .errors import Refused
from .records import Json
from .world import World


async def body(world: World, source: Json) -> bytes | None:
    """The bytes of {base64} or {path}; None when there is neither. Refused says what to send instead."""
    if source.get("base64"):
        try:
            return base64.b64decode(source["base64"], validate=True)
        except binascii.Error:
            raise Refused("The base64 of a file cannot be read.") from None
    if source.get("path"):
        if world.tray is None:
            raise Refused("Send the file as base64; for paths start the sandbox with --tray FOLDER.")
        return await asyncio.to_thread(_on_tray, world.tray, str(source["path"]))
    return None


def _on_tray(tray: Path, path: str) -> bytes:
    """A file in the tray's folder, where it really lies: neither dots nor links lead out."""
    try:
        file = (tray / path).resolve(strict=True)
        if file.is_relative_to(tray.resolve()) and file.is_file():
            return file.read_bytes()
    except (OSError, ValueError):
        pass
    raise Refused("There is no such file on the tray; name it as it is called in the folder of --tray.")
