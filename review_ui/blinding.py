"""Deciding without the score: a share of the posts shows nothing of the verdict until its reader has decided.

People who see a score tend to follow it; how far is only seen beside decisions made without one. What is hidden from
whom is the store's to say (`store.blind`); it stays hidden in lists, searches, counts by lane and the API. Dashboards,
which analysts do not see, count everything.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Protocol

from sqlalchemy import ColumnElement, false
from sqlalchemy.orm import Session

from review_ui.desk import Desk
from review_ui.posts import PostPage
from review_ui.reasons import Mark
from store import blind, leases
from store.tables import Decision, QueueItem, User, Verdict

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
    """Whether this person is to decide on the item's post without having seen its score, and has not decided yet."""
    return item.revision_id in hidden_among(reader, [item.revision_id])


def hidden_among(reader: Reader, revision_ids: Iterable[int]) -> frozenset[int]:
    """Those of the revisions of which nothing of the verdict may be told."""
    return blind.hidden_among(reader.session, reader.user, reader.desk.settings.rules, list(revision_ids))


def apart(reader: Reader) -> ColumnElement[bool]:
    """Open items whose lanes may not be told, as a condition for lists and counts."""
    rules = reader.desk.settings.rules
    if not blind.applies(reader.user, rules):
        return false()
    return blind.hides_open(reader.session, reader.user, rules)


def apart_verdicts(reader: Reader) -> ColumnElement[bool]:
    """Verdicts of which nothing may be told."""
    rules = reader.desk.settings.rules
    if not blind.applies(reader.user, rules):
        return false()
    return blind.hides(reader.session, reader.user, rules, Verdict.revision_id)


def told_state(reader: Reader, item: QueueItem) -> str:
    """The item's state; one that is read once more looks like any other."""
    return "open" if is_reading(reader, item) else item.state


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
    if item.state != "decided":
        return False
    lease = leases.own_lease(reader.session, item.id, reader.user)
    return lease is not None and lease.purpose is not None


def told_decisions(reader: Reader, item: QueueItem) -> list[Decision]:
    """The decisions that its reader may know; what came of a campaign is not told to whoever reads it by itself."""
    if is_reading(reader, item):
        return []
    return [one for one in item.decisions if item.state == "decided" or one.source_decision_id is None]
