import json
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import select

from crawlers.kinds import KINDS
from store.tables import Post
from tests.crawlers.loopback import Installation, Site, audit_of, posting, posts_of


def age(installation: Installation) -> None:
    """Every post was last seen two days ago."""
    with installation.opened() as store, store.transaction() as session:
        for post in session.scalars(select(Post)):
            post.first_seen_at = post.last_seen_at = post.last_seen_at - timedelta(days=2)


def gone(installation: Installation) -> dict[str, bool]:
    return {post.native_id: post.gone_since is not None for post in posts_of(installation)}


def reasons(installation: Installation) -> list[Any]:
    return [details["reason"] for details in audit_of(installation, "post.gone")]


def board(site: Site, *numbers: int) -> dict[str, Any]:
    links = "".join(f'<a href="/ad{number}">x</a>' for number in numbers)
    for number in numbers:
        site.add(f"/ad{number}", posting(identifier=str(number)))
    return {"url": site.add("/list", f"<html><body>{links}</body></html>")}


def test_what_a_source_shows_no_more_is_gone_until_it_is_back(site: Site, installation: Installation) -> None:
    source = board(site, 1, 2, 3, 4, 5)
    installation.crawl(source)
    age(installation)
    board(site, 1, 5)
    site.add("/ad2", "Not here", status=404)
    # Of a page that was asked for one advert no link is followed.
    site.add("/ad3", '<html><body>This job is closed. <a href="/ad9">Others</a></body></html>')
    # An error of the server says nothing about the advert.
    site.add("/ad4", "Forbidden", status=403)
    site.add("/ad5", "Not here", status=410)
    site.asked.clear()
    installation.crawl(source)
    assert gone(installation) == {"1": False, "2": True, "3": True, "4": False, "5": True}
    assert sorted(reasons(installation)) == ["not shown", "status 404", "status 410"]
    assert sorted(site.paths()) == ["/ad1", "/ad2", "/ad3", "/ad4", "/ad5", "/list", "/robots.txt"]
    installation.crawl(board(site, 3))
    assert gone(installation)["3"] is False
    assert len(audit_of(installation, "post.back")) == 1


def test_status_that_the_interface_has_no_more_is_gone_and_no_refusal(site: Site, installation: Installation) -> None:
    account = {"id": "5", "acct": "desk", "url": "https://social.example.test/@desk"}
    statuses = [
        {"id": str(n), "content": "Cooks", "account": account, "url": f"https://social.example.test/@desk/{n}"}
        for n in (8, 7)
    ]
    source = {"kind": "mastodon", "url": f"{site.base}/tags/jobs"}
    site.add("/api/v1/timelines/tag/jobs?limit=40", json.dumps(statuses))
    site.add("/api/v1/timelines/tag/jobs?limit=40&max_id=7", "[]")
    installation.crawl(source)
    age(installation)
    site.add("/api/v1/timelines/tag/jobs?limit=40", json.dumps(statuses[:1]))
    site.add("/api/v1/statuses/7", "{}", status=404)
    (result,) = installation.crawl(source)["results"]
    assert gone(installation) == {"8": False, "7": True}
    assert result["errors"] == 0


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
        ("mastodon", "https://b.example.test/tags/x", "9", "https://far.example.test/@a/9",
         "https://b.example.test/api/v1/statuses/9"),
        ("reddit", "https://www.reddit.com/r/jobs", "t3_p1", "https://www.reddit.com/r/jobs/comments/p1/",
         "https://oauth.reddit.com/api/info?id=t3_p1&raw_json=1"),
        ("vk", "https://vk.com/club51", "-51_7", "https://vk.com/wall-51_7",
         "https://api.vk.com/method/wall.getById?posts=-51_7&v=5.199&extended=1"),
        ("feed", "https://b.example.test/feed", "5", "https://b.example.test/5", None),
        ("jobapi", "https://b.example.test/api", "5", "https://b.example.test/5", None),
    ],
)  # fmt: skip
def test_where_a_post_is_looked_for(kind: str, home: str, native_id: str, url: str, wanted: str | None) -> None:
    context = SimpleNamespace(source=SimpleNamespace(url=home))
    spider = KINDS[kind].spider(context=context)
    assert spider.address_of(Post(native_id=native_id, url=url)) == wanted
