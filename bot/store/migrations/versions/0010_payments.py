"""Every charge that the messenger told of."""

import sqlalchemy as sa
from alembic import op

from bot.store.migrations import serves

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.create_table(
        "payments",
        sa.Column("bot_id", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("order", sa.String(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("aside", sa.Boolean(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("born", sa.BigInteger(), nullable=False),
    )
    op.create_index("ix_payments_order", "payments", ["bot_id", "order"])
    serves("0002")
