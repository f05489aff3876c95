"""Undoes what an answer was packed with (Content-Encoding), at a bounded cost.

An answer that cannot be unpacked is counted as one that could not be had; it was captured as it came.
"""

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response

from crawlers.crawl_control import count_failure

# Scrapy bounds what comes out of each, not their number: a head has room for 50,000, and each may give 32 MiB.
MOST_ENCODINGS = 3


class CannotUnpackError(IgnoreRequest):
    """An answer that is packed too often, too tightly, or wrongly."""


class Unpacking(HttpCompressionMiddleware):
    """Scrapy downloader middleware in the place of its own."""

    def __init__(self, *, crawler: Crawler) -> None:
        super().__init__(crawler=crawler)
        self._crawler = crawler

    def process_response(self, request: Request, response: Response) -> Request | Response:  # type: ignore[override]
        """The answer unpacked; raises CannotUnpackError."""
        try:
            encodings = b",".join(response.headers.getlist("Content-Encoding"))
            if encodings.count(b",") >= MOST_ENCODINGS:
                raise CannotUnpackError("It is packed too often.")
            return super().process_response(request, response)
        except Exception as error:
            count_failure(self._crawler, request)
            raise CannotUnpackError(f"It cannot be unpacked ({type(error).__name__}).") from error
