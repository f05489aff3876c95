"""A case's timeline: what the audit chain tells of it, in sentences. Who only looked is left out.

The custody log of a pack is made of the same entries, so that the page can say nothing else than it does.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from store import audit
from store.tables import AuditEntry, Case

# Action -> what it says, its details filled in, and the detail that is quoted behind it.
SAYS = {
    "case.opened": ("Case opened.", "title"),
    "case.item_added": ("Item %(item)s put in.", ""),
    "case.item_removed": ("Item %(item)s taken out.", "because"),
    "case.note_written": ("Note %(note)s written.", ""),
    "case.mark_added": ("Words marked to be masked.", ""),
    "case.mark_removed": ("Mark %(mark)s taken back.", ""),
    "case.marks_erased": ("Marks erased with a post.", ""),
    "case.approval_asked": ("Approval asked for.", "purpose"),
    "case.approved": ("Approved by a second person.", "reason"),
    "case.returned": ("Returned without approval.", "reason"),
    "case.approval_cancelled": ("Request for approval cancelled.", "reason"),
    "case.approval_lapsed": ("Approval lapsed: the contents changed.", ""),
    "case.approval_waived": ("Export without approval.", "because"),
    "case.closed": ("Case closed.", "because"),
    "case.reopened": ("Case opened again.", "because"),
    "pack.exported": ("Pack exported.", "sha256"),
    "pack.stamped": ("Time stamps added to pack %(of)s.", "sha256"),
    "pack.handed_over": ("Pack handed over to %(recipient)s.", "purpose"),
}


@dataclass(frozen=True, slots=True)
class TimelineLine:
    """One thing that happened; `by` is a pseudonym, `quoted` what somebody wrote about it."""

    at: datetime
    by: str
    says: str
    quoted: str


def timeline_of(session: Session, case: Case) -> list[TimelineLine]:
    """What happened to a case, the oldest first."""
    entries = audit.entries_about(session, [f"case:{case.id}"])
    return [_line(entry) for entry in entries if entry.action in SAYS]


def _line(entry: AuditEntry) -> TimelineLine:
    says, quoted = SAYS[entry.action]
    return TimelineLine(
        datetime.fromisoformat(entry.at), entry.actor, says % entry.details, str(entry.details.get(quoted, ""))
    )
