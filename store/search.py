"""Finds posts by any part of their text, in every script, and by what is known of them.

Of each condition that few revisions meet (`NARROW`) the ids are fetched, and the sets are intersected. What is left of
the conditions is asked of one revision after the other in the order of the results, until there are enough; whether
its text holds what is sought last of all, for that takes longest.
"""

import json
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from sqlalchemy import ColumnElement, Float, Integer, Row, Select, any_, func, literal, select, tuple_
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
Found = Row[*tuple[Any, ...]]

ORDERS = ("newest", "risk", "best")
STATES = ("open", "decided", "confirmed", "benign", "unjudged")
PAGE_SIZE = 50
COUNTED = 1_000
NARROW = 20_000
# The index of texts tells its ids sooner than others do.
NARROW_TEXT = 50_000
# So many are looked at one by one sooner than a further set of ids is fetched.
FEW = 2_000
# "Best match" looks at so many of the newest.
RANKED = COUNTED + 1
_WITHOUT_TEXT = "INDEXED BY ix_search_text_newest"
# The texts of so many are looked at in one statement.
_LOT = 200
TIME_LIMIT_S = 2.0
LONGEST_TEXT = 200


@dataclass(frozen=True, slots=True)
class Hit:
    """A revision that was found, with its post, source and verdicts; `item` is None when it was never queued."""

    revision: Revision
    item: QueueItem | None
    has_later: bool


@dataclass(frozen=True, slots=True)
class _Left:
    """What is left to ask: of all revisions, or of `ids`; first `checks`, then whether the text holds what is sought.

    `walk` gives the revisions that may hold it, where they are too many to be fetched and the index tells them.
    """

    ids: set[int] | None
    checks: tuple[ColumnElement[bool], ...]
    text: ColumnElement[bool] | None
    walk: Rows | None


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
        left = _left(session, conditions)
        if search.order == "best" and wanted:
            rows = _best(session, search, wanted, left)
            total: int | None = len(rows)
        else:
            is_open_end = left.ids is None and bool(conditions)
            most = PAGE_SIZE + 1 if is_open_end else COUNTED + 1
            rows = list(islice(_met(session, _in_order(session, search, left), left), most))
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


def _left(session: Session, conditions: Iterable[Condition]) -> _Left:
    """Fetch the ids of the narrow conditions, and tell what they leave to be asked."""
    ids: set[int] | None = None
    checks, text, walk = [], None, None
    for condition in conditions:
        is_soon_checked = ids is not None and len(ids) <= FEW
        own = None if is_soon_checked else _narrow_ids(session, condition)
        if own is not None:
            ids = own if ids is None else ids & own
        if condition.is_text:
            text, walk = condition.check, condition.walk
        elif own is None or not condition.is_exact:
            checks.append(condition.check)
    return _Left(ids, tuple(checks), text, walk)


def _narrow_ids(session: Session, condition: Condition) -> set[int] | None:
    if condition.ids is None:
        return None
    most = NARROW_TEXT if condition.is_text else NARROW
    ids = set(session.scalars(condition.ids.limit(most + 1)))
    return ids if len(ids) <= most else None


def _is_among(session: Session, ids: Collection[int]) -> ColumnElement[bool]:
    # One parameter, however many ids.
    if session.get_bind().dialect.name == "sqlite":
        listed = func.json_each(json.dumps(sorted(ids))).table_valued("value")
        return SearchText.revision_id.in_(select(listed.c.value))
    return SearchText.revision_id == any_(as_type(sorted(ids), ARRAY(Integer)))


def _in_order(session: Session, search: Search, left: _Left) -> Rows:
    """What passes the checks, in the order that is asked for, behind the page before: the order's keys, the id last."""
    if search.order == "risk":
        statement = _checked(session, left, select(SearchText.risk, SearchText.revision_id))
    else:
        statement = _newest(session, left)
    keys = list(statement.selected_columns)
    if search.after:
        statement = statement.where(tuple_(*keys) < tuple_(*_parsed(search.after, len(keys))))
    return statement.order_by(*(key.desc() for key in keys))


def _newest(session: Session, left: _Left) -> Rows:
    all_: Rows = select(SearchText.revision_id)
    return _checked(session, left, left.walk if left.walk is not None and left.ids is None else all_)


def _checked(session: Session, left: _Left, statement: Rows) -> Rows:
    statement = statement.where(*left.checks)
    if left.ids is None:
        return statement
    # Rows that are looked up one by one need not be read with their texts either.
    return statement.where(_is_among(session, left.ids)).with_hint(SearchText, _WITHOUT_TEXT, "sqlite")


def _met(session: Session, ordered: Rows, left: _Left) -> Iterator[Found]:
    """The rows, in their order, whose text holds what is sought."""
    with session.execute(ordered.execution_options(yield_per=_LOT)) as rows:
        for lot in rows.partitions():
            holding = _holding(session, [row[-1] for row in lot], left.text)
            yield from (row for row in lot if row[-1] in holding)


def _holding(session: Session, ids: Collection[int], text: ColumnElement[bool] | None) -> Collection[int]:
    if text is None:
        return ids
    return set(session.scalars(select(SearchText.revision_id).where(_is_among(session, ids), text)))


def _best(session: Session, search: Search, wanted: str, left: _Left) -> list[Found]:
    """Those of which the text takes up the most, among the newest; the newest, the anchor, holds the set still."""
    after = _parsed(search.after, 3) if search.after else None
    newest = _newest(session, left)
    (key,) = newest.selected_columns
    newest = newest.where(key <= after[0]) if after else newest
    ids = [row[-1] for row in islice(_met(session, newest.order_by(key.desc()), left), RANKED)]
    rest = func.length(func.replace(SearchText.forms, wanted, ""))
    share = (1 - as_type(rest, Float) / func.length(SearchText.forms)).label("share")
    anchor = literal(max(ids, default=0)).label("anchor")
    statement = select(anchor, share, SearchText.revision_id).where(_is_among(session, ids))
    if after:
        statement = statement.where(tuple_(share, SearchText.revision_id) < tuple_(*after[1:]))
    return list(session.execute(statement.order_by(share.desc(), SearchText.revision_id.desc())))


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
