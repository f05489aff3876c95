import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.spiders.classified import parse_page
from store.parsed_post import ParsedPost
from tests.crawlers.loopback import Installation, Site, posts_of

FETCHED = datetime(2026, 3, 10, tzinfo=UTC)
URL = "https://ads.example.org/jobs?page=1"


def read(html: str, url: str = URL) -> list[ParsedPost]:
    return list(parse_page(html.encode(), url, fetched_at=FETCHED))


def block(value: object) -> str:
    return f'<script type="application/ld+json">{json.dumps(value)}</script>'


PRODUCT = {
    "@type": "Product", "name": "Maid wanted", "description": "Live in.<br>Good pay.", "sku": "77",
    "offers": {"@type": "Offer", "price": "500", "priceCurrency": "USD", "seller": {"name": "Mme X"},
               "availableAtOrFrom": {"address": {"addressLocality": "Hue"}}, "validFrom": "2026-03-05T08:00:00Z"},
}  # fmt: skip


def test_a_product_is_an_advert() -> None:
    (post,) = read(block(PRODUCT))
    assert (post.native_id, post.title, post.text) == ("77", "Maid wanted", "Live in.\nGood pay.")
    assert (post.author, post.location, post.posted_at) == ("Mme X", "Hue", datetime(2026, 3, 5, 8, tzinfo=UTC))
    assert (post.salary, post.extra["price"]) == (None, "500 USD")


LIST = {
    "@type": "ItemList",
    "itemListElement": [
        {
            "@type": "ListItem",
            "position": number,
            "item": {"@type": "Product", "name": f"Ad {number}", "url": f"/{number}"},
        }
        for number in (1, 2, 3)
    ],
}
OFFERS = {
    "@type": "Product", "name": "Work",
    "offers": {"@type": "AggregateOffer", "offers": [
        {"@type": "Offer", "name": f"Ad {n}", "url": f"https://ads.example.org/{n}"} for n in (1, 2, 3)]},
}  # fmt: skip
LINKS = {
    "@type": "ItemList",
    "itemListElement": [{"@type": "ListItem", "name": f"Ad {n}", "url": f"/{n}"} for n in (1, 2, 3)],
}
MICRODATA = "".join(
    '<div itemscope itemtype="https://schema.org/Offer">'
    f'<a itemprop="url" href="/{n}"><b itemprop="name">Ad {n}</b></a></div>'
    for n in (1, 2, 3)
)
KNOWN = "".join(
    f'<li class="result-row" data-pid="{n}"><a class="result-title" href="/{n}">Ad {n}</a></li>' for n in (1, 2, 3)
)
HABIT = "".join(
    f'<div class="box b{n}"><h3><a href="/{n}">Ad {n} of many</a></h3><p>Come and work with us today.</p></div>'
    for n in (1, 2, 3)
)


@pytest.mark.parametrize(
    "html", [block(LIST), block(OFFERS), block(LINKS), MICRODATA, KNOWN, HABIT],
    ids=["items", "offers", "links", "microdata", "known site", "habit"],
)  # fmt: skip
def test_list_gives_a_post_for_each_row(html: str) -> None:
    found = read(html)
    assert [post.url for post in found] == [f"https://ads.example.org/{number}" for number in (1, 2, 3)]
    assert all((post.title or "").startswith("Ad ") and post.extra["kind"] == "listing" for post in found)


def test_what_schema_org_leaves_out_is_taken_from_the_page() -> None:
    shown = (
        '<div data-cy="ad_title"><h4>Maid</h4></div><b data-testid="user-profile-user-name">Mme X</b>'
        '<i data-cy="ad-posted-at">5 March 2026</i><div data-cy="ad_description">Live out.</div>'
    )
    (post,) = read(block(PRODUCT | {"offers": {"price": 500}}) + shown)
    assert (post.title, post.text, post.author) == ("Maid wanted", "Live in.\nGood pay.", "Mme X")
    assert post.posted_at == datetime(2026, 3, 5, tzinfo=UTC)


def test_rows_complete_each_other_only_where_they_are_the_same() -> None:
    row = '<li class="result-row"><a class="result-title" href="/x{n}">Ad {n}</a><i class="result-hood">Hue</i></li>'
    found = read(block(LIST) + "".join(row.format(n=number) for number in (1, 3, 2)))
    assert [(post.title, post.location) for post in found] == [("Ad 1", "Hue"), ("Ad 2", None), ("Ad 3", None)]


AD = {
    "list_id": 77, "list_time": 1772722800000, "subject": "Maid wanted", "body": "Live in.\nGood pay.", "name": "Mme X",
    "price": {"displayValue": "500 USD"}, "regionName": "Hue",
}  # fmt: skip


def test_advert_in_the_data_of_a_script_is_read() -> None:
    data = json.dumps({"props": {"adView": {"ad": AD}}})
    (post,) = read(f'<script id="__NEXT_DATA__" type="application/json">{data}</script>')
    assert (post.native_id, post.title, post.text) == ("77", "Maid wanted", "Live in.\nGood pay.")
    assert (post.author, post.location, post.url) == ("Mme X", "Hue", URL)
    assert (post.posted_at, post.salary) == (datetime(2026, 3, 5, 15, tzinfo=UTC), None)
    assert post.extra == {"price": "500 USD"}


