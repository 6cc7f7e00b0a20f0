"""Steps that collect before they answer, and the two assents: photos, pin, confirm."""

from __future__ import annotations

from typing import Any

from bot.dialog import Ask, Context, Flow, Journal, Now, PersonView, Photo, Pressed, Where, events, play, short
from bot.dialog.testing import DialogTester
from tests.dialog.flows import big_enough
from tests.dialog.test_questions import asking

# ---------------------------------------------------------------- photos


def names(found: list[Photo] | str) -> list[str] | str:
    return found if isinstance(found, str) else [photo.unique for photo in found]


def collecting(**more: Any) -> DialogTester:
    async def word(ask: Ask) -> list[str] | str:
        return names(await ask.photos("q", **more))

    return asking(word)


def test_photos_end_by_done_and_one_counts_once() -> None:
    t = collecting(min=2, max=4)
    t.expect_prompt("q", options=[], count=0)
    t.photo("a")
    t.expect_prompt("q", count=1)
    t.taps("done")
    t.expect_prompt("q", wrong="too_few")
    t.photo("a")
    t.expect_verdict("already")
    t.photo("b")
    t.taps("done")
    t.expect_tell("got", value=["a", "b"])
    assert t.expect_answered("q", "photos.count").chosen[0].words == {"n": 2}
    t.photo("a")
    t.expect_verdict("already")
    t.photo("c")
    t.expect_verdict("not-for-this-step")


def test_a_voice_note_is_taken_only_where_a_proof_is_asked_for() -> None:
    spoken = events.Pictured(Photo("f", "v", kind="voice", message=7))
    t = collecting(max=1)
    t.send(spoken)
    t.expect_verdict("not-for-this-step")
    t = collecting(max=1, proof=True)
    t.send(spoken)
    t.expect_tell("got", value=["v"])


def test_photos_may_be_none_at_all() -> None:
    t = collecting(min=0)
    t.taps("done")
    t.expect_tell("got", value=[])
    t.back()
    t.photo("a")
    t.taps("done")
    t.expect_tell("got", value=["a"])


def test_photos_end_by_their_number() -> None:
    t = collecting(max=1)
    t.says("here it is")
    t.expect_verdict("not-for-this-step")
    t.photo("a", album="x")
    t.expect_tell("got", value=["a"])


def test_an_album_ends_by_itself_a_moment_after_its_last_picture() -> None:
    t = collecting(min=2, max=5)
    t.photo("a", album="x")
    t.advance(1)
    t.expect_prompt("q", wrong="too_few")
    t.photo("b", album="x")
    assert [wish.after_ms for wish in t.last.timers if wish.kind == "album"] == [1500]
    t.advance(0.001)
    t.expect_tell("got", value=["a", "b"])


def test_each_picture_is_checked_when_it_comes() -> None:
    t = collecting(check=big_enough)
    t.photo("small")
    t.expect_prompt("q", wrong="small", count=0)
    t.photo("large")
    t.expect_prompt("q", count=1)


def test_photos_are_offered_again_as_one_tap() -> None:
    t = collecting(max=2)
    t.photo("a")
    t.taps("done", "back")
    keep = t.expect_prompt("q", options=["keep"], count=0).buttons[0][0]
    assert (keep.label_key, keep.words) == ("button.keep_photos", {"n": 1})
    t.taps("keep")
    t.expect_prompt("end")
    assert [photo["unique"] for photo in t.answer("q")] == ["a"]


def test_a_button_beside_photos_is_an_answer_too() -> None:
    t = collecting(buttons=["history"])
    t.presses("q", "gone")
    t.expect_verdict("stale")
    t.taps("history")
    t.expect_tell("got", value="history")
    t.expect_answered("q", "history")
    t.back()
    t.expect_prompt("q", options=["history"])


# ---------------------------------------------------------------- confirm, pin


def test_confirm_lists_an_edit_button_for_each_answered_step_only() -> None:
    async def one(ask: Ask) -> None:
        if await ask.choice("a", ["x", "y"]) == "x":
            await ask.text("b")
        await ask.confirm("ok", edits=["a", "b"])

    t = DialogTester(Flow("one", one))
    t.start()
    t.taps("y")
    say = t.expect_prompt("ok")
    assert [press.option for row in say.buttons for press in row] == ["ok", "edit:a", "cancel", "back"]
    assert say.buttons[1][0].label_key == "one.a.edit"
    t.says("ok")
    t.expect_verdict("not-for-this-step")
    t.presses("ok", "edit:b")
    t.expect_verdict("stale")
    t.taps("edit:a", "x")
    t.says("B")
    t.taps("edit:b")
    t.expect_prompt("b", options=["keep"])
    t.taps("keep", "ok")
    t.expect_end("done")


def test_cancel_on_a_summary_ends_and_erases() -> None:
    t = asking(lambda ask: ask.confirm("q"))
    t.taps("cancel")
    t.expect_end("cancelled")
    assert t.last.says[0].flags == ("withdrawn",)
    assert (t.journal.live, t.journal.epoch) == ({}, 1)


def test_a_pin_leaves_only_its_chained_hash() -> None:
    t = asking(lambda ask: ask.pin("q", digits=4))
    say = t.expect_prompt("q", count=0)
    assert ["".join(press.label or press.option for press in row) for row in say.buttons] == [
        "123",
        "456",
        "789",
        "clear0",
    ]
    t.says("1234")
    t.expect_verdict("not-for-this-step")
    t.taps("9", "clear")
    t.expect_prompt("q", count=0)
    t.taps("1", "1", "3")
    t.expect_prompt("q", count=3)
    t.presses("q", "x")
    t.expect_verdict("stale")
    t.taps("4")
    chain = t.context().blind
    right = chain(chain(chain(chain("", "1"), "1"), "3"), "4")
    t.expect_tell("got", value=right)
    t.expect_answered("q", "•••")
    assert t.answer("q") == right


def test_without_a_blind_function_no_pin_can_be_asked() -> None:
    async def one(ask: Ask) -> None:
        await ask.pin("q")

    context = Context("d", PersonView(1), Where(1), Now(0, "2026-11-04"))
    begun = play(Flow("one", one), Journal(), context, events.Begin())
    failed = play(Flow("one", one), begun.journal, context, Pressed(short("q"), 0, short("1")))
    assert "Context(blind=...)" in str(failed.error)
    assert failed.journal == begun.journal
