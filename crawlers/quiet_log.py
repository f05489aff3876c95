"""Scrapy's messages without what was collected: no item, no address, no text reaches a log at INFO or above."""

import logging
from typing import Any

from scrapy import Request, Spider
from scrapy.http import Response
from scrapy.logformatter import LogFormatter, LogFormatterResult
from twisted.python.failure import Failure


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
