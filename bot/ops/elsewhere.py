"""An order that was entered elsewhere: at the hospital's own counter, by its desk (Edge 8). Bound by right."""

from __future__ import annotations

from backend_client.models import OrderSnapshot
from bot import orders
from bot.decoding import jsonable
from bot.model import Order, Person
from bot.moves import HELD
from bot.ops.halted import held_at_commit
from bot.ops.lent import ambassador_of
from bot.ops.orders import HOUR
from bot.ops.rights import accounts_of, mark, rights_to
from bot.stages import facts_of
from bot.turn import Turn


async def elsewhere(turn: Turn, seen: OrderSnapshot) -> Order | None:
    """The row with which an order begins here that nobody placed here; None where nobody here has a right to its
    patient.

    What has ended already is history, and nobody is told of it.
    """
    if not await rights_to(turn, seen.patient.id) or facts_of(seen.stage).ends:
        return None
    own = await accounts_of(turn, seen.patient.id)
    doctors = await turn.find(Person, role="doctor", role_id=seen.doctor) if seen.doctor else []
    why = await held_at_commit(turn, seen.patient.id)
    held_so: dict[str, str] = {HELD: why} if why else {}
    turn.note(seen.no, "hospital", "entered-elsewhere", seen.patient.id)
    return Order(
        no=seen.no,
        stage="",
        since=turn.now,
        updated=0,
        task_version="",
        deadline=seen.deadline or turn.now + turn.services.config.order_hours * HOUR,
        department=seen.department,
        compound=seen.compound,
        urgency=orders.urgency(seen.days_left),
        placed_by=0,
        patient_account=own[0] if own else 0,
        patient=mark(turn, seen.patient.id),
        ambassador=await ambassador_of(turn, seen.compound),
        doctor=doctors[0].id if doctors else 0,
        topic=f"consult:{seen.no}",
        snapshot={"patient": jsonable(seen.patient), "asked": jsonable(seen.asked), "prescribed": [], **held_so},
    )
