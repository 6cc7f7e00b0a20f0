"""An index by which the outbox is read a little at a time: of each priority what became ready first."""

import sqlalchemy as sa
from alembic import op

from bot.store.migrations import serves

revision = "0028"
down_revision = "0027"

LATER = """
CASE
    WHEN aside > due AND aside > not_before THEN aside
    WHEN due > not_before THEN due
    ELSE not_before
END"""
READY = f"""(
CASE
    WHEN queued > (1000 *{LATER}) THEN queued
    ELSE 1000 *{LATER} + queued % 1000
END)"""


def upgrade() -> None:
    where = sa.text("shown != wanted AND state != 'failed'")
    op.create_index(
        "ix_posts_ready",
        "posts",
        ["bot_id", "priority", sa.text(READY)],
        sqlite_where=where,
        postgresql_where=where,
    )
    serves("0002")
