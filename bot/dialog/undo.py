"""Taking answers back: what goes with an answer that is dropped, and what is parked to be used again."""

from __future__ import annotations

from bot.dialog.journal import ASSENTS, Journal
from bot.dialog.questions import QUESTIONS
from bot.dialog.replay import EFFECTS


def questions_in_order(journal: Journal) -> list[str]:
    """The answered questions as the flow visits them."""
    found = [(entry["n"], step) for step, entry in journal.live.items() if entry["k"] in QUESTIONS]
    return [step for _, step in sorted(found)]


def unanswer(journal: Journal, steps: list[str], *, keep_results: bool) -> None:
    """Drop these answers (kept as hints) and begin a new epoch, so that old buttons, timers and results are stale.

    Later answers are parked, to be taken back if they still fit; results of later calls too, or dropped.
    """
    first = min(journal.live[step]["n"] for step in steps)
    for step in steps:
        _to_hint(journal, step)
    for step in [s for s, entry in journal.live.items() if entry["n"] > first]:
        journal.park(step)
    if not keep_results:
        _drop_results(journal, first)
    journal.new_epoch()


def _to_hint(journal: Journal, step: str) -> None:
    entry = journal.live.pop(step)
    if entry["k"] not in ASSENTS and not entry.get("s"):
        journal.hints[step] = {"k": entry["k"], "v": entry["v"]}


def _drop_results(journal: Journal, first: int) -> None:
    for key, entry in [*journal.parked.items()]:
        if entry["k"] in EFFECTS and entry["n"] > first:
            del journal.parked[key]


def step_back(journal: Journal) -> bool:
    """Un-answer the last question; results of calls made after it are dropped. False if there is none."""
    steps = [step for step in questions_in_order(journal) if "u" not in journal.live[step]]  # what nobody was asked
    if steps:
        unanswer(journal, steps[-1:], keep_results=False)
    return bool(steps)
