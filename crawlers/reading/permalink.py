"""The address of a post without what a visit adds to it, so that the same post has the same address tomorrow."""

import re
from functools import lru_cache
from urllib.parse import urljoin, urlsplit, urlunsplit

from tldextract import TLDExtract
from w3lib.html import get_base_url

# What boards and mailers append to links (LinkedIn, jobs.cz, generic campaign tags).
TRACKING_KEYS = frozenset(
    {
        "fbclid",
        "gclid",
        "gh_src",
        "jobsource",
        "lever-origin",
        "lever-source",
        "mc_cid",
        "mc_eid",
        "phpsessid",
        "refid",
        "rps",
        "search_id",
        "searchid",
        "sid",
        "ta_source",
        "trackingid",
        "trk",
        "yclid",
    }
)
# Where a link stood in a list, which only there is no part of the address.
TRACKING_KEYS_OF_HOSTS = {
    "jobsdb.com": frozenset({"origin", "ref", "type"}),
    "jobstreet.com": frozenset({"origin", "ref", "type"}),
    "linkedin.com": frozenset({"ebp", "original_referer", "originalsubdomain", "pagenum", "position"}),
}
# RFC 9110 section 4.1 asks servers for no more.
LONGEST_URL = 8_000
_SESSION_KEY = re.compile(r"^s$", re.IGNORECASE)
_SESSION_VALUE = re.compile(r"^[0-9a-f]{16,}$", re.IGNORECASE)


def clean_permalink(url: str) -> str:
    """`url` without fragment, campaign tags and session ids; other parts and their order stay as they are."""
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return url.strip()
    of_host = TRACKING_KEYS_OF_HOSTS.get(".".join(parts.netloc.lower().split(".")[-2:]), frozenset())
    kept = [pair for pair in parts.query.split("&") if pair and not _is_tracking(pair, of_host)]
    return urlunsplit((parts.scheme.lower(), parts.netloc.lower(), parts.path, "&".join(kept), ""))


def _is_tracking(pair: str, of_host: frozenset[str]) -> bool:
    key, _, value = pair.partition("=")
    if _SESSION_KEY.match(key):
        # `?s=` is also a search word; a session id is long and hexadecimal.
        return bool(_SESSION_VALUE.match(value))
    return key.lower() in TRACKING_KEYS | of_host or key.lower().startswith("utm_")


def is_same_site(url: str, other: str) -> bool:
    """Whether two addresses name the same host, `www.` aside."""
    return bare_host(url) == bare_host(other) != ""


def is_within_site(url: str, home: str) -> bool:
    """Whether `url` is on the host of `home` or on one below it."""
    host, home_host = bare_host(url), bare_host(home)
    return home_host != "" and (host == home_host or host.endswith(f".{home_host}"))


def is_related_site(url: str, other: str) -> bool:
    """Whether two hosts belong to one registered domain, such as `cz.linkedin.com` and `www.linkedin.com`.

    By the public suffix list as installed, private suffixes included: the pages of two users of a host are not related.
    """
    domain = _registered_domain(bare_host(url))
    return is_same_site(url, other) or domain == _registered_domain(bare_host(other)) != ""


def site_name(url: str) -> str:
    """The part of a host that was registered, without its ending: "linkedin" of `cz.linkedin.com`."""
    return _suffixes()(bare_host(url)).domain


@lru_cache(maxsize=1_024)
def _registered_domain(host: str) -> str:
    return _suffixes()(host).top_domain_under_public_suffix


@lru_cache(maxsize=1)
def _suffixes() -> TLDExtract:
    return TLDExtract(cache_dir=None, suffix_list_urls=(), include_psl_private_domains=True)


def bare_host(url: str) -> str:
    """The host of an address in lower case without `www.`; empty when there is none."""
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def base_of(html: str, url: str) -> str:
    """The address that links of a page are relative to: its own, or that of its <base>."""
    try:
        return get_base_url(html, url)
    except ValueError:
        return url


def absolute_url(base: str, link: str | None) -> str | None:
    """A link of a page as an http or https address; None for any other, and for none, a broken or an endless one."""
    try:
        url = urljoin(base, (link or "").strip()) if link else ""
        return url if len(url) <= LONGEST_URL and urlsplit(url).scheme in ("http", "https") else None
    except ValueError:
        return None
