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
def installation(tmp_path: Path) -> Installation:
    made = Installation(tmp_path)
    with made.opened() as store:
        store.upgrade()
    return made
