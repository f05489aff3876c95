"""Pages and exports that nobody on this project wrote, where they lie beside the clone; facts that can be counted."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawlers.kinds import KINDS
from store.parsed_post import ParsedPost, rfc3339
from tests.captures import captured

FETCHED = datetime(2026, 9, 1, tzinfo=UTC)


def read(kind: str, path: Path, url: str) -> list[ParsedPost]:
    return list(KINDS[kind].parse_page(path.read_bytes(), url, fetched_at=FETCHED))


JOB_PAGES = [
    ("linkedin_1849695575.html", "https://cz.linkedin.com/jobs/view/1849695575", "2020-04-09T03:34:16Z", "CZ",
     "https://cz.linkedin.com/jobs/view/c-c%2B%2B-developer-at-ubiquiti-1849695575"),
    ("linkedin_2006390996_cs.html", "https://cz.linkedin.com/jobs/view/2006390996", "2020-09-21T21:04:14Z",
     "15000, CZ",
     "https://cz.linkedin.com/jobs/view/engineering-trainee-at-ge-aviation-2006390996"),
    ("linkedin_applicants_2020.html", "https://cz.linkedin.com/jobs/view/1788365627", "2020-04-20T08:16:45Z", "CZ",
     "https://cz.linkedin.com/jobs/view/principal-java-developer-java-platform-at-oracle-1788365627"),
    ("stackoverflow_292933.html", "http://stackoverflow.com/jobs/292933", "2020-03-24T00:00:00Z", None,
     "http://stackoverflow.com/jobs/292933/solution-engineer-m-f-x-quajoo-gmbh"),
    ("stackoverflow_492547.html", "http://stackoverflow.com/jobs/492547/", "2021-02-28T00:00:00Z", "remote",
     "http://stackoverflow.com/jobs/492547/junior-devops-cloud-engineer-werum-it-solutions-incyght"),
    ("weworkremotely_bluelight_BROKEN.html", "https://weworkremotely.com/remote-jobs/x", "2020-10-20T20:28:32Z",
     "Sacramento, CA",
     "https://weworkremotely.com/remote-jobs/bluelight-consulting-devops-engineer-kubernetes-aws-gcp"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "url", "posted_at", "location", "permalink"), JOB_PAGES)
def test_job_pages(name: str, url: str, posted_at: str, location: str | None, permalink: str) -> None:
    (post,) = read("jobposting", captured(f"jobs_jsonld/{name}"), url)
    assert post.posted_at is not None
    assert (rfc3339(post.posted_at), post.url) == (posted_at, permalink)
    assert location in (None, post.location)
    assert post.title
    assert post.author
    assert len(post.text) > 500
    assert post.text.count("\n") > 5
    assert "<" not in post.text[:2_000]


PREVIEWS = [
    ("s_nexta_live_before13378.html", 18, "nexta_live/13358", "nexta_live/13377"),
    ("s_durov_2026_excerpt.html", 2, "durov/528", None),
    ("s_kvartiry_almaty_trimmed.html", 3, "kvartiry_almaty/368", "kvartiry_almaty/377"),
    ("landing_nexta_live.html", 0, None, None),
]


@pytest.mark.parametrize(("name", "posts", "first", "last"), PREVIEWS)
def test_channel_previews(name: str, posts: int, first: str | None, last: str | None) -> None:
    found = read("telegram", captured(f"telegram_tme/{name}"), "https://t.me/s/x")
    assert len(found) == posts
    assert all(post.posted_at and post.author and post.text for post in found)
    assert all(post.url == f"https://t.me/{post.native_id}" for post in found)
    assert first in (None, found[0].native_id if found else None)
    assert last in (None, found[-1].native_id if found else None)


FEEDS = {
    "AmazonWebServicesBlog.xml": (10, 10), "AtomEscapedHTMLInPreTag.xml": (1, 0),
    "AtomFeedWithSpacesAroundEquals.xml": (1, 1),
    "FeedBurnerXHTML.xml": (10, 10), "ITunesWithSpacesInAttributes.xml": (3, 3), "InvalidDateFormat.xml": (2, 2),
    "SamRuby.xml": (20, 20),
    "TypePadNews.xml": (10, 10), "a10.xml": (5, 5), "fp_big5.xml": (0, 0), "fp_euckr.xml": (1, 0),
    "fp_http_high_bit_date.xml": (0, 0), "fp_koi8r.xml": (1, 0), "fp_rss_incomplete_cdata.xml": (1, 0),
    "fp_rss_item_link_corrupted_ampersands.xml": (1, 0), "fp_tis620.xml": (1, 0), "fp_undeclared_namespace.xml": (0, 0),
    "fp_utf-16le-bom.xml": (0, 0), "google_alerts_atom.xml": (20, 20), "json_feed.json": (20, 20),
    "pet_atom.xml": (10, 10),
    "wwr_remote-programming-jobs.rss": (4, 4), "youtube_atom.xml": (15, 15),
}  # fmt: skip


@pytest.mark.parametrize("name", FEEDS)
def test_feeds(name: str) -> None:
    found = read("feed", captured(f"rss_atom/{name}"), "https://feeds.example.org/")
    assert (len(found), sum(post.posted_at is not None for post in found)) == FEEDS[name]
    assert len({post.native_id for post in found}) == len(found)


@pytest.mark.parametrize(
    ("name", "script"), [("fp_tis620.xml", "THAI"), ("fp_koi8r.xml", "CYRILLIC"), ("fp_euckr.xml", "HANGUL")]
)
def test_undeclared_charsets(name: str, script: str) -> None:
    import unicodedata

    (post,) = read("feed", captured(f"rss_atom/{name}"), "https://feeds.example.org/")
    letters = [char for char in post.text if char.isalpha() and not char.isascii()]
    assert sum(script in unicodedata.name(char, "") for char in letters) > 0.9 * len(letters) > 10
