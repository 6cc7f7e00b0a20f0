"""The photo is read: printed papers of residents through the real reader, good ones, poor ones and wrong ones."""

from __future__ import annotations

import base64
import io
import json
import random
from collections.abc import AsyncIterator
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from PIL import Image, ImageFilter

from bot.photo.reader import Examined, PhotoReader
from sandbox.control import Json
from sandbox.hospital.seed import paper
from sandbox.scene import PIN
from sandbox.told import BUDGETS
from tests.e2e.people import (
    Somebody,
    asked_for_photo,
    day,
    from_days_left,
    labels,
    more,
    newcomer,
    number_of,
    proved,
    sent,
    staff,
    up_to_summary,
)
from tests.e2e.test_consult import thread_of
from tests.e2e.test_mandate import asks
from tests.e2e.test_signing import link, proposal, types
from tests.e2e.town import Town, inhabited, until

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.slow]
RIGHT = "check_reading.look.right"
READING = 90.0  # wall seconds: the reader steps back behind everything else that runs here


class Remembers(PhotoReader):
    """Each photo is read once: what lies on the table is the same paper in every town."""

    def __init__(self) -> None:
        super().__init__((), key=b"photos of a town")
        self._seen: dict[object, Examined] = {}

    async def examine(self, data: bytes, **asked: Any) -> Examined:
        key = sha256(data).digest(), self._hello, repr(sorted(asked.items()))
        if key not in self._seen:
            self._seen[key] = await super().examine(data, **asked)
        return self._seen[key]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def reader() -> AsyncIterator[PhotoReader]:
    """One process for all towns: it takes seconds to start, and keeps nothing of a photo."""
    async with Remembers() as reads:
        yield reads


@pytest_asyncio.fixture(loop_scope="session")
async def town(tmp_path: Path, morning: Path, reader: PhotoReader) -> AsyncIterator[Town]:
    """A town whose bot reads photos."""
    async with inhabited(tmp_path / "town", morning, reader) as found:
        yield found


async def at_the_photo(town: Town, lang: str, like: str = "wang-guilan", zh: str = "王桂兰") -> Somebody:
    """Somebody whose name is printed as people are called, without the number that tells tests apart."""
    who = await proved(town, lang, like, zh=zh)
    await asked_for_photo(who)
    return who


def printed(who: Somebody, seed: int = 0, **changes: Any) -> Image.Image:
    """Her paper as it lies on the table; no two photos are the same."""
    assert who.resident is not None
    own = {"number": f"2026{who.id}", **changes}
    slip = replace(paper.slip(who.resident, who.town.now()), **own)
    page = Image.open(io.BytesIO(paper.draw(slip))).convert("RGB")
    return page.rotate(random.Random(seed or who.id).uniform(-1.5, 1.5), expand=True, fillcolor=(90, 80, 70))


def jpeg(page: Image.Image) -> bytes:
    out = io.BytesIO()
    page.save(out, "JPEG", quality=82)
    return out.getvalue()


def blurred(page: Image.Image) -> bytes:
    return jpeg(page.filter(ImageFilter.GaussianBlur(7)))


async def takes(who: Somebody, *photos: bytes) -> int:
    """Photos, until they are read; the id of the last message before what the reader says."""
    said = await who.photo(*photos)
    await until(lambda: _answered(who, said), "what the reader says", READING, pause=0.2)
    return said


async def _answered(who: Somebody, said: int) -> bool:
    """Whether the bot has written more than that it is looking."""
    newer = [one for one in await who.all_messages() if one["id"] > said and one["from"]["bot"] and not one["deleted"]]
    waits = who.in_her_words("正在看照片", "Looking at the photo")
    return any(waits not in (one.get("text") or one.get("caption") or "") for one in newer)


async def reads(who: Somebody, after: int) -> Any:
    """The one message with what was read, and no line left that says so."""
    told = await who.sees(("照片上看到的", who.name), ("Read from the photo", who.name), after=after, seconds=READING)
    await until(lambda: _nothing_waits(who), "the line that it is being read is gone")
    return told


async def right(who: Somebody, told: Json) -> str:
    """What was read is right: the order's number, once it is sent."""
    await who.tap(RIGHT, after=told["id"] - 1)
    await from_days_left(who)
    return await sent(who)


