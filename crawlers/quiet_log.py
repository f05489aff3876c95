"""Scrapy's messages without what was collected: no item, no address, no text reaches a log at INFO or above."""

import logging
import traceback
from typing import Any

from scrapy import Request, Spider
from scrapy.http import Response
from scrapy.logformatter import LogFormatter, LogFormatterResult
from twisted.python.failure import Failure

# They name addresses and what servers said; the counters tell what they warn of.
_LOUD = (
    "scrapy.core.downloader.handlers.http11",
    "scrapy.core.downloader.tls",
    "scrapy.downloadermiddlewares.httpcompression",
)
_WITH_ERRORS = ("scrapy.core.engine", "scrapy.core.scraper")


def quieten() -> None:
    """Have Scrapy's loggers say nothing of what is collected."""
    # Scrapy sets its own logger to DEBUG; whole settings and addresses would follow.
    logging.getLogger("scrapy").setLevel(logging.WARNING)
    for name in _LOUD:
        logging.getLogger(name).setLevel(logging.CRITICAL)
    for name in _WITH_ERRORS:
        logging.getLogger(name).addFilter(without_words)


def without_words(record: logging.LogRecord) -> bool:
    """A logging filter: where an error came from and of which type it is, without its words."""
    if record.exc_info:
        kind, _, place = record.exc_info
        record.exc_text = "".join(traceback.format_tb(place)) + (kind.__name__ if kind else "unknown")
        record.exc_info = None
    return True


class QuietLogFormatter(LogFormatter):
    """Says that something happened and of which type; the audit chain and the counters say the rest."""

    def scraped(self, item: Any, response: Response | Failure | None, spider: Spider) -> LogFormatterResult:  # noqa: ARG002
        """A page went into the store."""
        return {"level": logging.DEBUG, "msg": "Page read", "args": ()}

    def dropped(
        self,
        item: Any,  # noqa: ARG002
        exception: BaseException,
        response: Response | Failure | None,  # noqa: ARG002
        spider: Spider,  # noqa: ARG002
    ) -> LogFormatterResult:
        """A page was dropped on its way."""
        return {"level": logging.WARNING, "msg": "Page dropped: %s", "args": (type(exception).__name__,)}

    def item_error(
        self,
        item: Any,  # noqa: ARG002
        exception: BaseException,
        response: Response | Failure | None,  # noqa: ARG002
        spider: Spider,
    ) -> LogFormatterResult:
        """A page could not be saved."""
        args = (spider.name, type(exception).__name__)
        return {"level": logging.ERROR, "msg": "Spider %s could not save a page: %s", "args": args}

    def spider_error(
        self,
        failure: Failure,
        request: Request,  # noqa: ARG002
        response: Response | Failure,  # noqa: ARG002
        spider: Spider,
    ) -> LogFormatterResult:
        """A spider failed on a page."""
        args = (spider.name, failure.type.__name__ if failure.type else "unknown")
        return {"level": logging.ERROR, "msg": "Spider %s failed on a page: %s", "args": args}

    def download_error(
        self,
        failure: Failure,
        request: Request,  # noqa: ARG002
        spider: Spider,
        errmsg: str | None = None,  # noqa: ARG002
    ) -> LogFormatterResult:
        """A page could not be fetched."""
        args = (spider.name, failure.type.__name__ if failure.type else "unknown")
        return {"level": logging.WARNING, "msg": "Spider %s could not fetch a page: %s", "args": args}
