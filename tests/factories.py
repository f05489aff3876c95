"""Makes the rows that tests begin with; every text and contact is invented."""

import hashlib
import itertools
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from sqlalchemy.orm import Session

from classifier.labels import LABELS
from classifier.verdict import Verdict
from store import captures, cases, posts, queue, sources, users, verdicts
from store.parsed_post import ParsedPost
from store.tables import Capture, Case, QueueItem, Revision, Source, User

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
LURE = "Tuyển nhân viên gõ phím ở Campuchia, bao vé máy bay, liên hệ Telegram @Example_HR"
_numbers = itertools.count(1)


def judged_as(
    labels: Mapping[str, float],
    *,
    id_: str = "1",
    lang: str = "vi",
    risk: float | None = None,
    flagged: Sequence[str] = (),
    release: str = "test",
) -> Verdict:
    """A verdict with these probabilities, nought for all other labels; the risk is the highest unless given."""
    figure = max(labels.values(), default=0.0) if risk is None else risk
    every = dict.fromkeys(LABELS, 0.0) | dict(labels)
    answer = "flagged" if flagged else "nothing_found"
    return Verdict(id_, lang, figure, every, tuple(flagged), answer, (), (), (), release)


def make_source(session: Session, name: str = "board") -> Source:
    return sources.ensure_source(
        session,
        name=name,
        kind="jobposting",
        url="https://jobs.example/",
        purpose="Watch for recruitment",
        legal_basis="Police act, section 1",
        owner="Unit 7",
    )


def make_capture(session: Session, url: str = "https://jobs.example/1", **changes: object) -> Capture:
    number = next(_numbers)
    values: dict[str, object] = {
        "source_id": make_source(session).id,
        "url": url,
        "fetched_at": NOW,
        "provenance": "public_crawl",
        "status": 200,
        "media_type": "text/html",
        "sha256": hashlib.sha256(str(number).encode()).hexdigest(),
        "size_bytes": 100,
        "robots": "allowed",
        "etag": None,
        "last_modified": None,
        "warc_path": "board.warc.gz",
        "warc_offset": number * 1000,
        "warc_length": 900,
        "warc_record_id": f"<urn:uuid:00000000-0000-4000-8000-{number:012d}>",
    }
    capture = Capture(**(values | changes))
    captures.record_captures(session, [capture])
    return capture


def save_post(
    session: Session, *, source_id: int, capture_id: int, post: ParsedPost, seen_at: datetime
) -> posts.SavedPost | None:
    """Keep one post as the only one that its capture was read to hold, without saying so on record."""
    reading = posts.Reading(capture_id, [post], seen_at)
    ((saved,),) = posts.save_posts(session, [reading], source_id=source_id)
    return saved


def make_revision(session: Session, text: str = LURE, native_id: str | None = None) -> Revision:
    capture = make_capture(session)
    post = ParsedPost(native_id=native_id or f"post-{next(_numbers)}", text=text, url=capture.url)
    saved = save_post(session, source_id=capture.source_id, capture_id=capture.id, post=post, seen_at=NOW)
    return session.get_one(Revision, saved.revision_id)


def make_verdict(session: Session, revision: Revision, release: str = "test-1", risk: float = 0.97) -> None:
    start = revision.text.index(" ") + 1
    verdict = verdicts.NewVerdict(
        release=release,
        lang="vi",
        risk=risk,
        labels={"scam_centre": risk, "fake_job": 0.1},
        flagged=["scam_centre"],
        indicators=[
            {"code": "travel_paid", "start": start, "end": start + 4, "text": revision.text[start : start + 4]}
        ],
        identifiers=[{"type": "telegram", "value": "@Example_HR", "normalized": "example_hr", "start": 0, "end": 4}],
    )
    verdicts.save_verdict(session, revision_id=revision.id, verdict=verdict, scored_at=NOW)


def make_item(session: Session, lane: str = "likely", priority: float = 0.9, text: str = LURE) -> QueueItem:
    revision = make_revision(session, text)
    make_verdict(session, revision)
    return queue.enqueue(session, revision_id=revision.id, lane=lane, priority=priority, at=NOW)


def make_user(session: Session, username: str = "an", role: str = "analyst") -> User:
    return users.add_user(session, username=username, role=role, password_hash="not a hash", now=NOW)


def make_form(item: QueueItem, outcome: str = "confirmed", idem_key: str | None = None) -> queue.DecisionForm:
    return queue.DecisionForm(item_id=item.id, outcome=outcome, idem_key=idem_key or f"key-{next(_numbers)}")


def make_case(session: Session, user: User, *, posts: int = 1) -> Case:
    """An open case of `user` with posts that they confirmed."""
    case = cases.open_case(session, user, title="Typing work", now=NOW)
    for _ in range(posts):
        cases.add_item(session, user, case, make_confirmed(session, user), now=NOW)
    return case


def make_confirmed(session: Session, user: User, text: str = LURE) -> QueueItem:
    item = make_item(session, text=text)
    queue.decide(session, user, make_form(item), now=NOW)
    return item
