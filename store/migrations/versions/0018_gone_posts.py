"""Since when a post is gone from its source."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("post", sa.Column("gone_since", sa.DateTime(timezone=True)))


def downgrade() -> None:
    op.drop_column("post", "gone_since")
