"""Runs the spiders of registered sources in this process, once: a process is one crawl.

Twisted's reactor cannot be started twice, so whoever crawls again starts another process.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from scrapy import signals
from scrapy.crawler import AsyncCrawlerProcess, Crawler

from crawlers.abandoned import close_abandoned
from crawlers.browser.chromium import why_off
from crawlers.capture import EVIDENCE_FAILED
from crawlers.crawl_control import FRONTIER_LOST
from crawlers.frontier.frontier import CrawlGround, OwnGround, shared_ground
from crawlers.kinds import KINDS
from crawlers.manners.budget import Budget
from crawlers.quiet_log import quieten
from crawlers.register import RegisteredSource, token_of
from crawlers.settings import scrapy_settings
from crawlers.source_spider import CrawlContext
from crawlers.stop_switch import StopSwitch
from lurewatch.errors import ConfigurationError, EvidenceError
from store import audit
from store.database import Store
from store.sources import ensure_source

UNDER_WAY = "under_way"


@dataclass(frozen=True, slots=True, kw_only=True)
class CrawlOptions:
    """What the installation sets; `delay_s` in seconds, `allow_loopback` for the demo alone.

    `max_pages`, `max_bytes` and `max_seconds` bound each source, `run_max_pages` and `run_max_bytes` all together.
    With a `redis_url` the frontier is there, for a crawl on many machines: none begins a source anew within `rest_s`
    seconds of its end, and what one that died had taken goes to others after `lease_s`.
    A page that is made in the browser is given `render_limit_s` seconds to come to rest.
    """

    contact: str
    allow_loopback: bool = False
    delay_s: float = 3.0
    max_pages: int = 200
    max_bytes: int = 1024**3
    max_seconds: int = 6 * 3600
    run_max_pages: int = 100_000
    run_max_bytes: int = 20 * 1024**3
    redis_url: str = field(default="", repr=False)
    rest_s: float = 0.0
    lease_s: float = 120.0
    render_limit_s: float = 15.0


@dataclass(frozen=True, slots=True, kw_only=True)
class CrawlProgress:
    """Where one source's crawl stands after a page was read; `pages_limit` is the most it can come to."""

    source: str
    pages: int
    pages_limit: int
    posts_seen: int
    posts_new: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CrawlResult:
    """What one source's crawl came to; `reason` is why it ended (finished, max_pages, shutdown, under_way, ...)."""

    source: str
    pages: int
    captures: int
    posts_new: int
    posts_edited: int
    posts_seen: int
    refused_robots: int
    refused_egress: int
    errors: int
    reason: str


