"""Nobody is left out 4: a desk cancels for its caller, reads what to do after too many tries, asks where it must."""

from __future__ import annotations

from dataclasses import replace

from backend_client.models import Department
from bot.ops.registrations import hand_on
from tests.cases.rows import put, texts
from tests.handlers.house import LISTS, House
from tests.handlers.test_callers import (
    DESK,
    FREE,
    JIANG,
    SECOND,
    agrees,
    calls,
    desk,
    entitled,
    house,
    ordered,
    recorded,
    stands,
)

__all__ = ["house"]


def options(house: House, who: int = DESK) -> str:
    """The buttons of the newest message that has any."""
    rows = [getattr(post.content, "buttons", ()) for post in house.posts() if post.chat == who]
    return " ".join(one.label for row in [one for one in rows if one][-1] for one in row)


# ---------------------------------------------------------------- she cancels by telephone


async def test_she_cancels_by_telephone_in_two_taps(house: House) -> None:
    no = await ordered(house)
    await stands(house, no, "quoted", settlement=FREE)
    await calls(house)
    assert "取消订单" in options(house)
    await house.tap(DESK, "take_back")
    assert not house.commands("hospital.cancel")
    await house.tap(DESK, "yes")
    (sent,) = house.commands("hospital.cancel")
    assert sent.args["order"] == no
    assert sent.args["who"] == {"reference": "PractitionerRole/pr-desk", "on_behalf_of": "pat-31", "mandate": "c-1"}
    assert "江淑芬的订单正在取消" in texts(house, DESK)
    assert no not in texts(house, DESK)


async def test_she_says_no_and_it_goes_on(house: House) -> None:
    await stands(house, await ordered(house), "quoted", settlement=FREE)
    await calls(house)
    await house.tap(DESK, "take_back", "no")
    assert not house.commands("hospital.cancel")


async def test_what_is_packed_or_another_desks_has_no_such_button(house: House) -> None:
    no = await ordered(house)
    await calls(house, SECOND)
    await agrees(house, SECOND, "c-2")
    assert "取消订单" not in options(house, SECOND), "it did not choose it"
    await stands(house, no, "quoted", settlement=FREE)
    await calls(house)
    assert "取消订单" in options(house)
    await stands(house, no, "packed")
    await house.tap(DESK, "take_back", "yes")
    assert not house.commands("hospital.cancel"), "packed while she spoke"
    await calls(house)
    assert "取消订单" not in options(house)


# ---------------------------------------------------------------- too many tries


async def test_after_too_many_tries_the_desk_reads_what_to_do_next(house: House) -> None:
    for _ in range(2):
        for number in ("80019991", "80019992", "80019993"):
            await calls(house, whose=None, number=number)
        await house.take(house.text(DESK, "/cancel"))
    assert house.label("who_calls.too_often", phone="") in texts(house, DESK)
    assert len(house.commands("hospital.find_patient")) == 5


async def test_how_many_tries_is_a_setting(house: House) -> None:
    house.services = replace(house.services, config=replace(house.services.config, wrong_tries=1))
    house.core = type(house.core)(house.services, house.core._route)
    await calls(house, whose=None)
    await calls(house, whose=None, number="80019992")
    assert house.label("who_calls.too_often", phone="") in texts(house, DESK)
    assert len(house.commands("hospital.find_patient")) == 1


async def test_a_number_that_somebody_else_tried_too_often_reads_as_unknown(house: House) -> None:
    """It would tell a desk that somebody is a patient."""
    house.services = replace(house.services, config=replace(house.services.config, wrong_tries=1))
    house.core = type(house.core)(house.services, house.core._route)
    await calls(house, SECOND, whose=None)
    await calls(house)
    assert house.label("who_calls.too_often", phone="") not in texts(house, DESK)


# ---------------------------------------------------------------- which department


async def test_without_specialty_or_general_the_department_is_asked(house: House) -> None:
    places = (Department("dep-7", "surgery", {"zh-CN": "外科"}), Department("dep-8", "eye", {"zh-CN": "眼科"}))
    house.core.services = replace(house.services, catalogue=lambda: replace(LISTS, departments=places))
    await calls(house)
    await agrees(house)
    await recorded(house)
    await house.tap(DESK, "3-7")
    assert "眼科" in options(house)
    await house.tap(DESK, "dep-8", "ok")
    assert house.commands("hospital.submit")[-1].args["draft"]["department"] == "dep-8"


# ---------------------------------------------------------------- its phone is another one


async def test_the_old_phone_of_a_desk_keeps_no_card(house: House) -> None:
    entitled(house, "pr-desk")
    no = await ordered(house)
    await stands(house, no, "quoted")
    new = 7001
    await put(house, desk(new, "pr-desk", "comp-1"))
    turn = house.turn()
    await hand_on(turn, await turn.person(DESK), new, "pr-desk")
    await house.services.store.commit(turn.outcome())
    await house.show()
    for card in ("desk", "desk-money"):
        old = await house.services.store.standing(f"{card}:{no}:{DESK}")
        assert old is not None
        assert old.post.content is None
    await stands(house, no, "paid")
    assert JIANG["name"] in texts(house, new)
