"""Of a post: what must still be so, until when it waits alone, and since when it has no answer."""

import sqlalchemy as sa
from alembic import op

from bot.store.migrations import serves

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.add_column("posts", sa.Column("holds", sa.String(), nullable=False, server_default=""))
    for name in ("aside", "since"):
        op.add_column("posts", sa.Column(name, sa.BigInteger(), nullable=False, server_default="0"))
    serves("0002")
