"""What is kept of a browser and its address: enough to know one's own sessions by, too little to trace anybody."""

import ipaddress
import re

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


def family(user_agent: str) -> str:
    """The browser's family and system, as in "Firefox on Linux"."""
    return f"{_first(_FAMILIES, user_agent)} on {_first(_SYSTEMS, user_agent)}"


def network(address: str) -> str:
    """The subnet of an address: 24 bits of IPv4, 48 of IPv6; "" for what is no address."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return ""
    return str(ipaddress.ip_network((parsed, _KEPT_BITS[parsed.version]), strict=False))


def _first(known: tuple[tuple[str, str], ...], user_agent: str) -> str:
    return next((name for name, pattern in known if re.search(pattern, user_agent)), "unknown")
