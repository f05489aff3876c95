"""Items that wait for a supervisor: when the newest escalation that stands was made."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("queue_item", sa.Column("escalated_at", sa.DateTime(timezone=True)))
    there = sa.text("escalated_at IS NOT NULL")
    op.create_index(
        op.f("ix_queue_item_escalated_at"), "queue_item", ["escalated_at"], sqlite_where=there, postgresql_where=there
    )
    op.execute(
        "UPDATE queue_item SET escalated_at = (SELECT MAX(decision.decided_at) FROM decision"
        " WHERE decision.item_id = queue_item.id AND decision.outcome = 'escalated' AND decision.purpose IS NULL"
        " AND NOT EXISTS (SELECT 1 FROM decision AS undone WHERE undone.undoes_id = decision.id))"
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_queue_item_escalated_at"), "queue_item")
    op.drop_column("queue_item", "escalated_at")
