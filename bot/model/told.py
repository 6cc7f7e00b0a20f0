"""What is told to many: an operator's announcement, and what stands for a while. Rows, see rows.py."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.model.kept import Row, kept
from bot.model.kinds import SECRET, Json


@kept("announcements", "id", goes="stays", relied_on=True)
@dataclass(frozen=True, slots=True)
class Announcement(Row):
    """What operators tell many compounds' groups; its copies are posts ``announce:<id>:<n>`` (bot/ops/announcing.py).

    Nobody's: who sent it stands in the audit trail. ``todo``: compounds whose groups have no copy yet; where it is for
    those who have read another one, that one's copies.
    """

    id: str
    kind: str  # own, usual
    by: int  # the operator's account
    at: int  # when it was sent
    todo: tuple[str, ...] = ()
    groups: int = 0  # when it was sent
    copies: int = 0
    upto: int = 0  # so many copies say what is wanted now
    back: int = 0  # when it was taken back, 0 = it stands
    changed: int = 0  # when its words were changed, 0 = never
    version: int = 0
    sealed: Mapping[str, Json] = field(default_factory=dict[str, Json], metadata=SECRET, repr=False)  # words by tag


@kept("alerts", "id", "over", goes="stays", relied_on=True)
@dataclass(frozen=True, slots=True)
class Alert(Row):
    """What stands for a while and people read as they open something: the service is slow, or there is an emergency.

    ``sealed``: words by tag, and the hotline; of a slow service the orders whose people are still to be told
    (bot/ops/alerts.py).
    """

    id: str
    kind: str  # slow, emergency
    since: int
    by: int = 0  # the operator's account, 0 = by itself
    over: int = 0  # when it ended, 0 = it stands
    until: int = 0  # when it ends by itself, 0 = it does not
    places: tuple[str, ...] = ()  # compounds, () = all
    triage: bool = False
    told: str = ""  # the announcement in the groups
    after: str = ""  # the last order whose people were told that it began
    version: int = 0
    sealed: Mapping[str, Json] = field(default_factory=dict[str, Json], metadata=SECRET, repr=False)


@kept("heard", "id", "alert", goes="stays")
@dataclass(frozen=True, slots=True)
class Heard(Row):
    """Somebody has read of an alert, in this post; it goes when the alert is over and was told."""

    id: str  # <alert>:<account>, of an emergency with the dialog
    alert: str
    person: int
    post: str
    version: int = 0
