"""Job boards without JSON-LD: microdata, RDFa, boards' own pages, the register's selectors, data in scripts."""

import json
import time
from datetime import UTC, datetime
from html import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.reading.board_selectors import BoardPlaces
from crawlers.spiders.jobposting import parse_page
from store.parsed_post import ParsedPost, rfc3339

FETCHED = datetime(2026, 3, 10, 12, 30, tzinfo=UTC)
URL = "https://jobs.example.org/list?page=1"


def read(html: str, url: str = URL, selectors: BoardPlaces | None = None) -> list[ParsedPost]:
    return list(parse_page(html.encode(), url, fetched_at=FETCHED, selectors=selectors))


MICRODATA = """
<html lang="en"><body><div itemscope itemtype="https://schema.org/JobPosting">
<h1 itemprop="title">Cook</h1>
<p itemprop="hiringOrganization" itemscope itemtype="https://schema.org/Organization"><b itemprop="name">Inn</b></p>
<meta itemprop="datePosted" content="Thu Mar 05 02:00:00 UTC 2026">
<span itemprop="jobLocation"><span itemprop="address"><meta itemprop="streetAddress" content="Hue, VN"></span></span>
<span itemprop="baseSalary"><meta itemprop="minValue" content="800"><meta itemprop="maxValue" content="900">
<meta itemprop="currency" content="USD"><meta itemprop="unitText" content="MONTH"></span>
<div itemprop="description"><style>p {color: red}</style><p>Cook rice.</p><p>Wash up.</p></div>
</div></body></html>"""
RDFA = """
<body vocab="http://schema.org/"><div typeof="JobPosting"><h1 property="title">Cook</h1>
<div property="hiringOrganization" typeof="Organization"><span property="name">Inn</span></div>
<time property="datePosted" datetime="2026-03-05T02:00:00Z">5 March</time>
<div property="jobLocation" typeof="Place"><div property="address" typeof="PostalAddress">
<span property="addressLocality">Hue</span>, <span property="addressCountry">VN</span></div></div>
<div property="description"><p>Cook rice.</p><p>Wash up.</p></div></div></body>"""


@pytest.mark.parametrize("html", [MICRODATA, RDFA], ids=["microdata", "RDFa"])
def test_attributes_say_what_json_ld_says(html: str) -> None:
    (post,) = read(html)
    assert (post.title, post.author, post.text) == ("Cook", "Inn", "Cook rice.\n\nWash up.")
    assert (post.location, post.posted_at) == ("Hue, VN", datetime(2026, 3, 5, 2, tzinfo=UTC))


def test_salary_without_its_holder_is_read() -> None:
    (post,) = read(MICRODATA)
    assert post.salary == "800-900 USD per MONTH"


def test_sources_of_one_page_complete_each_other() -> None:
    block = (
        '<script type="application/ld+json">{"@type": "JobPosting", "title": "Head cook", "description": null}</script>'
    )
    (post,) = read(MICRODATA.replace("<body>", f"<body>{block}"))
    assert (post.title, post.author, post.text) == ("Head cook", "Inn", "Cook rice.\n\nWash up.")


def test_neighbours_in_a_box_are_no_postings_of_the_page() -> None:
    box = '<div itemscope itemtype="https://schema.org/JobPosting"><b itemprop="title">Other</b></div>'
    assert [post.title for post in read(MICRODATA + box * 3)] == ["Cook"]


def test_title_that_stands_twice_is_one() -> None:
    (post,) = read(MICRODATA.replace("<h1", '<meta itemprop="title" content="Cook"><h1'))
    assert post.title == "Cook"


def test_what_an_item_names_by_its_id_belongs_to_it() -> None:
    away = '<div id="far"><p itemprop="skills">Rice</p><div itemprop="hiringOrganization">Bar</div></div>'
    item = '<p itemscope itemtype="http://schema.org/JobPosting" itemref="far none"><b itemprop="title">Cook</b></p>'
    (post,) = read(away + item)
    assert (post.title, post.author) == ("Cook", "Bar")


def test_organisation_in_an_item_without_a_property_hires() -> None:
    (post,) = read(MICRODATA.replace('itemprop="hiringOrganization" ', ""))
    assert post.author == "Inn"


ROW = (
    '<article itemscope itemtype="http://schema.org/JobPosting"><h3 itemprop="title"><a href="/vacancy/{n}/?rps=2">'
    'Cook {n}</a></h3><b itemprop="hiringOrganization">Inn</b>{more}</article>'
)


