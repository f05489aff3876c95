"""Adverts of sites that we do not know: by what lists of adverts have in common, and by how single ones are laid out.

A heading with a link, several times in elements of the same classes, is a list; each row reaches as far as it holds no
other's heading. One heading over a described text is one advert.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import TypeAlias

import lxml.html  # type: ignore[import-untyped]
from parsel import Selector

from crawlers.reading.board_pages import FoundAdvert
from crawlers.reading.local_dates import is_dated
from crawlers.reading.markup import text_of_tree

Element: TypeAlias = lxml.html.HtmlElement
FEWEST_ALIKE = 3
MOST_LINKS = 3_000
MOST_ROWS = 500
MOST_ABOVE = 12
SHORTEST_TITLE = 6
SHORTEST_TEXT, LONGEST_ROW = 80, 400
HEADINGS = (
    "h1 a[href], h2 a[href], h3 a[href], h4 a[href], h5 a[href], a[href]:has(h2), a[href]:has(h3), a[href]:has(h4)"
    ", [class*=title i] > a[href], a[href][class*=title i]"
)
DESCRIBED = (
    "[itemprop=description]:not(meta)", "#description", "[id*=description i]", "[class*=description i]",
    "[class*=ad-text i]", "[class*=adtext i]", "[class*=post-body i]", "[class*=content-body i]", "article", "main",
)  # fmt: skip
SELLER = (
    "[itemprop=seller] [itemprop=name]", "[class*=seller i] [class*=name i]", "[class*=author i]", "[class*=seller i]",
    "[class*=user-name i]", "[class*=username i]", "[class*=advertiser i]",
)  # fmt: skip
PLACE = (
    "[itemprop=addressLocality]",
    "[itemprop=jobLocation]",
    "[class*=location i]",
    "[class*=locality i]",
    "[class*=city i]",
    "address",
)
PRICE = ("[itemprop=price]", "[class*=price i]", "[id*=price i]")
HIRING = ("[itemprop=hiringOrganization]", "[class*=company i]", "[class*=employer i]", "[class*=organi i]")
DATED = "time, [itemprop=datePosted], [class*=date i], [class*=posted i], [class*=publish i], [class*=time i]"
_MONEY = re.compile(
    r"(?:[$€£¥₫฿₹₽₱₩]|\b(?:USD|EUR|AUD|GBP|THB|VND|PHP|INR|RUB|RM|Rp|Rs\.?|Kč|zł|NT\$|HK\$))\s?\d[\d.,' \u00a0]{0,15}"
    r"|\d[\d.,' \u00a0]{0,15}\s?(?:[$€£¥₫฿₹₽₱₩]|(?:USD|EUR|AUD|GBP|THB|VND|PHP|INR|RUB|Kč|zł|руб|đ|บาท)(?!\w))",
    re.IGNORECASE,
)


def alike_adverts(page: Selector) -> list[FoundAdvert]:
    """The rows of a list by their headings' likeness; empty when fewer than three are alike."""
    groups: defaultdict[tuple[str, ...], dict[str, Element]] = defaultdict(dict)
    for each in page.css(HEADINGS)[:MOST_LINKS]:
        link, title = each.root, _title(each.root)[:200]
        if len(title) >= SHORTEST_TITLE and not link.get("href", "").startswith(("#", "javascript:")):
            groups[_likeness(link)].setdefault(link.get("href"), link)
    best = max(groups.values(), key=_weight, default={})
    if len(best) < FEWEST_ALIKE:
        return []
    links = list(best.values())[:MOST_ROWS]
    held = Counter(above for link in links for above in _above(link))
    rows = [_row(link, next((each for each in reversed(_above(link)) if held[each] == 1), link)) for link in links]
    # The entries of a menu are alike too, but say nothing more.
    telling = sum(bool(row.text or row.dates or row.salary) for row in rows)
    return rows if telling * 2 > len(rows) else []


def _title(link: Element) -> str:
    """What a link calls its advert: the heading in it, where all of a row is a link."""
    heading = next(link.iter("h2", "h3", "h4"), link)
    return _short(heading, 500)


def _weight(group: dict[str, Element]) -> int:
    return sum(len(_short(link, 200)) for link in group.values()) if len(group) >= FEWEST_ALIKE else 0


def _likeness(link: Element) -> tuple[str, ...]:
    above = [link, *_above(link)[:2]]
    return tuple(f"{each.tag}.{re.sub(r'[0-9]+', '', each.get('class') or '')}" for each in above)


def _above(element: Element) -> list[Element]:
    return [each for _count, each in zip(range(MOST_ABOVE), element.iterancestors(), strict=False)]


def _row(link: Element, row: Element) -> FoundAdvert:
    title = _title(link)
    pieces = [piece for piece in _pieces(row) if piece != title]
    dates = tuple(piece for piece in pieces if len(piece) <= 60 and is_dated(piece))
    prices = (_MONEY.search(piece) for piece in pieces if len(piece) <= 60)
    longest = max((piece for piece in pieces if piece not in dates), key=len, default="")
    around = Selector(root=row, type="html")
    return FoundAdvert(
        title=title,
        link=link.get("href") or "",
        author=_named(around, (*HIRING, *SELLER)),
        dates=dates,
        location=_named(around, PLACE),
        salary=next((found[0].strip() for found in prices if found), ""),
        text=longest if len(longest) >= 25 else "",
        is_row=True,
    )


def _pieces(row: Element) -> Iterator[str]:
    """The texts of a row's elements, each on one line."""
    for _count, text in zip(range(LONGEST_ROW), row.itertext(with_tail=False), strict=False):
        if isinstance(text, str) and (line := " ".join(text.split())):
            yield line.strip(" -–|·,")[:2_000]


def _short(element: Element, longest: int) -> str:
    texts = (text for _count, text in zip(range(60), element.itertext(), strict=False))
    return " ".join("".join(texts).split())[:longest]


def one_advert(page: Selector, *, pays: bool = False) -> list[FoundAdvert]:
    """The advert that a page is about: its heading and the text that is called its description; `pays`: a job."""
    heading = next(filter(None, (_short(each.root, 300) for each in page.css("h1")[:3])), "")
    title = heading or " ".join((page.css("meta[property='og:title']::attr(content)").get() or "").split())[:300]
    text = next(filter(None, (_described(page, selector) for selector in DESCRIBED)), "") if title else ""
    if not text:
        return []
    stated = (each.root.attrib.get("datetime") or _short(each.root, 80) for each in page.css(DATED)[:30])
    return [
        FoundAdvert(
            title=title,
            author=_named(page, (*HIRING, *SELLER) if pays else SELLER),
            dates=tuple(each for each in stated if is_dated(each)),
            location=_named(page, PLACE),
            salary=_named(page, PRICE),
            text=text,
        )
    ]


def one_or_rows(one: list[FoundAdvert], rows: list[FoundAdvert]) -> list[FoundAdvert]:
    """What a page is about: its one advert, beside which others are few; or a list, which its text repeats."""
    if not one or not rows:
        return one or rows
    text = one[0].text
    is_list = sum(row.title in text for row in rows) * 2 > len(rows)
    return rows if is_list or len(text) <= sum(len(row.text) for row in rows) else one


def _described(page: Selector, selector: str) -> str:
    texts = (text_of_tree(each.root) for each in page.css(selector)[:2])
    return next((text for text in texts if len(text) >= SHORTEST_TEXT), "")


def _named(page: Selector, selectors: tuple[str, ...]) -> str:
    found = (_short(each.root, 120) for selector in selectors for each in page.css(selector)[:2])
    return next(filter(None, found), "")
