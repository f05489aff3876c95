"""Letters that look like others: Cyrillic and Greek among Latin ones and the reverse, small capitals, frames.

A letter is replaced only where its word shows that it does not belong: words in one script stay as they are.
"""

from collections.abc import Iterator

import regex

from classifier.cleaning.trace import Edit

# Look-alikes in common fonts; a selection of Unicode's confusables (15.1), which also hold rn/m and l/I.
_CYRILLIC_AS_LATIN = str.maketrans("АВЕЅІЈКМНОРСТУХҮԚԜѴаеѕіјкорсухһԛԝүԁӏѵѡ", "ABESIJKMHOPCTYXYQWVaesijkopcyxhqwydlvw")
_GREEK_AS_LATIN = str.maketrans("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧαβγεηικμνορστυχωςϳ", "ABEZHIKMNOPTYXabyenikuvopotuxwcj")
# Only in the middle of a Latin word: in a Russian one these are at home (`WhatsAppом`).
_CYRILLIC_AMID_LATIN = _CYRILLIC_AS_LATIN | str.maketrans("вгзимнптцшьяЗИПШЬЯ", "brzumhntuwbrZNNWbR")
_LATIN_AS_CYRILLIC = str.maketrans("ABCEHKMOPTXYaceikmopxyt", "АВСЕНКМОРТХУасеікморхут")
_LATIN_AS_GREEK = str.maketrans("ABEHIKMNOPTXYZaikouvx", "ΑΒΕΗΙΚΜΝΟΡΤΧΥΖαικουνχ")
_SMALL_CAPITALS = str.maketrans("ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢғǫ", "abcdefghijklmnoprstuvwyzfq")
_SMALL_CAPITALS_CYRILLIC = str.maketrans("ᴀʙᴄᴇʜᴋᴍᴏᴩᴛᴦᴨᴧ", "авсенкмортгпл")
# Letters of scripts that no language here is written in, and Latin ones of phonetic script, by what they look like.
_STRANGERS_OF = {
    "A": "Ꭺᗅꓮ𖽀𐊠", "B": "ꞴᏴᗷꓐ𐊂𐊡𐌁", "C": "ⲤᏟꓚ𐊢𐌂𐐕𐔜", "D": "Ꭰᗞᗪꓓ", "E": "ⴹᎬꓰ𑢦𑢮𐊆", "F": "Ꞙᖴꓝ𑣂𑢢𐊇𐊥𐔥", "G": "ᏀᏳꓖ",
    "H": "ⲎᎻᕼꓧ𐋏", "J": "ꞲᎫᒍꓙ", "K": "ⲔᏦᛕꓗ𐔘", "L": "ⳐᏞᒪꓡ𖼖𑢣𑢲𐐛𐔦", "M": "ⲘᎷᗰᛖꓟ𐊰𐌑", "N": "Ⲛꓠ𐔓", "O": "ⲞՕⵔ𐓂ꓳ𑢵𐊒𐊫𐐄𐔖",
    "P": "ⲢᏢᑭꓑ𐊕", "Q": "ⵕ", "R": "ƦᎡᏒ𐒴ᖇꓣ𖼵", "S": "ՏᏕᏚꓢ𖼺𐊖𐐠", "T": "ⲦᎢꓔ𖼊𑢼𐊗𐊱𐌕", "U": "Ս𐓎ᑌꓴ𖽂𑢸", "V": "ⴸᏙᐯꛟꓦ𖼈𑢠𐔝",
    "W": "ᎳᏔꓪ", "X": "ꞳⲬⵝᚷꓫ𐊐𐊴𐌗𐔧", "Y": "ⲨᎩᎽꓬ𖽃𑢤𐊲", "Z": "Ꮓꓜ𑢩", "a": "ɑ", "b": "ƄᏏᑲᖯ", "c": "ⲥꮯ𐐽", "d": "Ꮷᑯꓒ",
    "e": "ꬲ", "f": "ꬵꞙẝք", "g": "ɡᶃƍց", "h": "հᏂ", "i": "ɩꭵᎥ𑣃", "l": "Ⲓⵏᛁꓲ𖼨𐊊𐌉", "n": "ոռ", "o": "ᴑꬽⲟჿօ𐓪𑣈𑣗𐐬",
    "p": "ⲣ", "q": "գզ", "r": "ꭇꭈⲅꮁ", "s": "ƽꮪ𑣁𐑈", "u": "ꞟꭎꭒʋս𐓶𑣘", "v": "𑜆ꮩ𑣀", "w": "ɯա𑜊𑜎𑜏ꮃ", "x": "ᕁᕽ",
    "y": "ɣᶌỿꭚყ𑣜", "z": "ꮓ𑣄",
}  # fmt: skip
_STRANGERS = {ord(stranger): letter for letter, strangers in _STRANGERS_OF.items() for stranger in strangers}
# Figures and signs that are read as letters between letters.
_SIGNS = str.maketrans("£¥¢₩₦℮×∨∪०০๐໐၀", "lycwnexvuooooo")
_FRAMED = {chr(0x1F150 + i): chr(65 + i) for i in range(26)} | {chr(0x1F170 + i): chr(65 + i) for i in range(26)}

