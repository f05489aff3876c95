"""Every branch that decides whether another site sent a request."""

import pytest
from starlette.datastructures import Headers

from review_ui.csrf import is_cross_site
from tests.review_ui.office import Office

HOST = {"host": "review.example:8800"}


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_reading_is_free(method: str) -> None:
    assert not is_cross_site(method, Headers({"sec-fetch-site": "cross-site", **HOST}))


@pytest.mark.parametrize(
    ("site", "refused"),
    [("same-origin", False), ("none", False), ("same-site", True), ("cross-site", True), ("anything", True)],
)
def test_the_browser_says_where_it_comes_from(site: str, refused: bool) -> None:
    assert is_cross_site("POST", Headers({"sec-fetch-site": site, **HOST})) is refused


def test_what_the_browser_says_goes_before_the_origin() -> None:
    said = {"sec-fetch-site": "cross-site", "origin": "http://review.example:8800"}
    assert is_cross_site("POST", Headers({**said, **HOST}))


@pytest.mark.parametrize(
    ("origin", "refused"),
    [
        ("http://review.example:8800", False),
        ("https://REVIEW.example:8800", False),
        ("http://review.example", True),
        ("http://review.example:8801", True),
        ("http://evil.example", True),
        ("http://review.example:8800.evil.example", True),
        ("http://review.example:8800@evil.example", True),
        ("null", True),
        ("http://[broken", True),
        ("", True),
    ],
)
def test_without_it_the_origin_must_be_the_host(origin: str, refused: bool) -> None:
    assert is_cross_site("POST", Headers({"origin": origin, **HOST})) is refused


def test_an_origin_without_a_host_is_refused() -> None:
    assert is_cross_site("POST", Headers({"origin": "null"}))


def test_what_is_no_browser_passes() -> None:
    assert not is_cross_site("POST", Headers(HOST))


def test_a_refused_request_changes_nothing(staffed: Office) -> None:
    item_id = staffed.post()
    answer = staffed.client("ana").post(
        f"/items/{item_id}/decision",
        data={"outcome": "confirmed", "idem_key": "k"},
        headers={"sec-fetch-site": "cross-site"},
    )
    assert answer.status_code == 403
    assert "came from another site" in answer.text
    assert staffed.decisions(item_id) == []
