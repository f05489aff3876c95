"""Deciding without the score: a share of the posts shows nothing of the verdict until its reader has decided.

People who see a score tend to follow it; how far is only seen beside decisions made without one. Calls for help are
never hidden.
"""

from dataclasses import replace
from typing import Protocol

from sqlalchemy.orm import Session

from review_ui.desk import Desk
from review_ui.posts import PostPage
from review_ui.reasons import Mark
from store import leases, readings, roles
from store.rules import is_blind
from store.tables import Decision, QueueItem, User

HIDDEN = "hidden"


class Reader(Protocol):
    """Whoever reads an item: a visit to its page, or a call of the API."""

    @property
    def desk(self) -> Desk:
        """The application's parts."""

    @property
    def session(self) -> Session:
        """The open transaction."""

    @property
    def user(self) -> User:
        """The person."""


def is_hidden(reader: Reader, item: QueueItem) -> bool:
    """Whether this person is to decide on the item without having seen its score, and has not decided yet."""
    rules = reader.desk.settings.rules
    return (
        item.lane != "urgent"
        and roles.has_right(reader.user, "decide")
        and is_blind(reader.session, reader.user.id, item.id, rules)
        and is_theirs_to_decide(reader, item)
        and not readings.has_spoken(reader.session, reader.user, item.id)
    )


def blinded(post: PostPage) -> PostPage:
    """The page without what the release made of the post."""
    text = "".join(mark.text for mark in post.marks)
    unjudged = replace(post, lane=HIDDEN, risk=HIDDEN, is_distress=False, is_enough=True)
    return replace(unjudged, marks=(Mark(text),), labels=(), reasons=(), weights=())


def is_theirs_to_decide(reader: Reader, item: QueueItem) -> bool:
    """Whether an item is open, or decided and this person's to read once more."""
    return is_reading(reader, item) if item.state == "decided" else item.state == "open"


def is_reading(reader: Reader, item: QueueItem) -> bool:
    """Whether this person reads a decided item once more; nothing is told of the first reading then."""
    lease = leases.own_lease(reader.session, item.id, reader.user)
    return item.state == "decided" and lease is not None and lease.purpose is not None


def told_decisions(reader: Reader, item: QueueItem) -> list[Decision]:
    """The decisions that its reader may know; what came of a campaign is not told to whoever reads it by itself."""
    if is_reading(reader, item):
        return []
    return [one for one in item.decisions if item.state == "decided" or one.source_decision_id is None]
