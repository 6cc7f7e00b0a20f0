"""${message}."""

from alembic import op
import sqlalchemy as sa

from bot.store.migrations import serves
${imports if imports else ""}

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}


def upgrade() -> None:
    ${upgrades if upgrades else "pass"}
    serves(${repr(down_revision)})
