"""Interfaces and feeds of job boards, JSON or XML: Greenhouse, Lever, hh.ru, RemoteOK, Workday, others by shape.

RSS and Atom go to the reader of feeds. RemoteOK's terms ask for a link back to the advert, which is every post's `url`.
"""

import json
import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from scrapy import Request
from scrapy.http import Response
from w3lib.url import add_or_replace_parameters

from crawlers.paged_spider import ApiSpider
from crawlers.reading.job_records import records_of_answer
from crawlers.reading.json_fields import as_count, as_object, as_string, read_json
from crawlers.source_spider import CapturedPage, ReadPage
from crawlers.spiders import feed
from store.parsed_post import ParsedPost

WORKDAY_PAGE = 20


def parse_page(body: bytes, url: str, *, fetched_at: datetime, content_type: str | None = None) -> Iterator[ParsedPost]:
    """The adverts of an answer in its order; an answer without any gives none. Never raises on content."""
    if feed.is_feed(body):
        yield from feed.parse_page(body, url, fetched_at=fetched_at, content_type=content_type)
        return
    yield from records_of_answer(body, url, fetched_at=fetched_at)


def interface_address(url: str) -> str:
    """The interface's address for a board that people read; any other address stays as it is."""
    parts = urlsplit(url)
    host, name = parts.netloc.lower(), next(filter(None, parts.path.split("/")), "")
    if host in ("boards.greenhouse.io", "job-boards.greenhouse.io") and name:
        return f"https://boards-api.greenhouse.io/v1/boards/{name}/jobs?content=true"
    if host in ("jobs.lever.co", "jobs.eu.lever.co") and name:
        return f"https://{host.replace('jobs.', 'api.', 1)}/v0/postings/{name}?mode=json"
    if host in ("remoteok.com", "remoteok.io", "www.remoteok.com") and name != "api":
        return "https://remoteok.com/api"
    if host.endswith(".myworkdayjobs.com") and not parts.path.startswith("/wday/"):
        site = [part for part in parts.path.split("/") if part and not (len(part) == 5 and part[2] == "-")]
        return f"https://{host}/wday/cxs/{host.split('.')[0]}/{site[0] if site else ''}/jobs"
    return url


def next_page(body: bytes, url: str) -> str | None:
    """The address of the adverts after these: by page (hh.ru) or by offset (Lever, Workday); None at the end."""
    answer, query = read_json(body), dict(parse_qsl(urlsplit(url).query))
    stated = as_object(answer)
    page, pages = as_count(stated.get("page")), as_count(stated.get("pages"))
    if page is not None and pages is not None and "items" in stated:
        return add_or_replace_parameters(url, {"page": str(page + 1)}) if page + 1 < pages else None
    link = as_string(as_object(stated.get("links")).get("next"))
    if link.startswith("http"):
        return link
    held = len(answer) if isinstance(answer, list) else 0
    limit = query.get("limit", "")
    if held and limit.isascii() and limit.isdigit() and held >= int(limit) > 0:
        return add_or_replace_parameters(url, {"skip": str(_offset(url, "skip") + held)})
    return None


def _offset(url: str, key: str = "offset") -> int:
    stated = dict(parse_qsl(urlsplit(url).query)).get(key, "")
    return int(stated) if re.fullmatch(r"[0-9]{1,9}", stated) else 0


class JobApiSpider(ApiSpider):
    """Reads a board's interface, page after page while there is something new."""

    name = "jobapi"

    def request(self, url: str, **kwargs: Any) -> Request:
        """A request for JSON or XML; Workday answers a POST, the offset in its body."""
        parts = urlsplit(url)
        if not parts.path.startswith("/wday/cxs/"):
            request = super().request(url, **kwargs)
            request.headers["Accept"] = "application/json, application/xml;q=0.9, */*;q=0.5"
            return request
        asked = {"appliedFacets": {}, "limit": WORKDAY_PAGE, "offset": _offset(url), "searchText": ""}
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        return Request(url, method="POST", body=json.dumps(asked), headers=headers, **kwargs)

    def first_address(self) -> str:
        """The interface behind the board."""
        return interface_address(self.source.url)

    def parse(self, response: Response) -> Iterator[CapturedPage]:
        """The adverts of an answer; one without any is counted."""
        page = self.captured_page(response, parse_page)
        if not page.posts:
            self.count("jobapi/no_adverts")
        yield page

    def older_page(self, page: ReadPage) -> str | None:
        """The adverts after these."""
        if urlsplit(page.url).path.startswith("/wday/cxs/"):
            return self._workday_page(page)
        return next_page(page.body, page.url)

    def _workday_page(self, page: ReadPage) -> str | None:
        # Its pages after the first may say that there are 0 in all.
        total = as_count(as_object(read_json(page.body)).get("total")) or 0
        offset = _offset(page.url) + WORKDAY_PAGE
        more = len(page.posts) >= WORKDAY_PAGE and (offset < total or total == 0)
        return add_or_replace_parameters(page.url, {"offset": str(offset)}) if more else None
