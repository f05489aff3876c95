"""The list of cases, and one case: its posts, what its campaigns offer, approval, notes, packs and timeline.

Everything is turned into plain values here, inside the transaction; the forms' other ends are in `case_acts`.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from evidence.highlights import shown
from lurewatch.errors import DataError
from review_ui.case_acts import MAX_NOTE, MAX_REASON, MAX_TITLE
from review_ui.desk import Page
from review_ui.fields import line
from review_ui.posts import first_words, is_severe, lang_of
from review_ui.redaction import MAX_WORDS
from review_ui.timeline import timeline_of
from review_ui.visits import Visit
from store import (
    approvals,
    audit,
    case_links,
    case_notes,
    cases,
    hand_overs,
    recipients,
    redaction_marks,
    roles,
    verdicts,
)
from store.tables import Approval, Case, CaseItem, HandOver, Pack, QueueItem


@dataclass(frozen=True, slots=True)
class CaseLine:
    """A case in the list."""

    number: str
    title: str
    state: str
    opened_by: str
    opened_at: datetime
    posts: int
    packs: int


@dataclass(frozen=True, slots=True)
class ShownPost:
    """A post by its beginning."""

    item_id: int
    source: str
    lang: str
    first_words: str
    is_severe: bool


@dataclass(frozen=True, slots=True)
class FiledPost:
    """A post in a case; `removed_because` is None while it is in it."""

    post: ShownPost
    added_by: str
    added_at: datetime
    removed_by: str
    removed_because: str | None


@dataclass(frozen=True, slots=True)
class HandOverLine:
    """To whom a pack was given."""

    recipient: str
    purpose: str
    way: str
    handed_at: datetime
    recorded_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PackLine:
    """A pack that was exported; `signer` is the fingerprint of its key, `stamps` None where nobody recorded them."""

    file_name: str
    sha256: str
    size_bytes: int
    signer: str
    exported_by: str
    exported_at: datetime
    approved_by: str
    unapproved_because: str | None
    stamps: int | None
    hand_overs: tuple[HandOverLine, ...]


@dataclass(frozen=True, slots=True)
class StandingApproval:
    """The approval that stands; `by` is the second person."""

    by: str
    at: datetime
    purpose: str


@dataclass(frozen=True, slots=True)
class AskedApproval:
    """A request for approval and what this person may do with it."""

    asked_by: str
    asked_at: datetime
    purpose: str
    may_rule: bool
    may_cancel: bool


def show_cases(visit: Visit) -> Page:
    """GET /cases?state=&words=&by=; the filter is an audit entry, for titles may name people."""
    chosen = {
        "state": visit.fields.get("state", ""),
        "words": line(visit.fields, "words", longest=MAX_TITLE),
        "by": line(visit.fields, "by", longest=MAX_TITLE),
    }
    if chosen["state"] not in {"", *cases.STATES}:
        raise DataError(f"{chosen['state'][:20]!r} is no state of a case.", hint=f"Choose {', '.join(cases.STATES)}.")
    found = cases.find_cases(
        visit.session, state=chosen["state"] or None, words=chosen["words"], opened_by=chosen["by"]
    )
    audit.append(visit.session, actor=visit.user.pseudonym, action="case.listed", subject="cases", details=chosen)
    values = {
        "cases": [_case_line(case) for case in found],
        "chosen": chosen,
        "states": cases.STATES,
        "openers": cases.openers(visit.session),
    }
    return Page("cases.html", values)


def show_case(visit: Visit) -> Page:
    """GET /cases/{number}; it shows the beginnings of posts, so the reading is an audit entry."""
    case = cases.case_by_number(visit.session, visit.path["number"])
    audit.append(visit.session, actor=visit.user.pseudonym, action="case.viewed", subject=f"case:{case.id}")
    stamps = cases.stamps_of(visit.session, case)
    values = {
        "case": _case_line(case),
        "posts": [_filed_post(visit, entry) for entry in case.items],
        "removed": [_filed_post(visit, entry) for entry in case.entries if entry.removed_at],
        "offered": _offered(visit, case),
        "shared": [replace(one, value=shown(one.value)) for one in case_links.shared_identifiers(visit.session, case)],
        "asked": _asked(visit, case),
        "approval": _given(visit, case),
        "notes": case_notes.notes_of(visit.session, case),
        "packs": [_pack_line(pack, stamps.get(pack.id)) for pack in reversed(case.packs)],
        "marks": redaction_marks.marks_of(visit.session, case),
        "timeline": timeline_of(visit.session, case),
    }
    return Page("case.html", values | _forms(visit, case))


def _forms(visit: Visit, case: Case) -> dict[str, Any]:
    """What this person may do with the case, and how long fields may be."""
    may_work = roles.has_right(visit.user, "open_case")
    may_export, exporter = roles.has_right(visit.user, "export"), visit.desk.settings.exporter
    return {
        "may_work": may_work,
        "may_change": may_work and case.state in cases.CHANGEABLE_STATES,
        "may_record": may_export,
        "may_export": may_export and exporter is not None and case.state == "approved",
        "is_stamped_here": exporter is not None and bool(exporter.authorities),
        "ways": hand_overs.WAYS,
        "mark_kinds": redaction_marks.KINDS,
        "recipients": recipients.listed(visit.session) if may_export else [],
        "now": visit.now,
        "longest": {"reason": MAX_REASON, "note": MAX_NOTE, "title": MAX_TITLE, "words": MAX_WORDS},
    }


def _case_line(case: Case) -> CaseLine:
    return CaseLine(
        case.number,
        case.title,
        case.state,
        case.opened_by.pseudonym,
        case.opened_at,
        len(case.items),
        len(case.packs),
    )


def _shown_post(visit: Visit, item: QueueItem) -> ShownPost:
    revision = item.revision
    verdict = verdicts.latest_verdict(visit.session, revision.id)
    return ShownPost(item.id, revision.post.source.name, lang_of(verdict), first_words(revision), is_severe(verdict))


def _filed_post(visit: Visit, entry: CaseItem) -> FiledPost:
    return FiledPost(
        post=_shown_post(visit, entry.item),
        added_by=entry.added_by.pseudonym,
        added_at=entry.added_at,
        removed_by=entry.removed_by.pseudonym if entry.removed_by else "",
        removed_because=entry.removed_because,
    )


def _offered(visit: Visit, case: Case) -> dict[int, list[ShownPost]]:
    """By campaign, its confirmed posts that are not in the case; nothing where nothing may be put in."""
    if case.state not in cases.CHANGEABLE_STATES:
        return {}
    offered = case_links.offered_members(visit.session, case)
    return {campaign_id: [_shown_post(visit, item) for item in items] for campaign_id, items in offered.items()}


def _given(visit: Visit, case: Case) -> StandingApproval | None:
    approval = approvals.standing(visit.session, case)
    if approval is None or approval.ruled_by is None or approval.ruled_at is None:
        return None
    return StandingApproval(approval.ruled_by.pseudonym, approval.ruled_at, approval.purpose)


def _asked(visit: Visit, case: Case) -> AskedApproval | None:
    waiting = approvals.waiting(visit.session, case)
    return _request_line(visit, case, waiting) if waiting else None


def _request_line(visit: Visit, case: Case, waiting: Approval) -> AskedApproval:
    may_approve = roles.has_right(visit.user, "approve")
    is_own = waiting.asked_by_id == visit.user.id
    had_a_hand = is_own or visit.user.id in approvals.hands_in(visit.session, case)
    return AskedApproval(
        asked_by=waiting.asked_by.pseudonym,
        asked_at=waiting.asked_at,
        purpose=waiting.purpose,
        may_rule=may_approve and not had_a_hand,
        may_cancel=may_approve or is_own,
    )


def _pack_line(pack: Pack, stamps: int | None) -> PackLine:
    ruled_by = pack.approval.ruled_by if pack.approval else None
    return PackLine(
        file_name=pack.file_name,
        sha256=pack.sha256,
        size_bytes=pack.size_bytes,
        signer=pack.signer,
        exported_by=pack.exported_by,
        exported_at=pack.exported_at,
        approved_by=ruled_by.pseudonym if ruled_by else "",
        unapproved_because=pack.unapproved_because,
        stamps=stamps,
        hand_overs=tuple(map(_hand_over_line, pack.hand_overs)),
    )


def _hand_over_line(given: HandOver) -> HandOverLine:
    return HandOverLine(given.recipient, given.purpose, given.way, given.handed_at, given.recorded_by.pseudonym)
