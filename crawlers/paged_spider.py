"""What spiders of timelines and of platforms' interfaces share: pages back in time, a token, limits that are heeded."""

import logging
import re
from datetime import UTC, datetime
from typing import Any

from scrapy import Request
from scrapy.http import Response

from crawlers.reading.permalink import bare_host
from crawlers.source_spider import CapturedPage, SourceSpider
from store.posts import SavedPost

logger = logging.getLogger(__name__)

# What an interface answers to those whom it does not serve: closed to strangers, token wrong or spent.
REFUSALS = (401, 403, 404, 410, 422)
_SECONDS = re.compile(r"^\d{1,6}(?:\.\d+)?$")


class PagedSpider(SourceSpider):
    """Reads the newest page, then older ones until a known post, a repeated address or the page limit."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._asked: set[str] = set()

    def request(self, url: str, **kwargs: Any) -> Request:
        """A request for one page."""
        return Request(url, **kwargs)

    def older_page(self, page: CapturedPage) -> str | None:
        """The address of the page before this one; None at the end."""
        raise NotImplementedError

    def next_requests(self, page: CapturedPage, saved: list[SavedPost]) -> list[Request]:
        """The older page, unless this one reached posts that were in the store already."""
        # An erased post was known too, and is not among the saved ones.
        has_known = len(saved) < len(page.posts) or any(not post.is_new for post in saved)
        return [] if has_known else self.older_requests(page)

    def older_requests(self, page: CapturedPage) -> list[Request]:
        """The older page, unless it was asked for already."""
        older = self.older_page(page)
        if older is None or older in self._asked:
            return []
        self._asked.add(older)
        return [self.request(older)]


class ApiSpider(PagedSpider):
    """A spider of a platform's own interface; the token, if any, leaves in a header and is on no record."""

    handle_httpstatus_list = REFUSALS

    def request(self, url: str, **kwargs: Any) -> Request:
        """A request for JSON, with the token where there is one."""
        token = self.context.token
        own = {"Authorization": f"Bearer {token}"} if token else {}
        return Request(url, headers={"Accept": "application/json"} | own, **kwargs)

    def _parse(self, response: Response, **kwargs: Any) -> Any:
        """What every answer goes through before the spider's own reading."""
        self._heed_limits(response)
        if response.status in REFUSALS:
            self.refuse(f"status {response.status}")
            return iter(())
        return super()._parse(response, **kwargs)

    def refuse(self, answer: str) -> None:
        """Count an answer that serves us nothing, and tell whoever set the source up."""
        self.count("api/refused")
        logger.warning("Source %r: the interface refused with %s.", self.source.name, answer)

    def _heed_limits(self, response: Response) -> None:
        wait_s = limit_wait_s(_headers(response), now=self.context.clock())
        if wait_s:
            self.context.turns.wait_at_least(bare_host(response.url), wait_s)
            self.count("api/limit_waits")


def _headers(response: Response) -> dict[str, str]:
    return {
        name.decode("latin-1").lower(): (response.headers.get(name) or b"").decode("latin-1")
        for name in response.headers
    }


def limit_wait_s(headers: dict[str, str], *, now: datetime) -> float:
    """Seconds until an interface's allowance is filled up again; 0 while some of it is left.

    Reddit counts the seconds in X-Ratelimit-Reset, Mastodon names the instant.
    """
    remaining, reset = headers.get("x-ratelimit-remaining", ""), headers.get("x-ratelimit-reset", "").strip()
    if not _SECONDS.match(remaining) or float(remaining) >= 1:
        return 0.0
    if _SECONDS.match(reset):
        return float(reset)
    try:
        moment = datetime.fromisoformat(reset)
    except ValueError:
        return 0.0
    return max(0.0, (moment.replace(tzinfo=moment.tzinfo or UTC) - now).total_seconds())
