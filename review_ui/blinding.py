"""Deciding without the score: a share of the posts shows nothing of the verdict until its reader has decided.

People who see a score tend to follow it; how far is only seen beside decisions made without one. Calls for help are
never hidden.
"""

from dataclasses import replace

from review_ui.posts import PostPage
from review_ui.reasons import Mark
from review_ui.visits import Visit
from store import leases, readings, roles
from store.rules import is_blind
from store.tables import QueueItem

HIDDEN = "hidden"


def is_hidden(visit: Visit, item: QueueItem) -> bool:
    """Whether this person is to decide on the item without having seen its score, and has not decided yet."""
    rules = visit.desk.settings.rules
    return (
        item.lane != "urgent"
        and roles.has_right(visit.user, "decide")
        and is_blind(visit.session, visit.user.id, item.id, rules)
        and is_theirs_to_decide(visit, item)
        and not readings.has_spoken(visit.session, visit.user, item.id)
    )


def blinded(post: PostPage) -> PostPage:
    """The page without what the release made of the post."""
    text = "".join(mark.text for mark in post.marks)
    unjudged = replace(post, lane=HIDDEN, risk=HIDDEN, is_distress=False, is_enough=True)
    return replace(unjudged, marks=(Mark(text),), labels=(), reasons=(), weights=())


def is_theirs_to_decide(visit: Visit, item: QueueItem) -> bool:
    """Whether an item is open, or decided and this person's to read once more."""
    if item.state != "decided":
        return item.state == "open"
    lease = leases.own_lease(visit.session, item.id, visit.user)
    return lease is not None and lease.purpose is not None
