import json
import re
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from crawlers.spiders.jobapi import interface_address, next_page, parse_page
from store.parsed_post import ParsedPost, rfc3339
from tests.crawlers.loopback import Installation, Site, posts_of

FETCHED = datetime(2026, 3, 10, 12, tzinfo=UTC)
URL = "https://api.example.org/jobs"


def read(body: Any, url: str = URL) -> list[ParsedPost]:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return list(parse_page(raw, url, fetched_at=FETCHED))


GREENHOUSE = {
    "jobs": [
        {
            "id": 77, "title": "Cook", "absolute_url": "https://boards.example.org/inn/jobs/77?gh_jid=77",
            "updated_at": "2026-03-09T10:00:00-05:00", "first_published": "2026-03-05T10:00:00-05:00",
            "location": {"name": "Hue"}, "company_name": "Inn",
            "content": "&lt;p&gt;Cook.&lt;/p&gt;&lt;p&gt;Wash.&lt;/p&gt;",
            "departments": [{"id": 1, "name": "Kitchen", "url": "/x"}],
        }
    ],
    "meta": {"total": 1},
}  # fmt: skip
LEVER = [
    {
        "id": "77", "text": "Cook", "hostedUrl": "https://jobs.example.org/inn/77", "createdAt": 1772722800000,
        "categories": {"location": "Hue", "commitment": "Full-time"}, "description": "<p>Cook.</p>",
        "descriptionPlain": "Cook.", "lists": [{"text": "You", "content": "<li>Wash.</li>"}],
        "salaryRange": {"min": 800, "max": 900, "currency": "USD", "interval": "per-month-salary"},
    }
]  # fmt: skip
HH = {
    "items": [
        {
            "id": "77", "name": "Повар", "area": {"id": "1", "name": "Hue"}, "published_at": "2026-03-05T18:00:00+0300",
            "alternate_url": "https://hh.example.org/vacancy/77", "url": "https://api.hh.example.org/vacancies/77",
            "employer": {"id": "5", "name": "Inn", "url": "https://api.hh.example.org/e/5"}, "archived": True,
            "salary": {"from": 800, "to": None, "currency": "RUR"},
            "snippet": {"requirement": "Cook.", "responsibility": None},
        }
    ],
    "page": 0, "pages": 3,
}  # fmt: skip
REMOTE_OK = [
    {"legal": "Link back, please."},
    {
        "slug": "remote-cook-77", "id": "77", "epoch": 1772722800, "date": "2026-03-05T15:00:00+00:00",
            "company": "Inn",
        "position": "Cook", "description": "<p>Cook.</p>", "location": "Hue", "salary_min": 0, "salary_max": 0,
        "url": "https://remote.example.org/remote-jobs/77",
    },
]  # fmt: skip
SMART_RECRUITERS = {
    "totalFound": 1,
    "content": [
        {
            "id": "77", "name": "Cook", "company": {"identifier": "Inn", "name": "Inn"}, "location": {"city": "Hue"},
            "releasedDate": "2026-03-05T15:00:00.000Z",
            "ref": "https://api.smartrecruiters.com/v1/companies/Inn/postings/77",
            "jobAd": {"sections": {"jobDescription": {"text": "<p>Cook.</p>"}}},
        }
    ],
}  # fmt: skip
# Whose board it is stands once, above its adverts.
WORKABLE = {
    "name": "Inn",
    "jobs": [
        {
            "title": "Cook", "shortcode": "77", "url": "https://apply.example.org/j/77", "description": "<p>Cook.</p>",
            "created_at": "2026-03-05T15:00:00Z", "city": "Hue",
        }
    ],
}  # fmt: skip
PERSONIO = b"""<?xml version="1.0"?><workzag-jobs><position><id>77</id><subcompany>Inn</subcompany><office>Hue</office>
<name>Cook</name><url>https://inn.example.org/job/77</url><createdAt>2026-03-05T16:00:00+01:00</createdAt>
<jobDescriptions><jobDescription><value><![CDATA[<p>Cook.</p>]]></value></jobDescription></jobDescriptions>
</position></workzag-jobs>"""
USA_JOBS = {
    "SearchResult": {
        "SearchResultItems": [
            {
                "MatchedObjectDescriptor": {
                    "PositionID": "77", "PositionTitle": "Cook", "PositionURI": "https://gov.example.org/77",
                    "PositionLocationDisplay": "Hue", "OrganizationName": "Inn", "QualificationSummary": "Cook.",
                    "PublicationStartDate": "2026-03-05T15:00:00Z",
                }
            }
        ]
    }
}  # fmt: skip
# In data of a search engine each advert is wrapped once more.
TRUDVSEM = {
    "results": {"vacancies": [{"vacancy": {
        "id": "77", "job-name": "Cook", "vac_url": "https://work.example.org/77", "company": {"name": "Inn"},
        "region": {"name": "Hue"}, "creation-date": "2026-03-05T15:00:00Z", "duty": "<p>Cook.</p>",
    }}]}
}  # fmt: skip
LINKED_IN = {
    "jobPostingId": 77, "title": "Cook", "jobPostingUrl": "https://www.linkedin.com/jobs/view/77?trk=x",
    "formattedLocation": "Hue", "listedAt": 1772809200000, "originalListedAt": 1772722800000,
    "description": {"attributes": [{"start": 1, "type": {"x.LineBreak": {}}}], "text": "Cook.\nWash."},
    "companyDetails": {"x.WebJobPostingCompany": {
        "companyResolutionResult": {"name": "Inn", "url": "https://x.example.org", "description": "An inn."},
        "company": "urn:5",
    }},
}  # fmt: skip
WIDGET = {"data": {"widget": {"jobAd": {
    "id": "77", "title": "Cook", "content": {"htmlContent": "<p>Cook.</p>", "sections": [], "kind": "JobAdContent"},
    "validFrom": "2026-03-05T16:00:00+01:00", "locations": [{"city": "Hue"}], "url": "https://x.example.org/77",
    "employer": {"companyName": "Inn", "contact": {"firstName": "Mai"}},
}}}}  # fmt: skip
SUPER_JOB = {"objects": [{
    "id": 77, "profession": "Cook", "date_published": 1772722800, "town": {"id": 4, "title": "Hue"}, "firm_name": "Inn",
    "vacancyRichText": "<p>Cook.</p>", "link": "https://work.example.org/77", "payment_from": 800,
    "client": {"id": 5, "title": "Inn", "link": "https://work.example.org/clients/5", "description": "An inn."},
}]}  # fmt: skip
JOB_TECH = {"hits": [{
    "id": "77", "headline": "Cook", "webpage_url": "https://work.example.org/77", "employer": {"name": "Inn"},
    "description": {"text": "Cook.", "text_formatted": "<p>Cook.</p>"}, "publication_date": "2026-03-05T15:00:00Z",
    "workplace_address": {"municipality": "Hue"},
}]}  # fmt: skip
JOB_104 = {"data": {"list": [{
    "jobNo": "77", "jobName": "Cook", "custName": "Inn", "jobAddrNoDesc": "Hue", "description": "Cook.",
    "appearDate": "2026-03-05T15:00:00Z", "link": {"job": "//work.example.org/77", "cust": "//work.example.org/c"},
}]}}  # fmt: skip
CHO_TOT = {"ads": [{
    "ad_id": 5, "list_id": 77, "subject": "Cook", "body": "Cook.", "account_name": "Inn", "area_name": "Hue",
    "list_time": 1772722800000, "url": "https://ads.example.org/77",
}]}  # fmt: skip
XML = b"""<?xml version="1.0"?><offers><offer><id>77</id><cities><city>Hue</city></cities>
<position><![CDATA[Cook]]></position>
<description><![CDATA[<p>Cook.</p>]]></description><url>
https://jobs.example.org/77?utm_source=x </url><startup>Inn</startup>
<lastUpdate>2026-03-05T16:00:00+01:00</lastUpdate></offer></offers>"""


