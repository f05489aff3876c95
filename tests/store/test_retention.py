"""What is old, unflagged or benign goes with all that was made of it; what somebody needs stays."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from store import cases, erasing, golden, holds, leases, queue, retention, verdicts
from store.database import Store
from store.parsed_post import ParsedPost
from store.tables import (
    Base,
    Capture,
    CaptureErasure,
    Decision,
    Identifier,
    Post,
    QueueItem,
    Revision,
    SearchText,
    Tombstone,
    User,
)
from tests.factories import (
    LURE,
    NOW,
    make_capture,
    make_form,
    make_item,
    make_revision,
    make_user,
    make_verdict,
    save_post,
)

LATER = NOW + timedelta(days=200)
CUTOFF = LATER - timedelta(days=180)


def make_plain(session: Session, text: str = "Cook wanted in Hanoi") -> Post:
    """A judged post that nothing is flagged on."""
    revision = make_revision(session, text)
    verdict = verdicts.NewVerdict("test-1", "en", 0.01, {"fake_job": 0.01}, [], [], [])
    verdicts.save_verdict(session, revision_id=revision.id, verdict=verdict, scored_at=NOW)
    return revision.post


def due(session: Session) -> list[int]:
    return retention.due_posts(session, before=CUTOFF, now=LATER, limit=100)


def erase(store: Store, post_ids: list[int]) -> erasing.Erased:
    with store.transaction() as session:
        return erasing.erase_due(session, post_ids, before=CUTOFF, actor="retention", now=LATER)


def decided(session: Session, outcome: str) -> QueueItem:
    item = make_item(session)
    queue.decide(session, make_user(session), make_form(item, outcome), now=NOW)
    return item


def test_an_unflagged_post_is_due_and_a_flagged_one_is_not(store: Store) -> None:
    with store.transaction() as session:
        plain = make_plain(session)
        make_verdict(session, make_revision(session))
        assert due(session) == [plain.id]
        assert retention.count_due(session, before=CUTOFF, now=LATER) == 1


def test_what_was_seen_since_stays(store: Store) -> None:
    with store.transaction() as session:
        make_plain(session).last_seen_at = CUTOFF
        session.flush()
        assert due(session) == []


def test_what_nothing_has_judged_stays(store: Store) -> None:
    with store.transaction() as session:
        make_revision(session, "Cook wanted")
        assert due(session) == []


def test_a_flagged_post_is_due_once_it_was_found_benign_long_enough_ago(store: Store) -> None:
    with store.transaction() as session:
        item = decided(session, "benign")
        assert due(session) == [item.revision.post_id]
        item.decisions[0].decided_at = CUTOFF
        session.flush()
        assert due(session) == []


def _open(session: Session, post: Post) -> None:
    queue.enqueue(session, revision_id=post.revisions[0].id, lane="audit", priority=0.1, at=NOW)


def _confirmed(session: Session, post: Post) -> None:
    _open(session, post)
    item = session.scalars(select(QueueItem)).one()
    queue.decide(session, make_user(session), make_form(item), now=NOW)


def _second_reader_says_confirmed(session: Session, post: Post) -> None:
    _open(session, post)
    item = session.scalars(select(QueueItem)).one()
    queue.decide(session, make_user(session), make_form(item, "benign"), now=NOW)
    other = make_user(session, "binh")
    leases.take(session, item.id, other, now=NOW, purpose="second")
    queue.decide(session, other, make_form(item), now=NOW)


def _was_in_a_case(session: Session, post: Post) -> None:
    _confirmed(session, post)
    user = session.scalars(select(User)).one()
    case = cases.open_case(session, user, title="Typing work", now=NOW)
    item = session.scalars(select(QueueItem)).one()
    cases.add_item(session, user, case, item, now=NOW)
    cases.remove_item(session, user, case, item.id, reason="by mistake", now=NOW)
    queue.undo(session, user, idem_key="undo", now=NOW)
    queue.decide(session, user, make_form(item, "benign"), now=NOW)


def _golden(session: Session, post: Post) -> None:
    _open(session, post)
    item = session.scalars(select(QueueItem)).one()
    supervisor = make_user(session, role="supervisor")
    queue.decide(session, supervisor, make_form(item, "benign"), now=NOW)
    golden.mark(session, supervisor, item, "benign", now=NOW)


def _being_read(session: Session, post: Post) -> None:
    _open(session, post)
    item = session.scalars(select(QueueItem)).one()
    queue.decide(session, make_user(session), make_form(item, "benign"), now=NOW)
    leases.take(session, item.id, make_user(session, "binh"), now=LATER, purpose="second")


def _held(kind: str, name: Callable[[Post], str]) -> Callable[[Session, Post], object]:
    return lambda session, post: holds.place(session, kind, name(post), reason="Court order", actor="sup", now=NOW)


@pytest.mark.parametrize(
    ("need", "protection"),
    [
        pytest.param(_open, ["open"], id="open in the queue"),
        pytest.param(_confirmed, ["confirmed"], id="confirmed"),
        pytest.param(_second_reader_says_confirmed, ["confirmed"], id="confirmed by a second reader"),
        pytest.param(_was_in_a_case, ["in_case"], id="was in a case"),
        pytest.param(_golden, ["golden"], id="golden"),
        pytest.param(_being_read, [], id="being read"),
        pytest.param(_held("post", lambda post: str(post.id)), [], id="held"),
        pytest.param(_held("source", lambda post: post.source.name), [], id="of a held source"),
    ],
)
def test_what_somebody_needs_is_not_due(
    store: Store, need: Callable[[Session, Post], object], protection: list[str]
) -> None:
    with store.transaction() as session:
        post = make_plain(session)
        assert due(session) == [post.id]
        need(session, post)
        session.flush()
        assert due(session) == []
        assert retention.protection(session, post.id) == protection


def test_a_post_whose_decision_another_one_follows_goes_after_it(store: Store) -> None:
    with store.transaction() as session:
        first, second = (make_item(session, text=f"{LURE} {number}") for number in "ab")
        user = make_user(session)
        lead, led = (queue.decide(session, user, make_form(one, "benign"), now=NOW) for one in (first, second))
        led.source_decision_id = lead.id
        session.flush()
        numbers = [first.revision.post_id, second.revision.post_id]
        assert due(session) == [numbers[1]]
    assert erase(store, numbers) == erasing.Erased(1, 1)
    assert erase(store, numbers) == erasing.Erased(1, 1)


def test_what_follows_a_decision_that_is_erased_on_request_stands_by_itself(store: Store) -> None:
    with store.transaction() as session:
        first, second = (make_item(session, text=f"{LURE} {number}") for number in "ab")
        user = make_user(session)
        lead, led = (queue.decide(session, user, make_form(one, "benign"), now=NOW) for one in (first, second))
        led.source_decision_id = lead.id
        session.flush()
        numbers = first.revision.post_id, led.id
    with store.transaction() as session:
        erasing.erase_post(session, numbers[0], because="Asked", request_id=None, actor="sup", now=LATER)
    with store.reading() as session:
        assert session.get_one(Decision, numbers[1]).source_decision_id is None


def test_nothing_of_an_erased_post_is_left(store: Store) -> None:
    with store.transaction() as session:
        item = decided(session, "benign")
        post_id, revision_id = item.revision.post_id, item.revision_id
        kept = make_plain(session, "Nurse wanted").id
    assert erase(store, [post_id]) == erasing.Erased(1, 1)
    with store.reading() as session:
        assert session.scalars(select(Post.id)).all() == [kept]
        for table in (QueueItem, Decision, Identifier):
            assert session.scalar(select(func.count()).select_from(table)) == 0
        assert session.get(SearchText, revision_id) is None
        assert session.scalars(select(CaptureErasure.capture_id)).all() == [1]


def test_every_table_that_points_to_a_post_was_thought_of(store: Store) -> None:
    """Whoever adds a table that refers to one of these says in `erasing` what becomes of it."""
    about_posts = {"post", "revision", "verdict", "queue_item", "decision", "search_text", "capture"}
    found = {
        table.name
        for table in Base.metadata.sorted_tables
        for key in table.foreign_keys
        if key.column.table.name in about_posts
    }
    assert found == {
        *("revision", "verdict", "identifier", "indicator", "search_text", "search_label"),
        *("queue_item", "lease", "decision", "case_item", "golden_item", "severe_exposure"),
        *("campaign_member", "handed_in", "handed_in_revision", "capture_erasure"),
    }


def test_a_post_that_became_needed_meanwhile_stays(store: Store) -> None:
    with store.transaction() as session:
        post_id = make_plain(session).id
        holds.place(session, "post", str(post_id), reason="Court order", actor="sup", now=NOW)
    assert erase(store, [post_id]) == erasing.Erased(0, 0)


def test_an_erased_post_is_known_again_and_not_kept(store: Store) -> None:
    with store.transaction() as session:
        post = make_plain(session)
        again = ParsedPost(native_id=post.native_id, text="Cook wanted in Hanoi", url="https://jobs.example/1")
        source_id, post_id = post.source_id, post.id
    erase(store, [post_id])
    with store.transaction() as session:
        capture = make_capture(session, fetched_at=LATER)
        seen = {"source_id": source_id, "capture_id": capture.id, "seen_at": LATER}
        assert save_post(session, post=again, **seen) is None
        assert save_post(session, post=again, **seen) is None
        assert session.get(CaptureErasure, capture.id) is not None
        assert session.scalars(select(Post)).all() == []


def test_one_that_was_too_old_comes_back_when_it_was_edited_one_erased_on_request_never(store: Store) -> None:
    with store.transaction() as session:
        first, second = make_plain(session), make_plain(session, "Nurse wanted")
        ids = {"retention": first.native_id, "request": second.native_id}
        source_id = first.source_id
        numbers = [first.id, second.id]
    erase(store, numbers[:1])
    with store.transaction() as session:
        erasing.erase_post(session, numbers[1], because="Asked", request_id=None, actor="sup", now=LATER)
    with store.transaction() as session:
        capture = make_capture(session)
        saved = {
            reason: save_post(
                session,
                source_id=source_id,
                capture_id=capture.id,
                post=ParsedPost(native_id=native_id, text="Flights paid, no papers needed"),
                seen_at=LATER,
            )
            for reason, native_id in ids.items()
        }
        assert saved["retention"] is not None
        assert saved["retention"].is_new
        assert saved["retention"].post_id not in numbers
        assert saved["request"] is None


def test_the_tombstone_gives_no_native_id_away(store: Store) -> None:
    with store.transaction() as session:
        post = make_plain(session)
        native_id, post_id = post.native_id, post.id
        digests = [revision.sha256 for revision in post.revisions]
    erase(store, [post_id])
    with store.reading() as session:
        (stone,) = session.scalars(select(Tombstone)).all()
        assert (stone.post_id, stone.reason, stone.erased_by) == (post_id, "retention", "retention")
        assert stone.revisions == digests
        assert native_id not in repr(vars(stone))


def test_numbers_of_what_was_erased_are_not_given_again(store: Store) -> None:
    with store.transaction() as session:
        item = decided(session, "benign")
        before = (item.id, item.revision_id, item.revision.post_id, item.decisions[0].id)
    erase(store, [before[2]])
    with store.transaction() as session:
        item = make_item(session)
        queue.decide(session, make_user(session, "chi"), make_form(item), now=NOW)
        after = (item.id, item.revision_id, item.revision.post_id, item.decisions[0].id)
    assert all(new > old for new, old in zip(after, before, strict=True))


def test_erasing_on_request_takes_every_capture_that_showed_the_post(store: Store) -> None:
    with store.transaction() as session:
        post = make_plain(session)
        again = make_capture(session, fetched_at=NOW + timedelta(days=1))
        other = make_capture(session, "https://jobs.example/other", fetched_at=NOW + timedelta(days=1))
        post.last_seen_at = NOW + timedelta(days=2)
        post_id = post.id
        wanted = {post.revisions[0].capture_id, again.id}
        untouched = other.id
    with store.transaction() as session:
        erasing.erase_post(session, post_id, because="Asked", request_id=None, actor="sup", now=LATER)
    with store.reading() as session:
        assert set(session.scalars(select(CaptureErasure.capture_id))) == wanted
        assert untouched not in wanted
        assert session.scalar(select(func.count()).select_from(Capture)) == 3
        assert session.scalar(select(func.count()).select_from(Revision)) == 0
