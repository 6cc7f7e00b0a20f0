"""What a payer, a relative and a window's clerk may read in private, over every message of a run.

A payer by link sees stage and sum and, once he said that he pays, an initial; a relative who was let see the stage only
sees stage and his own code, never a drug; the hospital's window sees label and code, and nobody's name (docs/reference/
rules.md, who may read what).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from locales import sentences, tags
from sandbox.hospital.seed.people import neighbours, residents
from tests.property_compound import SHAPES, Secrets, texts

PAYS = re.compile(r"/start family-\w+")
ENTERS = re.compile(r"\d{8}|/(?!start family-)\w+")  # a number, or a command: he is here for more than to pay
PATIENTS = frozenset(name for one in (*residents(), *neighbours()) for name in (one.zh, one.en))


def _begins(key: str) -> tuple[str, ...]:
    """How a sentence begins in each language, up to its first value."""
    return tuple(sentences(tag)[key].partition("{{")[0] for tag in tags())


ONLY_STAGE = _begins("family_decided.stage_only")


def roles(messages: Iterable[Mapping[str, Any]]) -> dict[int, str]:
    """chat -> payer or family: by what was written there."""
    said: dict[int, list[str]] = {}
    for one in messages:
        if one["chat"] > 0:
            said.setdefault(one["chat"], []).extend(texts(one))
    pays = {chat: "payer" for chat, all_ in said.items() if any(map(PAYS.fullmatch, all_))}
    pays = {chat: role for chat, role in pays.items() if not any(map(ENTERS.fullmatch, said[chat]))}
    return pays | {chat: "family" for chat, all_ in said.items() if any(one.startswith(ONLY_STAGE) for one in all_)}


#: What stands on no parcel: a window reads its label, and the code that is asked for.
NO_WINDOW = ("order number", "price", "flat")


def at_window(text: str, secrets: Secrets) -> list[str]:
    kinds = [kind for kind in secrets.found_in(text, but=("people", "codes", "places", "departments"))]
    kinds += [kind for kind in NO_WINDOW if SHAPES[kind].search(text)]
    return kinds + ["a patient's name"] * any(name in text for name in PATIENTS)


def private(messages: Iterable[Mapping[str, Any]], secrets: Secrets, clerks: Iterable[int] = ()) -> list[str]:
    """What the bot told them that it should not have; ``messages`` are people's too. ``clerks``: of the window."""
    every = list(messages)
    whose, found = roles(every) | dict.fromkeys(clerks, "window"), list[str]()
    for one in every:
        role = whose.get(one["chat"], "")
        for text in texts(one) if role and one.get("from", {}).get("bot", True) else ():
            if role == "window":
                found += [f"{kind} for the {role} in {text!r}" for kind in at_window(text, secrets)]
                continue
            kinds = secrets.found_in(text, but=("people", "codes") if role == "family" else ("people",))
            if role == "payer":
                kinds += [f"{kind}" for kind in ("order number", "parcel label") if SHAPES[kind].search(text)]
                kinds += ["a patient's name"] * any(name in text for name in PATIENTS)
            kinds = [kind for kind in kinds if role == "payer" or kind in ("drugs", "illnesses")]
            found += [f"{kind} for the {role} in {text!r}" for kind in kinds]
    return found
