"""What the commander carries out: each hospital intent as one call of the client, from plain data and back.

And reading photos, which takes seconds and a process of its own.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict, dataclass
from functools import partial
from hashlib import sha256
from typing import Any

from backend_client.errors import Broken, RetryLater
from backend_client.hospital import Hospital
from backend_client.models import (
    Actor,
    Charge,
    DrugLine,
    MandateDraft,
    MessageDraft,
    OrderDraft,
    Photo,
    Prescription,
)
from bot.reading import Fetch, ReadingDesk

Args = Mapping[str, Any]
FILE_SECONDS = 10.0  # an insurer that takes longer is "unknown now": the person goes on


@dataclass(frozen=True, slots=True)
class Reach:
    """What a call may use: the hospital, the messenger's files, and whoever reads them (None: nobody)."""

    hospital: Hospital
    fetch: Fetch
    desk: ReadingDesk | None = None

    async def photo(self, file: str) -> Photo:
        return _photo(await self.fetch(file))

    async def paper(self, file: str, number: str) -> Photo:
        """A page of a prescription: an insurance code on it stays here. Broken when it cannot be painted over."""
        body = await self.fetch(file)
        if self.desk and not (body := await self.desk.clean(body, number)):
            raise Broken("photo-not-cleaned")
        return _photo(body)


def _photo(body: bytes) -> Photo:
    return Photo(sha256(body).hexdigest(), "image/jpeg", body)


async def find_patient(to: Reach, args: Args) -> Any:
    return await to.hospital.find_patient(args["credential"], args["birth_date"])


async def patient_file(to: Reach, args: Args) -> Any:
    """Cover and history in one wait; what the hospital cannot say now is unknown, and the order goes on."""
    cover, history = await asyncio.gather(
        _soon(to.hospital.eligibility(args["patient"], args["day"])),
        _soon(to.hospital.history(args["patient"], args["since"])),
    )
    return {
        "cover": cover.cover if cover else "unknown",
        "history": [asdict(item) for item in history] if history is not None else None,
    }


async def _soon(call: Awaitable[Any]) -> Any:
    """The answer, or None where it cannot be had now."""
    try:
        return await asyncio.wait_for(call, FILE_SECONDS)
    except (RetryLater, TimeoutError):
        return None


async def submit(to: Reach, args: Args) -> Any:
    draft = dict(args["draft"])
    draft |= {"actor": Actor(**draft["actor"]), "lines": tuple(DrugLine(**line) for line in draft["lines"])}
    photos = tuple([await to.paper(file, draft["rx_number"]) for file in args["photos"]])
    return await to.hospital.submit(OrderDraft(**draft), photos)


async def say(to: Reach, args: Args) -> Any:
    words = dict(args)
    words["photo"] = await to.photo(words["photo"]) if words.get("photo") else None
    return await to.hospital.say(MessageDraft(**words))


async def prescribe(to: Reach, args: Args) -> Any:
    rx = dict(args["rx"])
    rx["lines"] = tuple(DrugLine(**line) for line in rx["lines"])
    return await to.hospital.prescribe(Prescription(**rx))


async def pay(to: Reach, args: Args) -> Any:
    return await to.hospital.pay(Charge(**args["charge"]), Actor(**args["payer"]))


async def grant_mandate(to: Reach, args: Args) -> Any:
    actions = tuple(args["actions"])
    draft = MandateDraft(args["key"], args["patient"], args["ambassador"], actions, args["until"], args["proof"])
    return await to.hospital.grant_mandate(draft)


async def record_consent(to: Reach, args: Args) -> Any:
    return await to.hospital.record_consent(f"health-data-{args['key']}", args["patient"], args["given"])


async def revoke_mandate(to: Reach, args: Args) -> Any:
    return await to.hospital.revoke_mandate(args["mandate"])


async def read_photos(to: Reach, args: Args) -> Any:
    return await to.desk.read(to.fetch, args) if to.desk else NOT_READ


async def sort_photos(to: Reach, args: Args) -> Any:
    if to.desk is None:
        return [{**NOT_READ, "names": [], "pages": [n]} for n in range(len(args["photos"]))]
    return await to.desk.sort(to.fetch, args)


NOT_READ = {"accepted": False, "reason": "no_reader"}  # the reader was taken away meanwhile

CALLS: Mapping[str, Callable[[Reach, Args], Awaitable[Any]]] = {
    "hospital.find_patient": find_patient,
    "hospital.patient_file": patient_file,
    "hospital.record_consent": record_consent,
    "hospital.grant_mandate": grant_mandate,
    "hospital.revoke_mandate": revoke_mandate,
    "hospital.submit": submit,
    "hospital.say": say,
    "hospital.prescribe": prescribe,
    "hospital.pay": pay,
    "photo.read": read_photos,
    "photo.sort": sort_photos,
}


def calls(
    hospital: Hospital, fetch: Fetch, desk: ReadingDesk | None = None
) -> dict[str, Callable[[Args], Awaitable[Any]]]:
    """Operation name -> what the commander awaits. Errors are those of backend_client.errors, of ``fetch`` too."""
    to = Reach(hospital, fetch, desk)
    return {**{name: partial(call, to) for name, call in CALLS.items()}, **_moves(hospital)}


def _moves(hospital: Hospital) -> dict[str, Callable[[Args], Awaitable[Any]]]:
    """The moves that only name the order (or batch), who acts, and why."""
    return {
        "hospital.take": lambda a: hospital.take(a["order"], Actor(**a["doctor"])),
        "hospital.not_suitable": lambda a: hospital.not_suitable(a["order"], Actor(**a["doctor"]), a["reason"]),
        "hospital.review": lambda a: hospital.review(a["order"], Actor(**a["pharmacist"]), a["decision"], a["reason"]),
        "hospital.claim": lambda a: hospital.claim(a["order"]),
        "hospital.hand_over": lambda a: hospital.hand_over(a["order"], Actor(**a["ambassador"]), a["proof"]),
        "hospital.confirm": lambda a: hospital.confirm(a["order"], Actor(**a["receiver"])),
        "hospital.cancel": lambda a: hospital.cancel(a["order"], Actor(**a["who"]), a["reason"]),
        "hospital.depart": lambda a: hospital.depart(a["batch"], Actor(**a["courier"])),
        "hospital.arrive": lambda a: hospital.arrive(a["batch"], Actor(**a["courier"])),
        "hospital.collected": lambda a: hospital.collected(a["batch"], Actor(**a["courier"]), Actor(**a["ambassador"])),
    }
