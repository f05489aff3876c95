"""What a frontier is to a crawl, and where frontiers are: a file a source, or Redis for a crawl on many machines.

A frontier hands each request out once; what its taker did not say is done comes back, marked as taken before.
"""

import hashlib
import json
from pathlib import Path
from typing import Protocol

from crawlers.manners.turns import HostTurns
from crawlers.register import RegisteredSource
from lurewatch.errors import ConfigurationError
from store.frontier_file import FrontierFile


class Frontier(Protocol):
    """Requests of one source, each under an id, as bytes; `store.frontier_file` says what the methods do.

    With a lease, in seconds, a taken request goes to another taker unless it is renewed.
    """

    @property
    def lease_s(self) -> float | None: ...
    def add(self, number: str, held: bytes, *, priority: int, fingerprint: bytes | None) -> bool: ...
    def take(self) -> tuple[str, bytes, bool] | None: ...
    def done(self, number: str) -> None: ...
    def count_page(self, number: str) -> int: ...
    def is_empty(self) -> bool: ...
    def renew(self) -> None: ...
    def close(self, *, is_over: bool) -> None: ...


class RobotsAnswers(Protocol):
    """Answers to GET /robots.txt by origin, as status and body, which machines leave for one another."""

    def get(self, origin: str) -> tuple[int, bytes] | None: ...
    def put(self, origin: str, status: int, body: bytes) -> None: ...


class CrawlGround(Protocol):
    """What the spiders of a crawl stand on together: frontiers, turns of hosts, answers to robots.txt."""

    @property
    def turns(self) -> HostTurns: ...
    @property
    def robots(self) -> RobotsAnswers | None: ...
    def frontier(self, source: RegisteredSource) -> Frontier | None: ...


class OwnGround:
    """One machine's: frontiers in files, the rest in memory."""

    robots: RobotsAnswers | None = None

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.turns = HostTurns()

    def frontier(self, source: RegisteredSource) -> Frontier | None:
        """The source's frontier; None while another process crawls it."""
        return FrontierFile.open(self._folder / f"{frontier_name(source)}.db")


def shared_ground(url: str, *, installation: str, rest_s: float, lease_s: float) -> CrawlGround:
    """The ground of a crawl on many machines; ConfigurationError without the extra or Redis."""
    try:
        from crawlers.frontier.shared_ground import SharedGround
    except ModuleNotFoundError as error:
        raise ConfigurationError(
            "`redis_url` is set, but the extra `redis` is not installed.", hint="`.venv/bin/pip install -e '.[redis]'`"
        ) from error
    return SharedGround(url, installation=installation, rest_s=rest_s, lease_s=lease_s)


def frontier_name(source: RegisteredSource) -> str:
    """A name for a source's frontier, another one when the source leads elsewhere."""
    told = json.dumps([source.name, source.kind, source.url, source.sitemap])
    return hashlib.sha256(told.encode()).hexdigest()[:32]
