import json
import time
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.reading.native_ids import digest_id
from crawlers.spiders.jobposting import parse_page
from store.parsed_post import ParsedPost

URL = "https://jobs.example.org/ads/7?utm_source=mail"
FETCHED = datetime(2026, 3, 10, tzinfo=UTC)


def page(*blocks: dict[str, Any] | str, head: str = "", body: str = "") -> bytes:
    scripts = "".join(
        f'<script type="application/ld+json">{block if isinstance(block, str) else json.dumps(block)}</script>'
        for block in blocks
    )
    return f"<html><head>{head}{scripts}</head><body>{body}</body></html>".encode()


def advert(**fields: Any) -> dict[str, Any]:
    return {"@type": "JobPosting", "title": "Packer", "description": "<p>Pack boxes.</p>"} | fields


def read(body: bytes, url: str = URL) -> list[ParsedPost]:
    return list(parse_page(body, url, fetched_at=FETCHED, content_type="text/html; charset=utf-8"))


def test_every_field_of_a_posting_is_read() -> None:
    whole = advert(
        identifier={"@type": "PropertyValue", "name": "Board", "value": "A-17"},
        hiringOrganization={"@type": "Organization", "name": "Sample &amp; Sons"},
        datePosted="2026-03-01T08:00:00+07:00",
        validThrough="2026-04-01",
        employmentType=["FULL_TIME", "CONTRACTOR"],
        inLanguage="vi",
        jobLocation={"address": {"addressLocality": "Da Nang", "addressCountry": "VN"}},
        baseSalary={"currency": "USD", "value": {"minValue": 800, "maxValue": 1200, "unitText": "MONTH"}},
    )
    (post,) = read(page(whole))
    assert post.as_line() == {
        "native_id": "A-17",
        "url": "https://jobs.example.org/ads/7",
        "title": "Packer",
        "text": "Pack boxes.",
        "author": "Sample & Sons",
        "posted_at": "2026-03-01T01:00:00Z",
        "location": "Da Nang, VN",
        "salary": "800-1200 USD per MONTH",
        "lang_hint": "vi",
        "extra": {"valid_through": "2026-04-01T00:00:00Z", "places": 1, "employment_type": "FULL_TIME, CONTRACTOR"},
    }


@pytest.mark.parametrize(
    ("link", "wanted"),
    [
        ("/ads/7-packer?trk=1", "https://jobs.example.org/ads/7-packer"),
        ("https://www.jobs.example.org/ads/7", "https://www.jobs.example.org/ads/7"),
        ("https://employer.example.com/", "https://jobs.example.org/ads/7"),
        ("http://[broken", "https://jobs.example.org/ads/7"),
    ],
    ids=["canonical, cleaned", "www", "the employer's site", "broken"],
)
def test_permalink_is_the_canonical_link_of_the_same_site(link: str, wanted: str) -> None:
    (post,) = read(page(advert(url="https://employer.example.com"), head=f'<link rel="canonical" href="{link}">'))
    assert post.url == wanted
    assert post.native_id == digest_id(wanted)


def test_two_postings_on_a_page_stay_two() -> None:
    one, two = read(page([advert(url="/ads/1"), advert(title="Cook")]))
    assert one.url == "https://jobs.example.org/ads/1"
    assert one.native_id != two.native_id


@pytest.mark.parametrize(
    "body",
    [
        '<div class="show-more-less-html__markup">From the page.<br>Second line.</div><p>menu</p>',
        "<nav>menu</nav><main><p>From the page.<br>Second line.</p></main>",
    ],
    ids=["LinkedIn", "main"],
)
def test_null_description_is_read_from_the_body(body: str) -> None:
    (post,) = read(page(advert(description=None), body=body))
    assert post.text == "From the page.\nSecond line."


def test_description_escaped_twice_becomes_text() -> None:
    (post,) = read(
        page(advert(description="&amp;lt;p&amp;gt;One&amp;lt;/p&amp;gt;&amp;lt;p&amp;gt;Two&amp;lt;/p&amp;gt;"))
    )
    assert post.text == "One\n\nTwo"


