"""Indexes by which what is over is found (R10), and topics that shall be deleted."""

import sqlalchemy as sa
from alembic import op

from bot.store.migrations import serves

revision = "0013"
down_revision = "0012"

WHERE = {
    "ix_posts_settled": ("posts", ["changed"], "shown = wanted"),
    "ix_posts_failed": ("posts", ["changed"], "state = 'failed'"),
    "ix_topics_gone": ("topics", ["key"], "gone"),
    "ix_orders_whole": ("orders", ["since", "no"], "snapshot IS NOT NULL"),
    "ix_batches_whole": ("batches", ["updated"], "manifest IS NOT NULL"),
    "ix_people_plain": ("people", ["id"], "roles = '[]'"),
}


def upgrade() -> None:
    op.add_column("topics", sa.Column("gone", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_index("ix_dialogs_state_touched", "dialogs", ["bot_id", "state", "touched"])
    op.create_index("ix_rights_until", "rights", ["bot_id", "until"])
    op.create_index("ix_mandates_until", "mandates", ["bot_id", "until"])
    op.create_index("ix_links_expires", "links", ["bot_id", "expires"])
    op.create_index("ix_dead_letters_at", "dead_letters", ["bot_id", "at"])
    for name, (table, columns, where) in WHERE.items():
        op.create_index(name, table, ["bot_id", *columns], sqlite_where=sa.text(where), postgresql_where=sa.text(where))
    serves("0002")
