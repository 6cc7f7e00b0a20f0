"""JSON Patch: the courier's tool. A test that fails changes nothing and says so with 409."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sandbox.hospital.outcomes import Refused
from sandbox.hospital.patch import apply
from tests.sandbox_hospital.conftest import Answer, Caller

PATCH = "application/json-patch+json"


async def patched(hospital: Caller, place: str, *operations: Any, **headers: str) -> Answer:
    return await hospital("PATCH", place, json.dumps(operations).encode(), Content_Type=PATCH, **headers)


async def test_a_test_guards_the_change(hospital: Caller) -> None:
    task = await hospital.task(await hospital.patient())
    place = f"/Task/{task['id']}"
    guarded = (
        {"op": "test", "path": "/status", "value": "requested"},
        {"op": "replace", "path": "/status", "value": "accepted"},
    )
    first, second = await patched(hospital, place, *guarded), await patched(hospital, place, *guarded)
    assert (first.status, second.status) == (200, 409)
    assert second.issue["expression"] == ["patch[0]"]
    now = (await hospital("GET", place)).json
    assert now["status"] == "accepted"
    assert now["meta"] == first.json["meta"]
    assert now["meta"]["versionId"] != task["meta"]["versionId"]


async def test_if_match_counts_for_a_patch_too(hospital: Caller) -> None:
    task = await hospital.task(await hospital.patient())
    change = {"op": "replace", "path": "/status", "value": "accepted"}
    late = await patched(hospital, f"/Task/{task['id']}", change, If_Match='W/"old"')
    assert late.status == 412


async def test_the_result_must_be_a_legal_resource_of_the_same_id(hospital: Caller) -> None:
    task = await hospital.task(await hospital.patient())
    place = f"/Task/{task['id']}"
    for operation, status in (
        ({"op": "replace", "path": "/status", "value": "sleeping"}, 422),
        ({"op": "remove", "path": "/intent"}, 422),
        ({"op": "replace", "path": "/for/reference", "value": "Patient/none"}, 422),
        ({"op": "replace", "path": "/id", "value": "other"}, 422),
        ({"op": "replace", "path": "/resourceType", "value": "Patient"}, 400),
        ({"op": "replace", "path": "", "value": []}, 400),
        ({"op": "add", "path": "/meta", "value": 5}, 422),
    ):
        assert (await patched(hospital, place, operation)).status == status, operation
    assert (await hospital("GET", place)).json == task


async def test_patch_needs_its_own_content_type_and_something_to_patch(hospital: Caller) -> None:
    operation = [{"op": "test", "path": "/status", "value": "x"}]
    assert (await hospital("PATCH", "/Task/none", operation)).status == 415
    assert (await patched(hospital, "/Task/none", *operation)).status == 404
    assert (await hospital("PATCH", "/Task/none", b"{", Content_Type=PATCH)).status == 400


DOCUMENT = {"a": {"b/c": [1, 2, 3], "~": None, "": 0}}


@pytest.mark.parametrize(
    ("operation", "result"),
    [
        ({"op": "add", "path": "/a/x", "value": 1}, {"a": {"b/c": [1, 2, 3], "~": None, "": 0, "x": 1}}),
        ({"op": "add", "path": "/a/b~1c/0", "value": 0}, {"a": {"b/c": [0, 1, 2, 3], "~": None, "": 0}}),
        ({"op": "add", "path": "/a/b~1c/-", "value": 4}, {"a": {"b/c": [1, 2, 3, 4], "~": None, "": 0}}),
        ({"op": "add", "path": "/a/b~1c/3", "value": 4}, {"a": {"b/c": [1, 2, 3, 4], "~": None, "": 0}}),
        ({"op": "remove", "path": "/a/b~1c/1"}, {"a": {"b/c": [1, 3], "~": None, "": 0}}),
        ({"op": "remove", "path": "/a/~0"}, {"a": {"b/c": [1, 2, 3], "": 0}}),
        ({"op": "replace", "path": "/a/", "value": 9}, {"a": {"b/c": [1, 2, 3], "~": None, "": 9}}),
        ({"op": "replace", "path": "/a/b~1c/2", "value": 9}, {"a": {"b/c": [1, 2, 9], "~": None, "": 0}}),
        ({"op": "move", "from": "/a/b~1c/0", "path": "/a/b~1c/2"}, {"a": {"b/c": [2, 3, 1], "~": None, "": 0}}),
        ({"op": "copy", "from": "/a/b~1c", "path": "/n"}, {**DOCUMENT, "n": [1, 2, 3]}),
        ({"op": "test", "path": "/a/b~1c", "value": [1, 2.0, 3]}, DOCUMENT),
        ({"op": "test", "path": "/a/~0", "value": None}, DOCUMENT),
    ],
)
def test_the_six_operations(operation: dict[str, Any], result: Any) -> None:
    before = json.dumps(DOCUMENT)
    assert apply(DOCUMENT, [operation]) == result
    assert json.dumps(DOCUMENT) == before


@pytest.mark.parametrize(
    ("operation", "status"),
    [
        ({"op": "test", "path": "/a/", "value": False}, 409),
        ({"op": "test", "path": "/a/b~1c", "value": [1, 2]}, 409),
        ({"op": "test", "path": "/a", "value": {}}, 409),
        ({"op": "replace", "path": "/none", "value": 1}, 422),
        ({"op": "remove", "path": "/a/b~1c/3"}, 422),
        ({"op": "remove", "path": "/a/b~1c/-"}, 422),
        ({"op": "remove", "path": ""}, 422),
        ({"op": "add", "path": "/a/b~1c/4", "value": 1}, 422),
        ({"op": "add", "path": "/a/b~1c/01", "value": 1}, 422),
        ({"op": "add", "path": "/a/b~1c/-1", "value": 1}, 422),
        ({"op": "add", "path": "/a/b~1c/0/x", "value": 1}, 422),
        ({"op": "move", "from": "/a", "path": "/a/x"}, 422),
        ({"op": "add", "path": "a", "value": 1}, 400),
        ({"op": "add", "path": "/a"}, 400),
        ({"op": "copy", "path": "/a"}, 400),
        ({"op": "copy", "from": 5, "path": "/a"}, 400),
        ({"op": "destroy", "path": "/a"}, 400),
        ({"op": ["add"], "path": "/a"}, 400),
        ("add", 400),
    ],
)
def test_what_a_patch_may_not_do(operation: Any, status: int) -> None:
    with pytest.raises(Refused) as refused:
        apply(DOCUMENT, [operation])
    assert refused.value.status == status


@pytest.mark.parametrize("patch", [[], {}, None, [{"op": "remove", "path": "/a"}] * 101])
def test_a_patch_is_a_bounded_array(patch: Any) -> None:
    with pytest.raises(Refused) as refused:
        apply(DOCUMENT, patch)
    assert refused.value.status == 400
