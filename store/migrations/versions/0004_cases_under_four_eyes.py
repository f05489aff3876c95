"""Cases have a state, approvals, notes and hand-overs, and keep what was taken out; indexes for the dashboards."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

# In the column's own definition: SQLite adds no other, and copying the table would break what refers to it.
_STATE = """ALTER TABLE "case" ADD COLUMN state VARCHAR(12) DEFAULT 'open' NOT NULL
CONSTRAINT ck_case_state_known CHECK (state IN ('open', 'in_review', 'approved', 'closed'))"""
_WHOLE = "(removed_at IS NULL) = (removed_by_id IS NULL) AND (removed_at IS NULL) = (removed_because IS NULL)"


# Index -> table and columns: what the dashboards count is read from these alone.
_FOR_FIGURES = {
    "ix_capture_source_id_fetched_at_status": ("capture", ["source_id", "fetched_at", "status"]),
    "ix_decision_decided_at": ("decision", ["decided_at"]),
    "ix_post_first_seen_at_source_id": ("post", ["first_seen_at", "source_id"]),
    "ix_queue_item_created_at": ("queue_item", ["created_at"]),
    "ix_verdict_release_scored_at_lang_risk": ("verdict", ["release", "scored_at", "lang", "risk"]),
}


def upgrade() -> None:
    for name, (table, columns) in _FOR_FIGURES.items():
        op.create_index(op.f(name), table, columns)
    op.drop_index(op.f("ix_capture_source_id"), "capture")
    op.execute(_STATE)
    _let_items_be_taken_out()
    _create_approvals()
    with op.batch_alter_table("pack") as pack:
        pack.add_column(sa.Column("approval_id", sa.Integer(), nullable=True))
        pack.add_column(sa.Column("unapproved_because", sa.Text(), nullable=True))
        pack.create_foreign_key(op.f("fk_pack_approval_id_approval"), "approval", ["approval_id"], ["id"])
        pack.create_check_constraint(
            op.f("ck_pack_approved_or_not"), "approval_id IS NULL OR unapproved_because IS NULL"
        )
    _create_notes()
    _create_hand_overs()


def downgrade() -> None:
    op.drop_index(op.f("ix_hand_over_pack_id"), "hand_over")
    op.drop_table("hand_over")
    op.drop_index(op.f("ix_case_note_case_id"), "case_note")
    op.drop_table("case_note")
    with op.batch_alter_table("pack") as pack:
        pack.drop_constraint(op.f("ck_pack_approved_or_not"), type_="check")
        pack.drop_constraint(op.f("fk_pack_approval_id_approval"), type_="foreignkey")
        pack.drop_column("unapproved_because")
        pack.drop_column("approval_id")
    op.drop_index(op.f("ix_approval_case_id"), "approval")
    op.drop_index("uq_approval_waiting", "approval")
    op.drop_table("approval")
    # What was taken out would be back in the case.
    op.execute("DELETE FROM case_item WHERE removed_at IS NOT NULL")
    with op.batch_alter_table("case_item") as case_item:
        case_item.drop_index("uq_case_item_in_case")
        case_item.drop_index(op.f("ix_case_item_item_id"))
        case_item.drop_constraint(op.f("ck_case_item_removal_whole"), type_="check")
        case_item.drop_constraint(op.f("fk_case_item_removed_by_id_user"), type_="foreignkey")
        case_item.drop_column("removed_because")
        case_item.drop_column("removed_at")
        case_item.drop_column("removed_by_id")
        case_item.create_unique_constraint(op.f("uq_case_item_case_id_item_id"), ["case_id", "item_id"])
    op.drop_column("case", "state")
    op.create_index(op.f("ix_capture_source_id"), "capture", ["source_id"])
    for name, (table, _) in _FOR_FIGURES.items():
        op.drop_index(op.f(name), table)


def _let_items_be_taken_out() -> None:
    with op.batch_alter_table("case_item") as case_item:
        case_item.drop_constraint(op.f("uq_case_item_case_id_item_id"), type_="unique")
        case_item.add_column(sa.Column("removed_by_id", sa.Integer(), nullable=True))
        case_item.add_column(sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True))
        case_item.add_column(sa.Column("removed_because", sa.Text(), nullable=True))
        case_item.create_foreign_key(op.f("fk_case_item_removed_by_id_user"), "user", ["removed_by_id"], ["id"])
        case_item.create_check_constraint(op.f("ck_case_item_removal_whole"), _WHOLE)
    op.create_index(
        "uq_case_item_in_case", "case_item", ["case_id", "item_id"], unique=True, **_where("removed_at IS NULL")
    )
    op.create_index(op.f("ix_case_item_item_id"), "case_item", ["item_id"])


def _create_approvals() -> None:
    op.create_table(
        "approval",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("outcome", sa.String(length=12), nullable=True),
        sa.Column("ruled_by_id", sa.Integer(), nullable=True),
        sa.Column("ruled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.CheckConstraint("outcome IN ('approved', 'returned', 'cancelled')", name=op.f("ck_approval_outcome_known")),
        sa.CheckConstraint(
            "(outcome IS NULL) = (ruled_by_id IS NULL) AND (outcome IS NULL) = (ruled_at IS NULL)",
            name=op.f("ck_approval_ruling_whole"),
        ),
        sa.CheckConstraint(
            "outcome = 'cancelled' OR ruled_by_id <> asked_by_id", name=op.f("ck_approval_second_person")
        ),
        sa.CheckConstraint("outcome <> 'returned' OR reason <> ''", name=op.f("ck_approval_return_has_reason")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_approval_case_id_case")),
        sa.ForeignKeyConstraint(["asked_by_id"], ["user.id"], name=op.f("fk_approval_asked_by_id_user")),
        sa.ForeignKeyConstraint(["ruled_by_id"], ["user.id"], name=op.f("fk_approval_ruled_by_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approval")),
    )
    op.create_index(op.f("ix_approval_case_id"), "approval", ["case_id"])
    op.create_index("uq_approval_waiting", "approval", ["case_id"], unique=True, **_where("outcome IS NULL"))


def _create_notes() -> None:
    op.create_table(
        "case_note",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("corrects_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_case_note_case_id_case")),
        sa.ForeignKeyConstraint(["author_id"], ["user.id"], name=op.f("fk_case_note_author_id_user")),
        sa.ForeignKeyConstraint(["corrects_id"], ["case_note.id"], name=op.f("fk_case_note_corrects_id_case_note")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_note")),
    )
    op.create_index(op.f("ix_case_note_case_id"), "case_note", ["case_id"])


def _create_hand_overs() -> None:
    op.create_table(
        "hand_over",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pack_id", sa.Integer(), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("way", sa.String(length=20), nullable=False),
        sa.Column("handed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "way IN ('in_person', 'courier', 'encrypted_mail', 'portal', 'other')", name=op.f("ck_hand_over_way_known")
        ),
        sa.ForeignKeyConstraint(["pack_id"], ["pack.id"], name=op.f("fk_hand_over_pack_id_pack")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["user.id"], name=op.f("fk_hand_over_recorded_by_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hand_over")),
    )
    op.create_index(op.f("ix_hand_over_pack_id"), "hand_over", ["pack_id"])


def _where(condition: str) -> dict[str, Any]:
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}
