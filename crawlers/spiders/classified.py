"""Classified adverts: by schema.org, the register's selectors, known sites' pages, the data of scripts, else by habit.

A list gives a post for each row, `kind` "listing", and its adverts are fetched; a page gives its one advert. Job
postings are read as `jobposting` does.
"""

from collections.abc import Iterator
from datetime import datetime
from functools import partial

from parsel import Selector
from scrapy.http import Response

from crawlers.paged_spider import ListedSpider
from crawlers.reading import offers
from crawlers.reading.advert_habits import alike_adverts, one_advert, one_or_rows
from crawlers.reading.advert_rows import posts_of_rows
from crawlers.reading.board_pages import FoundAdvert, completed, read_board
from crawlers.reading.board_selectors import BoardPlaces
from crawlers.reading.classified_selectors import CLASSIFIEDS
from crawlers.reading.job_records import embedded_records
from crawlers.reading.markup import decode_page
from crawlers.reading.page_facts import PageFacts
from crawlers.source_spider import CapturedPage, ReadPage
from crawlers.spiders import jobposting
from crawlers.spiders.forum import next_page
from store.parsed_post import ParsedPost


def parse_page(
    body: bytes,
    url: str,
    *,
    fetched_at: datetime,
    content_type: str | None = None,
    selectors: BoardPlaces | None = None,
) -> Iterator[ParsedPost]:
    """The adverts of a list or the one of a page, in the page's order. Never raises on content."""
    html = decode_page(body, content_type)
    page = Selector(text=html, type="html")
    facts = PageFacts(page, url, html, fetched_at=fetched_at)
    if "JobPosting" in html and not selectors:
        found = list(jobposting.adverts_of_page(facts, html))
        if found:
            yield from found
            return
    found_in_markup = _told(page, selectors)
    in_data = embedded_records(html, facts.base, fetched_at=fetched_at, address=facts.permalink, pays=False)
    data = [] if found_in_markup else list(in_data)
    yield from data or posts_of_rows(found_in_markup or _by_habit(page), facts, pays=False)


def _told(page: Selector, selectors: BoardPlaces | None) -> list[FoundAdvert]:
    """What schema.org says of the adverts, completed by what the site shows, or that alone."""
    told = [_of_offer(each) for each in offers.offers_of_page(page)] if not selectors else []
    known = read_board(page, (*filter(None, (selectors,)), *CLASSIFIEDS))
    if not told or [each.is_row for each in told] != [each.is_row for each in known]:
        return told or known
    pairs = zip(told, known, strict=True)
    return [each if each.is_row and each.title != shown.title else completed(each, shown) for each, shown in pairs]


def _by_habit(page: Selector) -> list[FoundAdvert]:
    return one_or_rows(one_advert(page), alike_adverts(page))


def _of_offer(offered: offers.Offered) -> FoundAdvert:
    date = offers.date_of_offer(offered.item)
    return FoundAdvert(
        title=offers.title_of_offer(offered.item),
        link=offers.link_of_offer(offered.item) if offered.is_row else "",
        number=offers.number_of_offer(offered.item),
        author=offers.seller_of_offer(offered.item),
        dates=(date,) if date else (),
        location=offers.place_of_offer(offered.item),
        salary=offers.price_of_offer(offered.item),
        text=offers.text_of_offer(offered.item),
        is_row=offered.is_row,
    )


class ClassifiedSpider(ListedSpider):
    """Reads a list, its adverts, and further pages while there is something new."""

    name = "classified"

    def parse(self, response: Response) -> Iterator[CapturedPage]:
        """The adverts of a page; one without any is counted."""
        page = self.captured_page(response, partial(parse_page, selectors=self.source.selectors))
        if not page.posts:
            self.count("classified/no_adverts")
        yield page

    def older_page(self, page: ReadPage) -> str | None:
        """The list's next page."""
        is_list = any(post.extra.get("kind") == "listing" for post in page.posts)
        return next_page(page.body, page.url, content_type=page.content_type) if is_list else None