@pytest.mark.parametrize(
    ("body", "title", "author"),
    [
        (GREENHOUSE, "Cook", "Inn"),
        (LEVER, "Cook", None),
        (HH, "Повар", "Inn"),
        (REMOTE_OK, "Cook", "Inn"),
        (SMART_RECRUITERS, "Cook", "Inn"),
        (WORKABLE, "Cook", "Inn"),
        (PERSONIO, "Cook", "Inn"),
        (USA_JOBS, "Cook", "Inn"),
        (XML, "Cook", "Inn"),
        (TRUDVSEM, "Cook", "Inn"),
        (LINKED_IN, "Cook", "Inn"),
        (WIDGET, "Cook", "Inn"),
        (SUPER_JOB, "Cook", "Inn"),
        (JOB_TECH, "Cook", "Inn"),
        (JOB_104, "Cook", "Inn"),
        (CHO_TOT, "Cook", "Inn"),
    ],
    ids=[
        "Greenhouse", "Lever", "hh.ru", "RemoteOK", "SmartRecruiters", "Workable", "Personio", "USAJOBS", "XML",
        "Trudvsem", "LinkedIn", "jobs.cz", "SuperJob", "JobTech", "104", "Chợ Tốt",
    ],
)  # fmt: skip
def test_boards_are_known_by_their_shape(body: Any, title: str, author: str | None) -> None:
    (post,) = read(body)
    assert (post.native_id, post.title, post.author, post.location) == ("77", title, author, "Hue")
    assert post.posted_at == datetime(2026, 3, 5, 15, tzinfo=UTC)
    assert post.text.startswith("Cook.")
    assert (post.url or "").endswith("77")


