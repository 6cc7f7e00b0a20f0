"""The only reader of the environment: MEDRELAY_* variables over an optional TOML file become one frozen Config.

No other module looks at os.environ. Secrets never show in a repr or in an error.
"""
# ruff: noqa: RUF009 - setting() is dataclasses.field()

from __future__ import annotations

import base64
import hmac
import os
import re
import secrets
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from bot import triage
from bot.limits import Limits
from bot.quiz import Question, questions
from bot.settings import (
    KEY_BYTES,
    code,
    days,
    file,
    key,
    minute_of_day,
    minute_or_off,
    named_keys,
    names,
    number,
    one_of,
    optional_url,
    path,
    setting,
    text,
    url,
    weekdays,
    whole,
    zone,
)

PREFIX = "MEDRELAY_"
TOKEN = re.compile(r"\d+:[\w-]{30,}", re.ASCII)
SANDBOX_TOKEN = re.compile(r"\d{1,18}:SANDBOX[\w-]*", re.ASCII)
TELEGRAM = "https://api.telegram.org"


class BadSetting(Exception):
    """One sentence that names the variable and says what to do."""


@dataclass(frozen=True, slots=True)
class Config(Limits):
    """Everything that can be set. A field ``x_y`` is the variable MEDRELAY_X_Y or ``x_y`` in the TOML file."""

    # --- Telegram
    token: str = setting(text, "", "bot token from @BotFather", secret=True)
    bot_api: str = setting(url, TELEGRAM, "root URL of the Bot API server")
    proxy: str = setting(optional_url, "", "HTTP proxy for Telegram, empty = none", secret=True)
    provider_token: str = setting(text, "", "payment provider's token, empty = no pay button in chat", secret=True)

    # --- the one port: Telegram's deliveries, health
    webhook_url: str = setting(
        optional_url, "", "https address at which Telegram delivers to http_port, empty = updates are fetched"
    )
    webhook_connections: int = setting(whole(1, 100), 40, "deliveries that Telegram may make at once")
    http_host: str = setting(text, "127.0.0.1", "address of this machine to listen on")
    http_port: int = setting(whole(0, 65535), 0, "port to listen on, 0 = none")
    metrics_host: str = setting(text, "127.0.0.1", "address of this machine for metrics_port")
    metrics_port: int = setting(
        whole(0, 65535), 0, "port of /metrics, 0 = http_port's, where that listens on this machine only"
    )

    log_format: str = setting(one_of("text", "json"), "text", "json = the log as JSON, a line each, to be collected")

    # --- what is kept
    database: Path = setting(path, Path("medrelay.sqlite"), "SQLite file")
    encryption_keys: tuple[tuple[str, bytes], ...] = setting(
        named_keys, (), "AES-256 keys as name:base64, comma-separated; the first seals", secret=True
    )
    hash_key: bytes = setting(key, b"", "32 bytes as base64 for keyed hashes; never change it", secret=True)

    # --- hospital
    hospital_url: str = setting(optional_url, "", "base URL of the FHIR server")
    hospital_token: str = setting(text, "", "bearer token for it", secret=True)
    hospital_namespace: str = setting(url, "https://medrelay.example/fhir", "namespace of own codes and identifiers")
    operator_code: str = setting(
        code,
        "",
        "12 to 60 letters or digits of the link ?start=op-CODE for the first operator, once",
        secret=True,
    )

    order_prefix: str = setting(text, "R", "letters before an order's number; differs for each bot of one hospital")
    group_lang: str = setting(text, "zh-CN", "language of a group until an operator chooses another")
    questionnaire: str = setting(text, "pre-consult", "name of the hospital's questions before a consult")

    # --- time
    timezone: str = setting(zone, "Asia/Shanghai", "IANA time zone of all rules and texts")
    sandbox_clock: Path | None = setting(file, None, "clock file of a sandbox run; refused with a real token")

    # --- how often we look, in wall seconds
    feed_seconds: float = setting(number(0.05, 3600), 45.0, "s between two looks at the hospital's changes")
    reread_seconds: float = setting(number(0.5, 86400), 300.0, "s between two readings of every open order by its id")
    look_seconds: float = setting(number(0.02, 60), 1.0, "s between two looks of a worker that nobody wakes")
    hold_seconds: float = setting(
        number(0, 5), 2.0, "s that a text waits for what it may answer while that is still on its way"
    )
    long_poll_seconds: float = setting(number(0, 50), 50.0, "s that Telegram may hold an empty getUpdates")

    # --- how fast we send (Telegram: about 30/s, 1/s a chat, 20/min a group)
    private_per_second: float = setting(number(0.1, 1000), 1.0, "messages/s in one private chat")
    private_burst: int = setting(whole(1, 1000), 5, "messages at once in one private chat after a rest")
    group_per_minute: int = setting(whole(1, 100000), 18, "calls/min in one group, a forum as a whole")
    bulk_per_second: int = setting(whole(1, 100000), 25, "notices and broadcasts/s over all chats")
    reserve: int = setting(whole(0, 1000), 5, "messages/s beyond these that only people get")

    # --- photos
    read_photos: str = setting(one_of("auto", "off"), "auto", "auto = read photos where the extra ocr is installed")

    # --- people
    proof_in_chat: str = setting(
        one_of("on", "off"), "off", "on = a proof for who acts for somebody may be sent as a photo or voice note"
    )

    quiz: tuple[Question, ...] = setting(
        questions, (), "TOML file of the questions that a neighbour answers before applying, empty = none"
    )

    # --- rules and deadlines
    rx_max_age_months: int = setting(whole(1, 24), 2, "months: how old a prescription may be")
    early_days: int = setting(
        whole(0, 90), 14, "days of medicine left by the record from which an order is asked about"
    )
    more_percent: int = setting(whole(0, 100), 50, "percent more boxes than the record shows that may be asked for")
    unseen_boxes: int = setting(whole(1, 20), 3, "boxes at most of what the record shows without saying how many")
    history_months: int = setting(whole(1, 24), 3, "months of dispensing looked up")
    mandate_months: int = setting(whole(1, 24), 6, "months that an ambassador's mandate lasts")
    keep_days: int = setting(
        whole(1, 365), 14, "days after its close in which an order's words, names and lines are kept here"
    )
    application_days: int = setting(
        whole(2, 365), 30, "days after which a neighbour's application ends that nobody has answered"
    )
    draft_days: int = setting(whole(1, 90), 14, "days that an unfinished order is kept")
    family_link_hours: int = setting(whole(1, 168), 24, "h that a link for somebody else to pay is good")
    wrong_tries: int = setting(whole(1, 50), 5, "wrong numbers or birthdays in a day, of one account or for one number")
    pay_lease_minutes: int = setting(whole(1, 60), 10, "min that one payer holds an order while paying")
    cash_desks: frozenset[str] = setting(
        names, frozenset(), "ids of the desks (PractitionerRole) that may take money, comma-separated; empty = none"
    )
    price_minutes: int = setting(whole(1, 1440), 60, "min until a drug that is not in the hospital's list is priced")
    seen_minutes: int = setting(whole(1, 1440), 10, "min until a case stands in its doctors' group, or she is told")
    settle_minutes: int = setting(whole(1, 1440), 10, "min that an insurer's answer may take until somebody is told")
    claim_minutes: int = setting(
        whole(1, 1440), 60, "min that the phone which has a record is asked before an operator calls"
    )
    answer_from: int = setting(
        minute_of_day, 15 * 60, "HH:MM when people hear whether a record was opened (minutes of the day)"
    )
    quiet_from: int = setting(minute_of_day, 21 * 60, "HH:MM when groups become quiet (kept as minutes of the day)")
    quiet_until: int = setting(minute_of_day, 7 * 60 + 30, "HH:MM when groups may be written to again (minutes)")
    open_from: int = setting(minute_of_day, 8 * 60, "HH:MM when somebody reads what patients ask (minutes of the day)")
    open_until: int = setting(minute_of_day, 17 * 60 + 30, "HH:MM until which somebody reads it (minutes of the day)")
    open_days: str = setting(weekdays, "1234567", "days on which somebody reads it, 1 = Monday")
    closed_days: frozenset[str] = setting(days, frozenset(), "ISO days on which nobody does, such as public holidays")
    answer_hours: float = setting(number(0.1, 48), 2.0, "working h without an answer until the next one is asked")
    after_days: int = setting(whole(0, 90), 7, "days after delivery in which her words still reach the doctor")
    board_at: int = setting(
        minute_or_off, 8 * 60, "HH:MM when operators get the board, off = only when asked for (minutes of the day)"
    )
    call_one_in: int = setting(
        whole(0, 1000), 10, "the desk calls one in so many orders confirmed for somebody, 0 = none"
    )
    hospital_phone: str = setting(text, "", "number that people are told to call, empty = told to call without one")
    triage: Path | None = setting(file, None, "the hospital's questions in an emergency, a TOML file; empty = none")
    slow_seconds: float = setting(number(0.5, 600), 8.0, "s after which an answer of the hospital counts as slow")
    slow_hours: int = setting(
        whole(1, 72), 4, "h until operators are asked if it is over, where one of them told people that it is slow"
    )
    slow_minutes: int = setting(
        whole(1, 120), 5, "min in which half of the answers are slow or none until people read so"
    )
    own_numbers: frozenset[str] = setting(
        names, frozenset(), "further numbers of the hospital that its texts to groups may name, comma-separated"
    )
    own_links: frozenset[str] = setting(
        names, frozenset(), "hosts of the hospital that its texts to groups may name, comma-separated"
    )
    group_notices_per_day: int = setting(whole(1, 20), 3, "arrival notices a compound group gets in a day")
    group_notice_hours: int = setting(whole(1, 168), 24, "h after which an arrival notice is removed from the group")

    @property
    def webhook_secret(self) -> str:
        """What Telegram brings with each delivery (Bot API: setWebhook, secret_token); a new token changes it."""
        return hmac.digest(self.hash_key, f"webhook {self.token}".encode(), "sha256").hex()

    @property
    def bot_id(self) -> int:
        """The bot's account: the number before the colon of its token."""
        return int(self.token.partition(":")[0])

    @staticmethod
    def in_the_open(where: str) -> bool:
        """Whether what is sent to this address can be read on the way."""
        parts = urlsplit(where)
        return parts.scheme == "http" and not at_home(parts.hostname or "")

    @property
    def sandbox(self) -> bool:
        """Whether the token is one that only the sandbox messenger takes."""
        return bool(SANDBOX_TOKEN.fullmatch(self.token))


