"""Indexes for a million posts: what sleeps or was handed on, each person's newest decisions, members by post."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

# Only few items have either.
_RARE = ("snoozed_until", "needs_lang")


def upgrade() -> None:
    for column in _RARE:
        there = sa.text(f"{column} IS NOT NULL")
        op.create_index(
            op.f(f"ix_queue_item_{column}"), "queue_item", [column], sqlite_where=there, postgresql_where=there
        )
    op.drop_index(op.f("ix_decision_user_id"), "decision")
    op.create_index(op.f("ix_decision_user_id_id"), "decision", ["user_id", "id"])
    op.drop_index(op.f("ix_campaign_member_campaign_id"), "campaign_member")
    op.create_index(op.f("ix_campaign_member_campaign_id_post_id"), "campaign_member", ["campaign_id", "post_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_campaign_member_campaign_id_post_id"), "campaign_member")
    op.create_index(op.f("ix_campaign_member_campaign_id"), "campaign_member", ["campaign_id"])
    op.drop_index(op.f("ix_decision_user_id_id"), "decision")
    op.create_index(op.f("ix_decision_user_id"), "decision", ["user_id"])
    for column in _RARE:
        op.drop_index(op.f(f"ix_queue_item_{column}"), "queue_item")
