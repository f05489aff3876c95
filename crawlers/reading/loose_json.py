"""JSON that no parser takes, as people and templates write it: read as far as it goes.

Known breaks: quotes in a text that nobody escaped, single quotes, commas too many or missing, a value left out, several
values after each other, an end that was cut off. Without recursion, in time that grows with the length alone; never
raises.
"""

import json
import re
from typing import Any

LONGEST = 200_000
DEEPEST = 100
# A quote ends a text only before what may follow there; any other is part of the text.
_KEY_ENDS = r"\s*+:"
_MEMBER_ENDS = r"""\s*+(?:,\s*+)*+(?:\}|\Z|/[/*]|(?:"[^"\n]{1,80}"|'[^'\n]{1,80}')\s*+:)"""
_ENTRY_ENDS = r"\s*+(?:[,\]]|\Z)"
# An unfinished comment runs to the end.
_GAP = re.compile(r"(?:[\s,:;]++|/\*(?:.*?\*/|.*)|//[^\n]*+)++", re.DOTALL)
_BARE = re.compile(r"[^\s,:;{}\[\]\"']++")
_CONSTANTS = {"true": True, "false": False, "null": None, "undefined": None}
_TO_ESCAPE = re.compile(r"""(\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))|\\(')|([\\"])""")


def _text_until(ends: str) -> dict[str, re.Pattern[str]]:
    return {
        quote: re.compile(rf"{quote}((?:\\.|[^\\{quote}]|{quote}(?!{ends}))*+){quote}", re.DOTALL) for quote in "\"'"
    }


_KEY, _MEMBER, _ENTRY = map(_text_until, (_KEY_ENDS, _MEMBER_ENDS, _ENTRY_ENDS))


class _Reader:
    """The values read so far: `open` are the objects and lists not yet closed, `key` what a value is waited for."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.position = 0
        self.values: list[Any] = []
        self.open: list[dict[str, Any] | list[Any]] = []
        self.key: str | None = None

    def read(self) -> None:
        while self.position < len(self.text) and len(self.open) <= DEEPEST:
            sign = self.text[self.position]
            if gap := _GAP.match(self.text, self.position):
                self.position = gap.end()
                # A comma behind a key: its value was left out.
                self.key = None if "," in gap[0] else self.key
            elif sign in "{[":
                self.position += 1
                self._open({} if sign == "{" else [])
            elif sign in "}]":
                self.position += 1
                self._close()
            else:
                self._put(self._quoted(sign) if sign in "\"'" else self._bare())

    def _open(self, holder: dict[str, Any] | list[Any]) -> None:
        self._put(holder)
        self.open.append(holder)

    def _close(self) -> None:
        self.key = None
        if self.open:
            self.open.pop()

    def _put(self, value: Any) -> None:
        holder = self.open[-1] if self.open else self.values
        if isinstance(holder, list):
            holder.append(value)
        elif self.key is not None:
            holder[self.key], self.key = value, None
        elif isinstance(value, str):
            self.key = value

    def _quoted(self, quote: str) -> str:
        in_object = bool(self.open) and isinstance(self.open[-1], dict)
        ended = (_ENTRY if not in_object else _KEY if self.key is None else _MEMBER)[quote]
        match = ended.match(self.text, self.position)
        self.position, start = match.end() if match else len(self.text), self.position
        return _unescaped(match[1] if match else self.text[start + 1 :])

    def _bare(self) -> str | bool | None:
        match = _BARE.match(self.text, self.position)
        self.position = match.end() if match else self.position + 1
        word = match[0] if match else ""
        return _CONSTANTS.get(word, word)


def _unescaped(text: str) -> str:
    escaped = _TO_ESCAPE.sub(lambda match: match[1] or match[2] or f"\\{match[3]}", text)
    try:
        return str(json.loads(f'"{escaped}"', strict=False))
    except ValueError:
        return text


def read_loosely(text: str) -> Any | None:
    """The object or list in a text, a list of them where it holds several; None when it holds none, or too much.

    Numbers stay text.
    """
    if len(text) > LONGEST:
        return None
    reader = _Reader(text)
    reader.read()
    found = [value for value in reader.values if isinstance(value, dict | list) and value]
    if len(reader.open) > DEEPEST or not found:
        return None
    return found[0] if len(found) == 1 else found
