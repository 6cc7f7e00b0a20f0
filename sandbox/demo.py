"""``make demo``: everything on this machine, phones side by side on a page, until Ctrl-C."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import shutil
import socket
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import aiohttp

from sandbox.control import Control
from sandbox.options import Options, port
from sandbox.processes import House, NotStarted, carry_out, running
from sandbox.scene import CAST, PEOPLE, PIN, Scene, set_up

DAY = "2026-11-23T08:30"  # a working Monday
#: whose phones the page opens, and in which chat ("" = the private one).
OPEN = (("resident", ""), ("ambassador", ""), ("doctor", "endocrinology"), ("pharmacist", "review"), ("courier", ""))
#: patient id -> the phone of whom the paper lies before; e-credential number and birthday as the card shows them.
PAPERS = {
    "wang-guilan": (PEOPLE["resident"][0], "80010012", "1951-03-08"),
    "li-jianguo": (PEOPLE["neighbour"][0], "80010029", "1948-11-02"),
    **{extra.patient: (extra.id, extra.number, extra.born) for extra in CAST.values() if extra.patient},
}
LOOK = 0.5  # s between two looks at the page's switches


async def lay_out_papers(scene: Scene, house: House) -> None:
    """The printed prescriptions, ready to be photographed on the page; each says the number and birthday to type."""
    async with aiohttp.ClientSession() as session:
        async with session.get(f"{house.hospital_url}/_sandbox/prescriptions") as answer:
            rows = await answer.json()
        for row in rows:
            patient = str(row["patient"]).removeprefix("Patient/").removeprefix("pat-")
            phone, number, born = PAPERS.get(patient, (None, "", ""))
            async with session.get(
                f"{house.hospital_url}/_sandbox/prescriptions/{row['patient'].rpartition('/')[2]}.png"
            ) as answer:
                picture = await answer.read()
            told = f" · {number} · {born}" if number else ""
            await scene.control.lay_out(f"{row['name']}{told}", picture, phone)


async def obey_switches(control: Control, house: House) -> None:
    """The page's strip: kill the bot (it comes back by itself), take the hospital down and up."""
    down = False
    async with aiohttp.ClientSession() as session:
        while True:
            switches = await control.switches()
            if switches.get("bot") == "kill":
                await house.bot.kill()
                await asyncio.sleep(1)
                await house.bot.restart()
                await control.switch(bot="run")
            wanted = switches.get("hospital") == "down"
            if wanted != down:
                down = wanted
                async with session.post(f"{house.hospital_url}/_sandbox/down", json={"down": down}):
                    pass
            ended = await house.alive()
            if ended and ended != "seed":
                raise NotStarted(f"{ended} ended by itself; its last words are in {house.folder / ended}.log")
            await asyncio.sleep(LOOK)


async def serve(folder: Path, port: int, human: bool, kit: bool, habits: Mapping[str, str]) -> None:
    mode = "human" if human else "auto"
    modes = {role: mode for role in ("doctor", "pharmacist", "courier")}
    async with (
        running(folder, port=port, civil=DAY, think=3, collect=10, modes=modes, habits=habits, kit=kit) as house,
        Control(house.messenger_url) as control,
    ):
        sys.stdout.write("Setting the scene: groups are bound, staff join by their links ...\n")
        scene = await set_up(control, CAST if kit else ())
        await lay_out_papers(scene, house)
        await control.switch(**{f"autopilot.{role}": mode for role in modes}, bot="run", hospital="up")
        phones = ",".join(f"{PEOPLE[key][0]}@{scene.chats[group] if group else PEOPLE[key][0]}" for key, group in OPEN)
        sys.stdout.write(
            f"\n  Open  {house.messenger_url}/#phones={phones}\n\n"
            "  Start on the first phone: send /start, press the button, and follow the questions.\n"
            "  Her card says number 80010012, born 1951-03-08; her prescription lies under 'photos at hand'.\n"
            f"  Doctor, pharmacist and courier work by themselves until you switch them to 'human' on the page "
            f"(the doctors' PIN is {PIN}).\n  Ctrl-C ends everything.\n"
        )
        sys.stdout.flush()
        await obey_switches(control, house)


def habit(word: str) -> tuple[str, str]:
    """``insurer=refuses``; the staff says at its start what it does not know."""
    who, found, how = word.partition("=")
    if not (who and found and how):
        raise argparse.ArgumentTypeError(f"{word!r}: write WHO=HOW, e.g. insurer=refuses")
    return who, how


def taken(port: int) -> bool:
    with contextlib.closing(socket.socket()) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return True
    return False


def main(argv: Sequence[str] | None = None) -> int:
    parser = Options(prog="medrelay demo", description=__doc__)
    parser.add_argument("--port", type=port, default=8080, help="of the page; 8080 unless said")
    parser.add_argument("--human", action="store_true", help="nobody works by himself: press every button yourself")
    parser.add_argument(
        "--folder", type=Path, default=Path("var/demo"), help="databases and logs; emptied at the start"
    )
    parser.add_argument("--kit", action="store_true", help="more people and places: namesakes, children, a desk ...")
    parser.add_argument(
        "--staff", type=habit, action="append", default=[], metavar="WHO=HOW", help="a habit, e.g. insurer=refuses"
    )
    given = parser.parse_args(argv)
    if taken(given.port):
        sys.stderr.write(f"Port {given.port} is taken. Choose another: make demo PORT={given.port + 1}\n")
        return 2
    shutil.rmtree(given.folder, ignore_errors=True)
    try:
        given.folder.mkdir(0o700, parents=True, exist_ok=True)
    except OSError as problem:
        sys.stderr.write(f"{given.folder} cannot be made ({problem.strerror}): choose another --folder\n")
        return 2
    try:
        carry_out(serve(given.folder, given.port, given.human, given.kit, dict(given.staff)))
    except KeyboardInterrupt:
        sys.stdout.write("\nThe demo has ended.\n")
    except NotStarted as problem:
        sys.stderr.write(f"{problem}\n")
        return 1
    return 0
