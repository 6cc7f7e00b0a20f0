"""What the command runner carries out: each hospital intent as one call of the client, from plain data and back.

And reading photos, which takes seconds and a process of its own.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import asdict, replace
from functools import partial, wraps
from inspect import signature
from typing import Any

from backend_client.errors import Broken, Refusal, RetryLater
from backend_client.hospital import Hospital
from backend_client.models import (
    Actor,
    Cautions,
    MessageDraft,
    OrderDraft,
    Proxy,
    VisitDraft,
)
from bot import dosing
from bot.acting import DECLARED
from bot.decoding import Unreadable, arguments
from bot.intents import (
    batches,
    board,
    callers,
    day,
    following,
    people,
    places,
    proofs,
    proxy,
    staff,
    visits,
    wrong,
)  # fmt: skip
from bot.intents import desk as operators
from bot.model import AS_FILE
from bot.model.board import Board
from bot.moves import BATCH_MOVES, MOVES
from bot.reach import MOST_BYTES, Call, Group, Reach, TakeAway, carries_out
from bot.reading import Fetch, ReadingDesk
from bot.store.port import NotOpened
from bot.views import GroupView, PatientView

Args = Mapping[str, Any]
FEW = 4  # files of patients that are read at once
FILE_SECONDS = 10.0  # an insurer that takes longer is "unknown now": the person goes on


@carries_out(people.find_patient)
async def find_patient(to: Reach, credential: str, birth_date: str) -> PatientView:
    return PatientView(**asdict(await to.hospital.find_patient(credential, birth_date)))


@carries_out(staff.read_role)
async def read_role(to: Reach, role: str) -> Any:
    return await to.hospital.role(role)


@carries_out(people.read_record)
async def read_record(to: Reach, patient: str) -> PatientView:
    return PatientView(**asdict(await to.hospital.patient(patient)))


@carries_out(people.orders_of)
async def orders_of(to: Reach, patient: str) -> Any:
    return await to.hospital.orders_of(patient)


@carries_out(operators.read_order)
async def read_order(to: Reach, order: str) -> Any:
    """Refusal where it is as it was: the operator reads so, and nothing waits behind it."""
    try:
        return await to.hospital.order(order)
    except (Refusal, Broken) as error:
        raise Refusal("still-unread", error.code) from error


@carries_out(board.figures)
async def figures(to: Reach) -> Board:
    """Refusal where it cannot be read: who asked reads so, and asks again."""
    if to.board is None:
        raise Broken("no-board")
    try:
        return await to.board()
    except NotOpened as why:
        raise Refusal("board-unread", type(why).__name__) from why


@carries_out(places.group)
async def group(to: Reach, chat: int) -> GroupView:
    if to.group is None:
        raise Broken("no-messenger")
    return await to.group(chat)


async def patient_file(to: Reach, patient: str, day: str, since: str) -> Any:
    """Cover and history in one wait; what the hospital cannot say now is unknown, and the order goes on."""
    now = await _soon(partial(to.hospital.patient, patient))
    ids = (now.id, *now.formerly) if now else (patient,)  # what was given before a merge may stand under the old record
    cover, *given = await asyncio.gather(
        _soon(partial(to.hospital.eligibility, ids[0], day)),
        *(_soon(partial(to.hospital.history, id, since)) for id in ids),
    )
    history = None if None in given else [replace(one, line=dosing.read(one.line)) for some in given for one in some]
    return {
        "cover": cover.cover if cover else "unknown",
        "history": [asdict(one) for one in history] if history is not None else None,
        "patient": asdict(now) if now else None,
    }


@carries_out(day.patient_files)
async def patient_files(to: Reach, patients: Sequence[str], day: str, since: str) -> Any:
    """A few at a time: the hospital serves others, too."""
    few = asyncio.Semaphore(FEW)

    async def one(patient: str) -> Any:
        async with few:
            return await patient_file(to, patient, day, since)

    return await asyncio.gather(*map(one, patients))


async def _soon(call: Callable[[], Awaitable[Any]]) -> Any:
    """The answer, or None where it cannot be had now. The call begins in here: a task may end before its first step."""
    try:
        async with asyncio.timeout(FILE_SECONDS):
            return await call()
    except (RetryLater, TimeoutError):
        return None


async def submit(to: Reach, draft: OrderDraft, photos: tuple[str, ...] = ()) -> Any:
    return await to.hospital.submit(draft, tuple([await to.paper(file, draft.rx_number) for file in photos]))


async def say(
    to: Reach,
    key: str,
    order: str,
    sender: str,
    recipient: str,
    sent: int,
    text: str = "",
    photo: str = "",
    withdrawn: bool = False,
    file: str = "",
    size: int = 0,
    title: str = "",
    mime: str = "",
) -> Any:
    picture = await to.photo(photo) if photo else None
    attached = await to.attached(file, size, title, mime) if file else None
    return await to.hospital.say(MessageDraft(key, order, sender, recipient, sent, text, picture, withdrawn, attached))


@carries_out(people.record_consent)
async def record_consent(
    to: Reach, patient: str, given: bool, key: str = "", proof: str = "", by: str = "", shown: str = ""
) -> None:
    said_by = Proxy(f"PractitionerRole/{by}", proof, shown=tuple(shown.split())) if by else None
    await to.hospital.record_consent(f"health-data-{key}", patient, given, said_by)


@carries_out(callers.consent_by_desk)
async def consent_by_desk(to: Reach, patient: str, role: str, number: str, key: str = "") -> None:
    proxy = Proxy(f"PractitionerRole/{role}", callers.BY_TELEPHONE, number)
    await to.hospital.record_consent(f"health-data-{key}", patient, True, proxy)


@carries_out(proofs.keep_proof)
async def keep_proof(
    to: Reach, key: str, patient: str, file: str, kind: str, size: int, chat: int, message: int
) -> str:
    if not to.proofs():
        raise Refusal("not-now", "proof-in-chat-is-off")
    if size > MOST_BYTES:
        raise Refusal("file-too-big")
    reads = to.spoken(file) if kind else to.paper(file, "") if file.startswith(AS_FILE) else to.photo(file)
    return await to.hospital.keep_proof(key, patient, await reads)


@carries_out(proofs.take_away)
async def take_away(to: Reach, chat: int, message: int) -> None:
    if to.take_away is None:
        raise Broken("no-messenger")
    await to.take_away(chat, message)


@carries_out(following.read_reminder)
async def read_reminder(to: Reach, about: str, patient: str, since: int) -> Any:
    """A snapshot for the house to see, as the patient's record."""
    return replace(await to.hospital.reminder(patient, since), about=about)


