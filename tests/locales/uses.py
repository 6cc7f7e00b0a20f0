"""Every sentence the code asks for: its key (or several, the most particular first) and the words it is given."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import chain
from typing import TypeGuard, get_args

import backend_client.errors
from backend_client.answers import KINDS
from backend_client.errors import Refusal
from backend_client.models import Stage
from bot import boardwords, clockwords, linewords, phrases, rules, wiring
from bot.dialog import FLOWS
from bot.flows import review
from bot.handlers import typed
from bot.handlers.commands import BUILT_IN
from bot.model import PUT_ASIDE, HaltKind, PlaceKind
from bot.moves import BATCH_MOVES, MOVES
from bot.ops import applying
from bot.photo import reasons
from bot.render.missing import needed, variables
from bot.roles import ROLES
from bot.stages import FINAL, STAGES, Review
from locales import BASE, sentences
from tests.locales.reading import ROOT, Function, Reader, Source, is_key, source
from tests.source import every

QUESTIONS = {"choice", "multi", "text", "date", "photos", "confirm", "pin"}
TELLS = {"tell", "stop"}
SETTINGS = {  # arguments of ask's words that are no values of a sentence
    "options", "columns", "stored_as", "at_least", "check", "secret", "buttons", "min", "max", "edits", "digits", "to",
    "protect", "silent", "pin", "picture", "photo", "ticked", "assented", "usual", "proof", "at_once", "drawn",
}  # fmt: skip

#: What fills the hole of a key that is made at run time; each set is the code's own.
FILLS: dict[str, set[str]] = {
    "review.{}": {*get_args(Review)},
    "query.why.{}": {*review.WHY},
    "stage.{}": {"sending", *STAGES} - {""},
    "holder.{}": {facts.holder for facts in STAGES.values()},
    "broadcast.in.{}": {"zh-CN", "en"},
    "broadcast.failed.{}": {"put-out", "too-late"},
    "bind.kind.{}": {*map(str, PlaceKind)} - {"private"},
    "sex.{}": {*phrases.SEXES},
    "drug.mark.{}": {*linewords.PROOFS},
    "drug.lasts.{}": {*linewords.LASTS},
    "criticality.{}": {*phrases.CRITICAL},
    "severity.{}": {*phrases.SEVERE},
    "unit.{}": {*phrases.UNITS.values()},
    "list.{}": {*phrases.LISTS},
    "meant.{}": {*typed.OFFERS},
    "role.{}": {*ROLES},
    "incident.kind.{}": {*phrases.INCIDENTS},
    "incident.todo.{}": {*phrases.INCIDENTS},
    "wrong_with.{}": {*clockwords.WRONG},
    "wrong_by.{}": {*clockwords.REPORTERS},
    "batch.{}": {*phrases.BATCHES},
    "waiting.{}": {*phrases.TROUBLES},
    "late.{}": {*phrases.TROUBLES},
    "halt.why.{}": {*get_args(HaltKind)},
    "halt.by.{}": {"self", "guardian", "family", "mandate", "desk", "doctor", "operator", "hospital"},
    "reason.{}": {*phrases.REASONS},
    "goes_first.why.{}": {*clockwords.FIRST},
    "queue.urgency.{}": {*clockwords.COLOURS},
    "board.stage.{}": {*boardwords.WAITS},
    "board.head.{}": {"stage", "count", "waits"},
    "rung.says.{}": {*clockwords.SAID},
    "rung.told.{}": {*clockwords.TOLD},
    "read_paper.part.{}": {*reasons.NEEDED, "boxes"},
    "read_paper.why.{}": {*reasons.ALL, "other_patient", "photo_gone"} - {reasons.READER_FAILED, reasons.NO_READER},
    "consult.illness.{}": {*rules.SURE},
    "consult.page.{}": {*phrases.DOUBTS},
    "refill.left.{}": {*phrases.LEFT},
    "already-{}": {*(move.to for move in (*MOVES.values(), *BATCH_MOVES.values()) if move.to), *FINAL},
    "engine.checking.{}": {"read", "role"},
    "public_name.as.{}": {*applying.PROPOSED},
    "refused.{}.in_group": {"not-for-you", "not-now"},
    "engine.press_{}": {"already", "stale"},
}
#: Holes that are filled with what is looked for elsewhere: the codes of refusals and wrongs, the menu's actions.
ELSEWHERE = {
    "refused.{}",
    "wrong.{}",
    "{}.wrong.{}",
    "action.{}",
    "button.{}",
    "{}.edit",
    "{}.{}",
    "commands.{}",
    "{}.expired",
}
#: What reading over-estimates: options and steps that a condition leaves out.
NEVER = {"bind.review", "bind.operators", "refill.doctor_there.other"}
#: Refusals that the one flow that asks always catches, so nobody is told the code.
CAUGHT: dict[str, frozenset[str]] = {  # and the words that flow reads of them: sign asks again, or says sign.locked
    "wrong-pin": frozenset({"left"}),
    "pin-locked": frozenset(),
}


@dataclass(frozen=True)
class Use:
    """One of ``keys`` must have words; the first that has is shown. ``words`` None = not written out in the code."""

    keys: tuple[str, ...]
    words: frozenset[str] | None
    where: str
    button: bool = False
    popup: bool = False  # shown as the pop-up that answers a press


@cache
def uses() -> tuple[Use, ...]:
    """All of them, from the whole code."""
    found = [*_flows(), *_tuples_and_calls(), *_engine(), *_starts(), *_refusals(), *_missing()]
    return tuple(use for use in found if not NEVER & set(use.keys))


def _missing() -> Iterator[Use]:
    """What is said for a value that is not there: by the word, by what it is told as, or for any."""
    words = {word for key, text in sentences(BASE).items() for word in needed(text)}
    for one in sorted({*words, "day", "clock", "money", "other"}):
        if (key := f"missing.{one}") in sentences(BASE):
            yield Use((key,), frozenset(), "bot/render/missing.py")


def _files(*globs: str) -> list[str]:
    return sorted(path.relative_to(ROOT).as_posix() for glob in globs for path in ROOT.glob(glob))


def _filled(key: str) -> set[str]:
    """A key with its hole filled; empty where that is looked for elsewhere. A hole nobody explained is a finding."""
    if "{}" not in key:
        return {key}
    if key in ELSEWHERE:
        return set()
    return {
        key.replace("{}", fill) for fill in FILLS.get(key, {"{} (say in tests/locales/uses.py what fills the hole)"})
    }


# ---------------------------------------------------------------- flows


def _flows() -> Iterator[Use]:
    for file in _files("bot/flows/*.py"):
        at = source(file)
        for function in at.functions.values():
            for decorator in function.decorator_list:
                if isinstance(decorator, ast.Call) and ast.unparse(decorator.func) == "flow":
                    name = ast.literal_eval(decorator.args[0])
                    yield from _Flow(at, name).function(function, set())


@dataclass(frozen=True)
class _Flow:
    """One flow, read with the helpers it hands ``ask`` to as if they were written in it."""

    at: Source
    name: str

    def function(self, function: Function, seen: set[str]) -> Iterator[Use]:
        if function.name in seen:
            return
        seen.add(function.name)
        reader = Reader(self.at, function)
        for node in every(function):
            match node:
                case ast.Call(func=ast.Attribute(value=ast.Name(id="ask"), attr=word)):
                    yield from self.word(word, node, reader)
                case ast.Call(func=ast.Name(id=name)) if name in self.at.functions and _gives_ask(node):
                    yield from self.function(self.at.functions[name], seen)
                case _:
                    pass

    def word(self, word: str, node: ast.Call, reader: Reader) -> Iterator[Use]:
        where = self.at.where(node)
        if word in QUESTIONS | TELLS:
            keys = {f"{self.name}.{text.split('[')[0]}" for text in reader.texts(node.args[0])}
            assert keys, f"{where}: {ast.unparse(node.args[0])} is no text that can be read"
        elif word == "card":
            keys = reader.texts(node.args[1]) - {""}
        else:
            return
        given = {item.arg: item.value for item in node.keywords if item.arg}
        words = _words(node, reader)
        for key in sorted(keys):
            counted = {"count"} if word in ("photos", "pin") else set[str]()
            popup = "to" in given and ast.unparse(given["to"]).startswith("Toast")
            yield Use((key,), None if words is None else words | counted, where, popup=popup)
            for option in reader.texts(given.get("options")) | reader.texts(given.get("buttons")):
                told = words if word in QUESTIONS else None if "buttons" in given else frozenset[str]()
                yield Use((f"{key}.{option}", f"action.{option}"), told, where, button=True)
            yield from self.wrongs(word, key, given, reader, where)
        for step in reader.texts(given.get("edits")):
            yield Use((f"{self.name}.{step}.edit",), frozenset(), where, button=True)

    def wrongs(self, kind: str, key: str, given: dict[str, ast.expr], reader: Reader, where: str) -> Iterator[Use]:
        """What can be wrong with an answer: by the kind of question, and by its own check."""
        codes: list[tuple[str, frozenset[str]]] = []
        if kind == "choice":
            codes.append(("none_such", frozenset()))
        if kind == "multi" and "at_least" in given:
            codes.append(("at_least", frozenset({"n"})))
        if kind == "photos" and ast.unparse(given.get("min", ast.Constant(1))) != "1":
            codes.append(("too_few", frozenset({"n"})))
        if kind == "date":
            codes += [("date", frozenset()), ("lunar", frozenset())]
        if kind == "date" or "paper_day" in ast.unparse(given.get("check", ast.Constant(0))):
            codes.append(("either", frozenset()))
        if "check" in given:
            codes += _wrong_codes(given["check"], reader)
        for code, words in codes:
            yield Use((f"{key}.wrong.{code}", f"wrong.{code}"), words, where)


def _gives_ask(node: ast.Call) -> bool:
    return bool(node.args) and isinstance(node.args[0], ast.Name) and node.args[0].id == "ask"


def _words(node: ast.Call, reader: Reader) -> frozenset[str] | None:
    words = {item.arg for item in node.keywords if item.arg} - SETTINGS
    for item in node.keywords:
        if item.arg is None:
            more = reader.words(item.value)
            if more is None:
                return None
            words |= more
    return frozenset(words)


def _wrong_codes(check: ast.expr, reader: Reader) -> list[tuple[str, frozenset[str]]]:
    """The codes of Wrong(...) in a check, and in what it calls."""
    if isinstance(check, ast.Call):  # what makes the check
        check = check.func
    at, name = reader.at, ast.unparse(check)
    if isinstance(check, ast.Attribute) and isinstance(check.value, ast.Name):
        at, name = source(at.imported[check.value.id]), check.attr
    inside = () if at is not reader.at else every(reader.function or at.tree)
    function = {node.name: node for node in inside if isinstance(node, Function)}.get(name) or at.functions.get(name)
    assert function, f"{at.where(check)}: {name} is no check that can be read"
    found: list[tuple[str, frozenset[str]]] = []
    for node in every(function):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "Wrong":
            words = frozenset(item.arg for item in node.keywords if item.arg)
            found += [(code, words) for code in Reader(at, function).texts(node.args[0])]
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute | ast.Name):
            owner = node.func.value if isinstance(node.func, ast.Attribute) else None
            ours = at.imported.get(owner.id, "") if isinstance(owner, ast.Name) else at.file if owner is None else ""
            called = node.func.attr if isinstance(node.func, ast.Attribute) else node.func.id
            if ours and called != name and called in source(ours).functions:
                found += _wrong_codes(ast.Name(called), Reader(source(ours)))
    return found


# ---------------------------------------------------------------- sentences anywhere


def _tuples_and_calls() -> Iterator[Use]:
    """("key", {words}) pairs, words.say(lang, "key", {...}), and texts that are keys by their looks."""
    tables = {key.split(".")[0] for key in sentences(BASE)}
    globs = ("bot/*.py", "bot/flows/*.py", "bot/ops/*.py", "bot/handlers/*.py", "bot/dialog/prompts.py")
    for file in _files(*globs):
        at = source(file)
        quiet = _documentation(at.tree)
        functions = [node for node in every(at.tree) if isinstance(node, Function)]
        for function in [*functions, None]:
            body = every(function) if function else chain.from_iterable(map(_outside, at.tree.body))
            for node in body:
                if id(node) not in quiet:
                    yield from _sentence(node, Reader(at, function), tables)


def _outside(node: ast.stmt) -> Iterator[ast.AST]:
    return iter(() if isinstance(node, Function | ast.ClassDef) else every(node))


def _documentation(tree: ast.Module) -> set[int]:
    """Texts that are no keys: docstrings, and the pieces of f-texts, which are read whole."""
    pieces = (part for node in every(tree) if isinstance(node, ast.JoinedStr) for part in node.values)
    return {id(node.value) for node in every(tree) if isinstance(node, ast.Expr)} | {id(part) for part in pieces}


def _sentence(node: ast.AST, reader: Reader, tables: set[str]) -> Iterator[Use]:  # noqa: C901 - one case a form
    where = reader.at.where(node)
    match node:
        case ast.Tuple(elts=[ast.expr() as key, ast.expr() as words]) if _like_words(words):
            for text in filter(is_key, reader.texts(key)):
                for filled in _filled(text):
                    yield Use((filled,), reader.words(words), where)
        case ast.Call(func=ast.Attribute(attr="say" | "label"), args=[_, ast.expr() as key, *rest]) if not isinstance(
            key, ast.Starred
        ):
            for text in filter(is_key, reader.texts(key)):
                for filled in _filled(text):
                    yield Use((filled,), reader.words(rest[0]) if rest else frozenset(), where)
        case ast.Call(func=ast.Name()) if handed_on := _handed_on(node, reader):
            key, words = handed_on
            for text in filter(is_key, reader.texts(key)):
                for filled in _filled(text):
                    yield Use((filled,), words, where)
        case ast.Constant(value=str() as text) if is_key(text) and text.split(".")[0] in tables:
            yield Use((text,), None, where)
        case ast.JoinedStr():
            for text in filter(is_key, reader.texts(node)):
                if text.split(".")[0] in tables:
                    yield from (Use((filled,), None, where) for filled in _filled(text))
        case _:
            pass


def _handed_on(node: ast.Call, reader: Reader) -> tuple[ast.expr, frozenset[str] | None] | None:
    """What is given to a helper that says it: its ``key``, and ``words``, or by name beside words of its own."""
    helper = reader.called(node)
    if helper is None or any(isinstance(one, ast.Starred) for one in node.args):
        return None
    names = [one.arg for one in helper.args.args]
    given = {**dict(zip(names, node.args, strict=False)), **{one.arg: one.value for one in node.keywords if one.arg}}
    if "key" not in given:
        return None
    if "words" in names:
        return given["key"], reader.words(given["words"]) if "words" in given else frozenset()
    if helper.args.kwarg and None not in {one.arg for one in node.keywords}:
        inside = Reader(reader.at, helper)
        said = [call.args[2] for call in every(helper) if _says_key(call)]
        own = [inside.words(words) or frozenset[str]() for words in said]
        more = frozenset(given) - {*names, *(one.arg for one in helper.args.kwonlyargs)}
        return (given["key"], frozenset.intersection(*own) | more) if own else None
    return None


def _says_key(node: ast.AST) -> TypeGuard[ast.Call]:
    """``words.say(lang, key, ...)``."""
    match node:
        case ast.Call(func=ast.Attribute(attr="say"), args=[_, ast.Name(id="key"), _]):
            return True
        case _:
            return False


def _like_words(node: ast.expr) -> bool:
    return isinstance(node, ast.Dict | ast.Name | ast.Call)


# ---------------------------------------------------------------- the engine's own buttons, refusals


def _engine() -> Iterator[Use]:
    """``built_in(option, role)`` is labelled ``button.<role>`` unless it is given a label."""
    at = source("bot/dialog/prompts.py")
    for node in every(at.tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("built_in"):
            given = {item.arg for item in node.keywords}
            if not given & {"label", "label_key"}:
                for role in Reader(at).texts(node.args[-1]):
                    yield Use((f"button.{role}",), frozenset(), at.where(node), button=True)


def _starts() -> Iterator[Use]:
    """What flows declare of themselves: their place in the menu and list of commands, and that they are erased."""
    for start in wiring.STARTS.values():
        if start.menu:
            yield Use((f"action.{start.action}",), frozenset(), "bot/phrases.py: menu", button=True)
    for name, flow in FLOWS.items():
        if flow.run.__module__.startswith("bot.flows."):
            yield Use((f"{name}.expired", "engine.expired"), frozenset(), "bot/saying.py: a form is erased")
    for command in (*wiring.LISTED, *BUILT_IN):
        yield Use((f"commands.{command}",), frozenset(), "bot/app.py: show_menus", button=True)


def _refusals() -> Iterator[Use]:
    """Refused(code): words of its own. The hospital's codes: words of their own, or the general sentence."""
    for file in _files("bot/ops/*.py", "bot/flows/*.py", "bot/handlers/*.py", "bot/orders.py"):
        at = source(file)
        for function in at.functions.values():
            for node in every(function):
                if isinstance(node, ast.Call) and ast.unparse(node.func) == "Refused" and node.args:
                    words = frozenset(item.arg for item in node.keywords if item.arg)
                    for code in Reader(at, function).texts(node.args[0]) - {"", *CAUGHT}:
                        for filled in _filled(code):
                            yield Use(
                                (f"refused.{filled}",), words | {"name", "at", "phone"}, at.where(node), popup=True
                            )
    for code, where in hospital_codes():
        yield Use((f"refused.{code}", "refused.not-now"), frozenset({"name", "at", "phone"}), where, popup=True)


