"""Saved pages of Reddit, old and new, in the shape of its interface. The spider never fetches them: the site is closed.

Nothing here raises on content.
"""

from typing import Any

from parsel import Selector

from crawlers.reading.markup import one_line, text_of_markup

MOST_THINGS = 5_000
_NEW = "shreddit-post[id^=t3_], shreddit-comment[thingid^=t1_]"
_BODY = "./*[@slot='text-body'] | ./*[@slot='comment']"
_OWN = "./div[contains(concat(' ', @class, ' '), ' entry ')]"


def things_of_page(page: Selector) -> list[dict[str, Any]]:
    """Submissions and comments in the page's order; advertisements and folded rests are none."""
    found = page.css(f".thing[data-fullname^=t1_]:not(.morechildren), .thing[data-fullname^=t3_], {_NEW}")[:MOST_THINGS]
    things = []
    # Last first, and each out of the tree once it is read: a hostile page nests them where they should not be.
    for each in reversed(found):
        things.append(_new_thing(each) if each.root.tag.startswith("shreddit") else _thing(each))
        each.drop()
    return [thing for thing in reversed(things) if thing]


def _thing(thing: Selector) -> dict[str, Any]:
    if thing.root.attrib.get("data-promoted") == "true":
        return {}
    name, kind = thing.root.attrib["data-fullname"], thing.root.attrib["data-fullname"][:2]
    # Answers stand inside the comment that they answer.
    own = thing.xpath(_OWN)[:1]
    above = thing.xpath("./ancestor::div[@data-fullname][1]/@data-fullname").get()
    permalink = thing.root.attrib.get("data-permalink") or own.css("a.bylink::attr(href)").get(default="")
    data = {
        "name": name,
        "id": name[3:],
        "author": thing.root.attrib.get("data-author") or own.css(".author::text").get() or "[deleted]",
        "created": thing.root.attrib.get("data-timestamp") or own.css(".tagline time::attr(datetime)").get(),
        "permalink": permalink.partition("reddit.com")[2] or permalink,
        "subreddit": thing.root.attrib.get("data-subreddit"),
        "parent_id": above,
        "is_self": "self" in (thing.root.attrib.get("class") or "").split(),
        "url": thing.root.attrib.get("data-url"),
        "title": one_line(own.css("a.title").xpath("string()").get(default="")),
        "selftext" if kind == "t3" else "body": text_of_markup(own.css(".usertext-body .md").get(default="")),
    }
    return {"kind": kind, "data": data}


def _new_thing(thing: Selector) -> dict[str, Any]:
    """A submission or a comment of the site as it is since 2023: elements of its own, with nearly all in attributes."""
    stated = thing.root.attrib
    name = stated.get("thingid") or stated.get("id", "")
    body = text_of_markup("".join(thing.xpath(_BODY).getall()[:1]))
    data = {
        "name": name,
        "id": name[3:],
        "author": stated.get("author"),
        "created": stated.get("created-timestamp") or thing.css("time::attr(datetime)").get(),
        "permalink": stated.get("permalink"),
        "subreddit": stated.get("subreddit-name"),
        "link_id": stated.get("postid"),
        "parent_id": stated.get("parentid") or stated.get("postid"),
        "is_self": stated.get("post-type") == "text",
        "url": stated.get("content-href"),
        "title": one_line(stated.get("post-title", "")),
        "selftext" if name.startswith("t3") else "body": body,
    }
    return {"kind": name[:2], "data": data}
