"""Crawls and imports that are killed lose no capture that was acknowledged, keep none twice, and go on."""

import json
import random
from pathlib import Path

import pytest

from tests.crawlers.killing import add_board, kill_crawls, kill_imports
from tests.crawlers.loopback import Installation, Site

PAGES = 60
POSTS = 800


def test_killed_crawls_go_on_where_they_were(site: Site, installation: Installation) -> None:
    chance = random.Random(20260301)
    source = add_board(site, PAGES, chance)
    toll = kill_crawls(site, installation, source, kills=3, chance=chance, delay_s=0.0, max_pages=PAGES + 1)
    assert toll.faults == []
    assert toll.kills >= 2
    # Eight requests may be under way, or be sealed together.
    assert toll.asked_again <= 8 * toll.kills


@pytest.mark.redis
def test_what_a_killed_machine_had_taken_comes_back(site: Site, installation: Installation, redis_url: str) -> None:
    chance = random.Random(20260302)
    source = add_board(site, PAGES, chance)
    options = {"redis_url": redis_url, "lease_s": 1.0, "rest_s": 600.0, "delay_s": 0.0, "max_pages": PAGES + 1}
    toll = kill_crawls(site, installation, source, kills=2, chance=chance, **options)
    assert toll.faults == []
    assert toll.kills >= 1
    # Eight requests may be under way, or be sealed together.
    assert toll.asked_again <= 8 * toll.kills


def test_killed_imports_keep_their_capture(installation: Installation, tmp_path: Path) -> None:
    file = tmp_path / "posts.jsonl"
    file.write_text("".join(json.dumps({"native_id": str(n), "text": f"Advert {n}"}) + "\n" for n in range(POSTS)))
    toll = kill_imports(installation, file, POSTS, kills=2, chance=random.Random(20260303))
    assert toll.faults == []
    assert toll.kills >= 1
