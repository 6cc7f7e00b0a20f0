"""Charges that lie aside are found at once."""

from alembic import op

from bot.store.migrations import serves

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    op.create_index("ix_payments_aside", "payments", ["bot_id", "aside"])
    serves("0002")
