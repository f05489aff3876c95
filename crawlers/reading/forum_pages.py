"""What a forum's page shows: messages of a thread or threads of a list, as plain facts, by a table of kinds of forum.

The tree is taken apart while it is read, last message first: a theme that leaves elements open nests every message in
the one before, and a hostile page nests thousands.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias

import lxml.etree  # type: ignore[import-untyped]
import lxml.html  # type: ignore[import-untyped]
from parsel import Selector

from crawlers.reading.forum_software import MESSAGES, PLAIN, PROFILES, ROWS, THREADS, Messages, Threads
from crawlers.reading.json_fields import from_epoch, from_rfc3339
from crawlers.reading.local_dates import dated_part, is_dated
from crawlers.reading.markup import one_line, text_of_tree

Element: TypeAlias = lxml.html.HtmlElement
# No board shows more on one page.
MOST_MESSAGES = 5_000
MOST_CONTAINERS = 50_000
MOST_ABOVE = 12
MOST_ABOVE_BODY = 600
MOST_PROFILES = 10
QUOTED_TEXT = (
    ".bbCodeBlock-content, .quote, .quotecontent, .message, .ipsQuote_contents, div[style*='font-style:italic']"
)
QUOTED_AUTHOR = (".attribution", ".bbCodeBlock-title", ".quotetitle", "cite", ".bbcode_postedby strong", "strong")
NUMBER_KEYS = ("id", "data-content", "data-node-id", "data-object-id", "data-post-id", "class")
_CLOCK = re.compile(r"\d\s?[:hH]\s?\d{2}")
_EPOCH_KEYS = ("data-time", "data-timestamp", "data-epoch")
_ONLINE = re.compile(r"\s+(?:is (?:on|off)line|\((?:on|off)line\))$", re.IGNORECASE)
_BY = re.compile(r"^(?:started by\b|(?:by|von|par|de|por|da|od|от|автор)\s*:)\s*", re.IGNORECASE)
# "Quote from: desk on March 1, 2026", "(03-01-2026) desk Wrote:", "desk schrieb:": what stands around a quoted name.
_BEFORE_QUOTED = re.compile(
    r"^(?:\([^()]{0,60}\)|quote from|originally posted by|zitat von|citation de|cita de)\s*:?\s*", re.I
)
_AFTER_QUOTED = re.compile(
    r"\s*(?:\bon\s+\S+\s+\d.*"
    r"|\b(?:wrote|said|schrieb|hat geschrieben|a écrit|escribió|ha scritto|escreveu|писал)\b.*|:)$",
    re.IGNORECASE,
)
_PAGE_NUMBER = re.compile(r"^\W*\d+\W*$")


@dataclass(slots=True)
class Found:
    """A message, or a thread of a list, as the page has it: links unresolved, `date` in the page's own words."""

    number: str = ""
    anchor: str = ""
    author: str = ""
    at: datetime | None = None
    date: str = ""
    text: str = ""
    link: str = ""
    title: str = ""
    quotes: list[dict[str, str]] = field(default_factory=list)


def read_messages(page: Selector) -> tuple[str, list[Found]]:
    """The software's name and the messages of a page in its order; empty when no known software shows any."""
    for software, places in MESSAGES.items():
        found = messages_in(page, places)
        if found:
            return software, found
    for software, places in ROWS.items():
        found = _rows(page, places)
        if found:
            return software, found
    plain = [each for each in messages_in(page, PLAIN) if each.text and each.author and (each.at or each.date)]
    return "plain", plain


def messages_in(page: Selector, places: Messages) -> list[Found]:
    """The messages by one row of the table, in the page's order; where they have numbers, what has none is none."""
    pattern = re.compile(places.number or "$^", re.IGNORECASE)
    containers = [each.root for each in page.css(places.container)[:MOST_CONTAINERS]]
    found_numbers = ((each, _number(each, pattern, below=places.number_below)) for each in containers)
    numbered = [(each, number) for each, number in found_numbers if number or not places.number]
    found = [_message(container, number, places) for container, number in reversed(numbered[:MOST_MESSAGES])]
    return [each for each in reversed(found) if each]


def _message(container: Element, number: str, places: Messages) -> Found | None:
    message = Selector(root=container, type="html")
    body = next((each.root for selector in places.body for each in message.css(selector)[:1]), None)
    # Advertisements stand among the messages under number nought.
    if body is None or number == "0":
        return None
    own_id = (container.get("id") or "").removeprefix("js-")
    found = Found(
        number=number,
        anchor=own_id if number in own_id else number,
        author=(container.get(places.author_attribute) or "").strip()
        or first_name(message, places.author)
        or (_linked_profile(message, body) if number else ""),
        link=_first_link(message, places.link),
        **_date(message, places.date),
    )
    if not (found.at or found.date):
        found.date = _clocked_text(container, body)
    found.at = from_epoch(container.get(places.epoch_attribute)) or found.at
    found.quotes, found.text = own_words(body, places)
    if container.getparent() is not None:
        container.drop_tree()
    return found if found.text or found.author else None


