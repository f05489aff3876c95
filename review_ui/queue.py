"""The queue: its list, the next item, deciding and taking back. The rules are the store's; these are its forms."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session
from starlette.responses import Response

from classifier.labels import LABELS
from lurewatch.errors import DataError
from review_ui import blinding
from review_ui.desk import Page
from review_ui.fields import line, row_id
from review_ui.posts import first_words, lang_of, risk_of
from review_ui.skipping import skip_of
from review_ui.visits import Visit, see_other
from review_ui.wellbeing import is_severe
from store import audit, queue, queue_list, verdicts
from store.queue import DecisionForm, Skip
from store.queue_list import ListFilter
from store.tables import QueueItem

ITEMS_SHOWN = 50
MAX_NOTE = 2_000
_MAX_KEY = 64
_MAX_RELEASE = 100
_MAX_LANG = 8
_TICKED = "label."
LISTS = {
    "open": "Open",
    "snoozed": "Snoozed",
    "handed_on": "Handed on to a reader",
    "unread": "Nobody reads its language",
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


def show_queue(visit: Visit) -> Page:
    """GET /queue?lane=&lang=&shown=; which items somebody was shown is kept."""
    wanted = _wanted(visit.fields)
    lines = [_item_line(visit, item) for item in _listed(visit, wanted)]
    audit.append(
        visit.session,
        actor=visit.user.pseudonym,
        action="queue.listed",
        subject="queue",
        details={"items": [shown.item_id for shown in lines]},
    )
    counts = queue_list.lane_counts(visit.session, now=visit.now)
    values = {
        "counts": counts,
        "waiting": sum(counts.values()),
        "matching": queue_list.count(visit.session, wanted, now=visit.now),
        "lines": lines,
        "wanted": wanted,
        "lists": LISTS,
        "lanes": queue.LANES,
        "langs": queue_list.languages(visit.session),
        "undo_key": fresh_key(),
    }
    return Page("queue.html", values)


def go_on(visit: Visit) -> Response:
    """GET /queue/next: claim the next item and show it; back to the list when there is none."""
    item = queue.claim_next(visit.session, visit.user, now=visit.now, rules=visit.desk.settings.rules)
    return see_other(f"/items/{item.id}" if item else "/queue")


def decide(visit: Visit) -> Response:
    """POST /items/{item_id}/decision: keep the decision and claim the next item in one transaction."""
    form = decision_form(visit, row_id(visit.path["item_id"]))
    queue.decide(visit.session, visit.user, form, now=visit.now)
    return go_on(visit)


def undo(visit: Visit) -> Response:
    """POST /undo: take back this person's last decision and show its item again."""
    undone = queue.undo(visit.session, visit.user, idem_key=_key(visit.fields), now=visit.now)
    return see_other(f"/items/{undone.item_id}")


def decision_form(visit: Visit, item_id: int) -> DecisionForm:
    """The decision that a form carries; DataError for an unknown outcome or release, or a missing key.

    Whether the score was hidden is not asked of the form.
    """
    fields = visit.fields
    outcome = fields.get("outcome", "")
    if outcome not in queue.OUTCOMES:
        raise DataError(f"{outcome[:20]!r} is not a decision.", hint=f"Send one of {', '.join(queue.OUTCOMES)}.")
    is_hidden = blinding.is_hidden(visit, queue.item_of(visit.session, item_id))
    form = DecisionForm(
        item_id=item_id,
        outcome=outcome,
        idem_key=_key(fields),
        note=line(fields, "note", longest=MAX_NOTE),
        saw_score=not is_hidden,
        release=line(fields, "release", longest=_MAX_RELEASE) or None,
        labels=_ticked(fields),
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


def fresh_key() -> str:
    """A key for one rendered form: sending it twice is one decision."""
    return secrets.token_urlsafe(24)


def _key(fields: Mapping[str, str]) -> str:
    return line(fields, "idem_key", longest=_MAX_KEY, required=True)


def _ticked(fields: Mapping[str, str]) -> tuple[str, ...] | None:
    """The labels whose boxes are ticked; None for a form that has no boxes."""
    if "labels_asked" not in fields:
        return None
    ticked = [name.removeprefix(_TICKED) for name in fields if name.startswith(_TICKED)]
    unknown = sorted(set(ticked) - set(LABELS))
    if unknown:
        raise DataError(f"{unknown[0][:40]!r} is not a label.", hint=f"Labels are {', '.join(LABELS)}.")
    return tuple(label for label in LABELS if label in ticked)


def _wanted(fields: Mapping[str, str]) -> ListFilter:
    shown = fields.get("shown") or "open"
    lane = fields.get("lane", "")
    if shown not in queue_list.SHOWN or lane not in ("", *queue.LANES):
        raise DataError(f"There is no list {shown[:20]!r} or no lane {lane[:20]!r}.", hint="Go back to the queue.")
    return ListFilter(lane=lane, lang=line(fields, "lang", longest=_MAX_LANG), shown=shown)


def _listed(visit: Visit, wanted: ListFilter) -> list[QueueItem]:
    return queue_list.items(visit.session, wanted, now=visit.now, limit=ITEMS_SHOWN)


def _item_line(visit: Visit, item: QueueItem) -> ItemLine:
    verdict = item.revision.verdicts[-1] if item.revision.verdicts else None
    is_hidden = blinding.is_hidden(visit, item)
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
