"""The page of intake: what was handed over goes in by a text or a file, and into the queue if it is flagged."""

from dataclasses import dataclass
from datetime import datetime

from starlette.responses import Response

from lurewatch.errors import DataError, NotFoundError
from review_ui import blinding
from review_ui.desk import Desk, Page
from review_ui.fields import line
from review_ui.settings import TakesIn
from review_ui.visits import Afterwards, Visit, see_other
from store import audit, handed_in
from store.handed_in import Given
from store.tables import HandedIn, QueueItem

LARGEST_BODY_BYTES = 4 * 1024 * 1024
LONGEST_TEXT = 50_000
_LONGEST_NAME = 200
_LONGEST_NOTE = 2_000


@dataclass(frozen=True, slots=True)
class HandedInLine:
    """What was handed in, in the list; the giver's name is there only if they consented."""

    handed_in_id: int
    giver: str
    giver_name: str
    taken_by: str
    taken_at: datetime
    note: str
    media_type: str
    sha256: str
    items: tuple[tuple[int, str], ...]


def show_intake(visit: Visit) -> Page:
    """GET /intake: the form and what was handed in last."""
    lines = [_line(visit, row) for row in handed_in.newest(visit.session)]
    audit.append(
        visit.session,
        actor=visit.user.pseudonym,
        action="intake.listed",
        subject="intake",
        details={"handed_in": [shown.handed_in_id for shown in lines]},
    )
    values = {"lines": lines, "givers": handed_in.GIVERS, "longest_text": LONGEST_TEXT}
    return Page("intake.html", values)


def take_in(visit: Visit) -> Afterwards:
    """POST /intake: sealed, kept and scored once this transaction is over."""
    given = _given(visit)
    handed_in.refuse_unsound(given)
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
    content, media_type = _content(visit)
    return Given(
        content=content,
        media_type=media_type,
        giver=line(visit.fields, "giver", longest=20, required=True),
        giver_name=line(visit.fields, "giver_name", longest=_LONGEST_NAME) or None,
        has_consented="has_consented" in visit.fields,
        note=line(visit.fields, "note", longest=_LONGEST_NOTE),
    )


def _content(visit: Visit) -> tuple[bytes, str]:
    """The bytes of the text or of the file, and their type; DataError for both at once: one would be dropped."""
    upload = visit.files.get("file")
    text = line(visit.fields, "text", longest=LONGEST_TEXT)
    if upload is None:
        return text.encode(), "text/plain"
    if text:
        raise DataError("A text and a file were given.", hint="Give one of them, then the other.")
    return upload.file.read(), "application/jsonl" if upload.name.lower().endswith(".jsonl") else "text/plain"


def _line(visit: Visit, row: HandedIn) -> HandedInLine:
    return HandedInLine(
        handed_in_id=row.id,
        giver=row.giver,
        giver_name=row.giver_name or "",
        taken_by=row.taken_by.pseudonym,
        taken_at=row.taken_at,
        note=row.note,
        media_type=row.media_type,
        sha256=row.sha256,
        items=tuple((item.id, _lane(visit, item)) for item in handed_in.items_of(visit.session, row)),
    )


def _lane(visit: Visit, item: QueueItem) -> str:
    return blinding.HIDDEN if blinding.is_hidden(visit, item) else item.lane
