"""A new release takes over in the middle: answers are found by key, so nothing is lost, shifted or shared."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bot.dialog import Ask, Flow, FlowError, Journal, Op, Option, dumps, golden, loads
from bot.dialog.testing import DialogTester

GOLDEN = Path(__file__).parent.parent / "journals"


async def first(ask: Ask) -> None:
    """The release everything starts with."""
    a = await ask.choice("a", ["x", "y"])
    b = await ask.text("b")
    found = await ask.call("look", Op("look", {"b": b}))
    c = await ask.choice("c", ["x", "y"])
    await ask.submit(Op("order", {"a": a, "b": b, "c": c, "found": found}))


def at_c() -> DialogTester:
    t = DialogTester(Flow("one", first), {"look": 7})
    t.start()
    t.taps("x")
    t.says("bee")
    t.expect_prompt("c")
    return t


def test_an_inserted_question_does_not_shift_the_answers() -> None:
    async def inserted(ask: Ask) -> None:
        a = await ask.choice("a", ["x", "y"])
        new = await ask.choice("new", ["x", "y"])
        b = await ask.text("b")
        await ask.call("look", Op("look", {"b": b, "new": new}))
        await ask.submit(Op("order", {"a": a, "b": b, "new": new, "c": await ask.choice("c", ["x", "y"])}))

    t = at_c()
    t.deploy(Flow("one", inserted))
    t.taps("y")
    t.expect_verdict("stale")
    t.expect_prompt("new", options=["x", "y"])
    t.taps("y")
    t.expect_prompt("c")
    t.taps("y")
    t.expect_submit("order", a="x", b="bee", new="y", c="y")


def test_order_and_wording_are_free() -> None:
    async def reordered(ask: Ask) -> None:
        b = await ask.text("b", new="word")
        a = await ask.choice("a", [Option("y", "Ypsilon"), Option("x", "Ix")])
        c = await ask.choice("c", ["y", "x"])
        await ask.submit(Op("order", {"a": a, "b": b, "c": c}))

    t = at_c()
    t.deploy(Flow("one", reordered))
    t.taps("y")
    t.expect_submit("order", a="x", b="bee", c="y")


def test_what_the_new_code_does_not_reach_is_parked_and_taken_back() -> None:
    async def shorter(ask: Ask) -> None:
        await ask.choice("a", ["x", "y"])
        await ask.choice("only_here", ["x"])

    t = at_c()
    t.deploy(Flow("one", shorter))
    t.resume()
    t.expect_prompt("only_here")
    assert set(t.journal.parked) == {"text:b", "call:look"}
    t.deploy(Flow("one", first))
    t.resume()
    t.expect_prompt("c")
    assert (t.journal.parked, t.answer("b"), t.answer("look")) == ({}, "bee", 7)


def test_a_rename_keeps_the_answer() -> None:
    async def renamed(ask: Ask) -> None:
        a = await ask.choice("whom", ["x", "y"], stored_as="a")
        await ask.confirm("ok", edits=["whom"])
        await ask.submit(Op("order", {"a": a}))

    t = at_c()
    t.deploy(Flow("one", renamed))
    t.resume()
    say = t.expect_prompt("ok")
    assert (say.buttons[1][0].option, say.buttons[1][0].label_key) == ("edit:a", "one.whom.edit")
    t.taps("edit:a")
    assert t.expect_prompt("a", options=["x", "y"]).key == "one.whom"
    t.taps("y", "ok")
    t.expect_submit("order", a="y")


def test_a_step_that_changed_its_kind_is_asked_again_and_the_old_answer_kept() -> None:
    async def changed(ask: Ask) -> None:
        await ask.text("a")
        await ask.choice("end", ["yes"])

    t = at_c()
    t.deploy(Flow("one", changed))
    t.resume()
    t.expect_prompt("a", options=[])
    t.says("typed")
    assert (t.answer("a"), t.journal.parked["choice:a"]["v"]) == ("typed", "x")
    t.deploy(Flow("one", first))
    t.resume()
    t.expect_prompt("c")
    assert t.answer("a") == "x"


def test_a_text_for_a_step_that_now_comes_later_waits_for_it() -> None:
    async def inserted(ask: Ask) -> None:
        await ask.choice("new", ["x"])
        await ask.text("b")
        await ask.photos("p")

    async def typed(ask: Ask) -> None:
        await ask.text("b")

    t = DialogTester(Flow("one", typed))
    t.start()
    t.deploy(Flow("one", inserted))
    t.says("bee")
    t.expect_verdict("early")
    t.expect_prompt("new")
    t.taps("x")
    t.expect_prompt("b", options=["keep"])
    t.taps("keep")
    t.expect_prompt("p")

    async def inserted_again(ask: Ask) -> None:
        await ask.choice("newer", ["x"])
        await ask.photos("p")

    t.deploy(Flow("one", inserted_again))
    t.photo("a")
    t.expect_verdict("early")
    t.taps("x")
    t.expect_prompt("p", count=1)


def test_words_for_a_step_that_is_gone_are_not_for_this_one() -> None:
    async def chosen(ask: Ask) -> None:
        await ask.choice("q", ["x"])

    async def collected(ask: Ask) -> None:
        await ask.photos("q")

    t = DialogTester(Flow("one", collected))
    t.start()
    t.deploy(Flow("one", chosen))
    t.says("x")
    t.expect_verdict("not-for-this-step")
    t.expect_prompt("q", options=["x"])


def test_a_call_under_way_outlives_an_inserted_question() -> None:
    async def inserted(ask: Ask) -> None:
        await ask.choice("new", ["x", "y"])
        await first(ask)

    t = DialogTester(Flow("one", first))
    t.start()
    t.taps("x")
    t.says("bee")
    t.expect_call("look", "look", b="bee")
    t.deploy(Flow("one", inserted))
    t.resume()
    t.expect_prompt("new")
    t.taps("x")
    assert len(t.waiting_calls) == 1, "the intent has left already"
    t.result(7)
    t.expect_prompt("c")


def test_a_result_that_comes_while_a_new_question_waits_is_kept_for_later() -> None:
    async def inserted(ask: Ask) -> None:
        await ask.choice("new", ["x", "y"])
        await first(ask)

    t = DialogTester(Flow("one", first))
    t.start()
    t.taps("x")
    t.says("bee")
    t.deploy(Flow("one", inserted))
    t.resume()
    t.result(7)
    t.expect_verdict("accepted")
    t.expect_prompt("new")
    t.taps("y")
    t.expect_prompt("c")


def test_a_tell_is_told_once_even_if_its_words_are_new() -> None:
    async def before(ask: Ask) -> None:
        await ask.tell("hello")
        await ask.choice("q", ["x"])

    async def after(ask: Ask) -> None:
        await ask.choice("new", ["x"])
        await ask.tell("hello", more="words")
        await ask.choice("q", ["x"])

    t = DialogTester(Flow("one", before))
    t.start()
    t.deploy(Flow("one", after))
    t.resume()
    t.taps("x")
    assert [say.kind for say in t.last.says] == ["answered", "prompt"]


# ---------------------------------------------------------------- formats


def test_this_format_has_a_golden_file_and_the_code_still_writes_it() -> None:
    assert golden.write(GOLDEN).exists()


def test_a_released_format_is_frozen(tmp_path: Path) -> None:
    path = golden.write(tmp_path / "new")
    path.write_text("{}", encoding="utf-8")
    with pytest.raises(FileExistsError, match=r"a journal of another shape is a new format"):
        golden.write(tmp_path / "new")


def finish(t: DialogTester) -> None:
    """From wherever it waits to the end, as a person would."""
    t.resume()
    for _ in range(30):
        step = t.last.last.step
        if step == "submit":
            break
        t.taps(
            *{"rx": ["done"], "pin": ["clear", *"1234"], "ok": ["ok"], "drugs_chosen": ["d1", "d2", "done"]}.get(
                step, []
            )
        )
        if step in ("note", "since"):
            t.says("3 Nov")
        if step.startswith(("boxes", "health")):
            t.taps("none" if "health" in step else "1")


@pytest.mark.parametrize("file", sorted(GOLDEN.glob("*.json")), ids=lambda file: file.stem)
def test_every_golden_journal_goes_on_to_its_end(file: Path) -> None:
    for name, t in golden.read(file).items():
        finish(t)
        assert t.last.last.kind == "submit", (name, t.transcript())
        if name == "sent":
            continue
        t.expect_submit("order", who="me", ill="none", **{"from": "group"})


def test_unknown_and_missing_parts_do_no_harm() -> None:
    assert loads("") == Journal()
    lenient = loads('{"live":{},"waiting":{"step":"a","later":1},"later":{},"hints":null,"format":1}')
    assert (lenient.waiting.step, lenient.hints) == ("a", {})


def test_a_later_format_is_refused() -> None:
    with pytest.raises(FlowError, match="this journal has format 2, this release reads up to 1: deploy the newer"):
        loads('{"format":2}')


def test_the_document_is_small() -> None:
    assert dumps(Journal()) == '{"format":1,"live":{}}'
    document: dict[str, Any] = json.loads(at_c().bytes)
    assert set(document) == {"format", "live", "waiting"}


def test_the_golden_tool_is_a_command(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    import runpy
    import sys

    monkeypatch.chdir(tmp_path)
    monkeypatch.delitem(sys.modules, "bot.dialog.golden")
    runpy.run_module("bot.dialog.golden", run_name="__main__")
    assert "format-1.json" in capsys.readouterr().out
