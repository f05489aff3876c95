"""Cases over the web: confirmed posts go in, others do not, and what was exported is listed."""

import pytest

from evidence.highlights import shown
from store import audit, cases
from store.database import Store
from store.tables import Identifier, QueueItem
from tests.review_ui.office import Office


def _open(office: Office, username: str = "ana", **fields: str) -> str:
    answer = office.client(username).post("/cases", data={"title": "Typing work", **fields})
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def test_a_new_case_is_listed(staffed: Office) -> None:
    address = _open(staffed, title="Typing <b>work</b>")
    assert address == "/cases/CASE-2026-0001"
    page = staffed.client("vi").get("/cases").text
    assert f'href="{address}"' in page
    assert "Typing &lt;b&gt;work" in page


@pytest.mark.parametrize("title", ["", "   ", "x" * 201], ids=["empty", "blank", "long"])
def test_a_case_needs_a_short_title(staffed: Office, title: str) -> None:
    assert staffed.client("ana").post("/cases", data={"title": title}).status_code == 400
    assert "There is no case yet" in staffed.client("ana").get("/cases").text


def test_a_confirmed_item_goes_into_a_case(staffed: Office) -> None:
    item_id, address = staffed.post(), _open(staffed)
    staffed.confirm("ana", item_id)
    investigator = staffed.client("inv")
    assert f'action="{address}/items"' in investigator.get(f"/items/{item_id}").text
    assert investigator.post(f"{address}/items", data={"item_id": item_id}).status_code == 303
    assert f'href="/items/{item_id}"' in investigator.get(address).text
    page = investigator.get(f"/items/{item_id}").text
    assert f'In case <a href="{address}">' in page
    assert f'action="{address}/items"' not in page


def test_a_case_can_be_opened_with_an_item(staffed: Office) -> None:
    item_id = staffed.post()
    staffed.confirm("ana", item_id)
    assert f'href="/items/{item_id}"' in staffed.client("vi").get(_open(staffed, item_id=str(item_id))).text


def test_an_item_that_is_not_confirmed_opens_no_case(staffed: Office) -> None:
    item_id = staffed.post()
    answer = staffed.client("ana").post("/cases", data={"title": "Typing work", "item_id": item_id})
    assert (answer.status_code, "is not confirmed" in answer.text) == (400, True)
    with staffed.store.reading() as session:
        assert cases.all_cases(session) == []


@pytest.mark.parametrize("item_id", ["", "4711", "-1", "1e3", "x"])
def test_an_item_that_is_not_there_goes_into_no_case(staffed: Office, item_id: str) -> None:
    answer = staffed.client("ana").post(f"{_open(staffed)}/items", data={"item_id": item_id})
    assert answer.status_code in {400, 404}


def test_only_confirmed_items_offer_a_case(staffed: Office) -> None:
    item_id = staffed.post()
    _open(staffed)
    assert "Put it into a case" not in staffed.client("ana").get(f"/items/{item_id}").text
    staffed.confirm("ana", item_id)
    assert "Put it into a case" in staffed.client("ana").get(f"/items/{item_id}").text
    assert "Put it into a case" not in staffed.client("vi").get(f"/items/{item_id}").text


def test_reading_a_case_is_audited(staffed: Office) -> None:
    staffed.client("vi").get(_open(staffed))
    with staffed.store.reading() as session:
        entries = audit.entries_about(session, ["case:1"])
        assert [entry.action for entry in entries] == ["case.opened", "case.viewed"]


def test_packs_are_listed(staffed: Office) -> None:
    address = _open(staffed)
    with staffed.store.transaction() as session:
        cases.record_pack(
            session,
            cases.case_by_number(session, "CASE-2026-0001"),
            file_name="<i>pack</i>.zip",
            sha256="ab" * 32,
            size_bytes=2048,
            signer="cd" * 32,
            exported_by="reviewer-1",
            now=staffed.now,
        )
    page = staffed.client("inv").get(address).text
    assert "&lt;i&gt;pack&lt;/i&gt;.zip" in page
    assert "ab" * 32 in page


def test_a_number_that_no_database_takes_is_not_there(store: Store) -> None:
    office = Office(store)
    office.employ("ana")
    assert office.client("ana").get("/cases/%00").status_code == 404


def test_a_shared_address_is_shown_defanged(staffed: Office) -> None:
    address, value = _open(staffed), "https://evil.example/join\u202e"
    for item_id in (staffed.post(), staffed.post()):
        with staffed.store.transaction() as session:
            revision_id = session.get_one(QueueItem, item_id).revision_id
            named = session.query(Identifier).filter_by(revision_id=revision_id).one()
            named.type, named.value, named.normalized = "url", value, "evil.example/join"
        staffed.confirm("ana", item_id)
        staffed.client("inv").post(f"{address}/items", data={"item_id": item_id})
    page = staffed.client("inv").get(address).text
    assert "What ties the posts together" in page
    assert shown(value) in page
    assert "https://evil.example" not in page
    assert "\u202e" not in page
