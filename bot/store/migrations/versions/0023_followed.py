"""What comes after a hand-over: check-ins, and the reminder before the medicine runs out."""

import sqlalchemy as sa
from alembic import op

from bot.store.migrations import sealed, serves

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    op.create_table(
        "followed",
        sa.Column("bot_id", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("patient", sa.String(), nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in ("since", "step", "days", "done")),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("born", sa.BigInteger(), nullable=False),
    )
    for name in ("patient", "done"):
        op.create_index(f"ix_followed_{name}", "followed", ["bot_id", name])
    sealed("followed", "id")
    serves("0002")
