"""The audit chain as the auditor reads it: who did what to what, the newest first. A look at it is an entry too.

Nothing can be changed here; whether the chain holds is for `lurewatch audit verify` to say, which walks all of it.
"""

from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from evidence.highlights import shown
from review_ui.desk import Page
from review_ui.fields import day, line, number_if_any
from review_ui.visits import Afterwards, Visit
from store import audit
from store.audit import ChainFilter
from store.tables import AuditEntry

ENTRIES_SHOWN = 50
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class EntryLine:
    """An entry; its details as names and values that can do nothing."""

    seq: int
    at: str
    actor: str
    action: str
    subject: str
    details: tuple[tuple[str, str], ...]
    hash: str


def show_chain(visit: Visit) -> Afterwards:
    """GET /audit?actor=&action=&subject=&day=&before=: a page of entries, read from a snapshot."""
    wanted, store = _wanted(visit), visit.desk.store
    asked = {name: visit.fields[name] for name in ("actor", "action", "subject", "day") if visit.fields.get(name)}
    looked = audit.append(
        visit.session, actor=visit.user.pseudonym, action="audit.viewed", subject="audit", details=asked
    )
    # Without the look itself.
    span = replace(wanted, before=wanted.before or looked.seq)

    def read() -> Page:
        with store.reading() as session:
            found = audit.entries(session, span, limit=ENTRIES_SHOWN + 1)
        values = {
            "entries": [_line(entry) for entry in found[:ENTRIES_SHOWN]],
            "wanted": wanted,
            "query": urlencode(asked),
            "before": found[ENTRIES_SHOWN - 1].seq if len(found) > ENTRIES_SHOWN else None,
        }
        return Page("audit.html", values)

    return Afterwards(read)


def _wanted(visit: Visit) -> ChainFilter:
    return ChainFilter(
        actor=line(visit.fields, "actor", longest=_LONGEST),
        action=line(visit.fields, "action", longest=_LONGEST),
        subject=line(visit.fields, "subject", longest=_LONGEST),
        day=day(visit.fields, "day"),
        before=number_if_any(visit.fields, "before"),
    )


def _line(entry: AuditEntry) -> EntryLine:
    details = tuple((shown(name), shown(_text(value))) for name, value in sorted(entry.details.items()))
    return EntryLine(entry.seq, entry.at, entry.actor, entry.action, shown(entry.subject), details, entry.hash)


def _text(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
