"""What a crawl does with posts that it knows and does not meet: one crawl of two sources that were read before."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from crawlers.kinds import KINDS
from store.absences import mark_gone
from store.database import Store
from store.parsed_post import ParsedPost
from store.sources import ensure_source
from store.tables import Post
from tests.crawlers.loopback import Installation, Site, audit_of, make_source, posting, posts_of, serving
from tests.factories import make_capture, save_post

SEEN_AT = datetime.now(UTC) - timedelta(days=2)
ACCOUNT = {"id": "5", "acct": "desk", "url": "https://social.example.test/@desk"}


def keep(store: Store, source: dict[str, Any], posts: dict[str, str], *, gone: tuple[str, ...] = ()) -> None:
    """Posts by id and address, as a crawl of two days ago left them."""
    with store.transaction() as session:
        source_id = ensure_source(session, **make_source(**source)).id
        for native_id, url in posts.items():
            capture_id = make_capture(session, url, source_id=source_id).id
            post = ParsedPost(native_id=native_id, text="Cooks", url=url)
            saved = save_post(session, source_id=source_id, capture_id=capture_id, post=post, seen_at=SEEN_AT)
            if native_id in gone:
                about = {"seen_at": SEEN_AT, "reason": "called deleted", "actor": "crawler"}
                mark_gone(session, [saved.post_id], capture_id=capture_id, **about)


def board(site: Site, store: Store) -> dict[str, Any]:
    """A board that lists some of its adverts still."""
    source = {"url": site.base + "/list"}
    keep(store, source, {number: f"{site.base}/ad{number}" for number in "123456"}, gone=("6",))
    site.add("/list", "<html><body>{}</body></html>".format("".join(f'<a href="/ad{n}">x</a>' for n in "156")))
    for number in "16":
        site.add(f"/ad{number}", posting(identifier=number))
    site.add("/ad2", "Not here", status=404)
    # Of a page that was asked for one advert no link is followed.
    site.add("/ad3", '<html><body>This job is closed. <a href="/ad9">Others</a></body></html>')
    # An error of the server says nothing about the advert.
    site.add("/ad4", "Forbidden", status=403)
    site.add("/ad5", "Not here", status=410)
    return source


def timeline(site: Site, store: Store) -> dict[str, Any]:
    """A tag under which one of two statuses is left."""
    source = {"name": "tag", "kind": "mastodon", "url": f"{site.base}/tags/jobs"}
    at = {number: f"https://social.example.test/@desk/{number}" for number in ("8", "7")}
    keep(store, source, at)
    shown = {"id": "8", "content": "Cooks", "account": ACCOUNT, "url": at["8"]}
    site.add("/api/v1/timelines/tag/jobs?limit=40", json.dumps([shown]))
    site.add("/api/v1/statuses/7", "{}", status=404)
    return source


@dataclass(frozen=True)
class Crawled:
    """The site and the store after the crawl, and what it said of its sources."""

    site: Site
    installation: Installation
    results: list[dict[str, Any]]

    def gone(self) -> list[str]:
        """The ids of the posts that are gone."""
        return sorted(post.native_id for post in posts_of(self.installation) if post.gone_since)


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    installation = Installation(tmp_path_factory.mktemp("again"))
    with serving(Site()) as site:
        with installation.opened() as store:
            store.upgrade()
            sources = board(site, store), timeline(site, store)
        yield Crawled(site, installation, installation.crawl(*sources)["results"])


def test_what_a_source_shows_no_more_is_gone(crawled: Crawled) -> None:
    assert crawled.gone() == ["2", "3", "5", "7"]
    reasons = sorted(details["reason"] for details in audit_of(crawled.installation, "post.gone"))
    assert reasons == ["called deleted", "not shown", "status 404", "status 404", "status 410"]


def test_what_was_gone_and_is_shown_is_back(crawled: Crawled) -> None:
    assert len(audit_of(crawled.installation, "post.back")) == 1


def test_each_post_is_asked_for_once_and_nothing_that_its_page_links_to(crawled: Crawled) -> None:
    adverts = sorted(path for path in crawled.site.paths() if path.startswith("/ad"))
    assert adverts == ["/ad1", "/ad2", "/ad3", "/ad4", "/ad5", "/ad6"]


def test_status_that_the_interface_has_no_more_is_no_refusal(crawled: Crawled) -> None:
    assert crawled.site.paths().count("/api/v1/statuses/7") == 1
    assert [result["errors"] for result in crawled.results if result["source"] == "tag"] == [0]


@pytest.mark.parametrize(
    ("kind", "home", "native_id", "url", "wanted"),
    [
        ("jobposting", "https://b.example.test/", "5", "https://b.example.test/ad5", "https://b.example.test/ad5"),
        ("classified", "https://b.example.test/", "listing/5", "https://b.example.test/ad5", None),
        ("forum", "https://b.example.test/", "7", "https://b.example.test/t/1#post-7", "https://b.example.test/t/1"),
        ("forum", "https://b.example.test/", "thread/1", "https://b.example.test/t/1", None),
        ("discourse", "https://b.example.test/latest", "81", "https://b.example.test/f/t/cooks/5/2",
         "https://b.example.test/f/posts/81.json"),
        ("discourse", "https://b.example.test/latest", "topic/5", "https://b.example.test/t/cooks/5", None),
        ("telegram", "https://t.me/s/jobs", "jobs/41", "https://t.me/jobs/41", "https://t.me/s/jobs?before=42"),
        ("telegram", "https://t.me/s/jobs", "jobs/4²", "https://t.me/jobs/4", None),
        ("mastodon", "https://b.example.test/tags/x", "9", "https://far.example.test/@a/9",
         "https://b.example.test/api/v1/statuses/9"),
        # As a feed or ActivityPub names it: the interface knows it by another id.
        ("mastodon", "https://b.example.test/@a.rss", "https://b.example.test/9", "https://b.example.test/9", None),
        ("reddit", "https://www.reddit.com/r/jobs", "t3_p1", "https://www.reddit.com/r/jobs/comments/p1/",
         "https://oauth.reddit.com/api/info?id=t3_p1&raw_json=1"),
        ("vk", "https://vk.com/club51", "-51_7", "https://vk.com/wall-51_7",
         "https://api.vk.com/method/wall.getById?posts=-51_7&v=5.199&extended=1"),
        ("vk", "https://vk.com/wall-51_7", "-51_9", "https://vk.com/wall-51_7?reply=9", None),
        ("feed", "https://b.example.test/feed", "5", "https://b.example.test/5", None),
        ("jobapi", "https://b.example.test/api", "5", "https://b.example.test/5", None),
    ],
)  # fmt: skip
def test_where_a_post_is_looked_for(kind: str, home: str, native_id: str, url: str, wanted: str | None) -> None:
    context = SimpleNamespace(source=SimpleNamespace(url=home))
    spider = KINDS[kind].spider(context=context)
    assert spider.address_of(Post(native_id=native_id, url=url)) == wanted
