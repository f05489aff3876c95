"""One post as the reviewer reads it: text with marks, reasons, contacts, provenance, history and campaign.

Everything is turned into plain values here, inside the transaction; the template only places them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from evidence.highlights import shown
from evidence.segments import Span, cut
from review_ui.bands import LabelLine, band, label_lines
from review_ui.reasons import Mark, Reason, marks_of, reasons_of
from review_ui.settings import Concept
from store import campaigns, posts, queue, verdicts
from store.tables import QueueItem, Revision, Verdict

FIRST_WORDS = 120
MEMBERS_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Contact:
    """An identifier that the post names, and how many other posts name it too."""

    type: str
    value: str
    other_posts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """Where the post came from; `url` is defanged text, not a link."""

    source: str
    kind: str
    purpose: str
    legal_basis: str
    url: str
    author: str
    location: str
    salary: str
    posted_at: datetime | None
    fetched_at: datetime
    sha256: str
    provenance: str
    robots: str


@dataclass(frozen=True, slots=True)
class Version:
    """Another revision of the post."""

    number: int
    seen_at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class Member:
    """Another post of the campaign; `item_id` is None when it was never queued."""

    item_id: int | None
    source: str
    first_words: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PostPage:
    """All that the page of an item shows of its post. `lang` is "" while nothing has judged it."""

    item_id: int
    lane: str
    lang: str
    risk: str
    release: str
    is_distress: bool
    marks: tuple[Mark, ...]
    labels: tuple[LabelLine, ...]
    reasons: tuple[Reason, ...]
    contacts: tuple[Contact, ...]
    provenance: Provenance
    number: int
    versions: tuple[Version, ...]
    campaign_size: int
    members: tuple[Member, ...]


def post_page(session: Session, item: QueueItem, concepts: Mapping[str, Concept]) -> PostPage:
    """The page of an item's post as it stands in the store."""
    revision = item.revision
    verdict = verdicts.latest_verdict(session, revision.id)
    indicators = verdict.indicators if verdict else []
    spans = [Span(found.code, found.start, found.end) for found in indicators]
    campaign_size, members = _campaign(session, revision.post_id)
    return PostPage(
        item_id=item.id,
        lane=item.lane,
        lang=lang_of(verdict),
        risk=risk_of(verdict),
        release=verdict.release if verdict else "",
        is_distress=verdict is not None and "victim_distress" in verdict.flagged,
        marks=marks_of(cut(posts.full_text(revision), spans), concepts),
        labels=label_lines(verdict.labels, verdict.flagged) if verdict else (),
        reasons=reasons_of(indicators, concepts),
        contacts=_contacts(session, revision),
        provenance=_provenance(revision),
        number=revision.number,
        versions=_versions(revision),
        campaign_size=campaign_size,
        members=members,
    )


def risk_of(verdict: Verdict | None) -> str:
    """High, Medium or Low; "not scored" without a verdict."""
    return band(verdict.risk, flagged=bool(verdict.flagged)) if verdict else "not scored"


def lang_of(verdict: Verdict | None) -> str:
    """The language for `lang=`: "" says that it is unknown (BCP 47 "und" would do the same for fewer readers)."""
    return verdict.lang if verdict and verdict.lang != "und" else ""


def first_words(revision: Revision) -> str:
    """The beginning of the text on one line."""
    text = " ".join(posts.full_text(revision)[: 4 * FIRST_WORDS].split())
    return f"{text[:FIRST_WORDS].rstrip()}…" if len(text) > FIRST_WORDS else text


def _contacts(session: Session, revision: Revision) -> tuple[Contact, ...]:
    sharing = verdicts.other_posts_sharing(session, revision)
    found = {(row.type, row.normalized): row.value for row in reversed(revision.identifiers)}
    return tuple(
        Contact(kind, found[kind, normalized], sharing.get((kind, normalized), 0))
        for kind, normalized in reversed(found)
    )


def _provenance(revision: Revision) -> Provenance:
    post, capture = revision.post, revision.capture
    return Provenance(
        source=post.source.name,
        kind=post.source.kind,
        purpose=post.source.purpose,
        legal_basis=post.source.legal_basis,
        url=shown(post.url or capture.url),
        author=revision.author or "",
        location=revision.location or "",
        salary=revision.salary or "",
        posted_at=revision.posted_at,
        fetched_at=capture.fetched_at,
        sha256=capture.sha256,
        provenance=capture.provenance,
        robots=capture.robots,
    )


def _versions(revision: Revision) -> tuple[Version, ...]:
    others = [other for other in revision.post.revisions if other.id != revision.id]
    return tuple(Version(other.number, other.seen_at, posts.full_text(other)) for other in reversed(others))


def _campaign(session: Session, post_id: int) -> tuple[int, tuple[Member, ...]]:
    campaign = campaigns.campaign_of(session, post_id)
    if campaign is None:
        return 0, ()
    others = sorted((row for row in campaign.members if row.post_id != post_id), key=lambda row: -row.post_id)
    newest = others[:MEMBERS_SHOWN]
    items = queue.newest_items(session, [row.post_id for row in newest])
    return len(campaign.members), tuple(
        Member(
            items[row.post_id].id if row.post_id in items else None,
            row.post.source.name,
            first_words(row.post.revisions[-1]),
            row.reason,
        )
        for row in newest
    )
