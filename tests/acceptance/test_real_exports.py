"""Exports that nobody on this project wrote, where they lie beside the clone; facts that can be counted.

Words are held as digits of their first 20 letters, addresses of all of it: the files belong to their publishers, and
name people.
"""

import pytest

from crawlers.formats import FORMATS
from store.parsed_post import ParsedPost
from tests.captures import captured, digest

Fact = tuple[str, str, str, str | None]

# Format, file, number of posts; then of the first and the last post: words, author, time, address.
FACTS: list[tuple[str, str, int, Fact, Fact]] = [
    ("whatsapp", "whatsapp/ca_4A_11M_us.txt", 11,
     ("2cf24dba", "cd9fb1e1", "12/9/20, 23:55", None),
     ("a99284f4", "063f5299", "12/9/20, 23:56", None)),
    ("whatsapp", "whatsapp/cm_bracket_mmddyy_24h.txt", 7,
     ("d57abb6c", "6cea57c2", "2019-01-01T11:25:00", None),
     ("d57abb6c", "6cea57c2", "2021-12-30T22:01:00", None)),
    ("whatsapp", "whatsapp/cm_ddmmyy_24h.txt", 7,
     ("d57abb6c", "6cea57c2", "2019-01-01T11:25:00", None),
     ("d57abb6c", "6cea57c2", "2021-12-30T22:01:00", None)),
    ("whatsapp", "whatsapp/rwhatsapp_android_uk.txt", 7,
     ("cd171429", "92884154", "2017-07-12T22:35:00", None),
     ("eea2940c", "92884154", "2018-09-28T13:30:00", None)),
    ("whatsapp", "whatsapp/wcp_attachment_lines.txt", 4,
     ("12b04b7a", "ca978112", "3/6/18, 1:55 p.m.", None),
     ("1d2677d4", "ca978112", "3/6/18, 1:55 p.m.", None)),
    ("whatsapp", "whatsapp/whatstk_lorem_ios_first120.txt", 120,
     ("0777c3f0", "aebac53c", "2020-01-15T02:22:56", None),
     ("9148f886", "ec51d57f", "2020-02-11T19:46:43", None)),
    ("whatsapp", "whatsapp/whatstk_pokemon_de.txt", 19,
     ("e10409be", "4466a4ef", "2016-04-15T15:04:00", None),
     ("0af03619", "6d40febc", "2016-10-31T12:23:00", None)),
    ("whatsapp", "chat_other/signal_export.txt", 2,
     ("35ef2fd6", "01332c87", "2019-12-24T12:23:00", None),
     ("305d562f", "6cea57c2", "2020-01-17T21:49:00", None)),
    ("discord", "chat_other/discord_GC_3A_5M.json", 3,
     ("0803c491", "fbf9ad72", "2023-01-17T19:33:19.087000Z", "b4ffcfe0"),
     ("686c48cb", "33f2ce14", "2023-01-18T20:12:12.123000Z", "e384f401")),
    ("telegram", "telegram_export/ca_BIG_first300.json", 300,
     ("1f066d22", "bd7aaa7c", "2017-01-01T06:20:09.248000Z", None),
     ("9ef9d12a", "60f2f345", "2017-02-27T03:15:17.308000Z", None)),
    ("telegram", "telegram_export/ca_DM_2A_7M.json", 6,
     ("c12e7c9c", "cd9fb1e1", "2019-07-12T16:55:32", None),
     ("e3b0c442", "3bc51062", "2022-06-10T22:06:39Z", None)),
    ("telegram", "telegram_export/cm_single_export.json", 2,
     ("ce445de5", "8f17c755", "2018-12-05T10:39:10Z", None),
     ("8f6234be", "144ba382", "2018-12-05T10:49:24Z", None)),
    ("line", "line/en_2018_weekday.txt", 4,
     ("4df616de", "b03b8967", "2015-12-25T07:33:00", None),
     ("70927a71", "4bc03f92", "2015-12-26T19:27:00", None)),
    ("line", "line/ja_2019_multiline.txt", 10,
     ("fbb07760", "f857d331", "2019-01-18T16:51:00", None),
     ("8bb81259", "17eb17ec", "2019-01-20T17:52:00", None)),
    ("line", "line/ja_2020_group_crlf.txt", 2,
     ("125aeadf", "3e63216a", "2019-01-01T00:00:00", None),
     ("125aeadf", "ebaec6bc", "2019-01-01T00:00:00", None)),
    ("line", "line/ja_sample_system.txt", 4,
     ("d7d192bd", "4bc30f7b", "2024-08-01T22:12:00", None),
     ("68414bd4", "70cdfa73", "2024-08-01T22:16:00", None)),
    ("zeeschuimer", "zeeschuimer/instagram_newposts1.ndjson", 12,
     ("4267b9d3", "55b2f5ab", "2026-02-09T19:00:00Z", "50629650"),
     ("c9bffbdb", "bece0f80", "2026-02-04T18:00:55Z", "fbe6ded3")),
    ("zeeschuimer", "zeeschuimer/tiktok.ndjson", 12,
     ("beef8666", "0669d0fb", "2023-10-12T09:05:49Z",
      "63e5d3f4"),
     ("541f8e92", "cb085876", "2023-05-25T09:13:58Z",
      "a8e3c805")),
    ("table", "zeeschuimer/tiktok_decoded.csv", 87,
     ("beef8666", "bee4168b", "", "63e5d3f4"),
     ("af84d847", "405380de", "",
      "c2ec66aa")),
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
OF_REQUESTS = "warc_wacz/example-digest.warc"


def read(form: str, name: str) -> list[ParsedPost]:
    return list(FORMATS[form].read(captured(name)))


def fact(post: ParsedPost) -> Fact:
    when = post.as_line()["posted_at"] or post.extra.get("date_local") or post.extra.get("posted_at_given") or ""
    url = digest(post.url) if post.url is not None else None
    return digest(post.text[:20]), digest((post.author or "")[:20]), when, url


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
    assert not read("warc", OF_REQUESTS)
