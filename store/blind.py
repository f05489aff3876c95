"""Which posts somebody is to decide without their score, in SQL, so that no list, filter, order or count tells of it.

Hidden is a post, in all its versions, until this person has decided. Calls for help and severe posts never are, for
helplines, blur and the day's limit go by their verdicts. Other posts, copies among them, are told as they are.
"""

from collections.abc import Collection
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, and_, bindparam, cast, exists, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from store import roles
from store.exposure import SEVERE
from store.rules import QueueRules, draw
from store.tables import Decision, Lease, QueueItem, Revision, SearchLabel, User

_NEVER = SEVERE | {"victim_distress"}
# Largest prime below 2**31: an id, times a factor below it, stays within 63 bits.
_PRIME = 2**31 - 1


@dataclass(frozen=True, slots=True)
class _Drawn:
    """Whose items are drawn, and the numbers to do it by, or the places for them in a statement.

    An item's id is hashed with two numbers of this person (Carter and Wegman 1979), as both databases can reckon it.
    """

    user_id: Any
    factor: Any
    shift: Any
    below: Any


def applies(user: User, rules: QueueRules) -> bool:
    """Whether anything is ever hidden from this person: who decides nothing may see everything."""
    return rules.blind_share > 0 and roles.has_right(user, "decide")


def hides(
    session: Session, user: User, rules: QueueRules, revision_id: InstrumentedAttribute[int]
) -> ColumnElement[bool]:
    """Whether the post of a revision is hidden from somebody to whom blindness `applies`."""
    return _hides(revision_id, _drawn_for(session, user, rules))


def hides_open(
    session: Session, user: User, rules: QueueRules, item: type[QueueItem] = QueueItem
) -> ColumnElement[bool]:
    """The same of an item (an alias, or the table) that is known to be open."""
    return _hides_open(item, _drawn_for(session, user, rules))


def _hides(revision_id: InstrumentedAttribute[int], drawn: _Drawn) -> ColumnElement[bool]:
    own, revision, item = aliased(Revision), aliased(Revision), aliased(QueueItem)
    is_theirs = or_(item.state == "open", and_(item.state == "decided", _is_being_read(drawn.user_id, item)))
    return exists(
        select(1)
        .select_from(own)
        .join(revision, revision.post_id == own.post_id)
        .join(item, item.revision_id == revision.id)
        .where(own.id == revision_id, is_theirs, _hides_open(item, drawn))
        .correlate_except(own, revision, item)
    )


def _hides_open(item: type[QueueItem], drawn: _Drawn) -> ColumnElement[bool]:
    said, spared = aliased(Decision), aliased(SearchLabel)
    spoke = (said.item_id == item.id) & (said.user_id == drawn.user_id) & said.source_decision_id.is_(None)
    is_spared = (spared.revision_id == item.revision_id) & spared.label.in_(_NEVER)
    return and_(
        item.lane != "urgent",
        (cast(item.id, BigInteger) * drawn.factor + drawn.shift) % _PRIME < drawn.below,
        ~exists(select(1).select_from(said).where(spoke).correlate_except(said)),
        ~exists(select(1).select_from(spared).where(is_spared).correlate_except(spared)),
    )


def hidden_among(session: Session, user: User, rules: QueueRules, revision_ids: Collection[int]) -> frozenset[int]:
    """Those of the revisions whose posts are hidden from this person."""
    if not applies(user, rules):
        return frozenset()
    asked = {**asdict(_drawn_for(session, user, rules)), "revision_ids": list(revision_ids)}
    return frozenset(session.scalars(_HIDDEN_AMONG, asked))


def is_being_read(user: User, item: type[QueueItem] = QueueItem) -> ColumnElement[bool]:
    """Whether this person reads an item once more; nothing is told then of what the first reader said."""
    return _is_being_read(user.id, item)


def _is_being_read(user_id: Any, item: type[QueueItem]) -> ColumnElement[bool]:
    lease = aliased(Lease)
    is_reading = (lease.item_id == item.id) & (lease.user_id == user_id) & lease.purpose.is_not(None)
    return exists(select(1).select_from(lease).where(is_reading).correlate_except(lease))


def is_reading_any(session: Session, user: User) -> bool:
    """Whether this person has a decided item to read once more."""
    held = select(Lease.item_id).where(Lease.user_id == user.id, Lease.purpose.is_not(None))
    return session.scalar(held.limit(1)) is not None


def _drawn_for(session: Session, user: User, rules: QueueRules) -> _Drawn:
    factor = 1 + int(draw(session, f"blind factor {user.id}") * (_PRIME - 1))
    shift = int(draw(session, f"blind shift {user.id}") * _PRIME)
    return _Drawn(user.id, factor, shift, round(rules.blind_share * _PRIME))


# Made once: the page of every post asks it.
_PLACES = _Drawn(*(bindparam(name, type_=BigInteger) for name in ("user_id", "factor", "shift", "below")))
_HIDDEN_AMONG = select(Revision.id).where(
    Revision.id.in_(bindparam("revision_ids", expanding=True)), _hides(Revision.id, _PLACES)
)
