"""Nobody is left out 7: who comes to speak for her while it holds reads what was said, and objects as others may."""

from __future__ import annotations

from bot.model import Due, Halt
from bot.ops.people import keep_mandate
from bot.ops.registry import Act
from bot.ops.rights import brief_of
from bot.views import MandateView
from tests.cases.rows import NEW, texts
from tests.handlers.house import BRIEF, HELPER, RESIDENT, House
from tests.handlers.test_claims import asks, own
from tests.handlers.test_family import DAUGHTER, with_mother
from tests.handlers.test_halting import house, newest, says, why

__all__ = ["house"]
SECOND = 63  # another ambassador


async def heard(house: House, since: int) -> None:
    """What rings at once, rings."""
    for timer in [one for outcome in house.outcomes[since:] for one in outcome.timers if one.step == "halt-heard"]:
        await house.take(house.arrival(Due(timer)))


async def new_phone(house: House) -> str:
    """Her record moves to another phone; what that one reads."""
    await asks(house, NEW)
    outcomes, posts = len(house.outcomes), len(house.posts())
    await house.tap(RESIDENT, "new_phone")
    assert await own(house, NEW) == "pat-1"
    await heard(house, outcomes)
    return texts(house, NEW, posts)


def buttons(house: House, chat: int, row: Halt) -> bool:
    return any(
        button.data == f"a:halt_wrong:{row.id}"
        for post in house.posts()
        if post.chat == chat
        for line in getattr(post.content, "buttons", ())
        for button in line
    )


async def test_her_new_phone_reads_what_holds_and_lifts_it(house: House) -> None:
    row = await says(house, HELPER, "hospital")
    read = await new_phone(house)
    words = {"own": True, "name": "", "since": row.since, "why": ("halt.why.hospital", {})}
    assert house.label("halt_heard.stands", who=("halt.by.mandate", {"helper": "陈老师"}), **words) in read
    assert buttons(house, NEW, row)
    await house.take(house.press(NEW, f"a:halt_wrong:{row.id}"))
    assert await why(house) is None


async def test_what_she_said_on_the_old_phone_is_told_as_her_own(house: House) -> None:
    await says(house, RESIDENT, "stop")
    assert "以前的手机" in await new_phone(house)


async def test_nothing_is_told_where_nothing_holds(house: House) -> None:
    row = await says(house, HELPER, "stop")
    await house.take(house.press(HELPER, f"a:halt_wrong:{row.id}"))
    outcomes = len(house.outcomes)
    await new_phone(house)
    assert not [one for outcome in house.outcomes[outcomes:] for one in outcome.timers if one.step == "halt-heard"]


async def test_taken_back_before_it_is_told_it_is_not_told(house: House) -> None:
    row = await says(house, HELPER, "stop")
    await asks(house, NEW)
    outcomes, posts = len(house.outcomes), len(house.posts())
    await house.tap(RESIDENT, "new_phone")
    await house.take(house.press(HELPER, f"a:halt_wrong:{row.id}"))
    await heard(house, outcomes)
    assert not buttons(house, NEW, row)
    assert "不对就按" not in texts(house, NEW, posts)


async def test_her_new_phone_reads_nothing_of_her_death(house: House) -> None:
    row = await says(house, HELPER, "died")
    assert "去世" not in await new_phone(house)
    assert not buttons(house, NEW, row)


async def test_a_contested_word_she_lifts_by_the_menu(house: House) -> None:
    """The menu offered only to say one more thing of herself."""
    await with_mother(house)
    row = await says(house, HELPER, "moved")
    await house.take(house.press(DAUGHTER, f"a:halt_wrong:{row.id}"))
    assert (await newest(house)).wrong
    await house.take(house.press(RESIDENT, "a:changed"))
    assert house.label("change_said.stands", own=True, name="", why=("halt.why.moved", {})) in texts(house, RESIDENT)
    await house.take(house.press(RESIDENT, f"a:halt_wrong:{row.id}"))
    assert await why(house) is None


async def test_a_daughter_who_comes_later_reads_it_and_objects(house: House) -> None:
    row = await says(house, HELPER, "died")
    before = len(house.posts())
    await with_mother(house)
    assert "去世" in texts(house, DAUGHTER, before)
    await house.take(house.press(DAUGHTER, f"a:halt_wrong:{row.id}"))
    assert (await newest(house)).wrong


async def test_a_helper_who_comes_later_reads_it(house: House) -> None:
    row = await says(house, RESIDENT, "moved")
    turn = house.turn()
    await keep_mandate(Act(turn, SECOND, SECOND), MandateView("m-2", "2027-01-01", True), SECOND, brief_of(BRIEF))
    await house.services.store.commit(turn.outcome())
    for timer in turn.outcome().timers:
        await house.take(house.arrival(Due(timer)))
    assert "搬走" in texts(house, SECOND)
    assert buttons(house, SECOND, row)
