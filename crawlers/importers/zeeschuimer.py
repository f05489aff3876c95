"""Zeeschuimer's NDJSON: posts as they passed through a researcher's browser. Which browser that was is not kept.

It also saves CSV, in the columns of 4CAT.
"""

from collections.abc import Iterator
from pathlib import Path

from crawlers.importers import fourcat
from crawlers.importers.choices import NOTHING_SAID, Choices
from crawlers.importers.fields import text_at
from crawlers.importers.file_rows import begins_as_json
from crawlers.importers.json_objects import json_objects
from crawlers.importers.platform_posts import platform_posts
from lurewatch.errors import DataError
from store.parsed_post import ParsedPost


def read_export(path: Path, choices: Choices = NOTHING_SAID) -> Iterator[ParsedPost]:
    """The items in the order of their collection; DataError that names the place of what is none."""
    if not begins_as_json(path):
        yield from fourcat.read_table(path, choices)
        return
    for number, line in enumerate(json_objects(path), start=1):
        item, platform = line.get("data"), text_at(line, "source_platform")
        if not isinstance(item, dict) or platform is None:
            raise DataError(
                f"{path.name}: item {number} has no `data` or no `source_platform`.",
                hint="Give the .ndjson file that Zeeschuimer saved.",
            )
        yield from platform_posts(platform, item, line)
