"""Putting a hospital in service lets the bot hear no more than it needs."""

from __future__ import annotations

import re

from tests.docs.pages import ROOT, pages

PAGE = ROOT / "docs" / "how-to" / "put-in-service.md"


def test_privacy_mode_stays_on_wherever_it_is_spoken_of() -> None:
    told = [line for page in pages() for line in page.read_text("utf-8").splitlines() if "/setprivacy" in line]
    assert told
    assert [line for line in told if "Enable" not in line] == []


def test_the_bot_is_admin_in_the_hospitals_groups_only() -> None:
    rows = re.findall(r"^\| (.+?) \| (?:.*group.*?) \| .+? \| (admin|member)", PAGE.read_text("utf-8"), re.MULTILINE)
    assert {group: what for group, what in rows} == {
        "one for each department": "admin",
        "review": "admin",
        "operators": "member",
        "one or more for each compound": "member",
    }
