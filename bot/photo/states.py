"""What a stamp, a pen or a screen says of a paper as a whole: that it is void, or that its medicine was given.

Words only, of vocabulary.toml. The rules that a form prints (逾期作废: void when late) say the same words of another
day and stop nothing: what counts is said as done. It is read clause by clause, in Chinese and in English.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from bot.photo import reasons
from bot.photo.vocabulary import STATES

_LONGEST: Final = 70  # characters of a state; what is longer is a paragraph
_CLAUSE: Final = 40  # ... of a clause of it in Chinese
_HAN_RE: Final = re.compile("[\u4e00-\u9fff]")


def _of(*lists: str) -> str:
    words = sorted({w for name in lists for w in STATES[name]}, key=len, reverse=True)
    return f"(?:{'|'.join(map(re.escape, words))})"


def _patterns(*patterns: str, flags: int = 0) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(p, flags) for p in patterns)


# What a clause is told with and is no part of what it says: days, hours, money, the window, a number
_DAY: Final = (
    r"(?:(?:20)?\d\d|1[01]\d)[./年-]\d{1,2}[./月-]\d{1,2}日?|\d{1,2}[./月-]\d{1,2}(?:[./-](?:20)?\d\d)?日?"
    r"|\d{1,2}\s?(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*\.?(?:\s?(?:20)?\d\d)?\b"
)
_HOUR: Final = r"\d{1,2}[:点]\d\d(?::\d\d|分)?"
_MONEY: Final = r"-?(?:HK|NT|RMB|CN|MOP|USD)?\s?[¥$]?\s?-?\d+\.\d\d元?|(?:HK|NT)?[¥$]\d+"
_WINDOW: Final = r"[在由于]?[西中急门诊药房]{0,5}\d{1,2}号窗口?|第?\d{1,2}窗口?|窗口\d"
_NUMBER: Final = r"第\d次|\([\u4e00-\u9fff]{0,4}[A-Z\d]{6,}\)|票据号\d+"
_ASIDE_RE: Final = re.compile(rf"[于在]?(?:{_DAY})(?:{_HOUR})?|{_HOUR}|{_MONEY}|{_WINDOW}|{_NUMBER}", re.IGNORECASE)

_THIS: Final = rf"(?:{_of('this')}张?){{0,3}}"
_PAPER: Final = _of("papers")
_DRUGS: Final = _of("drugs")
_BY: Final = rf"[被由]?{_of('people')}?"
_HAS: Final = "(?:均|都|皆)?已经?"
_HOW: Final = rf"(?:{_of('how')}|从[\u4e00-\u9fff]{{2,8}}|[在由被][\u4e00-\u9fff]{{2,10}}?){{0,2}}"
_END: Final = "(?:办讫|讫|完毕|完成|完|成功|毕|清|齐|全|到账|了|过|走|处理|出|到){0,2}"
_WHOM: Final = rf"(?:[至给回咗]?{_of('whom')}了?)?"
_STATE: Final = (
    rf"(?!{_of('not_of_drugs')})[\u4e00-\u9fff]{{0,8}}(?:状态|标志|结果|情况|结论|意见|确认|纪录)[:：](?:\d\()?"
)
_USE: Final = "(?:用|使用|发药|配药?|调剂|调配|取药|购药|执药)"

_VOID: Final = _patterns(
    rf"{_of('void')}(?:退回|{_of('void')})?",
    # 该处方已被医生撤销
    rf"{_THIS}{_of('papers', 'bills')}?{_BY}{_HAS}{_HOW}{_of('ended')}{{1,3}}{_END}(?:{_THIS}{_PAPER}|{_WHOM})",
    # 药全部退回药房
    rf"(?:本次|患者)?{_DRUGS}(?:{_HAS})?(?:全部|都)?退{_of('ended')}?{_END}{_WHOM}",
    # 此方作废
    rf"{_THIS}{_of('papers', 'bills')}?(?:全部|全额|系统)?{_of('ended_alone')}{{1,3}}{_END}(?:重[开打])?{_PAPER}?",
    rf"[本此该这]张?{_PAPER}{_of('ended')}",
    rf"{_THIS}{_PAPER}(?:已超时)?(?:因[\u4e00-\u9fff]{{2,8}})?(?:已?自动{_of('ended')}|收回|退回)了?",
    # 状态:已作废
    rf"{_STATE}[为是]?(?:(?:{_HAS})?(?:全部)?{_of('ended')}{{1,2}}(?:调配|配药)?|[不未]通过|无效|不合格|不合理|停用)\)?",
    rf"[\u4e00-\u9fff]{{0,4}}(?:缴费|收费|支付)状态[:：](?:{_HAS})?{_of('ended')}{{1,2}}",
    r"(?:药师)?(?:处方)?(?:审核|审方)(?:结果|状态|意见)?[:：]?(?:不|未|没有?)(?:通过|合格)(?:[:：].+)?",
    rf"{_THIS}(?:处方)?(?:审核)?未通过(?:药师)?(?:审核)?",
    # 作废人:刘敏
    rf"(?:作废|撤销|驳回|退[回费款药]|冲销|冲红|红冲|注销)(?:人员?|原因|时间|日期|操作员)[:：](?!作废)[^:：]+(?:{_HOUR})?",
    r"(?:药师)?(?:拒绝|不予|不得|拒)(?:调配|调剂|发药?|配药?|取药)",
    # 请勿发药
    rf"(?:{_THIS}{_PAPER}?|超过[三3]天)(?:不能|不可|请?勿|不得|不要|唔好)再?{_USE}[了嚟]?",
    rf"(?:医生说)?{_THIS}{_PAPER}?(?<=[\u4e00-\u9fff])(?:不用|不要用|别用|不可用|用不了)了",
    r"(?:以上药?|整张|全部(?:药品?|医嘱)?)(?:已经?)?[全都]?(?:停用?|停止|退费?|退药)了?",
    rf"{_THIS}{_PAPER}?已?超过\d?天?有效期",
    # 退费凭证
    r"[\u4e00-\u9fff]{0,8}(?:红字|冲红|冲销|退[费款药货])(?:发票|[票收]据|凭证|清单|明细|单|回执|小票)",
    r"[\u4e00-\u9fff]{0,8}(?:交易|订单)已(?:撤销|作废|取消|关闭)",
)
_USED: Final = _patterns(
    _of("used"),
    # 该处方已核销
    rf"{_THIS}{_PAPER}?{_DRUGS}?{_BY}{_HAS}{_HOW}{_of('given')}{{1,3}}{_END}{_WHOM}(?:{_THIS}{_DRUGS})?",
    # 发药完毕
    rf"{_THIS}{_PAPER}?{_DRUGS}?(?:全部?|全数|都|全都)?(?:[取领发配售派](?:药|讫)|药|[取领发]){{1,2}}(?:完毕|完成|[完毕讫清齐])了?",
    # 药拿走了
    rf"{_THIS}{_DRUGS}?(?:全部?|都)?{_BY}{_of('taken')}(?:完|齐|走|过|咗|晒)(?:药|晒|病人)?了?",
    rf"{_DRUGS}(?:全部?|都)?{_BY}{_of('taken')}[了晒]",
    rf"{_STATE}(?:(?:{_HAS})?(?:全部)?(?:收费已)?{_of('given')}{{1,3}}{_END}|{_HAS}(?:完成|结束|执行)(?:取药)?|(?:取药)?成功)\)?",
    "(?:取药|领药|发药|配药|核销|自提|配送|交易|订单|购药)已?(?:成功|完成|结束)",
    r"核销(?:时间|日期|药店|机构|单号)[:：].+|处方核销(?:日期|时间).*",
)
_NOT_NOW_RE: Final = re.compile(rf"{_of('not_now')}|[未没]取(?!药[,，]?(?:已|系统))|\(\d{{1,3}}\)")  # 已取消(0)
_CHOICE_RE: Final = re.compile(rf"{_of('choices')}|待.{{2}}|未(?!支付|付款).{{2}}")
_CLAUSE_RE: Final = re.compile(r"[,，。;；!！?？|｜/·•()（）【】\[\]*<>《》_~]+|\s+|-{2,}")

_NOUN: Final = (
    "(?:(?:this|the|your|our|all|we've|we have|you|pt|patient) ){0,2}"
    "(?:e?rx|e?script|prescription|order|(?:tax )?invoice|(?:erx )?token|rezept|medicines?|medications?|meds?|all|items"
    "|parcel|transaction|sale|payment|delivery|(?:eps |rx |order |prescription |dispensing )?status)"
)
_BE: Final = r"(?:\s?[:–-]?\s?(?:is|was|were|are|has|have|been|already|now|fully|also|by you)){0,4}\s?[:–-]?\s?"
_OFF: Final = (
    "(?:void(?:ed)?|cancell?ed|expired|refunded|rejected|revoked|withdrawn|superseded|replaced|reversed|invalid|inactive"
    "|obsolete|discontinued|declined|denied|(?:all )?stopped|ceased|no longer valid|not valid|returned)"
)
_OUT: Final = (
    r"(?:dispensed|collected|picked up|filled|supplied|used|delivered|redeemed|sold|claimed|handed (?:out|to \w+)"
    "|received|given|completed?|issued|served)"
)
_OFF_EN: Final = _patterns(
    rf"{_NOUN}{_BE}{_OFF}(?:[\s,.;:·–(-].*)?",
    rf"{_OFF} by (?:pharmacist|prescriber|newer|rx).*",
    r"refunded (?:in full|to .*)|refund (?:complete|issued)|(?:.*,)? ?full refund given",
    flags=re.IGNORECASE,
)
_OUT_EN: Final = _patterns(
    rf"{_NOUN}{_BE}{_OUT}(?:[\s,.;:·–(-].*)?",
    rf"(?:already|fully|all items) {_OUT}\b.*|(?:picked up|redeemed|sold)\b.*|dispensing complete",
    flags=re.IGNORECASE,
)
# In capitals a stamp says it without more; Dispensed and Void are also labels of a form
_OFF_LARGE_RE: Final = re.compile(
    r"\b(?:VOID(?:ED)?|V O I D|CANCELL?ED|INVALID|REFUNDED|SPECIMEN|SAMPLE|EXPIRED|REJECTED|WITHDRAWN|REVOKED"
    r"|SUPERSEDED|REPLACED|REVERSED|OBSOLETE|OUT OF DATE|NOT VALID|NOT TO BE USED|DO NOT (?:DISPENSE|USE|FILL)"
    r"|TEST PATIENT|CREDIT NOTE|REFUND RECEIPT|CANCELLATION NOTICE|ANULAD[OA]|CANCELAD[OA]|SEM EFEITO|INUTILIZAD[OA])\b"
)
_OUT_LARGE_RE: Final = re.compile(
    r"\b(?:DISPENSED|COLLECTED|PICKED UP|FILLED|SUPPLIED|MEDICINES ISSUED|MEDS GIVEN|FULLY SERVED|DELIVERED|SOLD"
    r"|AVIAD[OA]|DISPENSAD[OA]|ENTREGUES?)\b|^USED$"
)
_LABEL_RE: Final = re.compile(
    r"\b(?:IF|UNLESS|DATE|BY|ON|WHEN|AFTER|BEFORE|MAY|WILL|PLEASE|QTY|QUANTITY|HOURS?|UNTIL|WITHOUT|FOR|NO|ITEM|SECURITY"
    r"|TO BE(?! USED))\b|:\s*$|□"
)
# In small letters a pen does, with the day
_OFF_PEN_RE: Final = re.compile(
    r"(?:void|cancell?ed|cancel this rx|expired|written in error|error|do not (?:use|fill|dispense))"
    r"(?:\s?[-,.].*| per .*)?|.* - void|[Ee]ntered in error|[Dd]emo data\b.*|[Tt]raining copy\b.*"
)
_OUT_PEN_RE: Final = re.compile(
    r"(?:disp(?:ensed|\.)|collected|picked up|p/u|filled|handed out|supplied|delivered|got meds)(?:\b|(?<=\.)).{0,20}"
)
_NOT_NOW_EN_RE: Final = re.compile(
    r"\b(?:if|unless|may|will|shall|should|must|when|after|before|until|without|please|can|could|would|once|for|qty"
    r"|quantity|not yet|ready|partly|partially|awaiting|refills?)\b",
    re.IGNORECASE,
)


def said(text: str) -> str:
    """reasons.VOID, reasons.DISPENSED, or empty. ``text`` is one word of a page, or what one stamp holds, narrow."""
    if len(text) > _LONGEST:
        return ""
    return (_chinese(text) if _HAN_RE.search(text) else "") or _english(text)


def _chinese(text: str) -> str:
    parts = [p for p in _CLAUSE_RE.split(text) if p]
    if _NOT_NOW_RE.search(text) or (len(parts) > 1 and any(_CHOICE_RE.fullmatch(p) for p in parts)):
        return ""
    clauses = (c for one in (re.sub(r"\s", "", text), *parts) for c in {one, _bare(one)} if len(c) <= _CLAUSE)
    told = {_first(c, _VOID, _USED) for c in clauses} - {""}
    return told.pop() if len(told) == 1 else ""  # both are tabs of an app


def _first(text: str, void: Iterable[re.Pattern[str]], used: Iterable[re.Pattern[str]]) -> str:
    if any(p.fullmatch(text) for p in void):
        return reasons.VOID
    return reasons.DISPENSED if any(p.fullmatch(text) for p in used) else ""


def _english(text: str) -> str:
    plain = _bare(re.sub("[\u4e00-\u9fff,，。]+", " ", text)).strip(" .:-*")
    if not plain or _NOT_NOW_EN_RE.search(plain):
        return ""
    if found := _first(plain, (*_OFF_EN, _OFF_PEN_RE), (*_OUT_EN, *([_OUT_PEN_RE] if plain != text else []))):
        return found
    if _LABEL_RE.search(plain):
        return ""
    if _OFF_LARGE_RE.search(plain):
        return reasons.VOID
    return reasons.DISPENSED if _OUT_LARGE_RE.search(plain) else ""


def _bare(clause: str) -> str:
    return _ASIDE_RE.sub("", clause).strip(":：-—./\\「」“”\"'")