def crawl(
    sources: list[RegisteredSource],
    *,
    store: Store,
    captures_dir: Path,
    frontier_dir: Path,
    options: CrawlOptions,
    on_progress: Callable[[CrawlProgress], None] | None = None,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> list[CrawlResult]:
    """Crawl every enabled source and wait for the end; SIGTERM and SIGINT let a page finish that is nearly there.

    A source whose last crawl was stopped or killed goes on where that was; one that another process of this machine is
    crawling is left to it. Raises ConfigurationError without a contact, a browser that a source asks for or a token
    that is named, or when the frontier is lost, and EvidenceError when captures or posts could no longer be kept.
    """
    if not options.contact.strip():
        raise ConfigurationError(
            "No contact address is set for crawling.", hint="Set `contact`: site owners must be able to reach you."
        )
    settings = scrapy_settings(
        contact=options.contact.strip(),
        allow_loopback=options.allow_loopback,
        delay_s=options.delay_s,
        render_limit_s=options.render_limit_s,
    )
    process = AsyncCrawlerProcess(settings)
    quieten()
    close_abandoned(store, captures_dir)
    enabled = [source for source in sources if source.enabled]
    # Before the first request: a crawl does not stop half way for want of a browser or a token.
    _must_have_browser(enabled)
    tokens = {source.name: token_of(source, needed=KINDS[source.kind].spider.needs_token) for source in enabled}
    source_ids = {source.name: _source_id(source, store) for source in enabled}
    ground = _ground(store, frontier_dir, options)
    switch, run_budget = StopSwitch(store), Budget(options.run_max_bytes, options.run_max_pages, "run_")
    runs = {
        source.name: _start(
            process,
            CrawlContext(
                source=source,
                source_id=source_ids[source.name],
                store=store,
                captures_dir=captures_dir,
                clock=clock,
                max_pages=_smaller(source.max_pages, options.max_pages),
                budgets=(Budget(_smaller(source.max_bytes, options.max_bytes)), run_budget),
                turns=ground.turns,
                frontier=frontier,
                robots=ground.robots,
                switch=switch,
                token=tokens[source.name],
            ),
            on_progress,
            max_seconds=_smaller(source.max_seconds, options.max_seconds),
        )
        for source in enabled
        if (frontier := ground.frontier(source))
    }
    process.start()
    results = [_result(*runs[name]) if name in runs else _left_alone(name) for name in source_ids]
    _must_have_held(results)
    return results


def _must_have_browser(sources: list[RegisteredSource]) -> None:
    asking = [source.name for source in sources if source.browser]
    if asking and (reason := why_off()):
        raise ConfigurationError(
            f"Source {asking[0]!r} asks for a browser, which is off: {reason}.",
            hint="Install it, or take `browser` out of the source or the source out of the crawl.",
        )


def _ground(store: Store, frontier_dir: Path, options: CrawlOptions) -> CrawlGround:
    if not options.redis_url:
        return OwnGround(frontier_dir)
    with store.reading() as session:
        # The beginning of the audit chain is nobody else's.
        installation = audit.hashes(session, [1]).get(1, "")
    return shared_ground(options.redis_url, installation=installation, rest_s=options.rest_s, lease_s=options.lease_s)


def _source_id(source: RegisteredSource, store: Store) -> int:
    with store.transaction() as session:
        return ensure_source(
            session,
            name=source.name,
            kind=source.kind,
            url=source.url,
            purpose=source.purpose,
            legal_basis=source.legal_basis,
            owner=source.owner,
        ).id


def _smaller(stated: int | None, most: int) -> int:
    return most if stated is None else min(stated, most)


def _start(
    process: AsyncCrawlerProcess,
    context: CrawlContext,
    on_progress: Callable[[CrawlProgress], None] | None,
    *,
    max_seconds: int,
) -> tuple[CrawlContext, Crawler]:
    crawler = process.create_crawler(KINDS[context.source.kind].spider)
    # A crawl that never ends must not keep the next round waiting.
    crawler.settings.set("CLOSESPIDER_TIMEOUT", max_seconds, priority="cmdline")
    if context.source.browser:
        # Nothing may stand between a page's answer and what the browser made of it.
        crawler.settings.set("CONCURRENT_REQUESTS", 1, priority="cmdline")
    if on_progress:
        report = _reporter(context, crawler, on_progress)
        crawler.signals.connect(report, signal=signals.item_scraped, weak=False)
    process.crawl(crawler, context=context)
    return context, crawler


def _reporter(
    context: CrawlContext, crawler: Crawler, on_progress: Callable[[CrawlProgress], None]
) -> Callable[[], None]:
    def report() -> None:
        count = _counter(crawler)
        on_progress(
            CrawlProgress(
                source=context.source.name,
                pages=count("pages/read"),
                pages_limit=context.max_pages,
                posts_seen=count("posts/seen"),
                posts_new=count("posts/new"),
            )
        )

    return report


def _counter(crawler: Crawler) -> Callable[[str], int]:
    stats: dict[str, Any] = crawler.stats.get_stats()
    return lambda key: int(stats.get(key, 0))


def _result(context: CrawlContext, crawler: Crawler) -> CrawlResult:
    count = _counter(crawler)
    failed = (
        "api/refused",
        "browser/failed",
        "download/failed",
        "spider_exceptions/count",
        "posts/failed",
        "capture/failed",
        "frontier/refused",
    )
    return CrawlResult(
        source=context.source.name,
        pages=count("pages/read"),
        captures=count("capture/recorded"),
        posts_new=count("posts/new"),
        posts_edited=count("posts/edited"),
        posts_seen=count("posts/seen"),
        refused_robots=count("robots/refused"),
        refused_egress=count("egress/refused"),
        errors=sum(count(key) for key in failed),
        reason=str(crawler.stats.get_value("finish_reason", "not started")),
    )


def _left_alone(source: str) -> CrawlResult:
    counts = {each.name: 0 for each in fields(CrawlResult)} | {"source": source, "reason": UNDER_WAY}
    return CrawlResult(**counts)  # type: ignore[arg-type]


def _must_have_held(results: list[CrawlResult]) -> None:
    failed = [result.source for result in results if result.reason == EVIDENCE_FAILED]
    if failed:
        raise EvidenceError(
            f"Captures or posts of {', '.join(map(repr, failed))} could not be kept, so that crawl was ended.",
            hint="Check free space and the store, then crawl again; what was acknowledged is safe.",
        )
    lost = [result.source for result in results if result.reason == FRONTIER_LOST]
    if lost:
        raise ConfigurationError(
            f"The crawl frontier of {', '.join(map(repr, lost))} was lost, so that crawl was ended.",
            hint="Check Redis, or the free space, then crawl again: it goes on where it was.",
        )
