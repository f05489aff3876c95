"""Posts that were never queued: anybody who reads posts can open them, and whoever decides can have them decided on."""

import pytest

from lurewatch.errors import DataError
from store import audit, queue, users
from store.tables import AuditEntry, QueueItem
from tests.factories import make_item, make_revision, make_verdict
from tests.review_ui.office import Office


def _unqueued(office: Office, *, judged: bool = True, text: str = "Việc nhẹ <b>lương cao</b>") -> int:
    """A post below every threshold; returns its id."""
    with office.store.transaction() as session:
        revision = make_revision(session, text)
        if judged:
            make_verdict(session, revision, risk=0.2)
        return revision.post_id


def test_it_is_found_and_opened(staffed: Office) -> None:
    post_id = _unqueued(staffed)
    client = staffed.client("vi")
    assert f'href="/posts/{post_id}"' in client.get("/search?q=nhẹ").text
    page = client.get(f"/posts/{post_id}").text
    for words in ("not in the queue", "&lt;b&gt;lương cao", "Where it comes from", "Travel is paid by the recruiter"):
        assert words in page
    assert "/decision" not in page
    assert f"/posts/{post_id}/queue" not in page


def test_each_reading_is_an_audit_entry(staffed: Office) -> None:
    post_id = _unqueued(staffed)
    staffed.client("vi").get(f"/posts/{post_id}")
    with staffed.store.reading() as session:
        (entry,) = audit.entries_about(session, [f"post:{post_id}"])
        assert entry.action == "post.viewed"


def test_whoever_decides_puts_it_into_the_queue(staffed: Office) -> None:
    post_id = _unqueued(staffed)
    client = staffed.client("ana")
    assert f"/posts/{post_id}/queue" in client.get(f"/posts/{post_id}").text
    answer = client.post(f"/posts/{post_id}/queue")
    assert answer.status_code == 303
    assert "/decision" in client.get(answer.headers["location"]).text
    assert client.post(f"/posts/{post_id}/queue").headers["location"] == answer.headers["location"]
    with staffed.store.reading() as session:
        (item,) = session.query(QueueItem).all()
        assert (item.lane, item.state) == ("uncertain", "open")
        assert session.query(AuditEntry).filter_by(action="post.queued").count() == 1


def test_what_is_queued_has_the_page_of_its_item(staffed: Office) -> None:
    item_id = staffed.post()
    with staffed.store.reading() as session:
        post_id = session.get_one(QueueItem, item_id).revision.post_id
    assert staffed.client("vi").get(f"/posts/{post_id}").headers["location"] == f"/items/{item_id}"


def test_what_nothing_has_judged_waits(staffed: Office) -> None:
    post_id = _unqueued(staffed, judged=False)
    client = staffed.client("ana")
    page = client.get(f"/posts/{post_id}").text
    assert "has not been scored yet" in page
    assert f"/posts/{post_id}/queue" not in page
    assert client.post(f"/posts/{post_id}/queue").status_code == 400
    with staffed.store.transaction() as session:
        ana = users.user_by_name(session, "ana")
        assert ana is not None
        with pytest.raises(DataError, match="has not been scored"):
            queue.enqueue_by_hand(session, ana, post_id, now=staffed.now)


def test_it_comes_before_what_the_release_was_unsure_of(staffed: Office) -> None:
    with staffed.store.transaction() as session:
        make_item(session, "uncertain", 0.99)
    post_id = _unqueued(staffed)
    client = staffed.client("ana")
    chosen = client.post(f"/posts/{post_id}/queue").headers["location"]
    assert staffed.client("binh").get("/queue/next").headers["location"] == chosen


@pytest.mark.parametrize("post_id", ["4711", "0", "x", "99999999999"])
def test_no_post_is_no_page(staffed: Office, post_id: str) -> None:
    assert staffed.client("vi").get(f"/posts/{post_id}").status_code in (400, 404)