def _linked_profile(message: Selector, body: Element) -> str:
    """The name that the first link to a profile gives; whom the words of a message name did not write it."""
    inside = set(body.iter("a"))
    links = (each for selector in PROFILES for each in message.css(selector)[:MOST_PROFILES])
    return next((name for each in links if each.root not in inside and (name := _name_in(each.root))), "")


def _number(container: Element, pattern: re.Pattern[str], *, below: bool) -> str:
    own = [container.get(key) for key in NUMBER_KEYS]
    inner = [each.get("id") for _count, each in zip(range(200), container.iter("*"), strict=False)] if below else []
    return next((match[1] for value in (*own, *inner) if value and (match := pattern.search(value))), "")


def first_name(within: Selector, selectors: tuple[str, ...]) -> str:
    """The text of the first of the places that holds one, as a name."""
    for selector in selectors:
        for each in within.css(selector)[:3]:
            if name := _name_in(each.root):
                return name
    return ""


def _name_in(element: Element) -> str:
    name = " ".join("".join(_short_text(element)).split())
    return _BY.sub("", _ONLINE.sub("", name))[:200]


def _short_text(element: Element) -> Iterator[str]:
    """The text of an element that should be short: of a hostile one no more than a line's worth."""
    if isinstance(element, str):
        yield element
        return
    for _count, text in zip(range(60), element.itertext(), strict=False):
        yield text[:500]


def _first_link(within: Selector, selectors: tuple[str, ...]) -> str:
    return next((link for selector in selectors for link in within.css(selector).xpath("@href").getall()[:1]), "")


def _date(within: Selector, selectors: tuple[str, ...]) -> dict[str, Any]:
    """`at` where the page states an instant, else `date`, its words for it."""
    for selector in selectors:
        for each in within.css(selector)[:3]:
            at, text = read_date_element(each.root)
            if at or is_dated(text):
                return {"at": at, "date": text}
    return {"date": ""}


def _clocked_text(container: Element, body: Element) -> str:
    """The first date with a clock before the words of a message: since when somebody is a member has none."""
    for _count, (event, node) in zip(
        range(MOST_ABOVE_BODY), lxml.etree.iterwalk(container, events=("start", "end", "comment")), strict=False
    ):
        if node is body:
            break
        text = (node.text if event == "start" else node.tail) or ""
        if _CLOCK.search(text) and _CLOCK.search(part := dated_part(text)):
            return part
    return ""


def read_date_element(element: Element) -> tuple[datetime | None, str]:
    """An instant from the attributes of a <time> or <abbr>; else its title or text."""
    for key in _EPOCH_KEYS:
        if at := from_epoch(element.get(key)):
            return at, ""
    stated = element.get("datetime") or element.get("title") or element.get("content") or ""
    if at := from_rfc3339(stated.strip()):
        return at, ""
    if is_dated(stated):
        return None, stated
    # "<span title="01-14-2020">Yesterday</span>, 03:22 PM": the title is the date, the rest the hour.
    inner = next((each for each in element.iterdescendants("span") if re.search(r"\d", each.get("title") or "")), None)
    text = " ".join("".join(_short_text(element)).split())
    if inner is not None and not is_dated(element.text or ""):
        return None, f"{inner.get('title')} {(inner.tail or '').strip(' ,')}"
    return None, text


def own_words(body: Element, places: Messages) -> tuple[list[dict[str, str]], str]:
    """What the message quotes, and its own text; a message that is nothing but a quote is that text."""
    holder = Selector(root=body, type="html")
    for header in holder.css(".quoteheader"):
        if (quote := header.root.getnext()) is not None:
            quote.set("data-author", "".join(_short_text(header.root)))
    for each in holder.css(places.clutter) if places.clutter else []:
        if each.root is not body and each.root.getparent() is not None:
            each.root.drop_tree()
    quotes = [each.root for each in holder.css(places.quotes) if each.root is not body] if places.quotes else []
    told = [_quote(quote) for quote in _outermost(quotes)]
    whole = text_of_tree(body) if quotes else ""
    for quote in reversed(quotes):
        if quote.getparent() is not None:
            quote.drop_tree()
    text = text_of_tree(body)
    return ([each for each in told if each], text) if text or not quotes else ([], whole)


