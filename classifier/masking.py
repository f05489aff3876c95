"""The form of a text that the trained parts read: contacts and figures replaced by one symbol a kind, case folded.

Works on cleaned text (`classifier.cleaning`). A model must not learn telephone numbers, handles or amounts, and masked
training text (`<PHONE>`) must look like raw text; both come out here as the same symbols. Never keeps offsets.
"""

import re
import unicodedata
from functools import lru_cache

URL, EMAIL, HANDLE, PHONE = "\ue000", "\ue001", "\ue002", "\ue003"

_TOP_LEVEL = "com|net|org|info|io|me|app|co|vn|th|my|mm|kh|la|cn|ru|uz|tr|in|bd|lk|pk|example|test|invalid"
_LABEL = r"[a-z0-9-]{1,63}"
_LINK = (
    r"<url>|(?:h(?:tt|xx)ps?://|www\.)[^\s<>\"]{1,500}"
    rf"|(?<![a-z0-9.-])(?:{_LABEL}\.){{1,5}}(?:(?:{_TOP_LEVEL})(?![a-z0-9])(?:/[^\s<>\"]{{0,500}})?"
    r"|[a-z]{2,10}/[^\s<>\"]{1,500})"
)
# Each with a sign that it cannot do without: most texts hold few of them, and the patterns are slow.
# Order matters: an e-mail address holds a domain, a domain may hold digits, a price looks like a telephone number.
_MASKS = tuple(
    (re.compile(sign), re.compile(pattern), symbol)
    for sign, pattern, symbol in (
        ("[@<]", r"<email>|(?<![a-z0-9._%+-])[a-z0-9._%+-]{1,64}@(?:[a-z0-9-]{1,63}\.){1,5}[a-z]{2,12}", EMAIL),
        ("[.:<]", _LINK, URL),
        ("[@<]", r"@<handle>|<handle>|(?<![a-z0-9.])@[a-z0-9_.-]{2,40}", HANDLE),
        (
            r"[_\d]",
            r"(?<![a-z0-9_.-])(?:[a-z0-9]{1,40}_[a-z0-9_.-]{1,40}|[a-z][a-z.-]{0,40}\d[a-z0-9._-]{2,40})",
            HANDLE,
        ),
        (r"\d", r"\d{1,2}[./-]\d{1,2}[./-]\d{2,4}(?!\d)|(?<!\d)\d{1,3}(?:[.,]\d{3}){1,4}(?![\d.])", "0"),
        (r"[\d<]", r"<phone>|\+?\(?(?<!\d)\d(?:[ .()-]{0,2}\d){7,16}(?!\d)", PHONE),
        (r"\d", r"\d+(?:[.,]\d+)*", "0"),
    )
)
_PLACEHOLDERS = {URL: "<URL>", EMAIL: "<EMAIL>", HANDLE: "<HANDLE>", PHONE: "<PHONE>"}
_SPACE = re.compile(r"\s+")


def _bare_letters() -> dict[int, str]:
    """Each Latin letter with a mark, mapped to the letter without it."""
    bare = {ord("đ"): "d", ord("ı"): "i", ord("ø"): "o", ord("ł"): "l"}
    for code in (*range(0xC0, 0x250), *range(0x1E00, 0x1F00)):
        base = unicodedata.normalize("NFD", chr(code))[0]
        if base.isascii() and base.isalpha():
            bare.setdefault(code, base)
    # Marks that stand apart (NFC leaves some behind) go as well.
    return bare | dict.fromkeys(range(0x300, 0x370), "")


_BARE = _bare_letters()


@lru_cache(maxsize=128)
def mask(text: str) -> str:
    """`text` in folded case with contacts and figures as symbols and every run of white space as one blank."""
    masked = text.casefold()
    for sign, pattern, symbol in _MASKS:
        if sign.search(masked):
            masked = pattern.sub(symbol, masked)
    return _SPACE.sub(" ", masked).strip()


def contact_spans(text: str) -> list[tuple[int, int, str]]:
    """Start, end and placeholder of what `mask` reads as a contact; code points of `text`, none overlap."""
    # Lower case letter by letter: a case fold may change the length.
    rest = "".join(lower if len(lower := sign.lower()) == 1 else sign for sign in text)
    found = []
    for _sign, pattern, symbol in _MASKS:
        if symbol in _PLACEHOLDERS:
            found += [(*match.span(), _PLACEHOLDERS[symbol]) for match in pattern.finditer(rest)]
        rest = pattern.sub(lambda match: " " * len(match[0]), rest)
    return found


def reading_form(text: str) -> str:
    """`mask` without the marks of Latin letters: Vietnamese typed without its accents reads the same."""
    return without_marks(mask(text))


def without_marks(masked: str) -> str:
    """A masked text without the marks of Latin letters."""
    return masked.translate(_BARE)
