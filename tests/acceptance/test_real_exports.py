"""Exports that nobody on this project wrote, where they lie beside the clone; facts that can be counted.

Words are held as the first 12 digits of a SHA-256 over their first 20 letters, addresses over all of it: the
files belong to their publishers, and name people.
"""

import hashlib
import warnings
from pathlib import Path

import pytest

from crawlers.formats import FORMATS
from store.parsed_post import ParsedPost

CAPTURES = Path(__file__).parents[2].parent / "shared" / "captures"
Fact = tuple[str, str, str, str | None]

# Format, file, number of posts; then of the first and the last post: words, author, time, address.
FACTS: list[tuple[str, str, int, Fact, Fact]] = [
    ("whatsapp", "whatsapp/ca_4A_11M_us.txt", 11,
     ("2cf24dba5fb0", "cd9fb1e148cc", "12/9/20, 23:55", None),
     ("a99284f46c74", "063f5299a90f", "12/9/20, 23:56", None)),
    ("whatsapp", "whatsapp/cm_bracket_mmddyy_24h.txt", 7,
     ("d57abb6cb286", "6cea57c2fb6c", "2019-01-01T11:25:00", None),
     ("d57abb6cb286", "6cea57c2fb6c", "2021-12-30T22:01:00", None)),
    ("whatsapp", "whatsapp/cm_ddmmyy_24h.txt", 7,
     ("d57abb6cb286", "6cea57c2fb6c", "2019-01-01T11:25:00", None),
     ("d57abb6cb286", "6cea57c2fb6c", "2021-12-30T22:01:00", None)),
    ("whatsapp", "whatsapp/rwhatsapp_android_uk.txt", 7,
     ("cd171429e868", "928841548a3d", "2017-07-12T22:35:00", None),
     ("eea2940c2b19", "928841548a3d", "2018-09-28T13:30:00", None)),
    ("whatsapp", "whatsapp/wcp_attachment_lines.txt", 4,
     ("12b04b7aa10e", "ca978112ca1b", "3/6/18, 1:55 p.m.", None),
     ("1d2677d4da49", "ca978112ca1b", "3/6/18, 1:55 p.m.", None)),
    ("whatsapp", "whatsapp/whatstk_lorem_ios_first120.txt", 120,
     ("0777c3f02044", "aebac53c46bb", "2020-01-15T02:22:56", None),
     ("9148f886b34e", "ec51d57f0241", "2020-02-11T19:46:43", None)),
    ("whatsapp", "whatsapp/whatstk_pokemon_de.txt", 19,
     ("e10409be80ee", "4466a4ef1588", "2016-04-15T15:04:00", None),
     ("0af03619c4a4", "6d40febcf73a", "2016-10-31T12:23:00", None)),
    ("line", "line/en_2018_weekday.txt", 4,
     ("4df616de1a40", "b03b896790f6", "2015-12-25T07:33:00", None),
     ("70927a717cb5", "4bc03f92d526", "2015-12-26T19:27:00", None)),
    ("line", "line/ja_2019_multiline.txt", 10,
     ("fbb077609e8c", "f857d331b628", "2019-01-18T16:51:00", None),
     ("8bb8125921e1", "17eb17ec4c70", "2019-01-20T17:52:00", None)),
    ("line", "line/ja_2020_group_crlf.txt", 2,
     ("125aeadf27b0", "3e63216aec8d", "2019-01-01T00:00:00", None),
     ("125aeadf27b0", "ebaec6bca086", "2019-01-01T00:00:00", None)),
    ("line", "line/ja_sample_system.txt", 4,
     ("d7d192bdd1e9", "4bc30f7b704b", "2024-08-01T22:12:00", None),
     ("68414bd403e6", "70cdfa73ef9c", "2024-08-01T22:16:00", None)),
    ("zeeschuimer", "zeeschuimer/instagram_newposts1.ndjson", 12,
     ("4267b9d3314c", "55b2f5ab3342", "2026-02-09T19:00:00Z", "506296507983"),
     ("c9bffbdb89b9", "bece0f805749", "2026-02-04T18:00:55Z", "fbe6ded3487c")),
    ("zeeschuimer", "zeeschuimer/tiktok.ndjson", 12,
     ("beef86663351", "0669d0fbb74c", "2023-10-12T09:05:49Z",
      "63e5d3f45602"),
     ("541f8e92d6aa", "cb0858762a3e", "2023-05-25T09:13:58Z",
      "a8e3c805a08c")),
    ("table", "zeeschuimer/tiktok_decoded.csv", 87,
     ("beef86663351", "bee4168b9ba9", "", "63e5d3f45602"),
     ("af84d847f829", "405380deef12", "",
      "c2ec66aae3b4")),
]  # fmt: skip

