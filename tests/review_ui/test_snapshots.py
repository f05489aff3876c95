"""Pages that read much read it from a snapshot: whoever decides meanwhile does not wait for them."""

import importlib

import pytest
from sqlalchemy.orm import Session

from tests.review_ui.office import Office

# The page, who opens it, and what reads for it.
READERS = {
    "/dashboards": ("sup", "store.figures.arrivals"),
    "/retention": ("sup", "review_ui.retention.holdings"),
    "/audit": ("aud", "store.audit.entries"),
    "/cases/CASE-2026-0001/redacted": ("sup", "review_ui.redaction.redacted_posts"),
}


@pytest.mark.parametrize("path", READERS)
def test_much_is_read_while_others_write(staffed: Office, monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    username, reader = READERS[path]
    client = staffed.client(username)
    staffed.client("sup").post("/cases", data={"title": "Typing work"})
    module, _, name = reader.rpartition(".")
    original, of_snapshots = getattr(importlib.import_module(module), name), []

    def read(session: Session, *given: object, **named: object) -> object:
        of_snapshots.append(session.connection().get_execution_options().get("reads_only", False))
        return original(session, *given, **named)

    monkeypatch.setattr(reader, read)
    assert client.get(path).status_code == 200
    assert of_snapshots == [True]
