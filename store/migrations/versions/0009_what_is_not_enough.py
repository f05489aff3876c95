"""An index of the verdicts that say nothing for want of text: the dashboards count them beside all others."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_NOT_ENOUGH = sa.text("answer = 'not_enough'")


def upgrade() -> None:
    op.create_index(
        "ix_verdict_not_enough",
        "verdict",
        ["release", "scored_at", "lang"],
        sqlite_where=_NOT_ENOUGH,
        postgresql_where=_NOT_ENOUGH,
    )


def downgrade() -> None:
    op.drop_index("ix_verdict_not_enough", "verdict")
