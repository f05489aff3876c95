"""Keeps a crawl on the site that was registered: a redirect elsewhere is no part of the purpose that was stated."""

from scrapy import Request
from scrapy.crawler import Crawler

from crawlers.crawl_control import record_refusal
from crawlers.egress import EgressRefusedError
from crawlers.reading.permalink import bare_host, is_within_site
from crawlers.source_spider import SourceSpider

ELSEWHERE = "it leads away from the source's site"


class SiteGate:
    """Scrapy downloader middleware before the robots gate, so that a host that is not ours is not even asked."""

    def __init__(self, crawler: Crawler, spider: SourceSpider) -> None:
        self.crawler = crawler
        self.spider = spider
        self._refused_hosts: set[str] = set()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "SiteGate":
        """How Scrapy builds it."""
        return cls(crawler, crawler.spider)  # type: ignore[arg-type]

    def process_request(self, request: Request) -> None:
        """Refuse what is not on a registered host or below it; a robots.txt is judged with its page."""
        if request.meta.get("is_part"):
            self._judge_part(request)
        elif self.spider.stays_on_site and not request.meta.get("is_robots_request"):
            homes = filter(None, (self.spider.source.url, self.spider.source.sitemap))
            if not any(is_within_site(request.url, home) for home in homes):
                record_refusal(self.crawler, request.url, ELSEWHERE, counter="egress/refused")
                raise EgressRefusedError(ELSEWHERE)

    def _judge_part(self, request: Request) -> None:
        """A part of a page in the browser: from the source's site or a host that the register names beside it.

        Pages ask for the same foreign hosts again and again: each is put on record once.
        """
        source, host = self.spider.source, bare_host(request.url)
        if any(
            is_within_site(request.url, home) for home in (source.url, *(f"//{one}" for one in source.browser_hosts))
        ):
            return
        if host not in self._refused_hosts:
            self._refused_hosts.add(host)
            record_refusal(self.crawler, request.url, ELSEWHERE, counter="egress/refused")
        raise EgressRefusedError(ELSEWHERE)
