"""The page of one queue item: the post, what was decided on it, and what this person can do with it now."""

from dataclasses import dataclass
from datetime import datetime

from classifier.labels import LABELS
from lurewatch.errors import LeaseError
from review_ui.desk import Page
from review_ui.fields import row_id
from review_ui.posts import post_page
from review_ui.queue import MAX_NOTE, fresh_key
from review_ui.visits import Visit
from review_ui.wellbeing import expose, limit_page
from store import audit, cases, queue, roles
from store.tables import Decision, QueueItem

CASES_OFFERED = 10
_REPLACED = "A later version of this post is in the queue."


@dataclass(frozen=True, slots=True)
class Hold:
    """Whether this person may decide now; `notice` says why not."""

    may_decide: bool
    notice: str = ""


@dataclass(frozen=True, slots=True)
class DecisionLine:
    """A decision on record; `by` is a pseudonym."""

    outcome: str
    labels: tuple[str, ...]
    by: str
    at: datetime
    note: str


def show_item(visit: Visit) -> Page:
    """GET /items/{item_id}: reading an open item claims it, and every reading is an audit entry."""
    item = queue.item_of(visit.session, row_id(visit.path["item_id"]))
    met = expose(visit, item)
    if met.is_over:
        return limit_page(visit, item, met, form_key=fresh_key())
    hold = _hold(visit, item)
    audit.append(visit.session, actor=visit.user.pseudonym, action="post.viewed", subject=f"item:{item.id}")
    standing = queue.standing_decision(visit.session, item.id)
    is_confirmed = standing is not None and standing.outcome == "confirmed"
    values = {
        "post": post_page(visit.session, item, visit.desk.settings.concepts),
        "hold": hold,
        "is_severe": met.is_severe,
        "decisions": [_decision_line(decision) for decision in item.decisions],
        "filed_in": [case.number for case in cases.cases_with(visit.session, item.id)],
        "offered": _offered(visit) if is_confirmed else None,
        "decision_key": fresh_key(),
        "undo_key": fresh_key(),
        "longest_note": MAX_NOTE,
        "label_names": LABELS,
    }
    return Page("item.html", values)


def _hold(visit: Visit, item: QueueItem) -> Hold:
    if item.state == "superseded":
        return Hold(False, _REPLACED)
    if item.state == "decided" or not roles.has_right(visit.user, "decide"):
        return Hold(False)
    try:
        queue.claim_item(visit.session, visit.user, item.id, now=visit.now)
    except LeaseError as lost:
        return Hold(False, lost.message)
    return Hold(True)


def _offered(visit: Visit) -> list[tuple[str, str]] | None:
    """Number and title of the newest cases that take items, for people who may put something into one."""
    if not roles.has_right(visit.user, "open_case"):
        return None
    return [(case.number, case.title) for case in cases.open_cases(visit.session, limit=CASES_OFFERED)]


def _decision_line(decision: Decision) -> DecisionLine:
    labels = tuple(decision.labels or ())
    return DecisionLine(decision.outcome, labels, decision.user.pseudonym, decision.decided_at, decision.note)
