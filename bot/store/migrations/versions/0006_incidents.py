"""Exceptions: what was put aside and a person must see."""

import sqlalchemy as sa
from alembic import op

from bot.store.migrations import serves

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    words = [sa.Column(name, sa.String(), nullable=False) for name in ("kind", "about")]
    numbers = [sa.Column(name, sa.BigInteger(), nullable=False) for name in ("since", "last")]
    more = [sa.Column(name, sa.String(), nullable=False) for name in ("order", "code")]
    counts = [sa.Column(name, sa.BigInteger(), nullable=False) for name in ("times", "owner", "done_at")]
    op.create_table(
        "incidents",
        sa.Column("bot_id", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("id", sa.String(), primary_key=True),
        *words,
        *numbers,
        *more,
        *counts,
        sa.Column("word", sa.LargeBinary(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("born", sa.BigInteger(), nullable=False),
    )
    op.create_index("ix_incidents_done_at", "incidents", ["bot_id", "done_at"])
    op.create_index("ix_incidents_order", "incidents", ["bot_id", "order"])
    serves("0002")
