"""The hospital's own reminder of a refill: a CommunicationRequest with when and what to say, read only."""

from __future__ import annotations

from dataclasses import dataclass, field

from backend_client.errors import Broken, Refusal, Unintelligible
from backend_client.rest import Rest
from backend_client.shapes import each, ms, path_of, target, word
from backend_client.wire import Json


@dataclass(frozen=True, slots=True)
class Reminder:
    """``at``: UTC ms, 0 = the hospital has none; ``about`` is the caller's own; not ``served``: it could not say."""

    at: int = 0
    words: str = field(default="", repr=False)
    about: str = ""
    served: bool = True


async def reminder(rest: Rest, patient: str, since: int) -> Reminder:
    """The next one that is active and was not due before ``since``; none where this hospital serves no such thing.

    One that does not name the patient may be anybody's; one without an instant that can be read is left out.
    """
    hers = f"Patient/{patient}"
    try:
        found = await rest.search("CommunicationRequest", {"subject": hers, "status": "active"})
    except (Refusal, Broken):
        return Reminder(served=False)
    ours = rest.codes.id("reminder")
    kept = [one for one in found if any(i.get("system") == ours for i in each(one, "identifier"))]
    told = [Reminder(_at(one), _words(one)) for one in kept if path_of(target(one, "subject")) == hers]
    return min((one for one in told if one.at > since), key=lambda one: one.at, default=Reminder())


def _at(request: Json) -> int:
    try:
        return ms(word(request, "occurrenceDateTime"))
    except Unintelligible:
        return 0


def _words(request: Json) -> str:
    return "\n".join(filter(None, (word(one, "contentString").strip() for one in each(request, "payload"))))