async def _nothing_waits(who: Somebody) -> bool:
    return await who.count(who.in_her_words("正在看照片", "Looking at the photo")) == 0


async def test_read_confirmed_and_sent_with_the_photo(town: Town, lang: str) -> None:
    who = await at_the_photo(town, lang)
    told = await reads(who, await takes(who, jpeg(printed(who))))
    drugs = who.in_her_words(
        ("阿托伐他汀钙片 20mg × 4", "阿司匹林肠溶片 100mg × 1"), ("atorvastatin 20mg × 4", "aspirin EC 100mg × 1")
    )
    for part in (*drugs, who.resident.paper.hospital, day(town, 21)):
        assert part in told["text"]
    no = await right(who, told)
    rest = town.hospital.rest
    task = await rest.first("Task", rest.codes.id("order"), no)
    assert {one.get("valueCode") for one in task["input"]} >= {"machine"}
    document = await rest.first("DocumentReference", rest.codes.id("rx-photo"), no)
    photo, reading = (one["attachment"] for one in document["content"])
    assert photo["contentType"] == "image/jpeg"
    seen = json.loads(base64.b64decode(reading["data"]))
    assert [(drug["match"], drug["boxes"]) for drug in seen["drugs"]] == [("exact", 4), ("exact", 1)]
    records = await rest.search("Provenance", {"target": f"DocumentReference/{document['id']}"})
    kinds = [agent["type"]["coding"][0]["code"] for record in records for agent in record["agent"]]
    assert {"assembler", "verifier"} <= set(kinds)


async def test_a_pdf_is_read_and_the_doctor_sees_its_picture(town: Town, lang: str) -> None:
    who = await at_the_photo(town, lang)
    out = io.BytesIO()
    printed(who).save(out, "PDF", resolution=150.0)
    said = (await town.control.send(who.id, "document", out.getvalue(), name="处方.pdf", mime="application/pdf"))[
        "message_id"
    ]
    await until(lambda: _answered(who, said), "what the reader says", READING, pause=0.2)
    told = await reads(who, said)
    assert who.in_her_words("阿托伐他汀钙片 20mg × 4", "atorvastatin 20mg × 4") in told["text"]
    no = await right(who, told)
    doctor = await staff(town, "doctor")
    thread = await thread_of(town, doctor, who)

    async def shown() -> list[str]:
        topic = await town.control.sees(doctor.id, town.scene.chats["endocrinology"], thread)
        return [one["kind"] for chat in topic["chats"] for one in chat["messages"] if one.get("file")]

    await until(shown, "her paper in the topic")
    assert await shown() == ["photo"]
    document = await town.hospital.rest.first("DocumentReference", town.hospital.rest.codes.id("rx-photo"), no)
    assert document["content"][0]["attachment"]["contentType"] == "image/jpeg"


async def test_a_blurred_one_then_a_good_one(town: Town, lang: str) -> None:
    who = await at_the_photo(town, lang)
    said = await takes(who, blurred(printed(who)))
    asked = await who.sees(("模糊", "再拍一张"), ("blurred", "Send a new photo"), after=said)
    example = await who.sees("整张纸都在里面", "the whole sheet", after=said)
    assert example["kind"] == "photo"
    assert example["id"] < asked["id"]
    told = await reads(who, await takes(who, jpeg(printed(who))))
    await right(who, told)


@more
async def test_blurred_twice_then_by_hand(town: Town, lang: str) -> None:
    who = await at_the_photo(town, lang)
    said = await takes(who, blurred(printed(who)))
    await who.sees("模糊", "blurred", after=said)
    said = await takes(who, blurred(printed(who, 5)))
    await who.sees("按下面的按钮", "press a button", after=said)
    await who.tap("read_paper.unread.hand", after=said)
    asked = await who.sees("哪个月开的", "Which month", after=said)
    typed = await who.say(day(town, 21))
    await who.sees("是这些药吗", "Are these the medicines", after=max(asked["id"], typed))
    await up_to_summary(who)
    await sent(who)


