"""Who may act for whom, and whose an order is, as keyed hashes."""

import sqlalchemy as sa
from alembic import op

from bot.store.migrations import serves

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.add_column("orders", sa.Column("patient", sa.String(), nullable=False, server_default=""))
    op.create_index("ix_orders_patient", "orders", ["bot_id", "patient"])
    op.create_table(
        "rights",
        sa.Column("bot_id", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("patient", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.String(), nullable=False),
        sa.Column("approved", sa.BigInteger(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("born", sa.BigInteger(), nullable=False),
    )
    op.create_index("ix_rights_account", "rights", ["bot_id", "account"])
    op.create_index("ix_rights_patient", "rights", ["bot_id", "patient"])
    serves("0002")
