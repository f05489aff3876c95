"""The demo's site is small, mostly benign, in many languages, and names nobody real."""

import re
import urllib.request
from datetime import UTC, datetime
from urllib.error import HTTPError

import pytest

from lurewatch import demo_site, resources

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
POSTS = demo_site.read_posts(resources.demo_site())


def test_benign_adverts_are_the_majority_in_at_least_eight_languages() -> None:
    assert sum(not post["labels"] for post in POSTS) > len(POSTS) / 2
    assert len({post["lang"] for post in POSTS}) >= 8


def test_every_web_and_mail_address_is_on_a_reserved_domain() -> None:
    for post in POSTS:
        for host in re.findall(r"(?:https?://|[\w.]@)([\w.-]+\.[a-z]{2,})", post["text"]):
            assert re.search(r"(^|\.)(example\.(com|org|net)|example|test|invalid)$", host) or host in {
                "t.me",
                "wa.me",
                "line.me",
                "zalo.me",
            }, host


def test_the_channel_pages_hold_every_message_once() -> None:
    pages = demo_site.build_pages(resources.demo_site(), "http://127.0.0.1:1", now=NOW)
    numbers = [
        int(number)
        for path, (_, html) in pages.items()
        if path.startswith("/s/")
        for number in re.findall(r'data-post="[^/"]+/(\d+)"', html)
    ]
    assert sorted(numbers) == list(range(1, 1 + sum(post["place"] == "channel" for post in POSTS)))


def test_pages_are_served_with_an_etag_and_not_twice() -> None:
    with demo_site.serving(demo_site.DemoSite(resources.demo_site(), now=NOW)) as site:
        with urllib.request.urlopen(f"{site.base}/jobs/") as response:
            etag = response.headers["ETag"]
            assert b"Demo Jobs" in response.read()
        again = urllib.request.Request(f"{site.base}/jobs/", headers={"If-None-Match": etag})
        for request, status in ((again, 304), (f"{site.base}/private/", 404)):
            with pytest.raises(HTTPError) as refused:
                urllib.request.urlopen(request)
            refused.value.close()
            assert refused.value.code == status
