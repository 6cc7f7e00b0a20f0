"""How long an answer takes at 50 updates a second, whatever the bot does: from the update until what it is answered by.

python -m bench pace
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
import time
from collections import deque
from pathlib import Path
from typing import Any

from bench._people import Json, Messenger, Person, served
from bench._said import begun, spread
from bench.dialog import BOTS, FIRST, ROOT, SETTLES, Way, played, running

PEOPLE = 60  # who always have something to say
LATE = 10.0  # s for what was said last


class Paced(Messenger):
    """Lets one update through each ``1 / rate`` s, and notes how long its person waits for the next question, s."""

    def __init__(self) -> None:
        super().__init__()
        self.rate = 0.0  # 0 = all at once
        self.took: list[float] = []
        self._said: deque[tuple[str, Json]] = deque()
        self._asked: dict[int, float] = {}

    def _came(self, kind: str, body: Json) -> None:
        if self.rate:
            self._said.append((kind, body))
        else:
            super()._came(kind, body)

    async def let_through(self, seconds: float) -> None:
        began, count = time.perf_counter(), 0
        while (now := time.perf_counter()) < began + seconds:
            if now >= began + count / self.rate and self._said:
                kind, body = self._said.popleft()
                self._asked[int(body["from"]["id"])] = now
                super()._came(kind, body)
                count += 1
            await asyncio.sleep(max(0.0, began + count / self.rate - time.perf_counter()) if self._said else 0.001)

    def read(self, chat: int, message: Json, new: bool) -> None:
        person = self.people.get(chat)
        tag = str(message.get("text", ""))[1:].partition(" ")[0]
        if new and person is not None and tag == person.expects and chat in self._asked:
            self.took.append(time.perf_counter() - self._asked.pop(chat))
        super().read(chat, message, new)

    @property
    def waiting(self) -> int:
        return len(self._asked)


async def paced(way: Way, rate: float, seconds: float) -> list[float]:
    """s that each person waited, sorted. SystemExit where somebody got no answer."""
    messenger = Paced()
    with tempfile.TemporaryDirectory() as folder:
        async with served(messenger) as root, running(way, messenger, root, folder):
            await played(messenger, 20, 2)  # nothing is compiled for the first time afterwards
            await asyncio.sleep(SETTLES)
            messenger.rate = rate
            for n in range(PEOPLE):
                messenger.begin(Person(FIRST + 1000 + n, 1_000_000))
            await messenger.let_through(seconds)
            for _ in range(int(LATE / 0.05)):
                if not messenger.waiting:
                    break
                await asyncio.sleep(0.05)
    if messenger.waiting:
        raise SystemExit(f"{messenger.waiting} people had no answer")
    return sorted(messenger.took)


def rank(sorted_: list[float], share: float) -> float:
    return sorted_[min(len(sorted_) - 1, int(len(sorted_) * share))]


def main() -> None:
    parse = argparse.ArgumentParser(prog="python -m bench pace", description=__doc__)
    parse.add_argument("--rate", type=float, default=50.0, help="updates a second")
    parse.add_argument("--seconds", type=float, default=30.0)
    parse.add_argument("--rounds", type=int, default=3)
    parse.add_argument("--in", type=Path, default=ROOT, dest="folder", help="another checkout of ours")
    given = parse.parse_args()
    begun("pace")
    way = Way(BOTS["ours"], given.folder.absolute())
    runs = [asyncio.run(paced(way, given.rate, given.seconds)) for _ in range(given.rounds)]
    shares: dict[str, Any] = {"median": 0.5, "p95": 0.95, "p99": 0.99, "worst": 1.0}
    said = ", ".join(f"{name} {spread([rank(one, share) * 1000 for one in runs], 1)}" for name, share in shares.items())
    print(f"\n{given.rate:.0f} updates a second, {given.rounds} rounds of {len(runs[0])} updates, ms: {said}")


if __name__ == "__main__":
    main()