IN_A_FLOW = {"rx-used", "controlled-line"}  # flows say these in sentences of their own, with their words


def unread() -> Iterator[str]:
    """A word that a refusal is given and its sentence does not have: misspelled, or needless."""
    for file in _files("bot/ops/*.py", "bot/flows/*.py", "bot/handlers/*.py", "bot/orders.py"):
        at = source(file)
        for function in at.functions.values():
            for node in every(function):
                if isinstance(node, ast.Call) and ast.unparse(node.func) == "Refused" and node.args:
                    words = {str(item.arg) for item in node.keywords if item.arg} - {"name", "at"}
                    for code in Reader(at, function).texts(node.args[0]) - {"", *CAUGHT, *IN_A_FLOW}:
                        keys = {f"refused.{filled}" for filled in _filled(code)} & sentences(BASE).keys()
                        said = {word for key in keys for word in variables(sentences(BASE)[key])}
                        yield from (f"{at.where(node)}: {code} has no {word!r}" for word in sorted(words - said))


def caught() -> Iterator[tuple[str, frozenset[str], str]]:
    """(code, the words it carries, where) of each refusal that a flow catches."""
    for file in _files("bot/ops/*.py"):
        at = source(file)
        for function in at.functions.values():
            for node in every(function):
                if isinstance(node, ast.Call) and ast.unparse(node.func) == "Refused" and node.args:
                    for code in Reader(at, function).texts(node.args[0]) & CAUGHT.keys():
                        yield code, frozenset(item.arg for item in node.keywords if item.arg), at.where(node)


def hospital_codes() -> Iterator[tuple[str, str]]:
    """(code, where) of every final refusal of the hospital's client, and of the command runner."""
    yield from ((code, "backend_client/answers.py") for kind, code in KINDS.values() if issubclass(kind, Refusal))
    yield from ((code, "backend_client/errors.py") for code in backend_client.errors.CLASHING)
    yield PUT_ASIDE, "bot/workers/command_runner.py"
    final = {
        name
        for name, kind in vars(backend_client.errors).items()
        if isinstance(kind, type) and issubclass(kind, Refusal)
    }
    for file in _files("backend_client/*.py", "bot/app.py", "bot/calls.py", "bot/reach.py"):
        at = source(file)
        for function in at.functions.values():
            for node in every(function):
                if isinstance(node, ast.Call) and ast.unparse(node.func) in final and node.args:
                    for code in Reader(at, function).texts(node.args[0]):
                        stages = get_args(Stage) if code == "already-{}" else ("",)
                        for stage in stages:
                            yield re.sub(r"\{\}", stage, code), at.where(node)
