"""Practice: labelled posts that a person works through, in tables of its own. Nothing of it reaches queue or decisions.

The audit chain holds that a run was begun and finished, with its score, and no single answer.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from lurewatch.errors import DataError, LeaseError, NotFoundError
from store import audit, roles, users
from store.tables import PracticeRun, PracticeTask, User


@dataclass(frozen=True, slots=True)
class Sample:
    """A labelled post to practise on; no label means benign."""

    id: str
    lang: str
    text: str
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Score:
    """How a run went: answers that `is_right`, and over all of them the labels hit, missed and made up."""

    answered: int
    right: int
    hit: int
    missed: int
    made_up: int


def begin(session: Session, user: User, samples: Sequence[Sample], *, now: datetime) -> PracticeRun:
    """A new run over copies of `samples`, or the one that this person has not finished."""
    roles.require(user, "practice")
    # Two at once would both begin one.
    users.lock(session, user)
    unfinished = next((run for run in runs_of(session, user) if run.finished_at is None), None)
    if unfinished is not None:
        return unfinished
    if not samples:
        raise DataError("There is no post to practise on in that language.", hint="Choose another, or all of them.")
    run = PracticeRun(user_id=user.id, started_at=now)
    run.tasks = [
        PracticeTask(position=position, sample=one.id, lang=one.lang, text=one.text, labels=list(one.labels))
        for position, one in enumerate(samples, 1)
    ]
    session.add(run)
    session.flush()
    _audit(session, user, run, "practice.begun", {"posts": len(run.tasks)})
    return run


def answer(session: Session, user: User, task: PracticeTask, labels: Sequence[str], *, now: datetime) -> None:
    """Keep what this person says of a post; the first answer stands, and the last one finishes the run."""
    roles.require(user, "practice")
    if task.answer is not None:
        raise LeaseError("This post was answered already.", hint="Go on with the next one.")
    task.answer, task.answered_at = list(labels), now
    run = task.run
    if all(other.answer is not None for other in run.tasks):
        run.finished_at = now
        score = score_of(run)
        _audit(session, user, run, "practice.finished", {"posts": score.answered, "right": score.right})


def stop(session: Session, user: User, run: PracticeRun, *, now: datetime) -> None:
    """Finish a run before its end; what was answered counts."""
    roles.require(user, "practice")
    if run.finished_at is None:
        run.finished_at = now
        score = score_of(run)
        _audit(session, user, run, "practice.finished", {"posts": score.answered, "right": score.right})


def runs_of(session: Session, user: User) -> list[PracticeRun]:
    """A person's runs, the newest first."""
    statement = select(PracticeRun).where(PracticeRun.user_id == user.id).options(selectinload(PracticeRun.tasks))
    return list(session.scalars(statement.order_by(PracticeRun.id.desc())))


def run_of(session: Session, user: User, run_id: int) -> PracticeRun:
    """A run of this person; NotFoundError for another's."""
    run = session.get(PracticeRun, run_id)
    if run is None or run.user_id != user.id:
        raise NotFoundError(f"There is no practice {run_id} of yours.", hint="Begin one on the page Practice.")
    return run


def task_of(run: PracticeRun, position: int) -> PracticeTask:
    """One post of a run; NotFoundError when it has no such position."""
    task = next((task for task in run.tasks if task.position == position), None)
    if task is None:
        raise NotFoundError(f"This practice has no post {position}.", hint="Go back to the page Practice.")
    return task


def next_task(run: PracticeRun) -> PracticeTask | None:
    """The first post of a run that has no answer yet; None when it is finished."""
    return None if run.finished_at else next((task for task in run.tasks if task.answer is None), None)


def is_right(task: PracticeTask) -> bool:
    """Whether the answer says benign of a benign post, or names a label of any other."""
    return bool(set(task.answer or ()) & set(task.labels)) if task.labels else task.answer == []


def score_of(run: PracticeRun) -> Score:
    """The score over what was answered."""
    done = [task for task in run.tasks if task.answer is not None]
    pairs = [(set(task.answer or ()), set(task.labels)) for task in done]
    return Score(
        answered=len(done),
        right=sum(is_right(task) for task in done),
        hit=sum(len(said & true) for said, true in pairs),
        missed=sum(len(true - said) for said, true in pairs),
        made_up=sum(len(said - true) for said, true in pairs),
    )


def _audit(session: Session, user: User, run: PracticeRun, action: str, details: dict[str, int]) -> None:
    audit.append(session, actor=user.pseudonym, action=action, subject=f"practice:{run.id}", details=details)
