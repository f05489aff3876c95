"""Hands a case out as an evidence pack. The pack is made outside of any writing transaction: it may take long."""

import logging
import shutil
import tempfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from starlette.background import BackgroundTask
from starlette.responses import FileResponse, Response

from evidence.export import Exporter, Manner
from evidence.verify_standalone import ORIGINAL, REDACTED
from lurewatch.errors import DataError, NotFoundError
from review_ui.case_acts import MAX_REASON, MAX_TITLE
from review_ui.desk import Desk
from review_ui.fields import line, ticked
from review_ui.visits import Afterwards, Visit
from store import cases, recipients

# Before the number in the name of a recipient's box.
_RECIPIENT_BOX = "recipient."
_ENDINGS = {REDACTED: ".redacted.zip", ORIGINAL: ".original.zip.age"}

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Order:
    """Which case somebody wants, for whom and what, who, when and in what manner; `exported_by` is a pseudonym."""

    number: str
    recipient: str
    purpose: str
    exported_by: str
    at: datetime
    manner: Manner


def export_case(visit: Visit) -> Afterwards:
    """POST /cases/{number}/export: the pack as a download, entered in the case's list and in the audit chain."""
    case = cases.case_by_number(visit.session, visit.path["number"])
    recipient = line(visit.fields, "recipient", longest=MAX_TITLE, required=True)
    purpose = line(visit.fields, "purpose", longest=MAX_REASON, required=True)
    order = Order(case.number, recipient, purpose, visit.user.pseudonym, visit.now, _manner(visit))
    return Afterwards(lambda: _download(visit.desk, order))


def _manner(visit: Visit) -> Manner:
    """A redacted copy, or the original for those who were ticked; in the clear it leaves by the command line alone."""
    if visit.fields.get("variant") != ORIGINAL:
        return Manner()
    chosen = ticked(visit.fields, _RECIPIENT_BOX)
    keys = {row.name: row.key for row in recipients.listed(visit.session) if str(row.id) in chosen}
    if not keys:
        raise DataError("Nobody was chosen who could open the original.", hint="Tick a recipient.")
    return Manner(variant=ORIGINAL, recipients=keys)


def _download(desk: Desk, order: Order) -> Response:
    folder = Path(tempfile.mkdtemp(prefix="lurewatch-pack-"))
    try:
        out = folder / f"{order.number}{_ENDINGS[order.manner.variant]}"
        pack = _exporter(desk).export(
            order.number,
            out=out,
            exported_by=order.exported_by,
            now=order.at,
            recipient=order.recipient,
            purpose=order.purpose,
            manner=order.manner,
        )
        for problem in pack.problems:
            logger.warning("%s is not yet stamped: %s", order.number, problem)
    except BaseException:
        shutil.rmtree(folder)
        raise
    return FileResponse(
        pack.path,
        filename=pack.path.name,
        media_type="application/zip" if order.manner.variant == REDACTED else "application/octet-stream",
        background=BackgroundTask(shutil.rmtree, folder),
    )


def _exporter(desk: Desk) -> Exporter:
    if desk.settings.exporter is None:
        raise NotFoundError("This application exports no packs.", hint="Use `lurewatch evidence export`.")
    return desk.settings.exporter
