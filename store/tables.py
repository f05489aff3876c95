"""The tables, one class for each noun of the architecture.

Instants are aware UTC. Rows of captures, revisions, verdicts, decisions and audit entries are only ever added.
"""

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    LargeBinary,
    MetaData,
    String,
    Text,
    TypeDecorator,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

# PostgreSQL's integer; a greater id is in no table.
GREATEST_ID = 2**31 - 1


def row_id_in(text: str) -> int | None:
    """The id that somebody typed; None for what can be none."""
    is_number = text.isascii() and text.isdigit() and len(text) <= len(str(GREATEST_ID))
    return int(text) if is_number and int(text) <= GREATEST_ID else None


class UtcDateTime(TypeDecorator[datetime]):
    """An aware instant, kept as UTC; SQLite forgets the zone, so it is put back on reading."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"Instant {value!r} has no time zone. Give an aware one.")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """All tables; constraint names are fixed so that migrations can name them on every database."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012
        datetime: UtcDateTime,
        dict[str, Any]: JSON,
        dict[str, float]: JSON,
        list[str]: JSON,
        str: Text,
    }


def _where_there(column: str) -> Index:
    """An index of the few rows that have something in a column."""
    there = text(f"{column} IS NOT NULL")
    return Index(None, column, sqlite_where=there, postgresql_where=there)


class Source(Base):
    """A public place that is read, or an export that was handed in, with the reason for reading it."""

    __tablename__ = "source"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200), unique=True)
    kind: Mapped[str] = mapped_column(String(40))
    url: Mapped[str | None]
    purpose: Mapped[str]
    legal_basis: Mapped[str]
    owner: Mapped[str]
    created_at: Mapped[datetime]


