"""What the board says, as keys and values: in chat, on a page, in a picture and in a terminal it is the same."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any, NamedTuple

from bot.model.board import FEW, PROMISE, Board, Share, Spread
from bot.phrases import Told
from bot.stages import LIVE

Sentence = tuple[str, dict[str, Any]]

#: The stages that are one for whoever watches the whole.
SAME = {"submitted": "received"}
WAITS = tuple(dict.fromkeys(SAME.get(stage, stage) or "sending" for stage in LIVE))
SECOND, MINUTE, HOUR, DAY = 1000, 60_000, 3_600_000, 86_400_000  # ms


class Fact(NamedTuple):
    """``name`` is its place on a page."""

    name: str
    what: Sentence
    value: Sentence


@dataclass(frozen=True, slots=True)
class Stands:
    """Orders at one stage; ``waits``: how long the oldest of them has been there."""

    stage: Told
    count: int
    waits: Sentence


def facts(board: Board) -> list[Fact]:
    days = [one.count for one in board.days]
    came = {"today": days[-1] if days else 0, "yesterday": days[-2] if len(days) > 1 else 0, "all": sum(days)}
    minutes = PROMISE // MINUTE
    return [
        Fact("open", ("board.open", {}), ("board.orders", {"count": board.open})),
        Fact("red", ("board.red", {}), ("board.of_orders", {"count": board.red.count, "all": board.red.all})),
        Fact("in_time", ("board.in_time", {"hours": board.hours}), _share(board.in_time)),
        Fact("take", ("board.take", {}), _spread(board.take)),
        Fact("review", ("board.review", {}), _spread(board.review)),
        Fact("settle", ("board.settle", {}), _spread(board.settle)),
        Fact("promised", ("board.promised", {"minutes": minutes}), _share(board.promised)),
        Fact("bare", ("board.bare", {}), ("board.of", {"count": board.bare.count, "all": board.bare.all})),
        Fact("days", ("board.days", {"count": len(days)}), ("board.came", came)),
    ]


def stands(board: Board) -> list[Stands]:
    """In the order of the road; a stage that only the hospital knows stands last, as it came."""
    counts: dict[str, int] = defaultdict(int)
    since: dict[str, int] = {}
    for one in board.waiting:
        stage = SAME.get(one.stage, one.stage) or "sending"
        counts[stage] += one.count
        since[stage] = min(one.since, since.get(stage, one.since))
    road = [*(one for one in WAITS if one in counts), *sorted(counts.keys() - {*WAITS})]
    return [
        Stands((f"board.stage.{one}", {}) if one in WAITS else one, counts[one], _lasts(board.at - since[one]))
        for one in road
    ]


def board_lines(board: Board) -> list[Sentence]:
    """All of it, a line each."""
    told = [("board.fact", {"what": one.what, "value": one.value}) for one in facts(board)]
    where = [("board.stands", {"stage": one.stage, "count": one.count, "waits": one.waits}) for one in stands(board)]
    return [*told[:1], *where, *told[1:]]


def _share(share: Share) -> Sentence:
    if share.percent is None:
        return ("board.few", {"count": share.all})
    return ("board.percent", {"percent": share.percent, "all": share.all})


def _spread(spread: Spread) -> Sentence:
    if spread.count < FEW:
        return ("board.few", {"count": spread.count})
    return ("board.spread", {"half": _lasts(spread.half), "most": _lasts(spread.most)})


def _lasts(ms: int) -> Sentence:
    if ms < 2 * MINUTE:
        return ("board.seconds", {"count": max(0, ms) // SECOND})
    if ms < 2 * HOUR:
        return ("board.minutes", {"count": ms // MINUTE})
    return ("board.hours", {"count": ms // HOUR}) if ms < 2 * DAY else ("board.whole_days", {"count": ms // DAY})
