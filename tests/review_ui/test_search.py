"""The search page: what is asked is found, shown harmlessly and put on record; nonsense gets one clear line."""

from urllib.parse import urlencode

import pytest
from sqlalchemy import select

from review_ui import search_form
from store import search
from store.tables import AuditEntry
from tests.review_ui.hostile import PAYLOADS
from tests.review_ui.office import Office

HOSTILE = [
    '"', "'", '" OR ""="', "a AND", "NEAR(a b)", "a*", "%", "_", "\\", "{q}", "\x00", "a\x00b", "\ud800",
    "\u202e\u202d", "\u202eabc", "[a-z]+", "(((((", "🔥", "\U0010ffff", "a" * 201, "a" * 60_000,
    "\n\n", "😀" * 200, "ก็" * 100,
]  # fmt: skip


def _get(office: Office, username: str = "vi", **fields: str) -> tuple[int, str]:
    answer = office.client(username).get(f"/search?{urlencode(fields, errors='surrogatepass')}")
    return answer.status_code, answer.text


def _searches(office: Office) -> list[AuditEntry]:
    with office.store.reading() as session:
        return list(session.scalars(select(AuditEntry).where(AuditEntry.action == "search.made")))


def test_a_viewer_finds_a_post_and_the_words_are_marked(staffed: Office) -> None:
    item = staffed.post("Việc nhẹ lương cao ở Campuchia")
    staffed.post("something else")
    status, page = _get(staffed, q="luong cao")
    assert status == 200
    assert f'href="/items/{item}"' in page
    assert '<mark class="found">lương cao</mark>' in page
    assert "1 result" in page
    assert "something else" not in page


def test_a_search_is_on_record_with_what_it_showed_but_not_its_words(staffed: Office) -> None:
    staffed.post("Việc nhẹ lương cao")
    _get(staffed, q="nhẹ", lang="vi")
    (entry,) = _searches(staffed)
    assert entry.details["search"] == {"q": "nhẹ", "lang": "vi"}
    assert len(entry.details["revisions"]) == 1
    assert "lương" not in str(entry.details)


def test_the_empty_form_searches_nothing(staffed: Office) -> None:
    staffed.post("Việc nhẹ")
    status, page = _get(staffed)
    assert status == 200
    assert "Việc" not in page
    assert _searches(staffed) == []


def test_nothing_found_is_said(staffed: Office) -> None:
    status, page = _get(staffed, q="nobody wrote this")
    assert status == 200
    assert "Nothing was found." in page


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_queries_give_results_or_one_clear_line(staffed: Office, text: str) -> None:
    staffed.post(f"before {text[:100]} behind".encode("utf-8", "replace").decode())
    status, page = _get(staffed, q=text)
    assert status in (200, 400)
    assert (status == 400) == ('class="problem"' in page)
    assert 'name="q"' in page


@pytest.mark.parametrize(
    "fields",
    [
        {"lang": "xx"}, {"state": "gone"}, {"order": "random"}, {"source": "one"}, {"campaign": "9" * 40},
        {"posted_from": "yesterday"}, {"seen_to": "9999-12-31"}, {"q": "a", "after": "x"}, {"identifier": "x" * 501},
    ],
    ids=str,
)  # fmt: skip
def test_what_no_field_offers_gets_one_clear_line(staffed: Office, fields: dict[str, str]) -> None:
    status, page = _get(staffed, **fields)
    assert status == 400
    assert 'role="alert"' in page


@pytest.mark.parametrize("name", PAYLOADS)
def test_hostile_posts_and_queries_stay_text(staffed: Office, name: str) -> None:
    staffed.post(f"found {PAYLOADS[name]}")
    _status, page = _get(staffed, q="found")
    _status, echoed = _get(staffed, q=PAYLOADS[name][:200])
    for text in (page, echoed):
        assert "<script>document" not in text
        assert "<img" not in text
        assert "<iframe" not in text


def test_filters_find_without_a_text(staffed: Office) -> None:
    item = staffed.post("Việc nhẹ")
    for fields in (
        {"lang": "vi"}, {"label": "scam_centre"}, {"indicator": "travel_paid"}, {"risk": "high"}, {"state": "open"},
        {"identifier": "@Example_HR"}, {"identifier": "example_hr", "identifier_type": "telegram"}, {"lane": "likely"},
        {"seen_from": "2026-03-01", "seen_to": "2026-03-01"}, {"source": "1"}, {"later": "no"},
    ):  # fmt: skip
        assert f'href="/items/{item}"' in _get(staffed, **fields)[1], fields
    for fields in ({"lang": "km"}, {"risk": "low"}, {"state": "benign"}, {"mine": "1"}, {"seen_to": "2026-02-28"}):
        assert f'href="/items/{item}"' not in _get(staffed, **fields)[1], fields


def test_pages_follow_each_other(staffed: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "PAGE_SIZE", 2)
    items = [staffed.post(f"flight number {number}") for number in range(3)]
    client = staffed.client("vi")
    first = client.get("/search?q=flight").text
    assert f"/items/{items[2]}" in first
    assert f"/items/{items[0]}" not in first
    address = first.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0].replace("&amp;", "&")
    second = client.get(address).text
    assert f"/items/{items[0]}" in second
    assert 'rel="next"' not in second


def test_more_than_are_counted_are_not_counted(staffed: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "COUNTED", 2)
    for number in range(4):
        staffed.post(f"flight number {number}")
    assert "2+ results" in _get(staffed, q="flight")[1]


def test_a_search_is_kept_and_removed(staffed: Office) -> None:
    client = staffed.client("ana")
    answer = client.post("/search/views", data={"name": "Flights <b>", "query": "q=flight&evil=1&after=9&lang=vi"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/search?q=flight&lang=vi")
    page = client.get("/search").text
    assert 'href="/search?q=flight&amp;lang=vi"' in page
    assert "Flights &lt;b&gt;" in page
    assert "Flights" not in staffed.client("binh").get("/search").text
    assert staffed.client("binh").post("/search/views/1/removal").status_code == 404
    assert client.post("/search/views/1/removal").status_code == 303
    assert "Flights" not in client.get("/search").text


def test_only_a_supervisor_is_offered_to_share(staffed: Office) -> None:
    assert 'name="shared"' not in _get(staffed, "ana", q="x")[1]
    assert 'name="shared"' in _get(staffed, "sup", q="x")[1]
    form = {"name": "All", "query": "q=x", "shared": "1"}
    assert staffed.client("ana").post("/search/views", data=form).status_code == 403
    assert staffed.client("sup").post("/search/views", data=form).status_code == 303
    assert "shared by reviewer-" in staffed.client("vi").get("/search").text


@pytest.mark.parametrize("text", ["a&b=c", "ខែ", "100%", "a+b", '"x"'])
def test_an_address_leads_to_the_same_search(text: str) -> None:
    fields = {"q": text, "lang": "vi", "after": "9", "evil": "1"}
    query = search_form.query_of(fields)
    assert search_form.fields_of(query) == {"q": text, "lang": "vi"}
    assert urlencode({"q": text}) in query
