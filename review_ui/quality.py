"""How good the review is: agreement of readers, blind and shown, golden items, and what nobody here can read."""

from datetime import datetime

from starlette.responses import Response

from evidence.exchange.table import table_csv
from review_ui.desk import Page
from review_ui.fields import MAX_NOTE, fresh_key, line, row_id
from review_ui.queue import key_of
from review_ui.visits import Visit, see_other
from store import agreement, audit, golden, queue, queue_list, settling, skips
from store.parsed_post import rfc3339
from store.queue import DecisionForm
from store.queue_list import ListFilter
from store.skips import SkippedItem
from store.statistics import FEWEST

DISAGREEMENTS_SHOWN = 50
_MAX_OUTCOME = 12


def show_quality(visit: Visit) -> Page:
    """GET /quality; that somebody looked at how each reviewer does is kept."""
    audit.append(visit.session, actor=visit.user.pseudonym, action="quality.viewed", subject="quality")
    values = {
        "languages": agreement.by_language(visit.session),
        "by_score": agreement.by_score(visit.session),
        "disagreements": [
            (found, fresh_key()) for found in settling.disagreements(visit.session, limit=DISAGREEMENTS_SHOWN)
        ],
        "longest_note": MAX_NOTE,
        "golden": golden.scores(visit.session),
        "fewest": FEWEST,
        "unread": queue_list.count(visit.session, ListFilter(shown="unread"), now=visit.now),
    }
    return Page("quality.html", values)


def export_skips(visit: Visit) -> Response:
    """GET /quality/skips.csv: what was skipped, by whom and why."""
    rows = skips.skipped_items(visit.session)
    details = {"skips": len(rows)}
    audit.append(visit.session, actor=visit.user.pseudonym, action="skips.exported", subject="queue", details=details)
    columns = SkippedItem.__slots__
    content = table_csv(columns, ({name: _text(getattr(row, name)) for name in columns} for row in rows))
    headers = {"Content-Disposition": 'attachment; filename="skips.csv"'}
    return Response(content, media_type="text/csv", headers=headers)


def mark_golden(visit: Visit) -> Response:
    """POST /items/{item_id}/golden: the right answer of a decided item, or none to make it an ordinary one again."""
    item = queue.item_of(visit.session, row_id(visit.path["item_id"]))
    outcome = line(visit.fields, "outcome", longest=_MAX_OUTCOME)
    if outcome:
        golden.mark(visit.session, visit.user, item, outcome, now=visit.now)
    else:
        golden.unmark(visit.session, visit.user, item)
    return see_other(f"/items/{item.id}")


def settle(visit: Visit) -> Response:
    """POST /items/{item_id}/settling: the last word where two readers disagree."""
    form = DecisionForm(
        item_id=row_id(visit.path["item_id"]),
        outcome=line(visit.fields, "outcome", longest=_MAX_OUTCOME),
        idem_key=key_of(visit.fields),
        note=line(visit.fields, "note", longest=MAX_NOTE),
    )
    settling.settle(visit.session, visit.user, form, now=visit.now)
    return see_other("/quality#disagreements")


def _text(value: object) -> str:
    return rfc3339(value) if isinstance(value, datetime) else "" if value is None else str(value)
