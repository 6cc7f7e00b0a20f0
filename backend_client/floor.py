"""What a server must have at least, and what is done where it has less: one table, held against a CapabilityStatement.

What a statement does not list is not taken as absent: it is asked for, carefully, and the answer counts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import cast
from urllib.parse import urlencode

from backend_client.errors import HospitalError, RetryLater, Unintelligible
from backend_client.paging import resources, taken
from backend_client.rest import Rest
from backend_client.shapes import each, word
from backend_client.wire import Json

#: Kind -> how it is used, and the parameters by which it is searched.
USED: Mapping[str, tuple[str, str]] = {
    "AllergyIntolerance": ("search-type", "patient"),
    "Binary": ("read create update", ""),
    "Claim": ("read search-type create update", "identifier"),
    "ClaimResponse": ("read search-type", "_id"),
    "Communication": ("read search-type create update", "identifier"),
    "Consent": ("read search-type create update", "identifier patient category status"),
    "Coverage": ("search-type", "beneficiary status"),
    "CoverageEligibilityRequest": ("search-type create", "identifier"),
    "CoverageEligibilityResponse": ("search-type", "request"),
    "DetectedIssue": ("search-type", "implicated"),
    "DocumentReference": ("search-type create", "identifier"),
    "Encounter": ("read search-type create update", "identifier"),
    "Location": ("search-type", "status"),
    "Medication": ("read search-type", "_id status code"),
    "MedicationDispense": ("read search-type update", "patient prescription whenhandedover"),
    "MedicationRequest": ("read search-type create update", "_id identifier patient authoredon intent"),
    "Organization": ("search-type", "type"),
    "Patient": ("read search-type", "_id identifier"),
    "PaymentNotice": ("search-type create", "identifier"),
    "PaymentReconciliation": ("read search-type create", "_id identifier"),
    "Practitioner": ("read search-type", "_id"),
    "PractitionerRole": ("read search-type", "_id role organization"),
    "Provenance": ("search-type create update", "target"),
    "Questionnaire": ("search-type", "url status"),
    "QuestionnaireResponse": ("search-type create", "identifier"),
    "SupplyDelivery": ("read search-type update", "_id"),
    "Task": ("read search-type create update patch", "_id _lastUpdated identifier"),
}
KNOWN_BY_NUMBER = ("Patient", "Task")  # not written by us, or looked for where nothing else leads to it
OF_SOMEBODY = ("_id", "patient", "beneficiary")  # without it a search would be of everybody
OWN_IDS = ("Binary", "Provenance")


@dataclass(frozen=True, slots=True)
class Offer:
    """What a statement says of one kind; None = it does not say."""

    ways: frozenset[str] = frozenset()
    params: frozenset[str] = frozenset()
    conditional_create: bool | None = None
    own_ids: bool | None = None


@dataclass(frozen=True, slots=True)
class Statement:
    """A CapabilityStatement as far as it concerns us (R4 capabilitystatement.html)."""

    version: str = ""
    formats: frozenset[str] = frozenset()
    whole: frozenset[str] = frozenset()  # interactions of the server as such: transaction
    kinds: Mapping[str, Offer] = field(default_factory=dict[str, Offer])

    def of(self, kind: str) -> Offer:
        return self.kinds.get(kind, Offer())


Lacks = Callable[[Statement], Iterable[str]]


@dataclass(frozen=True, slots=True)
class Need:
    """``instead``: what is done without it, by itself; "" = it is needed. ``lacks``: what a statement does not list."""

    what: str
    why: str
    instead: str
    lacks: Lacks

    @property
    def needed(self) -> bool:
        return not self.instead


def _version(said: Statement) -> Iterable[str]:
    if not said.version.startswith("4.0"):
        yield f"FHIR {said.version or 'of no version'}"
    if said.formats and not any("json" in one for one in said.formats):
        yield "JSON"


def _kinds(said: Statement) -> Iterable[str]:
    return (kind for kind in USED if kind not in said.kinds)


def _searched(names: Iterable[str] | None, kinds: Iterable[str] | None = None, but: Iterable[str] = ()) -> Lacks:
    """By these parameters (None = all others), of these kinds; ``_id`` is of every kind and often not listed."""

    def lacks(said: Statement) -> Iterable[str]:
        for kind, (_, params) in USED.items():
            if kind not in said.kinds or kind in but or (kinds is not None and kind not in kinds):
                continue
            for name in params.split():
                wanted = name in names if names is not None else name not in ("identifier", *OF_SOMEBODY)
                if wanted and name not in said.of(kind).params and not name.startswith("_"):
                    yield f"{kind}.{name}"

    return lacks


def _conditional(said: Statement) -> Iterable[str]:
    return (kind for kind in USED if said.of(kind).conditional_create is False and "create" in USED[kind][0])


def _way(way: str, kinds: Iterable[str]) -> Lacks:
    return lambda said: (kind for kind in kinds if kind in said.kinds and way not in said.of(kind).ways)


_MOVED = tuple(kind for kind, (ways, _) in USED.items() if "update" in ways and kind not in OWN_IDS)

#: What MedRelay needs at least. docs/explanation/hospital-contract.md shows it, held by tests/docs.
FLOOR: tuple[Need, ...] = (
    Need("FHIR 4.0 in JSON, with `read` and `search-type`, pages by `link`", "everything", "", _version),
    Need("the kinds below (what the bot reads and writes)", "everything", "", _kinds),
    Need("search by `identifier` of `Patient`, `Task`", "who she is, which order", "",
         _searched(("identifier",), KNOWN_BY_NUMBER)),
    Need("search by `_id` (comma = or), `patient`, `beneficiary`", "one person's, never everybody's", "",
         _searched(OF_SOMEBODY)),
    Need("`transaction` with `ifNoneExist` and `PUT`, at most 8 entries", "order, prescription, payment (G3)", "",
         lambda said: () if {"transaction"} & said.whole else ("transaction",)),
    Need("`PUT` with `If-Match`", "of two people one wins (G2)", "", _way("update", _MOVED)),
    Need("search by `identifier` of every other kind", "nothing is there twice (G1)",
         "`PUT` under an id made from the key", _searched(("identifier",), None, KNOWN_BY_NUMBER)),
    Need("create with `If-None-Exist`", "nothing is there twice (G1)",
         "looked up first, then `PUT` under an id made from the key", _conditional),
    Need("`PUT` to an id that the client chose", "`Provenance`, `Binary` (G8)",
         "`POST`: inside the transaction, or looked up first by its target (extension NS/StructureDefinition/key)",
         lambda said: (kind for kind in OWN_IDS if said.of(kind).own_ids is False)),
    Need("`PATCH` with JSON Patch and `test`", "moves: of two people one wins (G2)",
         "`GET`, then `PUT` with `If-Match`, from the first 405 or 501 on", _way("patch", ("Task",))),
    Need("other search parameters, `Prefer: handling=strict`", "fewer answers",
         "what is refused is left out, at most 20 pages are read, and the client chooses; what comes in spite of the"
         " question is left out", _searched(None)),
    Need("`_lastUpdated=ge...`, `_sort` on `Task`", "what changed meanwhile, looked for every 45 s",
         "the client chooses among all of them; past 20 pages cards stand still until an order is read again by itself"
         " (300 s)", lambda said: ()),
    Need("answers to a write that hold what was written, or `Location`", "reading back by id",
         "one read or search more", lambda said: ()),
)  # fmt: skip


async def statement(rest: Rest) -> Statement:
    """GET /metadata. Raises the errors of errors.py: Unintelligible where the answer is no CapabilityStatement."""
    return statement_of(await rest.look("metadata"))


def statement_of(body: Json) -> Statement:
    if body.get("resourceType") != "CapabilityStatement":
        raise Unintelligible("no-statement", word(body, "resourceType"))
    server = next((one for one in each(body, "rest") if one.get("mode", "server") == "server"), cast("Json", {}))
    formats = body.get("format")
    listed = cast("list[object]", formats) if isinstance(formats, list) else []
    return Statement(
        version=word(body, "fhirVersion"),
        formats=frozenset(str(one).lower() for one in listed),
        whole=frozenset(word(one, "code") for one in each(server, "interaction")),
        kinds={word(one, "type"): _offer(one) for one in each(server, "resource")},
    )


def _offer(said: Json) -> Offer:
    def flag(name: str) -> bool | None:
        value = said.get(name)
        return value if isinstance(value, bool) else None

    return Offer(
        ways=frozenset(word(one, "code") for one in each(said, "interaction")),
        params=frozenset(word(one, "name") for one in each(said, "searchParam")),
        conditional_create=flag("conditionalCreate"),
        own_ids=flag("updateCreate"),
    )


@dataclass(frozen=True, slots=True)
class Found:
    """``unlisted``: what of a need the statement does not list; of what is needed only what cannot be asked for.

    ``refused``: what was asked for, and the server has it not.
    """

    need: Need
    unlisted: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()


async def compared(rest: Rest, said: Statement) -> list[Found]:
    """Every need, in the order of FLOOR. What is needed and can be read is asked for where it is not listed."""
    found: list[Found] = []
    for need in FLOOR:
        missing = [*need.lacks(said)]
        heard = {one: await asked(rest, one) for one in missing} if need.needed and need.lacks is not _version else {}
        unlisted = tuple(one for one in missing if heard.get(one) is None)
        found.append(Found(need, unlisted, tuple(one for one, there in heard.items() if there is False)))
    return found


async def asked(rest: Rest, what: str) -> bool | None:
    """``Kind`` or ``Kind.parameter``: a search that can find nothing. None = it cannot be asked for, or nobody told."""
    kind, _, name = what.partition(".")
    if kind not in USED or "search-type" not in USED[kind][0]:
        return None
    looked = name or USED[kind][1].split()[0]
    nobody = f"{rest.codes.id('nobody')}|none" if looked == "identifier" else "none"
    try:
        bundle = await rest.look(f"{kind}?{urlencode({looked: nobody, '_count': 1})}")
        found = resources(bundle, kind)
    except RetryLater:
        return None
    except HospitalError:
        return False
    return not name or (not found and looked in taken(bundle, looked))


def learn(rest: Rest, said: Statement) -> None:
    """What would be ignored without a word is believed at once; all else is found out when it is asked for."""
    rest.server.unconditional = frozenset(kind for kind in USED if said.of(kind).conditional_create is False)
