"""The kinds of public source that can be read, by the names of the register and of `lurewatch parse`."""

from dataclasses import dataclass

from crawlers.source_spider import PageParser, SourceSpider
from crawlers.spiders import feed, jobposting, telegram


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of source: the pure parser of its pages and the spider that fetches them."""

    parse_page: PageParser
    spider: type[SourceSpider]


KINDS: dict[str, Kind] = {
    "feed": Kind(feed.parse_page, feed.FeedSpider),
    "jobposting": Kind(jobposting.parse_page, jobposting.JobPostingSpider),
    "telegram": Kind(telegram.parse_page, telegram.TelegramSpider),
}
