"""Practice: feedback after each post, a score at the end, progress that is kept, and nothing of it in the queue."""

from collections.abc import Sequence
from pathlib import Path

import lxml.html
import pytest
from sqlalchemy import func, select
from starlette.testclient import TestClient

from store import audit
from store.database import Store
from store.practice import Sample
from store.tables import AuditEntry, Decision, PracticeRun, QueueItem
from tests.review_ui.office import Office


class Posts:
    """Three posts, whatever is asked for."""

    languages = ("vi", "ar")

    def choose(self, count: int, lang: str | None) -> Sequence[Sample]:
        if lang == "ar":
            return []
        return [
            Sample("a", "vi", "<script>alert(1)</script> việc nhẹ", ("scam_centre", "labour_exploitation")),
            Sample("b", "ar", "وظيفة", ()),
            Sample("c", "vi", "Cứu tôi", ("victim_distress",)),
        ]


@pytest.fixture
def office(sqlite_store: Store) -> Office:
    office = Office(sqlite_store, practice=Posts())
    for name in ("ana", "binh"):
        office.employ(name)
    return office


@pytest.fixture
def client(office: Office) -> TestClient:
    client = office.client("ana")
    assert client.post("/practice", data={"count": "10"}).headers["location"] == "/practice/1/1"
    return client


def _say(client: TestClient, position: int, *labels: str) -> str:
    form = {"outcome": "confirmed" if labels else "benign"} | {f"label.{label}": "1" for label in labels}
    answer = client.post(f"/practice/1/{position}", data=form)
    assert answer.headers["location"] == f"/practice/1/{position}", answer.text
    return client.get(f"/practice/1/{position}").text


def test_the_post_is_shown_without_its_labels(client: TestClient) -> None:
    page = client.get("/practice/1/1").text
    assert "&lt;script&gt;alert(1)" in page
    assert "It is:" not in page
    assert "checked" not in page.split("<footer>")[0]


def test_what_is_pressed_by_key_prints_its_key(client: TestClient) -> None:
    page = lxml.html.document_fromstring(client.get("/practice/1/1").content)
    assert len(page.xpath("//form//*[@data-key]/kbd")) == 2
    script = Path("review_ui/static/keys.js").read_text(encoding="utf-8")
    # What it relabels is what it listens to.
    assert script.count('document.querySelectorAll("[data-key], [data-place]")') == 2


def test_each_answer_is_told_what_is_right(client: TestClient) -> None:
    assert "Right." in _say(client, 1, "scam_centre")
    page = _say(client, 2, "fake_job")
    assert "Not so." in page
    assert "It is: benign." in page
    assert "You said: benign." in _say(client, 3)


def test_the_score_stands_at_the_end(client: TestClient) -> None:
    _say(client, 1, "scam_centre")
    _say(client, 2)
    assert "See the score" in _say(client, 3, "fake_job")
    page = client.get("/practice").text
    assert "2 of 3 right, of 3 posts" in page
    assert "1 found, 2 missed, 1 that were not there" in page


def test_the_first_answer_stands(client: TestClient) -> None:
    _say(client, 1)
    answer = client.post("/practice/1/1", data={"outcome": "confirmed", "label.scam_centre": "1"})
    assert answer.status_code == 409


def test_progress_is_kept(office: Office, client: TestClient) -> None:
    _say(client, 1)
    again = office.client("ana")
    assert "not finished" in again.get("/practice").text
    assert again.post("/practice", data={"count": "20"}).headers["location"] == "/practice/1/2"


def test_it_may_be_ended_before_its_end(client: TestClient) -> None:
    _say(client, 1)
    assert client.post("/practice/1/stop").status_code == 303
    assert "0 of 1 right, of 3 posts" in client.get("/practice").text
    assert client.post("/practice", data={"count": "10"}).headers["location"] == "/practice/2/1"


def test_another_persons_practice_is_not_there(office: Office, client: TestClient) -> None:
    other = office.client("binh")
    assert other.get("/practice/1/1").status_code == 404
    assert other.post("/practice/1/1", data={"outcome": "benign"}).status_code == 404
    assert other.post("/practice/1/stop").status_code == 404


@pytest.mark.parametrize("form", [{"outcome": "confirmed"}, {"outcome": "guilty"}, {}])
def test_an_answer_that_says_nothing_is_refused(client: TestClient, form: dict[str, str]) -> None:
    assert client.post("/practice/1/1", data=form).status_code == 400


@pytest.mark.parametrize("form", [{"count": "9"}, {"count": "10", "lang": "ar"}])
def test_what_is_not_offered_is_refused(office: Office, form: dict[str, str]) -> None:
    assert office.client("binh").post("/practice", data=form).status_code == 400


def test_nothing_reaches_queue_or_decisions(office: Office, client: TestClient) -> None:
    for position in (1, 2, 3):
        _say(client, position)
    with office.store.reading() as session:
        for table in (QueueItem, Decision):
            assert session.scalar(select(func.count()).select_from(table)) == 0
        entries = audit.entries_about(session, ["practice:1"])
        assert [entry.action for entry in entries] == ["practice.begun", "practice.finished"]
        assert session.scalar(select(func.count()).select_from(PracticeRun)) == 1
        assert "việc" not in str(session.scalars(select(AuditEntry.details)).all())
