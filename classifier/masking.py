"""The form of a text that the trained parts read: contacts and figures replaced by one symbol a kind, case folded.

Works on cleaned text (`classifier.cleaning`). A model must not learn telephone numbers, handles or amounts, and masked
training text (`<PHONE>`) must look like raw text; both come out here as the same symbols. Never keeps offsets.
"""

import re
import unicodedata

URL, EMAIL, HANDLE, PHONE = "\ue000", "\ue001", "\ue002", "\ue003"

_TOP_LEVEL = "com|net|org|info|io|me|app|co|vn|th|my|mm|kh|la|cn|ru|uz|tr|in|bd|lk|pk|example|test|invalid"
_LABEL = r"[a-z0-9-]{1,63}"
# Order matters: an e-mail address holds a domain, a domain may hold digits, a price looks like a telephone number.
_MASKS = (
    (re.compile(r"<email>|(?<![a-z0-9._%+-])[a-z0-9._%+-]{1,64}@(?:[a-z0-9-]{1,63}\.){1,5}[a-z]{2,12}"), EMAIL),
    (
        re.compile(
            rf"<url>|(?:h(?:tt|xx)ps?://|www\.)[^\s<>\"]{{1,500}}"
            rf"|(?<![a-z0-9.-])(?:{_LABEL}\.){{1,5}}(?:(?:{_TOP_LEVEL})(?![a-z0-9])(?:/[^\s<>\"]{{0,500}})?"
            rf"|[a-z]{{2,10}}/[^\s<>\"]{{1,500}})"
        ),
        URL,
    ),
    (re.compile(r"@<handle>|<handle>|(?<![a-z0-9.])@[a-z0-9_.-]{2,40}"), HANDLE),
    (re.compile(r"(?<![a-z0-9_.-])(?:[a-z0-9]{1,40}_[a-z0-9_.-]{1,40}|[a-z][a-z.-]{0,40}\d[a-z0-9._-]{2,40})"), HANDLE),
    (re.compile(r"\d{1,2}[./-]\d{1,2}[./-]\d{2,4}(?!\d)|(?<!\d)\d{1,3}(?:[.,]\d{3}){1,4}(?![\d.])"), "0"),
    (re.compile(r"<phone>|\+?\(?(?<!\d)\d(?:[ .()-]{0,2}\d){7,16}(?!\d)"), PHONE),
    (re.compile(r"\d+(?:[.,]\d+)*"), "0"),
)
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


def mask(text: str) -> str:
    """`text` in folded case with contacts and figures as symbols and every run of white space as one blank."""
    masked = text.casefold()
    for pattern, symbol in _MASKS:
        masked = pattern.sub(symbol, masked)
    return _SPACE.sub(" ", masked).strip()


def reading_form(text: str) -> str:
    """`mask` without the marks of Latin letters: Vietnamese typed without its accents reads the same."""
    return without_marks(mask(text))


def without_marks(masked: str) -> str:
    """A masked text without the marks of Latin letters."""
    return masked.translate(_BARE)
