"""What any bytes may be given to: each target reads them as one parser of a crawl does, and must come back.

Hypothesis gives them a few in `test_fuzz.py`; `python -m tools.fuzz TARGET` gives them as many as there is time for.
"""

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from tempfile import NamedTemporaryFile
from types import SimpleNamespace

from crawlers.egress import is_allowed_address, refusal_of_url
from crawlers.formats import FORMATS
from crawlers.kinds import KINDS
from crawlers.manners.pace import retry_after_s
from crawlers.manners.robots import rules_of_answer
from crawlers.paged_spider import limit_wait_s
from crawlers.reading.markup import decode_page, text_of_markup
from crawlers.reading.raw_http import split_raw_answer
from crawlers.reading.sitemap import is_sitemap, sitemap_entries
from crawlers.source_spider import ReadPage, next_link
from crawlers.warc import whole_members
from lurewatch.errors import DataError

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def _robots(data: bytes) -> None:
    rules = rules_of_answer(200, data)
    rules.refusal_of("https://a.test/x?y=1", "Lurewatch/1 (+us@example.test)")
    if rules.parsed:
        rules.parsed.crawl_delay("Lurewatch")
        list(rules.parsed.sitemaps)


def _charset(data: bytes) -> None:
    stated, _, body = data.partition(b"\n")
    text_of_markup(decode_page(body, stated.decode("latin-1")))


def _limits(data: bytes) -> None:
    remaining, _, reset = data.decode("latin-1").partition("\n")
    assert limit_wait_s({"x-ratelimit-remaining": remaining, "x-ratelimit-reset": reset}, now=NOW) >= 0


def _retry_after(data: bytes) -> None:
    wait_s = retry_after_s(data.decode("latin-1"), now=NOW)
    assert wait_s is None or wait_s >= 0


def _egress(data: bytes) -> None:
    refusal_of_url(data.decode("latin-1"), allow_loopback=False)
    is_allowed_address(data.decode("latin-1"), allow_loopback=False)


def _sitemap(data: bytes) -> None:
    is_sitemap(data)
    sitemap_entries(data)


def _members(data: bytes) -> None:
    assert all(end <= len(data) for end in whole_members(BytesIO(data)))


CAPTURE: dict[str, Callable[[bytes], object]] = {
    "charset": _charset,
    "egress": _egress,
    "limits": _limits,
    "link": lambda data: next_link(data.decode("latin-1")),
    "members": _members,
    "raw_http": split_raw_answer,
    "retry_after": _retry_after,
    "robots": _robots,
    "sitemap": _sitemap,
}


def _page(kind: str) -> Callable[[bytes], object]:
    url, source = "https://a.test/x", SimpleNamespace(url="https://a.test/", selectors=None)
    spider = KINDS[kind].spider(context=SimpleNamespace(source=source))  # type: ignore[arg-type]

    def read(data: bytes) -> None:
        posts = tuple(KINDS[kind].parse_page(data, url, fetched_at=NOW))
        spider.further(ReadPage(url=url, posts=posts, body=data, content_type=None))

    return read


def import_target(name: str) -> str:
    """What the target of a format is called: some kinds of source have the same name."""
    return f"import-{name}"


def _file(name: str) -> Callable[[bytes], object]:
    def read(data: bytes) -> None:
        with NamedTemporaryFile(prefix="lw-fuzz-") as file, suppress(DataError):
            Path(file.name).write_bytes(data)
            for _post in FORMATS[name].read(Path(file.name)):
                pass

    return read


# Screenshots are read by a program of its own.
IMPORTS = {import_target(name): _file(name) for name in FORMATS if name != "ocr"}
TARGETS = CAPTURE | {kind: _page(kind) for kind in KINDS} | IMPORTS