def test_items_without_a_text_are_rows_under_the_links_of_their_titles() -> None:
    found = read("".join(ROW.format(n=number, more="") for number in (1, 2)))
    assert [post.url for post in found] == [f"https://jobs.example.org/vacancy/{number}/" for number in (1, 2)]
    assert all(post.native_id.startswith("listing/") and post.extra["kind"] == "listing" for post in found)


def test_address_that_an_item_names_goes_before_the_link_of_its_title() -> None:
    named = '<a itemprop="url" href="https://jobs.example.org/cook/1">More</a>'
    found = read("".join(ROW.format(n=number, more=named) for number in (1, 2)))
    assert [post.url for post in found] == ["https://jobs.example.org/cook/1"] * 2


def test_items_with_a_text_are_adverts() -> None:
    found = read("".join(ROW.format(n=number, more='<p itemprop="description">Cook.</p>') for number in (1, 2)))
    assert [post.extra.get("kind") for post in found] == [None, None]


def test_the_same_posting_told_twice_is_one() -> None:
    block = (
        '<script type="application/ld+json">{"@type": "JobPosting", "title": "Cook", "description": "Cook."}</script>'
    )
    assert [post.title for post in read(block * 2)] == ["Cook"]


def test_values_written_as_objects_are_read() -> None:
    (post,) = read(
        '<script type="application/ld+json">{"@type": "JobPosting", "title": {"@value": "Cook"},'
        '"datePosted": {"@type": "Date", "@value": "2026-03-05"}, "description": {"@value": "<p>Rice.</p>"}}</script>'
    )
    assert (post.title, post.text, post.posted_at) == ("Cook", "Rice.", datetime(2026, 3, 5, tzinfo=UTC))


def test_comma_after_the_last_entry_is_no_loss() -> None:
    (post,) = read('<script type="application/ld+json">{"@type": "JobPosting", "title": "Cook, [a,]",}</script>')
    assert post.title == "Cook, [a,]"


def test_organisation_elsewhere_in_the_graph_is_found() -> None:
    graph = """{"@graph": [{"@type": "JobPosting", "title": "Cook", "description": "Cook.",
      "hiringOrganization": {"@id": "#us"}}, {"@id": "#us", "@type": "Organization", "name": "Inn"}]}"""
    (post,) = read(f'<script type="application/ld+json">{graph}</script>')
    assert post.author == "Inn"


def test_places_elsewhere_in_the_graph_are_found() -> None:
    graph = """{"@graph": [{"@id": "#p", "@type": "Place", "address": {"addressLocality": "Hue"}},
      {"@type": "JobPosting", "title": "Cook", "description": "Cook.", "jobLocation": [{"@id": "#p"}, "Vinh"]}]}"""
    (post,) = read(f'<script type="application/ld+json">{graph}</script>')
    assert post.location == "Hue; Vinh"


@pytest.mark.parametrize(
    ("notice", "wanted"),
    [
        ("No longer accepting applications", True),
        ("Вакансия в архиве", True),
        ("Tin đã hết hạn", True),
        ("Offers no longer than a month", None),
        ("We are no longer available at weekends: " + "x" * 200, None),
    ],
)
def test_expired_advert_is_noted(notice: str, wanted: bool | None) -> None:
    (post,) = read(MICRODATA.replace("<body>", f"<body><p>{notice}</p>"))
    assert post.extra.get("expired") is wanted


@pytest.mark.parametrize(("until", "wanted"), [("2026-03-01", True), ("2026-03-10", None), ("1970-01-01", None)])
def test_advert_past_its_last_day_is_expired(until: str, wanted: bool | None) -> None:
    (post,) = read(MICRODATA.replace("<h1", f'<meta itemprop="validThrough" content="{until}"><h1'))
    assert post.extra.get("expired") is wanted


