"""How a page is to look and behave for one person: what `base.html` hands to the style sheet and to `keys.js`."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from store.preferences import Preference, preference_of
from store.tables import UserSession

# The Victorian Government's guidance for people who read distressing material: a break every two hours.
BREAK_AFTER = timedelta(hours=2)
_CLASSES = {"blur_text": "blur-text", "blur_media": "blur-media", "greyscale": "greyscale"}


@dataclass(frozen=True, slots=True)
class Manner:
    """`classes` and `keys` (a JSON object, or "off") are attributes of the page's main part."""

    language: str = ""
    classes: str = ""
    keys: str = "{}"
    break_due: bool = False


def manner_of(session: Session, user_session: UserSession, *, now: datetime) -> Manner:
    """The manner of the person whose session this is."""
    preference = preference_of(session, user_session.user)
    return Manner(
        preference.language, _classes(preference), _keys(preference), is_break_due(user_session.active_since, now)
    )


def is_break_due(active_since: datetime | None, now: datetime) -> bool:
    """Whether somebody has worked for BREAK_AFTER without a break."""
    return active_since is not None and now - active_since >= BREAK_AFTER


def _classes(preference: Preference) -> str:
    return " ".join(name for field, name in _CLASSES.items() if getattr(preference, field))


def _keys(preference: Preference) -> str:
    return "off" if preference.keys_off else json.dumps(preference.keys, sort_keys=True)
