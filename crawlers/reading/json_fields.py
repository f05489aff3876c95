"""Answers of JSON interfaces and single values out of them; whatever is of another type than expected is nothing.

Nothing here raises on what a server sent.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from crawlers.reading.jsonld import whole_number

LARGEST_NUMBER = 2**63
# No interface gives as many at once; a hostile one could keep us busy with them for minutes.
MOST_ENTRIES = 10_000


def read_json(body: bytes) -> Any | None:
    """The value that a body holds; None when it is not JSON."""
    text = body.decode("utf-8-sig", "replace")
    try:
        return json.loads(text, strict=False, parse_int=whole_number, parse_constant=lambda _name: None)
    except (ValueError, RecursionError):
        return None


def as_object(value: Any) -> dict[str, Any]:
    """An object as it is, anything else as an empty one."""
    return value if isinstance(value, dict) else {}


def as_objects(value: Any) -> list[dict[str, Any]]:
    """The objects among the first entries of a list; anything else has none."""
    return [item for item in value[:MOST_ENTRIES] if isinstance(item, dict)] if isinstance(value, list) else []


def as_string(value: Any) -> str:
    """A string, or the digits of a whole number; empty for anything else."""
    if isinstance(value, bool):
        return ""
    return str(value) if isinstance(value, str | int) else ""


def as_count(value: Any) -> int | None:
    """A whole number that every store takes; None for anything else."""
    return value if isinstance(value, int) and not isinstance(value, bool) and abs(value) < LARGEST_NUMBER else None


def from_epoch(value: Any) -> datetime | None:
    """Seconds since the Unix epoch, as a number or as text, as a UTC instant; 0 and nonsense are none."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        return datetime.fromtimestamp(float(value), UTC) if float(value) > 0 else None
    except (ValueError, OverflowError, OSError):
        return None


def from_rfc3339(value: Any) -> datetime | None:
    """A date with time and zone as a UTC instant; None without a zone and for anything else."""
    try:
        moment = datetime.fromisoformat(value if isinstance(value, str) else "")
        return moment.astimezone(UTC) if moment.tzinfo else None
    except (ValueError, OverflowError):
        return None


def only_stated(found: Mapping[str, Any]) -> dict[str, Any]:
    """What is said of a post, for `extra`: without what is empty, absent or nought."""
    return {key: value for key, value in found.items() if value}


def add_value(held: dict[str, Any], name: str, value: Any) -> None:
    """Keep a value under a name; a name that comes again gives a list."""
    if name in held:
        several = held[name] if isinstance(held[name], list) else [held[name]]
        several.append(value)
        held[name] = several
    else:
        held[name] = value
