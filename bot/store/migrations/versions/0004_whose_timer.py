"""Whom a timer's flow is begun with."""

import sqlalchemy as sa
from alembic import op

from bot.store.migrations import serves

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.add_column("timers", sa.Column("person", sa.BigInteger(), nullable=False, server_default="0"))
    serves("0002")
