"""The auditor's page of the audit chain: complete, narrowed, inert, and on record itself."""

import re
from datetime import UTC, datetime

import pytest

from store import audit
from tests.review_ui.office import Office


@pytest.fixture
def told(staffed: Office) -> Office:
    with staffed.store.transaction() as session:
        for number in range(60):
            audit.append(session, actor="reviewer-1", action="thing.done", subject=f"thing:{number}")
        details = {"url": "https://evil.example.test/\u202e<script>alert(1)</script>", "labels": ["a", "b"]}
        audit.append(session, actor="reviewer-2", action="other.done", subject="thing:7", details=details)
    return staffed


def _subjects(page: str) -> list[str]:
    return re.findall(r"<code>(?:thing|other)\.done</code> <bdi>(thing:\d+)</bdi>", page)


def test_the_newest_come_first_and_pages_hold_each_once(told: Office) -> None:
    auditor, found, way = told.client("aud"), [], "/audit?actor=reviewer-1"
    while way:
        page = auditor.get(way).text
        found += _subjects(page)
        more = re.search(r'href="(/audit\?[^"]+)" rel="next"', page)
        way = more[1].replace("&amp;", "&") if more else ""
    assert found == [f"thing:{number}" for number in reversed(range(60))]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("action=other.", ["thing:7"]),
        ("subject=thing:7", ["thing:7", "thing:7"]),
        ("actor=reviewer-", []),
        ("action=%25", []),
        ("day=2001-01-01", []),
        pytest.param(f"action=other&day={datetime.now(UTC).date()}", ["thing:7"], id="today"),
    ],
)
def test_what_is_asked_for_is_shown(told: Office, asked: str, expected: list[str]) -> None:
    assert _subjects(told.client("aud").get(f"/audit?{asked}").text) == expected


def test_details_can_do_nothing(told: Office) -> None:
    page = told.client("aud").get("/audit?action=other.done").text
    assert "hxxps://evil[.]example[.]test" in page
    assert "<script>alert" not in page
    assert "\u202e" not in page
    assert "<bdi>a, b</bdi>" in page


def test_a_look_is_an_entry(told: Office) -> None:
    auditor = told.client("aud")
    auditor.get("/audit?actor=reviewer-2")
    page = auditor.get("/audit?action=audit.viewed").text
    assert "<small>actor</small> <bdi>reviewer-2</bdi>" in page


@pytest.mark.parametrize("asked", ["day=yesterday", "before=x", "before=-1", "actor=" + "x" * 300])
def test_a_question_that_is_none_is_refused(staffed: Office, asked: str) -> None:
    assert staffed.client("aud").get(f"/audit?{asked}").status_code == 400
