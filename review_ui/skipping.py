"""How an item is skipped: for a reason, until a day, or to somebody who reads its language."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from classifier.language import LANGUAGES
from lurewatch.errors import DataError
from review_ui.fields import day, line, midnight
from store.queue import Skip

REASONS = {
    "too_little": "There is too little to judge",
    "context": "It needs context that I do not have",
    "language": "I do not read the language",
    "later": "It should be looked at later",
    "heavy": "I would rather not read this one",
    "other": "Another reason, in the note",
}
LONGEST_SNOOZE = timedelta(days=366)
_MAX_CODE = 20


def skip_of(fields: Mapping[str, str], now: datetime) -> Skip:
    """What a form says of a skip; a day or a language speaks for its reason. DataError for what it cannot mean."""
    until = _until(fields, now)
    lang = _known(line(fields, "skip_lang", longest=_MAX_CODE), LANGUAGES, "a language")
    reason = _known(line(fields, "skip_reason", longest=_MAX_CODE), REASONS, "a reason")
    implied = "language" if lang else "later" if until else None
    return Skip(reason or implied, until, lang)


def _until(fields: Mapping[str, str], now: datetime) -> datetime | None:
    found = day(fields, "skip_until")
    if found is None:
        return None
    if not now < midnight(found) <= now + LONGEST_SNOOZE:
        raise DataError(f"{found} is no day within the next year.", hint="Give a day from tomorrow on.")
    return midnight(found)


def _known(code: str, known: Collection[str], what: str) -> str | None:
    if code and code not in known:
        raise DataError(f"{code!r} is not {what} to choose.", hint=f"Send one of {', '.join(known)}.")
    return code or None
