"""Saved pages of old.reddit.com in the shape of its interface. The spider never fetches them: the site is closed to it.

Nothing here raises on content.
"""

from typing import Any

from parsel import Selector

from crawlers.reading.markup import one_line, text_of_markup

MOST_THINGS = 5_000
_OWN = "./div[contains(concat(' ', @class, ' '), ' entry ')]"


def things_of_page(page: Selector) -> list[dict[str, Any]]:
    """Submissions and comments in the page's order; advertisements and folded rests are none."""
    found = page.css(".thing[data-fullname^=t1_]:not(.morechildren), .thing[data-fullname^=t3_]")[:MOST_THINGS]
    things = []
    # Last first, and each out of the tree once it is read: a hostile page nests them where they should not be.
    for each in reversed(found):
        things.append(_thing(each))
        each.drop()
    return [thing for thing in reversed(things) if thing]


def _thing(thing: Selector) -> dict[str, Any]:
    if thing.attrib.get("data-promoted") == "true":
        return {}
    name, kind = thing.attrib["data-fullname"], thing.attrib["data-fullname"][:2]
    # Answers stand inside the comment that they answer.
    own = thing.xpath(_OWN)[:1]
    above = thing.xpath("./ancestor::div[@data-fullname][1]/@data-fullname").get()
    permalink = thing.attrib.get("data-permalink") or own.css("a.bylink::attr(href)").get(default="")
    data = {
        "name": name,
        "id": name[3:],
        "author": thing.attrib.get("data-author") or own.css(".author::text").get() or "[deleted]",
        "created": thing.attrib.get("data-timestamp") or own.css(".tagline time::attr(datetime)").get(),
        "permalink": permalink.partition("reddit.com")[2] or permalink,
        "subreddit": thing.attrib.get("data-subreddit"),
        "parent_id": above,
        "is_self": "self" in (thing.attrib.get("class") or "").split(),
        "url": thing.attrib.get("data-url"),
        "title": one_line(own.css("a.title").xpath("string()").get(default="")),
        "selftext" if kind == "t3" else "body": text_of_markup(own.css(".usertext-body .md").get(default="")),
    }
    return {"kind": kind, "data": data}
