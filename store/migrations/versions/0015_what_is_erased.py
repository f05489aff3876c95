"""Legal holds, requests to erase, what is left of erased posts, and captures and WARC files that are on their way out.

On SQLite the numbers of what may be erased are made not to come again, as PostgreSQL's never do: the audit chain names
rows by their numbers. AUTOINCREMENT changes no row, so the schema alone is edited; making the tables anew would copy
every post (https://sqlite.org/autoinc.html, https://sqlite.org/pragma.html#pragma_writable_schema).
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_NUMBERED = ("capture", "post", "revision", "verdict", "identifier", "queue_item", "decision", "handed_in", "campaign")
_PLAIN, _LASTING = "PRIMARY KEY (id)", "PRIMARY KEY (id AUTOINCREMENT)"


def upgrade() -> None:
    op.create_table(
        "legal_hold",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("target_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("set_by", sa.String(length=40), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lifted_by", sa.String(length=40), nullable=True),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lifted_because", sa.Text(), nullable=True),
        sa.CheckConstraint("kind IN ('case', 'post', 'source', 'campaign')", name=op.f("ck_legal_hold_kind_known")),
        sa.CheckConstraint(
            "(lifted_at IS NULL) = (lifted_by IS NULL) AND (lifted_at IS NULL) = (lifted_because IS NULL)",
            name=op.f("ck_legal_hold_lifting_whole"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_legal_hold")),
    )
    op.create_index(op.f("ix_legal_hold_kind_target_id"), "legal_hold", ["kind", "target_id"])
    _make_requests()
    op.create_table(
        "tombstone",
        sa.Column("post_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("native_id_mac", sa.String(length=64), nullable=False),
        sa.Column("revisions", sa.JSON(), nullable=False),
        sa.Column("reason", sa.String(length=10), nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("erased_by", sa.String(length=40), nullable=False),
        sa.CheckConstraint("reason IN ('retention', 'request')", name=op.f("ck_tombstone_reason_known")),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=op.f("fk_tombstone_source_id_source")),
        sa.PrimaryKeyConstraint("post_id", name=op.f("pk_tombstone")),
    )
    op.create_index(op.f("ix_tombstone_source_id_native_id_mac"), "tombstone", ["source_id", "native_id_mac"])
    op.create_index(op.f("ix_tombstone_erased_at"), "tombstone", ["erased_at"])
    op.create_table(
        "capture_erasure",
        sa.Column("capture_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("due_since", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["capture_id"], ["capture.id"], name=op.f("fk_capture_erasure_capture_id_capture")),
        sa.PrimaryKeyConstraint("capture_id", name=op.f("pk_capture_erasure")),
    )
    op.create_table(
        "warc_rewrite",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("old_path", sa.Text(), nullable=False),
        sa.Column("new_path", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_warc_rewrite")),
    )
    if op.get_bind().dialect.name == "sqlite":
        # Makes the table in which SQLite remembers the numbers.
        _execute("CREATE TABLE numbered (id INTEGER PRIMARY KEY AUTOINCREMENT)", "DROP TABLE numbered")
        _edit_keys(_PLAIN, _LASTING)
        for table in _NUMBERED:
            _execute(f"INSERT INTO sqlite_sequence (name, seq) SELECT '{table}', coalesce(max(id), 0) FROM {table}")  # noqa: S608


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        _edit_keys(_LASTING, _PLAIN)
        _execute("DELETE FROM sqlite_sequence")
    for table in ("warc_rewrite", "capture_erasure", "tombstone", "erasure_request", "legal_hold"):
        op.drop_table(table)


def _make_requests() -> None:
    op.create_table(
        "erasure_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.String(length=40), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.String(length=10), nullable=True),
        sa.Column("ruled_by", sa.String(length=40), nullable=True),
        sa.Column("ruled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("outcome IN ('erased', 'refused')", name=op.f("ck_erasure_request_outcome_known")),
        sa.CheckConstraint(
            "(outcome IS NULL) = (ruled_by IS NULL) AND (outcome IS NULL) = (ruled_at IS NULL)",
            name=op.f("ck_erasure_request_ruling_whole"),
        ),
        sa.CheckConstraint(
            "outcome <> 'erased' OR ruled_by <> asked_by", name=op.f("ck_erasure_request_second_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasure_request")),
    )
    waiting = sa.text("outcome IS NULL")
    op.create_index(
        "uq_erasure_request_waiting",
        "erasure_request",
        ["post_id"],
        unique=True,
        sqlite_where=waiting,
        postgresql_where=waiting,
    )


def _edit_keys(present: str, wanted: str) -> None:
    names = ", ".join(f"'{table}'" for table in _NUMBERED)
    version = op.get_bind().exec_driver_sql("PRAGMA schema_version").scalar_one()
    _execute(
        "PRAGMA writable_schema=ON",
        f"UPDATE sqlite_master SET sql = replace(sql, '{present}', '{wanted}')"  # noqa: S608
        f" WHERE type = 'table' AND name IN ({names})",
        # Every connection reads the schema anew.
        f"PRAGMA schema_version={version + 1}",
        "PRAGMA writable_schema=OFF",
    )


def _execute(*statements: str) -> None:
    for statement in statements:
        op.get_bind().exec_driver_sql(statement)
