"""The page of one queue item: the post, what was decided on it, and what this person can do with it now."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from classifier.labels import LABELS
from lurewatch.errors import LeaseError
from review_ui import blinding
from review_ui.desk import Page
from review_ui.fields import row_id
from review_ui.helplines import helplines_for
from review_ui.posts import post_page
from review_ui.queue import MAX_NOTE, fresh_key
from review_ui.reading_languages import NAMES
from review_ui.skipping import REASONS
from review_ui.visits import Visit
from review_ui.wellbeing import expose, limit_page
from store import audit, cases, golden, queue, roles
from store.tables import Decision, QueueItem

CASES_OFFERED = 10
_UNTOLD: dict[str, Any] = {"decisions": [], "filed_in": [], "offered": None, "golden": "", "may_mark": False}
_REPLACED = "A later version of this post is in the queue."


@dataclass(frozen=True, slots=True)
class Hold:
    """Whether this person may decide now; `notice` says why not. In a further reading nothing is told of the first."""

    may_decide: bool
    notice: str = ""
    is_reading: bool = False


@dataclass(frozen=True, slots=True)
class DecisionLine:
    """A decision on record; `by` is a pseudonym, `how` says what was special about it."""

    outcome: str
    labels: tuple[str, ...]
    by: str
    at: datetime
    note: str
    how: tuple[str, ...]


def show_item(visit: Visit) -> Page:
    """GET /items/{item_id}: reading an open item claims it, and every reading is an audit entry."""
    item = queue.item_of(visit.session, row_id(visit.path["item_id"]))
    met = expose(visit, item)
    if met.is_over:
        return limit_page(visit, item, met, form_key=fresh_key())
    is_hidden = blinding.is_hidden(visit, item)
    hold = hold_of(visit, item)
    audit.append(visit.session, actor=visit.user.pseudonym, action="post.viewed", subject=f"item:{item.id}")
    post = post_page(visit.session, item, visit.desk.settings.concepts)
    values = {
        "post": blinding.blinded(post) if is_hidden else post,
        "is_hidden": is_hidden,
        "hold": hold,
        "is_severe": met.is_severe,
        **(_UNTOLD if hold.is_reading else _told(visit, item)),
        "skip_reasons": REASONS,
        "reading_languages": NAMES,
        "decision_key": fresh_key(),
        "undo_key": fresh_key(),
        "longest_note": MAX_NOTE,
        "label_names": LABELS,
        "helplines": helplines_for(visit, item),
    }
    return Page("item.html", values)


def hold_of(visit: Visit, item: QueueItem) -> Hold:
    """Claim an item for its reader, if it is open or a further reading of it is theirs."""
    if item.state == "superseded":
        return Hold(False, _REPLACED)
    is_reading = blinding.is_reading(visit, item)
    if (item.state == "decided" and not is_reading) or not roles.has_right(visit.user, "decide"):
        return Hold(False)
    try:
        queue.claim_item(visit.session, visit.user, item.id, now=visit.now)
    except LeaseError as lost:
        return Hold(False, lost.message)
    return Hold(True, is_reading=is_reading)


def _told(visit: Visit, item: QueueItem) -> dict[str, Any]:
    """What was made of the item so far."""
    standing = queue.standing_decision(visit.session, item.id)
    told = blinding.told_decisions(visit, item)
    is_confirmed = standing is not None and standing.outcome == "confirmed" and standing in told
    return {
        "decisions": [_decision_line(decision) for decision in told],
        "filed_in": [case.number for case in cases.cases_with(visit.session, item.id)],
        "offered": _offered(visit) if is_confirmed else None,
        "golden": golden.answer_of(visit.session, item.id) or "",
        "may_mark": item.state == "decided" and roles.has_right(visit.user, "mark_golden"),
    }


def _offered(visit: Visit) -> list[tuple[str, str]] | None:
    """Number and title of the newest cases that take items, for people who may put something into one."""
    if not roles.has_right(visit.user, "open_case"):
        return None
    return [(case.number, case.title) for case in cases.open_cases(visit.session, limit=CASES_OFFERED)]


def _decision_line(decision: Decision) -> DecisionLine:
    labels = tuple(decision.labels or ())
    how = _how(decision)
    return DecisionLine(decision.outcome, labels, decision.user.pseudonym, decision.decided_at, decision.note, how)


def _how(decision: Decision) -> tuple[str, ...]:
    """In what other way than the ordinary one a decision was made, each a few words."""
    found = (
        (f"{decision.purpose} reading", decision.purpose),
        ("with its campaign", decision.source_decision_id),
        ("without the score", decision.blind),
        (REASONS.get(decision.reason or "", ""), decision.reason),
        (f"not before {decision.snoozed_until:%Y-%m-%d}" if decision.snoozed_until else "", decision.snoozed_until),
        (f"for a reader of {NAMES.get(decision.needs_lang or '', '')}", decision.needs_lang),
    )
    return tuple(words for words, holds in found if holds)
