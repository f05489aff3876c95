"""Bounds the head of an answer, and what taking an answer apart costs.

Scrapy caps bodies, Twisted the length of one header line, and nobody the number of header lines or of chunks: header
lines without end took 4 GB of memory in 45 seconds (measured on loopback, Scrapy 2.19).
"""

import time
from typing import Any

from scrapy.core.downloader.handlers.http11 import _LenientHTTP11ClientFactory, _LenientHTTP11ClientProtocol
from twisted.web._newclient import HEADER, STATUS
from twisted.web.client import HTTPConnectionPool

# Real heads are below 16 KiB.
HEAD_LIMIT_BYTES = 512 * 1024
# Of the processor, for an answer; 32 MiB in chunks of a kilobyte take a fifth of it. It may be asked for three times.
ANSWER_LIMIT_S = 1.5


class _BoundedProtocol(_LenientHTTP11ClientProtocol):
    """Hangs up on a head that is too long, and on an answer that costs too much to take apart.

    The request then fails as for any broken connection.
    """

    _head_bytes = 0
    _spent_s = 0.0

    def request(self, request: Any) -> Any:
        self._head_bytes, self._spent_s = 0, 0.0
        return super().request(request)

    def dataReceived(self, data: bytes) -> None:  # noqa: N802
        is_head = getattr(self._parser, "state", None) in (STATUS, HEADER)
        self._head_bytes += len(data) if is_head else 0
        if self._head_bytes > HEAD_LIMIT_BYTES or self._spent_s > ANSWER_LIMIT_S:
            self.transport.abortConnection()  # type: ignore[union-attr]
            return
        began = time.thread_time()
        super().dataReceived(data)  # type: ignore[no-untyped-call]
        self._spent_s += time.thread_time() - began


class _BoundedFactory(_LenientHTTP11ClientFactory):
    def buildProtocol(self, addr: Any) -> _BoundedProtocol:  # noqa: ARG002, N802
        return _BoundedProtocol(self._quiescentCallback)  # type: ignore[no-untyped-call]


def bound_heads(pool: HTTPConnectionPool) -> None:
    """Make every connection of `pool` hang up on a head above HEAD_LIMIT_BYTES."""
    pool._factory = _BoundedFactory
