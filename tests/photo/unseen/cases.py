"""The pictures: twenty-four kinds, some of each, with what a person reads on them."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial

from PIL import Image

from bot.photo import reasons
from tests.photo.unseen import camera, screens, slips
from tests.photo.unseen.paper import BLUE, SERIF, Content, Sheet, Truth, content, to_traditional

EACH = 6
Draw = Callable[[Content, random.Random], Image.Image]
PAPERS: dict[str, Draw] = {
    "thermal narrow": slips.thermal_narrow,
    "thermal wide": slips.thermal_wide,
    "form": slips.form,
    "green form": slips.green_form,
    "discharge list": slips.discharge,
    "order table": slips.order_table,
    "cashier's list": slips.cashier,
    "health centre": slips.health_centre,
    "kiosk": slips.kiosk,
    "english": slips.english,
    "traditional": slips.traditional,
}
SCREENS: dict[str, Draw] = {"app": screens.app, "mini program": screens.mini_program, "night": screens.night}


@dataclass(frozen=True)
class Case:
    """``group``: print, marked, stop, two or refuse; ``reasons``: the true ones of a picture that must be refused."""

    kind: str
    seed: int
    group: str
    data: Callable[[], bytes]
    truth: Truth | None = None
    reasons: tuple[str, ...] = ()


def _of(kind: str, seed: int) -> tuple[Content, random.Random]:
    number = sum(map(ord, kind)) * 100 + seed
    return content(number), random.Random(number)


def printed() -> Iterator[Case]:
    for kind, draws in PAPERS.items():
        for seed in range(EACH):
            c, draw = _of(kind, seed)
            yield Case(kind, seed, "print", partial(camera.taken, draws(c, draw), seed + len(kind)), _truth(kind, c))
    for kind, draws in SCREENS.items():
        for seed in range(EACH):
            c, draw = _of(kind, seed)
            yield Case(
                kind, seed, "print", partial(camera.screenshot, draws(c, draw), draw.choice((70, 88, 95))), c.truth()
            )
    for seed in range(EACH):
        c, draw = _of("screen with moire", seed)
        page = camera.moire(screens.desk(c, draw), seed)
        yield Case(
            "screen with moire", seed, "print", partial(camera.taken, page, seed + 40, table=2, long=2400), c.truth()
        )
    for seed in range(EACH):
        c, draw = _of("folded in four", seed)
        page = camera.creased(draw.choice((slips.form, slips.discharge, slips.health_centre))(c, draw), seed)
        yield Case("folded in four", seed, "print", partial(camera.taken, page, seed + 50, shadow=0.4), c.truth())
    for seed in range(EACH):
        c, draw = _of("seal", seed)
        page = camera.seal(slips.form(c, draw), draw.uniform(0.6, 0.8), draw.uniform(0.3, 0.8))
        yield Case("seal", seed, "print", partial(camera.taken, page, seed + 60), c.truth())


def _truth(kind: str, c: Content) -> Truth:
    truth = c.truth()
    if kind == "english":
        return replace(truth, hospital="Riverside International Hospital")
    return truth


def same_in_both(one: str, other: str) -> bool:
    """In simplified or in traditional characters."""
    return one == other or to_traditional(one) == to_traditional(other)


def stopped() -> Iterator[Case]:
    for kind, words, reason in (
        ("void", ("作废", "已作废", "作 废"), reasons.VOID),
        ("dispensed", ("已取药", "已发药", "药已发"), reasons.DISPENSED),
    ):
        for seed in range(EACH):
            c, draw = _of(kind, seed)
            page = draw.choice((slips.form, slips.thermal_wide, slips.order_table, slips.health_centre))(c, draw)
            data = partial(camera.taken, camera.stamped(page, words[seed % len(words)], seed), seed + 70)
            yield Case(kind, seed, "stop", data, c.truth(), (reason,))


def two() -> Iterator[Case]:
    draws = [slips.form, slips.thermal_narrow, slips.thermal_wide, slips.kiosk, slips.health_centre]
    for seed in range(EACH * 2):
        (a, draw), (b, _) = _of("two sheets", seed), _of("two sheets, the other", seed)
        if seed % 4 == 3:
            b = replace(b, patient=a.patient, sex=a.sex, age=a.age)
        page = camera.together(draw.choice(draws)(a, draw), draw.choice(draws)(b, draw), bool(seed % 2))
        yield Case(
            "two sheets",
            seed,
            "two",
            partial(camera.taken, page, seed + 80, long=2600),
            a.truth(),
            (reasons.TWO_SHEETS, reasons.TWO_PEOPLE),
        )


def marked() -> Iterator[Case]:
    """Thumbs and pens: nothing under them or beside them is certain."""
    for seed in range(EACH):
        c, draw = _of("thumb", seed)
        page = slips.form(c, draw)
        n = draw.randrange(len(c.items))
        y = (390 + 122 * n + 20) / page.height
        x = draw.choice((0.25, 0.6, 0.93))
        yield Case("thumb", seed, "marked", partial(camera.taken, camera.thumb(page, x, y), seed + 90), _asked(c, n))
    for seed in range(EACH):
        c, draw = _of("count by pen", seed)
        page, n = slips.form(c, draw), draw.randrange(len(c.items))
        page = camera.hand_writes(page, 968, 390 + 122 * n, str(c.items[n].boxes + 1), 70)
        yield Case("count by pen", seed, "marked", partial(camera.taken, page, seed + 100), _asked(c, n))
    for seed in range(EACH):
        c, draw = _of("strength by pen", seed)
        page, n = slips.form(c, draw), draw.randrange(len(c.items))
        page = camera.hand_writes(page, 560 + draw.randint(60, 90), 352 + 122 * n, f"{draw.choice((5, 10, 20))}mg", 80)
        yield Case("strength by pen", seed, "marked", partial(camera.taken, page, seed + 110), _asked(c, n))
    for seed in range(EACH):
        c, draw = _of("line struck out", seed)
        page, n = slips.health_centre(c, draw), draw.randrange(len(c.items))
        page = camera.hand_writes(page, 620, 300 + 104 * n, "停", 560)
        yield Case("line struck out", seed, "marked", partial(camera.taken, page, seed + 120), _asked(c, n))


def _asked(c: Content, n: int) -> Truth:
    truth = c.truth()
    return replace(truth, lines=tuple(replace(line, asked=at == n) for at, line in enumerate(truth.lines)))


def refused() -> Iterator[Case]:
    """Pictures that cannot be used, and what is true of them."""
    spoilt = {
        reasons.CROPPED_BOTTOM: {"crop": "bottom", "share": 0.4},
        reasons.CROPPED_TOP: {"crop": "top", "share": 0.33},
        reasons.CROPPED_RIGHT: {"crop": "right", "share": 0.38},
        reasons.BLURRED: {"blur": 7.0},
        reasons.MOTION: {"drag": 32.0},
        reasons.TOO_DARK: {"light": 0.07},
        reasons.GLARE: {"glare": 0.23},
        reasons.TOO_SMALL: {"long": 360},
    }
    draws = [slips.form, slips.discharge, slips.health_centre, slips.cashier]
    for reason, how in spoilt.items():
        for seed, draws_ in enumerate(draws):
            c, draw = _of(reason, seed)
            straight = {"light": 1.0, "shadow": 0.1, "tilt": draw.uniform(-3, 3), "long": 1700, "lean": 0.0}
            yield Case(
                reason,
                seed,
                "refuse",
                partial(camera.taken, draws_(c, draw), seed + 130, **{**straight, **how}),
                c.truth(),
                (reason,),
            )
    for seed in range(4):
        c, draw = _of("by hand", seed)
        yield Case(
            "by hand",
            seed,
            "refuse",
            partial(camera.taken, by_hand(c, seed), seed + 140),
            c.truth(),
            (reasons.HANDWRITTEN,),
        )
    for seed in range(4):
        _, draw = _of("something else", seed)
        yield Case(
            "something else",
            seed,
            "refuse",
            partial(camera.taken, menu(draw), seed + 150),
            None,
            (reasons.NOT_A_PRESCRIPTION,),
        )


def by_hand(c: Content, seed: int) -> Image.Image:
    """The printed form of a clinic, filled in by hand."""
    s = Sheet(1050, 900 + 110 * len(c.items), SERIF)
    s.text(525, 34, c.hospital, 44, at="m")
    s.text(525, 98, "处 方 笺", 40, at="m")
    places = [
        (50, 170, "姓名："),
        (400, 170, "性别："),
        (640, 170, "年龄："),
        (50, 226, "科别："),
        (560, 226, "日期："),
        (50, 282, "诊断："),
    ]
    values = [c.patient, c.sex, f"{c.age}", c.department, f"{c.day.year}.{c.day.month}.{c.day.day}", c.illness[:10]]
    writing: list[tuple[float, float, str]] = []
    for (x, y, label), value in zip(places, values, strict=True):
        writing.append((s.text(x, y, label, 28), y - 14, value))
    s.rule(340)
    s.text(60, 352, "Rp：", 40)
    for n, i in enumerate(c.items):
        writing += [(110, 420 + 100 * n, f"{i.name} {i.strength}×{i.pack}"), (800, 420 + 100 * n, f"×{i.boxes}盒")]
    y = s.height - 160
    s.rule(y)
    writing += [
        (s.text(50, y + 30, "医师：", 28), y + 12, c.doctor),
        (s.text(560, y + 30, "药师：", 28), y + 12, c.pharmacist),
    ]
    for n, (x, y, words) in enumerate(writing):
        line = camera.scrawled(words, 44, seed * 100 + n)
        s.image.paste(Image.new("RGB", line.size, BLUE), (int(x), int(y)), line)
    return s.image


def menu(draw: random.Random) -> Image.Image:
    """A canteen's list of dishes and prices."""
    s = Sheet(900, 1000)
    s.text(450, 40, "职工食堂今日菜单", 44, at="m")
    dishes = ["红烧肉", "清炒青菜", "番茄鸡蛋", "酸辣土豆丝", "米饭", "紫菜汤", "小笼包", "豆浆"]
    for n, dish in enumerate(draw.sample(dishes, 7)):
        s.text(120, 150 + 90 * n, dish, 36)
        s.text(760, 150 + 90 * n, f"{draw.randint(2, 28)}.00 元", 34, at="r")
    return s.image


def every() -> Iterator[Case]:
    for group in (printed, stopped, two, marked, refused):
        yield from group()
