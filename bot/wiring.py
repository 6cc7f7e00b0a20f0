"""Which flow a command, a button, a deep link or a change of stage starts: read off what each flow declares."""

from __future__ import annotations

from collections import defaultdict

from bot import flows
from bot.dialog import FLOWS

COMMANDS: dict[str, str] = {}
ACTIONS: dict[str, str] = {}
LINKS: dict[str, str] = {}
DUES: dict[str, str] = {}
MEANT: dict[str, str] = {}  # what everyday words mean -> what they open
ROOMS = flows.__all__  # importing the package has registered what is in them
OCCASIONS: dict[str, str] = {}
NOTICES: dict[str, list[str]] = defaultdict(list)  # what happened (Start.notice) -> flows, in order of registration

for _flow in FLOWS.values():
    if _flow.start is not None:
        for _table, _word in (
            (COMMANDS, _flow.start.command),
            (COMMANDS, _flow.start.also),
            (ACTIONS, _flow.start.action),
            (LINKS, _flow.start.link),
            (OCCASIONS, _flow.start.when),
            (DUES, _flow.start.due),
            (MEANT, _flow.start.means),
        ):
            if _word and _word in _table:
                raise ValueError(f"two flows start with {_word!r}: {_table[_word]} and {_flow.name}")
            if _word:
                _table[_word] = _flow.name
        if _flow.start.notice:
            NOTICES[_flow.start.notice].append(_flow.name)

STARTS = {name: flow.start for name, flow in FLOWS.items() if flow.start is not None}
IN_GROUPS = frozenset(start.command for start in STARTS.values() if start.group and start.command)
SECRET = frozenset(start.link for start in STARTS.values() if start.secret)
LISTED = tuple(  # the commands in the messenger's list, the most useful first
    start.command for start in sorted(STARTS.values(), key=lambda start: start.listed) if start.listed
)
