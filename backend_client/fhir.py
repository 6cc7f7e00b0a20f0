"""FhirHospital: the Hospital protocol on plain FHIR R4 REST. One line a call; the work is in the family's own file."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import UTC, tzinfo
from typing import Literal

from backend_client import (
    ambassadors,
    catalogue,
    consent,
    consult,
    denying,
    expediting,
    family,
    feed,
    floor,
    history,
    insurance,
    media,
    orders,
    patients,
    payment,
    prescribing,
    problems,
    questions,
    reminders,
    road,
    safety,
    settlement,
    standing_in,
    subscription,
    times,
    visits,
)
from backend_client.applicants import Hours
from backend_client.auth import Bearer, static_bearer
from backend_client.codes import NS, Codes
from backend_client.hospital import Hospital
from backend_client.models import (
    Actor,
    Applicant,
    Area,
    BatchSnapshot,
    Cautions,
    Changes,
    Charge,
    Compound,
    Department,
    Dispensed,
    DoorProof,
    Drug,
    Eligibility,
    FamilyAsked,
    FamilyDraft,
    Listed,
    Mandate,
    MandateDraft,
    MessageDraft,
    OrderDraft,
    OrderSnapshot,
    Patient,
    Photo,
    Prescription,
    Pricing,
    Proxy,
    Questionnaire,
    Related,
    Reminder,
    Role,
    Staff,
    Stage,
    StandIn,
    TaskSnapshot,
    Times,
    VisitDraft,
)
from backend_client.rest import Rest
from backend_client.retries import Patience
from backend_client.server import Server
from backend_client.transport import AiohttpTransport, Transport
from backend_client.typing_errors import typed
from backend_client.wire import Json


def wall_ms() -> int:
    return time.time_ns() // 1_000_000


@typed
class FhirHospital(Hospital):
    """Implements Hospital. ``now`` is civil UTC ms (what is recorded); waiting goes by ``patience``.

    ``zone`` is the hospital's. ``patches=False`` is for a hospital without JSON Patch; ``transport`` is the seam of
    transport.py.
    """

    def __init__(
        self,
        base_url: str,
        token: str | Bearer = "",
        *,
        ns: str = NS,
        now: Callable[[], int] = wall_ms,
        patience: Patience | None = None,
        zone: tzinfo = UTC,
        patches: bool = True,
        transport: Transport | None = None,
    ) -> None:
        own = AiohttpTransport() if transport is None else None
        self._session = own
        bearer = static_bearer(token) if isinstance(token, str) else token
        self.rest = Rest(
            base=base_url.rstrip("/"),
            codes=Codes(ns.rstrip("/")),
            transport=transport or own or AiohttpTransport(),
            bearer=bearer,
            now=now,
            patience=patience or Patience(),
            zone=zone,
            server=Server(patches=patches),
        )

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()

    async def compared(self) -> list[floor.Found]:
        """What the server says of itself against what is needed (floor.py); what is learnt from it is used at once."""
        said = await floor.statement(self.rest)
        floor.learn(self.rest, said)
        return await floor.compared(self.rest, said)

    # people
    async def find_patient(self, credential: str, birth_date: str) -> Patient:
        return await patients.find_patient(self.rest, credential, birth_date)

    async def patient(self, patient: str) -> Patient:
        return await patients.patient(self.rest, patient)

    async def staff(self, role: Role) -> Listed[Staff]:
        return await catalogue.staff(self.rest, role)

    async def role(self, role: str) -> Staff:
        return await catalogue.role(self.rest, role)

    async def record_consent(self, key: str, patient: str, given: bool, proxy: Proxy | None = None) -> None:
        await consent.record_consent(self.rest, key, patient, given, proxy)

    async def keep_proof(self, key: str, patient: str, proof: Photo) -> str:
        return (await media.stored_photo(self.rest, proof, key, patient))[0]

    async def grant_mandate(self, draft: MandateDraft) -> Mandate:
        return await consent.grant_mandate(self.rest, draft)

    async def revoke_mandate(self, mandate: str) -> Mandate:
        return await consent.revoke_mandate(self.rest, mandate)

    async def ask_family(self, draft: FamilyDraft) -> FamilyAsked:
        return await family.ask_family(self.rest, draft)

    async def end_family(self, related: str) -> None:
        await family.end_family(self.rest, related)

    async def ask_ambassador(self, draft: Applicant) -> TaskSnapshot:
        return await ambassadors.ask_ambassador(self.rest, draft)

    async def withdraw_ambassador(self, key: str, *, unanswered: bool = False) -> TaskSnapshot | None:
        return await ambassadors.withdraw(self.rest, key, unanswered=unanswered)

    async def describe_ambassador(self, role: str, public: str, hours: Sequence[Hours] = ()) -> None:
        await ambassadors.describe(self.rest, role, public, hours)

    async def stands_in(self, draft: StandIn) -> None:
        await standing_in.stands_in(self.rest, draft)

    async def is_back(self, key: str) -> None:
        await standing_in.is_back(self.rest, key)

    async def end_ambassador(self, role: str) -> None:
        await ambassadors.end_ambassador(self.rest, role)

    async def reminder(self, patient: str, since: int) -> Reminder:
        return await reminders.reminder(self.rest, patient, since)

    async def related(self, related: str) -> Related:
        return await family.related(self.rest, related)

    async def ask_visit(self, draft: VisitDraft) -> TaskSnapshot:
        return await visits.ask_visit(self.rest, draft)

    async def move_visit(self, key: str, stage: str, owner: str = "", was: str = "") -> TaskSnapshot:
        return await visits.move_visit(self.rest, key, stage, owner, was)

    async def deny_receipt(self, order: str, who: str, until: int) -> TaskSnapshot:
        return await denying.deny_receipt(self.rest, order, who, until)

    async def report_problem(self, order: str, by: Actor, kind: str, key: str, until: int) -> OrderSnapshot:
        return await self._as_it_is(await problems.report(self.rest, order, by, kind, key, until))

    async def settle_problem(self, order: str, by: Actor, stage: Stage, key: str = "") -> OrderSnapshot:
        return await self._as_it_is(await problems.settle(self.rest, order, by, stage, key))

    async def end_problem(self, key: str) -> None:
        await problems.end(self.rest, key)

    async def problem_more(self, key: str, words: str = "", photo: Photo | None = None) -> None:
        await problems.more(self.rest, key, words, photo)

    async def mandate(self, mandate: str) -> Mandate:
        return await consent.mandate(self.rest, mandate)

    # what can be ordered, from whom
    async def departments(self) -> Listed[Department]:
        return await catalogue.departments(self.rest)

    async def doctors(self, department: str) -> tuple[Staff, ...]:
        return await catalogue.doctors(self.rest, department)

    async def compounds(self) -> Listed[Compound]:
        return await catalogue.compounds(self.rest)

    async def areas(self) -> Listed[Area]:
        return await catalogue.areas(self.rest)

    async def formulary(self) -> Listed[Drug]:
        return await catalogue.formulary(self.rest)

    async def questionnaire(self, name: str) -> Questionnaire:
        return await questions.questionnaire(self.rest, name)

    async def hours(self) -> Times:
        return await times.hours(self.rest)

    async def history(self, patient: str, since: str) -> tuple[Dispensed, ...]:
        return await history.history(self.rest, patient, since)

    async def eligibility(self, patient: str, day: str) -> Eligibility:
        return await insurance.eligibility(self.rest, patient, day)

    # the order's life
    async def submit(self, draft: OrderDraft, photos: tuple[Photo, ...]) -> OrderSnapshot:
        return await orders.submit(self.rest, draft, photos)

    async def order(self, no: str) -> OrderSnapshot:
        return await orders.order(self.rest, no)

    async def take(self, order: str, doctor: Actor) -> OrderSnapshot:
        return await self._as_it_is(await consult.take(self.rest, order, doctor))

    async def give_back(self, order: str, doctor: Actor, reason: str = "") -> OrderSnapshot:
        return await self._as_it_is(await consult.give_back(self.rest, order, doctor, reason))

    async def not_suitable(self, order: str, doctor: Actor, reason: str = "") -> OrderSnapshot:
        task = await consult.not_suitable(self.rest, order, doctor, reason)
        await payment.undo(self.rest, task)  # it may have been paid, and sent back since
        return await self._as_it_is(task)

    async def say(self, message: MessageDraft) -> None:
        await consult.say(self.rest, message)

    async def prescribe(self, rx: Prescription) -> OrderSnapshot:
        return await self._as_it_is(await prescribing.prescribe(self.rest, rx))

    async def review(
        self, order: str, pharmacist: Actor, decision: Literal["pass", "return"], reason: str = "", words: str = ""
    ) -> OrderSnapshot:
        return await self._as_it_is(await prescribing.review(self.rest, order, pharmacist, decision, reason, words))

    async def price(self, order: str, pharmacist: Actor, answers: tuple[Pricing, ...]) -> OrderSnapshot:
        return await self._as_it_is(await prescribing.price(self.rest, order, pharmacist, answers))

    async def cautions(self, order: str) -> Cautions:
        return await safety.cautions(self.rest, order)

    async def accept(self, order: str, who: Actor, key: str) -> None:
        await prescribing.accept(self.rest, order, who, key)

    async def send_back(self, order: str, who: Actor, reason: str, words: str = "") -> OrderSnapshot:
        return await self._as_it_is(await prescribing.send_back(self.rest, order, who, reason, words))

    async def claim(self, order: str) -> OrderSnapshot:
        task = await prescribing.priced(self.rest, await orders.task_of(self.rest, order))
        found = await orders.snapshot(self.rest, task)
        if all(one.status == "priced" for one in found.pricing):
            key = await prescribing.rx_key(self.rest, task)
            await settlement.submit_claim(self.rest, task, key, found.prescribed, found.pricing)
        return found

    async def pay(self, charge: Charge, payer: Actor) -> OrderSnapshot:
        return await self._as_it_is(await payment.pay(self.rest, charge, payer))

    async def expedite(self, order: str, operator: Actor, reason: str) -> OrderSnapshot:
        return await expediting.expedite(self.rest, order, operator, reason)

    async def cancel(self, order: str, who: Actor, reason: str = "") -> OrderSnapshot:
        return await self._as_it_is(await payment.cancel(self.rest, order, who, reason))

    # the road
    async def depart(self, batch: str, courier: Actor) -> BatchSnapshot:
        return await self._moved(batch, "on-the-way", courier)

    async def arrive(self, batch: str, courier: Actor) -> BatchSnapshot:
        return await self._moved(batch, "arrived", courier)

    async def collected(self, batch: str, courier: Actor, ambassador: Actor) -> BatchSnapshot:
        return await self._moved(batch, "with-ambassador", ambassador, (("custodian", courier),))

    async def end_batch(self, batch: str) -> BatchSnapshot:
        return (await road.batches(self.rest, [await road.end(self.rest, batch)]))[0]

    async def hand_over(self, order: str, ambassador: Actor, proof: DoorProof) -> OrderSnapshot:
        return await self._as_it_is(await road.hand_over(self.rest, order, ambassador, proof))

    async def confirm(self, order: str, receiver: Actor, proof: DoorProof | Literal[""] = "") -> OrderSnapshot:
        return await self._as_it_is(await road.confirm(self.rest, order, receiver, proof))

    async def batch(self, batch: str) -> BatchSnapshot:
        return await road.batch(self.rest, batch)

    # what happened meanwhile
    async def changes(self, cursor: str, seen: tuple[str, ...]) -> Changes:
        return await feed.changes(self.rest, cursor, seen)

    async def orders_of(self, patient: str) -> Changes:
        return await feed.orders_of(self.rest, patient)

    async def watch(self, endpoint: str, secret: str) -> str:
        """Beyond the protocol: a rest-hook that pings ``endpoint``; ``Subscription/<id>``."""
        return await subscription.watch(self.rest, endpoint, secret)

    async def _as_it_is(self, task: Json) -> OrderSnapshot:
        return await orders.snapshot(self.rest, task)

    async def _moved(
        self, batch: str, to: Stage, by: Actor, others: tuple[tuple[str, Actor], ...] = ()
    ) -> BatchSnapshot:
        task = await road.advance(self.rest, batch, to, by, others)
        return (await road.batches(self.rest, [task]))[0]
