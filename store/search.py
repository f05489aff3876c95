"""Finds posts by any part of their text, in every script, and by what is known of them.

Of each condition that few revisions meet (`NARROW`) the ids are fetched, and the sets are intersected; what is left of
the conditions is asked of each candidate or, where none is narrow, of one revision after the other in the order of the
results until a page is full.
"""

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Float, Integer, Select, any_, func, literal, select, tuple_
from sqlalchemy import cast as as_type
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session, joinedload, selectinload

from lurewatch.errors import DataError
from store import roles
from store.folding import fold
from store.rules import DEFAULT_RULES, QueueRules
from store.search_conditions import Condition, Search, conditions_of, has_later, untold
from store.tables import GREATEST_ID, Post, QueueItem, Revision, SearchText, User
from store.time_limit import time_limit

Rows = Select[*tuple[Any, ...]]

ORDERS = ("newest", "risk", "best")
STATES = ("open", "decided", "confirmed", "benign", "unjudged")
PAGE_SIZE = 50
COUNTED = 1_000
NARROW = 20_000
# So many are looked at one by one sooner than a further set of ids is fetched.
FEW = 2_000
# "Best match" looks at so many of the newest.
RANKED = COUNTED + 1
TIME_LIMIT_S = 2.0
LONGEST_TEXT = 200


@dataclass(frozen=True, slots=True)
class Hit:
    """A revision that was found, with its post, source and verdicts; `item` is None when it was never queued."""

    revision: Revision
    item: QueueItem | None
    has_later: bool


@dataclass(frozen=True, slots=True)
class Results:
    """One page. `total` is exact up to COUNTED, and more than that stands for any number.

    It is None on later pages, and where counting would take too long. `next` goes into `Search.after` for the page
    that follows; "" on the last one.
    """

    hits: tuple[Hit, ...]
    total: int | None
    next: str


def find(
    session: Session,
    user: User,
    search: Search,
    *,
    rules: QueueRules = DEFAULT_RULES,
    limit_s: float = TIME_LIMIT_S,
) -> Results:
    """A page of what meets all conditions; DataError for a text that is too long and a search that takes too long.

    What this person is to decide or to read again without knowing more is left out where the search would tell it.
    """
    roles.require(user, "view")
    wanted = _folded(search.text)
    with time_limit(session, limit_s):
        conditions = conditions_of(session, user, search, wanted) + untold(session, user, search, rules)
        candidates, open_ends = _candidates(session, conditions)
        is_open_end = candidates is None and bool(conditions)
        statement = _ordered(search, wanted, _matching(session, candidates, open_ends))
        rows = session.execute(statement.limit(PAGE_SIZE + 1 if is_open_end else COUNTED + 1)).all()
        total = _open_total(rows, conditions) if is_open_end else len(rows)
        next_ = _cursor(rows[PAGE_SIZE - 1]) if len(rows) > PAGE_SIZE else ""
        return Results(_hits(session, [row[-1] for row in rows[:PAGE_SIZE]]), None if search.after else total, next_)


def _folded(text: str) -> str:
    if len(text) > LONGEST_TEXT:
        raise DataError(f"The text to find has {len(text)} characters.", hint=f"Give {LONGEST_TEXT} at the most.")
    wanted = fold(text)
    if text.strip() and not wanted:
        raise DataError("The text to find has no character that can be seen.", hint="Type what the post shows.")
    return wanted


def _candidates(session: Session, conditions: Iterable[Condition]) -> tuple[set[int] | None, list[ColumnElement[bool]]]:
    """The revisions that the narrow conditions leave, None where no condition is narrow; and what is still to check."""
    candidates: set[int] | None = None
    checks = []
    for condition in conditions:
        is_soon_checked = candidates is not None and len(candidates) <= FEW
        ids = None if is_soon_checked else _narrow_ids(session, condition)
        if ids is not None:
            candidates = ids if candidates is None else candidates & ids
        if ids is None or not condition.is_exact:
            checks.append(condition)
    # To look through a text takes longer than anything else.
    return candidates, [condition.check for condition in sorted(checks, key=lambda one: not one.is_exact)]


