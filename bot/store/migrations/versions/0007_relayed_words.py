"""The words of a relayed message, for as long as they may be corrected or taken back."""

import sqlalchemy as sa
from alembic import op

from bot.store.migrations import serves

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.add_column("relayed", sa.Column("sealed", sa.LargeBinary(), nullable=True))
    serves("0002")
