"""The supervisors' page, golden items, and second readers who are told nothing of the first."""

import csv
import io
import re

from store import users
from store.database import Store
from store.rules import QueueRules
from store.tables import Source
from tests.review_ui.office import Office


def _office(store: Store, **rules: float) -> Office:
    office = Office(store, rules=QueueRules(**rules))  # type: ignore[arg-type]
    for username, role in [("ana", "analyst"), ("binh", "analyst"), ("sup", "supervisor")]:
        office.employ(username, role)
    return office


def test_a_second_reader_sees_an_item_like_any_other(sqlite_store: Store) -> None:
    office = _office(sqlite_store, second_share=1)
    item_id = office.post()
    office.confirm("ana", item_id)
    client = office.client("binh")
    assert client.get("/queue/next").headers["location"] == f"/items/{item_id}"
    page = client.get(f"/items/{item_id}").text
    assert "/decision" in page
    with office.store.reading() as session:
        first = users.user_by_name(session, "ana")
        assert first is not None
        assert first.pseudonym not in page
    assert "<h2>Decisions</h2>" not in page
    answer = client.post(f"/items/{item_id}/decision", data={"outcome": "benign", "idem_key": "k"})
    assert answer.status_code == 303
    assert "second reading" in client.get(f"/items/{item_id}").text
    assert office.state(item_id) == "decided"
    found = office.client("sup").get("/quality").text
    assert f'<a href="/items/{item_id}">Item {item_id}</a></th><td>Vietnamese</td><td>confirmed</td><td>benign' in found
    assert "too few" in found


def test_a_golden_item_is_marked_answered_and_counted(sqlite_store: Store) -> None:
    office = _office(sqlite_store, golden_share=1)
    item_id = office.post()
    office.confirm("ana", item_id)
    supervisor = office.client("sup")
    assert "As a golden item" in supervisor.get(f"/items/{item_id}").text
    assert supervisor.post(f"/items/{item_id}/golden", data={"outcome": "benign"}).status_code == 303
    assert '<option value="benign" selected>' in supervisor.get(f"/items/{item_id}").text
    reader = office.client("binh")
    reader.get("/queue/next")
    page = reader.get(f"/items/{item_id}").text
    assert ("/decision" in page, "golden" in page.lower()) == (True, False)
    reader.post(f"/items/{item_id}/decision", data={"outcome": "benign", "idem_key": "k"})
    assert "</bdi></th><td>1</td><td>1</td>" in supervisor.get("/quality").text
    supervisor.post(f"/items/{item_id}/golden", data={"outcome": ""})
    assert "Nobody has answered one" in supervisor.get("/quality").text


def test_analysts_are_offered_no_golden_mark(sqlite_store: Store) -> None:
    office = _office(sqlite_store)
    item_id = office.post()
    office.confirm("ana", item_id)
    assert "golden" not in office.client("ana").get(f"/items/{item_id}").text


def test_what_nobody_reads_is_named(sqlite_store: Store) -> None:
    office = _office(sqlite_store)
    item_id = office.post()
    form = {"outcome": "skipped", "idem_key": "k", "skip_lang": "km"}
    office.client("ana").post(f"/items/{item_id}/decision", data=form)
    assert "1 item waits for a reader of a language that nobody here reads" in office.client("sup").get("/quality").text


def test_a_supervisor_settles_a_disagreement_from_the_page(sqlite_store: Store) -> None:
    office = _office(sqlite_store, second_share=1)
    item_id = office.post()
    office.confirm("ana", item_id)
    reader = office.client("binh")
    reader.get("/queue/next")
    reader.post(f"/items/{item_id}/decision", data={"outcome": "benign", "idem_key": "k"})
    supervisor = office.client("sup")
    page = supervisor.get("/quality").text
    form = page.split(f'action="/items/{item_id}/settling"', 1)[1].split("</form>", 1)[0]
    assert ('value="confirmed"' in form, 'value="benign"' in form) == (True, True)
    answer = supervisor.post(
        f"/items/{item_id}/settling", data={"outcome": "benign", "idem_key": "s", "note": "Read <b>both</b>"}
    )
    assert (answer.status_code, answer.headers["location"]) == (303, "/quality#disagreements")
    assert "settling" not in supervisor.get("/quality").text
    page = supervisor.get(f"/items/{item_id}").text
    assert "settles a disagreement" in page
    assert "Read &lt;b&gt;both" in page


def test_analysts_settle_nothing(sqlite_store: Store) -> None:
    office = _office(sqlite_store)
    item_id = office.post()
    form = {"outcome": "benign", "idem_key": "s"}
    assert office.client("ana").post(f"/items/{item_id}/settling", data=form).status_code == 403


def test_what_was_skipped_comes_as_a_table(sqlite_store: Store) -> None:
    office = _office(sqlite_store)
    ana, (skipped, undone, _) = office.client("ana"), [office.post() for _ in range(3)]
    with office.store.transaction() as session:
        session.query(Source).update({"name": "=cmd|'/c calc'!A1"})
    form = {"outcome": "skipped", "skip_lang": "km", "skip_until": "2026-03-05", "note": "not for the table"}
    ana.post(f"/items/{skipped}/decision", data={**form, "idem_key": "k1"})
    ana.post(f"/items/{undone}/decision", data={**form, "idem_key": "k2"})
    ana.post("/undo", data={"idem_key": "u"})
    answer = office.client("sup").get("/quality/skips.csv")
    assert answer.headers["content-disposition"] == 'attachment; filename="skips.csv"'
    (row,) = csv.DictReader(io.StringIO(answer.text))
    assert re.fullmatch(r"reviewer-[0-9a-f]{8}", row.pop("by"))
    assert row == {
        "item_id": str(skipped),
        "state": "open",
        "source": "'=cmd|'/c calc'!A1",
        "lang": "vi",
        "reason": "language",
        "snoozed_until": "2026-03-05T00:00:00Z",
        "needs_lang": "km",
        "at": "2026-03-01T12:00:00Z",
    }
