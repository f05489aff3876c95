"""The search index: folded texts, the trigrams that follow them, and saved views.

SQLite: an FTS5 table of trigrams without positions or content, kept by triggers. PostgreSQL: pg_trgm, and beside it
an index of single characters and pairs for Han, kana and Hangul, in which these are words.
"""

from collections.abc import Iterable, Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

from store.parsed_post import ParsedPost
from store.search_index import UNJUDGED, forms_of

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_BATCH_SIZE = 500
# Two line ends: every character of a text begins a trigram, so one or two are found as the beginnings of some.
_ADD = "INSERT INTO search_gram(rowid, forms) VALUES (new.revision_id, new.forms || char(10, 10));"
_REMOVE = (
    "INSERT INTO search_gram(search_gram, rowid, forms) VALUES ('delete', old.revision_id, old.forms || char(10, 10));"
)
_OPTIONS = "content='', detail=none, columnsize=0, tokenize='trigram case_sensitive 1'"
_ON_CHANGE = "AFTER UPDATE OF forms ON search_text WHEN old.forms <> new.forms"
_SQLITE = (
    f"CREATE VIRTUAL TABLE search_gram USING fts5(forms, {_OPTIONS})",
    "CREATE VIRTUAL TABLE search_gram_term USING fts5vocab(search_gram, 'row')",
    f"CREATE TRIGGER search_gram_added AFTER INSERT ON search_text BEGIN {_ADD} END",
    f"CREATE TRIGGER search_gram_changed {_ON_CHANGE} BEGIN {_REMOVE} {_ADD} END",
    f"CREATE TRIGGER search_gram_removed AFTER DELETE ON search_text BEGIN {_REMOVE} END",
)
_POSTGRESQL = (
    "CREATE EXTENSION IF NOT EXISTS pg_trgm",
    "CREATE INDEX search_gram_trigrams ON search_text USING gin (forms gin_trgm_ops)",
    r"""CREATE FUNCTION search_gram_pairs_of(forms text) RETURNS text[]
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
    DECLARE
        signs text[];
        pairs text[] := '{}';
    BEGIN
        IF forms !~ '[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]' THEN RETURN pairs; END IF;
        signs := string_to_array(forms, NULL);
        FOR at IN 1 .. cardinality(signs) LOOP
            IF signs[at] ~ '[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]' THEN
                pairs := pairs || signs[at] || (signs[at] || coalesce(signs[at + 1], ''));
            END IF;
        END LOOP;
        RETURN pairs;
    END $$""",
    "CREATE INDEX search_gram_pairs ON search_text USING gin (search_gram_pairs_of(forms))",
)


def upgrade() -> None:
    entry = op.create_table(
        "search_text",
        sa.Column("revision_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("posted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lang", sa.String(length=8), nullable=False),
        sa.Column("risk", sa.Double(), nullable=False),
        sa.Column("forms", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["revision_id"], ["revision.id"], name=op.f("fk_search_text_revision_id_revision")),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=op.f("fk_search_text_source_id_source")),
        sa.PrimaryKeyConstraint("revision_id", name=op.f("pk_search_text")),
    )
    for columns in (["source_id", "revision_id"], ["lang", "revision_id"], ["risk", "revision_id"]):
        op.create_index(op.f(f"ix_search_text_{'_'.join(columns)}"), "search_text", columns)
    for column in ("seen_at", "posted_at"):
        op.create_index(op.f(f"ix_search_text_{column}"), "search_text", [column])
    label = op.create_table(
        "search_label",
        sa.Column("label", sa.String(length=40), nullable=False),
        sa.Column("revision_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["revision_id"], ["search_text.revision_id"], name=op.f("fk_search_label_revision_id_search_text")
        ),
        sa.PrimaryKeyConstraint("label", "revision_id", name=op.f("pk_search_label")),
    )
    op.create_index(op.f("ix_search_label_revision_id"), "search_label", ["revision_id"])
    op.create_table(
        "saved_view",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("is_shared", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_saved_view_user_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_view")),
        sa.UniqueConstraint("user_id", "name", name=op.f("uq_saved_view_user_id_name")),
    )
    if op.get_bind().dialect.name == "sqlite":
        _execute(_SQLITE)
    _fill(entry, label)
    if op.get_bind().dialect.name == "postgresql":
        _execute(_POSTGRESQL)


def downgrade() -> None:
    op.drop_table("saved_view")
    op.drop_table("search_label")
    if op.get_bind().dialect.name == "sqlite":
        _execute(["DROP TABLE search_gram_term", "DROP TABLE search_text", "DROP TABLE search_gram"])
    else:
        # pg_trgm stays: it may have been there before.
        _execute(["DROP TABLE search_text", "DROP FUNCTION search_gram_pairs_of(text)"])


def _execute(statements: Iterable[str]) -> None:
    for statement in statements:
        op.get_bind().exec_driver_sql(statement)


def _fill(entry: sa.Table, label: sa.Table) -> None:
    """Index what is stored already; `lurewatch search rebuild` adds the readings without disguise."""
    for rows in _stored():
        op.bulk_insert(entry, [_entry(row) for row in rows])
        op.bulk_insert(
            label, [{"label": name, "revision_id": row.id} for row in rows for name in set(row.flagged or ())]
        )


def _stored() -> Iterator[list[Any]]:
    statement = sa.text(
        "SELECT r.id, r.title, r.text, r.author, r.location, r.salary, r.seen_at, r.posted_at, p.source_id, "
        "v.lang, v.risk, v.flagged FROM revision r JOIN post p ON p.id = r.post_id "
        "LEFT JOIN verdict v ON v.id = (SELECT max(id) FROM verdict WHERE revision_id = r.id) "
        "WHERE r.id > :last ORDER BY r.id LIMIT :size"
    ).columns(seen_at=sa.DateTime(timezone=True), posted_at=sa.DateTime(timezone=True), flagged=sa.JSON())
    last = 0
    while rows := list(op.get_bind().execute(statement, {"last": last, "size": _BATCH_SIZE})):
        yield rows
        last = rows[-1].id


def _entry(row: Any) -> dict[str, Any]:
    full = ParsedPost(native_id="", title=row.title, text=row.text).full_text()
    return {
        "revision_id": row.id,
        "source_id": row.source_id,
        "seen_at": row.seen_at,
        "posted_at": row.posted_at,
        "lang": row.lang or "",
        "risk": UNJUDGED if row.risk is None else row.risk,
        "forms": forms_of([full, row.author, row.location, row.salary]),
    }
