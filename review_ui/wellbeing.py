"""How many severe posts a person is shown on one day, and what they are shown instead of one more.

A limit is guidance for people, not protection: studies of blurring and greyscale disagree on whether they help.
"""

from dataclasses import dataclass

from starlette.responses import Response

from review_ui.blinding import is_theirs_to_decide
from review_ui.desk import Page
from review_ui.fields import row_id
from review_ui.posts import is_severe
from review_ui.visits import Visit, see_other
from store import audit, exposure, queue, roles
from store.preferences import preference_of
from store.tables import QueueItem


@dataclass(frozen=True, slots=True)
class Exposure:
    """Whether an item is severe, and whether it would be one more than this person's limit of today (0: none)."""

    is_severe: bool
    is_over: bool = False
    limit: int = 0


def expose(visit: Visit, item: QueueItem) -> Exposure:
    """What showing this item means for this person today; one within the limit is counted as shown."""
    verdicts = item.revision.verdicts
    if not is_severe(verdicts[-1] if verdicts else None):
        return Exposure(False)
    limit = limit_of(visit)
    is_new = not exposure.was_shown(visit.session, visit.user, item.id, now=visit.now)
    if is_new and has_reached(visit, limit):
        return Exposure(True, True, limit)
    exposure.record_shown(visit.session, visit.user, item.id, now=visit.now)
    return Exposure(True, False, limit)


def has_reached(visit: Visit, limit: int) -> bool:
    """Whether one more severe item would be beyond the limit (0: none): the next ones are left to others then."""
    return limit > 0 and exposure.shown_today(visit.session, visit.user, now=visit.now) >= limit


def limit_page(visit: Visit, item: QueueItem, met: Exposure, *, form_key: str) -> Page:
    """What stands in the place of an item over the limit: hand it on, or see it all the same."""
    may_hand_on = roles.has_right(visit.user, "decide") and is_theirs_to_decide(visit, item)
    values = {"item_id": item.id, "limit": met.limit, "may_hand_on": may_hand_on, "form_key": form_key}
    return Page("limit.html", values)


def show_all_the_same(visit: Visit) -> Response:
    """POST /items/{item_id}/all-the-same: this one item, beyond the limit, by the person's own wish."""
    item = queue.item_of(visit.session, row_id(visit.path["item_id"]))
    exposure.record_shown(visit.session, visit.user, item.id, now=visit.now)
    audit.append(visit.session, actor=visit.user.pseudonym, action="limit.passed", subject=f"item:{item.id}")
    return see_other(f"/items/{item.id}")


def limit_of(visit: Visit) -> int:
    """The installation's limit or the person's own, whichever is stricter."""
    own, ours = preference_of(visit.session, visit.user).severe_per_day, visit.desk.settings.severe_per_day
    return min(limit for limit in (own, ours) if limit) if own or ours else 0
