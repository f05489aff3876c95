"""The kinds of public source that can be read, by the names of the register and of `lurewatch parse`."""

from dataclasses import dataclass

from crawlers.source_spider import PageParser, SourceSpider
from crawlers.spiders import classified, discourse, feed, forum, jobapi, jobposting, mastodon, reddit, telegram, vk


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of source: the pure parser of its pages and the spider that fetches them."""

    parse_page: PageParser
    spider: type[SourceSpider]


KINDS: dict[str, Kind] = {
    "classified": Kind(classified.parse_page, classified.ClassifiedSpider),
    "discourse": Kind(discourse.parse_page, discourse.DiscourseSpider),
    "feed": Kind(feed.parse_page, feed.FeedSpider),
    "forum": Kind(forum.parse_page, forum.ForumSpider),
    "jobapi": Kind(jobapi.parse_page, jobapi.JobApiSpider),
    "jobposting": Kind(jobposting.parse_page, jobposting.JobPostingSpider),
    "mastodon": Kind(mastodon.parse_page, mastodon.MastodonSpider),
    "reddit": Kind(reddit.parse_page, reddit.RedditSpider),
    "telegram": Kind(telegram.parse_page, telegram.TelegramSpider),
    "vk": Kind(vk.parse_page, vk.VkSpider),
}
