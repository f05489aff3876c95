"""The page of intake: a text or a file goes to the intake of the installation; the list says what came of it."""

import hashlib
from pathlib import Path

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from classifier.verdict import Classifier
from lurewatch.errors import ModelError
from lurewatch.intake import Intake
from review_ui import visits
from store import queue
from store.database import Store
from store.tables import Capture, HandedIn, HandedInRevision, Revision
from tests.review_ui.api.client import Program, token_of
from tests.review_ui.office import Office


def _no_model() -> Classifier:
    raise ModelError("There is no release.", hint="Train one.")


def intake_of(store: Store, folder: Path) -> Intake:
    """A whole intake, whose posts wait for a release."""
    captures = folder / "captures"
    captures.mkdir()
    return Intake(store, captures, load_classifier=_no_model, audit_sample=0.0)


@pytest.fixture
def office(sqlite_store: Store, tmp_path: Path) -> Office:
    """An office with a whole intake."""
    office = Office(sqlite_store, intake=intake_of(sqlite_store, tmp_path))
    office.employ("ana")
    return office


def _taken(office: Office) -> list[tuple[HandedIn, list[str]]]:
    """Every row with the texts of its posts."""
    with office.store.reading() as session:
        texts = select(Revision.text).join(HandedInRevision, HandedInRevision.revision_id == Revision.id)
        return [
            (row, sorted(session.scalars(texts.where(HandedInRevision.handed_in_id == row.id))))
            for row in session.scalars(select(HandedIn).order_by(HandedIn.id))
        ]


@pytest.fixture
def client(office: Office) -> TestClient:
    return office.client("ana")


FORM = {"giver": "returnee", "text": "Cứu tôi với", "note": "by telephone"}


def test_a_text_is_taken_in(client: TestClient, office: Office) -> None:
    assert client.post("/intake", data=FORM).headers["location"] == "/intake"
    ((row, texts),) = _taken(office)
    assert (texts, row.giver, row.giver_name) == (["Cứu tôi với"], "returnee", None)
    assert row.sha256 == hashlib.sha256("Cứu tôi với".encode()).hexdigest()
    with office.store.reading() as session:
        assert session.get_one(Capture, row.capture_id).sha256 == row.sha256
    page = client.get("/intake").text
    assert "From: returnee" in page
    assert "by telephone" in page


def test_a_file_may_be_large(client: TestClient, office: Office) -> None:
    content = b'{"text": "' + b"x" * 200_000 + b'"}'
    answer = client.post("/intake", data=FORM | {"text": ""}, files={"file": ("Posts.JSONL", content)})
    assert answer.status_code == 303, answer.text
    ((row, texts),) = _taken(office)
    assert (texts, row.media_type) == (["x" * 200_000], "application/jsonl")


def test_a_text_and_a_file_at_once_are_refused_lest_one_is_lost(client: TestClient, office: Office) -> None:
    answer = client.post("/intake", data=FORM, files={"file": ("a.txt", b"another text")})
    assert answer.status_code == 400
    assert _taken(office) == []


def test_an_empty_file_field_is_no_file(client: TestClient, office: Office) -> None:
    client.post("/intake", data=FORM, files={"file": ("", b"")})
    assert [texts for _, texts in _taken(office)] == [["Cứu tôi với"]]


def test_the_same_text_again_leads_to_the_item_that_it_has(client: TestClient, office: Office) -> None:
    client.post("/intake", data=FORM)
    with office.store.transaction() as session:
        revision_id = session.scalars(select(Revision.id)).one()
        item = queue.enqueue(session, revision_id=revision_id, lane="urgent", priority=1, at=office.now)
    client.post("/intake", data=FORM)
    page = client.get("/intake").text
    assert page.count(f'href="/items/{item.id}"') == 2
    assert "Nothing of it is in the queue" not in page


@pytest.mark.parametrize("content", [b"\xff\x00", b'{"text":', b'{"text": "x", "posted_at": "0001-01-01T00:00+14:00"}'])
def test_what_cannot_be_read_is_refused_but_on_record(client: TestClient, office: Office, content: bytes) -> None:
    answer = client.post("/intake", data=FORM | {"text": ""}, files={"file": ("a.jsonl", content)})
    assert answer.status_code == 400
    ((row, texts),) = _taken(office)
    assert (row.sha256, texts) == (hashlib.sha256(content).hexdigest(), [])


def test_a_file_beyond_the_limit_is_refused(client: TestClient, office: Office) -> None:
    assert client.post("/intake", data=FORM, files={"file": ("a.txt", b"x" * 5_000_000)}).status_code == 413
    assert _taken(office) == []


def test_a_file_of_a_stranger_is_not_even_read(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[object] = []
    monkeypatch.setattr(visits, "open_form", read.append)
    answer = office.client().post("/intake", data=FORM, files={"file": ("a.txt", b"x" * 3_000_000)})
    assert (answer.status_code, answer.headers["location"], read) == (303, "/sign-in", [])


@pytest.mark.parametrize("changes", [{"text": " "}, {"giver": "recruiter"}, {"giver_name": "Maya Example"}])
def test_what_makes_no_sense_is_refused(client: TestClient, office: Office, changes: dict[str, str]) -> None:
    assert client.post("/intake", data=FORM | changes).status_code == 400
    assert _taken(office) == []


def test_what_was_written_is_text_and_nothing_else(client: TestClient) -> None:
    client.post("/intake", data=FORM | {"note": "<script>alert(1)</script>"})
    assert "<script>alert" not in client.get("/intake").text


def test_a_program_hands_over_once(office: Office) -> None:
    program = Program(office, token_of(office, "ana", "intake"))
    body = {"giver": "hotline", "posts": [{"text": "Cứu tôi với"}, {"text": "<b>two</b>", "author": "x"}]}
    answers = [program.post("/intake", body, key="k").json() for _ in range(2)]
    assert answers == [{"handed_in_id": 1, "posts": 2, "items": []}] * 2
    assert [texts for _, texts in _taken(office)] == [["<b>two</b>", "Cứu tôi với"]]
    assert program.post("/intake", body | {"giver_name": "Maya"}).status_code == 400