def at_home(host: str) -> bool:
    """Whether only this machine is meant."""
    return host in ("localhost", "::1") or host.startswith("127.")


REQUIRED = {
    "token": "take it from @BotFather, or 4242:SANDBOX-demo for the sandbox messenger",
    "encryption_keys": "`medrelay keys` prints a line to copy",
    "hash_key": "`medrelay keys` prints a line to copy",
    "hospital_url": "set it to the base URL of the hospital's FHIR server",
}


def load(environ: Mapping[str, str] | None = None) -> Config:
    """The settings of this process; BadSetting with one clear sentence when one of them cannot be used."""
    env = os.environ if environ is None else environ
    given = _from_file(env.get(f"{PREFIX}CONFIG", ""))
    known = {item.name for item in fields(Config)}
    for name, value in env.items():
        if name.startswith(PREFIX) and name != f"{PREFIX}CONFIG":
            given[name.removeprefix(PREFIX).lower()] = value
    for name in given.keys() - known:
        raise BadSetting(f"{PREFIX}{name.upper()} is no setting of MedRelay: remove it or mend its spelling.")
    found = Config(**{item.name: _parse(item.name, item.metadata["parse"], given[item.name])
                      for item in fields(Config) if item.name in given})  # fmt: skip
    _check(found)
    return found


