"""The queue: its list, the next item, deciding and taking back. The rules are the store's; these are its forms."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from starlette.responses import Response

from classifier.labels import LABELS
from lurewatch.errors import DataError
from review_ui.desk import Page
from review_ui.fields import line, row_id
from review_ui.posts import first_words, lang_of, risk_of
from review_ui.visits import Visit, see_other
from store import audit, queue, verdicts
from store.queue import DecisionForm
from store.tables import QueueItem

ITEMS_SHOWN = 50
MAX_NOTE = 2_000
_MAX_KEY = 64
_MAX_RELEASE = 100
_TICKED = "label."


@dataclass(frozen=True, slots=True)
class ItemLine:
    """An open item in the list."""

    item_id: int
    lane: str
    lang: str
    source: str
    risk: str
    queued_at: datetime
    first_words: str


def show_queue(visit: Visit) -> Page:
    """GET /queue; which items somebody was shown is kept."""
    lines = [_item_line(item) for item in queue.open_items(visit.session, limit=ITEMS_SHOWN)]
    audit.append(
        visit.session,
        actor=visit.user.pseudonym,
        action="queue.listed",
        subject="queue",
        details={"items": [shown.item_id for shown in lines]},
    )
    counts = queue.lane_counts(visit.session)
    values = {"counts": counts, "waiting": sum(counts.values()), "lines": lines, "undo_key": fresh_key()}
    return Page("queue.html", values)


def go_on(visit: Visit) -> Response:
    """GET /queue/next: claim the most pressing item and show it; back to the list when there is none."""
    item = queue.claim_next(visit.session, visit.user, now=visit.now)
    return see_other(f"/items/{item.id}" if item else "/queue")


def decide(visit: Visit) -> Response:
    """POST /items/{item_id}/decision: keep the decision and claim the next item in one transaction."""
    form = decision_form(row_id(visit.path["item_id"]), visit.fields)
    _refuse_unknown_release(visit, form)
    queue.decide(visit.session, visit.user, form, now=visit.now)
    return go_on(visit)


def undo(visit: Visit) -> Response:
    """POST /undo: take back this person's last decision and show its item again."""
    undone = queue.undo(visit.session, visit.user, idem_key=_key(visit.fields), now=visit.now)
    return see_other(f"/items/{undone.item_id}")


def decision_form(item_id: int, fields: Mapping[str, str]) -> DecisionForm:
    """The decision that a form carries; DataError for an unknown outcome or a missing key."""
    outcome = fields.get("outcome", "")
    if outcome not in queue.OUTCOMES:
        raise DataError(f"{outcome[:20]!r} is not a decision.", hint=f"Send one of {', '.join(queue.OUTCOMES)}.")
    return DecisionForm(
        item_id=item_id,
        outcome=outcome,
        idem_key=_key(fields),
        note=line(fields, "note", longest=MAX_NOTE),
        saw_score=fields.get("saw_score", "1") != "0",
        release=line(fields, "release", longest=_MAX_RELEASE) or None,
        labels=_ticked(fields),
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


def _refuse_unknown_release(visit: Visit, form: DecisionForm) -> None:
    revision_id = queue.item_of(visit.session, form.item_id).revision_id
    if form.release is not None and form.release not in verdicts.releases(visit.session, revision_id):
        raise DataError(
            f"Release {form.release!r} has not judged item {form.item_id}.", hint="Reload the page and decide again."
        )


def _item_line(item: QueueItem) -> ItemLine:
    verdict = item.revision.verdicts[-1] if item.revision.verdicts else None
    return ItemLine(
        item_id=item.id,
        lane=item.lane,
        lang=lang_of(verdict),
        source=item.revision.post.source.name,
        risk=risk_of(verdict),
        queued_at=item.created_at,
        first_words=first_words(item.revision),
    )
