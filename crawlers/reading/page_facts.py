"""What a page says beside its adverts: its address, what links are relative to, its language, whether it is over."""

import re
from datetime import datetime
from functools import cached_property

from parsel import Selector

from crawlers.reading.permalink import absolute_url, base_of, clean_permalink, is_related_site

# Boards keep an advert's page, with status 200, and say in one line that it is over.
_EXPIRED = re.compile(
    r"no longer (?:accepting applications|available|active|open|advertised)|(?:has|have) expired"
    r"|position has been filled|(?:job|posting|position|vacancy|advert|listing)(?: is| has been)? (?:closed|removed)"
    r"|candidaturas encerradas|vaga (?:encerrada|expirada)|oferta (?:caducada|cerrada|expirada|finalizada)"
    r"|offre (?:expirée|n.est plus)|plus d.actualité|nicht mehr (?:verfügbar|aktuell|online)"
    r""
    r"|anzeige (?:ist )?(?:abgelaufen|deaktiviert)"  # codespell:ignore ist
    r"|(?:není|nie je) (?:již|už) aktuální|nabídka (?:již )?vypršela"
    r"|ogłoszenie (?:wygasło|nieaktualne|zakończone)|offerta (?:scaduta|non più)"
    r"|вакансия (?:в архиве|закрыта|не актуальна)|вакансія (?:закрита|в архіві)|hết hạn (?:nộp|ứng tuyển)|đã hết hạn"
    r"|lowongan (?:ini )?(?:sudah )?(?:ditutup|kedaluwarsa)|职位已(?:关闭|下线|过期)|已停止招聘|募集は終了"
    r"|ปิดรับสมัคร|หมดอายุแล้ว",
    re.IGNORECASE,
)
LONGEST_NOTICE = 160
MOST_ELEMENTS = 20_000


class PageFacts:
    """Facts of one page, each from where boards put them."""

    def __init__(self, page: Selector, url: str, html: str, *, fetched_at: datetime) -> None:
        self.tree = page
        self.fetched_at = fetched_at
        self.base = base_of(html, url)
        self.lang = page.xpath("/html/@lang | /html/@xml:lang").get(default="").strip()[:20]
        canonical = page.css("link[rel=canonical]::attr(href)").get()
        stated = canonical or page.css("meta[property='og:url']::attr(content)").get()
        self.permalink = own_permalink(stated, url)

    @cached_property
    def is_expired(self) -> bool:
        """Whether the page says that its advert is over; the search for it reads the whole page."""
        return says_expired(self.tree)


def own_permalink(link: str | None, page_url: str) -> str:
    """`link` made absolute if it stays on the site: boards also put the employer's address there."""
    absolute = absolute_url(page_url, link) or page_url
    return clean_permalink(absolute if is_related_site(absolute, page_url) else page_url)


def says_expired(page: Selector) -> bool:
    """Whether one of a page's short texts says that the advert is over."""
    elements = (each for each in page.root.iter() if each.tag not in ("script", "style", "template"))
    read = (
        text for _count, each in zip(range(MOST_ELEMENTS), elements, strict=False) for text in (each.text, each.tail)
    )
    return any(len(text) <= LONGEST_NOTICE and _EXPIRED.search(text) for text in read if text)