def test_a_prefix_that_nobody_declared_changes_nothing() -> None:
    assert read(re.sub(rb"(?<=<)(/?)(?=\w)", rb"\1job:", XML)) == read(XML)


def test_salaries_and_further_lists_are_read() -> None:
    (lever,), (hh,), (remote_ok,) = read(LEVER), read(HH), read(REMOTE_OK)
    assert (lever.salary, hh.salary, remote_ok.salary) == ("800-900 USD per month-salary", "800 RUB", None)
    assert lever.text == "Cook.\n\nYou\nWash."
    assert hh.extra["expired"] is True


def test_every_wrapped_advert_is_read() -> None:
    (vacancy,) = TRUDVSEM["results"]["vacancies"]
    both = [vacancy, {"vacancy": vacancy["vacancy"] | {"id": "78", "job-name": "Boy"}}]
    assert [post.title for post in read({"vacancies": both})] == ["Cook", "Boy"]


def test_text_in_several_forms_is_told_once() -> None:
    assert (read(JOB_TECH)[0].text, read(WIDGET)[0].text) == ("Cook.", "Cook.")


@pytest.mark.parametrize(
    ("stated", "wanted"),
    [
        ({"salaryLabel": "800 a month", "salary": 0}, "800 a month"),
        ({"salarySnippet": {"text": "800 a month", "source": "x"}}, "800 a month"),
        ({"minimumSalary": 800, "maximumSalary": 900, "currency": "USD"}, "800-900 USD"),
        ({"base_salary": 800, "salary_currency": "USD", "salary_interval": "month"}, "800 USD per month"),
    ],
)
def test_salaries_under_other_names(stated: dict[str, Any], wanted: str) -> None:
    (post,) = read([{"id": 77, "title": "Cook", "company": "Inn"} | stated])
    assert post.salary == wanted


def test_page_for_people_goes_before_the_address_of_the_interface() -> None:
    assert read(SMART_RECRUITERS)[0].url == "https://jobs.smartrecruiters.com/Inn/77"


def test_country_is_told_once() -> None:
    place = {"city": "Hue", "country": "Vietnam", "countryCode": "VN"}
    assert read([LEVER[0] | {"categories": {}, "location": place}])[0].location == "Hue, Vietnam"
    assert (
        read([LEVER[0] | {"categories": {}, "location": {"city": "Hue", "countryCode": "VN"}}])[0].location == "Hue, VN"
    )


def test_workday_names_days_and_relative_paths() -> None:
    answer = {
        "total": 2,
        "jobPostings": [
            {"title": "Cook", "externalPath": "/job/Hue/Cook_R1", "locationsText": "Hue",
             "postedOn": "Posted 2 Days Ago", "bulletFields": ["R1"]},
            {"title": "Boy", "externalPath": "/job/Hue/Boy_R2", "locationsText": "Hue",
             "postedOn": "Posted 30+ Days Ago", "bulletFields": ["R2"]},
        ],
    }  # fmt: skip
    cook, boy = read(answer, "https://inn.wd1.example.org/wday/cxs/inn/Careers/jobs")
    assert (cook.native_id, cook.url) == ("R1", "https://inn.wd1.example.org/Careers/job/Hue/Cook_R1")
    assert (rfc3339(cook.posted_at) if cook.posted_at else "") == "2026-03-08T00:00:00Z"
    assert (boy.posted_at, boy.extra["posted_at_precision"]) == (None, "unknown")


def test_date_of_the_last_change_is_called_so() -> None:
    (post,) = read(XML)
    assert post.extra == {"posted_at_from": "updated"}


def test_one_advert_alone_is_read() -> None:
    assert [post.title for post in read(GREENHOUSE["jobs"][0])] == ["Cook"]  # type: ignore[index]


def test_feeds_go_to_the_reader_of_feeds() -> None:
    feed = b"<rss version='2.0'><channel><item><title>Inn: Cook</title><guid>77</guid></item></channel></rss>"
    assert [post.title for post in read(feed)] == ["Inn: Cook"]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[1, 2]",
        b'{"error": "x"}',
        b"<html><p>Sorry</html>",
        b'{"areas": [{"id": 1, "name": "Hue", "url": "/1"}]}',
    ],
    ids=["empty", "null", "numbers", "error", "page", "names of places"],
)
def test_answer_without_adverts_gives_none(body: bytes) -> None:
    assert read(body) == []


