"""`python -m benchmarks.crawling --pages N --rounds R`: a crawl with captures and posts kept, beside bare Scrapy.

Both read the same pages of a site on loopback with the same parser, one request at a time and without a delay, in turn
and each in a process of its own, without AutoThrottle. Bare Scrapy has its own settings but for that, and keeps
nothing. `--latency-ms` is how long the site takes for an answer: real hosts take tens of milliseconds. Milliseconds are
of the processor, for a page: on a busy machine they alone mean something.
"""

import argparse
import asyncio
import gzip
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from benchmarks.posts import posts

PAGE_CHARS = 20_000
ADVERT_CHARS = 2_000
KEY = b"bench key of thirty-two bytes !!"


def main() -> None:
    """Print pages per second of each round, and the ratio of the medians."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--pages", type=int, default=500)
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--latency-ms", type=float, default=0.0)
    options.add_argument("--child", help=argparse.SUPPRESS)
    options.add_argument("--url", help=argparse.SUPPRESS)
    chosen = options.parse_args()
    if chosen.child:
        _CHILDREN[chosen.child](chosen)
        return
    with _site(chosen) as url:
        rounds = [{name: _run(name, url, chosen.pages) for name in ("bare", "ours")} for _ in range(chosen.rounds)]
    for one in rounds:
        print("   ".join(f"{name}: {rate:6.1f} pages/s, {busy_ms:5.1f} ms" for name, (rate, busy_ms) in one.items()))
    bare, ours = (
        [statistics.median(one[name][part] for one in rounds) for part in (0, 1)] for name in ("bare", "ours")
    )
    print(
        f"medians of {chosen.rounds}: bare Scrapy {bare[0]:.1f} pages/s, "
        f"with captures {ours[0]:.1f}, which is {ours[0] / bare[0]:.2f} of it"
    )
    print(f"of the processor: {bare[1]:.1f} and {ours[1]:.1f} ms a page")


@contextmanager
def _site(chosen: argparse.Namespace) -> Iterator[str]:
    """A site with a list and that many adverts, in a process of its own."""
    command = ["--child", "site", "--pages", str(chosen.pages), "--latency-ms", str(chosen.latency_ms)]
    with subprocess.Popen(_python(command), stdout=subprocess.PIPE, text=True) as child:  # noqa: S603
        assert child.stdout is not None  # noqa: S101
        try:
            yield child.stdout.readline().strip()
        finally:
            child.terminate()


def _run(name: str, url: str, pages: int) -> tuple[float, float]:
    """Pages per second, and milliseconds of the processor for each."""
    command = _python(["--child", name, "--url", url, "--pages", str(pages)])
    done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603
    read, seconds, busy_s = json.loads(done.stdout.splitlines()[-1])
    if read != pages:
        raise SystemExit(f"{name}: {read} of {pages} pages were read.\n{done.stderr[-2_000:]}")
    return read / seconds, 1_000 * busy_s / read


def _python(arguments: list[str]) -> list[str]:
    return [sys.executable, "-m", "benchmarks.crawling", *arguments]


def _serve(chosen: argparse.Namespace) -> None:
    links = "".join(f'<a href="/ad/{number}">x</a>' for number in range(chosen.pages))
    text = " ".join(posts())[:PAGE_CHARS]
    answers = {b"/list": _answer(f"<html>{links}</html>".encode())}
    for number in range(chosen.pages):
        advert = {
            "@context": "https://schema.org/",
            "@type": "JobPosting",
            "title": "Packer",
            "identifier": str(number),
        }
        advert["description"] = f"{number} {text[number % 1_000 :][:ADVERT_CHARS]}"
        page = f'<html><script type="application/ld+json">{json.dumps(advert)}</script><p>{text}</p></html>'
        answers[b"/ad/%d" % number] = _answer(gzip.compress(page.encode(), mtime=0), b"Content-Encoding: gzip\r\n")
    missing = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            while line := await reader.readline():
                while (await reader.readline()).strip():
                    pass
                await asyncio.sleep(chosen.latency_ms / 1_000)
                writer.write(answers.get(line.split()[1], missing))
        writer.close()

    async def serve() -> None:
        server = await asyncio.start_server(answer, "127.0.0.1", 0)
        print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/list", flush=True)
        await server.serve_forever()

    asyncio.run(serve())


def _answer(body: bytes, more: bytes = b"") -> bytes:
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: %d\r\n" % len(body)
    return head + more + b"\r\n" + body


def _bare(chosen: argparse.Namespace) -> None:
    from datetime import UTC, datetime

    from scrapy import Request, Spider
    from scrapy.crawler import AsyncCrawlerProcess

    from crawlers.spiders.jobposting import parse_page

    read = 0

    class Bare(Spider):
        name = "bare"
        start_urls = (chosen.url,)

        def parse(self, response: Any) -> Iterator[Request]:
            for link in response.css("a::attr(href)").getall():
                yield response.follow(link, self.parse_advert)

        def parse_advert(self, response: Any) -> None:
            nonlocal read
            read += len(list(parse_page(response.body, response.url, fetched_at=datetime.now(UTC))))

    one_at_a_time = {"CONCURRENT_REQUESTS": 1, "CONCURRENT_REQUESTS_PER_DOMAIN": 1, "DOWNLOAD_DELAY": 0}
    process = AsyncCrawlerProcess({**one_at_a_time, "LOG_LEVEL": "ERROR", "TELNETCONSOLE_ENABLED": False})
    process.crawl(Bare)
    began = _clocks()
    process.start()
    _tell(read, began)


def _ours(chosen: argparse.Namespace) -> None:
    from crawlers import settings
    from crawlers.register import RegisteredSource
    from crawlers.run import CrawlOptions, crawl
    from store.database import Store

    with tempfile.TemporaryDirectory() as folder:
        store = Store(f"sqlite:///{folder}/store.db", audit_key=KEY)
        store.upgrade()
        source = RegisteredSource(
            name="bench", kind="jobposting", url=chosen.url, purpose="bench", legal_basis="own page", owner="us"
        )
        options = CrawlOptions(contact="bench@example.test", allow_loopback=True, delay_s=0.0, max_pages=10**6)
        # It would wait about as long again as the site does, which bare Scrapy does not.
        settings._SETTINGS["AUTOTHROTTLE_ENABLED"] = False
        began = _clocks()
        captures, frontier = Path(folder) / "captures", Path(folder) / "frontier"
        (result,) = crawl([source], store=store, captures_dir=captures, frontier_dir=frontier, options=options)
        _tell(result.posts_new, began)


def _clocks() -> tuple[float, float]:
    return time.perf_counter(), time.process_time()


def _tell(read: int, began: tuple[float, float]) -> None:
    print(json.dumps([read, *(now - then for now, then in zip(_clocks(), began, strict=True))]), flush=True)
    os._exit(0)


_CHILDREN = {"site": _serve, "bare": _bare, "ours": _ours}

if __name__ == "__main__":
    main()
