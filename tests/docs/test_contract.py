"""The contract for a hospital says what the client does: its stages, its calls, the resources it reads."""

from __future__ import annotations

import re

from backend_client.floor import FLOOR, USED
from backend_client.hospital import Hospital
from backend_client.stages import FROM, STATUS
from bot.stages import STAGES
from tests.docs.pages import ROOT, codes, table

PAGE = ROOT / "docs" / "explanation" / "hospital-contract.md"
CLIENT = "\n".join(path.read_text("utf-8") for path in sorted((ROOT / "backend_client").glob("*.py")))
STAGE_ROWS = {row[0]: row for row in table(PAGE, "stages")}
#: What the client asks a server to move an order to.
MOVED = {"submitted", *(a or b for a, b in re.findall(r'Move\(\s*"([\w-]+)"|_moved\(batch, "([\w-]+)"', CLIENT))}
#: Written and never looked for, or read through what the order names: the stages tell of them.
WRITTEN = {"ClaimResponse", "Communication", "CoverageEligibilityRequest", "DocumentReference", "PaymentNotice",
           "Provenance", "QuestionnaireResponse", "SupplyDelivery"}  # fmt: skip
READ = re.compile(r'(?:search|the|first)\(\s*"([A-Z]\w+)"')


def test_the_stages_are_those_of_bot_and_client() -> None:
    assert list(STAGE_ROWS) == [stage for stage in STAGES if stage] == list(STATUS)


def test_each_stage_has_the_clients_status_and_ways() -> None:
    for stage, row in STAGE_ROWS.items():
        assert row[1] == STATUS[stage], stage  # type: ignore[index]
        assert tuple(filter(None, row[3].split(", "))) == FROM.get(stage, ()), stage  # type: ignore[call-overload]


def test_who_moves_is_who_writes() -> None:
    assert {stage for stage, row in STAGE_ROWS.items() if row[2] == "bot"} == MOVED


def test_the_floor_is_the_clients() -> None:
    told = [(row[0], row[1], "" if row[2].startswith("**needed**") else row[2]) for row in table(PAGE, "floor")]
    assert told == [(need.what, need.why, need.instead) for need in FLOOR]


def test_the_floor_names_the_kinds_that_are_told() -> None:
    told = {codes(row[0])[0] for row in table(PAGE, "read")}
    assert set(USED) - told <= WRITTEN


def test_the_calls_are_the_protocols() -> None:
    told = [name for row in table(PAGE, "calls") for name in codes(row[0])]
    assert sorted(told) == sorted(name for name in vars(Hospital) if not name.startswith("_"))


def test_what_is_searched_is_told() -> None:
    told = {codes(row[0])[0] for row in table(PAGE, "read")}
    assert set(READ.findall(CLIENT)) <= told
    assert len(READ.findall(CLIENT)) > 20, "the pattern still finds what the client searches"


def test_the_roles_and_the_namespace_are_the_clients() -> None:
    text = PAGE.read_text("utf-8")
    listed = re.search(r"NS/CodeSystem/role: ([\w ,-]+);", text)
    roles = re.search(r"^Role = Literal\[([^\]]+)\]", CLIENT, re.MULTILINE)
    assert listed
    assert roles
    assert set(listed[1].split(", ")) == set(re.findall(r'"([\w -]+)"', roles[1]))