async def test_nobody_can_read_it_and_the_doctor_writes_down_what_it_shows(town: Town) -> None:
    who = await at_the_photo(town, "zh-CN")
    said = await takes(who, blurred(printed(who)))
    await who.sees("模糊", "blurred", after=said)
    said = await takes(who, blurred(printed(who, 6)))
    await who.tap("read_paper.unread.person", after=said)
    await who.sees("哪个月开的", "Which month", after=said)
    await who.say(day(town, 21))
    await from_days_left_with_department(who)
    await who.tap("button.ok")
    most, _ = BUDGETS["first order, resident alone"]
    assert most is not None
    assert who.phone.taps <= most, "with the question of the first visit, on the longest way"
    no = await number_of(who)
    assert [line.name for line in (await town.hospital.order(no)).asked] == ["见处方照片"]
    await town.taken(no)
    doctor, room = await staff(town, "doctor"), town.scene.chats["endocrinology"]
    thread = (await doctor.message("见处方照片", chat=room, label_="开处方"))["thread"]
    preview = await proposal(town, doctor, thread)
    assert "照照片写药" in preview["text"]
    opened = await doctor.start(link(preview))
    await doctor.message("拼音首字母", after=opened)
    said = await doctor.say("atftt")
    await doctor.press("阿托伐他汀钙片 20mg×7", after=said)
    await doctor.tap("sign.boxes.4", after=said)
    await doctor.tap("medicine.search.enough", after=said)
    await doctor.sees(("怎么吃没有读到", who.name), ("was not read", who.name), after=said)
    said = await doctor.say("每次半片 每晚1次")
    await types(doctor, PIN, said)
    await town.stage(no, "prescribed", "passed")
    (line,) = (await town.hospital.order(no)).prescribed
    assert (line.name, line.boxes, line.sig, line.proof.kind) == ("阿托伐他汀钙片", 4, "每次半片 每晚1次", "photo")


async def from_days_left_with_department(who: Somebody) -> None:
    """A paper that nobody read tells no department and no illness: both are asked."""
    await who.tap("refill.illness.yes")
    await who.tap("refill.left.more")
    await who.press(who.in_her_words("平稳", "Stable"))
    await who.press(who.in_her_words("没有", "None"))
    await who.press(who.in_her_words("内分泌科", "Endocrinology"))
    await who.tap("refill.doctor_there.first")
    await who.sees("请核对", "Please check")


@more
async def test_a_line_is_mended_and_a_medicine_added_by_its_initials(town: Town, lang: str) -> None:
    who = await at_the_photo(town, lang)
    told = await reads(who, await takes(who, jpeg(printed(who))))
    line = next(one for one in labels(told) if who.in_her_words("阿托伐他汀", "atorvastatin") in one)
    await who.press(line, after=told["id"] - 1)
    await who.tap("check_reading.fix.2", after=told["id"])
    told = await who.sees("20mg × 2", "20mg × 2", after=told["id"])
    await who.tap("check_reading.look.add", after=told["id"] - 1)
    await who.sees("拼音首字母", "pinyin initials", after=told["id"])
    said = await who.say("ejsg")
    found = await who.sees("哪一种", "one of these", after=said)
    metformin = next(one for one in labels(found) if "二甲双胍" in one or "etformin" in one)
    await who.press(metformin, after=said)
    await who.tap("check_reading.boxes.1", after=said)
    told = await who.sees(("二甲双胍", "20mg × 2"), ("metformin", "20mg × 2"), after=said)
    await who.tap(RIGHT, after=told["id"] - 1)
    asked = await who.sees(("二甲双胍", "确诊过"), ("metformin", "already told you"), after=told["id"])
    await who.tap("refill.illness.yes", after=asked["id"] - 1)
    await from_days_left(who)
    no = await sent(who)
    asked = (await town.hospital.order(no)).asked
    assert [line.boxes for line in asked] == [2, 1, 1]
    assert all(line.code for line in asked)
    assert [(line.proof.kind, bool(line.sig)) for line in asked] == [("page", True), ("page", True), ("typed", False)]


