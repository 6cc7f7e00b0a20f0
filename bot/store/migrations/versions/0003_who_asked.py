"""Which dialog waits for this one's end."""

import sqlalchemy as sa
from alembic import op

from bot.store.migrations import serves

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column("dialogs", sa.Column("asked_by", sa.String(), nullable=False, server_default=""))
    serves("0002")
