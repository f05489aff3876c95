"""What search results are narrowed by, in indexes beside the long texts: a walk in their order reads no text."""

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_FACTS = ("lang", "source_id", "seen_at", "posted_at")
_NEWEST = "ix_search_text_newest"
_RISKIEST = "ix_search_text_riskiest"
_BY_RISK = "ix_search_text_risk_revision_id"


def upgrade() -> None:
    op.create_index(_NEWEST, "search_text", ["revision_id", "risk", *_FACTS])
    op.create_index(_RISKIEST, "search_text", ["risk", "revision_id", *_FACTS])
    op.drop_index(op.f(_BY_RISK), "search_text")


def downgrade() -> None:
    op.create_index(op.f(_BY_RISK), "search_text", ["risk", "revision_id"])
    op.drop_index(_RISKIEST, "search_text")
    op.drop_index(_NEWEST, "search_text")
