"""Every wrong setting gives one sentence that names the variable and says what to do; no secret ever shows."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from bot.config import PREFIX, BadSetting, Config, described, load, new_keys

KEY = base64.b64encode(b"k" * 32).decode()
REAL = "123456:AAbbccddeeffgghhiijjkkllmmnnoopp"
GOOD = {
    "MEDRELAY_TOKEN": "4242:SANDBOX-test",
    "MEDRELAY_BOT_API": "http://127.0.0.1:8081",
    "MEDRELAY_ENCRYPTION_KEYS": KEY,
    "MEDRELAY_HASH_KEY": KEY,
    "MEDRELAY_HOSPITAL_URL": "http://127.0.0.1:8082/fhir/",
}


def test_a_good_environment() -> None:
    config = load(GOOD | {"MEDRELAY_FEED_SECONDS": "0.5", "MEDRELAY_QUIET_FROM": "20:30", "PATH": "/bin"})
    assert config.token == "4242:SANDBOX-test"
    assert config.sandbox
    assert config.bot_id == 4242
    assert config.hospital_url == "http://127.0.0.1:8082/fhir"
    assert config.encryption_keys == (("1", b"k" * 32),)
    assert (config.feed_seconds, config.quiet_from, config.quiet_until) == (0.5, 20 * 60 + 30, 7 * 60 + 30)
    assert (config.rx_max_age_months, config.history_months, config.order_hours) == (2, 3, 72)
    assert config.database == Path("medrelay.sqlite")


def test_a_database_of_ones_own() -> None:
    assert load(GOOD | {"MEDRELAY_DATABASE": "/var/lib/medrelay/bot.sqlite"}).database.name == "bot.sqlite"


def test_a_real_bot() -> None:
    config = load(GOOD | {"MEDRELAY_TOKEN": REAL, "MEDRELAY_BOT_API": "https://api.telegram.org/"})
    assert not config.sandbox
    assert config.bot_api == "https://api.telegram.org"


def test_no_secret_shows() -> None:
    secret = {name: f"hidden{name}" for name in ("OPERATOR_CODE", "HOSPITAL_TOKEN", "PROVIDER_TOKEN")}
    config = load(GOOD | {f"{PREFIX}{name}": value for name, value in secret.items()})
    shown = repr(config)
    assert "hidden" not in shown
    assert "SANDBOX-test" not in shown
    assert "kkkk" not in shown
    assert "127.0.0.1:8081" in shown


def test_the_environment_goes_before_the_file(tmp_path: Path) -> None:
    file = tmp_path / "medrelay.toml"
    file.write_text('timezone = "Asia/Seoul"\norder_hours = 48\nsandbox_clock = ""\n')
    config = load(GOOD | {"MEDRELAY_CONFIG": str(file), "MEDRELAY_ORDER_HOURS": "24"})
    assert (config.timezone, config.order_hours, config.sandbox_clock) == ("Asia/Seoul", 24, None)


def test_keys_are_made_and_can_be_rotated() -> None:
    made = dict(line.split("=", 1) for line in new_keys().splitlines())
    config = load(GOOD | made)
    assert len(config.hash_key) == 32
    rotated = load(GOOD | {"MEDRELAY_ENCRYPTION_KEYS": f"new:{KEY}, old:{KEY}"})
    assert [name for name, _ in rotated.encryption_keys] == ["new", "old"]


def test_every_setting_is_described_with_its_unit() -> None:
    rows = described()
    assert len(rows) > 30
    assert all(name.startswith(PREFIX) and doc for name, _, doc in rows)
    assert ("MEDRELAY_ORDER_HOURS", "72", "h from order to hand-over") in rows
    assert ("MEDRELAY_TOKEN", "", "bot token from @BotFather") in rows


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"TOKEN": ""}, "MEDRELAY_TOKEN is missing: take it from @BotFather"),
        ({"TOKEN": "123:short"}, "MEDRELAY_TOKEN is no bot token"),
        ({"BOT_API": "https://api.telegram.org"}, "MEDRELAY_BOT_API must be the sandbox messenger's URL"),
        ({"TOKEN": REAL, "SANDBOX_CLOCK": "clock.json"}, "MEDRELAY_SANDBOX_CLOCK .* leave it out"),
        ({"BOT_API": "localhost:80"}, "MEDRELAY_BOT_API must be a URL"),
        ({"HASH_KEY": "c2hvcnQ="}, "MEDRELAY_HASH_KEY must be 32 bytes as base64"),
        ({"HASH_KEY": "no base64"}, "MEDRELAY_HASH_KEY must be 32 bytes as base64"),
        ({"HASH_KEY": None}, "MEDRELAY_HASH_KEY is missing: `medrelay keys`"),
        ({"ENCRYPTION_KEYS": f"a:{KEY},a:{KEY}"}, "MEDRELAY_ENCRYPTION_KEYS must be keys with different names"),
        ({"ORDER_HOURS": "seventy-two"}, "MEDRELAY_ORDER_HOURS must be a whole number from 1 to 720"),
        ({"ORDER_HOURS": "0"}, "MEDRELAY_ORDER_HOURS must be a whole number"),
        ({"FEED_SECONDS": "often"}, "MEDRELAY_FEED_SECONDS must be a number from 0.05 to 3600"),
        ({"FEED_SECONDS": "nan"}, "MEDRELAY_FEED_SECONDS must be a number"),
        ({"TIMEZONE": "Asia/Nowhere"}, "MEDRELAY_TIMEZONE must be a time zone such as"),
        ({"QUIET_FROM": "25:00"}, "MEDRELAY_QUIET_FROM must be a time of day such as 21:00"),
        ({"DATABASE": " "}, "MEDRELAY_DATABASE must be the path of a file"),
        ({"TOKN": "x"}, "MEDRELAY_TOKN is no setting of MedRelay: remove it or mend its spelling"),
        ({"CONFIG": "/nowhere/x.toml"}, "MEDRELAY_CONFIG names a file that cannot be read"),
    ],
)
def test_one_sentence_names_the_variable(changed: dict[str, str | None], said: str) -> None:
    env = GOOD | {f"{PREFIX}{name}": value or "" for name, value in changed.items()}
    for name, value in changed.items():
        if value is None:
            del env[f"{PREFIX}{name}"]
    with pytest.raises(BadSetting, match=said) as wrong:
        load(env)
    assert str(wrong.value).count(". ") == 0
    assert REAL not in str(wrong.value)


def test_a_file_that_is_no_toml(tmp_path: Path) -> None:
    file = tmp_path / "medrelay.toml"
    file.write_text("= nonsense")
    with pytest.raises(BadSetting, match="MEDRELAY_CONFIG names a file that is no TOML"):
        load(GOOD | {"MEDRELAY_CONFIG": str(file)})


def test_the_process_environment_is_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in GOOD.items():
        monkeypatch.setenv(name, value)
    assert isinstance(load(), Config)
