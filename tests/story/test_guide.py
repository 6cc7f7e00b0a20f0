"""The demo's guide: the steps as they are seen on phones, and the whole day played by itself and by five presses."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from locales import BASE
from sandbox import guide as guides
from sandbox.control import Control
from sandbox.demo import lay_out_papers
from sandbox.guide import Guide, announced, everybody
from sandbox.processes import running
from sandbox.scene import PEOPLE, Scene, set_up
from sandbox.spoken import Tongue
from sandbox.tour import HANDS, STEPS, Look

HER = PEOPLE["resident"][0]


def view(*messages: dict[str, Any], chat: int = HER) -> dict[str, Any]:
    return {"chats": [{"id": chat, "messages": list(messages)}]}


def said(id: int, text: str, *labels: str, by: int = 0) -> dict[str, Any]:
    keys = [[{"label": label, "kind": "callback"} for label in labels]]
    return {"id": id, "text": text, "kind": "text", "from": {"id": by, "bot": not by}, "buttons": keys}


def look(her: dict[str, Any], since: dict[int, int] | None = None) -> Look:
    scene = Scene(
        Control("http://127.0.0.1:9"), "bot", Tongue(BASE), {}, {"compound": -1, "review": -2, "endocrinology": -3}
    )
    empty = {key: {"chats": []} for key in guides.PLAYED}
    return Look(scene, {**empty, "resident": her}, since or {})


def test_a_question_is_next_until_it_is_answered() -> None:
    asked = said(5, "请输入医保电子凭证号码。我只用一次，不保存。")
    found = look(view(asked)).next()
    assert found is not None
    assert (found.step.does, found.text) == ("say", "80010012")
    assert look(view(asked, said(6, "80010012", by=HER))).next() is None


def test_the_later_step_is_next_whatever_stands_above_it() -> None:
    consent = said(5, "为了替您拿药……您同意吗？", "同意", "不同意")
    found = look(view(consent, said(9, "我们替您看看", "我看过了，付款"))).next()
    assert found is not None
    assert found.label == "我看过了，付款"


def test_what_was_before_the_last_order_does_not_count() -> None:
    consent = said(5, "为了替您拿药……您同意吗？", "同意")
    assert look(view(consent)).next() is not None
    assert look(view(consent), {HER: 5}).next() is None


def test_a_button_that_stays_is_not_next_again() -> None:
    there = look(view(said(5, "您同意吗？", "同意")))
    found = there.next()
    assert found is not None
    assert there.next(done={found.key}) is None
    assert there.next(reached=found.number + 2) is None


def test_five_presses_are_the_visitors() -> None:
    assert sorted(step.hand for step in STEPS if step.hand) == list(range(1, HANDS + 1))
    assert HANDS == 5


def test_everybody_has_a_name_in_both_scripts_and_a_role() -> None:
    people = everybody()
    assert people["103"]["en"] == {"name": "Wang Guilan", "role": "resident, 75"}
    assert people["103"]["zh"] == {"name": "王桂兰", "role": "居民，75 岁"}
    assert [one["text"] for one in people["103"]["hand"]] == ["80010012", "1951-03-08"]
    for id, person in people.items():
        assert person["zh"]["role"], id
        assert person["en"]["role"], id
        assert person["en"]["name"].isascii() or id == "110", id


@pytest.mark.trial("the demo's day, played by its guide")
@pytest.mark.timeout(600)
@pytest.mark.parametrize(("lang", "wish"), [("en", "five"), (BASE, "day")])
async def test_the_day_is_carried(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lang: str, wish: str) -> None:
    monkeypatch.setattr(guides, "PACE", 0.3)
    house_of = {"MEDRELAY_GROUP_LANG": lang}
    async with (
        running(tmp_path, civil="2026-11-23T08:30", think=0.2, collect=4, settings=house_of) as house,
        Control(house.messenger_url) as control,
    ):
        scene = await set_up(control, tongue=Tongue(lang))
        await announced(scene)
        guide = Guide(scene, await lay_out_papers(scene, house))
        await guide.opens("en")
        playing = asyncio.create_task(guide.run())
        await control.tell_guide(wish=wish)
        pressed = 0
        while guide.orders == 0:
            assert not playing.done()
            step = (await control.guide())["now"].get("next") or {}
            if step.get("by") == "you" and step.get("hand", 0) == pressed + 1:
                pressed += 1
                act = control.pay if step["does"] == "pay" else control.press
                more = {} if step["does"] == "pay" else {"label": step["label"]}
                await act(step["person"], chat=step["chat"], message_id=step["message"], **more)
            await asyncio.sleep(0.2)
        playing.cancel()
    assert pressed == (HANDS if wish == "five" else 0)
