"""The queue: its list, the next item, deciding and taking back. The rules are the store's; these are its forms."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from sqlalchemy.orm import Session
from starlette.responses import Response

from classifier.labels import LABELS
from lurewatch.errors import DataError
from review_ui import blinding, items
from review_ui.campaign_told import CampaignTold, campaign_told
from review_ui.desk import Page
from review_ui.fields import LABEL_BOX, MAX_NOTE, fresh_key, line, row_id, ticked
from review_ui.posts import first_words, is_severe, lang_of, risk_of
from review_ui.skipping import skip_of
from review_ui.visits import Afterwards, Visit, see_other
from review_ui.wellbeing import has_reached, limit_of
from store import audit, queue, queue_list, verdicts
from store.lanes import LANES
from store.queue import DecisionForm, Skip
from store.queue_list import ListFilter
from store.tables import QueueItem

ITEMS_SHOWN = 50
_MAX_KEY = 64
_MAX_RELEASE = 100
_MAX_LANG = 8
LISTS = {
    "open": "Open",
    "snoozed": "Snoozed",
    "handed_on": "Handed on to a reader",
    "unread": "Nobody reads its language",
    "escalated": "Escalated to a supervisor",
}


@dataclass(frozen=True, slots=True)
class ItemLine:
    """An open item in the list; what its reader is to decide without shows neither lane nor risk.

    The words of severe posts are blurred for whoever wants that.
    """

    item_id: int
    lane: str
    lang: str
    source: str
    risk: str
    queued_at: datetime
    first_words: str
    snoozed_until: datetime | None
    needs_lang: str
    is_severe: bool


def show_queue(visit: Visit) -> Afterwards:
    """GET /queue?lane=&lang=&shown=; which items somebody was shown is kept.

    It is put together after the visit's transaction, so that no decision waits for it.
    """
    wanted = _wanted(visit.fields)
    return Afterwards(lambda: _list_page(visit, wanted))


def _list_page(visit: Visit, wanted: ListFilter) -> Page:
    with visit.desk.store.reading() as session:
        values = _list_values(replace(visit, session=session), wanted)
    details = {"items": [shown.item_id for shown in values["lines"]]}
    with visit.desk.store.transaction() as session:
        audit.append(session, actor=visit.user.pseudonym, action="queue.listed", subject="queue", details=details)
    return Page("queue.html", values)


def _list_values(visit: Visit, wanted: ListFilter) -> dict[str, Any]:
    apart = blinding.apart(visit)
    listed = queue_list.items(visit.session, wanted, now=visit.now, limit=ITEMS_SHOWN, apart=apart)
    hidden = blinding.hidden_among(visit, [item.revision_id for item in listed])
    lines = [_item_line(item, is_hidden=item.revision_id in hidden) for item in listed]
    counts = queue_list.awake_counts(visit.session, now=visit.now, apart=apart)
    waiting = sum(queue_list.awake_counts(visit.session, now=visit.now).values())
    limit = limit_of(visit)
    most = queue_list.COUNTED + 1
    return {
        "counts": counts,
        "hidden": waiting - sum(counts.values()),
        "waiting": waiting,
        "matching": queue_list.count(visit.session, wanted, now=visit.now, apart=apart, most=most),
        "counted": queue_list.COUNTED,
        "reached": limit if has_reached(visit, limit) else 0,
        "lines": lines,
        "wanted": wanted,
        "lists": LISTS,
        "lanes": LANES,
        "langs": queue_list.languages(visit.session),
        "undo_key": fresh_key(),
        "campaign": campaign_told(visit.fields),
    }


def go_on(visit: Visit, told: CampaignTold | None = None) -> Page | Response:
    """GET /queue/next: claim the next item that they may still read, and show it; back to the list if there is none.

    Where a script takes the answer the page comes at once, not by a second request, unless it tells of a campaign.
    """
    is_at_limit = has_reached(visit, limit_of(visit))
    rules = visit.desk.settings.rules
    item = queue.claim_next(visit.session, visit.user, now=visit.now, rules=rules, is_at_limit=is_at_limit)
    address = f"/items/{item.id}" if item else "/queue"
    if told:
        return see_other(f"{address}?{urlencode(asdict(told))}")
    if item and visit.is_swap:
        return replace(items.claimed_page(visit, item), address=address)
    return see_other(address)


def decide(visit: Visit) -> Page | Response:
    """POST /items/{item_id}/decision: keep the decision and claim the next item in one transaction."""
    form = decision_form(visit, row_id(visit.path["item_id"]))
    queue.decide(visit.session, visit.user, form, now=visit.now)
    return go_on(visit)


def undo(visit: Visit) -> Response:
    """POST /undo: take back this person's last decision and show its item again."""
    undone = queue.undo(visit.session, visit.user, idem_key=key_of(visit.fields), now=visit.now)
    return see_other(f"/items/{undone.item_id}")


