"""A part of the demo that ended by itself is started again, as a service's supervisor does it."""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from sandbox.processes import House, NotStarted, Part

MOST = 5  # times that a part may end within WITHIN
WITHIN = 60.0  # s


@dataclass(slots=True)
class Watch:
    """All of a house's parts; what they know lies in files, so the day goes on where it was."""

    house: House
    now: Callable[[], float] = time.monotonic
    ends: dict[str, list[float]] = field(default_factory=dict[str, list[float]])

    async def look(self) -> set[str]:
        """Start again what has ended; which parts. NotStarted where it does not help: the text says how to go on."""
        begun = set[str]()
        while name := await self.house.alive():
            part, at = self.house.parts[name], self.now()
            how = ended(part)
            lately = [*(one for one in self.ends.get(name, ()) if at - one < WITHIN), at]
            self.ends[name] = lately
            if len(lately) > MOST:
                raise NotStarted(
                    f"{name} {how} {len(lately)} times within a minute. Its last words are in {part.log}; "
                    "start the demo again (a new day begins)"
                )
            sys.stdout.write(f"  {name} {how}. It is started again ...\n")
            sys.stdout.flush()
            await part.restart()
            sys.stdout.write(f"  {name} is back; the day goes on where it was.\n")
            sys.stdout.flush()
            begun.add(name)
        return begun


def ended(part: Part) -> str:
    """How, in words."""
    code = part.process.returncode if part.process is not None else None
    if code is None or code >= 0:
        return f"ended by itself (exit status {code})"
    return f"was killed ({signal.Signals(-code).name})"
