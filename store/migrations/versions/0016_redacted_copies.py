"""What people marked to be masked in redacted copies of a case, and for whom originals may be encrypted."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "redaction_mark",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("added_by_id", sa.Integer(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_by_id", sa.Integer()),
        sa.Column("removed_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint("kind IN ('name', 'number', 'other')", name=op.f("ck_redaction_mark_kind_known")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_redaction_mark_case_id_case")),
        sa.ForeignKeyConstraint(["added_by_id"], ["user.id"], name=op.f("fk_redaction_mark_added_by_id_user")),
        sa.ForeignKeyConstraint(["removed_by_id"], ["user.id"], name=op.f("fk_redaction_mark_removed_by_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_redaction_mark")),
    )
    op.create_index(op.f("ix_redaction_mark_case_id"), "redaction_mark", ["case_id"])
    op.create_table(
        "pack_recipient",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("key", sa.String(length=100), nullable=False),
        sa.Column("added_by", sa.String(length=40), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pack_recipient")),
    )
    there = sa.text("removed_at IS NULL")
    op.create_index(
        op.f("uq_pack_recipient_name"),
        "pack_recipient",
        ["name"],
        unique=True,
        sqlite_where=there,
        postgresql_where=there,
    )


def downgrade() -> None:
    op.drop_table("pack_recipient")
    op.drop_table("redaction_mark")