LINKEDIN_ROW = """
<li><div class="base-card base-search-card job-search-card" data-entity-urn="urn:li:jobPosting:77">
<a class="base-card__full-link" href="https://th.linkedin.com/jobs/view/cook-77?position=1&pageNum=0&trk=x">Cook</a>
<h3 class="base-search-card__title">Cook</h3><h4 class="base-search-card__subtitle">Inn</h4>
<span class="job-search-card__location">Hue</span><time datetime="2026-03-07">3 days ago</time></div></li>"""
JOBS_CZ_ROW = """
<html lang="cs"><article class="SearchResultCard"><h2><a class="SearchResultCard__titleLink" data-jobad-id="77"
 href="/rpd/77/?searchId=9&rps=2">Cook</a></h2><div class="SearchResultCard__status">{date}</div>
<li class="SearchResultCard__footerItem"><span translate="no">Inn</span></li>
<li data-test="serp-locality">Hue</li></article>"""
ICIMS_ROW = """
<table class="iCIMS_JobsTable"><tr><th>Job ID</th></tr><tr><td class="iCIMS_JobsTableField_1">77</td>
<td class="iCIMS_JobsTableField_2"><a class="iCIMS_Anchor" href="/jobs/77/job">Cook</a></td>
<td class="iCIMS_JobsTableField_3">Hue</td><td class="iCIMS_JobsTableField_4">3/7/2026</td></tr></table>"""


SEEK_ROW = """
<article data-automation="normalJob" data-job-id="77"><h3><a data-automation="jobTitle" href="/job/77?ref=x#sol=y">
Cook</a></h3><a data-automation="jobCompany">Inn</a><a data-automation="jobLocation">Hue</a>
<span data-automation="jobListingDate">3d ago</span></article>"""
TOPCV_ROW = """
<html lang="vi"><div class="job-item-search-result" data-job-id="77"><h3 class="title"><a href="/viec-lam/77.html">
<span title="Cook">Co...</span></a></h3><a class="company"><span class="company-name">Inn</span></a>
<label class="address"><span class="city-text">Hue</span></label>
<label class="label-update">Đăng 3 ngày trước</label></div>"""
NAUKRI_ROW = """
<div class="srp-jobtuple-wrapper" data-job-id="77"><h2><a class="title" href="/job-listings-77">Cook</a></h2>
<a class="comp-name">Inn</a><span class="locWdth">Hue</span><span class="job-post-day">3 Days Ago</span></div>"""
BAYT_ROW = """
<html lang="ar"><li data-js-job data-job-id="77"><h2><a href="/jobs/77/">Cook</a></h2><a class="t-bold">Inn</a>
<div class="t-mute">Hue</div><div class="jb-date">قبل 3 أيام</div></li>"""
PROFESIA_ROW = """
<html lang="sk"><li class="list-row"><h2><a href="/praca/inn/O77?search_id=x"><span class="title">Cook</span></a></h2>
<span class="employer">Inn</span><span class="job-location">Hue</span>
<div class="list-footer-right"><span class="info">Pred 3 dňami</span></div></li>"""
WORDPRESS_ROW = """
<ul class="job_listings"><li class="job_listing"><a href="/job/77/"><h3>Cook</h3>
<div class="company"><strong>Inn</strong></div><div class="location">Hue</div>
<time datetime="2026-03-07">3 days ago</time></a></li></ul>"""


@pytest.mark.parametrize(
    ("html", "link", "author"),
    [
        (LINKEDIN_ROW, "https://th.linkedin.com/jobs/view/cook-77", "Inn"),
        (JOBS_CZ_ROW.format(date="7. března"), "https://jobs.example.org/rpd/77/", "Inn"),
        (ICIMS_ROW, "https://jobs.example.org/jobs/77/job", None),
        (SEEK_ROW, "https://jobs.example.org/job/77?ref=x", "Inn"),
        (TOPCV_ROW, "https://jobs.example.org/viec-lam/77.html", "Inn"),
        (NAUKRI_ROW, "https://jobs.example.org/job-listings-77", "Inn"),
        (BAYT_ROW, "https://jobs.example.org/jobs/77/", "Inn"),
        (PROFESIA_ROW, "https://jobs.example.org/praca/inn/O77", "Inn"),
        (WORDPRESS_ROW, "https://jobs.example.org/job/77/", "Inn"),
    ],
    ids=["LinkedIn", "jobs.cz", "iCIMS", "SEEK", "TopCV", "Naukri", "Bayt", "Profesia", "WordPress"],
)
def test_list_of_a_known_board_gives_a_post_for_each_advert(html: str, link: str, author: str | None) -> None:
    (post,) = read(html)
    assert (post.title, post.url, post.location, post.author) == ("Cook", link, "Hue", author)
    assert post.posted_at == datetime(2026, 3, 7, tzinfo=UTC)
    assert (post.extra["kind"], post.extra["posted_at_precision"]) == ("listing", "day")


