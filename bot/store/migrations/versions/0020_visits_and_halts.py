"""Home visits that were asked for, and what holds everything of a patient."""

import sqlalchemy as sa
from alembic import op

from bot.store.migrations import serves

revision = "0020"
down_revision = "0015"

TABLES = {
    "visits": ("phase compound", "since until person helper ended"),
    "halts": ("patient kind by", "since wrong confirmed wound_up undone"),
}
INDEXES = {"visits": ("person ended", "compound ended", "ended"), "halts": ("patient", "undone")}


def upgrade() -> None:
    for table, (words, numbers) in TABLES.items():
        op.create_table(
            table,
            sa.Column("bot_id", sa.BigInteger(), primary_key=True, autoincrement=False),
            sa.Column("id", sa.String(), primary_key=True),
            *(sa.Column(name, sa.String(), nullable=False) for name in words.split()),
            *(sa.Column(name, sa.BigInteger(), nullable=False) for name in numbers.split()),
            sa.Column("sealed", sa.LargeBinary(), nullable=True),
            sa.Column("version", sa.BigInteger(), nullable=False),
            sa.Column("born", sa.BigInteger(), nullable=False),
        )
        for fields in INDEXES[table]:
            names = fields.split()
            op.create_index("_".join(("ix", table, *names)), table, ["bot_id", *names])
    serves("0002")
