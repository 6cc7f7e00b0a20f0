"""Moving a Task from stage to stage: a JSON Patch with ``test``, so that of two writers one wins (contract G2, G6, G9).

Who moved it is marked on the Task itself (Task.relevantHistory names the Provenance by identifier), in the very patch:
a repeat by the same actor with the same key is recognised for ever, even if the Provenance was still missing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from backend_client.codes import Codes
from backend_client.errors import Clash, Refusal, Unintelligible, WrongState
from backend_client.models import Actor, Stage
from backend_client.provenance import provenance
from backend_client.rest import Rest
from backend_client.shapes import code_of, concept, each, identifier, own_path, version, word
from backend_client.stages import FROM, STATUS, known_stage
from backend_client.wire import Json

ATTEMPTS = 6


@dataclass(frozen=True, slots=True)
class Move:
    """``key`` tells two moves to the same stage by the same actor apart (rx key, charge id)."""

    to: Stage
    by: Actor
    key: str = ""
    reason: str = field(default="", repr=False)
    words: str = field(default="", repr=False)  # of whoever decided, beside the reason
    owner: str = ""  # reference of the new owner
    outputs: tuple[Json, ...] = ()
    replacing: tuple[str, ...] = ()  # kinds of output that the new ones take the place of
    targets: tuple[str, ...] = ()  # further targets of the Provenance, e.g. the parcel
    others: tuple[tuple[str, Actor], ...] = ()  # further agents
    activity: str = ""
    why: Json = field(default_factory=dict[str, object])  # Provenance.reason, where there is a rule to name
    status: str = ""  # Task.status, where it is not an order
    nobodys: bool = False  # the owner is removed


def stage_of(codes: Codes, task: Json) -> Stage:
    """Unintelligible for a stage that the contract does not know."""
    found = known_stage(code_of(task.get("businessStatus"), codes.system("order-status")))
    if found is None:
        raise Unintelligible("unknown-stage")
    return found


def business_status(codes: Codes, stage: Stage) -> Json:
    return concept(codes.system("order-status"), stage)


def output(codes: Codes, kind: str, name: str, value: object) -> Json:
    """One Task.output; ``name`` is the FHIR type of the value, e.g. ``Reference``."""
    return {"type": concept(codes.system("task-output"), kind), f"value{name}": value}


def outputs_of(codes: Codes, task: Json, kind: str) -> list[Json]:
    return [item for item in each(task, "output") if code_of(item.get("type"), codes.system("task-output")) == kind]


def input_of(codes: Codes, task: Json, kind: str) -> Json:
    """The first Task.input of that kind, empty if there is none."""
    system = codes.system("task-input")
    found = [item for item in each(task, "input") if code_of(item.get("type"), system) == kind]
    return found[0] if found else {}


def already(stage: Stage) -> WrongState:
    return WrongState("already-taken" if stage == "in-consult" else f"already-{stage}")


def marked(codes: Codes, task: Json, key: str) -> bool:
    """Whether this very move was made before, whatever happened since."""
    wanted = codes.uuid(key)
    return any(word(item, "identifier", "value") == wanted for item in each(task, "relevantHistory"))


def was_made(codes: Codes, task: Json, move: Move) -> bool:
    """A repeat of it asks for no right again: whatever ended since, it was made while it held."""
    return marked(codes, task, key_of(task, move))


def key_of(task: Json, move: Move) -> str:
    return f"move|{task['id']}|{move.to}|{move.by.reference}|{move.key}"


def made_again(codes: Codes, task: Json, wanted: Move) -> Move:
    """The move, under a key of its own each time it can be made anew: taken, given back, taken again.

    Where it cannot be made now, the one that was made last: a repeat finds it done.
    """
    times = 0
    while marked(codes, task, key_of(task, _nth(wanted, times))):
        times += 1
    anew = stage_of(codes, task) in FROM[wanted.to]
    return _nth(wanted, times if anew else max(0, times - 1))


def _nth(wanted: Move, times: int) -> Move:
    return replace(wanted, key=f"{wanted.key}|{times}") if times else wanted


async def move(rest: Rest, task: Json, wanted: Move) -> Json:
    """Make the move, or find it made; then see to its Provenance. The Task as it is afterwards.

    Raises WrongState(``already-<stage>``) when the stage does not allow it (any more): decided on what was read, never
    because of a status alone, which is a Clash.
    """
    key = key_of(task, wanted)
    for _ in range(ATTEMPTS):
        if marked(rest.codes, task, key):
            break
        stage = stage_of(rest.codes, task)
        if stage not in FROM[wanted.to]:
            raise already(stage)
        try:
            task = await rest.patch(task, operations(rest.codes, task, wanted, key)) or await rest.read(own_path(task))
        except (Refusal, Clash):
            fresh = await rest.read(own_path(task))
            if version(fresh) == version(task):
                raise  # nobody was faster: the hospital does not accept it
            task = fresh
    else:
        raise Clash("contended")
    await rest.put(record(rest, task, wanted, key))
    return task


def record(rest: Rest, task: Json, wanted: Move, key: str) -> Json:
    agents: Sequence[tuple[str, Actor]] = [("performer", wanted.by), *wanted.others]
    targets = [own_path(task), *wanted.targets]
    made = provenance(rest.codes, key, targets, wanted.activity or wanted.to, agents, rest.now())
    return made | ({"reason": [wanted.why]} if wanted.why else {})


def operations(codes: Codes, task: Json, wanted: Move, key: str) -> list[Json]:
    """The patch: two tests first, then the stage, the mark, and what the step adds."""
    found: list[Json] = [
        {"op": "test", "path": "/status", "value": task["status"]},
        {"op": "test", "path": "/businessStatus", "value": task["businessStatus"]},
        {"op": "replace", "path": "/status", "value": wanted.status or STATUS[wanted.to]},
        {"op": "replace", "path": "/businessStatus", "value": business_status(codes, wanted.to)},
    ]
    mark: Json = {"type": "Provenance", "identifier": identifier(codes.id("provenance"), codes.uuid(key))}
    found.append(_append(task, "relevantHistory", mark))
    if wanted.reason:
        found.append({"op": "add", "path": "/statusReason", "value": why(codes, wanted.reason, wanted.words)})
    if wanted.owner:
        found.append({"op": "add", "path": "/owner", "value": {"reference": wanted.owner}})
    elif wanted.nobodys and task.get("owner"):
        found.append({"op": "remove", "path": "/owner"})
    if wanted.outputs:
        system = codes.system("task-output")
        kept = [o for o in each(task, "output") if code_of(o.get("type"), system) not in wanted.replacing]
        found.append({"op": "add", "path": "/output", "value": [*kept, *wanted.outputs]})
    return found


def why(codes: Codes, reason: str, words: str = "") -> Json:
    """Task.statusReason: a reason of ours with somebody's own words is a code and its text; alone it is the text."""
    return concept(codes.system("reason"), reason, words) if words else {"text": reason}


def why_of(codes: Codes, task: Json) -> tuple[str, str]:
    """And back: the reason, and the words beside it; a hospital that writes only a text gives the reason so."""
    said = task.get("statusReason")
    code, text = code_of(said, codes.system("reason")), word(said, "text")
    return (code, text if text != code else "") if code else (text, "")


def _append(task: Json, name: str, item: Json) -> Json:
    if task.get(name):
        return {"op": "add", "path": f"/{name}/-", "value": item}
    return {"op": "add", "path": f"/{name}", "value": [item]}