def of_a_harness() -> Config:
    """For `medrelay bench-dialog`: BOT_API_ROOT, TOKEN, STATE_DIR and perhaps WEBHOOK_PORT of any harness; no rates.

    BadSetting where one is missing.
    """
    try:
        root, token, folder = (os.environ[name] for name in ("BOT_API_ROOT", "TOKEN", "STATE_DIR"))
    except KeyError as missing:
        raise BadSetting(f"{missing.args[0]} is missing: the harness that plays the dialog sets it.") from None
    no_secret = base64.b64encode(bytes(KEY_BYTES)).decode()
    most = {"private_per_second": "1000", "private_burst": "1000", "bulk_per_second": "100000"}
    given = {
        "token": token,
        "bot_api": root,
        "database": f"{folder}/bench.sqlite",
        "hospital_url": "http://127.0.0.1:9",
    }
    given |= {"encryption_keys": f"1:{no_secret}", "hash_key": no_secret, "read_photos": "off", **most}
    if port := os.environ.get("WEBHOOK_PORT", ""):
        given |= {"http_port": port, "webhook_url": f"http://127.0.0.1:{port}"}
    return load({f"{PREFIX}{name.upper()}": value for name, value in given.items()})


def new_keys() -> str:
    """Two lines for the environment with fresh keys."""
    fresh = [base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode() for _ in range(2)]
    return f"{PREFIX}ENCRYPTION_KEYS=1:{fresh[0]}\n{PREFIX}HASH_KEY={fresh[1]}"


