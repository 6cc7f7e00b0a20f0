"""What holds everything of a patient: somebody said stopped, moved, in hospital or died. Asked here by every room.

Who may say it, who hears of it and how it ends: bot/ops/halting.py.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.model import Halt, HaltKind
from bot.ops.waking import wake
from bot.turn import Turn, remembered

REF = 20  # letters of a mark or of an id in a button
HEARD = "halt-heard"  # what is due: see bot/flows/halting.py


async def held(turn: Turn, patient: str) -> HaltKind | None:
    """Why nothing of this patient goes on now, None = it does. Orders, reminders and check-ins wait while it holds.

    ``patient``: the record's id. A record that the hospital itself closed is asked for beside it: ``rights.is_open``.
    """
    halt = await halt_of(turn, turn.blind("patient", patient))
    return halt.kind if halt else None


async def held_at_commit(turn: Turn, patient: str) -> HaltKind | None:
    """The same for an order that begins: none that is said meanwhile may miss it, nor it that one."""
    mark = turn.blind("patient", patient)
    turn.without(Halt, next_id(turn, mark, await turn.find(Halt, patient=mark)))
    return await held(turn, patient)


def next_id(turn: Turn, mark: str, said: Sequence[Halt]) -> str:
    """Of the next word: two at once meet in one row, and no word that stands there still is in its way, whichever
    older ones were forgotten.
    """
    newest = max([one.since for one in said], default=0)
    return turn.blind("halt", mark, str(len(said)), str(newest))[:REF]


@remembered
async def halt_of(turn: Turn, mark: str) -> Halt | None:
    """The same as the row, by the patient's mark; of several that stand the one that was said last."""
    stand = [one for one in await turn.find(Halt, patient=mark) if not one.undone]
    return max(stand, key=lambda one: one.since) if stand else None


async def is_gone(turn: Turn, mark: str) -> bool:
    """Whether an operator confirmed, after a call, that this patient has died: her own phone hears nothing more."""
    halt = await halt_of(turn, mark)
    return halt is not None and halt.kind == "died" and halt.confirmed > 0


async def inherits(turn: Turn, account: int, patient: str) -> None:
    """This account speaks for her (her mark) from now on: it reads what was said before it came, and may object."""
    halt = await halt_of(turn, patient)
    if halt is not None:
        wake(turn, HEARD, halt.id, at=turn.now, person=account)
