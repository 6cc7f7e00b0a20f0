"""What is sealed in a row is sealed together, at the row's version; rows that are not are found by an index."""

from bot.store.migrations import sealed, serves

revision = "0022"
down_revision = "0020"

TABLES = "people dialogs batches rights mandates relayed incidents payments visits halts"


def upgrade() -> None:
    for table in TABLES.split():
        sealed(table, "id")
    sealed("orders", "no")
    serves("0002")
