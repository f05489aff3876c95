"""What is kept, held and erased: the page for those who answer for it, and its forms. It shows no post."""

from datetime import timedelta

from starlette.responses import Response

from evidence.warc_erasing import erase_captures
from lurewatch.errors import DataError
from review_ui.case_acts import MAX_REASON, MAX_TITLE
from review_ui.desk import Desk, Page
from review_ui.fields import line, row_id
from review_ui.visits import Afterwards, Visit, see_other
from store import audit, erasure_requests, holds, roles
from store.erasing import Erased
from store.holdings import holdings

PAGE = "/retention"
# What the report looks back on.
PERIOD = timedelta(days=365)
RULINGS = ("erased", "refused")
_MAX_ID = 12


def show_retention(visit: Visit) -> Page:
    """GET /retention; that somebody looked is kept."""
    audit.append(visit.session, actor=visit.user.pseudonym, action="retention.viewed", subject="retention")
    may_hold = roles.has_right(visit.user, "hold")
    values = {
        "found": holdings(visit.session, since=visit.now - PERIOD),
        "retention_days": visit.desk.settings.retention_days,
        "period_days": PERIOD.days,
        "may_hold": may_hold,
        "may_approve": roles.has_right(visit.user, "approve"),
        "person_pseudonym": visit.user.pseudonym,
        # What people write of a post may name somebody.
        "reasons": {one.id: one.reason for one in holds.standing(visit.session)} if may_hold else {},
        "requests": erasure_requests.waiting(visit.session) if may_hold else [],
        "kinds": holds.KINDS,
        "longest": {"reason": MAX_REASON, "title": MAX_TITLE},
    }
    return Page("retention.html", values)


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
    post_id = row_id(line(visit.fields, "post_id", longest=_MAX_ID, required=True))
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
    if desk.settings.captures_dir is not None:
        erase_captures(desk.store, desk.settings.captures_dir, actor=actor, before=None, now=desk.clock())
    return see_other(PAGE)


def _reason(visit: Visit) -> str:
    return line(visit.fields, "reason", longest=MAX_REASON, required=True)