AVITO = """
<html lang="ru"><h1 data-marker="item-view/title-info">Maid</h1><b data-marker="seller-info/name">Mme X</b>
<i data-marker="item-view/item-date"> · 5 марта в 12:41</i>
<div data-marker="item-view/item-description">Live in.</div>"""
BACKPAGE = """
<div id="postingTitle"><h1>Maid</h1></div><div class="adInfo">Posted:<br>Thursday, March 5, 2026 8:10 AM</div>
<div class="postingBody">Live in.</div>"""
BAZOS = """
<html lang="cs"><h1 class="nadpisdetail">Maid</h1><p class="inzeradetnadpis"><i class="velikost10">[5.3. 2026]</i></p>
<div class="popisdetail">Live in.</div>"""


@pytest.mark.parametrize("html", [AVITO, BACKPAGE, BAZOS], ids=["Avito", "Backpage", "Bazoš"])
def test_advert_of_a_known_site_is_read(html: str) -> None:
    (post,) = read(html)
    assert (post.title, post.text, post.posted_at) == ("Maid", "Live in.", datetime(2026, 3, 5, tzinfo=UTC))


def test_row_that_is_one_link_is_called_by_its_heading() -> None:
    row = '<a class="row" href="/{n}"><h3>Driver {n}</h3><p>Drive a lorry to the border.</p><i>5 มี.ค. 69</i></a>'
    first, *_others = read('<html lang="th">' + "".join(row.format(n=number) for number in (1, 2, 3)))
    assert (first.title, first.text) == ("Driver 1", "Drive a lorry to the border.")
    assert first.posted_at == datetime(2026, 3, 5, tzinfo=UTC)


def test_date_in_a_line_with_everything_is_found() -> None:
    row = (
        '<li class="result-row"><a class="result-title" href="/1">Maid</a><time datetime="Jobs - Cebu (Philippines) - '
        'in the first part of the list - March 5, 2026 500.00 Dollar"></time></li>'
    )
    assert read(row)[0].posted_at == datetime(2026, 3, 5, tzinfo=UTC)


def test_advert_beside_a_list_of_others_is_alone() -> None:
    assert [post.title for post in read(block([PRODUCT, LIST]))] == ["Maid wanted"]


def test_unknown_list_gives_dates_prices_and_teasers() -> None:
    row = (
        '<li class="x"><h3><a href="/{n}">Driver {n}</a></h3><p>Drive a lorry to the border.</p>'
        "<b>$ 90{n}</b><i>{n}2 Jan, 2026</i></li>"
    )
    first, *_others = read(
        "".join(row.format(n=n) for n in (1, 2, 1)).replace('href="/1">', 'href="/3">', 1) + row.format(n=2)
    )
    assert (first.text, first.extra["price"]) == ("Drive a lorry to the border.", "$ 901")
    assert first.posted_at == datetime(2026, 1, 12, tzinfo=UTC)


def test_unknown_page_of_one_advert() -> None:
    text = "Come and cook with us for good pay, room and board; ask for Mr Y at the harbour. " * 2
    (post,) = read(f'<h1>Cook wanted</h1><div class="ad-description">{text}</div><span class="price">500 USD</span>')
    assert (post.title, post.text, post.extra) == ("Cook wanted", text.strip(), {"price": "500 USD"})


def test_job_postings_among_adverts_are_job_postings() -> None:
    (post,) = read(block({"@type": "JobPosting", "title": "Cook", "description": "Cook.", "baseSalary": 500}))
    assert (post.title, post.salary) == ("Cook", "500")


def test_a_menu_is_no_list_of_adverts() -> None:
    assert (
        read("".join(f'<li><h3><a href="/{name}">{name}</a></h3></li>' for name in ("Vehicles", "Houses", "Animals")))
        == []
    )


def test_an_absurd_price_costs_no_advert() -> None:
    html = (
        '<script type="application/ld+json">{"@type": "Product", "name": "Maid", "offers": {"price": '
        + "9" * 100_000
        + "}}</script>"
    )
    (post,) = read(html)
    assert len(post.extra["price"]) <= 100


PARTS = ["<h3><a href=/1>Ad one of many</a></h3>", "<div class=x>", "</div>", "$ 9", "<h1>Title",
         "<p class=description>" + "x " * 60, block(LIST)[:90], block({"@type": "Offer", "offers": [[{}]], "name": {}}),
         "<li class=result-row>", "1/2/2026"]  # fmt: skip


@given(st.lists(st.sampled_from(PARTS), max_size=20))
def test_no_markup_makes_parsing_raise(parts: list[str]) -> None:
    read("".join(parts))


def test_adverts_of_a_list_are_fetched(site: Site, installation: Installation) -> None:
    site.add("/jobs", KNOWN)
    for number in (1, 2, 3):
        site.add(f"/{number}", block(PRODUCT | {"sku": str(number)}))
    (result,) = installation.crawl({"kind": "classified", "url": f"{site.base}/jobs"})["results"]
    assert {post.native_id for post in posts_of(installation)} >= {"1", "2", "3", "listing/1"}
    assert result["errors"] == 0


def test_notice_for_printed_pages_is_no_text_of_the_advert() -> None:
    notice = '<div class="print-information">QR Code Link to This Post</div>'
    (post,) = read(f'<span id="titletextonly">Cooks wanted</span><section id="postingbody">{notice}Call us.</section>')
    assert post.text == "Call us."
