"""Whatever a query or a body says, it is answered or refused; nothing else ever comes out."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from sandbox.hospital import interactions, wire
from sandbox.hospital import query as queries
from sandbox.hospital.outcomes import Refused
from sandbox.hospital.params import PARAMS
from sandbox.hospital.store import Store
from tests.inputs import inputs
from tests.sandbox_hospital.conftest import START
from tests.sandbox_hospital.test_examples import EXAMPLES

NAMES = st.sampled_from([*PARAMS["Task"], "_sort", "_count", "_include", "_after", "_summary", "_has"])
MODIFIERS = st.sampled_from(["", "", "", ":not", ":missing", ":exact", ":Patient", ":contains", ":x"])
VALUES = st.one_of(
    st.text(max_size=20),
    st.sampled_from(
        ["true", "requested,accepted", "a|b", "|", "\\", "Patient/x", "status", "-authored-on", "Task:patient"]
    ),
    st.builds(lambda prefix, text: prefix + text, st.sampled_from(["", "ge", "lt", "ne"]), st.dates().map(str)),
    st.builds(queries.cursor, st.one_of(st.integers(), st.text()), st.integers()),
)
PLAIN = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5)
)
ANYTHING = st.recursive(
    PLAIN,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
QUICK = inputs(150, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def store() -> Iterator[Store]:
    kept = Store(None, lambda: START)
    with kept.transaction():
        kept.write("Patient", "x", {"resourceType": "Patient"}, "PUT")
        kept.write("Task", "t", {"status": "requested", "for": {"reference": "Patient/x"}}, "PUT")
    yield kept
    kept.close()


@contextmanager
def answered_or_refused(*statuses: int) -> Iterator[None]:
    """Lets a refusal with one of these statuses pass."""
    try:
        yield
    except Refused as refused:
        if refused.status not in statuses:
            raise


@QUICK
@given(pairs=st.lists(st.tuples(st.builds(str.__add__, NAMES, MODIFIERS), VALUES), max_size=3))
def test_any_query(store: Store, pairs: list[tuple[str, str]]) -> None:
    with answered_or_refused(400):
        bundle = interactions.search(store, queries.read("Task", pairs), "http://x", pairs)
        assert bundle["total"] in (0, 1)
        json.loads(wire.dumps(bundle))


@QUICK
@given(type_=st.sampled_from(sorted(EXAMPLES)), spoil=ANYTHING, data=st.data())
def test_any_spoiled_resource(store: Store, type_: str, spoil: object, data: st.DataObject) -> None:
    element = data.draw(st.sampled_from(sorted(EXAMPLES[type_])))
    body = wire.loads(json.dumps(EXAMPLES[type_] | {element: spoil}))
    id_, done = str(uuid4()), False
    with answered_or_refused(400, 422), store.transaction() as written:
        interactions.create(store, type_, body, id_=id_)
        interactions.check_targets(store, written)
        done = True
    assert store.exists(type_, id_) == done
