"""Fixtures for crawls of a site on loopback."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.crawlers.loopback import Installation, Site, serving


@pytest.fixture
def site() -> Iterator[Site]:
    with serving(Site()) as server:
        yield server


@pytest.fixture
def shared(tmp_path: Path, redis_url: str, postgres_store_url: str) -> Installation:
    """An installation on several machines: one Redis, one PostgreSQL."""
    made = Installation(tmp_path, store_url=postgres_store_url)
    made.options |= {"redis_url": redis_url, "rest_s": 600.0}
    return made


@pytest.fixture
def shared_lite(installation: Installation, redis_url: str) -> Installation:
    """The same on SQLite, where the store does not matter."""
    installation.options |= {"redis_url": redis_url, "rest_s": 600.0}
    return installation


@pytest.fixture
def installation(tmp_path: Path) -> Installation:
    made = Installation(tmp_path)
    with made.opened() as store:
        store.upgrade()
    return made
