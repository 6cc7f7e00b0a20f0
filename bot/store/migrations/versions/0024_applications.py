"""A neighbour asks to be ambassador of a compound: who she is until it is decided, and how it stands."""

import sqlalchemy as sa
from alembic import op

from bot.store.migrations import sealed, serves

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    op.create_table(
        "applications",
        sa.Column("bot_id", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("id", sa.String(), primary_key=True),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("phase", "compound")),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in ("person", "since", "by", "ended")),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("born", sa.BigInteger(), nullable=False),
    )
    for name in ("person", "phase", "ended"):
        op.create_index(f"ix_applications_{name}", "applications", ["bot_id", name])
    sealed("applications", "id")
    serves("0002")
