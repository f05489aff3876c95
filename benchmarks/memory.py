"""`python -m benchmarks.memory --pages N`: the memory of one crawl of a local site with so many adverts.

Prints resident memory every tenth of the way, with capture on and everything in the store. The site is served by this
process, the crawl is one of its own.
"""

import argparse
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from crawlers.register import RegisteredSource
from crawlers.run import CrawlOptions, CrawlProgress, crawl
from store.database import Store
from tests.crawlers.loopback import AUDIT_KEY, Answer, Site, make_source, posting, serving

_LINES = 10
_PAGES_A_MAP = 5_000


class Adverts:
    """A sitemap index, its sitemaps and adverts of some kilobytes, made when they are asked for."""

    def __init__(self, base: str, count: int) -> None:
        self._base, self._count = base, count
        chance = random.Random(20261122)  # noqa: S311  no secret
        self._texts = [chance.randbytes(1_500).hex() for _ in range(100)]

    def get(self, path: str, default: Answer) -> Answer:
        """The answer to a path."""
        if path == "/map.xml":
            maps = range(0, self._count, _PAGES_A_MAP)
            return _xml("sitemapindex", "sitemap", (f"{self._base}/map{number}.xml" for number in maps))
        if path.startswith("/map"):
            first = int(path.removeprefix("/map").removesuffix(".xml"))
            numbers = range(first, min(first + _PAGES_A_MAP, self._count))
            return _xml("urlset", "url", (f"{self._base}/ad{number}" for number in numbers))
        if path.startswith("/ad"):
            number = path.removeprefix("/ad")
            body = posting(identifier=number, description=f"<p>Advert {number} {self._texts[int(number) % 100]}</p>")
            return 200, {"Content-Type": "text/html"}, body.encode()
        return default


def _xml(root: str, entry: str, urls: Any) -> Answer:
    inner = "".join(f"<{entry}><loc>{url}</loc></{entry}>" for url in urls)
    return 200, {"Content-Type": "application/xml"}, f"<{root}>{inner}</{root}>".encode()


def main() -> None:
    """Serve, and crawl in another process."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--pages", type=int, default=50_000)
    options.add_argument("--crawl", help=argparse.SUPPRESS)
    options.add_argument("--redis", default="", help="the URL of a Redis that keeps the frontier; else a file does")
    chosen = options.parse_args()
    if chosen.crawl:
        _crawl(chosen.crawl, chosen.pages, chosen.redis)
        return
    with serving(Site()) as site:
        site.pages = Adverts(site.base, chosen.pages)  # type: ignore[assignment]
        words = ["--pages", str(chosen.pages), "--redis", chosen.redis, "--crawl", site.base]
        subprocess.run([sys.executable, "-m", "benchmarks.memory", *words], check=True)  # noqa: S603  our own words


def _crawl(base: str, pages: int, redis_url: str) -> None:
    began, every = time.perf_counter(), pages // _LINES

    def report(progress: CrawlProgress) -> None:
        if progress.pages % every == 0:
            seconds = time.perf_counter() - began
            print(f"{progress.pages:7} pages {_resident_mb():6.1f} MB {seconds:7.0f} s", flush=True)

    with tempfile.TemporaryDirectory(prefix="lw-memory-") as name:
        folder = Path(name)
        store = Store(f"sqlite:///{folder / 'store.db'}", audit_key=AUDIT_KEY)
        store.upgrade()
        results = crawl(
            [RegisteredSource(**make_source(url=f"{base}/list", sitemap=f"{base}/map.xml"))],
            store=store,
            captures_dir=folder / "captures",
            frontier_dir=folder / "frontier",
            options=CrawlOptions(
                contact="https://example.test", allow_loopback=True, delay_s=0, max_pages=10**6, redis_url=redis_url
            ),
            on_progress=report,
        )
        print(f"{results[0].posts_new} posts, {results[0].captures} captures, ended: {results[0].reason}")


def _resident_mb() -> float:
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024


if __name__ == "__main__":
    main()
