"""Exceptions have a card, an owner since when, who ended them, and what may be tried again."""

import sqlalchemy as sa
from alembic import op

from bot.store.migrations import serves

revision = "0012"
down_revision = "0010"


def upgrade() -> None:
    for name, kind, empty in (("card", sa.String(), "''"), ("taken", sa.BigInteger(), "0"),
                              ("done_by", sa.BigInteger(), "0")):  # fmt: skip
        op.add_column("incidents", sa.Column(name, kind, nullable=False, server_default=sa.text(empty)))
    op.add_column("incidents", sa.Column("sealed", sa.LargeBinary(), nullable=True))
    op.create_index("ix_incidents_card", "incidents", ["bot_id", "card"])
    serves("0002")
