"""The rule that every contact of the corpus is invented: nobody's telephone may ring because of it.

Web and mail stand on names reserved by RFC 2606; a telephone number cannot be assigned: its subscriber part holds
three zeros in a row, or it is one of the North American numbers kept for fiction (555-0100 to 555-0199).
"""

from collections.abc import Iterator

import phonenumbers
import regex

_RESERVED = regex.compile(r"(?:^|\.)(?:example(?:\.(?:com|org|net))?|test|invalid)$")
_MESSENGERS = frozenset({"t.me", "wa.me", "line.me", "zalo.me", "m.me"})
_HOST = regex.compile(r"(?:https?://|[\w.+-]@|\b(?=www\.))([a-z0-9.-]+\.[a-z]{2,})")


def assignable_contacts(text: str) -> list[str]:
    """Hosts and international numbers in the text that might be somebody's."""
    return [*_hosts(text), *_numbers(text)]


def _hosts(text: str) -> Iterator[str]:
    for host in _HOST.findall(text.lower()):
        if not _RESERVED.search(host) and host not in _MESSENGERS:
            yield host


def _numbers(text: str) -> Iterator[str]:
    for match in phonenumbers.PhoneNumberMatcher(text, None, phonenumbers.Leniency.VALID):
        national = str(match.number.national_number)
        is_fiction = match.number.country_code == 1 and national[3:8] == "55501"
        if not is_fiction and "000" not in national:
            yield match.raw_string
