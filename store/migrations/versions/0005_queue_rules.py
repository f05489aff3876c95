"""What the queue's rules need: purposes, sources and reasons of decisions, snoozes, readers, golden items."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True)


def _columns() -> dict[str, list[sa.Column[Any]]]:
    return {
        "queue_item": [sa.Column("snoozed_until", _INSTANT), sa.Column("needs_lang", sa.String(8))],
        "lease": [sa.Column("since", _INSTANT), sa.Column("purpose", sa.String(12))],
        "decision": [
            sa.Column("purpose", sa.String(12)),
            sa.Column("blind", sa.Boolean()),
            sa.Column("elapsed_ms", sa.Integer()),
            sa.Column("reason", sa.String(20)),
            sa.Column("snoozed_until", _INSTANT),
            sa.Column("needs_lang", sa.String(8)),
        ],
    }


# No batches: those copy the table, and an undo's reference to another decision would hold the old one.
def upgrade() -> None:
    for table, columns in _columns().items():
        for column in columns:
            op.add_column(table, column)
    op.add_column(
        "decision",
        sa.Column(
            "source_decision_id",
            sa.Integer(),
            sa.ForeignKey("decision.id", name=op.f("fk_decision_source_decision_id_decision")),
        ),
        inline_references=True,
    )
    op.create_index(op.f("ix_decision_source_decision_id"), "decision", ["source_decision_id"])
    op.create_table(
        "user_language",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("lang", sa.String(8), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_user_language_user_id_user")),
        sa.PrimaryKeyConstraint("user_id", "lang", name=op.f("pk_user_language")),
    )
    op.create_table(
        "golden_item",
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(12), nullable=False),
        sa.Column("marked_by_id", sa.Integer(), nullable=False),
        sa.Column("marked_at", _INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["queue_item.id"], name=op.f("fk_golden_item_item_id_queue_item")),
        sa.ForeignKeyConstraint(["marked_by_id"], ["user.id"], name=op.f("fk_golden_item_marked_by_id_user")),
        sa.PrimaryKeyConstraint("item_id", name=op.f("pk_golden_item")),
    )


def downgrade() -> None:
    op.drop_table("golden_item")
    op.drop_table("user_language")
    op.drop_index(op.f("ix_decision_source_decision_id"), "decision")
    op.drop_column("decision", "source_decision_id")
    # Without the column a further reading would be the item's own decision. Undos first: they name what they undo.
    op.execute("DELETE FROM decision WHERE purpose IS NOT NULL AND undoes_id IS NOT NULL")
    op.execute("DELETE FROM decision WHERE purpose IS NOT NULL")
    op.execute("DELETE FROM lease WHERE purpose IS NOT NULL")
    for table, columns in _columns().items():
        for column in columns:
            op.drop_column(table, column.name)
