from types import SimpleNamespace
from typing import Any

import pytest
from scrapy import Request
from sqlalchemy.orm import Session

from crawlers.manners.conditional import ConditionalMiddleware, held_validators
from store import audit
from store.database import Store
from store.recording import CAPTURE_READ
from tests.crawlers.loopback import Answer, Installation, Site, captures_of, posting, posts_of
from tests.factories import make_capture

URL = "https://jobs.example/1"


def read(session: Session, capture_id: int, posts: int) -> None:
    audit.append(
        session, actor="crawler", action=CAPTURE_READ, subject=f"capture:{capture_id}", details={"posts": posts}
    )


@pytest.mark.parametrize(
    ("posts", "wanted"),
    [(1, {"If-None-Match": '"v1"', "If-Modified-Since": "Sun, 01 Mar 2026 08:00:00 GMT"}), (0, {}), (None, {})],
    ids=["posts are in the store", "page of links", "killed before its posts were saved"],
)
def test_only_a_page_whose_posts_are_kept_is_asked_conditionally(
    sqlite_store: Store, posts: int | None, wanted: dict[str, str]
) -> None:
    with sqlite_store.transaction() as session:
        capture = make_capture(session, URL, etag='"v1"', last_modified="Sun, 01 Mar 2026 08:00:00 GMT")
        if posts is not None:
            read(session, capture.id, posts)
        assert held_validators(session, URL) == wanted


def test_page_without_validators_is_asked_plainly(sqlite_store: Store) -> None:
    with sqlite_store.transaction() as session:
        read(session, make_capture(session, URL).id, 1)
        assert held_validators(session, URL) == {}


def test_page_that_a_browser_fills_is_asked_plainly(sqlite_store: Store) -> None:
    with sqlite_store.transaction() as session:
        read(session, make_capture(session, URL, etag='"v1"').id, 1)
    for browser in (False, True):
        context: Any = SimpleNamespace(store=sqlite_store, source=SimpleNamespace(browser=browser))
        crawler: Any = SimpleNamespace(stats=SimpleNamespace(inc_value=lambda _name: None))
        request = Request(URL)
        ConditionalMiddleware(crawler, context).process_request(request)
        assert ("If-None-Match" in request.headers) is not browser


def test_unchanged_page_is_captured_as_such_and_gives_no_posts(site: Site, installation: Installation) -> None:
    def advert(headers: Any) -> Answer:
        if headers.get("If-None-Match") == '"v1"':
            return 304, {"ETag": '"v1"'}, b""
        return 200, {"Content-Type": "text/html", "ETag": '"v1"'}, posting().encode()

    site.pages["/ad"] = advert
    site.add("/list", '<a href="/ad">x</a>', ETag='"list"')
    for seen in (1, 0, 0):
        (result,) = installation.crawl({"url": f"{site.base}/list"})["results"]
        assert (result["posts_seen"], result["errors"]) == (seen, 0)
    statuses = [capture.status for capture in captures_of(installation) if capture.url.endswith("/ad")]
    assert statuses == [200, 304, 304]
    assert [capture.status for capture in captures_of(installation) if capture.url.endswith("/list")] == [200] * 3
    assert len(posts_of(installation)) == 1


def test_changed_page_is_a_further_revision(site: Site, installation: Installation) -> None:
    for edited, pay in enumerate(("800 USD", "2000 USD")):
        url = site.add("/ad", posting(description=f"<p>Pay {pay}</p>"), ETag=f'"{pay}"')
        (result,) = installation.crawl({"url": url})["results"]
        assert result["posts_edited"] == edited
    (post,) = posts_of(installation)
    assert [revision.text for revision in post.revisions] == ["Pay 800 USD", "Pay 2000 USD"]