LINKEDIN_ADVERT = """
<h1 class="top-card-layout__title">Driver</h1><a class="topcard__org-name-link">Haulier</a>
<span class="topcard__flavor topcard__flavor--bullet">Da Nang</span>
<span class="posted-time-ago__text">2 days ago</span>
<div class="show-more-less-html__markup">Drive.<br>Load.</div>"""


def test_similar_adverts_beside_one_are_not_its_page() -> None:
    (post,) = read(LINKEDIN_ADVERT + LINKEDIN_ROW * 2)
    assert (post.title, post.author, post.location, post.text) == ("Driver", "Haulier", "Da Nang", "Drive.\nLoad.")
    assert (post.url, post.posted_at) == (URL, datetime(2026, 3, 8, tzinfo=UTC))


HH_ADVERT = """
<html lang="ru"><h1 data-qa="vacancy-title">Driver</h1><a data-qa="vacancy-company-name">Haulier</a>
<p data-qa="vacancy-view-location">Da Nang</p><div data-qa="vacancy-description">Drive.<br>Load.</div>
<p class="vacancy-creation-time-redesigned">Вакансия опубликована 8 марта 2026 в Дананге</p>"""
SEEK_ADVERT = """
<div data-automation="jobDetailsPage"><h1 data-automation="job-detail-title">Driver</h1>
<span data-automation="advertiser-name">Haulier</span><span data-automation="job-detail-location">Da Nang</span>
<span>Posted 2d ago</span><div data-automation="jobAdDetails">Drive.<br>Load.</div></div>"""
WORDPRESS_ADVERT = """
<h1 class="entry-title">Driver</h1><div class="single_job_listing"><ul class="job-listing-meta">
<li class="location">Da Nang</li><li class="date-posted"><time datetime="2026-03-08"></time></li></ul>
<div class="company"><p class="name"><a>Website</a><strong>Haulier</strong></p></div>
<div class="job_description">Drive.<br>Load.</div></div>"""


@pytest.mark.parametrize("html", [HH_ADVERT, SEEK_ADVERT, WORDPRESS_ADVERT], ids=["hh.ru", "SEEK", "WordPress"])
def test_advert_of_a_known_board_is_read(html: str) -> None:
    (post,) = read(html)
    assert (post.title, post.author, post.location, post.text) == ("Driver", "Haulier", "Da Nang", "Drive.\nLoad.")
    assert (post.url, post.posted_at) == (URL, datetime(2026, 3, 8, tzinfo=UTC))


def test_any_page_with_a_content_is_no_advert_of_greenhouse() -> None:
    assert read('<div id="content">We cook.</div>') == []


def test_list_with_one_of_its_adverts_in_a_pane_is_a_list() -> None:
    found = read(f'<ul class="two-pane-serp-page__results-list">{LINKEDIN_ROW}</ul>{LINKEDIN_ADVERT}')
    assert [post.title for post in found] == ["Cook"]


@pytest.mark.parametrize(
    ("words", "at", "notes"),
    [
        ("Přidáno před 2 hodinami", "2026-03-10T10:00:00Z", {"posted_at_precision": "hour"}),
        ("Aktualizováno včera", "2026-03-09T00:00:00Z", {"posted_at_precision": "day", "posted_at_from": "updated"}),
        ("10. února", "2026-02-10T00:00:00Z", {"posted_at_precision": "day", "posted_at_year": "assumed"}),
        ("30+ days ago", None, {"posted_at_precision": "unknown"}),
        ("2 months ago", "2026-01-09T00:00:00Z", {"posted_at_precision": "month"}),
        ("Příležitost dne", None, {}),  # codespell:ignore dne
    ],
)
def test_dates_in_words(words: str, at: str | None, notes: dict[str, str]) -> None:
    (post,) = read(JOBS_CZ_ROW.format(date=words))
    assert (rfc3339(post.posted_at) if post.posted_at else None) == at
    assert notes.items() <= post.extra.items()
    assert post.extra.get("posted_at_given") == (words if notes else None)


OWN = BoardPlaces(advert=".ad", title=(".what",), link=("a::attr(href)",), date=(".when",), text=(".more",))


