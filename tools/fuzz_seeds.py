"""`python -m tools.fuzz_seeds FOLDER`: what the tests give each parser, as seeds for `tools.fuzz`, a folder a target.

Runs the tests of the parsers with a recorder before every one of them; tests that crawl are left out.
"""

import hashlib
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import wraps
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from crawlers.formats import FORMATS
from crawlers.kinds import KINDS
from tests.crawlers.fuzz_targets import import_target
from tests.crawlers.test_fuzz import BEGINNINGS

MOST_BYTES = 64 * 1024
TESTS = Path(__file__).parents[1] / "tests" / "crawlers"
_CRAWLS = {"installation", "shared", "shared_lite", "site"}


class Recorder:
    """A pytest plugin that keeps what it is told, once, under the name of a target."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, target: str, content: bytes) -> None:
        """Keep one input, unless it is too long to be changed much."""
        if len(content) <= MOST_BYTES:
            path = self._folder / target / hashlib.sha256(content).hexdigest()
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)

    def before(self, target: str, parser: Callable[..., Any]) -> Callable[..., Any]:
        """The parser, its first argument kept: bytes, or the path of a file."""

        @wraps(parser)
        def recorded(first: Any, *rest: Any, **named: Any) -> Any:
            if isinstance(first, bytes):
                self.keep(target, first)
            elif isinstance(first, Path) and first.is_file():
                self.keep(target, first.read_bytes())
            return parser(first, *rest, **named)

        return recorded

    @staticmethod
    def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
        """Leave out what crawls: its pages are read in processes that nobody records."""
        items[:] = [item for item in items if not _CRAWLS & set(getattr(item, "fixturenames", ()))]


def _parsers() -> Iterator[tuple[str, Any, str]]:
    """Each target with the module and the name of its parser."""
    for kind in KINDS:
        yield kind, import_module(f"crawlers.spiders.{kind}"), "parse_page"
    for name, importer in FORMATS.items():
        read: Any = importer.read
        yield import_target(name), import_module(read.__module__), read.__name__
    yield "raw_http", import_module("crawlers.reading.raw_http"), "split_raw_answer"
    yield "sitemap", import_module("crawlers.reading.sitemap"), "sitemap_entries"


def main() -> None:
    """Record one run of the tests; their outcome is no matter here."""
    if len(sys.argv) != 2:
        raise SystemExit("Name the folder that the seeds go to.")
    recorder = Recorder(Path(sys.argv[1]).resolve())
    for target, beginnings in BEGINNINGS.items():
        for each in beginnings:
            recorder.keep(target, each)
    for target, module, name in _parsers():
        setattr(module, name, recorder.before(target, getattr(module, name)))
    for name, importer in FORMATS.items():
        FORMATS[name] = replace(importer, read=recorder.before(import_target(name), importer.read))
    pytest.main(
        ["-q", "-p", "no:cacheprovider", "-W", "ignore::pytest.PytestAssertRewriteWarning", str(TESTS)],
        plugins=[recorder],
    )


if __name__ == "__main__":
    main()
