"""The labels that a reviewer ticked; older decisions have none."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("decision", sa.Column("labels", sa.JSON(), nullable=True))


def downgrade() -> None:
    # Not in a batch: that would copy the table, and an undo's reference to another decision would hold the old one.
    op.drop_column("decision", "labels")
