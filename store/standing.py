"""Which decisions stand, and the state of an item that follows from them. Decisions themselves never change."""

from sqlalchemy import ColumnElement, Select, and_, bindparam, func, select
from sqlalchemy.orm import Session, aliased

from store.rules import draw
from store.tables import Decision, QueueItem, Revision

CLOSING_OUTCOMES = ("confirmed", "benign")
# The purpose of a supervisor's word where readers disagree.
SETTLING = "settling"
# One in twenty of the items that a campaign decision closes goes back to be read by itself.
RETURNED_SHARE = 1 / 20
# Made once: an alias takes longer to make than the row to find, and a claim asks this several times.
_UNDO = aliased(Decision)


def stands(decision: type[Decision] = Decision) -> ColumnElement[bool]:
    """A row of `decision` (an alias, or the table) is no undo and was not taken back."""
    undoes = select(_UNDO.id).where(_UNDO.undoes_id == decision.id).correlate_except(_UNDO)
    return (decision.outcome != "undone") & ~undoes.exists()


def is_followed(decision: type[Decision] = Decision) -> ColumnElement[bool]:
    """Items follow ordinary decisions and those that settle a disagreement, further readings never."""
    return decision.purpose.is_(None) | (decision.purpose == SETTLING)


def standing_decisions() -> Select[Decision]:
    """Selects every decision that items follow and that was not taken back, the newest first."""
    return select(Decision).where(stands(), is_followed()).order_by(Decision.id.desc())


_ON_ITEM = standing_decisions().where(Decision.item_id == bindparam("item_id"))
_NEWEST_ON_ITEM = _ON_ITEM.limit(1)


def standing_decision(session: Session, item_id: int) -> Decision | None:
    """The newest decision that an item follows."""
    return session.scalars(_NEWEST_ON_ITEM, {"item_id": item_id}).first()


def is_last_word() -> ColumnElement[bool]:
    """A Decision closes its item, stands, and no later one that the item follows closes it otherwise."""
    later = aliased(Decision)
    outdone = select(later.id).where(
        later.item_id == Decision.item_id,
        later.id > Decision.id,
        later.outcome.in_(CLOSING_OUTCOMES),
        is_followed(later),
        stands(later),
    )
    return and_(is_followed(), Decision.outcome.in_(CLOSING_OUTCOMES), stands(), ~outdone.exists())


def is_decided_as(outcome: str) -> ColumnElement[bool]:
    """Whether a QueueItem is decided so; one that waits to be read by itself is not yet."""
    word, other = aliased(Decision), aliased(Decision)
    newest = (
        select(func.max(other.id))
        .where(other.item_id == QueueItem.id, is_followed(other), stands(other))
        .correlate(QueueItem)
        .scalar_subquery()
    )
    return (QueueItem.state == "decided") & select(word.id).where(word.id == newest, word.outcome == outcome).exists()


def settle(session: Session, item: QueueItem) -> None:
    """Let the item's state follow the decisions that stand on it now.

    Once asked for, a reader of a language or a supervisor stays asked for; a snooze holds until the next decision.
    """
    session.flush()
    standing = list(session.scalars(_ON_ITEM, {"item_id": item.id}))
    newest = standing[0] if standing else None
    item.snoozed_until = newest.snoozed_until if newest else None
    item.needs_lang = next((one.needs_lang for one in standing if one.needs_lang), None)
    item.escalated_at = next((one.decided_at for one in standing if one.outcome == "escalated"), None)
    if newest and newest.outcome in CLOSING_OUTCOMES and not is_returned(session, newest):
        item.state = "decided"
    else:
        item.state = "superseded" if has_later(session, item) else "open"


def is_returned(session: Session, decision: Decision) -> bool:
    """Whether a decision that came of a campaign's leaves its item in the queue, so that somebody reads it."""
    source = decision.source_decision_id
    return source is not None and draw(session, f"returned {source} {decision.item_id}") < RETURNED_SHARE


def has_later(session: Session, item: QueueItem) -> bool:
    """Whether a later revision of the item's post was queued."""
    own = item.revision
    later = (
        select(QueueItem.id)
        .join(Revision)
        .where(Revision.post_id == own.post_id, Revision.number > own.number)
        .limit(1)
    )
    return session.scalar(later) is not None
