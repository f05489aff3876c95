"""Burmese in the Zawgyi font's encoding, read as Unicode.

Zawgyi puts other signs on the code points of the Myanmar block and stores them as they are seen, left to right. Which
of the two a line is in shows in sequences that the other never has; a line without any follows the whole text.
"""

import re
from collections.abc import Iterator

from classifier.cleaning.trace import Edit

_MYANMAR = re.compile("[\u1000-\u1097]")
# Zawgyi: its own variants of signs; a vowel E at the head of a syllable; a virama that stacks nothing, for letters are
# stacked on one of their own row alone.
_SEEN_IN_ZAWGYI = re.compile(
    "[\u1033\u1034\u105a\u1060-\u1097]"
    "|(?<![\u1000-\u1021\u1025\u1027\u1029\u103b-\u103f\u104e])\u1031(?=[\u1000-\u1021\u103b])|\u103b\u1031"
    "|[\u1000-\u1004]\u1039(?![\u1000-\u1004])|[\u1005-\u100a]\u1039(?![\u1005-\u100a])"
    "|[\u100b-\u100f]\u1039(?![\u100b-\u100f])|[\u1010-\u1014]\u1039(?![\u1010-\u1014])"
    "|[\u1015-\u1019]\u1039(?![\u1015-\u1019])|[\u101a-\u1030\u1032\u1036]\u1039(?![\u101c\u101e])"
)
# Unicode: a vowel E with nothing behind it to go before; ASAT twice or before the signs that close a syllable; HA.
_SEEN_IN_UNICODE = re.compile(
    "\u1031(?![\u1000-\u102a\u103b\u1040\u1047\u104e\u106a-\u1097])"
    "|[\u1000-\u1021]\u103a(?:\u1038|[\u1000-\u1021]\u103a)|\u1037\u103a|\u103e"
)
_KINZI = "\u1004\u103a\u1039"
_LETTERS = {
    "\u106a": "\u1009", "\u106b": "\u100a", "\u106e": "\u100d\u1039\u100d", "\u106f": "\u100d\u1039\u100e",
    "\u1086": "\u103f", "\u108f": "\u1014", "\u1090": "\u101b", "\u1091": "\u100f\u1039\u100d",
    "\u1092": "\u100b\u1039\u100c", "\u1097": "\u100b\u1039\u100b", "\u104e": "\u104e\u1004\u103a\u1038",
    # Digits that are typed for the letters WA and RA and for the sign "aforementioned".
    "\u1040": "\u101d", "\u1047": "\u101b", "\u1044": "\u104e",
}  # fmt: skip
_STACKED = {
    0x1060: 0x1000, 0x1061: 0x1001, 0x1062: 0x1002, 0x1063: 0x1003, 0x1065: 0x1005, 0x1066: 0x1006, 0x1067: 0x1006,
    0x1068: 0x1007, 0x1069: 0x1008, 0x106C: 0x100B, 0x106D: 0x100C, 0x1070: 0x100F, 0x1071: 0x1010, 0x1072: 0x1010,
    0x1073: 0x1011, 0x1074: 0x1011, 0x1075: 0x1012, 0x1076: 0x1013, 0x1077: 0x1014, 0x1078: 0x1015, 0x1079: 0x1016,
    0x107A: 0x1017, 0x107B: 0x1018, 0x107C: 0x1019, 0x1085: 0x101C, 0x1093: 0x1018,
}  # fmt: skip
_SIGNS = {
    "\u1033": "\u102f", "\u1034": "\u1030", "\u1039": "\u103a", "\u103a": "\u103b", "\u103b": "\u103c",
    "\u103c": "\u103d", "\u103d": "\u103e", "\u105a": "\u102b\u103a", "\u1064": _KINZI, "\u107d": "\u103b",
    "\u1087": "\u103e", "\u1088": "\u103e\u102f", "\u1089": "\u103e\u1030", "\u108a": "\u103d\u103e",
    "\u108b": _KINZI + "\u102d", "\u108c": _KINZI + "\u102e", "\u108d": _KINZI + "\u1036", "\u108e": "\u102d\u1036",
    "\u1094": "\u1037", "\u1095": "\u1037", "\u1096": "\u1039\u1010\u103d",
} | {chr(sign): "\u103c" for sign in range(0x107E, 0x1085)} | {
    chr(sign): "\u1039" + chr(letter) for sign, letter in _STACKED.items()
}  # fmt: skip
_BEFORE = "\u1031\u103b\u107e-\u1084"
_BEHIND = (
    "\u102b-\u1030\u1032-\u1034\u1036-\u103a\u103c\u103d\u105a\u1060-\u1069\u106c\u106d\u1070-\u107d\u1085"
    "\u1087-\u108e\u1093-\u1096"
)
_SYLLABLE = re.compile(
    f"(?P<before>[{_BEFORE}]*)(?P<letter>[\u1000-\u102a\u104e\u106a\u106b\u106e\u106f\u1086\u108f-\u1092\u1097]"
    f"|[\u1040\u1047](?=[{_BEHIND}])|(?<=[{_BEFORE}])[\u1040\u1047]|(?<=[\u1000-\u1039])\u1040(?=[\u1000-\u1021])"
    f"|\u1044(?=\u1004\u1039))(?P<behind>[{_BEHIND}]*)"
)
# The order in which Unicode stores a syllable's signs (Unicode 16.0, section 16.3; Unicode Technical Note 11).
_ORDER = "\u1039\u103b\u103c\u103d\u103e\u1031\u102d\u102e\u1032\u102f\u1030\u102b\u102c\u1036\u1037\u103a\u1038"
_SIGN = re.compile("\u1039.|.")
# Two that are one letter; and the one word with ASAT before U.
_SAME = {
    "\u1025\u102e": "\u1026",
    "\u1025\u103a": "\u1009\u103a",
    "\u1005\u103b": "\u1008",
    "\u102f\u103a": "\u103a\u102f",
}


def zawgyi(text: str) -> Iterator[Edit]:
    """Lines in Zawgyi, syllable by syllable, in Unicode."""
    if not _MYANMAR.search(text):
        return
    whole = _leaning(text)
    start = 0
    for line in text.splitlines(keepends=True):
        if (_leaning(line) or whole) > 0:
            yield from _converted(line, start)
        start += len(line)


def _leaning(text: str) -> int:
    """Above 0 for Zawgyi, below 0 for Unicode, 0 where nothing shows."""
    return sum(1 for _ in _SEEN_IN_ZAWGYI.finditer(text)) - sum(1 for _ in _SEEN_IN_UNICODE.finditer(text))


def _converted(line: str, offset: int) -> Iterator[Edit]:
    for match in _SYLLABLE.finditer(line):
        new = _syllable(match["before"], match["letter"], match["behind"])
        if new != match[0]:
            yield Edit(offset + match.start(), offset + match.end(), new)


def _syllable(before: str, letter: str, behind: str) -> str:
    """One syllable in Unicode: a kinzi first, the letter, its signs in order."""
    signs = "".join(_SIGNS.get(sign, sign) for sign in before + behind)
    kinzi = _KINZI if _KINZI in signs else ""
    ordered = sorted(set(_SIGN.findall(signs.replace(_KINZI, ""))), key=lambda sign: (_ORDER.find(sign[0]), sign))
    new = _LETTERS.get(letter, letter) + "".join(ordered)
    for seen, same in _SAME.items():
        new = new.replace(seen, same)
    return kinzi + new