@more
async def test_a_line_without_a_strength_is_shown_and_left_to_the_pharmacist(town: Town, lang: str) -> None:
    who = await at_the_photo(town, lang)
    assert who.resident is not None
    lines = (*paper.slip(who.resident, town.now()).lines, ("甲乙丙丁片", "", "3盒", "用法：每次1片，每日1次"))
    said = await takes(who, jpeg(printed(who, lines=lines)))
    shown = await who.sees("这一行没有读全", "This line could not be read whole", after=said)
    assert shown["kind"] == "photo"
    await who.sees("甲乙丙丁片", "甲乙丙丁片", after=shown["id"])
    await who.tap("check_reading.part.printed", after=shown["id"])
    told = await reads(who, said)
    assert "甲乙丙丁片 × 3" in told["text"]
    await who.tap(RIGHT, after=told["id"] - 1)
    await who.tap("refill.illness.yes", after=told["id"])
    await from_days_left(who)
    no = await sent(who)
    assert [(line.code, line.name, line.boxes) for line in (await town.hospital.order(no)).asked][-1] == (
        "",
        "甲乙丙丁片",
        3,
    )


@more
async def test_the_paper_of_somebody_else(town: Town, lang: str) -> None:
    who = await at_the_photo(town, lang)
    said = await takes(who, jpeg(printed(who, name="李建国")))
    asked = await who.sees(("李建国", who.name), ("李建国", who.name), after=said)
    assert not [label for label in labels(asked) if who.told(who.name) in label], (
        "it names somebody else: nobody can call it hers"
    )
    await who.tap("read_paper.again.hand", after=asked["id"] - 1)
    await who.sees("哪个月开的", "Which month", after=asked["id"])


@more
async def test_a_good_paper_on_which_no_name_can_be_read_is_hers_by_one_tap(town: Town, lang: str) -> None:
    who = await at_the_photo(town, lang)
    said = await takes(who, jpeg(printed(who, name="")))
    await who.tap("read_paper.again.hers", after=said)
    told = await reads(who, said)
    await right(who, told)


@more
async def test_a_good_paper_on_which_no_day_can_be_read_is_asked_for_it(town: Town, lang: str) -> None:
    who = await at_the_photo(town, lang)
    said = await takes(who, jpeg(printed(who, date="")))
    await who.sees("哪天开的", "Which day", after=said)
    typed = await who.say(day(town, 21))
    told = await reads(who, typed)
    assert day(town, 21) in told["text"]
    await right(who, told)


@more
async def test_a_controlled_drug_stops_here(town: Town, lang: str) -> None:
    who = await at_the_photo(town, lang, "sun-lihua", zh="孙丽华")
    said = await takes(who, jpeg(printed(who)))
    await who.sees(("阿普唑仑", "管制药品", "门诊"), ("alprazolam", "controlled", "clinic"), after=said)
    assert await town.orders_of(who.resident.id) == []


@more
async def test_an_old_paper(town: Town, lang: str) -> None:
    who = await at_the_photo(town, lang, "chen-fuqing", zh="陈福庆")
    said = await takes(who, jpeg(printed(who)))
    await who.sees(("最近 2 个月", "看对了吗"), ("last 2 months", "Is the date right"), after=said)
    await who.tap("check_reading.old.stop", after=said)
    await who.sees(("换一张新的处方", "/refill"), ("a newer one", "/refill"), after=said)
    assert await town.orders_of(who.resident.id) == []


async def test_the_same_paper_photographed_again(town: Town, lang: str) -> None:
    who = await at_the_photo(town, lang)
    told = await reads(who, await takes(who, jpeg(printed(who, 1))))
    no = await right(who, told)
    begun = await who.say("/refill")
    await who.sees("请拍一张", "Take a photo", after=begun)
    told = await reads(who, await takes(who, jpeg(printed(who, 2))))
    await who.tap(RIGHT, after=told["id"] - 1)
    await who.sees(("已经用过了", no), ("was used already", no), after=told["id"])


@more
async def test_what_is_typed_while_it_is_read(town: Town, lang: str) -> None:
    who = await at_the_photo(town, lang)
    said = await who.photo(jpeg(printed(who)))
    typed = await who.say("快一点")
    await who.sees(("照片", "没有当作答案"), ("photo", "not taken as an answer"), after=typed)
    await reads(who, said)


