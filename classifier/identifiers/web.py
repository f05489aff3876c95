"""Mail addresses and links, found by linkify-it."""

from collections.abc import Iterator
from typing import ClassVar
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import regex

from classifier.identifiers.base import IdentifierType, Mention
from classifier.identifiers.view import View

_EMAIL = regex.compile(r"[^\s@]{1,64}@[^\s@]+\.[^\s@.]{2,63}")
_TRACKING = regex.compile(
    r"(?:utm_|mtm_|pk_|hsa_|fb_|_hs)\w*|(?:fb|g|dc|ms|y|tt)clid|igsh(?:id)?|mc_[ce]id|si|spm|ref_src|ref_url"
)
# Two-letter endings that are everyday words: behind a full stop without a space they end no host name.
_WORD_TLDS = frozenset(
    ("ai", "am", "be", "by", "do", "id", "in", "is", "it", "la", "me", "mo", "my", "no", "pm", "so", "to", "us")
)
# Hosts that carry everybody's pages: a link to the host alone says nothing about its owner.
_CROWDED_HOSTS = {
    "apps.apple.com", "bit.ly", "docs.google.com", "drive.google.com", "facebook.com", "fb.com", "forms.gle",
    "google.com", "instagram.com", "line.me", "linkedin.com", "maps.app.goo.gl", "play.google.com", "t.me",
    "tiktok.com", "twitter.com", "vk.com", "wa.me", "x.com", "youtu.be", "youtube.com", "zalo.me",
}  # fmt: skip
_EVERYBODYS_NAMES = {"abuse", "info", "no-reply", "noreply", "postmaster", "support", "webmaster"}


class Email(IdentifierType):
    """Lower case throughout: no provider in use tells cases apart."""

    name: ClassVar[str] = "email"

    def clean(self, raw: str, region: str | None = None) -> str | None:  # noqa: ARG002
        address = raw.strip().removeprefix("mailto:").lower()
        return address if _EMAIL.fullmatch(address) else None

    def find(self, view: View) -> Iterator[Mention]:
        for link in view.links:
            normalized = self.clean(link.url) if link.schema == "mailto:" or link.url.startswith("mailto:") else None
            if normalized:
                yield Mention(link.index, link.last_index, normalized)

    def specificity(self, normalized: str) -> float:
        return 0.0 if normalized.partition("@")[0] in _EVERYBODYS_NAMES else 0.8


class Url(IdentifierType):
    """Scheme and host in lower case; without fragment, default port and tracking parameters."""

    name: ClassVar[str] = "url"

    def clean(self, raw: str, region: str | None = None) -> str | None:  # noqa: ARG002
        try:
            parts = urlsplit(raw.strip())
            host, port = (parts.hostname or "").rstrip("."), parts.port
        except ValueError:
            return None
        if parts.scheme.lower() not in {"http", "https", "ftp"} or "." not in host:
            return None
        netloc = host if port in {None, 80, 443} else f"{host}:{port}"
        query = parse_qsl(parts.query, keep_blank_values=True)
        pairs = [pair for pair in query if not _TRACKING.fullmatch(pair[0])]
        return urlunsplit((parts.scheme.lower(), netloc, parts.path.rstrip("/"), urlencode(pairs), ""))

    def find(self, view: View) -> Iterator[Mention]:
        for link in view.links:
            if link.schema == "" and not _is_written_as_link(link.raw):
                continue
            normalized = self.clean(f"http:{link.url}" if link.url.startswith("//") else link.url)
            if normalized:
                yield Mention(link.index, link.last_index, normalized)

    def specificity(self, normalized: str) -> float:
        parts = urlsplit(normalized)
        host = (parts.hostname or "").removeprefix("www.").removeprefix("m.")
        if host not in _CROWDED_HOSTS:
            return 0.5
        return 0.6 if parts.path.strip("/") else 0.0


def _is_written_as_link(raw: str) -> bool:
    """Whether a link without a scheme is meant as one: `việc.Ai` is the end of one sentence and the next."""
    host, slash, _ = raw.partition("/")
    ending = host.rpartition(".")[2]
    if not host.isascii() or not (ending.islower() or host.isupper()):
        return False
    return bool(slash) or host.startswith("www.") or host.count(".") > 1 or ending not in _WORD_TLDS