# File, address and date of its one page.
ARCHIVES = [
    ("example-bad.warc.gz.bad", "http://example.com?example=1", "2014-01-03T03:03:21Z"),
    ("example-collection.warc", "http://www.example.com/", "2020-10-07T21:22:36Z"),
    ("example-iana.org-chunked.warc", "http://www.iana.org/", "2017-03-06T16:54:09Z"),
    ("example-resource.warc.gz", "http://example.com/", "2017-04-29T01:30:30Z"),
    ("example.arc.gz", "http://example.com/", "2014-02-16T05:02:21Z"),
    ("example.warc", "http://example.com/", "2017-03-06T04:02:06Z"),
    ("example.warc.gz", "http://example.com/", "2017-03-06T04:02:06Z"),
    ("valid_example_1.wacz", "http://www.example.com/", "2020-10-07T21:22:36Z"),
    ("valid_signed_example_1.wacz", "https://example.com/", "2022-01-18T19:00:09Z"),
]


def read(form: str, name: str) -> list[ParsedPost]:
    if not CAPTURES.is_dir():
        pytest.skip("NO REAL EXPORTS HERE: ../shared/captures is absent, the importers were not run on real files")
    return list(FORMATS[form].read(CAPTURES / name))


def digits(words: str) -> str:
    return hashlib.sha256(words.encode()).hexdigest()[:12]


def fact(post: ParsedPost) -> Fact:
    when = post.as_line()["posted_at"] or post.extra.get("date_local") or post.extra.get("posted_at_given") or ""
    url = digits(post.url) if post.url is not None else None
    return digits(post.text[:20]), digits((post.author or "")[:20]), when, url


@pytest.mark.parametrize(("form", "name", "count", "first", "last"), FACTS, ids=[row[1] for row in FACTS])
def test_exports(form: str, name: str, count: int, first: Fact, last: Fact) -> None:
    found = read(form, name)
    assert len(found) == count
    assert (fact(found[0]), fact(found[-1])) == (first, last)
    assert len({post.native_id for post in found}) == count


@pytest.mark.parametrize(("name", "url", "collected_at"), ARCHIVES, ids=[row[0] for row in ARCHIVES])
def test_web_archives(name: str, url: str, collected_at: str) -> None:
    (post,) = read("warc", f"warc_wacz/{name}")
    assert (post.url, post.extra["collected_at"], post.posted_at) == (url, collected_at, None)
    assert post.title
    assert len(post.text) > 100


def test_archive_of_requests_alone_holds_no_page() -> None:
    assert not read("warc", "warc_wacz/example-digest.warc")


def test_no_file_is_forgotten() -> None:
    known = {name for _form, name, *_facts in FACTS} | {f"warc_wacz/{row[0]}" for row in ARCHIVES}
    for folder in ("whatsapp", "line", "zeeschuimer", "warc_wacz"):
        read_there = {name for name in known if name.startswith(f"{folder}/")} | {"warc_wacz/example-digest.warc"}
        for path in (CAPTURES / folder).iterdir() if CAPTURES.is_dir() else ():
            if path.name != "SOURCE.txt" and f"{folder}/{path.name}" not in read_there:
                warnings.warn(f"{folder}/{path.name} is not tested", stacklevel=1)
