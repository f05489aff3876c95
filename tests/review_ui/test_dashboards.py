"""The dashboards: the period asked for, every figure as a table, the look on record, and nothing hostile run."""

import re
from datetime import timedelta

import pytest

from review_ui.drift import drift_lines
from store import audit, figures, sources, verdicts
from store.tables import QueueItem, Verdict
from tests.factories import NOW, make_revision, make_verdict
from tests.review_ui.office import Office

PAGE = "/dashboards"


def _text(page: str) -> str:
    """The words of a page, on one line."""
    return " ".join(re.sub(r"<[^>]*>", " ", page).split())


def test_an_empty_store_has_a_page(staffed: Office) -> None:
    answer = staffed.client("inv").get(PAGE)
    assert answer.status_code == 200
    assert "No new post in this period" in answer.text


def test_what_came_in_and_what_was_decided_is_shown(staffed: Office) -> None:
    confirmed, benign, _ = (staffed.post() for _ in range(3))
    staffed.confirm("ana", confirmed)
    staffed.client("ana").post(f"/items/{benign}/decision", data={"outcome": "benign", "idem_key": "b"})
    page = _text(staffed.client("inv").get(PAGE).text)
    assert "New posts by day, together 3" in page
    assert "Vietnamese 3 0 (0 %) 3 2 1 50 % (9 % – 91 %)" in page
    assert "likely 1 0.0 h 2 50 % (9 % – 91 %) 0.0 h" in page
    assert "board job postings 3 0 1 Mar 2026 12:00 UTC" in page


def test_people_stand_under_their_pseudonyms(staffed: Office) -> None:
    staffed.confirm("ana", staffed.post())
    page = staffed.client("inv").get(PAGE).text
    assert re.search(r'<th scope="row">reviewer-[0-9a-f]{8}</th>', page)
    assert "ana" not in re.findall(r"\w+", _text(page))


def test_the_period_is_what_is_asked_for(staffed: Office) -> None:
    staffed.post()
    client = staffed.client("inv")
    page = _text(client.get(PAGE, params={"since": "2026-02-01", "until": "2026-02-28"}).text)
    assert "2026-02-01 – 2026-02-28" in page
    assert "No new post in this period" in page
    page = _text(client.get(PAGE, params={"since": "2025-03-01", "until": "2026-03-01"}).text)
    assert "New posts by week, together 1" in page


@pytest.mark.parametrize(
    "period",
    [("2026-03-02", "2026-03-01"), ("x", ""), ("", "2026-13-01"), ("2020-01-01", "2026-01-01"), ("0001-01-01", "")],
    ids=["backwards", "no day", "no month", "too long", "too old"],
)
def test_what_is_no_period_is_refused_in_one_line(staffed: Office, period: tuple[str, str]) -> None:
    answer = staffed.client("inv").get(PAGE, params={"since": period[0], "until": period[1]})
    assert answer.status_code == 400


def test_each_look_is_an_audit_entry(staffed: Office) -> None:
    staffed.client("inv").get(PAGE, params={"since": "2026-02-01", "until": "2026-02-28"})
    with staffed.store.reading() as session:
        (entry,) = audit.entries_about(session, ["dashboards"])
        assert (entry.action, entry.details) == (
            "dashboards.viewed",
            {"since": "2026-02-01", "until": "2026-02-28"},
        )


def test_names_of_sources_are_text(staffed: Office) -> None:
    with staffed.store.transaction() as session:
        about = {"kind": "feed", "url": None, "purpose": "x", "legal_basis": "x", "owner": "x"}
        sources.ensure_source(session, name="<script>alert(1)</script>", **about)  # type: ignore[arg-type]
    page = staffed.client("inv").get(PAGE).text
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_a_language_that_moved_is_named_first(staffed: Office) -> None:
    with staffed.store.transaction() as session:
        for lang, later_risk in [("km", 0.95), ("vi", 0.05)]:
            for after_days, risk in [(0, 0.05), (35, later_risk)]:
                for _ in range(60):
                    make_verdict(session, make_revision(session), risk=risk)
                session.query(Verdict).filter_by(lang="vi", scored_at=NOW).update(
                    {"lang": f"_{lang}", "scored_at": NOW + timedelta(days=after_days)}
                )
        for lang in ("km", "vi"):
            session.query(Verdict).filter_by(lang=f"_{lang}").update({"lang": lang})
        period = figures.Period(NOW, NOW + timedelta(days=60))
        moved, steady = drift_lines(session, "test-1", period)
        assert [(line.lang, line.latest.word) for line in (moved, steady)] == [("km", "moved much"), ("vi", "steady")]
    staffed.wait(days=40)
    assert "moved much" in staffed.client("inv").get(PAGE).text


def test_within_the_first_weeks_nothing_is_compared(staffed: Office) -> None:
    staffed.post()
    assert "they end on 2026-03-29" in _text(staffed.client("inv").get(PAGE).text)


def test_the_item_of_another_release_counts_by_its_newest_verdict(staffed: Office) -> None:
    item_id = staffed.post()
    with staffed.store.transaction() as session:
        revision_id = session.get_one(QueueItem, item_id).revision_id
        verdict = verdicts.NewVerdict("test-2", "km", 0.4, {}, [], [], [])
        verdicts.save_verdict(session, revision_id=revision_id, verdict=verdict, scored_at=NOW)
    assert "Khmer 1 0 (0 %) 1 0 0 –" in _text(staffed.client("inv").get(PAGE).text)


def test_how_much_had_too_little_text_is_shown(staffed: Office) -> None:
    for _ in range(3):
        staffed.post()
    with staffed.store.transaction() as session:
        for answer in ("not_enough", "nothing_found"):
            bare = verdicts.NewVerdict("test-1", "km", 0.1, {}, [], [], [], answer=answer)
            verdicts.save_verdict(session, revision_id=make_revision(session).id, verdict=bare, scored_at=NOW)
    page = _text(staffed.client("inv").get(PAGE).text)
    assert "Khmer 2 1 (50 %) 0 0 0 –" in page
    assert "Vietnamese 3 0 (0 %) 3 0 0 –" in page
