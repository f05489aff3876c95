"""Places of recruitment: hubs and cities under one English spelling each. A place never links posts."""

import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from classifier.cleaning import CleanText, clean
from classifier.identifiers.base import Identifier, IdentifierType, Mention
from classifier.identifiers.view import View
from classifier.phrases import PhraseIndex, longest, tokenize
from lurewatch.errors import ModelError


@dataclass(frozen=True, slots=True)
class PlaceEntry:
    """A place: English name, ISO 3166 country, and how posts spell it (the name itself only where it is listed)."""

    name: str
    country: str
    spellings: tuple[str, ...]


class Place(IdentifierType):
    """The English name. Without a gazetteer it finds nothing; `PlaceFinder` has one."""

    name: ClassVar[str] = "place"

    def clean(self, raw: str, region: str | None = None) -> str | None:  # noqa: ARG002
        return raw.strip() or None

    def find(self, view: View) -> Iterator[Mention]:  # noqa: ARG002
        return iter(())

    def specificity(self, normalized: str) -> float:  # noqa: ARG002
        return 0.0


class PlaceFinder:
    """Finds the places of a gazetteer in a text of any language."""

    def __init__(self, places: Iterable[PlaceEntry]) -> None:
        self.places = {place.name: place for place in places}
        self._index = PhraseIndex(
            (clean(spelling).text, place.name) for place in self.places.values() for spelling in place.spellings
        )

    @classmethod
    def load(cls, path: Path) -> "PlaceFinder":
        """Read `places.toml`; raises ModelError that names file, place and remedy."""
        try:
            rows = tomllib.loads(path.read_text("utf-8")).get("place", [])
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise ModelError(f"{path.name} cannot be read: {error}.", hint="Mend or restore the file.") from error
        return cls([_entry(path, number, row) for number, row in enumerate(rows, 1)])

    def find(self, cleaned: CleanText) -> list[Identifier]:
        """Every place in the text, the longest of overlapping spellings, with offsets in the original."""
        tokens = tokenize(cleaned.text)
        names: dict[tuple[int, int], str] = {}
        for start, end, entry in self._index.find(tokens):
            names[tokens.starts[start], tokens.ends[end - 1]] = entry.means
        return [_identifier(cleaned, span, names[span]) for span in longest(names)]


def _identifier(cleaned: CleanText, span: tuple[int, int], name: str) -> Identifier:
    start, end = cleaned.original_span(*span)
    return Identifier(Place.name, cleaned.original[start:end], name, start, end)


def _entry(path: Path, number: int, row: object) -> PlaceEntry:
    if isinstance(row, dict):
        name, country, spellings = row.get("name"), row.get("country"), row.get("spellings")
        texts = [name, country, *(spellings if isinstance(spellings, list) else [None])]
        if all(isinstance(text, str) and text.strip() for text in texts):
            return PlaceEntry(str(name), str(country), tuple(map(str, texts[2:])))
    raise ModelError(
        f"{path.name}, place {number}: needs name, country and spellings.",
        hint='Write [[place]] with name = "...", country = "KH", spellings = ["..."].',
    )
