"""How good the review is: agreement of readers, blind and shown, golden items, and what nobody here can read."""

from starlette.responses import Response

from review_ui.desk import Page
from review_ui.fields import line, row_id
from review_ui.visits import Visit, see_other
from store import agreement, golden, queue, queue_list
from store.queue_list import ListFilter

DISAGREEMENTS_SHOWN = 50
_MAX_OUTCOME = 12


def show_quality(visit: Visit) -> Page:
    """GET /quality."""
    values = {
        "languages": agreement.by_language(visit.session),
        "by_score": agreement.by_score(visit.session),
        "disagreements": agreement.disagreements(visit.session, limit=DISAGREEMENTS_SHOWN),
        "golden": golden.scores(visit.session),
        "fewest": agreement.FEWEST,
        "unread": queue_list.count(visit.session, ListFilter(shown="unread"), now=visit.now),
    }
    return Page("quality.html", values)


def mark_golden(visit: Visit) -> Response:
    """POST /items/{item_id}/golden: the right answer of a decided item, or none to make it an ordinary one again."""
    item = queue.item_of(visit.session, row_id(visit.path["item_id"]))
    outcome = line(visit.fields, "outcome", longest=_MAX_OUTCOME)
    if outcome:
        golden.mark(visit.session, visit.user, item, outcome, now=visit.now)
    else:
        golden.unmark(visit.session, visit.user, item)
    return see_other(f"/items/{item.id}")
