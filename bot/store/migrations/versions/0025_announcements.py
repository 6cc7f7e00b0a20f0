"""What operators tell many groups at once."""

import sqlalchemy as sa
from alembic import op

from bot.store.migrations import sealed, serves

revision = "0025"
down_revision = "0024"


def upgrade() -> None:
    numbers = ("by", "at", "groups", "copies", "upto", "back", "changed")
    op.create_table(
        "announcements",
        sa.Column("bot_id", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("id", sa.String(), primary_key=True),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("kind", "todo")),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in numbers),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("born", sa.BigInteger(), nullable=False),
    )
    sealed("announcements", "id")
    serves("0002")
