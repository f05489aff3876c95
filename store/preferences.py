"""How each person wants to work; whoever has said nothing works with the defaults."""

from dataclasses import asdict, dataclass, field

from sqlalchemy.orm import Session

from store import users
from store.tables import User, UserPreference


@dataclass(frozen=True, slots=True, kw_only=True)
class Preference:
    """One person's choices.

    `language` is a BCP 47 tag or "" for the browser's; `keys` maps a key's usual place ("KeyY") to this person's;
    `severe_per_day` is their own limit, or None for the installation's.
    """

    language: str = ""
    keys_off: bool = False
    keys: dict[str, str] = field(default_factory=dict)
    blur_text: bool = True
    blur_media: bool = True
    greyscale: bool = False
    severe_per_day: int | None = None


def preference_of(session: Session, user: User) -> Preference:
    """What a person has chosen."""
    row = session.get(UserPreference, user.id)
    if row is None:
        return Preference()
    return Preference(**{name: getattr(row, name) for name in Preference.__slots__})


def save_preference(session: Session, user: User, preference: Preference) -> None:
    """Keep a person's choices in the place of the earlier ones."""
    users.lock(session, user)
    session.merge(UserPreference(user_id=user.id, **asdict(preference)))
