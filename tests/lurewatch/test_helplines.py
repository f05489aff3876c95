"""The bundled start of the directory: every entry has a country, a number and a page it was read on."""

import re
from pathlib import Path

import pytest

from lurewatch import resources
from lurewatch.errors import ConfigurationError
from lurewatch.helplines import begin_directory, place_countries, read_listings
from store import helplines
from store.database import Store


def test_every_bundled_entry_says_where_it_stood() -> None:
    listings = read_listings(resources.helplines())
    assert listings
    for listing in listings:
        assert re.fullmatch(r"[A-Z]{2}", listing.country)
        assert re.fullmatch(r"[+0-9 -]{3,}", listing.number)
        assert re.search(r"^https?://\S+.*\(read \d{4}-\d\d-\d\d\)$", listing.source)
        assert listing.verified_on is None


def test_the_directory_is_filled_once(sqlite_store: Store) -> None:
    for _ in range(2):
        begin_directory(sqlite_store, resources.helplines())
    with sqlite_store.reading() as session:
        assert len(helplines.directory(session)) == len(read_listings(resources.helplines()))


def test_a_broken_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "helplines.toml"
    path.write_text('[[helpline]]\ncountry = "KH"\n')
    with pytest.raises(ConfigurationError, match=r"helplines\.toml"):
        read_listings(path)


def test_places_have_countries() -> None:
    assert place_countries(resources.lexicons())["Poipet"] == "KH"
