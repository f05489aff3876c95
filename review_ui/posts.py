"""One post as the reviewer reads it: text with marks, reasons, contacts, provenance, history and campaign.

Everything is turned into plain values here, inside the transaction; the template only places them.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import regex
from sqlalchemy.orm import Session

from classifier.identifiers import TYPES
from evidence.differences import Change, changes
from evidence.highlights import shown
from evidence.segments import Span, cut
from review_ui.bands import NOT_ENOUGH, NOT_SCORED, LabelLine, band, label_lines
from review_ui.contacts import Contacts, contacts_of
from review_ui.reasons import Mark, Reason, Weight, marks_of, reasons_of, weights_of
from review_ui.settings import Concept
from review_ui.unseen import Unseen, unseen_in
from store import campaigns, posts, queue
from store.exposure import SEVERE
from store.tables import CampaignMember, QueueItem, Revision, Verdict

FIRST_WORDS = 120
MEMBERS_SHOWN = 20
VERSIONS_SHOWN = 10
_ALIKE = regex.compile(r"text (?P<similarity>[01]\.\d+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """Where the post came from; `url` is defanged text, not a link.

    `media` maps what kinds of picture or file it showed to how many (None: not counted); none of them is kept.
    """

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
    gone_since: datetime | None
    sha256: str
    size_bytes: int
    provenance: str
    robots: str
    media: Mapping[str, int | None]


@dataclass(frozen=True, slots=True)
class Version:
    """Another version of the post; `changes` lead from the earlier of the two to the later, None: too long for that."""

    number: int
    seen_at: datetime
    text: str
    changes: tuple[Change, ...] | None


@dataclass(frozen=True, slots=True)
class Link:
    """Why a post is in its campaign: "alike" with a word for how much, "contact" with the contact, or "other"."""

    kind: str
    value: str


@dataclass(frozen=True, slots=True)
class Member:
    """Another post of the campaign; `item_id` is None when it was never queued."""

    post_id: int
    item_id: int | None
    source: str
    lang: str
    first_words: str
    is_severe: bool
    link: Link


@dataclass(frozen=True, slots=True, kw_only=True)
class PostPage:
    """All that a page shows of a post. `lang` is "" while nothing has judged it, `item_id` None outside the queue."""

    post_id: int
    item_id: int | None
    lane: str
    lang: str
    risk: str
    release: str
    is_distress: bool
    is_enough: bool
    marks: tuple[Mark, ...]
    unseen: tuple[Unseen, ...]
    labels: tuple[LabelLine, ...]
    reasons: tuple[Reason, ...]
    weights: tuple[Weight, ...]
    contacts: Contacts
    provenance: Provenance
    number: int
    versions: tuple[Version, ...]
    versions_left_out: int
    campaign_size: int
    members: tuple[Member, ...]


def post_page(
    session: Session, revision: Revision, concepts: Mapping[str, Concept], item: QueueItem | None = None
) -> PostPage:
    """The page of a revision, as the queue's `item` where it is one, from what the store holds."""
    verdict = revision.verdicts[-1] if revision.verdicts else None
    indicators = verdict.indicators if verdict else []
    text = posts.full_text(revision)
    segments = cut(text, (Span(found.code, found.start, found.end) for found in indicators))
    reasons = reasons_of(indicators, segments, concepts)
    others = [other for other in reversed(revision.post.revisions) if other.id != revision.id]
    campaign_size, members = _campaign(session, revision.post_id)
    return PostPage(
        post_id=revision.post_id,
        item_id=item.id if item else None,
        lane=item.lane if item else "",
        lang=lang_of(verdict),
        risk=risk_of(verdict),
        release=verdict.release if verdict else "",
        is_distress=verdict is not None and "victim_distress" in verdict.flagged,
        is_enough=verdict is None or verdict.answer != "not_enough",
        marks=marks_of(segments, reasons),
        unseen=unseen_in(text),
        labels=label_lines(verdict.labels, verdict.flagged) if verdict else (),
        reasons=reasons,
        weights=weights_of(verdict, concepts) if verdict else (),
        contacts=contacts_of(session, revision),
        provenance=_provenance(revision),
        number=revision.number,
        versions=tuple(_version(other, revision) for other in others[:VERSIONS_SHOWN]),
        versions_left_out=max(len(others) - VERSIONS_SHOWN, 0),
        campaign_size=campaign_size,
        members=members,
    )


def risk_of(verdict: Verdict | None) -> str:
    """High, Medium or Low; NOT_SCORED without a verdict, NOT_ENOUGH where the text is too little for one."""
    if verdict is None:
        return NOT_SCORED
    if verdict.answer == "not_enough":
        return NOT_ENOUGH
    return band(verdict.risk, flagged=bool(verdict.flagged))


def is_severe(verdict: Verdict | None) -> bool:
    """Whether what was judged so is distressing to read."""
    return verdict is not None and not SEVERE.isdisjoint(verdict.flagged)


def lang_of(verdict: Verdict | None) -> str:
    """The language for `lang=`: "" says that it is unknown (BCP 47 "und" would do the same for fewer readers)."""
    return verdict.lang if verdict and verdict.lang != "und" else ""


def first_words(revision: Revision) -> str:
    """The beginning of the text on one line."""
    text = " ".join(posts.full_text(revision)[: 4 * FIRST_WORDS].split())
    return f"{text[:FIRST_WORDS].rstrip()}…" if len(text) > FIRST_WORDS else text


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
        gone_since=post.gone_since,
        sha256=capture.sha256,
        size_bytes=capture.size_bytes,
        provenance=capture.provenance,
        robots=capture.robots,
        media=_media(revision.extra.get("media")),
    )


def _media(found: Any) -> Mapping[str, int | None]:
    """The kinds of media as spiders (a list of objects with `kind`) and importers (kinds) keep them, else nothing."""
    if isinstance(found, list) and all(isinstance(each, dict) for each in found):
        return Counter(str(each.get("kind")) for each in found)
    if isinstance(found, dict):
        return {str(kind): count if isinstance(count, int) else None for kind, count in found.items()}
    return dict.fromkeys(map(str, found)) if isinstance(found, list) else {}


def _version(other: Revision, own: Revision) -> Version:
    text = posts.full_text(other)
    pair = (text, posts.full_text(own)) if other.number < own.number else (posts.full_text(own), text)
    return Version(other.number, other.seen_at, text, changes(*pair))


def _campaign(session: Session, post_id: int) -> tuple[int, tuple[Member, ...]]:
    newest = campaigns.other_members(session, post_id, most=MEMBERS_SHOWN)
    if not newest:
        return 0, ()
    items = queue.newest_items(session, [row.post_id for row in newest])
    return campaigns.size_of(session, post_id), tuple(_member(row, items.get(row.post_id)) for row in newest)


def _member(row: CampaignMember, item: QueueItem | None) -> Member:
    newest = row.post.revisions[-1]
    verdict = newest.verdicts[-1] if newest.verdicts else None
    return Member(
        post_id=row.post_id,
        item_id=item.id if item else None,
        source=row.post.source.name,
        lang=lang_of(verdict),
        first_words=first_words(newest),
        is_severe=is_severe(verdict),
        link=_link(row.reason),
    )


def _link(reason: str) -> Link:
    """The reasons of classifier.campaigns.Edge, as words."""
    if alike := _ALIKE.fullmatch(reason):
        return Link("alike", band(float(alike["similarity"])))
    kind, parted, contact = reason.partition(" ")
    return Link("contact", shown(contact)) if parted and kind in TYPES else Link("other", shown(reason))
