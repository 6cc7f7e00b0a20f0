"""Reads the invented city, its residents and its formulary from the data files beside it. No FHIR here."""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
_UNITS = {"胶囊": "粒", "胶丸": "粒", "注射液": "支", "粉雾剂": "吸", "丸": "丸", "颗粒": "袋", "喷雾剂": "喷"}


@dataclass(frozen=True)
class Drug:
    """One line of the formulary; the price in CNY, the stock in boxes, `pack` the units in a box."""

    code: str
    zh: str
    en: str
    atc: str
    form: str
    strength: str
    pack: int
    brand: str
    category: str
    sig: str
    controlled: bool
    fridge: bool
    price: Decimal
    insurance_class: str
    stock: int

    @property
    def unit(self) -> str:
        """What a box is counted in."""
        return next((unit for ending, unit in _UNITS.items() if self.form.endswith(ending)), "片")


@dataclass(frozen=True)
class Paper:
    """The paper prescription that a resident holds: its age in days, and whose hospital printed it."""

    days_ago: int
    hospital: str
    doctor: str
    pharmacist: str
    dispenser: str


@dataclass(frozen=True)
class Coverage:
    """An insurance: the pooled fund's share of an insured price in per cent, and the personal account in CNY."""

    type: str
    pooled: int
    account: Decimal


@dataclass(frozen=True)
class Resident:
    """One invented person; `dispensed` are the days ago of the hand-overs in the history, the newest last."""

    id: str
    zh: str
    en: str
    sex: str
    birth: str
    credential: str
    phone: str
    compound: str
    building: str
    flat: str
    coverage: Coverage | None
    condition: Mapping[str, str]
    department: str
    paper: Paper
    supply: int
    dispensed: tuple[int, ...]
    drugs: tuple[tuple[str, int], ...]
    sigs: Mapping[str, str] = field(default_factory=dict[str, str])  # code -> how it is taken, where not as listed
    replaced_by: str = ""  # the record that stays, where this one was merged into it

    def takes(self, drug: Drug) -> str:
        """How this person takes it, e.g. ``40mg bid``."""
        return self.sigs.get(drug.code, drug.sig)


@cache
def formulary() -> Mapping[str, Drug]:
    """Code -> drug. Sample data, not for clinical use."""
    with (HERE / "formulary.csv").open(encoding="utf-8", newline="") as lines:
        return {row["code"]: _drug(row) for row in csv.DictReader(lines)}


@cache
def guidance() -> Mapping[str, str]:
    """Code -> what the pharmacy tells a patient of this drug. Sample data, not for clinical use."""
    return tomllib.loads((HERE / "guidance.toml").read_text("utf-8"))


@cache
def city() -> Mapping[str, Any]:
    """insurer, hospitals, departments, staff and compounds, as city.toml says them."""
    return tomllib.loads((HERE / "city.toml").read_text("utf-8"))


@cache
def kit() -> Mapping[str, Any]:
    """Districts, compounds, staff, relatives and allergies for stories, as kit.toml says them."""
    return tomllib.loads((HERE / "kit.toml").read_text("utf-8"))


@cache
def quiz() -> tuple[Mapping[str, str], ...]:
    """Each text of the sample quiz by language, as quiz.toml says it."""
    asked = tomllib.loads((HERE / "quiz.toml").read_text("utf-8"))["question"]
    return tuple(words for one in asked for words in (one["ask"], one["wrong"], *one["answers"]))


@cache
def residents() -> tuple[Resident, ...]:
    """The residents in the order of residents.toml."""
    return tuple(_resident(row) for row in _rows("residents"))


@cache
def neighbours() -> tuple[Resident, ...]:
    """Those who are planted with the kit only."""
    rows = [*_rows("residents", "neighbours.toml"), *_rows("residents", "ten.toml")]
    return tuple(map(_resident, rows))


@cache
def unlisted() -> Mapping[str, Drug]:
    """Drugs that doctors write and the formulary has not; these codes are no hospital's and never planted."""
    rows = _rows("unlisted", "neighbours.toml")
    nothing = {"brand": "", "category": "", "atc": "", "insurance_class": "none", "stock": 0}
    kinds = {"controlled": False, "fridge": False}
    return {row["code"]: Drug(**{**nothing, **kinds, **row, "price": Decimal(row["price"])}) for row in rows}


def drug_called(code: str) -> Drug:
    """From the formulary or, where it has none, from what is unlisted."""
    return formulary().get(code) or unlisted()[code]


def _rows(table: str, file: str = "residents.toml") -> list[dict[str, Any]]:
    return tomllib.loads((HERE / file).read_text("utf-8"))[table]


def _drug(row: Mapping[str, str]) -> Drug:
    return Drug(
        code=row["code"],
        zh=row["name_zh"],
        en=row["name_en"],
        atc=row["atc"],
        form=row["form"],
        strength=row["strength"],
        pack=int(row["pack"]),
        brand=row["brand"],
        category=row["category"],
        sig=row["sig"],
        controlled=row["controlled"] == "yes",
        fridge=row["fridge"] == "yes",
        price=Decimal(row["price_fen"]).scaleb(-2),
        insurance_class=row["insurance_class"],
        stock=int(row["stock"]),
    )


def _resident(row: Mapping[str, Any]) -> Resident:
    coverage, paper = row.get("coverage"), Paper(**row["paper"])
    first = paper.days_ago
    return Resident(
        **{name: row[name] for name in ("id", "zh", "en", "sex", "birth", "credential", "phone", "compound")},
        **{name: row[name] for name in ("building", "flat", "condition", "department", "supply")},
        coverage=Coverage(coverage["type"], coverage["pooled"], Decimal(coverage["account"])) if coverage else None,
        paper=paper,
        dispensed=tuple(row.get("dispensed", (first + 56, first + 28, first))),
        drugs=tuple(row["drugs"].items()),
        sigs=row.get("sigs", {}),
        replaced_by=row.get("replaced_by", ""),
    )
