"""A search query: its text read into plain data, and that data written as SQL over the index."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from sandbox.hospital.dates import ALWAYS, span
from sandbox.hospital.outcomes import Refused
from sandbox.hospital.params import PARAMS, Param

DEFAULT_COUNT, MAX_COUNT, MAX_VALUES = 50, 200, 100
_IGNORED = frozenset({"_format", "_pretty", "_total"})
_CONTROL = frozenset({"_sort", "_count", "_include", "_summary", "_after"})
_ALL = "c.id IN (SELECT e.id FROM entry e WHERE e.type=? AND e.param=?"
_EACH = "EXISTS (SELECT 1 FROM entry e INDEXED BY entry_of WHERE e.id=c.id AND e.type=? AND e.param=?"
_PREFIX = re.compile(r"(eq|ne|ge|gt|le|lt|sa|eb)?(.*)", re.DOTALL)


@dataclass(frozen=True)
class Term:
    """One condition: a parameter, its modifier, and the values of which any may hold."""

    name: str
    modifier: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class Query:
    """A search of one type. `after` is the sort key and time of the last match of the page before."""

    type: str
    terms: tuple[Term, ...] = ()
    sort: str = "_lastUpdated"
    descending: bool = False
    count: int = DEFAULT_COUNT
    includes: tuple[str, ...] = ()
    after: tuple[Any, int] | None = None


def read(type_: str, pairs: Iterable[tuple[str, str]], *, lenient: bool = False) -> Query:
    """The query that name=value pairs mean; Refused(400) for what is unknown, unless lenient."""
    query = Query(type_)
    for name, value in pairs:
        if name in _IGNORED:
            continue
        if name.partition(":")[0] in _CONTROL:
            query = _control(query, name, value)
        else:
            terms = (_term(type_, name, value),) if not lenient or _known(type_, name) else ()
            query = replace(query, terms=query.terms + terms)
    return query


def matches(query: Query) -> tuple[str, tuple[Any, ...]]:
    """FROM and WHERE of a query over `current c`, without page and order."""
    conditions, values = ["c.type=?"], [query.type]
    recent = any(term.name == "_lastUpdated" for term in query.terms)
    for term in query.terms:
        condition, bound = _condition(query.type, term, recent=recent)
        conditions.append(condition)
        values.extend(bound)
    return "FROM current c WHERE " + " AND ".join(conditions), tuple(values)


def page(query: Query) -> tuple[str, tuple[Any, ...]]:
    """SELECT of one page and one match more, the sort key as the last column."""
    body, values = matches(query)
    key, key_values = _sort_key(query)
    inner = f"WITH m AS MATERIALIZED (SELECT c.id, c.updated, {key} AS k {body})"
    way, sign = ("DESC", "<") if query.descending else ("ASC", ">")
    where, after = (f"WHERE (m.k, m.updated) {sign} (?, ?)", query.after) if query.after else ("", ())
    sql = (
        f"{inner} SELECT v.*, m.k FROM m JOIN version v ON v.updated = m.updated {where} "  # noqa: S608 - own words
        f"ORDER BY m.k {way}, m.updated {way} LIMIT ?"
    )
    return sql, (*key_values, *values, *after, query.count + 1)


def cursor(key: Any, updated: int) -> str:
    """The place after a match, as opaque text for a link."""
    return base64.urlsafe_b64encode(json.dumps([key, updated]).encode()).decode()


def _control(query: Query, name: str, value: str) -> Query:
    match name:
        case "_count":
            return replace(query, count=_count(value))
        case "_summary" if value == "count":
            return replace(query, count=0)
        case "_sort":
            return replace(query, sort=_sortable(query.type, value.removeprefix("-")), descending=value[:1] == "-")
        case "_include":
            return replace(query, includes=(*query.includes, _include(query.type, value)))
        case "_after":
            return replace(query, after=_after(value))
    raise Refused(400, "not-supported", f"{name}={value} is not supported here")


def _count(value: str) -> int:
    if not value.isascii() or not value.isdigit():
        raise Refused(400, "value", "_count must be a whole number")
    return min(int(value[:9]), MAX_COUNT)


def _sortable(type_: str, name: str) -> str:
    if name == "_id" or (name in PARAMS[type_] and PARAMS[type_][name].kind in ("date", "string", "token")):
        return name
    raise Refused(400, "not-supported", f"cannot sort {type_} by {name!r}; one date, string or token parameter")


def _include(type_: str, value: str) -> str:
    source, _, name = value.partition(":")
    name = name.partition(":")[0]
    if source == type_ and name in PARAMS[type_] and PARAMS[type_][name].kind == "reference":
        return name
    raise Refused(400, "not-supported", f"_include={value} is not {type_}:<reference parameter>")


def _after(value: str) -> tuple[Any, int]:
    try:
        key, updated = json.loads(base64.urlsafe_b64decode(value.encode()))
        numbers = (updated,) if isinstance(key, str) else (key, updated)
        if all(isinstance(number, int) and abs(number) <= ALWAYS[1] for number in numbers):
            return key, updated
    except (ValueError, TypeError, binascii.Error):
        pass
    raise Refused(400, "value", "this page link was not made here")


def _known(type_: str, name: str) -> bool:
    return name.partition(":")[0] in PARAMS[type_]


def _term(type_: str, name: str, value: str) -> Term:
    base, _, modifier = name.partition(":")
    if not _known(type_, name):
        known = ", ".join(PARAMS[type_])
        raise Refused(400, "not-supported", f"{type_} has no search parameter {base!r}; it has {known}")
    values = tuple(re.split(r"(?<!\\),", value))
    if len(values) > MAX_VALUES:
        raise Refused(400, "too-costly", f"at most {MAX_VALUES} values for {name}")
    if not value:
        raise Refused(400, "value", f"{name} is empty")
    return Term(base, modifier, values)


def _condition(type_: str, term: Term, *, recent: bool) -> tuple[str, list[Any]]:
    """One term as SQL; in a `recent` search the few changed resources are looked up, else the index leads."""
    param = PARAMS[type_][term.name]
    if term.name == "_id":
        return f"c.id IN ({','.join('?' * len(term.values))})", list(term.values)
    if term.name == "_lastUpdated":
        return _any(_date("c.updated", "c.updated+1", value) for value in term.values)
    found = _EACH if recent else _ALL
    if term.modifier == "missing":
        return f"{'NOT ' * (term.values == ('true',))}{found})", [type_, term.name]
    condition, values = _any(_value(param, term, value) for value in term.values)
    negative = "NOT " * (term.modifier == "not")
    return f"{negative}{found} AND {condition})", [type_, term.name, *values]


def _any(conditions: Iterable[tuple[str, list[Any]]]) -> tuple[str, list[Any]]:
    pairs = list(conditions)
    return f"({' OR '.join(text for text, _ in pairs)})", [value for _, values in pairs for value in values]


def _value(param: Param, term: Term, raw: str) -> tuple[str, list[Any]]:
    value = re.sub(r"\\([,|$\\])", r"\1", raw)
    match param.kind, term.modifier:
        case "token", "" | "not":
            return _token(raw)
        case "reference", modifier if not modifier or modifier[0].isupper():
            return _reference(param, modifier, value)
        case "date", "":
            return _date("e.low", "e.high", value)
        case "string", "" | "exact" | "contains" as modifier:
            return _string(modifier, value.casefold())
        case "uri", "":
            return "e.value=?", [value]
    raise Refused(400, "not-supported", f"modifier :{term.modifier} of {term.name} is not supported")


def _token(raw: str) -> tuple[str, list[Any]]:
    *system, code = (re.sub(r"\\([,|$\\])", r"\1", part) for part in re.split(r"(?<!\\)\|", raw, maxsplit=1))
    if not system:
        return "e.value=?", [code]
    return ("e.system=?", [system[0]]) if not code else ("(e.value=? AND e.system=?)", [code, system[0]])


def _reference(param: Param, modifier: str, value: str) -> tuple[str, list[Any]]:
    type_, slash, id_ = value.rpartition("/")
    if not slash:
        wanted = modifier or param.only
        return ("(e.value=? AND e.system=?)", [value, wanted]) if wanted else ("e.value=?", [value])
    if "/" in type_ or ":" in type_:
        return "(e.value=? AND e.system='')", [value]
    return "(e.value=? AND e.system=?)", [id_, type_]


_COMPARED = {
    "eq": "({low}>=? AND {high}<=?)",
    "ne": "NOT ({low}>=? AND {high}<=?)",
    "ge": "({low}>=? OR {high}>?)",
    "gt": "{high}>?",
    "le": "({low}<? OR {high}<=?)",
    "lt": "{low}<?",
    "sa": "{low}>=?",
    "eb": "{high}<=?",
}
_BOUNDS = {"gt": slice(1, 2), "lt": slice(0, 1), "sa": slice(1, 2), "eb": slice(0, 1)}


def _date(low: str, high: str, value: str) -> tuple[str, list[Any]]:
    match = _PREFIX.fullmatch(value)
    prefix, text = (match[1] or "eq", match[2]) if match else ("eq", value)
    try:
        bounds = span(text)
    except ValueError as error:
        raise Refused(400, "value", str(error)) from None
    return _COMPARED[prefix].format(low=low, high=high), list(bounds[_BOUNDS.get(prefix, slice(0, 2))])


def _string(modifier: str, value: str) -> tuple[str, list[Any]]:
    if modifier == "exact":
        return "e.value=?", [value]
    return ("instr(e.value, ?)>0" if modifier == "contains" else "substr(e.value, 1, length(?1))=?1").replace(
        "?1", "?"
    ), [value] * (1 if modifier == "contains" else 2)


def _sort_key(query: Query) -> tuple[str, tuple[Any, ...]]:
    if query.sort == "_lastUpdated":
        return "c.updated", ()
    if query.sort == "_id":
        return "c.id", ()
    edge = "max" if query.descending else "min"
    column, empty = ("low", 0) if PARAMS[query.type][query.sort].kind == "date" else ("value", "''")
    smallest = (
        f"SELECT {edge}(e.{column}) FROM entry e INDEXED BY entry_of WHERE e.type=c.type AND e.id=c.id AND e.param=?"  # noqa: S608
    )
    return f"coalesce(({smallest}), {empty})", (query.sort,)
