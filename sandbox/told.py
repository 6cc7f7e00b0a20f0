"""What a story found: moments, taps beside their budgets, custody; and the table that shows it."""

from __future__ import annotations

from dataclasses import dataclass, field

Limit = tuple[int | None, int | None]  # taps, inputs; None = no limit is given

#: job -> what a person may need at most for it, in every story.
BUDGETS: dict[str, Limit] = {
    "broadcast (operator)": (4, None),
    "first order, resident alone": (13, 3),
    "consult (doctor, without the signature)": (4, None),
    "one dose changed (doctor, without the signature)": (8, 0),
    "review (pharmacist)": (1, None),
    "return (pharmacist)": (2, 1),
    "run and hand-over (courier)": (3, 1),
    "taking the batch (ambassador)": (2, None),
    "each door (ambassador)": (1, 1),
    "confirming (resident)": (1, None),
    "something is wrong (courier)": (2, 0),
    "something is wrong (ambassador)": (2, 0),
    "something is wrong (resident)": (2, 0),
    "settling it (operator)": (2, 0),
    "letting an order go first (operator)": (1, 0),
    "cancelling (resident)": (2, None),
    "ten neighbours in one go (ambassador)": (16, 0),
    "ten neighbours with an album (ambassador)": (26, None),
    "the same as last (resident)": (5, 0),
    "a household in one visit (ambassador)": (12, None),
    "asking for a visit (resident)": (4, 0),  # somebody without a phone, or who cannot type, is helped from here on
}


@dataclass(slots=True)
class Job:
    """``limit`` is the story's own; without it the one of BUDGETS, if any."""

    name: str
    taps: int
    inputs: int
    limit: Limit | None = None

    @property
    def allowed(self) -> Limit:
        return self.limit or BUDGETS.get(self.name, (None, None))

    @property
    def within(self) -> bool:
        done = zip((self.taps, self.inputs), self.allowed, strict=True)
        return all(most is None or count <= most for count, most in done)


@dataclass(slots=True)
class Told:
    """What the story found: the report, as data."""

    milestones: dict[str, tuple[str, str]] = field(default_factory=dict)  # id -> (civil time, what), as they came
    jobs: list[Job] = field(default_factory=list)
    people: dict[str, tuple[int, int]] = field(default_factory=dict)  # key -> (taps, inputs) of the whole story
    custody: list[dict[str, str]] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)
    forms: list[str] = field(default_factory=list)  # how each prescription got into its form: machine or hand
    seconds: float = 0.0

    @property
    def ok(self) -> bool:
        return bool(self.milestones) and not self.missed and all(job.within for job in self.jobs)


def report(told: Told) -> str:
    """The table that ``medrelay story`` prints."""
    rows = ["", f"{'what':<66}when"]
    rows += [f"{id:<4}{what:<60}  {when}" for id, (when, what) in told.milestones.items()]
    if told.jobs:
        rows += ["", f"{'job':<42}{'taps':>10}{'inputs':>10}"]
    for job in told.jobs:
        (taps, inputs), mark = job.allowed, "" if job.within else "   OVER"
        rows.append(f"{job.name:<42}{_of(job.taps, taps):>10}{_of(job.inputs, inputs):>10}{mark}")
    rows += ["", f"{'person':<42}{'taps':>10}{'inputs':>10}"] if told.people else []
    rows += [f"{key:<42}{taps:>10}{inputs:>10}" for key, (taps, inputs) in told.people.items()]
    filled = {"machine": "read from the photos", "hand": "filled in by hand"}
    rows += ["", "forms " + " and ".join(filled[how] for how in sorted(set(told.forms)))] if told.forms else []
    rows += ["", "custody of the parcel"] if told.custody else []
    rows += [f"{line['at']}  {line['what']:<26} {line['who']}" for line in told.custody]
    rows += [f"MISSED: {missed}" for missed in told.missed]
    rows += ["", f"{'the whole story was carried' if told.ok else 'NOT carried'} in {told.seconds} s"]
    return "\n".join(rows)


def _of(count: int, most: int | None) -> str:
    return f"{count}" if most is None else f"{count}/{most}"