def _narrow_ids(session: Session, condition: Condition) -> set[int] | None:
    if condition.ids is None:
        return None
    ids = set(session.scalars(condition.ids.limit(NARROW + 1)))
    return ids if len(ids) <= NARROW else None


def _matching(session: Session, candidates: Collection[int] | None, checks: Iterable[ColumnElement[bool]]) -> Rows:
    statement = select(SearchText.revision_id).where(*checks)
    return statement if candidates is None else statement.where(_is_among(session, candidates))


def _is_among(session: Session, ids: Collection[int]) -> ColumnElement[bool]:
    # One parameter, however many ids.
    if session.get_bind().dialect.name == "sqlite":
        listed = func.json_each(json.dumps(sorted(ids))).table_valued("value")
        return SearchText.revision_id.in_(select(listed.c.value))
    return SearchText.revision_id == any_(as_type(sorted(ids), ARRAY(Integer)))


def _ordered(search: Search, wanted: str, matching: Rows) -> Rows:
    """The rows in the order that is asked for, behind the page before: what they are ordered by, then the id."""
    if search.order == "risk":
        return _behind(search, matching.with_only_columns(SearchText.risk, SearchText.revision_id))
    if search.order == "best" and wanted:
        return _best(search, wanted, matching)
    return _behind(search, matching)


def _behind(search: Search, statement: Rows) -> Rows:
    keys = list(statement.selected_columns)
    if search.after:
        statement = statement.where(tuple_(*keys) < tuple_(*_parsed(search.after, len(keys))))
    return statement.order_by(*(key.desc() for key in keys))


def _best(search: Search, wanted: str, matching: Rows) -> Rows:
    """Those of which the text takes up the most, among the newest; `anchor`, the newest of all, holds the set still."""
    parts = _parsed(search.after, 3) if search.after else None
    if parts:
        matching = matching.where(SearchText.revision_id <= parts[0])
    rest = func.length(func.replace(SearchText.forms, wanted, ""))
    share = (1 - as_type(rest, Float) / func.length(SearchText.forms)).label("share")
    newest = matching.add_columns(share).order_by(SearchText.revision_id.desc()).limit(RANKED).subquery()
    anchor = select(func.max(newest.c.revision_id)).scalar_subquery()
    statement = select(parts[0] if parts else anchor, newest.c.share, newest.c.revision_id)
    if parts:
        statement = statement.where(tuple_(newest.c.share, newest.c.revision_id) < tuple_(*parts[1:]))
    return statement.order_by(newest.c.share.desc(), newest.c.revision_id.desc())


def _cursor(row: Iterable[Any]) -> str:
    return "_".join(repr(value) for value in row)


def _parsed(after: str, count: int) -> list[Any]:
    """The values of a cursor as literals of SQL: the last is an id, and so is the first of three."""
    parts = after.split("_")
    try:
        if len(parts) != count:
            raise ValueError
        return [_id(part) if at in (count - 1, count - 3) else literal(float(part)) for at, part in enumerate(parts)]
    except ValueError:
        raise DataError("This page's address is damaged.", hint="Search again from the first page.") from None


def _id(part: str) -> ColumnElement[int]:
    if not 0 <= int(part) <= GREATEST_ID:
        raise ValueError
    return literal(int(part))


def _open_total(rows: Collection[Any], conditions: Collection[Condition]) -> int | None:
    """What can be said without counting on: all on one page, more than are counted, or nothing."""
    if len(rows) <= PAGE_SIZE:
        return len(rows)
    return COUNTED + 1 if len(conditions) == 1 and next(iter(conditions)).ids is not None else None


def _hits(session: Session, ids: list[int]) -> tuple[Hit, ...]:
    statement = (
        select(Revision)
        .where(Revision.id.in_(ids))
        .options(joinedload(Revision.post).joinedload(Post.source), selectinload(Revision.verdicts))
    )
    revisions = {revision.id: revision for revision in session.scalars(statement)}
    items = {
        item.revision_id: item for item in session.scalars(select(QueueItem).where(QueueItem.revision_id.in_(ids)))
    }
    replaced = set(session.scalars(select(Revision.id).where(Revision.id.in_(ids), has_later(Revision.id))))
    return tuple(Hit(revisions[id_], items.get(id_), id_ in replaced) for id_ in ids)
