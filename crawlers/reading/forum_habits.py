"""Forums of unknown make: structured data where the page has it, else what messages and lists have in common."""

import re
from collections import defaultdict

from parsel import Selector

from crawlers.reading.forum_pages import Element, Found, first_name, messages_in
from crawlers.reading.forum_software import Messages
from crawlers.reading.json_fields import as_objects, as_string, from_rfc3339
from crawlers.reading.jsonld import blocks_of_page, nodes_of_type
from crawlers.reading.local_dates import dated_part
from crawlers.reading.markup import one_line, text_of_markup
from crawlers.reading.posting_fields import as_list, as_text

MOST_ELEMENTS = 20_000
FEWEST_ALIKE = 3
LONGEST_ROW = 2_000
MOST_PIECES = 80
_MESSAGE_ID = r"^(?:post|msg|message|comment|reply|entry|p)[-_]?(\d+)$"
MICRODATA = Messages(
    container="[itemtype*='schema.org/Comment'], [itemtype*='schema.org/DiscussionForumPosting']"
    ", [itemtype*='schema.org/Answer']",
    number=r"(\d+)$",
    number_below=True,
    author=("[itemprop=author] [itemprop=name]", "[itemprop=author]", "[itemprop=creator]"),
    date=("[itemprop=datePublished]", "[itemprop=dateCreated]", "[itemprop=commentTime]", "time[datetime]"),
    body=("[itemprop=text]", "[itemprop=articleBody]", "[itemprop=commentText]"),
    link=("a[itemprop=url]",),
)
HABITS = Messages(
    container="[id]",
    number=_MESSAGE_ID,
    author=("[class*=author]", "[class*=user]", "[class*=nick]", "[class*=poster]", "[class*=member]"),
    date=("time[datetime]", "[class*=date]", "[class*=time]", "[class*=posted]", "abbr[title]"),
    body=("[class*=content]", "[class*=body]", "[class*=text]", "[class*=message]", "[class*=entry]"),
    link=("a[rel=bookmark]", "a[href*='#']"),
)


def structured_messages(page: Selector) -> list[Found]:
    """The discussion of a page that describes itself by schema.org's JSON-LD; comments follow what they answer."""
    found = []
    for block in blocks_of_page(page):
        for posting in nodes_of_type(block, "DiscussionForumPosting"):
            found.append(_structured(posting))
            found.extend(_structured(each) for each in as_objects(as_list(posting.get("comment"))))
    return [each for each in found if each.text]


def _structured(posting: dict[str, object]) -> Found:
    link = as_string(posting.get("url")) or as_string(posting.get("@id"))
    return Found(
        number=(re.findall(r"\d+", link) or [""])[-1],
        author=as_text(posting.get("author")),
        at=from_rfc3339(posting.get("datePublished") or posting.get("dateCreated")),
        date=as_string(posting.get("datePublished")),
        text=text_of_markup(as_string(posting.get("text") or posting.get("articleBody"))),
        link=link,
        title=one_line(as_string(posting.get("headline"))),
    )


def alike_messages(page: Selector) -> list[Found]:
    """Messages by schema.org's microdata, or by ids that count (`post-123`) around something like a body."""
    for places in (MICRODATA, HABITS):
        told = [each for each in messages_in(page, places) if each.text and (each.author or each.at or each.date)]
        if told:
            return told
    return []


def listed_alike(page: Selector) -> list[Found]:
    """Threads of a list by what lists have in common: several elements of one class, each with a link and a date."""
    groups: defaultdict[tuple[str, str], list[Found]] = defaultdict(list)
    for _count, element in zip(range(MOST_ELEMENTS), page.root.iter("li", "tr", "div", "article"), strict=False):
        if found := _row(element):
            groups[(element.tag, element.get("class") or "")].append(found)
    alike = [rows for (_tag, name), rows in groups.items() if name and len(rows) >= FEWEST_ALIKE]
    best = max(alike, key=len, default=[])
    return list({each.link: each for each in best}.values())


def _row(element: Element) -> Found | None:
    if not element.get("class"):
        return None
    text = ""
    for count, piece in enumerate(element.itertext()):
        text = f"{text} {piece.strip()}" if piece.strip() else text
        # What holds more than a row does is the list itself, or a hostile nest of rows.
        if len(text) > LONGEST_ROW or count > MOST_PIECES:
            return None
    date = dated_part(text)
    links = (each for each in element.iterdescendants("a") if each.get("href"))
    link = next((each for each in links if each.text_content().strip()), None)
    if not date or link is None:
        return None
    author = first_name(Selector(root=element, type="html"), HABITS.author)
    return Found(title=one_line(link.text_content()[:500]), link=link.get("href"), date=date, author=author)
