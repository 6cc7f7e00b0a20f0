"""The numbers of a consult's words, each direction by itself."""

import sqlalchemy as sa
from alembic import op

from bot.store.migrations import serves

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.create_table(
        "counted",
        sa.Column("bot_id", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("born", sa.BigInteger(), nullable=False),
    )
    serves("0002")
