"""Which posts were handed in together: the same text handed over again is not first seen in its capture."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "handed_in_revision",
        sa.Column("handed_in_id", sa.Integer(), nullable=False),
        sa.Column("revision_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["handed_in_id"], ["handed_in.id"], name=op.f("fk_handed_in_revision_handed_in_id_handed_in")
        ),
        sa.ForeignKeyConstraint(
            ["revision_id"], ["revision.id"], name=op.f("fk_handed_in_revision_revision_id_revision")
        ),
        sa.PrimaryKeyConstraint("handed_in_id", "revision_id", name=op.f("pk_handed_in_revision")),
    )
    op.create_index(op.f("ix_handed_in_revision_revision_id"), "handed_in_revision", ["revision_id"])
    op.execute(
        "INSERT INTO handed_in_revision (handed_in_id, revision_id) SELECT handed_in.id, revision.id "
        "FROM handed_in JOIN revision ON revision.capture_id = handed_in.capture_id"
    )


def downgrade() -> None:
    op.drop_table("handed_in_revision")