@carries_out(visits.open_visit)
async def open_visit(
    to: Reach, key: str, compound: str, building: str, patient: str, requester: str, until: int
) -> Any:
    return await to.hospital.ask_visit(VisitDraft(key, compound, until, patient, requester, building))


@carries_out(visits.move_visit)
async def move_visit(to: Reach, key: str, stage: str, owner: str, was: str = "") -> Any:
    return await to.hospital.move_visit(key, stage, owner, was)


@carries_out(proxy.deny_receipt)
async def deny_receipt(to: Reach, order: str, who: str, until: int) -> Any:
    return await to.hospital.deny_receipt(order, who, until)


@carries_out(wrong.end_problem)
async def end_problem(to: Reach, order: str, key: str) -> None:
    await to.hospital.end_problem(key)


@carries_out(batches.end_batch)
async def end_batch(to: Reach, batch: str) -> Any:
    return await to.hospital.end_batch(batch)


@carries_out(wrong.problem_more)
async def problem_more(to: Reach, order: str, key: str, words: str, file: str) -> None:
    await to.hospital.problem_more(key, words, await to.photo(file) if file else None)


async def read_photos(
    to: Reach,
    photos: tuple[str, ...],
    today: str,
    names: tuple[str, ...],
    history: tuple[str, ...] = (),
    hers: tuple[int, ...] = (),
) -> Any:
    args = {"photos": photos, "today": today, "names": names, "history": history, "hers": hers}
    return await to.desk.read(to.fetch, args) if to.desk else NOT_READ


async def sort_photos(to: Reach, photos: tuple[str, ...], today: str, names: tuple[str, ...]) -> Any:
    if to.desk is None:
        return [{**NOT_READ, "names": [], "pages": [n]} for n in range(len(photos))]
    return await to.desk.sort(to.fetch, {"photos": photos, "today": today, "names": names})


async def cautions(to: Reach, order: str) -> Cautions:
    return await to.hospital.cautions(order)


async def accept(to: Reach, order: str, who: Actor, key: str) -> None:
    await to.hospital.accept(order, who, key)


NOT_READ = {"accepted": False, "reason": "no_reader"}  # the reader was taken away meanwhile
KEPT_FOR_EVER = frozenset({"hospital.pay"})  # money that was taken: nobody can do it again, so it waits to be mended


def _passed_on(op: str) -> Call:
    """The call of a move, as the hospital declares it."""
    declared = getattr(Hospital, op.partition(".")[2])
    takes = signature(declared)

    @wraps(declared)
    async def call(to: Reach, **given: Any) -> Any:
        bound = takes.bind(to.hospital, **given)
        bound.apply_defaults()
        return await getattr(to.hospital, declared.__name__)(*bound.args[1:])

    return call


CALLS: Mapping[str, Call] = {
    **DECLARED,
    **{move.call: _passed_on(move.call) for move in (*MOVES.values(), *BATCH_MOVES.values())},
    "hospital.patient_file": patient_file,
    "hospital.submit": submit,
    "hospital.accept": accept,
    "hospital.cautions": cautions,
    "hospital.say": say,
    "photo.read": read_photos,
    "photo.sort": sort_photos,
}


def calls(
    hospital: Hospital,
    fetch: Fetch,
    desk: ReadingDesk | None = None,
    group: Group | None = None,
    take_away: TakeAway | None = None,
    proofs: Callable[[], bool] = lambda: False,
    board: Callable[[], Awaitable[Board]] | None = None,
) -> dict[str, Callable[[Args], Awaitable[Any]]]:
    """Operation name -> what the command runner awaits. Errors are those of backend_client.errors, of ``fetch`` too.

    What was committed is read by the call's own signature, whatever release wrote it: Unreadable where it does not fit.
    """
    to = Reach(hospital, fetch, desk, group, take_away, proofs, board)
    return {name: partial(_carry_out, name, call, arguments(call, given=1), to) for name, call in CALLS.items()}


async def _carry_out(name: str, call: Call, read: Callable[[object], dict[str, Any]], to: Reach, args: Args) -> Any:
    try:
        given = read(args)
    except Unreadable as why:
        if name in KEPT_FOR_EVER:
            raise Broken(f"unreadable {why}") from None
        raise
    return await call(to, **given)
