"""What stands for a while, and who has read of it."""

import sqlalchemy as sa
from alembic import op

from bot.store.migrations import sealed, serves

revision = "0027"
down_revision = "0026"


def upgrade() -> None:
    op.create_table(
        "alerts",
        sa.Column("bot_id", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("id", sa.String(), primary_key=True),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("kind", "places", "told", "after")),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in ("since", "by", "over", "until")),
        sa.Column("triage", sa.Boolean(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("born", sa.BigInteger(), nullable=False),
    )
    op.create_index("ix_alerts_over", "alerts", ["bot_id", "over"])
    sealed("alerts", "id")
    op.create_table(
        "heard",
        sa.Column("bot_id", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("id", sa.String(), primary_key=True),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("alert", "post")),
        sa.Column("person", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("born", sa.BigInteger(), nullable=False),
    )
    op.create_index("ix_heard_alert", "heard", ["bot_id", "alert"])
    serves("0002")