def described() -> list[tuple[str, str, str]]:
    """Every setting as (variable, default, meaning with its unit), for the reference and --help."""
    return [(f"{PREFIX}{item.name.upper()}", _shown(item.default), item.metadata["doc"]) for item in fields(Config)]


def _from_file(where: str) -> dict[str, str]:
    if not where:
        return {}
    try:
        found = tomllib.loads(Path(where).read_text("utf-8"))
    except OSError as error:
        raise BadSetting(
            f"{PREFIX}CONFIG names a file that cannot be read: {error.strerror or 'no such file'}."
        ) from error
    except ValueError as error:  # also bytes that are no UTF-8
        raise BadSetting(f"{PREFIX}CONFIG names a file that is no TOML: mend it.") from error
    return {name: str(value) for name, value in found.items()}


def _parse(name: str, parse: Callable[[str], Any], value: str) -> Any:
    try:
        return parse(value)
    except ValueError as wanted:
        raise BadSetting(f"{PREFIX}{name.upper()} must be {wanted}: correct it or leave it out.") from None


def _check(found: Config) -> None:
    for name, what_to_do in REQUIRED.items():
        if not getattr(found, name):
            raise BadSetting(f"{PREFIX}{name.upper()} is missing: {what_to_do}.")
    if not found.sandbox and not TOKEN.fullmatch(found.token):
        raise BadSetting(f"{PREFIX}TOKEN is no bot token (123456:ABC...): copy all of it again from @BotFather.")
    if found.sandbox and found.bot_api == TELEGRAM:
        raise BadSetting(f"{PREFIX}BOT_API must be the sandbox messenger's URL, because the token is a sandbox one.")
    _check_secrets(found)
    _check_triage(found)
    if found.webhook_url and not found.http_port:
        raise BadSetting(f"{PREFIX}WEBHOOK_URL needs {PREFIX}HTTP_PORT, the port that its deliveries are passed on to.")
    if found.open_until <= found.open_from:
        raise BadSetting(f"{PREFIX}OPEN_UNTIL must be later than {PREFIX}OPEN_FROM: correct one of them.")
    if found.sandbox_clock and not found.sandbox:
        raise BadSetting(f"{PREFIX}SANDBOX_CLOCK moves the time of all rules and needs a sandbox token: leave it out.")


def _check_triage(found: Config) -> None:
    try:
        triage.read(found.triage)
    except triage.BadTriage as why:
        raise BadSetting(f"{PREFIX}TRIAGE names a file that is not right: {why}.") from None


def _check_secrets(found: Config) -> None:
    """A real token goes over TLS, or stays on this machine."""
    if not found.sandbox:
        for name, secret in (
            ("bot_api", found.token),
            ("hospital_url", found.hospital_token),
            ("webhook_url", found.webhook_url),
        ):
            if secret and found.in_the_open(getattr(found, name)):
                raise BadSetting(
                    f"{PREFIX}{name.upper()} begins with http://, so its token could be read on the way: use https://."
                )


def _shown(default: Any) -> str:
    return "" if default in (None, "", b"", (), frozenset()) else str(default)
