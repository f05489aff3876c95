"""Posts that name places, and decisions on them."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from store import queue, verdicts
from store.tables import QueueItem, User
from tests.factories import NOW, make_form, make_revision


def make_item(session: Session, name: str, *places: str, text: str = "Typing work abroad") -> QueueItem:
    revision = make_revision(session, text, name)
    found = [{"type": "place", "value": place, "normalized": place, "start": 0, "end": 6} for place in places]
    contact = {"type": "telegram", "value": "@x_hr", "normalized": "x_hr", "start": 0, "end": 6}
    verdict = verdicts.NewVerdict("test-1", "vi", 0.9, {"fake_job": 0.9}, ["fake_job"], [], [*found, contact])
    verdicts.save_verdict(session, revision_id=revision.id, verdict=verdict, scored_at=NOW)
    return queue.enqueue(session, revision_id=revision.id, lane="likely", priority=0.9, at=NOW)


def decide(
    session: Session, user: User, item: QueueItem, outcome: str, *, now: datetime = NOW, **changes: object
) -> None:
    form = replace(make_form(item, outcome), release="test-1", **changes)  # type: ignore[arg-type]
    queue.decide(session, user, form, now=now)
