"""Sealed batches of captures, and the time stamps of each."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "batch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("first_seq", sa.Integer(), nullable=False),
        sa.Column("last_seq", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("root", sa.String(length=64), nullable=False),
        sa.Column("sealed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batch")),
        sa.UniqueConstraint("first_seq", name=op.f("uq_batch_first_seq")),
        sa.UniqueConstraint("last_seq", name=op.f("uq_batch_last_seq")),
    )
    op.create_table(
        "batch_stamp",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("authority", sa.String(length=100), nullable=False),
        sa.Column("query", sa.LargeBinary(), nullable=False),
        sa.Column("response", sa.LargeBinary(), nullable=False),
        sa.Column("chain", sa.Text(), nullable=False),
        sa.Column("stamped_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("good_until", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["batch_id"], ["batch.id"], name=op.f("fk_batch_stamp_batch_id_batch")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batch_stamp")),
    )
    op.create_index(op.f("ix_batch_stamp_batch_id"), "batch_stamp", ["batch_id"])
    op.create_index(op.f("ix_batch_stamp_authority_batch_id"), "batch_stamp", ["authority", "batch_id"])


def downgrade() -> None:
    op.drop_table("batch_stamp")
    op.drop_table("batch")
