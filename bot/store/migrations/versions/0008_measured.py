"""What was measured lately: how long a department's patients waited for their doctor."""

import sqlalchemy as sa
from alembic import op

from bot.store.migrations import serves

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.create_table(
        "measured",
        sa.Column("bot_id", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("values", sa.String(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("born", sa.BigInteger(), nullable=False),
    )
    serves("0002")