def decision_form(visit: Visit, item_id: int) -> DecisionForm:
    """The decision that a form carries; DataError for an unknown outcome or release, or a missing key.

    Whether the score was hidden is not asked of the form.
    """
    fields = visit.fields
    outcome = fields.get("outcome", "")
    if outcome not in queue.OUTCOMES:
        raise DataError(f"{outcome[:20]!r} is not a decision.", hint=f"Send one of {', '.join(queue.OUTCOMES)}.")
    item = queue.item_of(visit.session, item_id)
    is_hidden = blinding.is_hidden(visit, item)
    form = DecisionForm(
        item_id=item_id,
        outcome=outcome,
        idem_key=key_of(fields),
        note=line(fields, "note", longest=MAX_NOTE),
        saw_score=not is_hidden,
        release=line(fields, "release", longest=_MAX_RELEASE) or None,
        labels=_labels(fields),
        skip=skip_of(fields, visit.now) if outcome == "skipped" else Skip(),
        blind=is_hidden,
    )
    refuse_unknown_release(visit.session, form)
    return form


def refuse_unknown_release(session: Session, form: DecisionForm) -> None:
    """Raise DataError when the form names a release that has not judged the item."""
    revision_id = queue.item_of(session, form.item_id).revision_id
    if form.release is not None and form.release not in verdicts.releases(session, revision_id):
        raise DataError(
            f"Release {form.release!r} has not judged item {form.item_id}.", hint="Reload the page and decide again."
        )


def key_of(fields: Mapping[str, str]) -> str:
    """The key that a form was rendered with."""
    return line(fields, "idem_key", longest=_MAX_KEY, required=True)


def _labels(fields: Mapping[str, str]) -> tuple[str, ...] | None:
    """The labels whose boxes are ticked; None for a form that has no boxes."""
    if "labels_asked" not in fields:
        return None
    chosen = set(ticked(fields, LABEL_BOX))
    unknown = sorted(chosen - set(LABELS))
    if unknown:
        raise DataError(f"{unknown[0][:40]!r} is not a label.", hint=f"Labels are {', '.join(LABELS)}.")
    return tuple(label for label in LABELS if label in chosen)


def _wanted(fields: Mapping[str, str]) -> ListFilter:
    shown = fields.get("shown") or "open"
    lane = fields.get("lane", "")
    if shown not in queue_list.SHOWN or lane not in ("", *LANES):
        raise DataError(f"There is no list {shown[:20]!r} or no lane {lane[:20]!r}.", hint="Go back to the queue.")
    return ListFilter(lane=lane, lang=line(fields, "lang", longest=_MAX_LANG), shown=shown)


def _item_line(item: QueueItem, *, is_hidden: bool) -> ItemLine:
    verdict = item.revision.verdicts[-1] if item.revision.verdicts else None
    return ItemLine(
        item_id=item.id,
        lane=blinding.HIDDEN if is_hidden else item.lane,
        lang=lang_of(verdict),
        source=item.revision.post.source.name,
        risk=blinding.HIDDEN if is_hidden else risk_of(verdict),
        queued_at=item.created_at,
        first_words=first_words(item.revision),
        snoozed_until=item.snoozed_until,
        needs_lang=item.needs_lang or "",
        is_severe=is_severe(verdict) and not is_hidden,
    )
