"""The directory: kept by supervisors and administrators, beside every call for help, honest about what was called."""

import pytest

from store import helplines, queue, verdicts
from store.helplines import Listing
from store.tables import Helpline
from tests.factories import NOW, make_revision
from tests.review_ui.office import Office

FORM = {"country": "kh", "name": "Police", "number": "000 117", "source": "called"}
PLACES = {"Poipet": "KH"}


@pytest.fixture
def office(sqlite_store: object) -> Office:
    office = Office(sqlite_store, place_countries=PLACES)  # type: ignore[arg-type]
    for name, role in (("ana", "analyst"), ("sup", "supervisor"), ("adm", "administrator")):
        office.employ(name, role)
    with office.store.transaction() as session:
        listings = [
            Listing(country="KH", name="Police KH", number="000-1", source="a page", note="day and night"),
            Listing(country="VN", name="Hotline VN", number="000-2", source="a page"),
            Listing(country="TH", name="Hotline TH", number="000-3", source="a page"),
        ]
        helplines.begin(session, listings, now=NOW)
    return office


def _call_for_help(office: Office, *, flagged: str = "victim_distress") -> int:
    place = {"type": "place", "value": "Poipet", "normalized": "Poipet", "start": 0, "end": 6}
    with office.store.transaction() as session:
        revision = make_revision(session, "Poipet cứu tôi với")
        verdict = verdicts.NewVerdict(
            release="test-1",
            lang="vi",
            risk=0.1,
            labels={flagged: 0.9},
            flagged=[flagged],
            indicators=[],
            identifiers=[place],
        )
        verdicts.save_verdict(session, revision_id=revision.id, verdict=verdict, scored_at=NOW)
        return queue.enqueue(session, revision_id=revision.id, lane="urgent", priority=0.9, at=NOW).id


def test_a_call_for_help_shows_those_of_its_place_and_language(office: Office) -> None:
    page = office.client("ana").get(f"/items/{_call_for_help(office)}").text
    assert "Police KH" in page
    assert "Hotline VN" in page
    assert "Hotline TH" not in page
    assert "not verified by this unit" in page
    assert "Call one yourself before you rely on it" in page


def test_another_post_shows_none(office: Office) -> None:
    page = office.client("ana").get(f"/items/{_call_for_help(office, flagged='scam_centre')}").text
    assert "Who can help" not in page


def test_an_entry_is_added_changed_verified_and_retired(office: Office) -> None:
    client = office.client("sup")
    assert client.post("/helplines", data=FORM).status_code == 303
    assert "000 117" in client.get("/helplines").text
    client.post("/helplines/4", data=FORM | {"number": "000 118", "verified_on": "2026-02-01"})
    page = client.get("/helplines").text
    assert "000 117" not in page
    assert "verified by this unit on 2026-02-01" in page
    client.post("/helplines/4/retire")
    assert "000 118" not in client.get("/helplines").text


@pytest.mark.parametrize(
    "changes", [{"country": "K1K"}, {"country": "ខ្"}, {"number": ""}, {"source": ""}, {"verified_on": "yesterday"}]
)
def test_what_makes_no_sense_is_refused(office: Office, changes: dict[str, str]) -> None:
    assert office.client("adm").post("/helplines", data=FORM | changes).status_code == 400


def test_a_directory_that_was_emptied_stays_empty(office: Office) -> None:
    client = office.client("adm")
    for number in (1, 2, 3):
        client.post(f"/helplines/{number}/retire")
    with office.store.transaction() as session:
        helplines.begin(session, [Listing(country="KH", name="x", number="1", source="s")], now=NOW)
        assert helplines.directory(session) == []
        assert session.get_one(Helpline, 1).retired_at is not None


def test_names_are_text_and_nothing_else(office: Office) -> None:
    client = office.client("adm")
    client.post("/helplines", data=FORM | {"name": '"><script>alert(1)</script>'})
    assert "<script>alert" not in client.get("/helplines").text
