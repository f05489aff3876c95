"""Accounts of messengers: their links, and names or numbers beside the words for them.

A name without an at-sign is believed where it looks like one (a digit, an underscore) or where a colon or "id"
stands before it and no sentence goes on behind it.
"""

from abc import abstractmethod
from collections.abc import Iterator
from typing import ClassVar

import regex

from classifier.cleaning import readable
from classifier.identifiers.base import IdentifierType, Mention
from classifier.identifiers.messenger_words import (
    BEFORE,
    LINE,
    OTHERS,
    TELEGRAM,
    WECHAT,
    WHATSAPP,
    ZALO,
    link_pattern,
    name_pattern,
    number_pattern,
)
from classifier.identifiers.phone import Phone
from classifier.identifiers.view import View

_AT_NAME = regex.compile(r"(?<![\w@./\-])@(?P<name>[A-Za-z]\w{3,31})(?![\w@]|\.\w)", regex.ASCII)
_STRONG_LEAD = regex.compile(r"(?i)[:=>]|\bid\b|ไอดี|号|號|👉|➡")
_SENTENCE_GOES_ON = regex.compile(r"[ ,]+\p{Ll}{2}")
_ORDINARY_WORDS = {
    "account", "admin", "channel", "chat", "contact", "description", "everyone", "group", "here", "number", "only",
    "telegram", "username", "whatsapp", "wechat",
}  # fmt: skip
_LOOK_BACK = 25
_PHONE = Phone()


class _Messenger(IdentifierType):
    """What messengers share: links are read first, then what stands beside the words."""

    _link: ClassVar["regex.Pattern[str]"]

    def find(self, view: View) -> Iterator[Mention]:
        if "/" in view.text:  # as every link does; the patterns are slow
            yield from self._linked(view)
        yield from self._beside_words(view)

    def _linked(self, view: View) -> Iterator[Mention]:
        for match in self._link.finditer(view.text):
            normalized = self._clean_link(match)
            if normalized:
                yield Mention(match.start(), _trimmed(view.text, *match.span()), normalized)

    def _clean_link(self, match: "regex.Match[str]") -> str | None:
        return self.clean(match["name"])

    @abstractmethod
    def _beside_words(self, view: View) -> Iterator[Mention]:
        """The accounts named without a link."""

    def specificity(self, normalized: str) -> float:  # noqa: ARG002
        return 0.8


class _ByName(_Messenger):
    """A messenger whose accounts have names."""

    _named: ClassVar["regex.Pattern[str]"]

    def _beside_words(self, view: View) -> Iterator[Mention]:
        for match in self._named.finditer(view.text):
            normalized = self.clean(match["name"])
            if normalized and (match["at"] or _looks_like_name(match, view.text)):
                yield Mention(match.start("at"), match.end("name"), normalized)


class _ByNumber(_Messenger):
    """A messenger whose accounts are telephone numbers; they stay readable as such."""

    _numbered: ClassVar["regex.Pattern[str]"]
    _region: ClassVar[str | None] = None

    def clean(self, raw: str, region: str | None = None) -> str | None:
        """Numbers without a zero or plus sign in front may carry their country code, as links to accounts do."""
        normalized = _PHONE.clean(raw, region or self._region)
        return normalized or (None if raw.lstrip("(").startswith(("0", "+")) else _PHONE.clean(f"+{raw}"))

    def _beside_words(self, view: View) -> Iterator[Mention]:
        for match in self._numbered.finditer(view.text) if view.has_number else ():
            group = "number" if match["number"] else "first"
            normalized = self.clean(match[group], view.region)
            if normalized:
                yield Mention(*match.span(group), normalized, exclusive=False)

    def caption(self, normalized: str) -> str:
        return _PHONE.caption(normalized) if normalized.startswith("+") else normalized


class Telegram(_ByName):
    """The name in lower case without @; invitations as +code, whose case counts."""

    name: ClassVar[str] = "telegram"
    _link = link_pattern(
        r"(?:t|telegram)\.(?:me|dog)/(?:s/)?(?P<name>\+[\w-]{10,40}|joinchat/[\w-]{10,40}|[A-Za-z]\w{3,31})"
        r"|tg://(?:resolve\?domain=|join\?invite=(?P<invite>))(?P<name>[\w-]{4,40})"
    )
    _named = name_pattern(TELEGRAM, r"[A-Za-z]\w{3,31}")
    _reserved = frozenset(
        {
            "addlist",
            "addstickers",
            "boost",
            "confirmphone",
            "joinchat",
            "login",
            "proxy",
            "setlanguage",
            "share",
            "socks",
        }
    )
    _others = regex.compile(
        rf"{BEFORE}(?:{readable(f'{LINE}|{WECHAT}|{ZALO}|{WHATSAPP}|{OTHERS}').text})(?![\p{{Latin}}])"
    )
    _ours = regex.compile(rf"{BEFORE}(?:{readable(TELEGRAM).text})(?![\p{{Latin}}])")
    _other_behind = regex.compile(
        rf"(?i)[ ]?[(\[/–-]?[ ]?(?:on |trên )?(?:{LINE}|{WECHAT}|{ZALO}|{OTHERS})(?![\p{{L}}])"
    )

    def clean(self, raw: str, region: str | None = None) -> str | None:  # noqa: ARG002
        name = raw.strip().removeprefix("@")
        if name.startswith(("+", "joinchat/")):
            return "+" + name.removeprefix("+").removeprefix("joinchat/")
        if not regex.fullmatch(r"[A-Za-z][A-Za-z0-9_]{3,31}", name) or name.lower() in self._reserved:
            return None
        return name.lower()

    def _clean_link(self, match: "regex.Match[str]") -> str | None:
        return self.clean(match["name"] if match["invite"] is None else f"+{match['name']}")

    def _beside_words(self, view: View) -> Iterator[Mention]:
        yield from super()._beside_words(view)
        for match in _AT_NAME.finditer(view.text):
            normalized = self.clean(match["name"])
            if normalized and not self._is_another_networks(view.text, *match.span()):
                yield Mention(*match.span(), normalized)

    def _is_another_networks(self, text: str, start: int, end: int) -> bool:
        """Whether the nearest network named before a bare @name on its line, or right behind it, is another one."""
        words_start = max(text.rfind("\n", 0, start) + 1, text.rfind("@", 0, start) + 1, start - _LOOK_BACK)
        others = [match.end() for match in self._others.finditer(text, words_start, start)]
        ours = [match.end() for match in self._ours.finditer(text, words_start, start)]
        if others:
            return max(others) > max(ours, default=-1)
        return not ours and self._other_behind.match(text, end) is not None

    def specificity(self, normalized: str) -> float:
        return 0.0 if normalized in _ORDINARY_WORDS else 0.8

    def caption(self, normalized: str) -> str:
        return normalized if normalized.startswith("+") else f"@{normalized}"


