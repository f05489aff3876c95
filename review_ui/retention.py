"""What is kept, held and erased: the page for those who answer for it, and its forms. It shows no post."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session
from starlette.responses import Response

from evidence.warc_erasing import erase_captures
from lurewatch.errors import DataError
from review_ui.case_acts import MAX_REASON, MAX_TITLE
from review_ui.desk import Desk, Page
from review_ui.fields import line, number, row_id
from review_ui.visits import Afterwards, Visit, see_other
from store import audit, erasure_requests, holds, roles
from store.erasing import Erased
from store.holdings import holdings

PAGE = "/retention"
# What the report looks back on.
PERIOD = timedelta(days=365)
RULINGS = ("erased", "refused")


def show_retention(visit: Visit) -> Afterwards:
    """GET /retention; that somebody looked is kept, and then counted from a snapshot."""
    audit.append(visit.session, actor=visit.user.pseudonym, action="retention.viewed", subject="retention")
    desk, now, may_hold = visit.desk, visit.now, roles.has_right(visit.user, "hold")

    def read() -> Page:
        with desk.store.reading() as session:
            return Page("retention.html", _values(session, now, desk.settings.retention_days, may_hold=may_hold))

    return Afterwards(read)


def _values(session: Session, now: datetime, retention_days: int, *, may_hold: bool) -> dict[str, Any]:
    return {
        "found": holdings(session, since=now - PERIOD),
        "period_days": PERIOD.days,
        "retention_days": retention_days,
        # What people write of a post may name somebody.
        "reasons": {one.id: one.reason for one in holds.standing(session)} if may_hold else {},
        "requests": erasure_requests.waiting(session) if may_hold else [],
        "kinds": holds.KINDS,
        "longest": {"reason": MAX_REASON, "title": MAX_TITLE},
    }


def place_hold(visit: Visit) -> Response:
    """POST /retention/holds."""
    kind, name = visit.fields.get("kind", ""), line(visit.fields, "name", longest=MAX_TITLE, required=True)
    holds.place(visit.session, kind, name, reason=_reason(visit), actor=visit.user.pseudonym, now=visit.now)
    return see_other(PAGE)


def lift_hold(visit: Visit) -> Response:
    """POST /retention/holds/{hold_id}/lifting."""
    hold_id = row_id(visit.path["hold_id"])
    holds.lift(visit.session, hold_id, reason=_reason(visit), actor=visit.user.pseudonym, now=visit.now)
    return see_other(PAGE)


def ask_erasure(visit: Visit) -> Response | Afterwards:
    """POST /retention/erasures: at once, or asked of a second person where more hangs on the post."""
    post_id = number(visit.fields, "post_id")
    actor = visit.user.pseudonym
    done = erasure_requests.ask(visit.session, post_id, reason=_reason(visit), actor=actor, now=visit.now)
    return _erased(visit) if isinstance(done, Erased) else see_other(PAGE)


def rule_erasure(visit: Visit) -> Response | Afterwards:
    """POST /retention/erasures/{request_id}/ruling."""
    request_id, outcome = row_id(visit.path["request_id"]), visit.fields.get("outcome", "")
    if outcome not in RULINGS:
        raise DataError(f"Ruling {outcome[:20]!r} is not one of {', '.join(RULINGS)}.", hint="Send one of these.")
    if outcome == "refused":
        erasure_requests.refuse(visit.session, visit.user, request_id, now=visit.now)
        return see_other(PAGE)
    erasure_requests.approve(visit.session, visit.user, request_id, now=visit.now)
    return _erased(visit)


def _erased(visit: Visit) -> Afterwards:
    actor = visit.user.pseudonym
    return Afterwards(lambda: _erase_captures(visit.desk, actor))


def _erase_captures(desk: Desk, actor: str) -> Response:
    """The captures too, where this application has them; a fault is left to the daily run, which reports it."""
    if desk.settings.exporter is not None:
        erase_captures(desk.store, desk.settings.exporter.captures_dir, actor=actor, before=None, now=desk.clock())
    return see_other(PAGE)


def _reason(visit: Visit) -> str:
    return line(visit.fields, "reason", longest=MAX_REASON, required=True)
