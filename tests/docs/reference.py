"""Writes what docs/ says of the code itself: ``python -m tests.docs.reference``. A test fails while a page is stale."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Iterator
from dataclasses import fields

from backend_client import errors
from bot import config, wiring
from bot.dialog import FLOWS, Flow
from bot.ops.registry import SLOW
from bot.workers import command_runner
from locales import sentences
from tests.docs.pages import ROOT

DOCS = ROOT / "docs"
NOTE = "<!-- Written by `python -m tests.docs.reference`; do not edit. -->\n"
BUILT_IN = {"back": "One question back", "cancel": "Stop the open dialog and erase its answers"}


def settings() -> str:
    """docs/reference/settings.md"""
    known = {f"{config.PREFIX}{item.name.upper()}": item for item in fields(config.Config)}
    rows: list[str] = []
    for name, default, meaning in config.described():
        item = known[name]
        required = item.name in config.REQUIRED
        if item.metadata["parse"] in (config.minute_of_day, config.minute_or_off):
            default = f"{item.default // 60:02d}:{item.default % 60:02d}"
        shown = "**required**" if required else f"`{default}`" if default else ""
        secret = "" if item.repr else " (secret)"
        rows.append(f"| `{name}` | {shown} | {_cell(meaning)}{secret} |")
    return f"""# Settings

{NOTE}
Each setting is an environment variable. `MEDRELAY_CONFIG` may name a TOML file: there the same setting is written
without the prefix and in small letters, `order_hours = 72`. A variable wins over the file. An unknown name or a bad
value stops the start with one sentence that says what to do. Secrets never appear in logs.

`.venv/bin/medrelay keys` prints two fresh lines for `MEDRELAY_ENCRYPTION_KEYS` and `MEDRELAY_HASH_KEY`.

| Setting | Default | Meaning |
|---|---|---|
{chr(10).join(rows)}
"""


def flows() -> str:
    """docs/reference/flows.md"""
    labels = sentences("en")
    commands = {**wiring.COMMANDS}
    rows = [
        f"| `/{word}` | {_where(word)} | {_linked(FLOWS[name])} | "
        f"{_told(FLOWS[name])} |" for word, name in sorted(commands.items())
    ]  # fmt: skip
    rows += [f"| `/{word}` | {_where(word)} | | {told} |"
             for word, told in BUILT_IN.items()]  # fmt: skip
    actions = [
        f"| `{word}` | {labels.get(f'action.{word}', '')} | {_linked(FLOWS[name])} | {_told(FLOWS[name])} |"
        for word, name in sorted(wiring.ACTIONS.items())
    ]
    links = [
        f"| `{word}` | {_linked(FLOWS[name])} | {_told(FLOWS[name])} |" for word, name in sorted(wiring.LINKS.items())
    ]
    links += [
        f"| (`{word}`) | {_linked(FLOWS[name])} | {_told(FLOWS[name])} |"
        for word, name in sorted(wiring.OCCASIONS.items())
    ]
    notices = [
        f"| `{change}` | {_linked(FLOWS[name])} | {_told(FLOWS[name])} |"
        for change, names in sorted(wiring.NOTICES.items()) for name in names
    ]  # fmt: skip
    dues = [
        f"| `{what}` | {_linked(FLOWS[name])} | {_told(FLOWS[name])} |" for what, name in sorted(wiring.DUES.items())
    ]
    subs = [f"| {_linked(flow)} | {_told(flow)} |" for _, flow in sorted(FLOWS.items())
            if flow.start is None and flow.run.__module__.startswith("bot.flows.")]  # fmt: skip
    return f"""# Flows

{NOTE}
Every dialog and notice of the house, by what starts it.

## Commands

| Command | Where | Flow | What it is |
|---|---|---|---|
{chr(10).join(rows)}

## Buttons on cards

A button carries `a:<action>:<subject>`; the subject is an order's number, a batch or nothing.

| Action | English label | Flow | What it is |
|---|---|---|---|
{chr(10).join(actions)}

## Links

A link opens the private chat: `https://t.me/<bot>?start=<purpose>-<reference or token>`. In brackets: what the house
meets by itself and only the person can settle.

| Purpose | Flow | What it is |
|---|---|---|
{chr(10).join(links)}

## Notices

A notice is a flow that asks nothing. `stage:x` runs once when an order's projection changes to x; `order` and `batch`
run whenever such a row changed.

| Change | Flow | What it is |
|---|---|---|
{chr(10).join(notices)}

## Timers

`wake(what, subject, at=..., person=...)` sets one; at that time the flow begins, with the person in private, or as a
notice.

| Due | Flow | What it is |
|---|---|---|
{chr(10).join(dues)}

## Called by other flows or by the house

| Flow | What it is |
|---|---|
{chr(10).join(subs)}
"""


def hospital_errors() -> str:
    """docs/reference/errors.md"""
    tree = inspect.getdoc(errors) or ""
    first, _, drawing = tree.partition("\n\n")
    base = inspect.getdoc(errors.HospitalError) or ""
    return f"""# Errors

{NOTE}
## Of the hospital's client

{first}

```
{drawing}
```

{base}

What the command runner (`bot/workers/command_runner.py`) makes of them:

* `RetryLater`: the command is tried again with the same key, after about 1, 2, 4 ... s, in the end every
  {command_runner.LONGEST_PAUSE:.0f} s. After {SLOW:.0f} s the person reads that everything is kept.
* `Refusal`: final. The code comes back as an arrival, and the person reads the sentence below. One that no rule
  decided (`TECHNICAL`) does not end what is owed (`OWED` in `bot/moves.py`): it is treated as broken.
* `Broken`: a dead letter for the operator. The command is tried again after {command_runner.BROKEN_PAUSE:.0f} s.

## What a person reads

A refusal, of the hospital or of the house itself, is a code. Its sentence is the key `refused.<code>` in `locales/`, in
every language; a code without words is told as `refused.not-now`. `make messages` shows them all side by side.
"""


PAGES: dict[str, Callable[[], str]] = {
    "reference/settings.md": settings,
    "reference/flows.md": flows,
    "reference/errors.md": hospital_errors,
}


def stale() -> Iterator[str]:
    """The pages that are not what would be written now."""
    for name, text in PAGES.items():
        path = DOCS / name
        if not path.exists() or path.read_text("utf-8") != text():
            yield name


def _where(command: str) -> str:
    return "group, private chat" if command in {*wiring.IN_GROUPS, "cancel"} else "private chat"


def _linked(flow: Flow) -> str:
    file = flow.run.__module__.replace(".", "/") + ".py"
    return f"[{flow.name}](../../{file})"


def _told(flow: Flow) -> str:
    """The first sentence of its docstring, else of its file's."""
    doc = inspect.getdoc(flow.run) or inspect.getdoc(sys.modules[flow.run.__module__]) or ""
    return _cell(" ".join(doc.split("\n\n")[0].split()))


def _cell(text: str) -> str:
    """Text that may stand between two bars."""
    return " ".join(text.split()).replace("|", "\\|").replace("<", "&lt;")


def main() -> int:
    for name in list(stale()):
        (DOCS / name).parent.mkdir(parents=True, exist_ok=True)
        (DOCS / name).write_text(PAGES[name](), "utf-8")
        sys.stdout.write(f"wrote docs/{name}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