_WORD = regex.compile(r"[\p{L}\p{M}]+")
_LATIN = regex.compile(r"\p{Latin}")
_CYRILLIC = regex.compile(r"\p{Cyrillic}")
_ASCII_LETTER = regex.compile(r"[A-Za-z]")
_GREEK = regex.compile(r"\p{Greek}")
_SMALL_CAPITAL = regex.compile(r"[ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢᴩᴦᴨᴧ]")
_STRANGER_SIGNS = frozenset(map(chr, _STRANGERS))
_SIGN = regex.compile(f"(?<=[A-Za-z])[{''.join(map(chr, _SIGNS))}](?=[A-Za-z])")
# A figure that Burmese is typed with for the letter WA: a sign hangs on it, or a closed consonant follows.
_BURMESE_ZERO = regex.compile(r"(?<![၀-၉])၀(?=[\u102b-\u103e]|[\u1000-\u1021]\u103a)")
_TWO_WORDS = regex.compile(r"\p{Latin}{2,}[^\p{Latin}]{2,}|[^\p{Latin}]{2,}\p{Latin}{2,}")
_FRAME = r"[\U0001F150-\U0001F169\U0001F170-\U0001F189]\ufe0f?"
_FRAMES = regex.compile(rf"(?:{_FRAME}){{2,}}|(?<=\p{{Latin}}){_FRAME}|{_FRAME}(?=\p{{Latin}})")
# Where a word mixes scripts it has at most this many letters; beyond it nobody reads a word.
_LONGEST_WORD = 60


def _lookalikes() -> dict[str, str]:
    tables = (_CYRILLIC_AS_LATIN, _GREEK_AS_LATIN, _STRANGERS)
    pairs = [
        (letter if isinstance(letter, str) else chr(letter), chr(sign))
        for table in tables
        for sign, letter in table.items()
    ]
    return {letter: "".join(sign for looks, sign in pairs if looks == letter) for letter, _ in pairs}


LOOKALIKES = _lookalikes()


def framed_letters(text: str) -> Iterator[Edit]:
    """🅐 and 🅰 are letters beside letters; alone they are emojis (a blood group)."""
    for match in _FRAMES.finditer(text):
        yield Edit(*match.span(), "".join(_FRAMED[char] for char in match[0] if char in _FRAMED))


def strangers(text: str) -> Iterator[Edit]:
    """Ꭻօb: letters of other scripts in a word that has Latin ones, or that is made of nothing else."""
    if _STRANGER_SIGNS.isdisjoint(text):
        return
    for word in _words(text):
        new = word[0].translate(_STRANGERS)
        if new != word[0] and (new.isascii() or _ASCII_LETTER.search(word[0])):
            yield Edit(*word.span(), new)


def signs(text: str) -> Iterator[Edit]:
    """`mon℮y`, `w၀rk`: between two letters."""
    for match in _SIGN.finditer(text):
        yield Edit(*match.span(), match[0].translate(_SIGNS))


def burmese_zero(text: str) -> Iterator[Edit]:
    """၀န်ထမ်း: the figure nought for the letter WA."""
    for match in _BURMESE_ZERO.finditer(text):
        yield Edit(*match.span(), "ဝ")


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
    if other is _CYRILLIC and len(latin) > len(foreign) and word[0] in latin and word[-1] in latin:
        ways.append((foreign, _CYRILLIC_AMID_LATIN))
    for letters, table in ways:
        if all(ord(char) in table for char in letters):
            return word.translate(table)
    return word


RULES = (framed_letters, strangers, signs, burmese_zero, small_capitals, cyrillic_in_latin, greek_in_latin)
