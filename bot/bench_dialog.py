"""``medrelay bench-dialog``: this very bot with one dialog of eight steps and no hospital, for any harness to drive.

The harness reads the step off the tag in each sentence, presses [Mother], sends a picture and a word, and presses
[Yes], [Dr Li] and [Yes, send it]. Sending rates are off; all else is as in service: engine, store, sender, handlers.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AsyncExitStack
from typing import Any

from bot.app import opened
from bot.config import Config
from bot.dialog import Ask, Start, flow
from bot.intents import people
from bot.web import Port
from bot.wiring import COMMANDS
from bot.workers.supervisor import settled
from locales import sentences

WORKERS = (
    "sender",
    "commands",
    "timekeeper",
    "poller",
    "webhook",
)  # the others talk to a hospital, or clean up once a day
SENTENCES: Mapping[str, str] = {
    "patient": "#patient Who is the medicine for?",
    "patient.mother": "Mother",
    "patient.father": "Father",
    "patient.edit": "Change the person",
    "picture": "#photo Please send a picture of the prescription.",
    "picture.edit": "Change the picture",
    "words": "#words How is it taken at home?",
    "words.edit": "Change how it is taken",
    "soon": "#soon Is there medicine for less than three days?",
    "soon.yes": "Yes",
    "soon.no": "No",
    "soon.edit": "Change that",
    "doctor": "#doctor Which doctor shall see it?",
    "doctor.li": "Dr Li",
    "doctor.zhao": "Dr Zhao",
    "doctor.any": "Whoever is free",
    "doctor.edit": "Change the doctor",
    "summary": "#summary For {{ patient }}, {{ words }}, soon: {{ soon }}, {{ doctor }}. Is that right?",
    "placed": "#placed Your order has the number {{ no }}.",
}


def declare() -> None:
    """Puts the dialog behind /start of this process, which serves nothing else."""

    @flow("eight", start=Start())
    async def eight(ask: Ask) -> None:  # pyright: ignore[reportUnusedFunction] - known by its name
        patient = await ask.choice("patient", ["mother", "father"])
        photos = await ask.photos("picture", max=1)
        words = await ask.text("words")
        soon = await ask.choice("soon", ["yes", "no"], columns=2)
        doctor = await ask.choice("doctor", ["li", "zhao", "any"])
        order: dict[str, Any] = {"patient": patient, "words": words, "soon": soon, "doctor": doctor}
        await ask.confirm("summary", edits=["patient", "picture", "words", "soon", "doctor"], **order)
        no = await ask.once("no", people.mint())
        files = [one if isinstance(one, str) else one.file for one in photos]
        await ask.once("kept", people.remember({"order": {**order, "no": no, "files": [*files]}}))
        await ask.tell("placed", no=no)

    COMMANDS["start"] = "eight"
    sentences("zh-CN").update({f"eight.{key}": words for key, words in SENTENCES.items()})


async def serve(config: Config) -> None:
    """Work until cancelled. Raises what ``opened`` raises."""
    declare()
    async with AsyncExitStack() as open_now:
        port = await open_now.enter_async_context(Port(config, config.webhook_secret)) if config.http_port else None
        bot = await open_now.enter_async_context(opened(config))
        if port:
            port.show(bot.store, bot.webhook, bot.telegram.delivered, bot.core.services.book)
            open_now.callback(port.hide)
        bot.workers = {name: worker for name, worker in bot.workers.items() if name in WORKERS}
        settled()
        await bot.run()
