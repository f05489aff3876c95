"""The pages of practice: labelled posts one by one, what would have been right after each, and a score at the end."""

from dataclasses import dataclass

from starlette.responses import Response

from classifier.labels import LABELS
from lurewatch.errors import DataError, NotFoundError
from review_ui.desk import Page
from review_ui.fields import LABEL_BOX, line, row_id, ticked
from review_ui.settings import PracticePosts
from review_ui.visits import Visit, see_other
from store import practice
from store.tables import PracticeRun, PracticeTask

COUNTS = (10, 20, 40)


@dataclass(frozen=True, slots=True)
class RunLine:
    """A run in the list."""

    run: PracticeRun
    posts: int
    score: practice.Score


def show_practice(visit: Visit) -> Page:
    """GET /practice: what this person did so far, and the form for more."""
    runs = practice.runs_of(visit.session, visit.user)
    values = {
        "lines": [RunLine(run, len(run.tasks), practice.score_of(run)) for run in runs],
        "languages": _posts(visit).languages,
        "counts": COUNTS,
    }
    return Page("practice.html", values)


def begin(visit: Visit) -> Response:
    """POST /practice: a new run, or on with the one that is not finished."""
    count = line(visit.fields, "count", longest=3, required=True)
    if count not in map(str, COUNTS):
        raise DataError(f"{count!r} posts are not offered.", hint=f"Choose one of {', '.join(map(str, COUNTS))}.")
    lang = line(visit.fields, "lang", longest=8) or None
    run = practice.begin(visit.session, visit.user, _posts(visit).choose(int(count), lang), now=visit.now)
    return _onwards(run)


def show_task(visit: Visit) -> Page:
    """GET /practice/{run_id}/{position}: the post to judge, or what was said of it and what is right."""
    run, task = _task(visit)
    values = {
        "run": run,
        "task": task,
        "posts": len(run.tasks),
        "next": practice.next_task(run),
        "is_right": practice.is_right(task),
        "label_names": LABELS,
    }
    return Page("practice_task.html", values)


def answer(visit: Visit) -> Response:
    """POST /practice/{run_id}/{position}."""
    run, task = _task(visit)
    practice.answer(visit.session, visit.user, task, _labels(visit), now=visit.now)
    return see_other(f"/practice/{run.id}/{task.position}")


def stop(visit: Visit) -> Response:
    """POST /practice/{run_id}/stop."""
    run = practice.run_of(visit.session, visit.user, row_id(visit.path["run_id"]))
    practice.stop(visit.session, visit.user, run, now=visit.now)
    return see_other("/practice")


def _labels(visit: Visit) -> list[str]:
    outcome = visit.fields.get("outcome", "")
    chosen = set(ticked(visit.fields, LABEL_BOX))
    labels = [label for label in LABELS if label in chosen]
    if outcome == "benign":
        return []
    if outcome != "confirmed" or not labels:
        raise DataError("A confirmation names what it is.", hint="Go back and tick at least one label.")
    return labels


def _task(visit: Visit) -> tuple[PracticeRun, PracticeTask]:
    run = practice.run_of(visit.session, visit.user, row_id(visit.path["run_id"]))
    return run, practice.task_of(run, row_id(visit.path["position"]))


def _onwards(run: PracticeRun) -> Response:
    task = practice.next_task(run)
    return see_other(f"/practice/{run.id}/{task.position}" if task else "/practice")


def _posts(visit: Visit) -> PracticePosts:
    if visit.desk.settings.practice is None:
        raise NotFoundError("This application has no posts to practise on.", hint="Start it with `lurewatch serve`.")
    return visit.desk.settings.practice
