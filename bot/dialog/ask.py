"""The words a flow speaks. Each names a permanent step key first; what they do is in replay.py."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, NoReturn, TypeVar

from bot.decoding import jsonable
from bot.dialog.buttons import checked_key, locale_key
from bot.dialog.errors import FlowError
from bot.dialog.plain import Check, Op, Option, Options, PersonView, Photo, PhotoCheck, Where
from bot.dialog.questions import RESERVED, Question
from bot.dialog.replay import Replay
from bot.model import DRAWN, Json, To
from bot.model.names import Names

T = TypeVar("T")
Told = str | tuple[str, Mapping[str, Any]]  # a name, or a sentence: (key, words)


class Ask:
    """One flow's voice in one replay. Words given as ``**words`` are the values its sentences need."""

    def __init__(self, replay: Replay, flow: str, prefix: str, args: Mapping[str, Json]) -> None:
        self._replay = replay
        self._flow = flow
        self._prefix = prefix
        self.args = args

    @property
    def person(self) -> PersonView:
        return self._replay.context.person

    @property
    def subject(self) -> str:
        """What the dialog is about: an order number, a batch, "" otherwise."""
        return self._replay.context.subject

    @property
    def place(self) -> Where:
        return self._replay.context.place

    def key(self, words: str) -> str:
        """What people typed, or whose it is, as a thing's id in a step's key: a keyed hash. Values are never names."""
        return self._replay.context.blind("step", words)[:12]

    def about(self, whom: Names | Told) -> None:
        """From here on everything said here is for somebody else: each message names him, once. "" ends it."""
        self._replay.about = whom

    def leads_on(self, buttons: Options) -> None:
        """What whoever stops from here on is offered, where that stop has no buttons of its own."""
        self._replay.onward = buttons

    # ------------------------------------------------------------ questions: the flow waits for the answer

    async def choice(
        self,
        key: str,
        /,
        options: Options,
        *,
        check: Check | None = None,
        columns: int = 1,
        stored_as: str = "",
        usual: str = "",
        typed: bool = False,
        **words: Any,
    ) -> str:
        """One of the options; its id. Of more than 40 labels the first are shown, and part of a label may be typed.

        With ``check`` something else may be typed beside them: the answer is then what check returns. ``usual``: this
        option is the answer and nothing is asked, until a summary's edit button goes back to it. ``typed``: what stands
        on a button, or its number, may be typed; never where the answer consents, pays, signs, confirms or ends.
        """
        more: dict[str, Any] = {"columns": columns, "check": check, "usual": usual, "typed": typed}
        return self._ask("choice", key, stored_as, words, options=options, **more)

    async def multi(
        self,
        key: str,
        /,
        options: Options,
        *,
        at_least: int = 0,
        columns: int = 1,
        stored_as: str = "",
        ticked: Sequence[str] = (),
        **words: Any,
    ) -> list[str]:
        """Any of the options, in their order, ended by [Done]. ``ticked``: those that are on at first."""
        more: dict[str, Any] = {"least": at_least, "columns": columns, "ticked": tuple(ticked)}
        return self._ask("multi", key, stored_as, words, options=options, **more)

    async def text(
        self,
        key: str,
        /,
        *,
        check: Check | None = None,
        secret: bool = False,
        number: bool = False,
        buttons: Options = (),
        columns: int = 1,
        stored_as: str = "",
        **words: Any,
    ) -> str:
        """What the person types, as ``check(text, now)`` returns it; or the id of a button beside typing.

        ``number``: her own telephone number, shared by the messenger's button, is such a text, too. The button stands
        below the chat while the step waits, and goes with it however it ends.
        """
        more: dict[str, Any] = {"check": check, "secret": secret, "number": number, "columns": columns}
        return self._ask("text", key, stored_as, words, options=buttons, empty=True, **more)

    async def date(self, key: str, /, *, check: Check | None = None, stored_as: str = "", **words: Any) -> str:
        """A day as ISO text; without a year the newest such day not after today."""
        return self._ask("date", key, stored_as, words, check=check)

    async def photos(
        self,
        key: str,
        /,
        *,
        min: int = 1,
        max: int = 5,
        check: PhotoCheck | None = None,
        buttons: Options = (),
        at_once: bool = False,
        proof: bool = False,
        stored_as: str = "",
        **words: Any,
    ) -> list[Photo] | str:
        """Pictures, ended by [Done], by ``max`` or by the end of an album; or the id of a button beside them.

        ``at_once``: a picture that is no part of an album waits for no [Done].
        ``proof``: one picture or one album, and a voice note will do, too; each knows its message, so that it can be
        taken away again.
        """
        more: dict[str, Any] = {"least": min, "most": max, "photo_check": check}
        more |= {"at_once": at_once, "proof": proof}
        return self._ask("photos", key, stored_as, words, options=buttons, empty=True, **more)

    async def confirm(
        self, key: str, /, *, edits: Sequence[str] = (), stored_as: str = "", assented: bool = False, **words: Any
    ) -> None:
        """[OK], one edit button for each answered step (or loop, or sub-dialog) named in ``edits``, [Cancel].

        ``assented``: the person has said so already, where this dialog was begun from; asked only once it was refused.
        """
        found = [self._replay.editable(self._prefix + step) for step in edits]
        steps = tuple(
            (stored, locale_key(self._flow, step)) for stored, step in zip(found, edits, strict=True) if stored
        )
        self._ask("confirm", key, stored_as, words, edits=steps, usual="assented" if assented else "")

    async def pin(self, key: str, /, *, digits: int = 4, stored_as: str = "", **words: Any) -> str:
        """A number tapped on digit buttons, never typed; only its chained keyed hash."""
        return self._ask("pin", key, stored_as, words, digits=digits)

    # ------------------------------------------------------------ effects

    async def once(self, key: str, op: Op[T], /) -> T:
        """A local operation, run within this very commit; its result is kept. Raises Refused."""
        with self._replay.blaming:
            return op.answer(self._replay.once(self._prefix + checked_key(key), op))

    async def call(self, key: str, op: Op[T], /) -> T:
        """A remote operation: leaves with the commit, the flow waits for its result. Raises Refused."""
        with self._replay.blaming:
            return op.answer(self._replay.call(self._prefix + checked_key(key), op))

    async def until(self, key: str, at: int, /) -> None:
        """Wait until this instant (civil UTC ms); not at all where it has passed. The person may do other things."""
        with self._replay.blaming:
            self._replay.until(self._prefix + checked_key(key), at)

    async def other(self, key: str, flow_name: str, /, person: int, *, subject: str = "", **args: Any) -> Any:
        """Begin this flow with somebody else (his account) and wait for what it returns.

        Raises Refused: declined (he cancelled), expired, stopped, unreachable, not-needed (what it is about has ended),
        or the code of a refusal nobody caught.
        If this dialog ends or goes back meanwhile, he reads that his answer is not needed any more.
        """
        with self._replay.blaming:
            return self._replay.begin_other(self._prefix + checked_key(key), flow_name, person, subject, args)

    async def begin(self, key: str, flow_name: str, /, person: int, *, subject: str = "", **args: Any) -> None:
        """Begin this flow with somebody else, once, and go on."""
        with self._replay.blaming:
            self._replay.begin(self._prefix + checked_key(key), flow_name, person, subject, args)

    async def sub(self, key: str, flow_name: str, /, **args: Any) -> Any:
        """Another flow inside this one; returns what it returns."""
        with self._replay.blaming:
            flow = self._replay.flows.get(flow_name)
            if flow is None:
                raise FlowError(f"{self._flow}: no flow is named {flow_name!r}: import the file that declares it")
            step = self._prefix + checked_key(key)
            self._replay.visit(step)
        return await flow.run(self._within(flow.name, f"{step}/", args))

    async def tell(
        self,
        key: str,
        /,
        *,
        to: To | None = None,
        buttons: Options = (),
        picture: str = "",
        photo: Photo | None = None,
        drawn: Any = None,
        protect: bool = False,
        silent: bool = False,
        under: str = "",
        **words: Any,
    ) -> None:
        """A message, exactly once; told again only if its words changed because an earlier answer was changed.

        ``picture`` names one of the house's own pictures (bot/messenger/pictures), ``photo`` is one that was sent here;
        the words stand below it. ``drawn``: figures of which a picture is drawn; without one the words are enough.
        ``under``: the key of a card, to which it replies where that stands.
        """
        shown = photo.file if photo else f"picture:{picture}" if picture else ""
        shown = f"{DRAWN}{json.dumps(jsonable(drawn), ensure_ascii=False)}" if drawn is not None else shown
        more = {"shows": shown, "under": under}
        flags = (*_set(protect=protect, silent=silent), *(f"{name}:{what}" for name, what in more.items() if what))
        self._tell(key, words, buttons, to, flags)

    async def card(
        self,
        card_key: str,
        template: str,
        /,
        *,
        to: To | None,
        buttons: Options = (),
        pin: bool = False,
        protect: bool = False,
        silent: bool = False,
        anew: bool = False,
        **words: Any,
    ) -> None:
        """A message kept under a permanent key: it shows the last state the flow reaches. Template "" deletes it.

        ``anew``: it was asked for: it comes as the newest message, and where it stood before it goes.
        """
        flags = _set(pin=pin, protect=protect, silent=silent, anew=anew, delete=not template)
        with self._replay.blaming:
            self._replay.card(card_key, template, words, buttons, to, flags)

    async def submit(self, op: Op[Any], /) -> None:
        """The end: the answers are sealed and the command commits with them. Nothing after it is run."""
        with self._replay.blaming:
            self._replay.submit(op)

    async def stop(self, key: str, /, *, buttons: Options = (), **words: Any) -> NoReturn:
        """Says why it ends here and what to do next; the dialog is erased."""
        self._tell(key, words, buttons or self._replay.onward, None, ("stop",))
        self._replay.stop()

    # ------------------------------------------------------------ inside

    def _within(self, flow: str, prefix: str, args: Mapping[str, Json]) -> Ask:
        return Ask(self._replay, flow, prefix, args)

    def _tell(
        self, key: str, words: Mapping[str, Any], buttons: Options, to: To | None, flags: tuple[str, ...]
    ) -> None:
        with self._replay.blaming:
            step = self._prefix + checked_key(key)
            self._replay.tell(step, locale_key(self._flow, key), words, buttons, to, flags)

    def _ask(
        self,
        kind: str,
        key: str,
        stored_as: str,
        words: Mapping[str, Any],
        *,
        options: Options = (),
        empty: bool = False,
        **more: Any,
    ) -> Any:
        with self._replay.blaming:
            checked_key(key)
            step = self._prefix + (checked_key(stored_as) if stored_as else key)
            choices = _options(self._flow, key, kind, options, empty or kind not in RESERVED)
            more["about"] = self._replay.about
            question = Question(step, kind, self._flow, locale_key(self._flow, key), words, choices, **more)
            return self._replay.question(question, self._prefix + key)


def _set(**flags: bool) -> tuple[str, ...]:
    return tuple(name for name, on in flags.items() if on)


def _options(flow: str, key: str, kind: str, options: Options, may_be_empty: bool) -> tuple[Option, ...]:
    found = tuple(Option(o) if isinstance(o, str) else o for o in options)
    ids = {o.id for o in found}
    if len(ids) < len(found):
        raise FlowError(f"{flow}: two options of {key!r} have the same id: an id names one option for ever")
    if not may_be_empty and all(o.url or o.action for o in found):
        raise FlowError(f"{flow}: {key!r} has no options that answer: look first, and ask.stop(...) with a way on")
    if taken := ids & RESERVED.get(kind, frozenset()):
        raise FlowError(
            f"{flow}: {key!r} uses the option id {sorted(taken)[0]!r}, which is a built-in button: rename it"
        )
    return found