ADVERT = "<jobs><job><title>Cook</title><url>https://a.example.org/1</url><company>Inn{}</company></job></jobs>"


@pytest.mark.parametrize(
    "entities",
    ['<!ENTITY a SYSTEM "file:///etc/hostname">', "".join(
        f'<!ENTITY {chr(97 + n)} "{(f"&{chr(98 + n)};" if n < 12 else "x") * 10}">' for n in range(13)
    )],
    ids=["a file", "a bomb"],
)  # fmt: skip
def test_entities_of_xml_stay_unresolved(entities: str) -> None:
    (post,) = read(f"<!DOCTYPE jobs [{entities}]>{ADVERT.format('&a;')}".encode())
    assert post.author in ("Inn", "Inn&a;")


@pytest.mark.parametrize("digits", ["9" * 100_000, "-1", "1e400"])
def test_absurd_numbers_cost_no_advert(digits: str) -> None:
    body = f'[{{"title": "Cook", "id": 1, "company": "Inn", "created": {digits}, "salary_min": {digits}}}]'
    assert [post.title for post in read(body.encode())] == ["Cook"]


@given(st.binary(max_size=300))
@example(b"<:><a/></:>")
def test_no_bytes_make_parsing_raise(body: bytes) -> None:
    read(body)
    read(b"<jobs>" + body)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=10),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["name", "min", "city"]), inner, max_size=2)
    ),
    max_leaves=4,
)
KEYS = ("company", "created", "location", "salary", "salaryRange", "description", "lists", "expiresAt", "bulletFields")


@given(st.dictionaries(st.sampled_from(KEYS), VALUES))
def test_no_field_makes_parsing_raise(fields: dict[str, Any]) -> None:
    read([{"title": "Cook", "url": "/1", "brand": "Inn"} | fields])


@pytest.mark.parametrize(
    ("url", "wanted"),
    [
        ("https://boards.greenhouse.io/inn", "https://boards-api.greenhouse.io/v1/boards/inn/jobs?content=true"),
        ("https://jobs.lever.co/inn", "https://api.lever.co/v0/postings/inn?mode=json"),
        (
            "https://inn.wd1.myworkdayjobs.com/en-US/Careers",
            "https://inn.wd1.myworkdayjobs.com/wday/cxs/inn/Careers/jobs",
        ),
        ("https://remoteok.com/", "https://remoteok.com/api"),
        ("https://api.example.org/x?y=1", "https://api.example.org/x?y=1"),
    ],
)
def test_interface_behind_a_board(url: str, wanted: str) -> None:
    assert interface_address(url) == wanted


@pytest.mark.parametrize(
    ("answer", "url", "wanted"),
    [
        ({"items": [{}], "page": 0, "pages": 2}, URL, f"{URL}?page=1"),
        ({"items": [{}], "page": 1, "pages": 2}, URL, None),
        ([{}, {}], f"{URL}?limit=2", f"{URL}?limit=2&skip=2"),
        ([{}], f"{URL}?limit=2", None),
        ({"data": [], "links": {"next": f"{URL}?page=2"}}, URL, f"{URL}?page=2"),
        ("x", f"{URL}?limit=²", None),
    ],
)
def test_next_page_of_an_interface(answer: Any, url: str, wanted: str | None) -> None:
    assert next_page(json.dumps(answer).encode(), url) == wanted


def test_interface_is_read_page_after_page(site: Site, installation: Installation) -> None:
    later = HH | {"items": [HH["items"][0] | {"id": "78"}], "page": 1, "pages": 2}  # type: ignore[index]
    site.add("/vacancies", json.dumps(HH | {"pages": 2}), media_type="application/json")
    site.add("/vacancies?page=1", json.dumps(later), media_type="application/json")
    (result,) = installation.crawl({"kind": "jobapi", "url": f"{site.base}/vacancies"})["results"]
    assert [post.native_id for post in posts_of(installation)] == ["77", "78"]
    assert result["errors"] == 0


def test_workday_is_asked_by_post(site: Site, installation: Installation) -> None:
    def adverts(first: int, count: int) -> str:
        rows = [
            {
                "title": f"Cook {number}",
                "externalPath": f"/job/{number}",
                "postedOn": "Posted Today",
                "bulletFields": [f"R{number}"],
            }
            for number in range(first, first + count)
        ]
        return json.dumps({"total": 21, "jobPostings": rows})

    site.add("/wday/cxs/inn/Careers/jobs", adverts(0, 20), media_type="application/json")
    site.add("/wday/cxs/inn/Careers/jobs?offset=20", adverts(20, 1), media_type="application/json")
    installation.crawl({"kind": "jobapi", "url": f"{site.base}/wday/cxs/inn/Careers/jobs"})
    assert len(posts_of(installation)) == 21
