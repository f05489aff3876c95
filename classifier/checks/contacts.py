"""The rule that every contact of the corpus is invented: nobody's telephone may ring because of it.

Web and mail stand on names reserved by RFC 2606. A telephone number holds three zeros in a row, which few numbers in
use do, or is one of the North American numbers kept for fiction (555-0100 to 555-0199): a rule that a script can
check, and no proof. Handles cannot be checked; links of messengers are, where they hold a number.
"""

from collections.abc import Iterator
from urllib.parse import urlsplit

import regex

from classifier.cleaning import readable
from classifier.identifiers import REGION_OF_LANGUAGE, Identifier, find_identifiers

_RESERVED = regex.compile(r"(?:^|\.)(?:example(?:\.(?:com|org|net))?|test|invalid)$")
_MESSENGERS = frozenset({"t.me", "wa.me", "line.me", "zalo.me", "m.me"})
_LINK = regex.compile(r"(?:https?://|(?<![\w.-])www\.)[^\s<>\"]{1,253}")
_FICTION = regex.compile(r"55501\d\d$")
_NUMBERED = frozenset({"phone", "whatsapp", "zalo"})
_FEWEST_DIGITS = 8


def assignable_contacts(text: str, lang: str | None = None) -> list[str]:
    """Hosts and numbers in a text of that language that might be somebody's."""
    text = readable(text).text
    found = find_identifiers(text, region_hint=REGION_OF_LANGUAGE.get(lang or ""))
    numbers = [one.value for one in found if one.type in _NUMBERED and _may_be_assigned(one)]
    return sorted({*_hosts(text, found), *numbers})


def _may_be_assigned(number: Identifier) -> bool:
    digits = "".join(str(int(sign)) for sign in number.value if sign.isdecimal())
    return len(digits) >= _FEWEST_DIGITS and "000" not in digits and not _FICTION.search(digits)


def _hosts(text: str, found: list[Identifier]) -> Iterator[str]:
    links = [one.normalized for one in found if one.type == "url"] + _LINK.findall(text)
    hosts = [_host(link) for link in links] + [
        one.normalized.rpartition("@")[2].lower() for one in found if one.type == "email"
    ]
    yield from (host for host in hosts if host and host not in _MESSENGERS and not _RESERVED.search(host))


def _host(link: str) -> str:
    try:
        host = urlsplit(link if "://" in link else f"https://{link}").hostname or ""
    except ValueError:  # A broken bracketed address leads nowhere.
        return ""
    return host.rstrip(".,;:!?)").removeprefix("www.")
