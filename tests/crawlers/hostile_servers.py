"""Servers on loopback that answer as no server should: each has a name, an address of its own and a way to be hostile.

Every one answers `/robots.txt` with 404 and all else in its own way, or the other way round.
"""

import asyncio
import gzip
import threading
import zlib
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from itertools import count
from typing import Protocol

import brotli  # type: ignore[import-untyped]

OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\n"
FEED = b"<rss><channel><item><title>T</title></item></channel></rss>"
NOT_HERE = b"HTTP/1.1 404 No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
CHUNKED = b"Transfer-Encoding: chunked\r\n\r\n"
DRIP_S = 0.2
PIECE = b"x" * 65_536


class Hostile(Protocol):
    """What is sent, piece by piece, for one address that is asked for; a pause is what it waits for itself."""

    def __call__(self, path: str) -> AsyncIterator[bytes]: ...


def says(*pieces: bytes) -> Hostile:
    """Sends these and hangs up."""

    async def say(_path: str) -> AsyncIterator[bytes]:
        for piece in pieces:
            yield piece

    return say


def without_end(head: bytes, piece: bytes, *, pause_s: float = 0.0) -> Hostile:
    """Sends the head, then the piece again and again."""

    async def repeat(_path: str) -> AsyncIterator[bytes]:
        yield head
        while True:
            await asyncio.sleep(pause_s)
            yield piece

    return repeat


def redirecting(next_path: Callable[[str], str]) -> Hostile:
    """Sends everybody on."""

    async def redirect(path: str) -> AsyncIterator[bytes]:
        yield b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: %s\r\n\r\n" % next_path(path).encode()

    return redirect


def body(content: bytes, *fields: bytes) -> Hostile:
    """A whole answer with these bytes and header fields."""
    return says(
        OK + b"".join(field + b"\r\n" for field in fields) + b"Content-Length: %d\r\n\r\n" % len(content) + content
    )


def packed(size: int, encodings: str) -> Hostile:
    """Zeros, packed by each of the encodings in turn."""
    content = b"\0" * size
    for encoding in encodings.split(", "):
        content = _PACKERS[encoding](content)
    return body(content, b"Content-Encoding: " + encodings.encode())


def _stored(content: bytes) -> bytes:
    packer = zlib.compressobj(0)
    return packer.compress(content) + packer.flush()


def _zstd(content: bytes) -> bytes:
    from scrapy.utils._compression import zstd

    return bytes(zstd.compress(content))


_PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "br": lambda content: bytes(brotli.compress(content, quality=1)),
    "deflate": _stored,
    "gzip": lambda content: gzip.compress(content, 6, mtime=0),
    "zstd": _zstd,
}
_numbers = count()


