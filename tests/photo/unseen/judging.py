"""What a reading of a drawn picture is worth: what is certain and wrong, what was asked, what was refused and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from bot.photo.names import fold
from bot.photo.reading import ReadDrug, Reading
from bot.photo.strength import amounts
from tests.photo.unseen.cases import Case, same_in_both
from tests.photo.unseen.paper import ENGLISH, Line, Truth


@dataclass
class Table:
    """All that is asked of the reader, counted over the pictures."""

    wrong: list[str] = field(default_factory=list[str])  # certain and wrong
    refused: list[str] = field(default_factory=list[str])  # print that was not accepted
    reasons: list[str] = field(default_factory=list[str])  # refusals without the true reason
    missed: list[str] = field(default_factory=list[str])  # void, dispensed or two sheets that were accepted
    told: Counter[str] = field(default_factory=Counter[str])

    def share(self, part: str, whole: str) -> float:
        return 100.0 * self.told[part] / max(1, self.told[whole])

    def _of(self, part: str, whole: str) -> str:
        return f"{self.told[part]} of {self.told[whole]} ({self.share(part, whole):.1f} %)"

    def lines(self) -> list[str]:
        told = self.told
        rows = [
            ("pictures", f"{told['pictures']} in {told['kinds']} kinds"),
            ("certain and wrong", f"{len(self.wrong)}"),
            ("print accepted", self._of("print accepted", "print")),
            ("boxes right", f"{self._of('boxes right', 'boxes')}, {told['boxes asked']} asked"),
            ("stamps stopped", f"{told['stopped']} of {told['stop']}"),
            ("thumbs, pens", f"of {told['marked']} {told['marked asked']} asked, {told['marked refused']} sent back"),
            ("two sheets stopped", f"{told['two stopped']} of {told['two']}"),
            ("true reasons", self._of("reason true", "reason")),
            ("mean CPU", f"{told['cpu_ms'] / max(1, told['pictures']) / 1000:.2f} s"),
            ("peak memory", f"{told['peak_kb'] / 1024:.0f} MB"),
        ]  # fmt: skip
        return [f"{name:22}{value}" for name, value in rows]


def judged(cases: Iterable[tuple[Case, Reading, int, int]]) -> Table:
    """Each with the reading, its CPU in ms and the worker's peak in kB."""
    table, kinds = Table(), set[str]()
    for case, reading, cpu, peak in cases:
        kinds.add(case.kind)
        table.told.update({"pictures": 1, "cpu_ms": cpu})
        table.told["peak_kb"] = max(table.told["peak_kb"], peak)
        _one(table, case, reading)
    table.told["kinds"] = len(kinds)
    return table


def _one(table: Table, case: Case, reading: Reading) -> None:
    at = f"{case.kind} {case.seed}"
    if reading.accepted and case.truth and case.group != "two":
        table.wrong += [f"{at}: {what}" for what in wrong(reading, case.truth)]
    if case.group in ("stop", "two"):
        word = "stopped" if case.group == "stop" else "two stopped"
        table.told.update({case.group: 1, word: not reading.accepted})
        table.missed += [f"{at}: accepted"] * reading.accepted
    if case.group == "marked":
        table.told.update({"marked": 1, "marked refused": not reading.accepted, "marked asked": _asks(reading)})
    if case.group == "print":
        table.told.update({"print": 1, "print accepted": reading.accepted})
        if not reading.accepted:
            table.refused.append(f"{at}: {reading.reason} {reading.missing}")
        elif case.truth:
            _count(table, reading, case.truth)
    if case.reasons and not reading.accepted:
        true = reading.reason in case.reasons
        table.told.update({"reason": 1, "reason true": true})
        table.reasons += [f"{at}: {reading.reason} {reading.missing}"] * (not true)


def _asks(reading: Reading) -> bool:
    doubt = any(drug.match == "ask" or drug.boxes is None for drug in reading.drugs)
    return reading.accepted and (doubt or bool(reading.by_hand))


def _count(table: Table, reading: Reading, truth: Truth) -> None:
    for drug, line in zip(reading.drugs, truth.lines, strict=False):
        table.told.update({"boxes": 1, "boxes right": drug.boxes == line.boxes, "boxes asked": drug.boxes is None})


def wrong(reading: Reading, truth: Truth) -> list[str]:
    """What an accepted reading holds for certain and is not what a person reads."""
    out: list[str] = []
    for name, printed in (("patient", truth.patient), ("date", truth.day.isoformat()), ("hospital", truth.hospital)):
        value = getattr(reading, name)
        if value is not None and not same_in_both(value.value, printed):
            out.append(f"{name} {value.value} for {printed}")
    whole = sum(bool(drug.code or drug.strength.value) for drug in reading.drugs)
    if len(reading.drugs) != len(truth.lines):
        if reading.by_hand or whole <= len(truth.lines) < len(reading.drugs):  # somebody is asked what stands there
            return out
        return [*out, f"{len(reading.drugs)} lines of {len(truth.lines)}"]
    for drug, line in zip(reading.drugs, truth.lines, strict=True):
        out += _of_line(drug, line)
    return out


def _of_line(drug: ReadDrug, line: Line) -> list[str]:
    out: list[str] = []
    names = {fold(line.name), fold(ENGLISH.get(line.name, ""))}
    if drug.match == "exact" and fold(drug.known) not in names:
        out.append(f"drug {drug.known} for {line.name}")
    if drug.strength.value and drug.match != "ask" and amounts(drug.strength.value) != amounts(line.strength):
        out.append(f"strength {drug.strength.value} for {line.strength}")
    if line.asked and drug.match != "ask" and drug.boxes is not None:
        out.append(f"{line.name} written over by hand and certain")
    elif not line.asked and drug.boxes not in (None, line.boxes):
        out.append(f"boxes {drug.boxes} for {line.boxes}")
    return out
