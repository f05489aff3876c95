"""The export formats that can be imported, by the names of `lurewatch import`."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from crawlers.importers import telegram
from store.parsed_post import ParsedPost


@dataclass(frozen=True, slots=True)
class Importer:
    """A format: what it is called in plain words, its provenance class, and its reader."""

    title: str
    provenance: str
    read: Callable[[Path], Iterator[ParsedPost]]


FORMATS: dict[str, Importer] = {
    "telegram": Importer("Telegram Desktop export (result.json)", "platform_export", telegram.read_export),
}
