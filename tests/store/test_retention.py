"""What becomes of each kind of row is declared beside its table, and told to who puts a hospital in service (R10)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from bot.model import SHAPES
from bot.model.kept import Row, kept
from bot.store import schema
from tests.docs.pages import ROOT, codes, table


@dataclass(frozen=True)
class Nothing(Row):
    id: str
    version: int = 0


def test_a_kind_without_a_rule_is_none() -> None:
    declare: Any = kept
    with pytest.raises(TypeError, match="goes"):
        declare("nothing", "id")(Nothing)


def test_the_page_tells_of_each_table_what_becomes_of_it() -> None:
    goes = {shape.table: str(shape.goes) for shape in SHAPES.values()} | schema.OWN
    assert goes.keys() | {"alembic_version"} >= schema.metadata.tables.keys()
    told = {codes(row[0])[0]: row[2] for row in table(ROOT / "docs" / "how-to" / "put-in-service.md", "retention")}
    assert told.keys() == goes.keys()
    assert {name: told[name] for name, how in goes.items() if not told[name].startswith(how)} == {}
