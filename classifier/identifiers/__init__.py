"""Contacts and places in a post: telephone, messengers, mail, links, wallets, bank accounts, hubs.

They are read from the text with its wording untouched, since a contact must not be corrected; they link posts
and go into evidence, so each is quoted from the original. Nothing found is ever contacted or resolved.
"""

from collections.abc import Iterator

from classifier.cleaning import CleanText, clean
from classifier.identifiers.bank import BankAccount
from classifier.identifiers.base import Identifier, IdentifierType, Mention
from classifier.identifiers.messengers import Line, Telegram, WeChat, WhatsApp, Zalo
from classifier.identifiers.phone import REGION_OF_LANGUAGE, Phone
from classifier.identifiers.place import Place, PlaceEntry, PlaceFinder
from classifier.identifiers.view import View
from classifier.identifiers.wallet import Wallet
from classifier.identifiers.web import Email, Url

__all__ = [
    "REGION_OF_LANGUAGE",
    "TYPES",
    "Identifier",
    "IdentifierType",
    "PlaceEntry",
    "PlaceFinder",
    "find_identifiers",
    "specificity",
]

# In the order in which they read a text: what an earlier one takes, later ones do not see.
TYPES: dict[str, IdentifierType] = {
    kind.name: kind
    for kind in (
        Wallet(), Email(), Telegram(), WhatsApp(), Line(), Zalo(), WeChat(), Url(), BankAccount(), Phone(), Place(),
    )
}  # fmt: skip

# The window in which a long text is read: some patterns of the libraries are slow on more.
WINDOW_CHARS = 20_000
_CUT_SEARCH_CHARS = 500


def find_identifiers(
    text: str,
    *,
    region_hint: str | None = None,
    places: PlaceFinder | None = None,
    cleaned: CleanText | None = None,
) -> list[Identifier]:
    """Everything that names a party or place, in order; offsets are code points of `text`.

    `region_hint` is the ISO 3166 country of local numbers (`REGION_OF_LANGUAGE` suggests one for a language).
    `cleaned` is the cleaned text, where the caller has it.
    A number given for a messenger counts as a telephone number too. Texts over 20,000 characters are read in
    windows that end between words.
    """
    found = [one for start, end in windows(text) for one in _in_window(text[start:end], start, region_hint)]
    if places:
        found += places.find(cleaned or clean(text))
    return sorted(found, key=lambda one: (one.start, one.end, one.type))


def specificity(identifier: Identifier) -> float:
    """How surely it singles out one party, 0 to 1 (0 never links posts)."""
    return TYPES[identifier.type].specificity(identifier.normalized)


def windows(text: str) -> Iterator[tuple[int, int]]:
    """Spans of at most WINDOW_CHARS that cover the text, cut at a line end or space where there is one."""
    start = 0
    while len(text) - start > WINDOW_CHARS:
        end = start + WINDOW_CHARS
        lowest = end - _CUT_SEARCH_CHARS
        cut = max(text.rfind("\n", lowest, end), 0) or max(text.rfind(" ", lowest, end), 0) or end - 1
        yield start, cut + 1
        start = cut + 1
    yield start, len(text)


def _in_window(text: str, offset: int, region: str | None) -> Iterator[Identifier]:
    view = View.of(text, region)
    for kind in TYPES.values():
        for mention in _free(view, kind):
            start, end = view.cleaned.original_span(mention.start, mention.end)
            yield Identifier(kind.name, text[start:end], mention.normalized, offset + start, offset + end)


def _free(view: View, kind: IdentifierType) -> list[Mention]:
    """The mentions of one type that no earlier type has taken, without repeats; takes their spans."""
    free: list[Mention] = []
    own: set[int] = set()
    for mention in kind.find(view):
        span = range(mention.start, mention.end)
        if not span or view.is_taken(mention.start, mention.end) or not own.isdisjoint(span):
            continue
        own.update(span)
        free.append(mention)
    for mention in free:
        if mention.exclusive:
            view.take(mention.start, mention.end)
    return free