def hostile_answers(most_bytes: int) -> dict[str, Hostile]:
    """All of them by name; a body of `most_bytes` is the largest that is taken."""
    half = len(FEED) // 2
    return {
        "says nothing": without_end(b"", b"", pause_s=3600.0),
        "slow head": without_end(OK, b"X", pause_s=DRIP_S),
        "slow body": without_end(OK + b"Content-Length: 100000\r\n\r\n", b"x", pause_s=DRIP_S),
        "slow chunks": without_end(OK + CHUNKED, b"1\r\nx\r\n", pause_s=DRIP_S),
        "hangs up at once": says(),
        "hangs up in the head": says(OK),
        "hangs up in the body": says(OK + b"Content-Length: 1000\r\n\r\n" + FEED),
        "hangs up in a chunk": says(OK + CHUNKED + b"3e8\r\n" + FEED),
        "hangs up between chunks": says(OK + CHUNKED + b"%x\r\n" % len(FEED) + FEED + b"\r\n"),
        "no status line": says(b"<html>hello</html>\r\n\r\n"),
        "status line without end": without_end(b"HTTP/1.1 200 ", PIECE),
        "status of a thousand digits": says(b"HTTP/1.1 " + b"2" * 1_000 + b" OK\r\nContent-Length: 0\r\n\r\n"),
        "version of its own": says(b"HTTP/9.9 200 OK\r\nContent-Length: %d\r\n\r\n" % len(FEED) + FEED),
        "10,000 header fields": says(
            OK + b"".join(b"X-%d: y\r\n" % number for number in range(10_000)),
            b"Content-Length: %d\r\n\r\n" % len(FEED) + FEED,
        ),
        "header fields without end": without_end(OK, b"X: y\r\n" * 10_000),
        "header field of 1 MiB": says(OK, b"X: " + b"y" * 2**20 + b"\r\nContent-Length: 0\r\n\r\n"),
        "header fields that are none": says(
            OK + b"no colon\r\n: no name\r\n\xff\xfe\0: y\r\nContent-Length: 0\r\n\r\n"
        ),
        "informed without end": without_end(b"", b"HTTP/1.1 103 Early Hints\r\nLink: <x>\r\n\r\n" * 1_000),
        "length too short": says(OK + b"Content-Length: %d\r\n\r\n" % half + FEED),
        "length of 2^60": without_end(OK + b"Content-Length: %d\r\n\r\n" % 2**60, PIECE),
        "length below zero": says(OK + b"Content-Length: -5\r\n\r\n" + FEED),
        "length of letters": says(OK + b"Content-Length: many\r\n\r\n" + FEED),
        "two lengths": says(OK + b"Content-Length: 5\r\nContent-Length: %d\r\n\r\n" % len(FEED) + FEED),
        "body without end": without_end(OK + b"Connection: close\r\n\r\n", PIECE),
        "chunks without end": without_end(OK + CHUNKED, b"%x\r\n" % len(PIECE) + PIECE + b"\r\n"),
        "chunk of 2^60": without_end(OK + CHUNKED + b"%x\r\n" % 2**60, PIECE),
        "chunk size without end": without_end(OK + CHUNKED, b"1" * 1_000),
        "chunk size of letters": says(OK + CHUNKED + b"many\r\n" + FEED),
        "chunk extension without end": without_end(OK + CHUNKED + b"1;", b"x" * 1_000),
        "chunks of one byte": without_end(OK + CHUNKED, b"1\r\nx\r\n" * 10_000),
        "trailers without end": without_end(OK + CHUNKED + b"0\r\n", b"X: y\r\n" * 10_000),
        "junk behind the body": says(OK + b"Content-Length: %d\r\n\r\n" % len(FEED) + FEED + PIECE),
        "two answers": says((OK + b"Content-Length: %d\r\n\r\n" % len(FEED) + FEED) * 2),
        "bomb of gzip": packed(8 * most_bytes, "gzip"),
        "bomb of brotli": packed(8 * most_bytes, "br"),
        "bomb of zstd": packed(8 * most_bytes, "zstd"),
        "bomb in a bomb": packed(8 * most_bytes, "gzip, gzip"),
        "packed a thousand times": body(FEED, b"Content-Encoding: " + b", ".join([b"deflate"] * 1_000)),
        "packed and large, again and again": packed(most_bytes // 2, ", ".join(["deflate"] * 30)),
        "gzip that is none": body(FEED, b"Content-Encoding: gzip"),
        "gzip that breaks off": body(gzip.compress(PIECE)[:40], b"Content-Encoding: gzip"),
        "an encoding of letters": body(FEED, b"Content-Encoding: \xff\xfe"),
        "a charset that is none": body(FEED, b"Content-Type: text/html; charset=\xff"),
        "redirects without end": redirecting(lambda _path: f"/{next(_numbers)}"),
        "redirects to itself": redirecting(lambda path: path),
        "redirects that grow": redirecting(lambda path: path + "/y" * 2_000),
        "redirect of 400 KB": redirecting(lambda path: path + "z" * 400_000),
        "redirect nowhere": redirecting(lambda _path: "http://[::"),
        "redirect to a file": redirecting(lambda _path: "file:///etc/passwd"),
        "redirect to the cloud": redirecting(lambda _path: "http://169.254.169.254/latest/meta-data"),
    }


class Servers:
    """One listener for each answer, on an address of its own, so that a crawl takes each for a host of its own."""

    def __init__(self, answers: dict[str, Hostile], *, hostile_robots: bool) -> None:
        self.urls: dict[str, str] = {}
        self._servers: list[asyncio.Server] = []
        self._answers, self._hostile_robots = answers, hostile_robots

    async def listen(self) -> None:
        """Open them all; `urls` has the address of each."""
        for number, name in enumerate(self._answers, start=2):
            server = await asyncio.start_server(self._serve_as(name), f"127.0.0.{number}", 0)
            self.urls[name] = "http://{}:{}/feed".format(*server.sockets[0].getsockname())
            self._servers.append(server)

    def close(self) -> None:
        """Take no more connections."""
        for server in self._servers:
            server.close()

    def _serve_as(self, name: str) -> Callable[[asyncio.StreamReader, asyncio.StreamWriter], object]:
        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            with suppress(OSError, asyncio.CancelledError, asyncio.IncompleteReadError, IndexError):
                path = (await reader.readuntil(b"\r\n\r\n")).split()[1].decode()
                async for piece in self._answer(name, path):
                    writer.write(piece)
                    await writer.drain()
            writer.close()

        return serve

    def _answer(self, name: str, path: str) -> AsyncIterator[bytes]:
        is_robots = path == "/robots.txt"
        if is_robots == self._hostile_robots:
            return self._answers[name](path)
        return says(NOT_HERE if is_robots else OK + b"Connection: close\r\n\r\n" + FEED)(path)


@contextmanager
def hostile_servers(answers: dict[str, Hostile], *, hostile_robots: bool = False) -> Iterator[Servers]:
    """The servers while they run, in a thread."""
    servers, over = Servers(answers, hostile_robots=hostile_robots), asyncio.Event()
    listening: Future[asyncio.AbstractEventLoop] = Future()

    async def serve() -> None:
        await servers.listen()
        listening.set_result(asyncio.get_running_loop())
        await over.wait()
        servers.close()

    thread = threading.Thread(target=lambda: asyncio.run(serve()), daemon=True)
    thread.start()
    loop = listening.result(timeout=60)
    try:
        yield servers
    finally:
        loop.call_soon_threadsafe(over.set)
        thread.join()
