"""What a story found: milestones, taps beside their budgets, custody; and the table that shows it."""

from __future__ import annotations

from dataclasses import dataclass, field

#: job -> (taps, inputs) that product.md allows; None = no limit is given.
BUDGETS: dict[str, tuple[int, int | None]] = {
    "broadcast (operator)": (4, None),
    "first order, resident alone": (13, 3),
    "consult (doctor, without the signature)": (4, None),
    "review (pharmacist)": (1, None),
    "run and hand-over (courier)": (3, 1),
    "taking the batch (ambassador)": (2, None),
    "each door (ambassador)": (1, 1),
    "confirming (resident)": (1, None),
    "cancelling (resident)": (2, None),
}


@dataclass(slots=True)
class Job:
    name: str
    taps: int
    inputs: int

    @property
    def within(self) -> bool:
        taps, inputs = BUDGETS[self.name]
        return self.taps <= taps and (inputs is None or self.inputs <= inputs)


@dataclass(slots=True)
class Told:
    """What the story found: the report, as data."""

    milestones: dict[str, tuple[str, str]] = field(default_factory=dict)  # id -> (civil time, what)
    jobs: list[Job] = field(default_factory=list)
    custody: list[dict[str, str]] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)
    forms: list[str] = field(default_factory=list)  # how each prescription got into its form: machine or hand
    seconds: float = 0.0

    @property
    def ok(self) -> bool:
        return (
            not self.missed
            and len(self.milestones) == 7
            and all(job.within for job in self.jobs)
            and bool(self.custody)
        )


def report(told: Told) -> str:
    """The table that ``make story`` prints."""
    rows = ["", "what                                                              when   "]
    rows += [f"{id}  {what:<60}  {when}" for id, (when, what) in sorted(told.milestones.items())]
    rows += ["", f"{'job':<42}{'taps':>10}{'inputs':>10}"]
    for job in told.jobs:
        taps, inputs = BUDGETS[job.name]
        mark = "" if job.within else "   OVER"
        typed = f"{job.inputs}/{inputs}" if inputs is not None else str(job.inputs)
        rows.append(f"{job.name:<42}{f'{job.taps}/{taps}':>10}{typed:>10}{mark}")
    filled = {"machine": "read from the photos", "hand": "filled in by hand"}
    rows += ["", "forms " + " and ".join(filled[how] for how in sorted(set(told.forms)))] if told.forms else []
    rows += ["", "custody of the parcel"]
    rows += [f"{line['at']}  {line['what']:<26} {line['who']}" for line in told.custody] or ["(none)"]
    rows += [f"MISSED: {missed}" for missed in told.missed]
    rows += ["", f"{'the whole day was carried' if told.ok else 'NOT carried'} in {told.seconds} s"]
    return "\n".join(rows)
