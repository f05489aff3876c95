"""Second factors, accounts of OpenID providers, preferences, exposure, and what is known of a session."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    # Not in batches: those copy a table, and every reference to it would hold the old one.
    op.add_column("user", sa.Column("must_change_password", sa.Boolean(), nullable=False, server_default=sa.false()))
    for name in ("browser", "network"):
        op.add_column("user_session", sa.Column(name, sa.String(length=60), nullable=False, server_default=""))
    op.add_column("user_session", sa.Column("active_since", _INSTANT, nullable=True))
    op.add_column("user_session", sa.Column("waits_for", sa.String(length=20), nullable=True))
    _create_sign_in_tables()
    _create_wellbeing_tables()


def downgrade() -> None:
    for name in ("severe_exposure", "user_preference", "outside_identity", "recovery_code", "second_factor"):
        op.drop_table(name)
    # Without the column they would be whole sessions that nobody gave a code for.
    op.execute("UPDATE user_session SET revoked_at = created_at WHERE waits_for IS NOT NULL AND revoked_at IS NULL")
    for name in ("waits_for", "active_since", "network", "browser"):
        op.drop_column("user_session", name)
    op.drop_column("user", "must_change_password")


def _create_sign_in_tables() -> None:
    op.create_table(
        "second_factor",
        sa.Column("user_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sealed_secret", sa.LargeBinary(), nullable=False),
        sa.Column("last_step", sa.Integer(), nullable=False),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.Column("confirmed_at", _INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_second_factor_user_id_user")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_second_factor")),
    )
    op.create_table(
        "recovery_code",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("code_sha256", sa.String(length=64), nullable=False),
        sa.Column("used_at", _INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_recovery_code_user_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_code")),
        sa.UniqueConstraint("user_id", "code_sha256", name=op.f("uq_recovery_code_user_id_code_sha256")),
    )
    op.create_table(
        "outside_identity",
        sa.Column("user_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("issuer", sa.String(length=500), nullable=False),
        sa.Column("subject", sa.String(length=255), nullable=False),
        sa.Column("bound_at", _INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_outside_identity_user_id_user")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_outside_identity")),
        sa.UniqueConstraint("issuer", "subject", name=op.f("uq_outside_identity_issuer_subject")),
    )


def _create_wellbeing_tables() -> None:
    op.create_table(
        "user_preference",
        sa.Column("user_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("language", sa.String(length=20), nullable=False),
        sa.Column("keys_off", sa.Boolean(), nullable=False),
        sa.Column("keys", sa.JSON(), nullable=False),
        sa.Column("blur_text", sa.Boolean(), nullable=False),
        sa.Column("blur_media", sa.Boolean(), nullable=False),
        sa.Column("greyscale", sa.Boolean(), nullable=False),
        sa.Column("severe_per_day", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_user_preference_user_id_user")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_user_preference")),
    )
    op.create_table(
        "severe_exposure",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_severe_exposure_user_id_user")),
        sa.ForeignKeyConstraint(["item_id"], ["queue_item.id"], name=op.f("fk_severe_exposure_item_id_queue_item")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_severe_exposure")),
        sa.UniqueConstraint("user_id", "day", "item_id", name=op.f("uq_severe_exposure_user_id_day_item_id")),
    )
