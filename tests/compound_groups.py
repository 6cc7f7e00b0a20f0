"""The property over every message to a neighbours' group (product.md, "What a notice in a neighbours' group may show").

Somebody's receiving medicine is itself health information: a group sees compound, gate, count, the ambassador's public
name, and nothing else of anybody. ``breaches`` reads all that ever stood there, edits and deleted messages included.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

from sandbox.control import Control
from sandbox.hospital.seed.people import city, formulary, residents
from sandbox.scene import GROUPS

COMPOUND = GROUPS["compound"][0]
PATTERNS = {
    "an order number": re.compile(r"R\d{4}-\d+"),
    "a price": re.compile(r"[¥￥]|\d+\.\d{2}"),
    "a code or a phone": re.compile(r"(?<!\d)\d{4,}(?!\d)"),
    "a parcel's label": re.compile(r"\b[A-Z]-\d{2}\b"),
    "urgency": re.compile("急|urgent", re.IGNORECASE),
    "a flat": re.compile(r"\d+\s*[号室楼栋]|\bflat\b|\bbuilding\b", re.IGNORECASE),
}


@cache
def private_words() -> dict[str, str]:
    """word -> what it gives away: names (but for ambassadors), drugs, conditions, departments, numbers, doors."""
    words: dict[str, str] = {}
    for resident in residents():
        words |= {
            resident.zh: "a resident's name",
            resident.en: "a resident's name",
            resident.credential: "a credential",
        }
        words |= {resident.flat: "a flat", resident.building: "a building"}
        words |= dict.fromkeys((resident.condition["zh"], resident.condition["en"]), "an illness")
    for drug in formulary().values():
        words |= dict.fromkeys(filter(None, (drug.zh, drug.en, drug.brand)), "a drug")
    for member in city()["staff"]:
        if member["role"] not in ("ambassador", "operator"):
            words |= {member["zh"]: "a member of staff"}
    words |= {department["zh"]: "a department" for department in city()["departments"]}
    return {word: what for word, what in words.items() if len(word) > 1}


def shown(message: dict[str, Any]) -> Iterator[str]:
    """Everything of a message that a member of the group could ever read."""
    yield from (version for version in message.get("versions", ()) if isinstance(version, str))
    yield from (str(message.get(part) or "") for part in ("text", "caption"))
    yield from (button["label"] for row in message.get("buttons", ()) for button in row)


def in_text(text: str) -> list[str]:
    """What a text gives away; the operator's own dialog of binding the group names the compound, which is public."""
    found = [f"{what}: {word}" for word, what in private_words().items() if word in text]
    return found + [what for what, pattern in PATTERNS.items() if pattern.search(text)]


async def breaches(control: Control, chats: Iterable[int] = (COMPOUND,)) -> list[str]:
    """Each breach in these groups as a sentence; the questions of /bind, which the operator answers, are left out."""
    found: list[str] = []
    for chat in chats:
        for message in await control.messages(chat):
            for text in shown(message):
                if not _binding(text):
                    found += [f"group {chat} message {message['id']} shows {what}" for what in in_text(text)]
    return found


def _binding(text: str) -> bool:
    """A question of the operator's own /bind, asked before the group is a compound's: kinds and places by name."""
    return text.startswith(("这个群是什么群", "What is this group", "哪个科室", "Which department")) or text in OFFERED


OFFERED = frozenset(
    {"科室医生群", "药师审方群", "管理群", "A department's doctors", "The pharmacists", "The operators"}
    | {department[name] for department in city()["departments"] for name in ("zh", "en")}
)
