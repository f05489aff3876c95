import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest
from twisted.internet.testing import StringTransport
from twisted.web._newclient import Request
from twisted.web.http_headers import Headers

from crawlers.head_limit import HEAD_LIMIT_BYTES, _BoundedProtocol
from tests.crawlers.loopback import Installation

FEED = b"<rss><channel><item><title>T</title></item></channel></rss>"


@contextmanager
def answering(head_bytes: int) -> Iterator[str]:
    """A server whose answers have that much of a head."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            with suppress(OSError):
                while True:
                    connection, _ = listener.accept()
                    with connection, suppress(OSError):
                        _answer(connection, head_bytes)

        threading.Thread(target=serve, daemon=True).start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/feed"
        listener.shutdown(socket.SHUT_RDWR)


def _answer(connection: socket.socket, head_bytes: int) -> None:
    if b"robots.txt" in connection.recv(65_536):
        connection.sendall(b"HTTP/1.1 404 No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        return
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\n")
    line = b"X-Filler: " + b"x" * 8_000 + b"\r\n"
    for _ in range(head_bytes // len(line)):
        connection.sendall(line)
    connection.sendall(b"Content-Length: %d\r\nConnection: close\r\n\r\n" % len(FEED) + FEED)


@pytest.mark.parametrize(
    ("head_bytes", "posts", "errors"),
    [(100_000, 1, 0), (64 * HEAD_LIMIT_BYTES, 0, 1)],
    ids=["large but bounded", "no end in sight"],
)
def test_a_head_has_a_bound(installation: Installation, head_bytes: int, posts: int, errors: int) -> None:
    with answering(head_bytes) as url:
        (result,) = installation.crawl({"kind": "feed", "url": url})["results"]
    assert (result["posts_new"], result["errors"]) == (posts, errors)


class _Wire(StringTransport):
    is_aborted = False

    def abortConnection(self) -> None:  # noqa: N802
        self.is_aborted = True


def test_taking_an_answer_apart_has_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crawlers.head_limit.ANSWER_LIMIT_S", 0.01)
    protocol, wire = _BoundedProtocol(), _Wire()
    protocol.makeConnection(wire)
    for _ in range(2):
        # What the answer before it cost is forgotten.
        protocol.request(Request(b"GET", b"/", Headers({b"Host": [b"a.test"]}), None, persistent=True))
        protocol.dataReceived(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        protocol._spent_s = 1.0
    assert not wire.is_aborted
    protocol.request(Request(b"GET", b"/", Headers({b"Host": [b"a.test"]}), None))
    protocol.dataReceived(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    chunks = b"1\r\nx\r\n" * 1_000
    for _ in range(10_000):
        protocol.dataReceived(chunks)
        if wire.is_aborted:
            return
    pytest.fail("It took all chunks.")
