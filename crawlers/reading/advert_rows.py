"""From an advert as a page shows it to a post."""

from collections.abc import Iterator

from crawlers.reading.board_pages import FoundAdvert
from crawlers.reading.json_fields import only_stated
from crawlers.reading.native_ids import bounded_id, digest_id
from crawlers.reading.page_facts import PageFacts
from crawlers.reading.permalink import absolute_url, clean_permalink
from crawlers.reading.posted_dates import PostedDates
from store.parsed_post import ParsedPost

MOST_DATES = 5


def posts_of_rows(rows: list[FoundAdvert], page: PageFacts, *, pays: bool = True) -> Iterator[ParsedPost]:
    """The rows of a list, each under its own link, or a page's one advert under the page's.

    A sum of money is a salary, or, where nobody is paid, `extra.price`.
    """
    dates = PostedDates((date for row in rows for date in row.dates), lang=page.lang, fetched_at=page.fetched_at)
    for row in rows:
        yield _post(row, page, dates, pays=pays)


def _post(row: FoundAdvert, page: PageFacts, dates: PostedDates, *, pays: bool) -> ParsedPost:
    link = absolute_url(page.base, row.link)
    url = clean_permalink(link) if link else None if row.is_row else page.permalink
    read = [dates.read(date) for date in row.dates[:MOST_DATES]]
    at, notes = next((each for each in read if each[0]), next((each for each in read if each[1]), (None, {})))
    own_id = row.number or digest_id(url or page.permalink, *([] if url else [row.title]))
    stated = {
        "expired": page.is_expired and not row.is_row,
        "kind": "listing" if row.is_row else "",
        "price": "" if pays else row.salary,
    }
    return ParsedPost(
        native_id=bounded_id(f"listing/{own_id}" if row.is_row else own_id),
        url=url,
        title=row.title or None,
        text=row.text,
        author=row.author or None,
        posted_at=at,
        location=row.location or None,
        salary=(row.salary or None) if pays else None,
        lang_hint=page.lang or None,
        extra=notes | only_stated(stated),
    )
