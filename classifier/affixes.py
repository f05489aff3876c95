"""Endings and beginnings that languages hang on a word, taken off where the rest is a word of the lexicon.

Only light, regular affixes (cases, articles, postpositions): a rest of four letters and more must be known, so
that nothing is guessed.
"""

from collections.abc import Container

import regex

_SHORTEST_REST = 4
_LONGEST_AFFIX = 9
_SCRIPT_SUFFIXES = regex.compile(
    r"(?:র|ের|এর|তে|কে|টি|টা|গুলো|গুলি|দের|তেই|ও|ই|েই)"  # Bengali
    r"|(?:को|का|की|के|मा|मै|लाई|बाट|ले|हरू|हरु|हरूको|हरुको|देखि|सँग|में|से|ने|पर)"  # Nepali, joined Hindi
    r"|(?:ில்|ிற்கு|ுக்கு|க்கு|வில்|வுக்கு|யில்|யிற்கு|யிலிருந்து|விலிருந்து|ும்|வும்|யும்|ை|யை|வை)"  # Tamil
    r"|(?:ේ|යේ|වේ|ට|යට|වල|වලට|න්|ගේ|ෙන්|යෙන්|වලින්)"  # Sinhala
)
_SCRIPT_PREFIXES = regex.compile(r"(?:[وف]?(?:ال|بال|كال|لل)|[وفبل])|(?:የ|በ|ለ|ከ|ስለ|ወደ|እንደ)(?:የ|በ|ለ)?")
_LATIN_SUFFIXES = {
    "id": regex.compile(r"(?:nya|lah|kah|pun|ku|mu)"),
    "tr": regex.compile(
        r"(?:l[ae]r)?(?:[iu]m[iu]z|[sn]?[iu]n?)?(?:[dt][ae]n?|y?[ae]|n?[iu]n?|y[iu]|[dt][ae]ki|l[iu]k)?"
    ),
    "uz": regex.compile(r"(?:lar)?(?:imiz|ingiz|im|ing|i|si)?(?:ga|ka|qa|da|dan|ni|ning|dagi)?"),
}
_LATIN_SUFFIXES["ms"] = _LATIN_SUFFIXES["id"]


def stem(word: str, known: Container[str], lang: str | None) -> str | None:
    """The known word inside `word`, or None. Both are folded; Latin endings need the language."""
    if len(word) <= _SHORTEST_REST:
        return None
    if word.isascii():
        suffixes = _LATIN_SUFFIXES.get(lang) if lang else None
        return _without_suffix(word, known, suffixes) if suffixes else None
    return _without_suffix(word, known, _SCRIPT_SUFFIXES) or _without_prefix(word, known)


def _without_suffix(word: str, known: Container[str], suffixes: "regex.Pattern[str]") -> str | None:
    for cut in range(len(word) - 1, max(_SHORTEST_REST, len(word) - _LONGEST_AFFIX) - 1, -1):
        if word[:cut] in known and suffixes.fullmatch(word, cut):
            return word[:cut]
    return None


def _without_prefix(word: str, known: Container[str]) -> str | None:
    for cut in range(1, min(len(word) - _SHORTEST_REST, _LONGEST_AFFIX) + 1):
        if word[cut:] in known and _SCRIPT_PREFIXES.fullmatch(word, 0, cut):
            return word[cut:]
    return None
