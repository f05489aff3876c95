"""Who stands behind a pseudonym: one name at a time, for people with the right alone, each look with its purpose."""

from review_ui.desk import Page
from review_ui.fields import line
from review_ui.visits import Visit
from store import identities

MAX_PURPOSE = 300
_MAX_PSEUDONYM = 40


def show_form(visit: Visit) -> Page:  # noqa: ARG001
    """GET /identities."""
    return _page()


def reveal(visit: Visit) -> Page:
    """POST /identities: the person's name; the look is an audit entry, found or not."""
    pseudonym = line(visit.fields, "pseudonym", longest=_MAX_PSEUDONYM, required=True)
    purpose = line(visit.fields, "purpose", longest=MAX_PURPOSE, required=True)
    user = identities.reveal(visit.session, visit.user, pseudonym, purpose=purpose)
    if user is None:
        return _page(pseudonym, "Nobody here has this pseudonym. Copy it whole, as in reviewer-1a2b3c4d.", 404)
    return Page("identities.html", {"pseudonym": pseudonym, "found": user, "problem": "", "longest": MAX_PURPOSE})


def _page(pseudonym: str = "", problem: str = "", status: int = 200) -> Page:
    values = {"pseudonym": pseudonym, "found": None, "problem": problem, "longest": MAX_PURPOSE}
    return Page("identities.html", values, status)
