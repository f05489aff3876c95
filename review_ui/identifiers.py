"""The page of one contact or place: the posts that name it."""

from dataclasses import dataclass
from datetime import datetime

from evidence.highlights import shown
from review_ui import blinding
from review_ui.contacts import is_common
from review_ui.desk import Page
from review_ui.fields import row_id
from review_ui.posts import first_words, is_severe, lang_of, risk_of
from review_ui.visits import Visit
from store import audit, queue, sightings, verdicts
from store.tables import Post, QueueItem

POSTS_SHOWN = 50


@dataclass(frozen=True, slots=True)
class Sighting:
    """A post that names it, as its newest version stands; `item_id` is None when it was never queued."""

    post_id: int
    item_id: int | None
    source: str
    lang: str
    risk: str
    first_words: str
    is_severe: bool
    last_seen_at: datetime


def show_identifier(visit: Visit) -> Page:
    """GET /identifiers/{identifier_id}: the newest posts that name it; the reading is an audit entry."""
    found = sightings.identifier_of(visit.session, row_id(visit.path["identifier_id"]))
    posts = sightings.posts_naming(visit.session, found, most=POSTS_SHOWN + 1)
    listed = posts[:POSTS_SHOWN]
    audit.append(
        visit.session,
        actor=visit.user.pseudonym,
        action="identifier.viewed",
        subject=f"identifier:{found.id}",
        details={"posts": [post.id for post in listed]},
    )
    items = queue.newest_items(visit.session, [post.id for post in listed])
    hidden = blinding.hidden_among(visit, [post.revisions[-1].id for post in listed])
    values = {
        "type": found.type,
        "value": shown(found.value),
        "is_common": is_common(found),
        "sightings": [
            _sighting(visit, post, items.get(post.id), is_hidden=post.revisions[-1].id in hidden) for post in listed
        ],
        "is_more": len(posts) > POSTS_SHOWN,
    }
    return Page("identifier.html", values)


def _sighting(visit: Visit, post: Post, item: QueueItem | None, *, is_hidden: bool) -> Sighting:
    revision = post.revisions[-1]
    verdict = verdicts.latest_verdict(visit.session, revision.id)
    return Sighting(
        post_id=post.id,
        item_id=item.id if item else None,
        source=post.source.name,
        lang=lang_of(verdict),
        risk=blinding.HIDDEN if is_hidden else risk_of(verdict),
        first_words=first_words(revision),
        is_severe=is_severe(verdict) and not is_hidden,
        last_seen_at=post.last_seen_at,
    )
