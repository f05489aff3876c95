"""robots.txt, obeyed as RFC 9309 says, and its decision kept with every page.

A file that is there rules; none at all (4xx) allows; one that cannot be had (5xx, 429, no answer) forbids, because
nobody can say what it would have ruled. Refusals are counted and entered in the audit chain.
"""

import asyncio
import logging
from dataclasses import dataclass
from urllib.parse import urlsplit

from protego import Protego
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK

from crawlers.crawl_control import record_refusal
from crawlers.egress import EgressRefusedError

logger = logging.getLogger(__name__)

# RFC 9309 section 2.5: at least 500 KiB must be parsed; more than that is not read.
ROBOTS_LIMIT_BYTES = 512 * 1024
FIRST_PRIORITY = 1_000


class RobotsRefusedError(IgnoreRequest):
    """A page that robots.txt keeps from us."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What a host's robots.txt comes to: parsed rules, or none with the reason why everything is refused or allowed."""

    parsed: Protego | None
    refusal: str | None = None
    egress_refusal: EgressRefusedError | None = None

    def decision(self) -> str:
        """The word that is kept with a capture that these rules allowed."""
        return "allowed" if self.parsed else "no_robots"

    def refusal_of(self, url: str, user_agent: str) -> str | None:
        """Why `url` may not be fetched, or None."""
        if self.refusal:
            return self.refusal
        if self.parsed and not self.parsed.can_fetch(url, user_agent):
            return "robots.txt"
        return None


def rules_of_answer(status: int, body: bytes) -> Rules:
    """The rules that an answer to GET /robots.txt sets, RFC 9309 section 2.3.1; 429 counts as out of reach."""
    if 200 <= status < 300:
        return Rules(Protego.parse(body[:ROBOTS_LIMIT_BYTES].decode("utf-8", "replace")))
    if status == 429 or status >= 500:
        return Rules(None, refusal=f"robots.txt cannot be had (status {status})")
    return Rules(None)


class RobotsGate:
    """Scrapy downloader middleware in the place of its own, before everything that leaves."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self._user_agent = crawler.settings["USER_AGENT"]
        # robots.txt is for crawlers (RFC 9309 section 1); what a platform serves by token is ruled by its terms.
        self._is_by_token = bool(getattr(crawler.spider, "needs_token", False))
        # Of a crawl on many machines: one asks for all.
        self._answers = crawler.spider.context.robots  # type: ignore[union-attr]
        self._rules: dict[str, asyncio.Future[Rules]] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "RobotsGate":
        """How Scrapy builds it."""
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Let an allowed request pass with the decision in `meta`; raise for a refused one."""
        if request.meta.get("is_robots_request") or self._is_by_token:
            request.meta["robots"] = "not_applicable"
            return
        rules = await self.rules_for(request.url)
        if not self.crawler.crawling:
            # Nothing was decided about this page: robots.txt may just not have been asked for any more.
            raise IgnoreRequest("The crawl is ending.")
        if rules.egress_refusal:
            record_refusal(self.crawler, request.url, str(rules.egress_refusal), counter="egress/refused")
            raise rules.egress_refusal
        refusal = rules.refusal_of(request.url, self._user_agent)
        if refusal:
            record_refusal(self.crawler, request.url, refusal, counter="robots/refused")
            raise RobotsRefusedError(refusal)
        request.meta["robots"] = rules.decision()
        request.meta["crawl_delay_s"] = rules.parsed.crawl_delay(self._user_agent) if rules.parsed else None

    async def sitemaps(self, url: str) -> list[str]:
        """The http and https addresses of the Sitemap lines that stand in the robots.txt for `url`."""
        rules = await self.rules_for(url)
        found = rules.parsed.sitemaps if rules.parsed else ()
        return [each for each in found if each.startswith(("http://", "https://"))]

    async def rules_for(self, url: str) -> Rules:
        """The rules of the host of `url`, fetched once in a crawl."""
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc}"
        waiting = self._rules.get(origin)
        if waiting is None:
            waiting = self._rules[origin] = asyncio.get_running_loop().create_future()
            waiting.set_result(await self._rules_of(origin))
        return await waiting

    async def _rules_of(self, origin: str) -> Rules:
        kept = self._answers.get(origin) if self._answers else None
        return rules_of_answer(*kept) if kept else await self._fetch(origin)

    async def _fetch(self, origin: str) -> Rules:
        request = Request(
            f"{origin}/robots.txt",
            callback=NO_CALLBACK,
            priority=FIRST_PRIORITY,
            meta={"is_robots_request": True, "conditional": False},
            dont_filter=True,
        )
        try:
            answer: Response = await self.crawler.engine.download_async(request)
        except EgressRefusedError as error:
            return Rules(None, egress_refusal=error)
        except Exception as error:  # noqa: BLE001  whatever kept robots.txt from us, the answer is no
            logger.warning("robots.txt could not be fetched: %s", type(error).__name__)
            self.crawler.stats.inc_value("robots/unreachable")
            return Rules(None, refusal=f"robots.txt cannot be had ({type(error).__name__})")
        rules = rules_of_answer(answer.status, answer.body)
        if self._answers and not rules.refusal:
            self._answers.put(origin, answer.status, answer.body[:ROBOTS_LIMIT_BYTES])
        return rules
