"""What a page in the browser is given, with a downloader and a browser of the test's own."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest
from scrapy import Request
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response

from crawlers.browser import parts
from crawlers.browser.parts import HeldParts, PageParts
from crawlers.settings import PARTS_AT_ONCE

pytest.importorskip("playwright", reason="NO PLAYWRIGHT HERE: it comes with the extra `browser`")

PAGE = "https://jobs.example/ad"
Download = Callable[[Request], Awaitable[Response]]


async def answer_of_ten_bytes(request: Request) -> Response:
    return Response(request.url, headers={"Content-Type": "text/css", "Set-Cookie": "a=b"}, body=b"0123456789")


@dataclass
class Asked:
    """One request of a page, and what became of it."""

    url: str
    resource_type: str = "script"
    method: str = "GET"
    headers: dict[str, str] = field(default_factory=dict)
    navigates: bool = False
    got: Any = None

    @property
    def request(self) -> "Asked":
        return self

    def is_navigation_request(self) -> bool:
        return self.navigates

    async def fulfill(self, **answer: Any) -> None:
        self.got = answer

    async def abort(self) -> None:
        self.got = "nothing"


def visit(*all_asked: Asked, download: Download = answer_of_ten_bytes, held: HeldParts | None = None) -> list[Request]:
    """Answer requests of one page, one after the other; returns what the crawl was asked to fetch."""
    fetched: list[Request] = []

    async def fetch(request: Request) -> Response:
        fetched.append(request)
        return await download(request)

    crawler: Any = SimpleNamespace(
        engine=SimpleNamespace(download_async=fetch), stats=SimpleNamespace(inc_value=lambda _name: None)
    )

    async def answer_all() -> None:
        document = Response(PAGE, headers={"Content-Type": "text/html"}, body=b"page")
        page = PageParts(crawler, document, held or HeldParts(), limit_s=7.0)
        for asked in all_asked:
            await page.answer(asked)  # type: ignore[arg-type]

    asyncio.run(answer_all())
    return fetched


def test_the_document_is_the_one_that_was_fetched_and_nobody_goes_elsewhere() -> None:
    first, second = Asked(PAGE, "document", navigates=True), Asked(PAGE, "document", navigates=True)
    assert visit(first, second) == []
    assert first.got == {"status": 200, "content_type": "text/html", "body": b"page"}
    assert second.got == {"status": 204}


def test_a_part_is_fetched_by_the_crawl_and_brings_nothing_but_itself() -> None:
    own = {"accept": "*/*", "x-api-key": "k", "cookie": "a=b", "referer": PAGE, "user-agent": "other", "origin": "x"}
    asked = Asked("https://jobs.example/a.css", "stylesheet", headers=own)
    (request,) = visit(asked)
    assert asked.got == {"status": 200, "content_type": "text/css", "body": b"0123456789"}
    assert {name.decode().lower() for name in request.headers} == {"accept", "x-api-key"}
    assert (request.meta["is_part"], request.meta["download_timeout"], request.meta["dont_retry"]) == (True, 7.0, True)


@pytest.mark.parametrize(
    "asked",
    [
        Asked("https://jobs.example/a", "fetch", method="POST"),
        Asked("https://jobs.example/a", "xhr", method="DELETE"),
        Asked("https://jobs.example/a.woff", "font"),
        Asked("https://jobs.example/a.mp4", "media"),
        Asked("https://jobs.example/a", "ping", method="POST"),
        Asked("https://jobs.example/a", "eventsource"),
        Asked("https://jobs.example/a", "other"),
        Asked("ftp://jobs.example/a"),
        Asked("file:///etc/passwd", "image"),
        Asked("chrome://version", "script"),
    ],
    ids=lambda asked: f"{asked.method} {asked.resource_type} {asked.url[:9]}",
)
def test_what_no_page_needs_is_not_fetched(asked: Asked) -> None:
    assert visit(asked) == []
    assert asked.got == "nothing"


def test_a_part_that_is_refused_or_fails_is_not_there() -> None:
    async def refuse(_request: Request) -> Response:
        raise IgnoreRequest("it leads away from the source's site")

    asked = Asked("https://elsewhere.example/a.js")
    visit(asked, download=refuse)
    assert asked.got == "nothing"


def test_parts_are_so_many_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "MAX_PARTS", 3)
    all_asked = [Asked(f"https://jobs.example/{number}", "fetch") for number in range(5)]
    assert len(visit(*all_asked)) == 3
    assert [asked.got == "nothing" for asked in all_asked] == [False, False, False, True, True]


def test_parts_weigh_so_much_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "MAX_PARTS_BYTES", 25)
    all_asked = [Asked(f"https://jobs.example/{number}", "fetch") for number in range(5)]
    assert len(visit(*all_asked)) == 3
    assert [asked.got == "nothing" for asked in all_asked] == [False, False, True, True, True]


def test_a_busy_host_is_asked_for_nothing_more() -> None:
    async def busy(request: Request) -> Response:
        return Response(request.url, status=429)

    assert len(visit(*(Asked(f"https://jobs.example/{number}", "fetch") for number in range(3)), download=busy)) == 1


def test_what_pages_share_is_fetched_once_but_for_what_fills_them() -> None:
    held = HeldParts()
    for fetched in (2, 1):
        script, adverts = Asked("https://jobs.example/a.js"), Asked("https://jobs.example/api", "fetch")
        assert len(visit(script, adverts, held=held)) == fetched
        assert script.got["body"] == adverts.got["body"] == b"0123456789"


def test_a_page_that_was_taken_waits_for_no_part_and_asks_for_no_further_one() -> None:
    fetched: list[str] = []

    async def take_while_some_are_under_way() -> list[Any]:
        never: asyncio.Future[Response] = asyncio.get_running_loop().create_future()

        async def fetch(request: Request) -> Response:
            fetched.append(request.url)
            return await never

        crawler: Any = SimpleNamespace(
            engine=SimpleNamespace(download_async=fetch), stats=SimpleNamespace(inc_value=lambda _name: None)
        )
        page = PageParts(crawler, Response(PAGE), HeldParts(), limit_s=7.0)
        all_asked = [Asked(f"https://jobs.example/{number}", "fetch") for number in range(3 * PARTS_AT_ONCE)]
        answering = [asyncio.ensure_future(page.answer(asked)) for asked in all_asked]  # type: ignore[arg-type]
        while len(fetched) < PARTS_AT_ONCE:
            await asyncio.sleep(0)
        page.stop()
        await asyncio.gather(*answering)
        never.set_result(Response(PAGE))
        return [asked.got for asked in all_asked]

    assert asyncio.run(take_while_some_are_under_way()) == ["nothing"] * 3 * PARTS_AT_ONCE
    assert len(fetched) == PARTS_AT_ONCE
