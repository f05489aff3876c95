"""Cases: their list, one case with its posts and packs, opening one and putting a confirmed item into it."""

from dataclasses import dataclass
from datetime import datetime

from starlette.responses import Response

from review_ui.desk import Page
from review_ui.export import can_export
from review_ui.fields import line, row_id
from review_ui.posts import first_words, lang_of
from review_ui.visits import Visit, see_other
from store import audit, cases, queue, roles, verdicts
from store.tables import Case, CaseItem, Pack

_MAX_TITLE = 200
_MAX_ID = 12


@dataclass(frozen=True, slots=True)
class CaseLine:
    """A case in the list."""

    number: str
    title: str
    opened_by: str
    opened_at: datetime
    posts: int
    packs: int


@dataclass(frozen=True, slots=True)
class FiledPost:
    """A post in a case."""

    item_id: int
    source: str
    lang: str
    first_words: str
    added_by: str
    added_at: datetime


@dataclass(frozen=True, slots=True)
class PackLine:
    """A pack that was exported; `signer` is the fingerprint of the key it is signed with."""

    file_name: str
    sha256: str
    size_bytes: int
    signer: str
    exported_by: str
    exported_at: datetime


def show_cases(visit: Visit) -> Page:
    """GET /cases."""
    return Page("cases.html", {"cases": [_case_line(case) for case in cases.all_cases(visit.session)]})


def open_case(visit: Visit) -> Response:
    """POST /cases: a new case, with the confirmed item in it where the form names one."""
    title = line(visit.fields, "title", longest=_MAX_TITLE, required=True)
    case = cases.open_case(visit.session, visit.user, title=title, now=visit.now)
    if visit.fields.get("item_id"):
        _put_item(visit, case)
    return see_other(f"/cases/{case.number}")


def show_case(visit: Visit) -> Page:
    """GET /cases/{number}; it shows the beginnings of posts, so the reading is an audit entry."""
    case = cases.case_by_number(visit.session, visit.path["number"])
    audit.append(visit.session, actor=visit.user.pseudonym, action="case.viewed", subject=f"case:{case.id}")
    values = {
        "case": _case_line(case),
        "posts": [_filed_post(visit, entry) for entry in case.items],
        "packs": [_pack_line(pack) for pack in reversed(case.packs)],
        "may_export": roles.has_right(visit.user, "export") and can_export(visit.desk.settings),
    }
    return Page("case.html", values)


def add_item(visit: Visit) -> Response:
    """POST /cases/{number}/items."""
    case = cases.case_by_number(visit.session, visit.path["number"])
    _put_item(visit, case)
    return see_other(f"/cases/{case.number}")


def _put_item(visit: Visit, case: Case) -> None:
    item_id = row_id(line(visit.fields, "item_id", longest=_MAX_ID, required=True))
    item = queue.item_of(visit.session, item_id)
    cases.add_item(visit.session, visit.user, case, item, now=visit.now)


def _case_line(case: Case) -> CaseLine:
    return CaseLine(case.number, case.title, case.opened_by.pseudonym, case.opened_at, len(case.items), len(case.packs))


def _filed_post(visit: Visit, entry: CaseItem) -> FiledPost:
    revision = entry.item.revision
    return FiledPost(
        item_id=entry.item_id,
        source=revision.post.source.name,
        lang=lang_of(verdicts.latest_verdict(visit.session, revision.id)),
        first_words=first_words(revision),
        added_by=entry.added_by.pseudonym,
        added_at=entry.added_at,
    )


def _pack_line(pack: Pack) -> PackLine:
    return PackLine(pack.file_name, pack.sha256, pack.size_bytes, pack.signer, pack.exported_by, pack.exported_at)
