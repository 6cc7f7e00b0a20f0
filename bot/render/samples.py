"""An example value for every word that a sentence uses, for `medrelay messages` and tests. Nobody is real."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

MORNING = 1_795_393_800_000  # Monday 2026-11-23, 08:30 in Shanghai
_DRUGS = [
    (
        "drug.line",
        {
            "name": "阿托伐他汀钙片",
            "strength": "20mg",
            "boxes": 2,
            "sig": "每晚 1 片",
            "hospital_says": "整片吞下，不要嚼。",
        },
    ),
    ("drug.line", {"name": "缬沙坦胶囊", "strength": "80mg", "boxes": 3, "sig": "每早 1 粒", "hospital_says": ""}),
]
_READ = [
    (
        "check_reading.line",
        {
            "drug": "阿托伐他汀钙片 20mg",
            "boxes": 4,
            "bare": True,
            "listed": True,
            "left": True,
            "pack": 28,
            "ours": 7,
            "sig": "每次20mg 每晚1次",
        },
    ),
    (
        "check_reading.line",
        {
            "drug": "银杏叶片 40mg",
            "boxes": 2,
            "bare": False,
            "listed": False,
            "left": False,
            "pack": 0,
            "ours": 0,
            "sig": "",
        },
    ),
]
_LABELS = [
    ("run_sheet.label", {"label": "A-07", "fridge": True, "urgent": False, "waits": False}),
    ("run_sheet.label", {"label": "A-12", "fridge": False, "urgent": True, "waits": True}),
]
_PARCELS = [
    (
        "hand_over.parcel",
        {"label": "A-07", "name": "王秀英", "address": "3 号楼 2 单元 501", "tail": "4417", "waits": False},
    ),
    ("hand_over.parcel", {"label": "A-12", "name": "", "address": "", "tail": "", "waits": True}),
]
_ALLERGIES: list[tuple[str, dict[str, Any]]] = [
    ("allergy.entry", {"substance": "青霉素", "criticality": ("criticality.high", {})})
]
_PRICES = [
    ("review.price", {"drug": "阿齐沙坦片 20mg", "open": True, "refused": False, "coded": False, "amount": 0,
                      "covered": False, "until": MORNING}),
]  # fmt: skip
_HALF: dict[str, Any] = {"half": ("board.minutes", {"count": 14}), "most": ("board.hours", {"count": 3})}
_BOARD: list[tuple[str, dict[str, Any]]] = [
    ("board.fact", {"what": ("board.open", {}), "value": ("board.orders", {"count": 37})}),
    ("board.stands", {"stage": ("board.stage.received", {}), "count": 5, "waits": ("board.minutes", {"count": 25})}),
    ("board.fact", {"what": ("board.in_time", {"hours": 72}), "value": ("board.percent", {"percent": 93, "all": 440})}),
    ("board.fact", {"what": ("board.take", {}), "value": ("board.spread", _HALF)}),
]
_BARE: dict[str, Any] = {"compound": "松林苑", "area": "松林街道", "listed": True}
_UNDER_WAY: dict[str, Any] = {"order": "R-1042", "stage": ("stage.paid", {}), "compound": "梧桐里", "since": MORNING}

SAMPLES: Mapping[str, Any] = {
    "public": "邻居小李", "morning": True, "afternoon": False, "evening": True, "weekend": True, "served": "林阿姨",
    "compounds": "梧桐里", "registers": True, "visits": 1, "now": "罗阿姨", "ready": "松林苑",
    "place": "梧桐里", "had": 20, "of": "child",
    "hidden": 12, "people": [("several.until", {"name": "王桂兰", "until": "2026-11-28"})],
    "left_alone": [("several.out", {"name": "李国强", "why": ("several.why.no_record", {})})],
    "list": ("list.staff", {}), "left_out": True,
    "address": "3 号楼 2 单元 501", "alarm": MORNING, "again": True, "age": 71, "amount": 4_620, "answer": "平稳",
    "bare": True, "answers": [("consult.answer", {"question": "您的病情怎么样？", "answer": "平稳"})], "at": MORNING,
    "born": "1955", "building": "5号楼", "day": "2026-11-03",
    "boxes": 2, "by": "周敏", "chosen": "3–7", "code": "4821", "compound": "梧桐里", "condition": "高血压", "count": 3,
    "coded": False, "cover": "unknown", "covered": False,
    "colleagues": "赵敏",
    "desk": "谭巧云",
    "days": ("refill.left.3-7", {}), "dead": True, "deadline": MORNING, "decision": ("review.waiting", {}),
    "department": "心内科", "doctor": "李明", "doubts": [("consult.page.other", {"page": 2})], "page": 2, "pen": True,
    "typed": True,
    "who": "李国强",
    "drugs": "缬沙坦胶囊 80mg",
    "drug": "阿托伐他汀钙片 20mg", "due": 1_000, "found": 2, "fridge": True, "gate": "东门",
    "hospital_says": "整片吞下，不要嚼。",
    "groups": 6, "helper": "张阿姨", "held": 2, "led": True,
    "hospital": "梧桐区中心医院", "listed": False, "printed": "阿托伐他汀钙片 20mg",
    "holder": ("holder.courier", {}), "insured": True, "kept": 3_620,
    "agreed": False,
    "label": "A-07", "labels": _LABELS, "left": 2, "lines": _DRUGS,
    "live": True, "denied": False, "call": True, "confirmed": False, "reads": True,
    "family": 1_000, "other": 500, "free": False, "flagged": False,
    "proxy": ("order_card.read_to_her", {"helper": "张阿姨"}),
    "mark": ("drug.mark.page", {"stands": 3, "unread": False, "hers": 4, "pack": 28, "ours": 7,
                                "no_strength": True, "no_dose": False}),
    "hers": 4, "pack": 28, "ours": 7,
    "most": 99, "no_dose": False, "no_strength": True,
    "stands": 3, "was": ("drug.was", {"name": "缬沙坦胶囊", "strength": "80mg", "boxes": 3, "sig": "每早 1 粒"}),
    "own": False, "died": True, "wrong": True,
    "months": 2, "n": 2, "nth": "2", "name": "王秀英", "names": "梧桐里、桂花苑", "order": "R-1042",
    "all": True, "some": True, "initial": "王", "may": True, "mine": False, "out": True,
    "orders": "R-1042, R-1043", "paid": True, "paper": True,
    "receipts": "A17", "cash": 1_000,
    "parcels": _PARCELS, "number": "021-5550-0100", "open": True, "others": True, "prices": _PRICES, "refused": False,
    "pending": True, "personal": 12_000, "phone": "400-810-0120", "pooled": 38_400, "question": "您的病情怎么样？",
    "reason": ("reason.dose", {}),
    "changed": True, "same": True, "new": True, "allergies": ("allergy.some", {"entries": _ALLERGIES}),
    "entries": _ALLERGIES, "substance": "青霉素",
    "criticality": ("criticality.high", {}), "severity": ("severity.high", {}),
    "issues": [("issue.entry", {"severity": ("severity.high", {}), "text": "两种药不宜同用"})],
    "note": "肾功能正常", "word": "肾功能正常", "unit": ("unit.tablet", {}),
    "said": "40mg 一天两次偏大，请再看一下",
    "lasts": ("drug.lasts.days", {"enough": 28, "was_enough": 56}), "enough": 28, "was_enough": 56,
    "was_boxes": 3, "was_name": "缬沙坦胶囊", "was_sig": "每早 1 粒", "was_strength": "80mg",
    "back": ("drug.back", {"name": "缬沙坦胶囊", "strength": "80mg", "boxes": 3, "sig": "每早 1 粒"}),
    "refund": 4_620, "returned": True, "role": ("role.doctor", {}), "rx_date": "2026-11-03", "self_pay": 4_620,
    "sex": ("sex.female", {}),
    "sig": "每晚 1 片", "since": MORNING, "stage": ("stage.on-the-way", {}), "strength": "20mg", "tail": "4417",
    "taken": True, "text": "每天吃 1 片", "total": 55_020, "typed_by": "张阿姨", "unread": False,
    "today": True, "twice": True, "calls": ("order_card.calls", {"owner": "何静怡", "until": MORNING}),
    "known": "静怡", "times": 7, "owner": "何静怡", "over": False, "todo": ("incident.todo.command", {}),
    "until": "2027-05-23", "urgent": True, "settles": True,
    "late": MORNING, "first": False, "urgency": ("queue.urgency.red", {}), "minutes": 25,
    "told": ("rung.told.untaken", {}), "says": ("rung.says.untaken", {"number": "021-5550-0100"}),
    "opens": MORNING, "meanwhile": "梧桐区中心医院便民门诊",
    "usual": ("order_card.minutes", {"count": 14}),
    "url": "https://t.me/medrelay_bot?start=join-4f7a91c2", "waits": False,
    "visit": True, "why": ("refused.wrong-code", {}), "words": "阿司匹林",
}  # fmt: skip

#: Where a word means something else in one sentence.
SPECIAL: Mapping[str, Mapping[str, Any]] = {
    "taken_card.hears": {"days": 7},
    "relay.corrected": {"was": "每天吃 2 片"},
    "relay.corrected_above": {"was": "每天吃 2 片"},
    "help.line": {"command": "today", "what": ("action.today", {})},
    "help.how": {
        "work": [
            ("help.as", {"role": ("role.ambassador", {})}),
            ("help.line", {"command": "today", "what": ("action.today", {})}),
        ]
    },
    "settle.card": {"back": 0, "until": MORNING},
    "settle.desk": {"back": 0, "until": MORNING},
    "family_pays.pass_on": {"until": MORNING},
    "for_her_notice.hears": {"until": MORNING},
    "confirmed_lately.one": {"until": MORNING},
    "pays_for.pays": {"until": MORNING},
    "pays_for.agrees": {"until": MORNING},
    "family_agrees.pass_on": {"until": MORNING},
    "family_card.card": {"back": 0},
    "my_callers.list": {
        "lines": [("my_callers.line", {"name": "王秀英", "stage": ("stage.on-the-way", {}), "visit": True})]
    },
    "announce.ok": {"until": MORNING},
    "announce.sent": {"until": MORNING},
    "broadcast.ok": {"until": MORNING},
    "broadcast.own": {"words": "明天上午九点起停电，药照常送。"},
    "broadcast.card": {
        "until": MORNING,
        "waits": 4,
        "back": 0,
        "changed": MORNING,
        "lines": [("broadcast.failed.put-out", {"count": 2})],
    },
    "broadcast.shown": {"lang_name": ("broadcast.in.zh-CN", {}), "words": "明天停电，药照常送。"},
    "reword.shown": {"lang_name": ("broadcast.in.zh-CN", {}), "words": "明天停电，药照常送。"},
    "alert.group_slow": {"until": MORNING},
    **{f"alert.{key}": {"until": MORNING} for key in ("slow_over", "ends_soon")},
    **{f"alert.{key}": {"words": "明天停电。"} for key in ("emergency", "group_emergency")},
    "slow_end.done": {"until": MORNING},
    **{f"emergency_mode.{key}": {"until": MORNING} for key in ("stands", "begun_told")},
    "emergency_mode.ok": {"until": MORNING, "words": "明天停电。", "triage": True},
    "emergency_stays.done": {"until": MORNING},
    "hospital_asks.asked": {"words": "今天家里有人需要马上帮忙吗？"},
    "hospital_asks.hotline": {"words": "请马上打医院热线。"},
    "broadcast.failed": {"code": "no-right"},
    "wrong.own_number": {"words": "138 0013 8000"},
    "wrong.own_link": {"words": "drugs.example"},
    "is_mine.yes": {"labels": "A-07, A-12"},
    "pause.sure": {"labels": "A-07, A-12"},
    "pause.gone": {"labels": "A-07, A-12"},
    "hand_over.list": {"left": 1},
    "coverage.line": {"area": "松林街道"},
    "service_board.shown": {"lines": _BOARD},
    "board_morning.shown": {"lines": _BOARD},
    "board.fact": {"what": ("board.open", {}), "value": ("board.orders", {"count": 37})},
    "board.stands": {"stage": ("board.stage.received", {}), "waits": ("board.minutes", {"count": 25})},
    "board.in_time": {"hours": 72},
    "board.promised": {"minutes": 3},
    "board.percent": {"percent": 93, "all": 440},
    "board.of": {"all": 60},
    "board.of_orders": {"all": 37},
    "board.spread": _HALF,
    "board.came": {"all": 465, "today": 12, "yesterday": 29},
    "board.note": {"days": 30},
    "refill.ok": {"window": False},
    "staff.what": {"places": "梧桐里"},
    **{f"groups.{key}": {"kind": ("bind.kind.compound", {})} for key in ("let_go", "again", "gone", "back")},
    "coverage.bare": {"lines": [("coverage.line", _BARE)], "more": 2},
    **{key: {"rest": ("engine.more", {})} for key in ("announce_where.first", "announce_where.more")},
    "my_area.shown": {"lines": [("my_area.line", _UNDER_WAY)], "count": 85, "part": "31–60"},
    **{
        f"incident_card.{card}": {
            "what": ("incident.kind.command", {}),
            "orders": "R-1042, R-1043",
            "more": 2,
            "over": False,
        }
        for card in ("card", "own")
    },
    "i_done.word": {"what": ("incident.kind.command", {}), "more": 2},
    "cases.one": {"what": ("incident.kind.command", {}), "orders": "R-1042"},
    "i_hand.whom": {"what": ("incident.kind.command", {})},
    "i_hand.card": {"what": ("incident.kind.command", {})},
    "case_untouched.reminds": {"what": ("incident.kind.command", {}), "orders": "R-1042"},
    "i_back.card": {"what": ("incident.kind.command", {})},
    "price_card.card": {"until": MORNING},
    "price_late.hears": {"why": ("late.late", {})},
    "query.no_answer": {"why": ("query.why.expired", {})},
    "questionnaire.item": {"question": "用药后有不舒服吗？"},
    "read_paper.again": {"why": ("read_paper.why.cropped_bottom", {})},
    "read_paper.unread": {"why": ("read_paper.why.cropped_bottom", {})},
    "read_paper.why.unread": {"what": ("read_paper.part.patient", {})},
    "refill.rx_used": {"record": True},
    "sign.strength": {"record": True},
    "check_reading.look": {"lines": _READ},
    "refused_drug.hears": {"reason": ("reason.written", {"words": "阿齐沙坦片 20mg：厂家停产了"})},
    "review.price": {"until": MORNING},
    "settling_late.hears": {"why": ("late.sum", {})},
    "waiting.price": {"until": MORNING},
    "change_said.hears": {"who": ("halt.by.mandate", {"helper": "张阿姨"}), "why": ("halt.why.hospital", {})},
    "halt_heard.stands": {"who": ("halt.by.family", {}), "why": ("halt.why.hospital", {})},
    "change_said.stands": {"why": ("halt.why.hospital", {})},
    "halt_look.asked": {"why": ("halt.why.died", {})},
    "halt_look.called": {"who": ("halt.by.mandate", {"helper": "张阿姨"}), "why": ("halt.why.died", {})},
    "visit_card.going": {"called": "王阿姨", "building": "3", "serves": True},
    "visit_card.wanted": {"building": "3"},
    "visit_card.over": {"stage": "done"},
    "queue.card": {
        "lines": [
            ("queue.line", {"number": "12", "urgency": ("queue.urgency.red", {}), "why": "", "minutes": 25, "hours": 0})
        ],
        "more": 2,
    },
    "queue.line": {"number": "12", "why": "", "hours": 3},
    "goes_first.operator": {"left": ("refill.left.0-2", {}), "why": ("goes_first.why.bedridden", {})},
    "problem_notice.hears": {"until": MORNING},
    "order_card.calls": {"until": MORNING},
    "order_card.off_duty": {"until": MORNING},
    "off_duty.is_off": {"until": MORNING},
    "urgent_case.hears": {"number": "12", "why": ("goes_first.why.bedridden", {})},
    "consult.case": {"why": ("goes_first.why.bedridden", {}), "left": ("refill.left.3-7", {})},
    "parcel_wrong.sent": {"until": MORNING},
    "i_said.one": {"kind": ("wrong_with.missing", {}), "role": ("wrong_by.hers", {}), "at": MORNING},
    "case_free.group": {"what": ("incident.kind.parcel-missing", {}), "orders": "R-1042"},
    "case_free.supervisor": {"what": ("incident.kind.parcel-missing", {}), "orders": "R-1042"},
    "run_sheet.card": {"stage": ("batch.on-the-way", {})},
}


def has_sample(key: str, word: str) -> bool:
    return word in SAMPLES or word in SPECIAL.get(key, {})


def sample(key: str, word: str) -> Any:
    """KeyError for a word without an example."""
    if not has_sample(key, word):
        raise KeyError(
            f"{word} of {key} has no example: is it misspelled? If not, add one to SAMPLES in bot/render/samples.py"
        )
    return SPECIAL.get(key, {}).get(word, SAMPLES.get(word))
