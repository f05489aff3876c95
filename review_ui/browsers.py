"""What is kept of a browser and its address: enough to know one's own sessions by, too little to trace anybody."""

import ipaddress
import re
from collections.abc import Mapping

# The first that fits: Edge and Opera call themselves Chrome too, and Chrome calls itself Safari.
_FAMILIES = (
    ("Edge", r"Edg(e|A|iOS)?/"),
    ("Opera", r"OPR/|Opera"),
    ("Firefox", r"Firefox/|FxiOS/"),
    ("Chrome", r"Chrome/|CriOS/|Chromium/"),
    ("Safari", r"Safari/"),
)
_SYSTEMS = (
    ("Android", r"Android"),
    ("iOS", r"iPhone|iPad|iPod"),
    ("Windows", r"Windows"),
    ("macOS", r"Mac OS X|Macintosh"),
    ("Linux", r"Linux|X11"),
)
_KEPT_BITS = {4: 24, 6: 48}
UNKNOWN = "unknown"
_ON = " on "
# One customer's: whoever has an address of IPv6 has all of its /64.
_LINE_BITS = {4: 32, 6: 64}


def family(user_agent: str) -> str:
    """The browser's family and system, as in "Firefox on Linux"."""
    return f"{_first(_FAMILIES, user_agent)}{_ON}{_first(_SYSTEMS, user_agent)}"


def parts(kept: str) -> tuple[str, str]:
    """Family and system of what `family` gave; UNKNOWN for what is not known, or was not kept."""
    browser, _, system = kept.partition(_ON)
    return browser or UNKNOWN, system or UNKNOWN


def network(address: str) -> str:
    """The subnet of an address: 24 bits of IPv4, 48 of IPv6; "" for what is no address."""
    return _subnet(address, _KEPT_BITS)


def line(address: str) -> str:
    """The line that an address is of, against guessing: all of IPv4, 64 bits of IPv6; "" for what is no address."""
    return _subnet(address, _LINE_BITS)


def _subnet(address: str, bits: Mapping[int, int]) -> str:
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return ""
    return str(ipaddress.ip_network((parsed, bits[parsed.version]), strict=False))


def _first(known: tuple[tuple[str, str], ...], user_agent: str) -> str:
    return next((name for name, pattern in known if re.search(pattern, user_agent)), UNKNOWN)
