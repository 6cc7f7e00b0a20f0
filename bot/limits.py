"""How long each part of an order may take: the settings of the ladder (bot/ladder.py), one for each of its rungs."""

from __future__ import annotations

from dataclasses import dataclass

from bot.settings import in_languages, setting, whole


@dataclass(frozen=True, slots=True)
class Limits:
    """A rung of less than 12 h is counted in opening hours, any other as time passes; a red order's are divided."""

    untaken_minutes: int = setting(whole(1, 719), 30, "min of opening hours until a doctor takes an order")
    silent_minutes: int = setting(whole(1, 719), 30, "min of opening hours without a word until a case is given back")
    idle_minutes: int = setting(whole(1, 719), 120, "min of opening hours in which nobody says anything in a consult")
    unreviewed_minutes: int = setting(whole(1, 719), 30, "min of opening hours until a prescription is reviewed")
    unpaid_hours: int = setting(whole(1, 720), 12, "h until an order that is settled is paid")
    unpacked_hours: int = setting(whole(1, 720), 24, "h until an order that is paid is packed")
    unleft_hours: int = setting(whole(1, 720), 24, "h until a parcel that is packed leaves the hospital")
    unconfirmed_hours: int = setting(whole(1, 720), 24, "h until a parcel that was handed over is confirmed")
    problem_hours: int = setting(
        whole(1, 720), 4, "h until whoever said that something is wrong with a parcel is called"
    )
    unsolved_hours: int = setting(whole(1, 720), 24, "h until the supervisor hears of a problem that is not settled")
    unowned_minutes: int = setting(whole(1, 719), 30, "min of opening hours until an exception is taken by an operator")
    unowned_hours: int = setting(whole(1, 720), 4, "h until the supervisor hears of an exception that nobody takes")
    operators_hours: int = setting(whole(1, 720), 24, "h from order until the operators are told")
    contact_hours: int = setting(whole(1, 720), 48, "h from order until the contact of its sub-district is told")
    supervisor_hours: int = setting(whole(1, 720), 60, "h from order until the supervisor is told")
    order_hours: int = setting(whole(1, 720), 72, "h from order to hand-over")
    bridge_hours: int = setting(whole(1, 72), 4, "h until who ordered with 0-2 days left reads where to ask meanwhile")
    red_share: int = setting(whole(1, 24), 4, "by how much each limit of an order with 0-2 days left is divided")
    bridge_words: tuple[tuple[str, str], ...] = setting(
        in_languages, (), "the hospital's words where to get medicine for the days between, as zh-CN: ... | en: ..."
    )
