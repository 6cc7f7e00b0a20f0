"""What a neighbours' group was told, for the number of notices a day."""

import sqlalchemy as sa
from alembic import op

from bot.store.migrations import serves

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("places", sa.Column("notices", sa.String(), nullable=False, server_default="{}"))
    serves("0001")
