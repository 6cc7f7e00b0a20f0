"""``make demo``: everything on this machine, phones side by side on a page, until Ctrl-C."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import locale
import shutil
import socket
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import aiohttp

from sandbox.control import Control
from sandbox.guide import Guide, announced
from sandbox.options import Options, port
from sandbox.processes import House, NotStarted, carry_out, running
from sandbox.scene import CAST, PEOPLE, PIN, Scene, set_up
from sandbox.spoken import BASE, Tongue, tags
from sandbox.watching import Watch

DAY = "2026-11-23T08:30"  # a working Monday
ROLES = ("doctor", "pharmacist", "courier")  # who work by themselves unless a person does
#: patient id -> the phone of whom the paper lies before; e-credential number and birthday as the card shows them.
PAPERS = {
    "wang-guilan": (PEOPLE["resident"][0], "80010012", "1951-03-08"),
    "li-jianguo": (PEOPLE["neighbour"][0], "80010029", "1948-11-02"),
    **{extra.patient: (extra.id, extra.number, extra.born) for extra in CAST.values() if extra.patient},
}
LOOK = 0.5  # s between two looks at the page's switches


async def lay_out_papers(scene: Scene, house: House) -> dict[int, bytes]:
    """The printed prescriptions, ready to be photographed on the page; each says the number and birthday to type.

    Answers those of somebody with a phone, by the person's id.
    """
    held: dict[int, bytes] = {}
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
            if phone is not None:
                held[phone] = picture
    return held


async def obey_switches(control: Control, house: House) -> None:
    """The page's strip: kill the bot (it comes back by itself), take the hospital down and up.

    What somebody else kills comes back, too.
    """
    down, watch = False, Watch(house)
    async with aiohttp.ClientSession() as session:
        while True:
            down = "hospital" not in await watch.look() and down
            try:
                switches = await control.switches()
            except aiohttp.ClientError:  # the messenger has just ended
                await asyncio.sleep(LOOK)
                continue
            if switches.get("bot") == "kill":
                await house.bot.kill()
                await asyncio.sleep(1)
                await house.bot.restart()
                await control.switch(bot="run")
            wanted = switches.get("hospital") == "down"
            if wanted != down:
                with contextlib.suppress(aiohttp.ClientError):
                    async with session.post(f"{house.hospital_url}/_sandbox/down", json={"down": wanted}):
                        down = wanted
            await asyncio.sleep(LOOK)


async def serve(
    folder: Path, port: int, human: Sequence[str], kit: bool, habits: Mapping[str, str], lang: str = BASE
) -> None:
    """``human``: roles that do not work by themselves."""
    modes = {role: "human" if role in human else "auto" for role in ROLES}
    words = {"MEDRELAY_GROUP_LANG": lang}
    async with (
        running(
            folder, port=port, civil=DAY, think=3, collect=10, modes=modes, habits=habits, kit=kit, settings=words
        ) as house,
        Control(house.messenger_url) as control,
    ):
        sys.stdout.write("Setting the scene: groups are bound, staff join by their links ...\n")
        scene = await set_up(control, CAST if kit else (), Tongue(lang))
        await announced(scene)
        guide = Guide(scene, await lay_out_papers(scene, house), human)
        await control.switch(**{f"autopilot.{role}": mode for role, mode in modes.items()}, bot="run", hospital="up")
        await guide.opens("zh" if lang == BASE else "en")
        sys.stdout.write(told(house.messenger_url, human))
        sys.stdout.flush()
        guiding = asyncio.create_task(guide.run())
        try:
            await obey_switches(control, house)
        finally:
            guiding.cancel()


def told(url: str, human: Sequence[str]) -> str:
    """Where to look, and who waits for the visitor."""
    by_hand = f"Yours to press: {', '.join(human)}." if human else "Doctor, pharmacist and courier work by themselves."
    return (
        f"\n  Open  {url}/\n\n"
        "  The line at the top says what to press next; [Play the day] carries one order by itself.\n"
        "  The numbers and papers that you need lie on each phone.\n"
        f"  {by_hand} The switches on the page change that (the doctors' PIN is {PIN}).\n"
        "  Ctrl-C ends everything.\n"
    )


def habit(word: str) -> tuple[str, str]:
    """``insurer=refuses``; the staff says at its start what it does not know."""
    who, found, how = word.partition("=")
    if not (who and found and how):
        raise argparse.ArgumentTypeError(f"{word!r}: write WHO=HOW, e.g. insurer=refuses")
    return who, how


def spoken() -> str:
    """The language of this machine: Chinese where it says so, else English."""
    return BASE if (locale.getlocale()[0] or "").lower().startswith("zh") else "en"


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
    parser.add_argument(
        "--human",
        nargs="*",
        choices=ROLES,
        metavar="NAME",
        help=f"who does not work by himself, of {', '.join(ROLES)} (all, where none is named): the page says when",
    )
    parser.add_argument(
        "--lang", choices=tags(), default=spoken(), help="of phones and groups; as this machine's, %(default)s here"
    )
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
        human = ROLES if given.human == [] else given.human or ()
        carry_out(serve(given.folder, given.port, human, given.kit, dict(given.staff), given.lang))
    except KeyboardInterrupt:
        sys.stdout.write("\nThe demo has ended.\n")
    except NotStarted as problem:
        sys.stderr.write(f"{problem}\n")
        return 1
    return 0
