"""From the bytes of a page to text: charset, entities, and line breaks where a reader sees them.

Nothing here runs, loads or resolves anything. No input makes it raise.
"""

import codecs
import html
import re

import charset_normalizer
import lxml.etree  # type: ignore[import-untyped]
import lxml.html  # type: ignore[import-untyped]
from html_text import html_text
from w3lib.encoding import html_body_declared_encoding, html_to_unicode, http_content_type_encoding

# A browser shows no gap where these begin or end, so a word that they split stays one word.
INLINE_TAGS = (
    "a", "abbr", "b", "big", "bdi", "bdo", "cite", "code", "del", "em", "font", "i", "ins", "kbd", "mark", "q", "s",
    "samp", "small", "span", "strike", "strong", "sub", "sup", "tt", "u", "var", "wbr",
)  # fmt: skip
GUESSED_BYTES = 64 * 1024
NO_CHARSETS = frozenset({"idna", "punycode", "raw-unicode-escape", "undefined", "unicode-escape", "utf-7"})
# Guesses of other letters than Latin ones; Vietnam's is told by its marks.
_SURE = frozenset(
    {"big5", "big5hkscs", "cp1251", "cp1253", "cp1255", "cp1256", "cp1258", "cp866", "cp874", "cp932", "cp949", "cp950"}
    | {"euc_jis_2004", "euc_jisx0213", "euc_jp", "euc_kr", "gb18030", "gb2312", "gbk", "hz", "iso2022_jp", "iso2022_kr"}
    | {"iso8859_11", "iso8859_5", "iso8859_6", "iso8859_7", "iso8859_8", "koi8_r", "koi8_t", "koi8_u", "mac_cyrillic"}
    | {"mac_greek", "ptcp154", "shift_jis", "shift_jis_2004", "shift_jisx0213", "tis_620", "utf_16", "utf_16_be"}
    | {"utf_16_le", "utf_32", "utf_7", "utf_8", "ascii"}
)
# As Windows-1252 shows letters of Poland and its neighbours, inside of words, and those of Turkey.
_CENTRAL = re.compile(r"[^\W\d_][³¹¿][^\W\d_]|[£¥][^\W\d_]|[šž]")
_TURKISH = "ðþýÐÞÝ"
_TAG = re.compile(r"</?[a-z][a-z0-9]*\b[^<>]*>", re.IGNORECASE)
_BREAKING_TAG = re.compile(
    r"</?(?:" + "|".join(sorted(html_text.NEWLINE_TAGS | html_text.DOUBLE_NEWLINE_TAGS)) + r")\b[^<>]*>", re.IGNORECASE
)
_ESCAPED_TAG = re.compile(r"&(?:amp;)*lt;/?[a-z]", re.IGNORECASE)
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_LINE_BREAK = re.compile(r"\r\n?|\n")


def decode_page(body: bytes, content_type: str | None) -> str:
    """The page as text: charset from byte order mark, HTTP header, then the page itself; bad bytes become U+FFFD."""
    stated = (http_content_type_encoding(content_type), html_body_declared_encoding(body))
    if any(name and not is_charset(name) for name in stated):
        content_type = f"text/html; charset={guess_charset(body) or 'utf-8'}"
    try:
        return parsable(html_to_unicode(content_type, body, auto_detect_fun=guess_charset)[1])
    except LookupError:
        return parsable(body.decode("utf-8", "replace"))


def parsable(markup: str) -> str:
    """Markup with what XML 1.0 forbids replaced by U+FFFD: lxml reads it, and raises when its tree is changed."""
    return _NOT_IN_XML.sub("\ufffd", markup)


def is_charset(name: str) -> bool:
    """Whether `name` is one of text; Python also knows codecs that raise, take quadratic time or undo escapes."""
    try:
        return codecs.lookup(name).name not in NO_CHARSETS
    except (LookupError, ValueError):
        return False


def guess_charset(body: bytes) -> str | None:
    """The charset of a page that declares none, from its first 64 KiB; UTF-8 where it fits, None in doubt."""
    head = body[:GUESSED_BYTES]
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        if _is_torn_utf8(head):
            return "utf-8"
        best = charset_normalizer.from_bytes(head).best()
        if best is None:
            return None
        return best.encoding if best.encoding in _SURE else _of_latin_letters(head)
    return "utf-8"


def _is_torn_utf8(head: bytes) -> bool:
    """Whether all but a few of its letters are UTF-8: some programs cut texts in the middle of one."""
    text = head.decode("utf-8", "replace")
    return text.count("\ufffd") * 20 < sum(not char.isascii() for char in text)


def _of_latin_letters(head: bytes) -> str:
    """Of the charsets of Latin letters, which are guessed for each other, the one that the letters speak for."""
    text = head.decode("cp1252", "replace")
    if _CENTRAL.search(text):
        return "cp1250"
    return "cp1254" if any(letter in text for letter in _TURKISH) else "cp1252"


def unescape_markup(value: str) -> str:
    """Undo HTML escaping that was applied once or twice to a whole description; plain text stays as it is."""
    for _ in range(2):
        if _TAG.search(value) or not _ESCAPED_TAG.search(value):
            break
        value = html.unescape(value)
    return value


def text_of_markup(value: str) -> str:
    """The text that a browser would show for an HTML fragment, or plain text with its own line breaks."""
    if not _TAG.search(value):
        return _LINE_BREAK.sub("\n", html.unescape(value)).strip()
    if not _BREAKING_TAG.search(value):
        value = _LINE_BREAK.sub("<br>", value)
    return text_of_tree(html_text.parse_html(_without_surrogates(value)))


def text_of_tree(tree: lxml.html.HtmlElement) -> str:
    """The text of a parsed element with line breaks; scripts, styles and comments are left out."""
    try:
        cleaned = html_text.cleaner.clean_html(tree)
    except (AssertionError, ValueError):
        cleaned = tree
    lxml.etree.strip_elements(cleaned, lxml.etree.Comment, lxml.etree.ProcessingInstruction, with_tail=False)
    lxml.etree.strip_tags(cleaned, *INLINE_TAGS)
    return html_text.etree_to_text(cleaned)


def one_line(value: str) -> str:
    """A title or a name: entities resolved, tags gone, white space folded."""
    return " ".join(text_of_markup(value).split())


def _without_surrogates(value: str) -> str:
    return value.encode("utf-8", "replace").decode("utf-8")
