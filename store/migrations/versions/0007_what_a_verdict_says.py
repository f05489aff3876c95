"""The answer of a verdict and what weighed most in it; older verdicts have neither."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("verdict", sa.Column("answer", sa.String(20), nullable=True))
    op.add_column("verdict", sa.Column("reasons", sa.JSON(), nullable=True))


def downgrade() -> None:
    op.drop_column("verdict", "reasons")
    op.drop_column("verdict", "answer")
