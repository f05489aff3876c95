"""Pages of job boards and classifieds that nobody on this project wrote: counts and short facts, never their words."""

from datetime import UTC, datetime

import pytest

from crawlers.kinds import KINDS
from crawlers.reading.raw_http import split_raw_answer
from crawlers.reading.sitemap import is_sitemap, sitemap_entries
from store.parsed_post import rfc3339
from tests.captures import address_of, captured, digest

FETCHED = datetime(2026, 9, 1, tzinfo=UTC)
# Kind, file, posts, how many are dated, how many have an author; of the first its author, instant, first words and
# permalink.
FACTS = [
    (
        "jobposting",
        "jobs_jsonld/linkedin_1849695575.html",
        1,
        1,
        1,
        "34db20e0",
        "2020-04-09T03:34:16Z",
        "7ea1e0ab",
        "99fa6833",
    ),
    (
        "jobposting",
        "jobs_jsonld/linkedin_2006390996_cs.html",
        1,
        1,
        1,
        "aa477250",
        "2020-09-21T21:04:14Z",
        "43354d4f",
        "cd6c1842",
    ),
    (
        "jobposting",
        "jobs_jsonld/linkedin_applicants_2020.html",
        1,
        1,
        1,
        "dc7620eb",
        "2020-04-20T08:16:45Z",
        "b5adf382",
        "94e57965",
    ),
    (
        "jobposting",
        "jobs_jsonld/stackoverflow_292933.html",
        1,
        1,
        1,
        "a92e47b2",
        "2020-03-24T00:00:00Z",
        "6828292a",
        "25fc62e2",
    ),
    (
        "jobposting",
        "jobs_jsonld/stackoverflow_492547.html",
        1,
        1,
        1,
        "2b26b9e2",
        "2021-02-28T00:00:00Z",
        "ad0dbaca",
        "3df30e79",
    ),
    (
        "jobposting",
        "jobs_jsonld/weworkremotely_bluelight_BROKEN.html",
        1,
        1,
        1,
        "d73ef4db",
        "2020-10-20T20:28:32Z",
        "b042eb5b",
        "333eb5f3",
    ),
    ("jobposting", "jobs_microdata/rabota_ru_vacancy.html", 1, 0, 1, "c55149b5", "", "5df6c6db", "f1580322"),
    (
        "jobposting",
        "jobs_microdata/schemaorg_eg0028_microdata.html",
        1,
        1,
        1,
        "897e510f",
        "2011-10-31T00:00:00Z",
        "5021990b",
        "2fc96122",
    ),
    (
        "jobposting",
        "jobs_microdata/successfactors_skyguide_ch.html",
        1,
        1,
        1,
        "3a3ec07e",
        "2026-08-05T02:00:00Z",
        "201986f6",
        "7974882e",
    ),
    (
        "jobposting",
        "jobs_css/icims_devry_index.http",
        10,
        10,
        0,
        "e3b0c442",
        "2010-04-27T00:00:00Z",
        "d99337cd",
        "ab0d0f38",
    ),
    (
        "jobposting",
        "jobs_css/icims_devry_job.http",
        1,
        1,
        0,
        "e3b0c442",
        "2010-04-27T00:00:00Z",
        "d99337cd",
        "ab0d0f38",
    ),
    ("jobposting", "jobs_css/jobscz_job_en.html", 1, 0, 1, "862061f1", "", "03695b40", "5bc4134d"),
    ("jobposting", "jobs_css/jobscz_job_location.html", 1, 0, 1, "430c6949", "", "49d20ce7", "2fc96122"),
    ("jobposting", "jobs_css/jobscz_job_standard.html", 1, 0, 1, "3b81e3a5", "", "9aa6091e", "085e319b"),
    ("jobposting", "jobs_css/jobscz_listing.html", 30, 26, 30, "3fa5cddf", "", "de7c2ebe", "70cc0815"),
    ("jobposting", "jobs_css/jobscz_listing_empty.html", 0, 0, 0, "", "", "", ""),
    (
        "jobposting",
        "jobs_css/linkedin_guest_fragment_2021.html",
        1,
        1,
        1,
        "096d563b",
        "2026-08-11T00:00:00Z",
        "a1135bdf",
        "a638ed07",
    ),
    (
        "jobposting",
        "jobs_css/linkedin_guest_list.html",
        25,
        25,
        25,
        "c25c31dc",
        "2020-05-02T00:00:00Z",
        "8c0954ae",
        "0bf06bff",
    ),
    (
        "jobposting",
        "jobs_css/officeangels_results.html",
        10,
        10,
        10,
        "b106d48c",
        "2015-11-11T23:00:00Z",
        "a907066f",
        "4d3968f7",
    ),
    ("jobposting", "jobs_css/openai_careers_job_fragment.html", 1, 0, 0, "e3b0c442", "", "f6ea9a5d", "2ee36700"),
    ("jobposting", "jobs_css/openai_careers_list_fragment.html", 1, 0, 0, "e3b0c442", "", "27b0dfa0", "2ee36700"),
    (
        "jobapi",
        "jobs_api/dobrysef_jobposts.json",
        7,
        7,
        7,
        "30c4adee",
        "2021-02-01T19:31:11.072387Z",
        "b4325e32",
        "aa21f1e8",
    ),
    ("jobapi", "jobs_api/startupjobs_feed.json", 5, 5, 5, "67b1d581", "2025-11-05T13:22:02Z", "92e6063e", "c1c2f046"),
    ("jobapi", "jobs_api/startupjobs_feed.xml", 2, 2, 2, "66afb6da", "2020-05-05T14:06:08Z", "1a622abc", "1f2a862e"),
    (
        "classified",
        "classifieds/classi4au_rentacar.html",
        18,
        18,
        0,
        "e3b0c442",
        "2016-01-22T00:00:00Z",
        "809b6cce",
        "1450ce2e",
    ),
]


@pytest.mark.parametrize(("kind", "name", "posts", "dated", "authors", "author", "at", "words", "link"), FACTS)
def test_sample(
    kind: str, name: str, posts: int, dated: int, authors: int, author: str, at: str, words: str, link: str
) -> None:
    path = captured(name)
    address = address_of(path, otherwise="https://jobs.example.test/list")
    content_type, body = split_raw_answer(path.read_bytes())
    found = list(KINDS[kind].parse_page(body, address, fetched_at=FETCHED, content_type=content_type))
    counts = (len(found), sum(post.posted_at is not None for post in found), sum(bool(post.author) for post in found))
    assert counts == (posts, dated, authors)
    assert len({post.native_id for post in found}) == posts
    if not found:
        return
    first = found[0]
    assert all(post.url for post in found)
    assert digest(first.author or "") == author
    assert (rfc3339(first.posted_at) if first.posted_at else "") == at
    assert digest(" ".join(first.full_text().split()[:5])) == words
    assert digest(first.url or "") == link


SITEMAPS = [("sitemap/sitemap.xml", 84), ("sitemap/sitemap-hreflang.xml", 4)]


@pytest.mark.parametrize(("name", "entries"), SITEMAPS)
def test_sitemaps(name: str, entries: int) -> None:
    body = captured(name).read_bytes()
    assert is_sitemap(body)
    assert len(sitemap_entries(body).urls) == entries