def _quote(quote: Element) -> dict[str, str]:
    """Whose words, as far as the quote itself says, and the words."""
    within = Selector(root=quote, type="html")
    inner = next((each.root for each in within.css(QUOTED_TEXT)[:1]), quote)
    author = quote.get("data-quote") or quote.get("data-author") or quote.get("data-ipsquote-username") or ""
    author = " ".join(author.split()) or first_name(within, QUOTED_AUTHOR)
    author = _AFTER_QUOTED.sub("", _BEFORE_QUOTED.sub("", author))[:200]
    named = [each.root for each in within.css("cite, .bbCodeBlock-title")[:1] if inner is quote]
    for each in named:
        each.drop_tree()
    text = text_of_tree(inner)
    return {"author": author, "text": text} if text else {}


def _outermost(elements: list[Element]) -> list[Element]:
    """Those that stand in none of the others; in the page's order what is inside follows right after."""
    kept: list[Element] = []
    inside: set[Element] = set()
    for element in elements[:50]:
        if element not in inside:
            kept.append(element)
            inside.update(element.iterdescendants())
    return kept


def _rows(page: Selector, places: Messages) -> list[Found]:
    """Messages spread over table rows: everything between one numbered anchor and the next belongs together."""
    if not any(re.match(places.number, name) for name in page.css("a[name]::attr(name)").getall()):
        return []
    parts = {"author": places.author, "date": places.date, "body": places.body, "link": places.link}
    stated = {name: ", ".join(selectors) for name, selectors in parts.items() if selectors}
    kinds = {name: {each.root for each in page.css(selector)} for name, selector in stated.items()}
    found: list[Found] = []
    current, author_cell = Found(), None
    # A list, for the tree changes while its messages are read.
    for node in list(page.root.iter("a", "b", "span", "div", "td")):
        anchor = re.match(places.number, node.get("name") or "") if node.tag == "a" else None
        if anchor:
            current = Found(number=anchor[1], anchor=anchor[0])
            found.append(current)
        if node in kinds["author"] and not current.author:
            current.author = " ".join("".join(_short_text(node)).split())[:200]
            author_cell = next(node.iterancestors("td"), None)
        # Beside the author stands since when he is a member.
        if author_cell is None or next(node.iterancestors("td"), None) is not author_cell:
            _add_row_part(current, node, kinds, places)
    return [each for each in found if each.text and each.author]


def _add_row_part(current: Found, node: Element, kinds: dict[str, set[Element]], places: Messages) -> None:
    if node in kinds.get("link", ()) and not current.link:
        current.link = node.get("href") or ""
    if node in kinds["date"] and not (current.date or current.at):
        at, text = read_date_element(node)
        current.at, current.date = at, text if is_dated(text) else ""
    if node in kinds["body"] and not current.text:
        current.quotes, current.text = own_words(node, places)


def read_threads(page: Selector) -> tuple[str, list[Found]]:
    """The software's name and the threads that a page lists, in its order, each once."""
    for software, places in THREADS.items():
        found = {thread.link: thread for thread in _threads(page, places)}
        if found:
            return software, list(found.values())
    return "", []


def _threads(page: Selector, places: Threads) -> Iterator[Found]:
    for each in page.css(places.title)[:MOST_MESSAGES]:
        title, link = " ".join("".join(_short_text(each.root)).split()), each.root.get("href") or ""
        is_page = _PAGE_NUMBER.match(title) and each.root.getprevious() is not None
        if not title or not link or is_page:
            continue
        row = _row(each.root, places.row)
        within = Selector(root=row, type="html")
        date = _date(within, places.date) if places.date else {"date": ""}
        if date == {"date": ""}:
            date = {"date": _beside(each.root)}
        yield Found(
            number=each.root.get("id") or each.root.getparent().get("id") or "",
            author=(row.get(places.author_attribute) or "").strip()
            or first_name(within, places.author)
            or _linked_name(each.root),
            title=one_line(title),
            link=link,
            text=next((text_of_tree(found.root) for selector in places.text for found in within.css(selector)[:1]), ""),
            **date,
        )


def _row(link: Element, row_class: str) -> Element:
    for _count, above in zip(range(MOST_ABOVE), link.iterancestors(), strict=False):
        classes = (above.get("class") or "").split()
        is_named = above.tag not in ("td", "span", "a") and any(
            each == row_class or each.startswith(f"{row_class}--") for each in classes
        )
        if is_named or above.tag == "tr":
            return above
    return link.getparent()


def _linked_name(link: Element) -> str:
    """The next link beside a thread's own is its author's, but for those to its further pages."""
    for each in link.itersiblings("a"):
        name = " ".join("".join(_short_text(each)).split())
        if name and not _PAGE_NUMBER.match(name):
            return name[:200]
    return ""


def _beside(link: Element) -> str:
    text = " ".join("".join(_short_text(link.getparent())).split())
    after = text.rpartition("»")[2]
    return after if after != text and re.search(r"\d", after) else ""
