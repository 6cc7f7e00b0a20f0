"""The seam between the bot and any hospital: about 25 calls. FHIR R4 is one implementation (fhir.py).

Every write takes its idempotency key from its arguments: the same call twice has one effect and the same answer.
Errors are those of errors.py, no other.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, Protocol

from backend_client.applicants import Hours
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


class Hospital(Protocol):
    # people
    async def find_patient(self, credential: str, birth_date: str) -> Patient:
        """The one patient with this e-credential number and birth date; NotFound otherwise, never saying which part."""
        ...

    async def patient(self, patient: str) -> Patient: ...

    async def staff(self, role: Role) -> Listed[Staff]:
        """The registrations of this role that hold today."""
        ...

    async def role(self, role: str) -> Staff:
        """One registration as it stands now, also one that has ended (R18); NotFound where there is none."""
        ...

    async def record_consent(self, key: str, patient: str, given: bool, proxy: Proxy | None = None) -> None:
        """The separate consent for health data (R13); ``given=False`` withdraws it. ``proxy``: who says so for her."""
        ...

    async def keep_proof(self, key: str, patient: str, proof: Photo) -> str:
        """A picture or recording that shows who may act for her, kept once by ``key``; ``Binary/x``."""
        ...

    async def grant_mandate(self, draft: MandateDraft) -> Mandate: ...

    async def revoke_mandate(self, mandate: str) -> Mandate: ...

    async def mandate(self, mandate: str) -> Mandate: ...

    async def ask_family(self, draft: FamilyDraft) -> FamilyAsked:
        """A relative asks to act for a patient; a registrar decides, and the feed tells (Task application)."""
        ...

    async def end_family(self, related: str) -> None:
        """Either side takes it back: over from today, also where it was only asked for."""
        ...

    async def ask_ambassador(self, draft: Applicant) -> TaskSnapshot:
        """An operator approved a neighbour's application; a registrar decides, the feed tells (Task application)."""
        ...

    async def withdraw_ambassador(self, key: str, *, unanswered: bool = False) -> TaskSnapshot | None:
        """Application ``key`` is over before it was answered, also where nobody knows if it ever came (None).

        ``unanswered``: its time is over, nobody took it back; one that was completed by then stays so.
        """
        ...

    async def describe_ambassador(self, role: str, public: str, hours: Sequence[Hours] = ()) -> None:
        """Another public name, other hours; "" and () = as they are."""
        ...

    async def stands_in(self, draft: StandIn) -> None:
        """A compound is lent for some days, or rests (Task stand-in)."""
        ...

    async def is_back(self, key: str) -> None:
        """That is over, at its time or before."""
        ...

    async def end_ambassador(self, role: str) -> None:
        """She helps no more: her registration is over from today, also where it was only asked for."""
        ...

    async def reminder(self, patient: str, since: int) -> Reminder:
        """The hospital's own reminder of a refill that is due after ``since`` (civil ms); ``at`` 0 = it has none."""
        ...

    async def related(self, related: str) -> Related:
        """As it stands now; one that is gone has ended."""
        ...

    async def ask_visit(self, draft: VisitDraft) -> TaskSnapshot:
        """Somebody asks for a visit at home, to be shown how to order (Task home-visit)."""
        ...

    async def move_visit(self, key: str, stage: str, owner: str = "", was: str = "") -> TaskSnapshot:
        """requested, accepted (``owner``: who goes), done, nobody-home, cancelled; one that is over stays as it is."""
        ...

    async def deny_receipt(self, order: str, who: str, until: int) -> TaskSnapshot:
        """What was confirmed for her is not so, says ``who`` (a reference): a Task parcel-problem to look into."""
        ...

    async def report_problem(self, order: str, by: Actor, kind: str, key: str, until: int) -> OrderSnapshot:
        """Something is wrong with its parcel: missing, damaged, not-mine, nobody-home (then it stays on its road)."""
        ...

    async def settle_problem(self, order: str, by: Actor, stage: Stage, key: str = "") -> OrderSnapshot:
        """Out of a problem: packed, with-ambassador or handed-over again, or cancelled and paid back."""
        ...

    async def end_problem(self, key: str) -> None:
        """Its exception here is settled: the Task of the report, or of the denial, ``key`` is completed."""
        ...

    async def problem_more(self, key: str, words: str = "", photo: Photo | None = None) -> None:
        """A word or a picture to what was reported under ``key``."""
        ...

    # what can be ordered, from whom
    async def departments(self) -> Listed[Department]: ...

    async def doctors(self, department: str) -> tuple[Staff, ...]: ...

    async def compounds(self) -> Listed[Compound]: ...

    async def areas(self) -> Listed[Area]:
        """Sub-districts and districts; one that is a part of itself stands without what it is a part of."""
        ...

    async def formulary(self) -> Listed[Drug]: ...

    async def questionnaire(self, name: str) -> Questionnaire: ...

    async def hours(self) -> Times:
        """When doctors and pharmacists work; nothing where the hospital does not say."""
        ...

    async def history(self, patient: str, since: str) -> tuple[Dispensed, ...]:
        """What was dispensed on or after the ISO day ``since``, newest first."""
        ...

    async def eligibility(self, patient: str, day: str) -> Eligibility:
        """Insurance checked live; ``unknown`` while the insurer has not answered."""
        ...

    # the order's life; each returns the order as it is afterwards
    async def submit(self, draft: OrderDraft, photos: tuple[Photo, ...]) -> OrderSnapshot: ...

    async def order(self, no: str) -> OrderSnapshot: ...

    async def take(self, order: str, doctor: Actor) -> OrderSnapshot: ...

    async def give_back(self, order: str, doctor: Actor, reason: str = "") -> OrderSnapshot:
        """The doctor who took it gives it back: in the queue again, its consult ended."""
        ...

    async def not_suitable(self, order: str, doctor: Actor, reason: str = "") -> OrderSnapshot: ...

    async def say(self, message: MessageDraft) -> None: ...

    async def prescribe(self, rx: Prescription) -> OrderSnapshot: ...

    async def review(
        self, order: str, pharmacist: Actor, decision: Literal["pass", "return"], reason: str = "", words: str = ""
    ) -> OrderSnapshot:
        """``reason``: a code or any words; ``words``: the pharmacist's own beside a code."""
        ...

    async def price(self, order: str, pharmacist: Actor, answers: tuple[Pricing, ...]) -> OrderSnapshot:
        """Code or price of prescribed lines that the formulary has not; one that is refused sends the order back."""
        ...

    async def cautions(self, order: str) -> Cautions:
        """Allergies of its patient, and what was found in its prescription; what cannot be read is not known."""
        ...

    async def accept(self, order: str, who: Actor, key: str) -> None:
        """The patient (or who acts for her) agrees to what only the doctor wrote (R2): a Provenance on it."""
        ...

    async def send_back(self, order: str, who: Actor, reason: str, words: str = "") -> OrderSnapshot:
        """She does not agree yet: to the doctor again, with her words; before it is paid."""
        ...

    async def claim(self, order: str) -> OrderSnapshot:
        """Ask the insurer; where a line has no price yet a pharmacist is asked for it, and nothing is claimed."""
        ...

    async def pay(self, charge: Charge, payer: Actor) -> OrderSnapshot:
        """Report a payment; an amount of 0 is the payer's confirmation of a fully insured order.

        The surplus of a second charge for a paid order is refunded (a second PaymentReconciliation), never refused.
        """
        ...

    async def expedite(self, order: str, operator: Actor, reason: str) -> OrderSnapshot:
        """Before the others, for the person's situation: bedridden, tumour, child, other."""
        ...

    async def cancel(self, order: str, who: Actor, reason: str = "") -> OrderSnapshot:
        """Any time until packed; cancels the Claim and refunds what was paid."""
        ...

    # the road
    async def depart(self, batch: str, courier: Actor) -> BatchSnapshot: ...

    async def arrive(self, batch: str, courier: Actor) -> BatchSnapshot: ...

    async def collected(self, batch: str, courier: Actor, ambassador: Actor) -> BatchSnapshot:
        """Courier -> ambassador, confirmed by both: one custody Provenance on each parcel."""
        ...

    async def end_batch(self, batch: str) -> BatchSnapshot:
        """None of its parcels is on its way any more: it is over. One that still has any stays as it is."""
        ...

    async def hand_over(self, order: str, ambassador: Actor, proof: DoorProof) -> OrderSnapshot: ...

    async def confirm(self, order: str, receiver: Actor, proof: DoorProof | Literal[""] = "") -> OrderSnapshot:
        """She has it. ``proof``: a helper with a mandate says so for her, after this was seen at her door."""
        ...

    async def batch(self, batch: str) -> BatchSnapshot: ...

    # what happened meanwhile
    async def changes(self, cursor: str, seen: tuple[str, ...]) -> Changes:
        """Orders and batches changed since ``cursor`` ("" = from now), 10 s overlap, without what is in ``seen``."""
        ...

    async def orders_of(self, patient: str) -> Changes:
        """Every order of one patient as it is now, by whomever it was entered."""
        ...

    async def close(self) -> None: ...
