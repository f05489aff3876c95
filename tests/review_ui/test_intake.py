"""The page of intake: a text or a file goes to the intake of the installation; the list says what came of it."""

from datetime import datetime

import pytest
from starlette.testclient import TestClient

from lurewatch.errors import DataError
from store import handovers
from store.database import Store
from store.handovers import Given
from store.tables import User
from tests.review_ui.api.client import Program, token_of
from tests.review_ui.office import Office


class Desk:
    """Takes in like an installation, but keeps no captures."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.taken: list[Given] = []

    def take_in(self, user: User, given: Given, *, now: datetime) -> "Desk":
        if b"broken" in given.content:
            raise DataError("Line 2 is broken.", hint="Mend it.")
        self.taken.append(given)
        with self.store.transaction() as session:
            handovers.record(session, user, given, capture_id=None, sha256="0" * 64, now=now)
        return self

    handover_id = 1
    posts = 1
    items = (7,)


@pytest.fixture
def desk(copied_store: Store) -> Desk:
    return Desk(copied_store)


@pytest.fixture
def office(copied_store: Store, desk: Desk) -> Office:
    office = Office(copied_store, intake=desk)
    office.employ("ana")
    return office


@pytest.fixture
def client(office: Office) -> TestClient:
    return office.client("ana")


FORM = {"giver": "returnee", "text": "Cứu tôi với", "note": "by telephone"}


def test_a_text_is_taken_in(client: TestClient, desk: Desk) -> None:
    assert client.post("/intake", data=FORM).headers["location"] == "/intake"
    (given,) = desk.taken
    assert (given.content.decode(), given.giver, given.giver_name) == ("Cứu tôi với", "returnee", None)
    page = client.get("/intake").text
    assert "From: returnee" in page
    assert "by telephone" in page


def test_a_file_goes_before_the_text_and_may_be_large(client: TestClient, desk: Desk) -> None:
    content = b'{"text": "' + b"x" * 200_000 + b'"}'
    answer = client.post("/intake", data=FORM, files={"file": ("Posts.JSONL", content)})
    assert answer.status_code == 303, answer.text
    assert (desk.taken[0].content, desk.taken[0].media_type) == (content, "application/jsonl")


def test_an_empty_file_field_is_no_file(client: TestClient, desk: Desk) -> None:
    client.post("/intake", data=FORM, files={"file": ("", b"")})
    assert desk.taken[0].content.decode() == "Cứu tôi với"


def test_a_file_beyond_the_limit_is_refused(client: TestClient, desk: Desk) -> None:
    assert client.post("/intake", data=FORM, files={"file": ("a.txt", b"x" * 5_000_000)}).status_code == 413
    assert desk.taken == []


@pytest.mark.parametrize(
    "changes", [{"text": " "}, {"giver": "recruiter"}, {"giver_name": "Maya Example"}, {"text": "broken"}]
)
def test_what_makes_no_sense_is_refused(client: TestClient, desk: Desk, changes: dict[str, str]) -> None:
    assert client.post("/intake", data=FORM | changes).status_code == 400
    assert desk.taken == []


def test_what_was_written_is_text_and_nothing_else(client: TestClient) -> None:
    client.post("/intake", data=FORM | {"note": "<script>alert(1)</script>"})
    assert "<script>alert" not in client.get("/intake").text


def test_a_program_hands_over_once(office: Office, desk: Desk) -> None:
    program = Program(office, token_of(office, "ana", "intake"))
    body = {"giver": "hotline", "posts": [{"text": "Cứu tôi với"}, {"text": "<b>two</b>", "author": "x"}]}
    answers = [program.post("/intake", body, key="k").json() for _ in range(2)]
    assert answers == [{"handover_id": 1, "posts": 1, "items": [7]}] * 2
    (given,) = desk.taken
    assert given.content.decode().splitlines()[0] == '{"text": "Cứu tôi với"}'
    assert program.post("/intake", body | {"giver_name": "Maya"}).status_code == 400
