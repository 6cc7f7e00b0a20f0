"""The registrar: decides applications (ambassador, guardian, family, proxy) and lets their focus take effect."""

from __future__ import annotations

from backend_client.models import Actor
from backend_client.moves import output
from backend_client.provenance import provenance
from backend_client.rest import Rest
from backend_client.shapes import ms, own_path, target, word
from backend_client.states import set_status
from backend_client.wire import Json
from sandbox.staff.changing import change, claim
from sandbox.staff.desk import Desk, Round, clear

REFUSED = "材料不齐。请带证件到医院窗口办理"
DAY_MS = 24 * 3600 * 1000


def rounds(desk: Desk) -> tuple[Round, ...]:
    asked = desk.tasks("application", status="requested")

    async def decide_all() -> None:
        habit = desk.habits["registrar"]
        if habit != "off":
            await clear(asked, lambda task: decide(desk, task, habit != "refuses"), lambda task: due(desk, task))

    return (decide_all,)


def due(desk: Desk, task: Json) -> bool:
    """A late registrar answers only after the application's own deadline, or a day where it has none."""
    end = ms(word(task, "restriction", "period", "end")) or ms(word(task, "authoredOn")) + DAY_MS
    return desk.habits["registrar"] != "late" or desk.rest.now() > end


async def decide(desk: Desk, task: Json, approves: bool) -> None:
    """Claim it by version, let the focus take effect, then close the Task: a repeat finds each step done."""
    rest, registrar = desk.rest, await desk.one_of("registrar")
    await claim(rest, task, registrar.reference)
    await take_effect(rest, target(task, "focus"), approves)
    decision = [output(rest.codes, "decision", "Code", "approve" if approves else "refuse")]
    why = {} if approves else {"statusReason": {"text": REFUSED}}
    await set_status(rest, own_path(task), "completed" if approves else "rejected", output=decision, **why)
    await rest.put(record(rest, task, registrar, approves))


async def take_effect(rest: Rest, focus: str, approves: bool) -> None:
    """Consent has a status; PractitionerRole and RelatedPerson are active or not."""
    if focus.startswith("Consent/"):
        await set_status(rest, focus, "active" if approves else "rejected")
    elif focus:
        await change(rest, focus, {"active": approves})


def record(rest: Rest, task: Json, registrar: Actor, approves: bool) -> Json:
    activity = "application-approve" if approves else "application-refuse"
    targets = [own_path(task), *filter(None, [target(task, "focus")])]
    key = f"application|{task['id']}"
    return provenance(rest.codes, key, targets, activity, [("performer", registrar)], rest.now())
