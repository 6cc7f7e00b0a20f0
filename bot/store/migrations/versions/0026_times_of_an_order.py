"""When an order was taken, written, passed, priced and handed over: what the board measures by."""

import sqlalchemy as sa
from alembic import op

from bot.store.migrations import serves

revision = "0026"
down_revision = "0025"

TIMES = ("taken", "written", "passed", "quoted", "delivered")


def upgrade() -> None:
    for name in TIMES:
        op.add_column("orders", sa.Column(name, sa.BigInteger(), nullable=False, server_default="0"))
    columns, where = ["bot_id", "born", "stage", "deadline", *TIMES], sa.text("born > 0")
    op.create_index("ix_orders_board", "orders", columns, sqlite_where=where, postgresql_where=where)
    serves("0002")