def test_selectors_of_the_register_read_an_unknown_board() -> None:
    row = (
        '<div class="ad"><a href="/{n}"><b class="what">Job {n}</b></a>'
        '<i class="when">2026-03-0{n}</i><p class="more">Go.</p></div>'
    )
    found = read("".join(row.format(n=number) for number in (1, 2)), selectors=OWN)
    assert [(post.title, post.url, post.text) for post in found] == [
        ("Job 1", "https://jobs.example.org/1", "Go."),
        ("Job 2", "https://jobs.example.org/2", "Go."),
    ]
    assert [post.posted_at for post in found] == [datetime(2026, 3, day, tzinfo=UTC) for day in (1, 2)]


def test_addresses_that_schema_org_leaves_out_are_those_of_the_rows() -> None:
    row = (
        '<tr class="job" data-id="{n}" data-url="/remote-jobs/{n}"><td><script type="application/ld+json">'
        '{{"@type": "JobPosting", "title": "Cook {n}", "description": "Go."}}</script><h2>Cook {n}</h2></td></tr>'
    )
    found = read("<table>" + "".join(row.format(n=number) for number in (1, 2)) + "</table>")
    assert [(post.url, post.text) for post in found] == [
        (f"https://jobs.example.org/remote-jobs/{number}", "Go.") for number in (1, 2)
    ]


def test_schema_org_goes_before_selectors() -> None:
    assert [
        post.title for post in read(MICRODATA + '<div class="ad"><b class="what">Row</b></div>', selectors=OWN)
    ] == ["Cook"]


def test_adverts_in_the_data_of_a_script_are_read() -> None:
    data = """{"Results": [{"Title": "Cook", "Id": "77", "ApplyBaseURI": "/apply?job-id=77", "Abstract": "Cook rice.",
      "Address": {"City": "Hue", "Country": "Vietnam"}, "PostingStartDate": "/Date(1772668800000+0100)/",
      "SalaryDetail": {"BaseRate": 800, "TopRate": 900, "Currency": "$"}}]}"""
    (post,) = read(f"<script>var total = 1; var initial={data};</script>")
    assert (post.title, post.text, post.location) == ("Cook", "Cook rice.", "Hue, Vietnam")
    assert (post.salary, post.posted_at) == ("800-900 $", datetime(2026, 3, 5, tzinfo=UTC))


STATE = {
    "vacancies": [
        {"vacancyId": n, "name": f"Cook {n}", "company": {"name": "Inn"}, "links": {"desktop": f"/vacancy/{n}"},
         "publicationTime": {"@timestamp": 1772668800, "$": "2026-03-05T03:00:00+03:00"}, "snippet": {"req": "Rice."}}
        for n in (1, 2)
    ]
}  # fmt: skip


@pytest.mark.parametrize(
    "html",
    [
        f'<template id="HH-Lux-InitialState">{escape(json.dumps(STATE))}</template>',
        f"<script>window.__STATE__ = {json.dumps(json.dumps(STATE))};</script>",
        f"<script>load(JSON.parse({json.dumps(json.dumps(STATE))}))</script>",
        "<script>" + 'var x = {"a": 1}; ' * 30 + f"var y = {json.dumps(STATE)}</script>",
    ],
    ids=["template", "text", "parsed text", "behind others"],
)
def test_data_for_scripts_is_read_however_it_is_written(html: str) -> None:
    first, second = read(html)
    assert (first.title, first.author, first.text, second.title) == ("Cook 1", "Inn", "Rice.", "Cook 2")
    assert (first.url, first.posted_at) == ("https://jobs.example.org/vacancy/1", datetime(2026, 3, 5, tzinfo=UTC))
    assert first.extra["kind"] == "listing"


def test_data_of_one_advert_come_before_those_beside_it() -> None:
    one = {"id": 7, "name": "Cook", "company_name": "Inn", "city": "Hue", "description": "Cook rice all day."}
    beside = [{"id": n, "name": "Boy", "company_name": "Inn", "city": "Hue", "created": 1772668800} for n in (1, 2, 3)]
    (post,) = read(f"<script>var page = {json.dumps({'job': one, 'similar': beside})}</script>")
    assert (post.native_id, post.title, post.url, post.extra) == ("7", "Cook", URL, {})


UNKNOWN_ROW = """
<div class="card"><h3><a href="{path}/{n}">Head cook {n}</a></h3><div class="company">Inn</div>
<p>Cook rice with us every day of the week.</p><i>{n} Mar 2026</i></div>"""


