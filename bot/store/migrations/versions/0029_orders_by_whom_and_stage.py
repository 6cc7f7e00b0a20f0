"""Of whose orders what is under way, and the newest that have ended, are found without looking at the others."""

from alembic import op

from bot.store.migrations import serves

revision = "0029"
down_revision = "0028"

WHOSE = {"placed_by": "stage since", "patient": "stage since", "ambassador": "stage"}


def upgrade() -> None:
    for whose, more in WHOSE.items():
        columns = [whose, *more.split()]
        op.create_index(f"ix_orders_{'_'.join(columns)}", "orders", ["bot_id", *columns])
    serves("0002")
