"""The search page, and the searches that people keep. Where to look is the store's; this is its form.

The search runs after the visit's transaction, so that nobody waits for the write lock meanwhile; it is on record
before its results are shown.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from starlette.responses import Response

from lurewatch.errors import DataError
from review_ui import blinding, search_form
from review_ui.desk import Page
from review_ui.fields import line, row_id
from review_ui.languages import Sayable
from review_ui.matches import Part, excerpt, is_in
from review_ui.posts import is_severe, lang_of, risk_of
from review_ui.visits import Afterwards, Visit, see_other
from store import audit, posts, saved_views, search, sources
from store.folding import fold
from store.search import Hit, Results
from store.search_conditions import Search
from store.tables import QueueItem, SavedView

_LONGEST_NAME = 100
_LONGEST_QUERY = 4_000
# Nothing longer is ever searched; what is refused for its length need not fill the record.
_LONGEST_ON_RECORD = 500


@dataclass(frozen=True, slots=True)
class HitLine:
    """A result as the table shows it. `item_id` is None when this version was never queued.

    `where` names what else holds the words: "author", "place" or "pay", with its `value`.
    """

    post_id: int
    item_id: int | None
    parts: tuple[Part, ...]
    where: str
    value: tuple[Part, ...]
    lane: str
    state: str
    lang: str
    risk: str
    source: str
    seen_at: datetime
    number: int
    has_later: bool
    is_severe: bool


@dataclass(frozen=True, slots=True)
class _Answer:
    """What came of a form: results, or why there are none."""

    lines: tuple[HitLine, ...] = ()
    revisions: tuple[int, ...] = ()
    total: int | None = None
    next: str = ""
    problem: Sayable = ""


def show_search(visit: Visit) -> Afterwards:
    """GET /search: the form and, when it asks for something, what was found."""
    return Afterwards(lambda: _page(visit))


def save_view(visit: Visit) -> Response:
    """POST /search/views: keep the search under a name and show it again."""
    name = line(visit.fields, "name", longest=_LONGEST_NAME, required=True)
    fields = search_form.fields_of(line(visit.fields, "query", longest=_LONGEST_QUERY, required=True))
    search_form.parsed(fields)
    query = search_form.query_of(fields)
    is_shared = visit.fields.get("shared", "") == "1"
    saved_views.save_view(visit.session, visit.user, name=name, query=query, is_shared=is_shared, now=visit.now)
    return see_other(f"/search?{query}")


def remove_view(visit: Visit) -> Response:
    """POST /search/views/{view_id}/removal: forget one of one's own."""
    saved_views.remove_view(visit.session, visit.user, row_id(visit.path["view_id"]))
    return see_other("/search")


def _page(visit: Visit) -> Page:
    fields = search_form.filled_in(visit.fields)
    answer = _search(visit) if fields else _Answer()
    if fields:
        _put_on_record(visit, fields, answer)
    with visit.desk.store.reading() as session:
        values: dict[str, Any] = {
            "views": [_view_line(visit, view) for view in saved_views.views_for(session, visit.user)],
            "sources": [(source.id, source.name) for source in sources.all_sources(session)],
        }
    values |= {
        "fields": {name: visit.fields.get(name, "") for name in search_form.NAMES},
        "narrowed": len(set(fields) - {"q", "order"}),
        "answer": answer,
        "asked": bool(fields),
        "is_first": not visit.fields.get("after"),
        "counted": search.COUNTED,
        "query": search_form.query_of(fields),
        "choices": search_form.CHOICES,
        "concepts": sorted((concept.says, code) for code, concept in visit.desk.settings.concepts.items()),
        "longest_text": search.LONGEST_TEXT,
    }
    return Page("search.html", values, 400 if answer.problem else 200)


def _search(visit: Visit) -> _Answer:
    try:
        wanted = search_form.parsed(visit.fields)
        with visit.desk.store.reading() as session:
            found = search.find(session, visit.user, wanted, rules=visit.desk.settings.rules)
            return _answer(replace(visit, session=session), wanted, found)
    except DataError as refused:
        return _Answer(problem=refused)


def _answer(visit: Visit, wanted: Search, results: Results) -> _Answer:
    folded = fold(wanted.text)
    revisions = tuple(hit.revision.id for hit in results.hits)
    hidden = blinding.hidden_among(visit, revisions)
    return _Answer(
        lines=tuple(_line(visit, hit, folded, is_hidden=hit.revision.id in hidden) for hit in results.hits),
        revisions=revisions,
        total=results.total,
        next=results.next,
    )


def _put_on_record(visit: Visit, fields: Mapping[str, str], answer: _Answer) -> None:
    asked = {name: value[:_LONGEST_ON_RECORD] for name, value in fields.items()}
    details = {"search": asked, "revisions": list(answer.revisions), "refused": bool(answer.problem)}
    with visit.desk.store.transaction() as session:
        audit.append(session, actor=visit.user.pseudonym, action="search.made", subject="search", details=details)


def _line(visit: Visit, hit: Hit, wanted: str, *, is_hidden: bool) -> HitLine:
    revision = hit.revision
    verdict = revision.verdicts[-1] if revision.verdicts else None
    parts = excerpt(posts.full_text(revision), wanted)
    where, value = ("", ()) if any(part.is_match for part in parts) else _elsewhere(hit, wanted)
    return HitLine(
        post_id=revision.post_id,
        item_id=hit.item.id if hit.item else None,
        parts=parts,
        where=where,
        value=value,
        lane=_lane(hit.item, is_hidden),
        state=blinding.told_state(visit, hit.item) if hit.item else "not_queued",
        lang=lang_of(verdict),
        risk=blinding.HIDDEN if is_hidden else risk_of(verdict),
        source=revision.post.source.name,
        seen_at=revision.seen_at,
        number=revision.number,
        has_later=hit.has_later,
        is_severe=is_severe(verdict) and not is_hidden,
    )


def _elsewhere(hit: Hit, wanted: str) -> tuple[str, tuple[Part, ...]]:
    revision = hit.revision
    named = {"author": revision.author or "", "place": revision.location or "", "pay": revision.salary or ""}
    return next(((name, excerpt(value, wanted)) for name, value in named.items() if is_in(value, wanted)), ("", ()))


def _lane(item: QueueItem | None, is_hidden: bool) -> str:
    if item is None:
        return ""
    return blinding.HIDDEN if is_hidden else item.lane


def _view_line(visit: Visit, view: SavedView) -> dict[str, Any]:
    is_own = view.user_id == visit.user.id
    return {"id": view.id, "name": view.name, "query": view.query, "is_own": is_own, "by": view.user.pseudonym}
