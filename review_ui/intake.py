"""The page of intake: what was handed over goes in by a text or a file, and into the queue if it is flagged."""

from dataclasses import dataclass
from datetime import datetime

from starlette.responses import Response

from lurewatch.errors import NotFoundError
from review_ui.desk import Desk, Page
from review_ui.fields import line
from review_ui.settings import TakesIn
from review_ui.visits import Afterwards, Visit, see_other
from store import audit, handovers
from store.handovers import Given
from store.tables import Handover

LARGEST_BODY_BYTES = 4 * 1024 * 1024
LONGEST_TEXT = 50_000
_LONGEST_NAME = 200
_LONGEST_NOTE = 2_000


@dataclass(frozen=True, slots=True)
class HandoverLine:
    """A handover in the list; the giver's name is there only if they consented."""

    handover_id: int
    giver: str
    giver_name: str
    taken_by: str
    taken_at: datetime
    note: str
    media_type: str
    sha256: str
    items: tuple[tuple[int, str], ...]


def show_intake(visit: Visit) -> Page:
    """GET /intake: the form and the last handovers."""
    lines = [_line(visit, row) for row in handovers.newest(visit.session)]
    audit.append(
        visit.session,
        actor=visit.user.pseudonym,
        action="handovers.listed",
        subject="handovers",
        details={"handovers": [shown.handover_id for shown in lines]},
    )
    values = {"lines": lines, "givers": handovers.GIVERS, "longest_text": LONGEST_TEXT}
    return Page("intake.html", values)


def take_in(visit: Visit) -> Afterwards:
    """POST /intake: sealed, kept and scored once this transaction is over."""
    given = _given(visit)
    handovers.refuse_unsound(given)
    receive = receiver(visit.desk)
    user, now = visit.user, visit.now

    def run() -> Response:
        receive.take_in(user, given, now=now)
        return see_other("/intake")

    return Afterwards(run)


def receiver(desk: Desk) -> TakesIn:
    """What takes in; NotFoundError where the application was started without."""
    if desk.settings.intake is None:
        raise NotFoundError("This application takes nothing in.", hint="Start it with `lurewatch serve`.")
    return desk.settings.intake


def _given(visit: Visit) -> Given:
    upload = visit.files.get("file")
    text = line(visit.fields, "text", longest=LONGEST_TEXT)
    has_file = upload is not None and bool(upload.content)
    return Given(
        content=upload.content if upload is not None and has_file else text.encode(),
        media_type="application/jsonl"
        if upload is not None and upload.name.lower().endswith(".jsonl")
        else "text/plain",
        giver=line(visit.fields, "giver", longest=20, required=True),
        giver_name=line(visit.fields, "giver_name", longest=_LONGEST_NAME) or None,
        has_consented="has_consented" in visit.fields,
        note=line(visit.fields, "note", longest=_LONGEST_NOTE),
    )


def _line(visit: Visit, row: Handover) -> HandoverLine:
    return HandoverLine(
        handover_id=row.id,
        giver=row.giver,
        giver_name=row.giver_name or "",
        taken_by=row.taken_by.pseudonym,
        taken_at=row.taken_at,
        note=row.note,
        media_type=row.media_type,
        sha256=row.sha256,
        items=tuple((item.id, item.lane) for item in handovers.items_of(visit.session, row)),
    )
