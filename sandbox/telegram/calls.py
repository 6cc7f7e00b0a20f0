"""One call of the bot: its arguments and files, and what every method needs of them."""

from __future__ import annotations

from dataclasses import dataclass, field

from .records import Json
from .world import World


@dataclass(frozen=True)
class Upload:
    """A file that came in a multipart body."""

    name: str
    mime: str
    body: bytes


@dataclass(frozen=True)
class Call:
    """A checked call: `args` are typed, `files` are the uploads by their field name."""

    world: World
    method: str
    args: Json
    files: dict[str, Upload] = field(default_factory=dict[str, Upload])