async def acts_for(helper: Somebody, like: str, zh: str) -> Somebody:
    """A neighbour without a phone who agreed before the ambassador."""
    who = await newcomer(helper.town, helper.lang, like, zh=zh)
    said = await asks(helper, who)
    await helper.tap("neighbour.proof.read_aloud", who.name, after=said)
    await helper.tap("proxy_consent.health.read_aloud", who.name, after=said)
    await helper.sees(("登记好了", who.name), ("you may act for", who.name), after=said)
    return who


async def presses_button_of(helper: Somebody, who: Somebody, told: Json) -> None:
    """An English reader also finds the record's name on it (ADR 52)."""
    label_ = next(one for one in labels(told) if helper.told(who.name) in one)
    await helper.phone.control.press(helper.id, label_, chat=helper.id, message_id=told["id"])


async def test_an_album_of_three_neighbours_is_sorted(town: Town, lang: str) -> None:
    helper = await staff(town, "ambassador", lang)
    neighbours = [await acts_for(helper, like, zh) for like, zh in zip(LIKE, NAMES[lang], strict=True)]
    papers = [printed(neighbours[0]), printed(neighbours[1]), printed(neighbours[2], name="示例")]
    begun = await helper.say("/album")
    await helper.sees("最多 10 张", "10 at most", after=begun)
    said = await helper.photo(*(jpeg(page) for page in papers))
    await helper.sees("收到 3 张照片", "3 photos received")
    await town.control.advance(3)
    whose = ("上面这张处方是谁的", "Whose prescription is the one above")
    asked = await helper.sees(*whose, after=said, seconds=READING)
    await presses_button_of(helper, neighbours[2], asked)
    offered = await helper.sees(("分好了", "2 位"), ("Sorted", "2 orders"), after=said)
    await helper.tap("album.how.single", after=offered["id"] - 1)
    told = await helper.sees(("分好了", "3 位"), ("Sorted", "3 prescriptions"), after=offered["id"])
    for who in neighbours[1:]:
        await presses_button_of(helper, who, told)
        seen = await helper.sees(("照片上看到的", who.name), ("Read from the photo", who.name), after=told["id"])
        await helper.tap(RIGHT, after=seen["id"] - 1)
        await from_days_left(helper, after=seen["id"])
        await helper.tap("button.ok", after=seen["id"])
        no = await number_of(helper, after=seen["id"])
        assert await town.orders_of(who.resident.id) == [no]


@more
async def test_an_album_of_ten_would_be_sent_within_its_budget(town: Town, lang: str) -> None:
    """Counted from the menu to [Send]: one tap for each paper, and what all have in common once."""
    helper = await staff(town, "ambassador", lang)
    neighbours = [await acts_for(helper, like, zh) for like, zh in zip(LIKE, NAMES[lang], strict=True)]
    before = helper.phone.taps
    begun = await helper.say("/album")
    await helper.sees("最多 10 张", "10 at most", after=begun)
    said = await helper.photo(*(jpeg(printed(one)) for one in neighbours))
    await helper.sees("收到 3 张照片", "3 photos received")
    await town.control.advance(3)
    offered = await helper.sees(("分好了", "3 位"), ("Sorted", "3 orders"), after=said, seconds=READING)
    await helper.tap("album.how.together", after=offered["id"] - 1)
    seen = offered
    for _ in neighbours:
        seen = await helper.sees("照片上看到的", "Read from the photo", after=seen["id"])
        await helper.tap(RIGHT, after=seen["id"] - 1)
    await helper.press(helper.in_her_words("平稳", "Stable"))
    await helper.press(helper.in_her_words("没有", "None"))
    await helper.press(helper.in_her_words("发送 3 位", "Send 3 orders"))
    await helper.sees("3 份订单正在送往医院", "3 orders are on the way to the hospital", after=seen["id"])
    taps = helper.phone.taps - before
    most, _ = BUDGETS["ten neighbours with an album (ambassador)"]
    assert most is not None
    assert taps + (10 - len(neighbours)) <= most, f"{taps} for {len(neighbours)}"


LIKE = ("wang-guilan", "li-jianguo", "gao-shufen")
NAMES = {"zh-CN": ("王桂兰", "李建国", "高淑芬"), "en": ("周德海", "徐美玲", "马国栋")}
