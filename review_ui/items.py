"""The page of one queue item: the post, what was decided on it, and what this person can do with it now."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from classifier.labels import LABELS
from classifier.language import LANGUAGES
from lurewatch.errors import LeaseError
from review_ui import blinding
from review_ui.campaign_told import campaign_told
from review_ui.desk import Page
from review_ui.fields import MAX_NOTE, fresh_key, row_id
from review_ui.helplines import helplines_for
from review_ui.posts import post_page
from review_ui.skipping import REASONS
from review_ui.visits import Visit
from review_ui.wellbeing import expose, limit_page
from store import audit, cases, golden, queue, roles
from store.standing import standing_decision
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


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionLine:
    """A decision on record; `by` is a pseudonym, `purpose` that of a further reading, `reason` why it was skipped."""

    outcome: str
    labels: tuple[str, ...]
    by: str
    at: datetime
    note: str
    purpose: str
    is_campaigns: bool
    is_blind: bool
    reason: str
    snoozed_until: date | None
    needs_lang: str


def show_item(visit: Visit) -> Page:
    """GET /items/{item_id}: reading an open item claims it, and every reading is an audit entry."""
    return _page(visit, row_id(visit.path["item_id"]))


def claimed_page(visit: Visit, item: QueueItem) -> Page:
    """The same page of an item that its reader has claimed just now."""
    return _page(visit, item.id, Hold(True, is_reading=item.state == "decided"))


def _page(visit: Visit, item_id: int, held: Hold | None = None) -> Page:
    item = queue.item_with_post(visit.session, item_id)
    met = expose(visit, item)
    if met.is_over:
        return limit_page(visit, item, met, form_key=fresh_key())
    is_hidden = blinding.is_hidden(visit, item)
    hold = held or hold_of(visit, item)
    audit.append(visit.session, actor=visit.user.pseudonym, action="post.viewed", subject=f"item:{item.id}")
    post = post_page(visit.session, item.revision, visit.desk.settings.concepts, item)
    values = {
        "post": blinding.blinded(post) if is_hidden else post,
        "is_hidden": is_hidden,
        "hold": hold,
        "is_severe": met.is_severe,
        **(_UNTOLD if hold.is_reading else _told(visit, item)),
        "skip_reasons": REASONS,
        "reading_languages": LANGUAGES,
        "decision_key": fresh_key(),
        "undo_key": fresh_key(),
        "longest_note": MAX_NOTE,
        "label_names": LABELS,
        "helplines": helplines_for(visit, item),
        "campaign": campaign_told(visit.fields),
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
    """What was made of the item so far: nothing, as a rule."""
    if not item.decisions:
        return _UNTOLD
    standing = standing_decision(visit.session, item.id)
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
    return DecisionLine(
        outcome=decision.outcome,
        labels=tuple(decision.labels or ()),
        by=decision.user.pseudonym,
        at=decision.decided_at,
        note=decision.note,
        purpose=decision.purpose or "",
        is_campaigns=decision.source_decision_id is not None,
        is_blind=bool(decision.blind),
        reason=REASONS.get(decision.reason or "", ""),
        snoozed_until=decision.snoozed_until.date() if decision.snoozed_until else None,
        needs_lang=decision.needs_lang or "",
    )
