"""The start of the helpline directory, from `data/helplines.toml`, and which country a place is in."""

import tomllib
from datetime import UTC, datetime
from pathlib import Path

from classifier.identifiers import PlaceFinder
from lurewatch.errors import ConfigurationError
from store import helplines
from store.database import Store
from store.helplines import Listing


def begin_directory(store: Store, path: Path) -> None:
    """Fill an installation's directory, unless it has been filled before."""
    listings = read_listings(path)
    with store.transaction() as session:
        helplines.begin(session, listings, now=datetime.now(UTC))


def read_listings(path: Path) -> list[Listing]:
    """The entries of the file; none is verified by the unit that starts with them. Raises ConfigurationError."""
    try:
        rows = tomllib.loads(path.read_text("utf-8"))["helpline"]
        return [
            Listing(
                country=row["country"],
                name=row["name"],
                number=row["number"],
                source=f"{row['source']} (read {row['read_on']})",
                note=row.get("note", ""),
            )
            for row in rows
        ]
    except (OSError, tomllib.TOMLDecodeError, KeyError, TypeError) as error:
        raise ConfigurationError(f"{path} cannot be read: {error!r}.", hint="Restore the file.") from error


def place_countries(lexicons: Path) -> dict[str, str]:
    """The ISO 3166 country of each place of the gazetteer, by its English name."""
    return {place.name: place.country for place in PlaceFinder.load(lexicons / "places.toml").places.values()}
