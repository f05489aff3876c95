"""Single fields of a schema.org JobPosting, in the shapes that real boards give them."""

import math
from typing import Any

from crawlers.reading.markup import one_line

NAMED_PLACES = 5
DEEPEST_LIST = 4
PLACE_KEYS = ("streetAddress", "addressLocality", "addressRegion", "postalCode", "addressCountry")
_NOTHING = frozenset({"", "-", "n/a", "none", "null"})
# RemoteOK puts it into each part of the address.
_ANYWHERE = frozenset({"anywhere", "worldwide", "remote"})
_CURRENCY_ALIASES = {"RUR": "RUB"}
# UN/CEFACT unit codes, as boards put them into unitCode.
_UNIT_ALIASES = {"ANN": "YEAR", "MON": "MONTH", "WEE": "WEEK", "DAY": "DAY", "HUR": "HOUR"}  # codespell:ignore wee


def as_text(value: Any, depth: int = 0) -> str:
    """A scalar, or an object's name, as one line; a list as its parts, each once, with commas; else empty."""
    if not isinstance(value, list):
        return _scalar(value)
    parts = value[:50] if depth < DEEPEST_LIST else []
    return ", ".join(dict.fromkeys(filter(None, (as_text(item, depth + 1) for item in parts))))


def _scalar(value: Any) -> str:
    if isinstance(value, bool) or value is None:
        return ""
    if isinstance(value, str):
        line = one_line(value)
        return "" if line.lower() in _NOTHING else line
    if isinstance(value, float):
        return f"{value:g}" if math.isfinite(value) else ""
    if isinstance(value, int):
        return str(value)
    return _name(value) if isinstance(value, dict) else ""


def _name(value: dict[str, Any]) -> str:
    """What an object is called; JSON-LD may put a plain value into `@value`."""
    stated = (next(iter(as_list(value.get(key))), None) for key in ("@value", "name", "legalName"))
    return next((name for each in stated if isinstance(each, str | int) and (name := _scalar(each))), "")


def as_list(value: Any) -> list[Any]:
    """A list as it is, nothing as an empty one, anything else as a list of one."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def read_places(posting: dict[str, Any]) -> list[str]:
    """The places of jobLocation in their order, each once, smallest part first."""
    lines = [_place(part) for place in as_list(posting.get("jobLocation")) for part in _single_places(place)]
    found = list(dict.fromkeys(line for line in lines if line))
    # In microdata without its holders the parts of the address stand in the posting itself.
    return found or [line for line in [_place({key: posting.get(key) for key in PLACE_KEYS})] if line]


def _single_places(place: Any) -> list[Any]:
    several = place.get("address") if isinstance(place, dict) else None
    return [place | {"address": each} for each in several[:50]] if isinstance(several, list) else [place]


def _place(place: Any) -> str:
    if not isinstance(place, dict):
        return as_text(place)
    address = place.get("address", place)
    if not isinstance(address, dict):
        return as_text(address) or as_text(place.get("name"))
    parts = dict.fromkeys(filter(None, (as_text(address.get(key)) for key in PLACE_KEYS)))
    return ", ".join(parts) or as_text(address.get("name")) or as_text(place.get("name"))


def is_remote(posting: dict[str, Any]) -> bool:
    """Whether the posting calls itself remote; the mark stands in jobLocationType or in additionalProperty."""
    further = as_list(posting.get("additionalProperty"))
    marks = [
        posting.get("jobLocationType"),
        *(each.get("value") if isinstance(each, dict) else each for each in further),
    ]
    telecommutes = any("TELECOMMUTE" in as_text(mark).upper() for each in marks for mark in as_list(each))
    places = read_places(posting)
    return telecommutes or (bool(places) and all(place.lower() in _ANYWHERE for place in places))


def read_location(posting: dict[str, Any]) -> str | None:
    """Up to five places; more than that (boards list up to 251 countries) is no place but "remote"."""
    places = read_places(posting)
    if len(places) > NAMED_PLACES:
        return "remote"
    return "; ".join(places) or ("remote" if is_remote(posting) else None)


def read_salary(posting: dict[str, Any]) -> str | None:
    """`1500-2000 USD per MONTH` out of the number, object and range shapes of baseSalary; None when there is none."""
    stated = next(iter(as_list(posting.get("baseSalary"))), None)
    # In microdata without its holders the parts of the salary stand in the posting itself.
    in_posting = not stated or (isinstance(stated, str) and bool(posting.get("minValue") or posting.get("maxValue")))
    holder = stated if isinstance(stated, dict) else posting if in_posting else {"value": stated}
    value = next(iter(as_list(holder.get("value", holder.get("price", holder)))), None)
    inner = value if isinstance(value, dict) else {"value": value}
    amount = _amount(inner) or _amount(holder)
    if not amount:
        return None
    stated_currency = holder.get("currency") or holder.get("priceCurrency") or inner.get("currency")
    currency = as_text(stated_currency or posting.get("salaryCurrency")).upper()
    unit = as_text(
        next((each[key] for each in (inner, holder) for key in ("unitText", "unitCode") if each.get(key)), "")
    )
    unit = _UNIT_ALIASES.get(unit.upper(), unit).removeprefix("per-").removeprefix("Per ").removeprefix("per ")
    parts = [amount, _CURRENCY_ALIASES.get(currency, currency), f"per {unit}" if unit else ""]
    return " ".join(filter(None, parts))


def _amount(value: dict[str, Any]) -> str:
    ends = [as_text(value.get("minValue")), as_text(value.get("maxValue"))]
    given = list(dict.fromkeys(filter(None, ends)))
    if given:
        return "-".join(given)
    return "" if isinstance(value.get("value"), dict | list) else as_text(value.get("value"))


def read_identifier(posting: dict[str, Any]) -> str:
    """identifier.value, or a plain identifier; empty when the posting has none."""
    stated = next(iter(as_list(posting.get("identifier"))), None)
    return as_text(stated.get("value") or stated.get("@id")) if isinstance(stated, dict) else as_text(stated)
