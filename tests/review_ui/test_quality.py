"""The supervisors' page, golden items, and second readers who are told nothing of the first."""

from store import users
from store.database import Store
from store.rules import QueueRules
from tests.review_ui.office import Office


def _office(store: Store, **rules: float) -> Office:
    office = Office(store, rules=QueueRules(**rules))  # type: ignore[arg-type]
    for username, role in [("ana", "analyst"), ("binh", "analyst"), ("sup", "supervisor")]:
        office.employ(username, role)
    return office


def test_a_second_reader_sees_an_item_like_any_other(copied_store: Store) -> None:
    office = _office(copied_store, second_share=1)
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


def test_a_golden_item_is_marked_answered_and_counted(copied_store: Store) -> None:
    office = _office(copied_store, golden_share=1)
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


def test_analysts_are_offered_no_golden_mark(copied_store: Store) -> None:
    office = _office(copied_store)
    item_id = office.post()
    office.confirm("ana", item_id)
    assert "golden" not in office.client("ana").get(f"/items/{item_id}").text


def test_what_nobody_reads_is_named(copied_store: Store) -> None:
    office = _office(copied_store)
    item_id = office.post()
    form = {"outcome": "skipped", "idem_key": "k", "skip_lang": "km"}
    office.client("ana").post(f"/items/{item_id}/decision", data=form)
    assert "1 item waits for a reader of a language that nobody here reads" in office.client("sup").get("/quality").text