def test_promises_beside_the_description_are_text_too() -> None:
    (post,) = read(page(advert(jobBenefits="Free flight &amp; visa", qualifications="Pack boxes.")))
    assert post.text == "Pack boxes.\n\nFree flight & visa"


def test_date_without_a_time_is_noted() -> None:
    (post,) = read(page(advert(datePosted="2026-03-01", validThrough="1970-01-01T00:00:00.000Z")))
    assert post.posted_at == datetime(2026, 3, 1, tzinfo=UTC)
    assert post.extra == {"posted_at_given": "2026-03-01", "posted_at_precision": "day"}


def test_date_in_doubt_is_unknown() -> None:
    (post,) = read(page(advert(datePosted="4/5/2026")))
    assert post.posted_at is None
    assert post.extra["posted_at_given"] == "4/5/2026"


def test_broken_block_beside_a_good_one() -> None:
    assert len(read(page("{broken", advert(), '{"@type": "WebSite"}'))) == 1


@pytest.mark.parametrize(
    "body",
    [b"", b"<html><p>Jobs</p></html>", page({"@type": "Organization"}), b"\x00\xff\xfe" * 50, page("{broken")],
    ids=["nothing", "plain page", "another type", "noise", "broken"],
)
def test_page_without_a_posting_gives_nothing(body: bytes) -> None:
    assert read(body) == []


HOSTILE = {
    "title": [None, {"@value": "x"}],
    "description": {"nested": [1]},
    "datePosted": 20260301,
    "jobLocation": [[None], {"address": ["x"]}, {"address": None}],
    "baseSalary": [[[]]],
    "hiringOrganization": ["Sample", {"name": 5}],
    "identifier": {"value": {"value": 1}},
    "additionalProperty": {"value": ["TELECOMMUTE"]},
}


@pytest.mark.parametrize("field", HOSTILE)
def test_field_of_a_wrong_shape_costs_no_posting(field: str) -> None:
    assert len(read(page(advert(**{field: HOSTILE[field]})))) == 1


def test_strings_that_no_database_takes_are_made_storable() -> None:
    (post,) = read(page(r'{"@type":"JobPosting","title":"a\ud800b","description":"c\u0000d"}'))
    assert post.title is not None
    json.dumps(post.as_line()).encode()
    post.title.encode()
    assert "\x00" not in post.text


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3),
    max_leaves=5,
)
FIELDS = (
    "title",
    "description",
    "datePosted",
    "jobLocation",
    "baseSalary",
    "identifier",
    "url",
    "inLanguage",
    "jobBenefits",
)


@given(st.binary(max_size=400))
def test_no_bytes_make_parsing_raise(body: bytes) -> None:
    read(body)
    read(b'<script type="application/ld+json">' + body)


@given(st.dictionaries(st.sampled_from(FIELDS), JSON_VALUES))
def test_no_posting_makes_parsing_raise(fields: dict[str, Any]) -> None:
    read(page(advert(**fields)))


def test_an_absurd_salary_costs_no_posting() -> None:
    (post,) = read(page('{"@type": "JobPosting", "title": "Packer", "baseSalary": ' + "9" * 100_000 + "}"))
    assert (post.title, post.salary) == ("Packer", "9" * 40 + "…")


@pytest.mark.parametrize("number", ["NaN", "1e999", "-Infinity"])
def test_a_salary_that_is_no_number_is_none(number: str) -> None:
    (post,) = read(page('{"@type": "JobPosting", "title": "Packer", "baseSalary": ' + number + "}"))
    assert post.salary is None


def test_lists_within_lists_do_not_raise() -> None:
    nested = "[" * 900 + '"Hue"' + "]" * 900
    (post,) = read(page('{"@type": "JobPosting", "title": "Packer", "jobLocation": ' + nested + "}"))
    assert post.location is None


def test_thousands_of_empty_elements_are_no_work() -> None:
    began = time.monotonic()
    (post,) = read(page(advert(description=None), body="<article>" * 20_000))
    assert post.text == ""
    assert time.monotonic() - began < 5