class Line(_ByName):
    """The id in lower case without @ or ~; codes of links as they are."""

    name: ClassVar[str] = "line"
    _link = link_pattern(
        r"line\.me/(?:R/)?ti/p/(?:~|@|%40)?(?P<name>[\w.\-]{3,40})|line\.me/(?:R/)?ti/g2?/(?P<code>[\w-]{6,60})"
        r"|lin\.ee/(?P<code>[A-Za-z0-9]{5,20})|page\.line\.me/(?P<name>[\w.\-]{3,40})"
    )
    _named = name_pattern(LINE, r"[A-Za-z0-9][A-Za-z0-9._\-]{2,19}")

    def clean(self, raw: str, region: str | None = None) -> str | None:  # noqa: ARG002
        name = raw.strip().lstrip("@~").rstrip(".-").lower()
        if not regex.fullmatch(r"[a-z0-9][a-z0-9._\-]{2,39}", name):
            return None
        return name if any(char.isalpha() for char in name) else None

    def _clean_link(self, match: "regex.Match[str]") -> str | None:
        return match["code"] or self.clean(match["name"])


class WeChat(_ByName):
    """The id in lower case; a number where the account goes by one."""

    name: ClassVar[str] = "wechat"
    _link = link_pattern(r"u\.wechat\.com/(?P<code>[\w-]{8,60})|weixin://dl/chat\?(?P<name>[\w-]{5,60})")
    _named = name_pattern(WECHAT, r"[A-Za-z][A-Za-z0-9_\-]{4,19}|\d{5,11}")

    def clean(self, raw: str, region: str | None = None) -> str | None:  # noqa: ARG002
        name = raw.strip().rstrip("-").lower()
        return name if regex.fullmatch(r"[a-z][a-z0-9_\-]{4,59}|\d{5,11}", name) else None

    def _clean_link(self, match: "regex.Match[str]") -> str | None:
        return match["code"] or self.clean(match["name"])


class WhatsApp(_ByNumber):
    """E.164 where the country is known, else digits; codes of groups and channels as they are."""

    name: ClassVar[str] = "whatsapp"
    _link = link_pattern(
        r"wa\.me/(?:\+|%2B)?(?P<name>\d{7,15})|api\.whatsapp\.com/send/?\?(?:\S{0,60}&)?phone=(?:\+|%2B)?(?P<name>\d{7,15})"
        r"|(?:wa\.me/message|chat\.whatsapp\.com(?:/invite)?|whatsapp\.com/channel)/(?P<code>[A-Za-z0-9]{8,40})"
    )
    _numbered = number_pattern(WHATSAPP)

    def _clean_link(self, match: "regex.Match[str]") -> str | None:
        """Numbers of links carry their country code without a plus sign."""
        return match["code"] or self.clean(f"+{match['name']}")


class Zalo(_ByNumber):
    """A number, Vietnamese where no other country is known; groups as g/code."""

    name: ClassVar[str] = "zalo"
    _region = "VN"
    _link = link_pattern(r"(?:chat\.)?zalo\.me/(?:(?P<code>g/[a-z0-9]{4,20})|(?:\?phone=)?(?P<name>\+?\d{8,19}))")
    _numbered = number_pattern(ZALO)

    def _clean_link(self, match: "regex.Match[str]") -> str | None:
        """Official accounts have numbers of 15 digits and more, which are no telephone numbers."""
        if match["code"]:
            return match["code"].lower()
        return self.clean(match["name"]) or match["name"]


def _looks_like_name(match: "regex.Match[str]", text: str) -> bool:
    name = match["name"]
    if name.lower() in _ORDINARY_WORDS or (name.isdigit() and match["word"].isascii()):
        return False
    if any(char.isdigit() or char == "_" for char in name):
        return bool(match["lead"]) or not match["word"].isascii()
    if not match["word"].isascii() and any(regex.match(r"\p{Han}", char) for char in match["word"]):
        return True
    before = text[: match.start()].rstrip(" ")[-1:]
    if not _STRONG_LEAD.search(match["lead"]) or before.isalpha():
        return False
    return not _SENTENCE_GOES_ON.match(text, match.end())


def _trimmed(text: str, start: int, end: int) -> int:
    """The end of a link without the punctuation of its sentence."""
    return start + len(text[start:end].rstrip(".,;:!?)]}»”'\""))
