"""Asks for a page again only if it changed: ETag and Last-Modified of the last capture go back to the server.

A page counts as held only if its posts reached the store, so that a crawl that was killed in between is made up for.
"""

from scrapy import Request
from scrapy.crawler import Crawler
from sqlalchemy.orm import Session

from crawlers.source_spider import CrawlContext
from store.audit import entries_about
from store.captures import latest_capture
from store.recording import CAPTURE_READ


class ConditionalMiddleware:
    """Scrapy downloader middleware; a request with `conditional` False in its meta is never touched."""

    def __init__(self, crawler: Crawler, context: CrawlContext) -> None:
        self.crawler = crawler
        self.context = context

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "ConditionalMiddleware":
        """How Scrapy builds it."""
        return cls(crawler, crawler.spider.context)  # type: ignore[union-attr]

    def process_request(self, request: Request) -> None:
        """Set the validators of the last capture that gave posts."""
        # A redirect or a retry carries the headers of the request before it, which speak of another page.
        for name in ("If-None-Match", "If-Modified-Since"):
            request.headers.pop(name, None)
        # The same document may be filled with other adverts by the browser.
        if request.meta.get("conditional") is False or self.context.source.browser:
            return
        with self.context.store.reading() as session:
            validators = held_validators(session, request.url)
        for name, value in validators.items():
            request.headers[name] = value
        if validators:
            self.crawler.stats.inc_value("conditional/asked")


def held_validators(session: Session, url: str) -> dict[str, str]:
    """The conditional headers for `url`; none when nothing is held, or what is held gave no posts."""
    capture = latest_capture(session, url)
    if capture is None or not _gave_posts(session, capture.id):
        return {}
    stated = {"If-None-Match": capture.etag, "If-Modified-Since": capture.last_modified}
    return {name: value for name, value in stated.items() if value}


def _gave_posts(session: Session, capture_id: int) -> bool:
    entries = entries_about(session, [f"capture:{capture_id}"])
    return any(entry.action == CAPTURE_READ and entry.details.get("posts", 0) > 0 for entry in entries)