class Capture(Base):
    """One WARC record: the bytes as they came, hashed before anything read them.

    `provenance` is public_crawl, platform_export, handed_over or seized. `warc_path` is relative to the captures
    folder; `robots` is the decision that was in force (allowed, not_applicable).
    """

    __tablename__ = "capture"
    __table_args__ = (Index(None, "source_id", "fetched_at", "status"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("source.id"))
    url: Mapped[str] = mapped_column(Text, index=True)
    fetched_at: Mapped[datetime]
    provenance: Mapped[str] = mapped_column(String(20))
    status: Mapped[int | None]
    media_type: Mapped[str | None]
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    size_bytes: Mapped[int]
    robots: Mapped[str] = mapped_column(String(20))
    etag: Mapped[str | None]
    last_modified: Mapped[str | None]
    warc_path: Mapped[str] = mapped_column(Text, index=True)
    warc_offset: Mapped[int]
    warc_length: Mapped[int]
    warc_record_id: Mapped[str] = mapped_column(String(100), unique=True)

    source: Mapped[Source] = relationship()


class Post(Base):
    """A post: one row per source and native id, whatever happens to its text.

    `gone_since` is when its source was first found to show it no longer; None while it does.
    """

    __tablename__ = "post"
    __table_args__ = (UniqueConstraint("source_id", "native_id"), Index(None, "first_seen_at", "source_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("source.id"))
    native_id: Mapped[str] = mapped_column(String(500))
    url: Mapped[str | None]
    first_seen_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    gone_since: Mapped[datetime | None]

    source: Mapped[Source] = relationship()
    revisions: Mapped[list["Revision"]] = relationship(back_populates="post", order_by="Revision.number")


class Revision(Base):
    """What a post said at one time; an edit is a further revision, numbered from 1."""

    __tablename__ = "revision"
    __table_args__ = (UniqueConstraint("post_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("post.id"))
    number: Mapped[int]
    capture_id: Mapped[int] = mapped_column(ForeignKey("capture.id"), index=True)
    seen_at: Mapped[datetime]
    title: Mapped[str | None]
    text: Mapped[str]
    author: Mapped[str | None]
    posted_at: Mapped[datetime | None]
    location: Mapped[str | None]
    salary: Mapped[str | None]
    lang_hint: Mapped[str | None] = mapped_column(String(20))
    extra: Mapped[dict[str, Any]]
    sha256: Mapped[str] = mapped_column(String(64))

    post: Mapped[Post] = relationship(back_populates="revisions")
    capture: Mapped[Capture] = relationship()
    verdicts: Mapped[list["Verdict"]] = relationship(back_populates="revision", order_by="Verdict.id")
    identifiers: Mapped[list["Identifier"]] = relationship(order_by="Identifier.start")


class Verdict(Base):
    """What one release said of one revision; `labels` maps each label to its calibrated probability.

    `answer` (flagged, nothing_found, not_enough) and `reasons` (code, weight in log-odds of risk, side) are None where
    the verdict is older than they are.
    """

    __tablename__ = "verdict"
    __table_args__ = (
        UniqueConstraint("revision_id", "release"),
        Index(None, "release", "scored_at", "lang", "risk"),
        Index(
            "ix_verdict_not_enough",
            "release",
            "scored_at",
            "lang",
            sqlite_where=text("answer = 'not_enough'"),
            postgresql_where=text("answer = 'not_enough'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    revision_id: Mapped[int] = mapped_column(ForeignKey("revision.id"))
    release: Mapped[str] = mapped_column(String(100))
    scored_at: Mapped[datetime]
    lang: Mapped[str] = mapped_column(String(8))
    risk: Mapped[float]
    labels: Mapped[dict[str, float]]
    flagged: Mapped[list[str]]
    answer: Mapped[str | None] = mapped_column(String(20))
    reasons: Mapped[list[dict[str, Any]] | None] = mapped_column(JSON(none_as_null=True))

    revision: Mapped[Revision] = relationship(back_populates="verdicts")
    indicators: Mapped[list["Indicator"]] = relationship(order_by="Indicator.start")


class Indicator(Base):
    """A reason of a verdict: a concept and the words that show it; offsets are code points of the text."""

    __tablename__ = "indicator"

    id: Mapped[int] = mapped_column(primary_key=True)
    verdict_id: Mapped[int] = mapped_column(ForeignKey("verdict.id"), index=True)
    code: Mapped[str] = mapped_column(String(60), index=True)
    start: Mapped[int]
    end: Mapped[int]
    text: Mapped[str]


class Identifier(Base):
    """A contact or place that a revision names; the same `type` and `normalized` link posts."""

    __tablename__ = "identifier"
    __table_args__ = (Index(None, "type", "normalized"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    revision_id: Mapped[int] = mapped_column(ForeignKey("revision.id"), index=True)
    type: Mapped[str] = mapped_column(String(20))
    value: Mapped[str]
    normalized: Mapped[str] = mapped_column(String(500))
    start: Mapped[int]
    end: Mapped[int]


class Campaign(Base):
    """Posts that say the same thing or share a rare contact."""

    __tablename__ = "campaign"

    id: Mapped[int] = mapped_column(primary_key=True)
    created_at: Mapped[datetime]

    members: Mapped[list["CampaignMember"]] = relationship(back_populates="campaign")


class CampaignMember(Base):
    """A post's place in a campaign and why it was put there."""

    __tablename__ = "campaign_member"
    __table_args__ = (Index(None, "campaign_id", "post_id"),)

    post_id: Mapped[int] = mapped_column(ForeignKey("post.id"), primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    reason: Mapped[str]
    joined_at: Mapped[datetime]

    campaign: Mapped[Campaign] = relationship(back_populates="members")
    post: Mapped[Post] = relationship()


class QueueItem(Base):
    """A revision that waits for a decision, or has one.

    `state` is open, decided (it follows the decisions) or superseded (a later revision of the post is queued).
    `snoozed_until`, `needs_lang` and `escalated_at` follow them too: not offered before, to readers of that language
    alone, to supervisors alone.
    """

    __tablename__ = "queue_item"
    __table_args__ = (
        Index(None, "state", "lane", "priority"),
        Index(None, "created_at"),
        _where_there("snoozed_until"),
        _where_there("needs_lang"),
        _where_there("escalated_at"),
        CheckConstraint("state IN ('open', 'decided', 'superseded')", name="state_known"),
        CheckConstraint("lane IN ('urgent', 'likely', 'uncertain', 'audit')", name="lane_known"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    revision_id: Mapped[int] = mapped_column(ForeignKey("revision.id"), unique=True)
    lane: Mapped[str] = mapped_column(String(12))
    priority: Mapped[float]
    state: Mapped[str] = mapped_column(String(12))
    created_at: Mapped[datetime]
    snoozed_until: Mapped[datetime | None]
    needs_lang: Mapped[str | None] = mapped_column(String(8))
    escalated_at: Mapped[datetime | None]

    revision: Mapped[Revision] = relationship()
    decisions: Mapped[list["Decision"]] = relationship(back_populates="item", order_by="Decision.id")


class User(Base):
    """A person with an account. The pseudonym stands for them in exports.

    `password_hash` is "" for an account that only an OpenID provider signs in.
    """

    __tablename__ = "user"

    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(String(100), unique=True)
    pseudonym: Mapped[str] = mapped_column(String(40), unique=True)
    role: Mapped[str] = mapped_column(String(20))
    password_hash: Mapped[str]
    disabled: Mapped[bool]
    created_at: Mapped[datetime]
    must_change_password: Mapped[bool] = mapped_column(default=False)


class UserSession(Base):
    """A signed-in browser: the hash of its opaque token, its ends, and whether it was revoked.

    `browser` and `network` are coarse: a family and a subnet. `active_since` is when the person began to work without
    a break. `waits_for` is "code" between the password and the second factor: such a session opens nothing.
    """

    __tablename__ = "user_session"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_sha256: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    browser: Mapped[str] = mapped_column(String(60), default="")
    network: Mapped[str] = mapped_column(String(60), default="")
    active_since: Mapped[datetime | None]
    waits_for: Mapped[str | None] = mapped_column(String(20))

    user: Mapped[User] = relationship()


class SignInFailure(Base):
    """A wrong password or code, kept for the day in which it counts: a row for what was typed as the name, hashed, and
    one for where it came from, hashed likewise."""

    __tablename__ = "sign_in_failure"
    __table_args__ = (Index(None, "username_sha256", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    username_sha256: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]


class Lease(Base):
    """A queue item that somebody is reading; after `until` it is offered again.

    `purpose` is None for the ordinary reading, else "second" or "golden": a decided item that is read once more.
    """

    __tablename__ = "lease"

    item_id: Mapped[int] = mapped_column(ForeignKey("queue_item.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    until: Mapped[datetime]
    since: Mapped[datetime | None]
    purpose: Mapped[str | None] = mapped_column(String(12))


class Decision(Base):
    """A person's word on a queue item; an undo is a further row that names the one it takes back.

    `labels` are those a reviewer ticked as they confirmed; None where nobody was asked. `purpose` is as in a lease: a
    second or golden reading changes no item; "settling" is a supervisor's where readers disagree. `blind` is whether it
    was drawn to be decided without the score, None where nothing was drawn. A decision that came of another one, on its
    campaign, names it as its source. `elapsed_ms` counts from the claim. `reason`, `snoozed_until` and `needs_lang` say
    why and how an item was skipped.
    """

    __tablename__ = "decision"
    __table_args__ = (
        CheckConstraint(
            "outcome IN ('confirmed', 'benign', 'unsure', 'skipped', 'escalated', 'undone')",
            name="outcome_known",
        ),
        Index(None, "decided_at"),
        Index(None, "user_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("queue_item.id"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    outcome: Mapped[str] = mapped_column(String(12))
    note: Mapped[str]
    saw_score: Mapped[bool]
    release: Mapped[str | None] = mapped_column(String(100))
    decided_at: Mapped[datetime]
    undoes_id: Mapped[int | None] = mapped_column(ForeignKey("decision.id"), unique=True)
    idem_key: Mapped[str] = mapped_column(String(64), unique=True)
    labels: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))
    purpose: Mapped[str | None] = mapped_column(String(12))
    blind: Mapped[bool | None]
    source_decision_id: Mapped[int | None] = mapped_column(ForeignKey("decision.id"), index=True)
    elapsed_ms: Mapped[int | None]
    reason: Mapped[str | None] = mapped_column(String(20))
    snoozed_until: Mapped[datetime | None]
    needs_lang: Mapped[str | None] = mapped_column(String(8))

    item: Mapped[QueueItem] = relationship(back_populates="decisions")
    user: Mapped[User] = relationship()


class Case(Base):
    """What an investigator puts together; `number` is its public name, `CASE-2026-0001`.

    `entries` is all that was ever put in, `items` what is in it now.
    """

    __tablename__ = "case"
    __table_args__ = (CheckConstraint("state IN ('open', 'in_review', 'approved', 'closed')", name="state_known"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(40), unique=True)
    title: Mapped[str]
    opened_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    opened_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(12), server_default="open")

    opened_by: Mapped[User] = relationship()
    entries: Mapped[list["CaseItem"]] = relationship(back_populates="case", order_by="CaseItem.id")
    items: Mapped[list["CaseItem"]] = relationship(
        primaryjoin="and_(Case.id == CaseItem.case_id, CaseItem.removed_at.is_(None))",
        order_by="CaseItem.id",
        viewonly=True,
    )
    packs: Mapped[list["Pack"]] = relationship(back_populates="case", order_by="Pack.id")


class CaseItem(Base):
    """A confirmed queue item in a case. One that was taken out stays as a row; put in again, it is a further one."""

    __tablename__ = "case_item"
    __table_args__ = (
        Index(
            "uq_case_item_in_case",
            "case_id",
            "item_id",
            unique=True,
            sqlite_where=text("removed_at IS NULL"),
            postgresql_where=text("removed_at IS NULL"),
        ),
        Index(None, "item_id"),
        CheckConstraint(
            "(removed_at IS NULL) = (removed_by_id IS NULL) AND (removed_at IS NULL) = (removed_because IS NULL)",
            name="removal_whole",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    item_id: Mapped[int] = mapped_column(ForeignKey("queue_item.id"))
    added_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    added_at: Mapped[datetime]
    removed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    removed_at: Mapped[datetime | None]
    removed_because: Mapped[str | None]

    case: Mapped[Case] = relationship(back_populates="entries")
    item: Mapped[QueueItem] = relationship()
    added_by: Mapped[User] = relationship(foreign_keys=added_by_id)
    removed_by: Mapped[User | None] = relationship(foreign_keys=removed_by_id)


class Pack(Base):
    """An evidence pack that left the installation, with a second person's approval or the reason for doing without."""

    __tablename__ = "pack"
    __table_args__ = (CheckConstraint("approval_id IS NULL OR unapproved_because IS NULL", name="approved_or_not"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    file_name: Mapped[str]
    sha256: Mapped[str] = mapped_column(String(64))
    size_bytes: Mapped[int]
    signer: Mapped[str]
    exported_by: Mapped[str]
    exported_at: Mapped[datetime]
    approval_id: Mapped[int | None] = mapped_column(ForeignKey("approval.id"))
    unapproved_because: Mapped[str | None]

    case: Mapped[Case] = relationship(back_populates="packs")
    approval: Mapped["Approval | None"] = relationship()
    hand_overs: Mapped[list["HandOver"]] = relationship(back_populates="pack", order_by="HandOver.id")


class RedactionMark(Base):
    """Words that somebody marked to be masked in redacted copies of a case; one that was taken back stays as a row."""

    __tablename__ = "redaction_mark"
    __table_args__ = (CheckConstraint("kind IN ('name', 'number', 'other')", name="kind_known"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    kind: Mapped[str] = mapped_column(String(8))
    words: Mapped[str]
    added_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    added_at: Mapped[datetime]
    removed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    removed_at: Mapped[datetime | None]

    added_by: Mapped[User] = relationship(foreign_keys=added_by_id)


class PackRecipient(Base):
    """Somebody for whom originals may be encrypted: a name, and the public key (age) that they gave."""

    __tablename__ = "pack_recipient"
    __table_args__ = (
        Index(
            "uq_pack_recipient_name",
            "name",
            unique=True,
            sqlite_where=text("removed_at IS NULL"),
            postgresql_where=text("removed_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    key: Mapped[str] = mapped_column(String(100))
    added_by: Mapped[str] = mapped_column(String(40))
    added_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]


class AuditEntry(Base):
    """One link of the audit chain: `hash` is SHA-256 over the RFC 8785 form of all other columns."""

    __tablename__ = "audit_entry"

    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[str] = mapped_column(String(40))
    actor: Mapped[str] = mapped_column(String(100))
    action: Mapped[str] = mapped_column(String(60))
    subject: Mapped[str] = mapped_column(String(200), index=True)
    details: Mapped[dict[str, Any]]
    prev_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))


class AuditHead(Base):
    """The end of the audit chain, under a MAC whose key is not in the database: a cut tail shows."""

    __tablename__ = "audit_head"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    seq: Mapped[int]
    hash: Mapped[str] = mapped_column(String(64))
    mac: Mapped[bytes] = mapped_column(LargeBinary(32))


class SecondFactor(Base):
    """A person's TOTP secret, sealed under a key that is not in the database.

    It counts once a code was right (`confirmed_at`); no code of a step up to `last_step` is taken again.
    """

    __tablename__ = "second_factor"

    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), primary_key=True, autoincrement=False)
    sealed_secret: Mapped[bytes] = mapped_column(LargeBinary)
    last_step: Mapped[int]
    created_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]


class RecoveryCode(Base):
    """A code that stands in for a lost telephone, once; only its hash is kept."""

    __tablename__ = "recovery_code"
    __table_args__ = (UniqueConstraint("user_id", "code_sha256"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    code_sha256: Mapped[str] = mapped_column(String(64))
    used_at: Mapped[datetime | None]


class OutsideIdentity(Base):
    """An account at an OpenID provider that signs in as this person; `subject` is stable, names there are not."""

    __tablename__ = "outside_identity"
    __table_args__ = (UniqueConstraint("issuer", "subject"),)

    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), primary_key=True, autoincrement=False)
    issuer: Mapped[str] = mapped_column(String(500))
    subject: Mapped[str] = mapped_column(String(255))
    bound_at: Mapped[datetime]


class UserPreference(Base):
    """How a person wants to work. `keys` maps a key's usual place ("KeyY") to the one this person uses for it."""

    __tablename__ = "user_preference"

    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), primary_key=True, autoincrement=False)
    language: Mapped[str] = mapped_column(String(20))
    keys_off: Mapped[bool]
    keys: Mapped[dict[str, Any]]
    blur_text: Mapped[bool]
    blur_media: Mapped[bool]
    greyscale: Mapped[bool]
    severe_per_day: Mapped[int | None]


class SevereExposure(Base):
    """A severe item that a person was shown on a day (UTC); shown again on that day it counts once."""

    __tablename__ = "severe_exposure"
    __table_args__ = (UniqueConstraint("user_id", "day", "item_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    day: Mapped[date]
    item_id: Mapped[int] = mapped_column(ForeignKey("queue_item.id"))


class Approval(Base):
    """Somebody's request to hand a case out, and what a second person said to it; `outcome` is None while it waits.

    approved, returned (with a reason), or cancelled: withdrawn, which says neither right nor wrong.
    """

    __tablename__ = "approval"
    __table_args__ = (
        CheckConstraint("outcome IN ('approved', 'returned', 'cancelled')", name="outcome_known"),
        CheckConstraint(
            "(outcome IS NULL) = (ruled_by_id IS NULL) AND (outcome IS NULL) = (ruled_at IS NULL)", name="ruling_whole"
        ),
        CheckConstraint("outcome = 'cancelled' OR ruled_by_id <> asked_by_id", name="second_person"),
        CheckConstraint("outcome <> 'returned' OR reason <> ''", name="return_has_reason"),
        Index(
            "uq_approval_waiting",
            "case_id",
            unique=True,
            sqlite_where=text("outcome IS NULL"),
            postgresql_where=text("outcome IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    asked_at: Mapped[datetime]
    purpose: Mapped[str]
    outcome: Mapped[str | None] = mapped_column(String(12))
    ruled_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    ruled_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(Text, server_default="")

    asked_by: Mapped[User] = relationship(foreign_keys=asked_by_id)
    ruled_by: Mapped[User | None] = relationship(foreign_keys=ruled_by_id)


class CaseNote(Base):
    """What somebody wrote down about a case. It stays as it is; a further note may name it as the one it corrects."""

    __tablename__ = "case_note"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    written_at: Mapped[datetime]
    text: Mapped[str]
    corrects_id: Mapped[int | None] = mapped_column(ForeignKey("case_note.id"))

    author: Mapped[User] = relationship()


class HandOver(Base):
    """That a pack was given to somebody outside: to whom, when, by what way and for what."""

    __tablename__ = "hand_over"
    __table_args__ = (
        CheckConstraint("way IN ('in_person', 'courier', 'encrypted_mail', 'portal', 'other')", name="way_known"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    pack_id: Mapped[int] = mapped_column(ForeignKey("pack.id"), index=True)
    recipient: Mapped[str]
    purpose: Mapped[str]
    way: Mapped[str] = mapped_column(String(20))
    handed_at: Mapped[datetime]
    recorded_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    recorded_at: Mapped[datetime]

    pack: Mapped[Pack] = relationship(back_populates="hand_overs")
    recorded_by: Mapped[User] = relationship()


class UserLanguage(Base):
    """A language that somebody reads."""

    __tablename__ = "user_language"

    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), primary_key=True)
    lang: Mapped[str] = mapped_column(String(8), primary_key=True)


class GoldenItem(Base):
    """A decided item whose right answer a supervisor has fixed; reviewers meet it among the others, unmarked."""

    __tablename__ = "golden_item"

    item_id: Mapped[int] = mapped_column(ForeignKey("queue_item.id"), primary_key=True)
    outcome: Mapped[str] = mapped_column(String(12))
    marked_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    marked_at: Mapped[datetime]

    item: Mapped[QueueItem] = relationship()
    marked_by: Mapped[User] = relationship()


class SearchText(Base):
    """A revision as it is searched: its folded text (`store.folding`) and what results are narrowed and ordered by.

    `forms` has the folded text on its first line and on further ones other readings of it: without its disguise,
    without accents. `lang` is "" and `risk` -1 while nothing has judged it. An index of trigrams follows this table
    by itself (migration 0006).
    """

    __tablename__ = "search_text"
    __table_args__ = (
        Index(None, "source_id", "revision_id"),
        Index(None, "lang", "revision_id"),
        # A walk in the order of results finds here all that narrows them, and reads no text on its way.
        Index("ix_search_text_newest", "revision_id", "risk", "lang", "source_id", "seen_at", "posted_at"),
        Index("ix_search_text_riskiest", "risk", "revision_id", "lang", "source_id", "seen_at", "posted_at"),
    )

    revision_id: Mapped[int] = mapped_column(ForeignKey("revision.id"), primary_key=True, autoincrement=False)
    source_id: Mapped[int] = mapped_column(ForeignKey("source.id"))
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    posted_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    lang: Mapped[str] = mapped_column(String(8))
    risk: Mapped[float]
    forms: Mapped[str]

    revision: Mapped[Revision] = relationship()


class SearchLabel(Base):
    """A label that the newest verdict on a revision flagged."""

    __tablename__ = "search_label"

    label: Mapped[str] = mapped_column(String(40), primary_key=True)
    revision_id: Mapped[int] = mapped_column(ForeignKey("search_text.revision_id"), primary_key=True, index=True)


class SavedView(Base):
    """A search that a person gave a name; `query` is the part of its address behind the question mark."""

    __tablename__ = "saved_view"
    __table_args__ = (UniqueConstraint("user_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    name: Mapped[str] = mapped_column(String(100))
    query: Mapped[str]
    is_shared: Mapped[bool]
    created_at: Mapped[datetime]

    user: Mapped[User] = relationship()


class ApiToken(Base):
    """A key to the API that acts as `holder`, within `scopes` (rights) and until `expires_at`.

    `window_started_at` and `window_calls` count the calls of the current minute.
    """

    __tablename__ = "api_token"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(100))
    token_sha256: Mapped[str] = mapped_column(String(64), unique=True)
    holder_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    issued_by: Mapped[str] = mapped_column(String(40))
    scopes: Mapped[list[str]]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]
    window_started_at: Mapped[datetime | None]
    window_calls: Mapped[int]

    holder: Mapped[User] = relationship()


class ApiReply(Base):
    """What a writing call answered, so that the same call sent again gets the same. Ids only, never a post's text."""

    __tablename__ = "api_reply"
    __table_args__ = (UniqueConstraint("token_id", "idem_key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    token_id: Mapped[int] = mapped_column(ForeignKey("api_token.id"))
    idem_key: Mapped[str] = mapped_column(String(64))
    call_sha256: Mapped[str] = mapped_column(String(64))
    answer: Mapped[dict[str, Any]]
    at: Mapped[datetime] = mapped_column(index=True)


class Webhook(Base):
    """Where another system is told of urgent items. `secret` signs what is sent; it is sealed, in hex."""

    __tablename__ = "webhook"

    id: Mapped[int] = mapped_column(primary_key=True)
    url: Mapped[str]
    secret: Mapped[str]
    added_by: Mapped[str] = mapped_column(String(40))
    created_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]


class WebhookMessage(Base):
    """One message to one webhook, written in the transaction of what it tells; `state` is waiting, sent or dead."""

    __tablename__ = "webhook_message"
    __table_args__ = (
        Index(None, "state", "due_at"),
        CheckConstraint("state IN ('waiting', 'sent', 'dead')", name="state_known"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    webhook_id: Mapped[int] = mapped_column(ForeignKey("webhook.id"), index=True)
    message_id: Mapped[str] = mapped_column(String(40), unique=True)
    body: Mapped[str]
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    tries: Mapped[int]
    state: Mapped[str] = mapped_column(String(8))
    last_problem: Mapped[str]

    webhook: Mapped[Webhook] = relationship()


class HandedIn(Base):
    """What somebody gave to a member of the unit. The giver's name stands here only if they consent.

    An image has no capture: its hash is kept and nothing else of it.
    """

    __tablename__ = "handed_in"
    __table_args__ = (
        CheckConstraint("giver IN ('hotline', 'partner', 'returnee', 'relative', 'other')", name="giver_known"),
        CheckConstraint("giver_name IS NULL OR has_consented", name="name_with_consent"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    capture_id: Mapped[int | None] = mapped_column(ForeignKey("capture.id"), index=True)
    taken_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    taken_at: Mapped[datetime]
    giver: Mapped[str] = mapped_column(String(12))
    giver_name: Mapped[str | None]
    has_consented: Mapped[bool]
    note: Mapped[str]
    media_type: Mapped[str] = mapped_column(String(40))
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    size_bytes: Mapped[int]

    taken_by: Mapped[User] = relationship()
    capture: Mapped[Capture | None] = relationship()


class HandedInRevision(Base):
    """A post, as it stood, that was handed in; the same words handed over again are the same revision."""

    __tablename__ = "handed_in_revision"

    handed_in_id: Mapped[int] = mapped_column(ForeignKey("handed_in.id"), primary_key=True)
    revision_id: Mapped[int] = mapped_column(ForeignKey("revision.id"), primary_key=True, index=True)


class PracticeRun(Base):
    """A person's way through labelled posts, apart from the queue."""

    __tablename__ = "practice_run"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]

    tasks: Mapped[list["PracticeTask"]] = relationship(back_populates="run", order_by="PracticeTask.position")


class PracticeTask(Base):
    """One labelled post of a run, copied when it began, and what the person said of it (`answer`: labels, or none)."""

    __tablename__ = "practice_task"

    run_id: Mapped[int] = mapped_column(ForeignKey("practice_run.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    sample: Mapped[str] = mapped_column(String(200))
    lang: Mapped[str] = mapped_column(String(8))
    text: Mapped[str]
    labels: Mapped[list[str]]
    answer: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))
    answered_at: Mapped[datetime | None]

    run: Mapped[PracticeRun] = relationship(back_populates="tasks")


class Helpline(Base):
    """A number that people in need can call. `source` says where it stood, `verified_on` when the unit called it."""

    __tablename__ = "helpline"

    id: Mapped[int] = mapped_column(primary_key=True)
    country: Mapped[str] = mapped_column(String(2), index=True)
    name: Mapped[str]
    number: Mapped[str] = mapped_column(String(60))
    note: Mapped[str]
    source: Mapped[str]
    verified_on: Mapped[str | None] = mapped_column(String(10))
    changed_by: Mapped[str] = mapped_column(String(40))
    changed_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]


class Batch(Base):
    """Captures that were sealed together: the Merkle root over their entries in the audit chain, in a range of it.

    `size` counts the entries of captures alone; those of other things that stand between are no part of it.
    """

    __tablename__ = "batch"

    id: Mapped[int] = mapped_column(primary_key=True)
    first_seq: Mapped[int] = mapped_column(unique=True)
    last_seq: Mapped[int] = mapped_column(unique=True)
    size: Mapped[int]
    root: Mapped[str] = mapped_column(String(64))
    sealed_at: Mapped[datetime]

    stamps: Mapped[list["BatchStamp"]] = relationship(back_populates="batch", order_by="BatchStamp.id")


class BatchStamp(Base):
    """An RFC 3161 time stamp of a batch's root, or of the response of an earlier stamp of the same batch.

    `chain` holds certificates as PEM; the certificate that signed the stamp ends at `good_until`.
    """

    __tablename__ = "batch_stamp"
    __table_args__ = (Index(None, "authority", "batch_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("batch.id"), index=True)
    authority: Mapped[str] = mapped_column(String(100))
    query: Mapped[bytes] = mapped_column(LargeBinary)
    response: Mapped[bytes] = mapped_column(LargeBinary)
    chain: Mapped[str]
    stamped_at: Mapped[datetime]
    good_until: Mapped[datetime]

    batch: Mapped[Batch] = relationship(back_populates="stamps")


class LegalHold(Base):
    """That nothing of a case, post, source or campaign may be erased, until somebody lifts it with a reason.

    `target_id` is the id of what `kind` names; the people are pseudonyms, or "command line".
    """

    __tablename__ = "legal_hold"
    __table_args__ = (
        Index(None, "kind", "target_id"),
        CheckConstraint("kind IN ('case', 'post', 'source', 'campaign')", name="kind_known"),
        CheckConstraint(
            "(lifted_at IS NULL) = (lifted_by IS NULL) AND (lifted_at IS NULL) = (lifted_because IS NULL)",
            name="lifting_whole",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    target_id: Mapped[int]
    reason: Mapped[str]
    set_by: Mapped[str] = mapped_column(String(40))
    set_at: Mapped[datetime]
    lifted_by: Mapped[str | None] = mapped_column(String(40))
    lifted_at: Mapped[datetime | None]
    lifted_because: Mapped[str | None]


class ErasureRequest(Base):
    """Somebody's request to erase a post that one person alone may not erase; `outcome` is None while it waits."""

    __tablename__ = "erasure_request"
    __table_args__ = (
        CheckConstraint("outcome IN ('erased', 'refused')", name="outcome_known"),
        CheckConstraint(
            "(outcome IS NULL) = (ruled_by IS NULL) AND (outcome IS NULL) = (ruled_at IS NULL)", name="ruling_whole"
        ),
        CheckConstraint("outcome <> 'erased' OR ruled_by <> asked_by", name="second_person"),
        Index(
            "uq_erasure_request_waiting",
            "post_id",
            unique=True,
            sqlite_where=text("outcome IS NULL"),
            postgresql_where=text("outcome IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    post_id: Mapped[int]
    reason: Mapped[str]
    asked_by: Mapped[str] = mapped_column(String(40))
    asked_at: Mapped[datetime]
    outcome: Mapped[str | None] = mapped_column(String(10))
    ruled_by: Mapped[str | None] = mapped_column(String(40))
    ruled_at: Mapped[datetime | None]


class Tombstone(Base):
    """What is left of an erased post: enough to know it again, nothing to read it by.

    `native_id_mac` is HMAC-SHA-256 under a key that is not in the database, `revisions` the digests of what it said;
    `entry_seq` is the number of the audit entry that tells of the erasure (`store.accounting`).
    """

    __tablename__ = "tombstone"
    __table_args__ = (
        Index(None, "source_id", "native_id_mac"),
        CheckConstraint("reason IN ('retention', 'request')", name="reason_known"),
    )

    post_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    source_id: Mapped[int] = mapped_column(ForeignKey("source.id"))
    native_id_mac: Mapped[str] = mapped_column(String(64))
    revisions: Mapped[list[str]]
    reason: Mapped[str] = mapped_column(String(10))
    erased_at: Mapped[datetime] = mapped_column(index=True)
    erased_by: Mapped[str] = mapped_column(String(40))
    entry_seq: Mapped[int | None] = mapped_column(index=True)


class CaptureErasure(Base):
    """A capture that is to be erased as soon as no revision needs it."""

    __tablename__ = "capture_erasure"

    capture_id: Mapped[int] = mapped_column(ForeignKey("capture.id"), primary_key=True, autoincrement=False)
    due_since: Mapped[datetime]


class WarcRewrite(Base):
    """A WARC file that is being written anew without some of its records; one that no capture is in has to go."""

    __tablename__ = "warc_rewrite"

    id: Mapped[int] = mapped_column(primary_key=True)
    old_path: Mapped[str]
    new_path: Mapped[str | None]
