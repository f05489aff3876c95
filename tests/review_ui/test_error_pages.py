"""One error page: the status and what to do, and nothing that belongs to a post or to the machine."""

import logging

import pytest

from tests.factories import LURE
from tests.review_ui.office import Office


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        ("/items/4711", 404, "no queue item 4711"),
        ("/items/99999999999999999999", 400, "not the number of an item"),
        ("/items/2147483648", 400, "not the number of an item"),
        ("/items/abc", 400, "not the number of an item"),
        ("/items/%D9%A1", 400, "not the number of an item"),
        ("/cases/CASE-1999-0001", 404, "There is no case"),
        ("/cases/%3Cscript%3E", 404, "There is no case"),
        ("/nowhere", 404, "Not Found"),
    ],
)
def test_what_is_not_there(staffed: Office, path: str, status: int, said: str) -> None:
    answer = staffed.client("ana").get(path)
    assert answer.status_code == status
    assert said in answer.text
    assert "<script>" not in answer.text


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"outcome": "undone", "idem_key": "k"}, "is not a decision"),
        ({"idem_key": "k"}, "is not a decision"),
        ({"outcome": "benign"}, "idem key is missing"),
        ({"outcome": "benign", "idem_key": "k" * 65}, "idem key has 65"),
        ({"outcome": "benign", "idem_key": "k", "note": "n" * 2001}, "note has 2001"),
        ({"outcome": "benign", "idem_key": "k", "release": "made-up"}, "has not judged"),
    ],
    ids=["undone is no decision", "no outcome", "no key", "long key", "long note", "unknown release"],
)
def test_a_form_that_cannot_be_right_is_named(staffed: Office, form: dict[str, str], said: str) -> None:
    item_id = staffed.post()
    answer = staffed.client("ana").post(f"/items/{item_id}/decision", data=form)
    assert (answer.status_code, said in answer.text) == (400, True)
    assert staffed.decisions(item_id) == []


def test_too_many_fields_are_refused(staffed: Office) -> None:
    answer = staffed.client("ana").post("/undo", data={f"f{number}": "x" for number in range(50)})
    assert answer.status_code == 400


def test_what_was_not_foreseen_tells_nothing(staffed: Office, caplog: pytest.LogCaptureFixture) -> None:
    item_id = staffed.post()
    client = staffed.client("ana")
    with staffed.store.transaction() as session:
        session.connection().exec_driver_sql("ALTER TABLE indicator RENAME TO gone")
    client._transport.raise_server_exceptions = False  # type: ignore[attr-defined]
    with caplog.at_level(logging.INFO):
        answer = client.get(f"/items/{item_id}")
    assert answer.status_code == 500
    assert "Something went wrong here." in answer.text
    for secret in ("Traceback", "sqlite", "indicator", LURE[:12], ".py"):
        assert secret not in answer.text
    assert LURE[:12] not in caplog.text
