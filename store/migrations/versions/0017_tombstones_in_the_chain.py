"""Tombstones name the audit entry that tells of the erasure; the captures of a file are found by its name."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("tombstone", sa.Column("entry_seq", sa.Integer()))
    op.create_index(op.f("ix_tombstone_entry_seq"), "tombstone", ["entry_seq"])
    op.create_index(op.f("ix_capture_warc_path"), "capture", ["warc_path"])
    _name_entries()


def downgrade() -> None:
    op.drop_index(op.f("ix_capture_warc_path"), "capture")
    op.drop_index(op.f("ix_tombstone_entry_seq"), "tombstone")
    with op.batch_alter_table("tombstone") as table:
        table.drop_column("entry_seq")


def _name_entries() -> None:
    """Of what was erased before, the entry says which posts it was."""
    entry = sa.table("audit_entry", sa.column("seq"), sa.column("action"), sa.column("details", sa.JSON()))
    stone = sa.table("tombstone", sa.column("post_id"), sa.column("entry_seq"))
    connection = op.get_bind()
    erasures = sa.select(entry.c.seq, entry.c.details).where(entry.c.action == "posts.erased")
    for seq, details in connection.execute(erasures).all():
        connection.execute(stone.update().where(stone.c.post_id.in_(details["posts"])).values(entry_seq=seq))
