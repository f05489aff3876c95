"""What people do to a case: each form of its page, as one call of the store. Every one leads back to the case."""

from collections.abc import Callable
from datetime import UTC, datetime

from starlette.responses import Response

from evidence.encryption import check_key
from lurewatch.errors import DataError
from review_ui.fields import line, number, number_if_any, row_id
from review_ui.visits import Visit, see_other
from store import approvals, case_links, case_notes, cases, hand_overs, queue, recipients
from store.tables import Case

MAX_TITLE = 200
MAX_REASON = 500
MAX_NOTE = 5_000
_SHA256 = 64
_MAX_KEY = 100


def open_case(visit: Visit) -> Response:
    """POST /cases: a new case, with the confirmed item in it where the form names one."""
    title = line(visit.fields, "title", longest=MAX_TITLE, required=True)
    # Locked before the first audit entry: whoever decides locks in that order.
    item_id = number_if_any(visit.fields, "item_id")
    item = None if item_id is None else queue.lock_item(visit.session, item_id)
    case = cases.open_case(visit.session, visit.user, title=title, now=visit.now)
    if item is not None:
        cases.add_item(visit.session, visit.user, case, item, now=visit.now)
    return see_other(f"/cases/{case.number}")


def add_item(visit: Visit) -> Response:
    """POST /cases/{number}/items."""
    return act(visit, lambda case: _put_item(visit, case))


def remove_item(visit: Visit) -> Response:
    """POST /cases/{number}/items/{item_id}/removal."""
    item_id, reason = row_id(visit.path["item_id"]), _reason(visit)
    return act(
        visit,
        lambda case: cases.remove_item(visit.session, visit.user, case, item_id, reason=reason, now=visit.now),
    )


def add_campaign(visit: Visit) -> Response:
    """POST /cases/{number}/campaigns: every confirmed post of a campaign that has one in the case."""
    campaign_id = number(visit.fields, "campaign_id")
    return act(visit, lambda case: case_links.add_campaign(visit.session, visit.user, case, campaign_id, now=visit.now))


def write_note(visit: Visit) -> Response:
    """POST /cases/{number}/notes."""
    text = line(visit.fields, "text", longest=MAX_NOTE, required=True)
    corrects_id = number_if_any(visit.fields, "corrects_id")
    return act(
        visit,
        lambda case: case_notes.write_note(
            visit.session, visit.user, case, text=text, corrects_id=corrects_id, now=visit.now
        ),
    )


def ask_approval(visit: Visit) -> Response:
    """POST /cases/{number}/approval."""
    purpose = line(visit.fields, "purpose", longest=MAX_REASON, required=True)
    return act(visit, lambda case: approvals.ask(visit.session, visit.user, case, purpose=purpose, now=visit.now))


def rule(visit: Visit) -> Response:
    """POST /cases/{number}/ruling."""
    outcome, reason = visit.fields.get("outcome", ""), _reason(visit)
    return act(
        visit, lambda case: approvals.rule(visit.session, visit.user, case, outcome, reason=reason, now=visit.now)
    )


def cancel(visit: Visit) -> Response:
    """POST /cases/{number}/cancellation."""
    reason = _reason(visit)
    return act(visit, lambda case: approvals.cancel(visit.session, visit.user, case, reason=reason, now=visit.now))


def close_case(visit: Visit) -> Response:
    """POST /cases/{number}/closing."""
    reason = _reason(visit)
    return act(visit, lambda case: cases.close_case(visit.session, visit.user, case, reason=reason))


def reopen_case(visit: Visit) -> Response:
    """POST /cases/{number}/reopening."""
    reason = _reason(visit)
    return act(visit, lambda case: cases.reopen_case(visit.session, visit.user, case, reason=reason))


def hand_over(visit: Visit) -> Response:
    """POST /cases/{number}/hand-overs."""
    form = hand_overs.HandOverForm(
        sha256=line(visit.fields, "sha256", longest=_SHA256, required=True),
        recipient=line(visit.fields, "recipient", longest=MAX_TITLE, required=True),
        purpose=line(visit.fields, "purpose", longest=MAX_REASON, required=True),
        way=visit.fields.get("way", ""),
        handed_at=_instant(visit.fields.get("handed_at", "")),
    )
    return act(visit, lambda case: hand_overs.record_hand_over(visit.session, visit.user, case, form, now=visit.now))


def add_recipient(visit: Visit) -> Response:
    """POST /cases/{number}/recipients: somebody for whom originals may be encrypted, of this case or another."""
    name = line(visit.fields, "name", longest=MAX_TITLE, required=True)
    key = check_key(line(visit.fields, "key", longest=_MAX_KEY, required=True))
    actor = visit.user.pseudonym
    return act(visit, lambda _: recipients.add(visit.session, name=name, key=key, actor=actor, now=visit.now))


def remove_recipient(visit: Visit) -> Response:
    """POST /cases/{number}/recipients/{recipient_id}/removal."""
    row = recipients.numbered(visit.session, row_id(visit.path["recipient_id"]))
    return act(
        visit,
        lambda _: recipients.remove(visit.session, row.name, actor=visit.user.pseudonym, now=visit.now),
    )


def act(visit: Visit, change: Callable[[Case], object]) -> Response:
    """Change the case that the path names, and lead back to its page."""
    case = cases.case_by_number(visit.session, visit.path["number"])
    change(case)
    return see_other(f"/cases/{case.number}")


def _put_item(visit: Visit, case: Case) -> None:
    item = queue.item_of(visit.session, number(visit.fields, "item_id"))
    cases.add_item(visit.session, visit.user, case, item, now=visit.now)


def _reason(visit: Visit) -> str:
    return line(visit.fields, "reason", longest=MAX_REASON)


def _instant(text: str) -> datetime:
    """What a datetime-local field holds, in UTC where it names no offset."""
    try:
        at = datetime.fromisoformat(text)
        return at.replace(tzinfo=at.tzinfo or UTC).astimezone(UTC)
    except (ValueError, OverflowError) as error:  # In UTC the first and last hours of all time are no time.
        raise DataError(f"{text[:30]!r} is no date and time.", hint="Give it as 2026-03-01T14:30, in UTC.") from error
