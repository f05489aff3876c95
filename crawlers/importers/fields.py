"""Takes values out of JSON whose shape changes from year to year: what is missing or of another type is None."""

import math
import re
from datetime import UTC, datetime
from typing import Any

# Past the year 5000 in seconds: such numbers are milliseconds, larger ones microseconds.
_MILLISECONDS = 100_000_000_000
_COUNT = re.compile(r"[1-9]\d{9}(?:\d{3}){0,2}(?:\.\d+)?")


def dig(value: Any, *path: str | int) -> Any:
    """The value at `path` of keys and positions below `value`; None where the way ends before."""
    for step in path:
        if isinstance(step, str):
            value = value.get(step) if isinstance(value, dict) else None
        else:
            value = value[step] if isinstance(value, list) and -len(value) <= step < len(value) else None
    return value


def text_at(value: Any, *path: str | int) -> str | None:
    """The text or number at `path` as text; None for anything else, and for nothing."""
    found = dig(value, *path)
    if isinstance(found, bool) or not isinstance(found, str | int):
        return None
    return str(found).strip() or None


def first_text(value: Any, *names: str) -> str | None:
    """The first of the members `names` that holds text; a dot goes one level down, digits into a list."""
    ways = ([int(step) if step.isdecimal() else step for step in name.split(".")] for name in names)
    return next(filter(None, (text_at(value, *way) for way in ways)), None)


def plain(value: Any, depth: int = 6) -> Any:
    """`value` as the store takes it: no numbers that JSON does not know, and nothing below `depth`."""
    if isinstance(value, dict):
        return {str(key): plain(each, depth - 1) for key, each in value.items()} if depth else None
    if isinstance(value, list):
        return [plain(each, depth - 1) for each in value] if depth else None
    return None if isinstance(value, float) and not math.isfinite(value) else value


def instant_of_unix(value: Any) -> datetime | None:
    """The instant of a count of seconds, milliseconds or microseconds since 1970, given as number or digits."""
    try:
        count = float(value)
        if not math.isfinite(count):
            return None
        while abs(count) >= _MILLISECONDS:
            count /= 1000
        return datetime.fromtimestamp(count, UTC) if count else None
    except (TypeError, ValueError, OverflowError, OSError):
        return None


def instant_of_digits(value: str) -> datetime | None:
    """The same of a text; None for digits that are no count between 2001 and 2286, such as 20260305120000."""
    return instant_of_unix(value) if _COUNT.fullmatch(value) else None


def instant_of_text(value: Any) -> datetime | None:
    """The instant of an ISO date with a zone; None without one."""
    try:
        moment = datetime.fromisoformat(str(value).strip())
        return moment.astimezone(UTC) if moment.tzinfo else None
    except (ValueError, OverflowError):
        return None
