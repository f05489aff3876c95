"""How a person wants to work: language, keys, blur, their own limit of severe items, and breaks."""

import re
from collections.abc import Mapping
from datetime import timedelta

from starlette.responses import Response

from lurewatch.errors import DataError
from review_ui.desk import Page
from review_ui.fields import line
from review_ui.languages import LANGUAGES
from review_ui.manner import BREAK_AFTER
from review_ui.sign_in import safe_next
from review_ui.visits import Visit, see_other
from store.preferences import Preference, preference_of, save_preference

# The keys that pages know, by their usual place, and what each does.
KEYS = {
    "KeyY": "confirm",
    "KeyN": "benign",
    "KeyU": "unsure",
    "KeyS": "skip",
    "KeyE": "escalate",
    "KeyC": "campaign",
    "KeyZ": "undo your last decision",
    "KeyI": "show what is blurred",
    "KeyJ": "down in the list",
    "KeyK": "up in the list",
    "KeyH": "highlights on and off",
}
PUT_OFF = timedelta(minutes=30)
MOST_SEVERE = 1_000
_LETTER = re.compile(r"[A-Z0-9]")


def show_preferences(visit: Visit) -> Page:
    """GET /account/preferences."""
    chosen = preference_of(visit.session, visit.user)
    letters = {code: chosen.keys.get(code, code)[-1].lower() for code in KEYS}
    values = {"chosen": chosen, "known_keys": KEYS, "letters": letters, "limit": visit.desk.settings.severe_per_day}
    return Page("preferences.html", values)


def save_preferences(visit: Visit) -> Response:
    """POST /account/preferences."""
    save_preference(visit.session, visit.user, preference_form(visit.fields))
    return see_other("/account/preferences")


def put_break_off(visit: Visit) -> Response:
    """POST /break: remind again in PUT_OFF."""
    visit.user_session.active_since = visit.now - BREAK_AFTER + PUT_OFF
    return see_other(safe_next(visit.fields.get("next", "")))


def preference_form(fields: Mapping[str, str]) -> Preference:
    """The choices that a form carries; DataError for what cannot be kept."""
    language = line(fields, "language", longest=20)
    if language and language not in LANGUAGES:
        raise DataError(f"{language!r} is not a language of this application.", hint="Choose one from the list.")
    return Preference(
        language=language,
        keys_off="keys_off" in fields,
        keys=_remapped(fields),
        blur_text="blur_text" in fields,
        blur_media="blur_media" in fields,
        greyscale="greyscale" in fields,
        severe_per_day=_limit(line(fields, "severe_per_day", longest=6)),
    )


def _remapped(fields: Mapping[str, str]) -> dict[str, str]:
    """The keys that are not in their usual place, by it; DataError when two would share one."""
    codes = {usual: _code(line(fields, f"key.{usual}", longest=4), usual) for usual in KEYS}
    taken = sorted({code[-1] for code in codes.values() if list(codes.values()).count(code) > 1})
    if taken:
        raise DataError(f"The key {taken[0].lower()} would do two things.", hint="Give each thing a key of its own.")
    return {usual: code for usual, code in codes.items() if code != usual}


def _code(letter: str, usual: str) -> str:
    """The place of a letter or digit on the keyboard, as `KeyboardEvent.code` names it."""
    if not letter:
        return usual
    if not _LETTER.fullmatch(letter.upper()):
        raise DataError(f"{letter!r} is not a key that can be used.", hint="Give a letter from a to z or a digit.")
    return f"Digit{letter}" if letter.isdigit() else f"Key{letter.upper()}"


def _limit(text: str) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdigit()) or int(text) > MOST_SEVERE:
        raise DataError(f"{text!r} is not a number of posts.", hint=f"Give 0 to {MOST_SEVERE}, or nothing.")
    return int(text)
