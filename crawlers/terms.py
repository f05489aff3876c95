"""What platforms' terms say of collection, as the register's default: a source there is off until somebody decides.

Whoever enables one writes `enabled = true` and answers for it by name; nothing here goes round a refusal.
"""

from crawlers.reading.permalink import site_name

# By the name of the site, whatever the country's ending. Terms as read for this project in 2026.
SITES = {
    "avito": "its terms forbid automated collection",
    "craigslist": "its terms forbid automated collection",
    "gumtree": "its terms forbid automated collection",
    "indeed": "its terms forbid automated collection",
    "linkedin": "its terms forbid automated collection",
    "olx": "its terms forbid automated collection",
    "reddit": "its terms serve approved applications alone, and want deletions honoured",
    "vk": "its terms want a token, and a lawyer should have looked at them first",
}
KINDS = {"reddit": SITES["reddit"], "vk": SITES["vk"]}


def objection(kind: str, *urls: str) -> str:
    """Why a source is off unless the register says otherwise; empty when no terms are known to speak against it."""
    stated = (SITES.get(site_name(url), "") for url in urls)
    return KINDS.get(kind, "") or next(filter(None, stated), "")
