"""Golden journals: one per format, written once, replayed by every later release. ``python -m bot.dialog.golden``.

The flow here is frozen like the files: it shows every kind of entry; a later release must still read them.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from bot.dialog.ask import Ask
from bot.dialog.journal import FORMAT, dumps, loads
from bot.dialog.plain import Op, Option
from bot.dialog.registry import Flow, flow
from bot.dialog.testing import DialogTester
from bot.model import Json

FOLDER = Path("tests/journals")
FLOWS: dict[str, Flow] = {}
OPS: dict[str, Json] = {
    "drugs": [{"id": "d1", "name": "阿托伐他汀"}, {"id": "d2", "name": "Aspirin"}],
    "stock": {"d1": 40},
}


@flow("golden_sub", register=FLOWS)
async def golden_sub(ask: Ask) -> str:
    return await ask.text("illness", buttons=["none"])


@flow("golden", register=FLOWS)
async def golden(ask: Ask) -> None:
    who = await ask.choice("who", ["me", Option("m1", "Mother")])
    await ask.tell("hello", who=who)
    photos = await ask.photos("rx", max=3)
    drugs: list[dict[str, str]] = await ask.once("drugs", Op("drugs", {"photos": len(photos)}))
    for chosen in await ask.multi("drugs_chosen", [Option(d["id"], d["name"]) for d in drugs], at_least=1):
        await ask.choice(f"boxes[{chosen}]", ["1", "2"])
    stock = await ask.call("stock", Op("stock", {"drugs": [d["id"] for d in drugs]}))
    await ask.card("golden:1", "golden.card", to=None, stock=stock)
    ill = await ask.sub("health", "golden_sub")
    day = await ask.date("since")
    await ask.text("note", secret=True)
    await ask.pin("pin")
    await ask.confirm("ok", edits=["who", "boxes", "health"])
    await ask.submit(Op("order", {"who": who, "ill": ill, "since": day, "from": ask.args["from"]}))


def tester() -> DialogTester:
    return DialogTester(golden, OPS, flows=FLOWS)


def journals() -> dict[str, Any]:
    """Journals at places that differ most in shape, by name; each with where it waits."""
    found: dict[str, Any] = {}
    t = tester()

    def note(name: str) -> None:
        waiting = t.journal.waiting
        found[name] = {"step": waiting.step, "epoch": waiting.epoch, "journal": json.loads(dumps(t.journal))}

    t.start(**{"from": "group"})
    t.taps("me")
    t.photo("a", album="x")
    note("collecting")
    t.taps("done", "d1", "d2", "done", "1", "2", "none")
    message = t.says("3 Nov")
    t.says("nothing else")
    t.taps("1", "2")
    note("half-a-pin")
    t.taps("3", "4", "edit:boxes")
    note("editing")
    t.taps("2", "1")
    t.rewrites(message, "4 Nov")
    t.taps(*"1234")
    note("summary")
    t.taps("ok")
    note("sent")
    return found


def write(folder: Path) -> Path:
    """The file of the present format. A released format is frozen: FileExistsError if the file says something else."""
    path = folder / f"format-{FORMAT}.json"
    text = json.dumps(journals(), ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    if path.exists() and path.read_text(encoding="utf-8") != text:
        raise FileExistsError(f"{path} is released: a journal of another shape is a new format (journal.FORMAT + 1)")
    folder.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def read(path: Path) -> dict[str, DialogTester]:
    """A tester at each golden journal of a file, ready to go on."""
    testers: dict[str, DialogTester] = {}
    for name, item in json.loads(path.read_text(encoding="utf-8")).items():
        testers[name] = tester()
        testers[name].bytes = dumps(loads(json.dumps(item["journal"]))).encode()
    return testers


if __name__ == "__main__":
    sys.stdout.write(f"{write(FOLDER)}\n")
