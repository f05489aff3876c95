"""Where readers of an item disagree, with each other or with a golden answer: who settles it, and how.

Whoever settles it is none of the readers. Their word is a further decision, which the item follows from then on; what
the readers said stays as it is.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from lurewatch.errors import AccessError, DataError, LeaseError
from store import cases, golden, queue, readings, roles
from store.queue import DecisionForm
from store.standing import CLOSING_OUTCOMES, SETTLING, standing_decision, stands
from store.tables import Decision, GoldenItem, QueueItem, User, Verdict

_Rows = Select[*tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Disagreement:
    """What two readings of an item said, or (`purpose` "golden") the right answer and a reader's.

    `settled` is the word given since, None while it is awaited.
    """

    item_id: int
    lang: str
    purpose: str
    first: str
    second: str
    settled: str | None


def disagreements(session: Session, *, limit: int) -> list[Disagreement]:
    """Those that wait to be settled, then the others, each the newest first."""
    both = _of_second_readings().union_all(_of_golden_items()).subquery()
    statement = select(*both.c).order_by(both.c.settled.is_not(None), both.c.reading_id.desc()).limit(limit)
    return [Disagreement(*row[1:]) for row in session.execute(statement)]


def settle(session: Session, user: User, form: DecisionForm, *, now: datetime) -> Decision:
    """Add the word that settles an item's disagreement; of a golden item it becomes the right answer too.

    Twice the same form is once. DataError where there is nothing to settle or the outcome closes nothing, AccessError
    for somebody who has decided on the item themselves, LeaseError where a case stands on what is to change.
    """
    roles.require(user, "settle")
    if form.outcome not in CLOSING_OUTCOMES:
        raise DataError(f"{form.outcome[:20]!r} settles nothing.", hint=f"Send {' or '.join(CLOSING_OUTCOMES)}.")
    item = queue.lock_item(session, form.item_id)
    earlier = queue.sent_before(session, user, form.idem_key)
    if earlier is not None:
        return earlier
    _refuse(session, user, item, form.outcome)
    decision = queue.keep(session, user, item, _word(session, user, item, form, now))
    if golden.answer_of(session, item.id) not in (None, form.outcome):
        golden.mark(session, user, item, form.outcome, now=now)
    return decision


def _word(session: Session, user: User, item: QueueItem, form: DecisionForm, now: datetime) -> Decision:
    return Decision(
        item_id=item.id,
        user_id=user.id,
        outcome=form.outcome,
        note=form.note,
        saw_score=True,
        release=queue.newest_release(item),
        decided_at=now,
        idem_key=form.idem_key,
        labels=_labels(session, item, form.outcome),
        purpose=SETTLING,
    )


def _labels(session: Session, item: QueueItem, outcome: str) -> list[str] | None:
    """Those that the newest reader ticked who said the same."""
    said = select(Decision.labels).where(Decision.item_id == item.id, Decision.outcome == outcome, stands())
    return session.scalar(said.where(Decision.source_decision_id.is_(None)).order_by(Decision.id.desc()).limit(1))


def _refuse(session: Session, user: User, item: QueueItem, outcome: str) -> None:
    if item.state != "decided" or not _is_disputed(session, item):
        raise DataError(f"Nothing about item {item.id} waits to be settled.", hint="Reload the page.")
    if readings.has_spoken(session, user, item.id):
        raise AccessError(f"You have decided on item {item.id} yourself.", hint="Let another supervisor settle it.")
    standing = standing_decision(session, item.id)
    inside = cases.cases_with(session, item.id)
    if inside and standing is not None and standing.outcome != outcome:
        raise LeaseError(f"Item {item.id} is in case {inside[0].number}.", hint="Take it out of the case first.")


def _is_disputed(session: Session, item: QueueItem) -> bool:
    both = _of_second_readings().union_all(_of_golden_items()).subquery()
    waiting = select(both.c.item_id).where(both.c.item_id == item.id, both.c.settled.is_(None))
    return session.scalar(waiting.limit(1)) is not None


def _row(reading: type[Decision], first: InstrumentedAttribute[str]) -> _Rows:
    """What a closing reading said, beside what was said first."""
    judged, word = aliased(Verdict), aliased(Decision)
    lang = select(judged.lang).where(judged.revision_id == QueueItem.revision_id).order_by(judged.id.desc()).limit(1)
    settled = (
        select(word.outcome)
        .where(word.item_id == reading.item_id, word.purpose == SETTLING, word.id > reading.id, stands(word))
        .order_by(word.id.desc())
        .limit(1)
    )
    return (
        select(
            reading.id.label("reading_id"),
            reading.item_id.label("item_id"),
            func.coalesce(lang.scalar_subquery(), "und").label("lang"),
            reading.purpose.label("purpose"),
            first.label("first"),
            reading.outcome.label("second"),
            settled.scalar_subquery().label("settled"),
        )
        .select_from(reading)
        .join(QueueItem, QueueItem.id == reading.item_id)
        .where(reading.outcome.in_(CLOSING_OUTCOMES), reading.outcome != first, stands(reading))
    )


def _of_second_readings() -> _Rows:
    second = aliased(Decision)
    return (
        _row(second, Decision.outcome)
        .join(Decision, Decision.item_id == second.item_id)
        .where(
            second.purpose == readings.SECOND,
            Decision.purpose.is_(None),
            Decision.source_decision_id.is_(None),
            Decision.outcome.in_(CLOSING_OUTCOMES),
            stands(),
        )
    )


def _of_golden_items() -> _Rows:
    answer = aliased(Decision)
    return (
        _row(answer, GoldenItem.outcome)
        .join(GoldenItem, GoldenItem.item_id == answer.item_id)
        .where(answer.purpose == readings.GOLDEN)
    )
