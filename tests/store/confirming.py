"""Posts that name places, and decisions on them."""

from sqlalchemy.orm import Session

from store import posts, queue, verdicts
from store.parsed_post import ParsedPost
from store.tables import QueueItem, Revision, User
from tests.factories import NOW, make_capture


def make_item(session: Session, name: str, *places: str, text: str = "Typing work abroad") -> QueueItem:
    capture = make_capture(session)
    post = ParsedPost(native_id=name, text=text, url=capture.url)
    saved = posts.save_post(session, source_id=capture.source_id, capture_id=capture.id, post=post, seen_at=NOW)
    found = [{"type": "place", "value": place, "normalized": place, "start": 0, "end": 6} for place in places]
    contact = {"type": "telegram", "value": "@x_hr", "normalized": "x_hr", "start": 0, "end": 6}
    verdict = verdicts.NewVerdict("test-1", "vi", 0.9, {"fake_job": 0.9}, ["fake_job"], [], [*found, contact])
    verdicts.save_verdict(session, revision_id=saved.revision_id, verdict=verdict, scored_at=NOW)
    revision = session.get_one(Revision, saved.revision_id)
    return queue.enqueue(session, revision_id=revision.id, lane="likely", priority=0.9, at=NOW)


def decide(session: Session, user: User, item: QueueItem, outcome: str, **changes: object) -> None:
    at = changes.pop("now", NOW)
    form = queue.DecisionForm(
        item_id=item.id,
        outcome=outcome,
        idem_key=f"{item.id}-{outcome}-{at}",
        release="test-1",
        **changes,  # type: ignore[arg-type]
    )
    queue.decide(session, user, form, now=at)  # type: ignore[arg-type]
