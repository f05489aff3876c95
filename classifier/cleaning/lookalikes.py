"""Letters that look like others: Cyrillic and Greek among Latin ones and the reverse, small capitals, frames.

A letter is replaced only where its word shows that it does not belong: words in one script stay as they are.
"""

from collections.abc import Iterator

import regex

from classifier.cleaning.trace import Edit

# Look-alikes in common fonts; a small selection of Unicode's confusables, which also hold rn/m and l/I.
_CYRILLIC_AS_LATIN = str.maketrans("АВЕЅІЈКМНОРСТУХҮԚԜаеѕіјкорсухһԛԝүԁ", "ABESIJKMHOPCTYXYQWaesijkopcyxhqwyd")
_GREEK_AS_LATIN = str.maketrans("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧαεικνορτυχω", "ABEZHIKMNOPTYXaeikvoptuxw")
_LATIN_AS_CYRILLIC = str.maketrans("ABCEHKMOPTXYaceikmopxyt", "АВСЕНКМОРТХУасеікморхут")
_LATIN_AS_GREEK = str.maketrans("ABEHIKMNOPTXYZaikouvx", "ΑΒΕΗΙΚΜΝΟΡΤΧΥΖαικουνχ")
_SMALL_CAPITALS = str.maketrans("ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢғǫ", "abcdefghijklmnoprstuvwyzfq")
_SMALL_CAPITALS_CYRILLIC = str.maketrans("ᴀʙᴄᴇʜᴋᴍᴏᴩᴛᴦᴨᴧ", "авсенкмортгпл")
_FRAMED = {chr(0x1F150 + i): chr(65 + i) for i in range(26)} | {chr(0x1F170 + i): chr(65 + i) for i in range(26)}

_WORD = regex.compile(r"[\p{L}\p{M}]+")
_LATIN = regex.compile(r"\p{Latin}")
_CYRILLIC = regex.compile(r"\p{Cyrillic}")
_GREEK = regex.compile(r"\p{Greek}")
_SMALL_CAPITAL = regex.compile(r"[ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢᴩᴦᴨᴧ]")
_TWO_WORDS = regex.compile(r"\p{Latin}{2,}[^\p{Latin}]{2,}|[^\p{Latin}]{2,}\p{Latin}{2,}")
_FRAME = r"[\U0001F150-\U0001F169\U0001F170-\U0001F189]\ufe0f?"
_FRAMES = regex.compile(rf"(?:{_FRAME}){{2,}}|(?<=\p{{Latin}}){_FRAME}|{_FRAME}(?=\p{{Latin}})")
# Where a word mixes scripts it has at most this many letters; beyond it nobody reads a word.
_LONGEST_WORD = 60


def framed_letters(text: str) -> Iterator[Edit]:
    """🅐 and 🅰 are letters beside letters; alone they are emojis (a blood group)."""
    for match in _FRAMES.finditer(text):
        yield Edit(*match.span(), "".join(_FRAMED[char] for char in match[0] if char in _FRAMED))


def small_capitals(text: str) -> Iterator[Edit]:
    """ᴊᴏʙ: a word with two small capitals and more is an ordinary word; one alone may be phonetic script."""
    if not _SMALL_CAPITAL.search(text):
        return
    for word in _words(text):
        if _CYRILLIC.search(word[0].replace("ғ", "")):  # ғ also serves as a small capital f
            new = word[0].translate(_SMALL_CAPITALS_CYRILLIC)
        elif len(_SMALL_CAPITAL.findall(word[0])) > 1:
            new = word[0].translate(_SMALL_CAPITALS)
        else:
            continue
        yield Edit(*word.span(), new)


def cyrillic_in_latin(text: str) -> Iterator[Edit]:
    """A word of Latin and Cyrillic letters is spelled in one script."""
    return _mixed_scripts(text, _CYRILLIC, _CYRILLIC_AS_LATIN, _LATIN_AS_CYRILLIC)


def greek_in_latin(text: str) -> Iterator[Edit]:
    """A word of Latin and Greek letters is spelled in one script."""
    return _mixed_scripts(text, _GREEK, _GREEK_AS_LATIN, _LATIN_AS_GREEK)


def _mixed_scripts(
    text: str, other: "regex.Pattern[str]", to_latin: dict[int, int], to_other: dict[int, int]
) -> Iterator[Edit]:
    if not (other.search(text) and _LATIN.search(text)):
        return
    alone = not _unmistakable(text, other, to_latin)
    for word in _words(text):
        new = _one_script(word[0], other, to_latin, to_other, alone)
        if new != word[0]:
            yield Edit(*word.span(), new)


def _words(text: str) -> Iterator["regex.Match[str]"]:
    return (word for word in _WORD.finditer(text) if len(word[0]) <= _LONGEST_WORD and not word[0].isascii())


def _unmistakable(text: str, script: "regex.Pattern[str]", to_latin: dict[int, int]) -> bool:
    """Whether the text holds a letter of the script that looks like no Latin one, hence real words of it."""
    return any(ord(char) not in to_latin for char in script.findall(text))


def _one_script(
    word: str, other: "regex.Pattern[str]", to_latin: dict[int, int], to_other: dict[int, int], alone: bool
) -> str:
    """The word in one script, or as it was where a letter has no look-alike in the other script.

    `alone` says that the text has no real word in the other script; where it has some, that script is tried
    first. Two words without a space between them (`ОООAMEGA`) are no disguise.
    """
    foreign = other.findall(word)
    latin = _LATIN.findall(word)
    if not foreign or not (latin or alone) or _TWO_WORDS.fullmatch(word):
        return word
    ways = [(foreign, to_latin), (latin, to_other)]
    if latin and not alone:
        ways.reverse()
    for letters, table in ways:
        if all(ord(char) in table for char in letters):
            return word.translate(table)
    return word


RULES = (framed_letters, small_capitals, cyrillic_in_latin, greek_in_latin)