def test_list_of_an_unknown_board_is_known_by_its_addresses() -> None:
    first, *_others = found = read("".join(UNKNOWN_ROW.format(path="/viec-lam", n=number) for number in (1, 2, 3)))
    assert (first.title, first.author, first.url) == ("Head cook 1", "Inn", "https://jobs.example.org/viec-lam/1")
    assert (first.posted_at, first.extra["kind"]) == (datetime(2026, 3, 1, tzinfo=UTC), "listing")
    assert len(found) == 3


def test_address_in_another_script_tells_of_jobs_too() -> None:
    path = "/%E0%B8%87%E0%B8%B2%E0%B8%99"
    assert len(read("".join(UNKNOWN_ROW.format(path=path, n=number) for number in (1, 2, 3)), "https://a.test/")) == 3


def test_endless_address_is_read_in_time() -> None:
    began = time.process_time()
    read(UNKNOWN_ADVERT.replace("<h1", f'<link rel="canonical" href="/{"job/" * 100_000}"><h1'))
    assert time.process_time() - began < 5


def test_list_at_an_address_with_a_number_stays_a_list() -> None:
    rows = "".join(UNKNOWN_ROW.format(path="/viec-lam", n=number) for number in (1, 2, 3))
    found = read(
        f"<main><h1>Cooks</h1><p>{'All of our jobs. ' * 20}</p>{rows}</main>", "https://www.example.org/viec-lam/12345"
    )
    assert [post.title for post in found] == ["Head cook 1", "Head cook 2", "Head cook 3"]


UNKNOWN_ADVERT = """
<h1>Head cook</h1><div class="company">Inn</div><span class="posted">Posted on 5 Mar 2026</span>
<div class="job-description">Cook rice with us every day of the week; we pay for your ticket and keep papers.</div>"""


def test_advert_of_an_unknown_board_is_known_by_its_address() -> None:
    (post,) = read(UNKNOWN_ADVERT, "https://www.example.org/jobs/12345/head-cook")
    assert (post.title, post.author, post.posted_at) == ("Head cook", "Inn", datetime(2026, 3, 5, tzinfo=UTC))
    assert post.text.startswith("Cook rice")


@pytest.mark.parametrize(
    ("html", "url"),
    [
        ("".join(UNKNOWN_ROW.format(path="/blog", n=number) for number in (1, 2, 3)), "https://www.example.org/blog"),
        (UNKNOWN_ADVERT, "https://www.example.org/careers/about-us"),
        (UNKNOWN_ADVERT, "https://www.example.org/blog/12345"),
    ],
    ids=["list of stories", "about us", "story"],
)
def test_other_pages_are_no_adverts(html: str, url: str) -> None:
    assert read(html, url) == []


@pytest.mark.parametrize(
    "html",
    [
        '<nav><a href="/jobs">Jobs</a><a href="/help">Help</a></nav><main>Nothing here.</main>',
        '<script>var menu = {"items": [{"title": "Jobs", "url": "/jobs", "description": "All"}]};</script>',
        """<script type="application/json">{"stories": [{"id": 1, "title": "Bread", "user": {"name": "Ann"},
        "createdAt": "2026-03-01", "content": "We bake."}]}</script>""",
    ],
    ids=["menu", "menu in a script", "stories in a script"],
)
def test_page_without_adverts_gives_none(html: str) -> None:
    assert read(html) == []


@given(
    st.lists(
        st.sampled_from(
            [
                "<div itemscope>",
                '<p itemprop="title">',
                "</div>",
                "x",
                "<li class=result-card>",
                '<a itemtype="JobPosting" itemprop="url" href="http://[">',
                "<time>1/2/3",
                "= {",
                '{"title":1}',
                "]",
            ]
        ),
        max_size=30,
    )
)
def test_no_markup_makes_parsing_raise(parts: list[str]) -> None:
    read("".join(parts))


@pytest.mark.parametrize(
    "part",
    [
        '<div itemscope itemtype="http://schema.org/JobPosting" itemprop="description">x',
        '<article class="SearchResultCard"><a class="SearchResultCard__titleLink" href="x">Cook</a>',
        '<div typeof="JobPosting" property="description">x',
    ],
)
def test_nested_items_and_rows_cost_no_square(part: str) -> None:
    began = time.process_time()
    read(part * 10_000)
    assert time.process_time() - began < 5
