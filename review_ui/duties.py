"""What a person has to do before anything else: choose a password of their own, set up a second factor."""

from sqlalchemy.orm import Session

from review_ui.settings import ReviewSettings
from store import second_factors
from store.tables import User

PASSWORD = "/account/password"  # noqa: S105 - a path
SECOND_FACTOR = "/account/second-factor"


def open_duty(session: Session, user: User, settings: ReviewSettings) -> str | None:
    """The page of the first duty that is open, or None.

    A person whom an OpenID provider signs in has none: passwords and second factors are the provider's there.
    """
    if not user.password_hash:
        return None
    if user.must_change_password:
        return PASSWORD
    is_asked = settings.seal_key is not None and user.role in settings.second_factor_roles
    return SECOND_FACTOR if is_asked and not second_factors.is_confirmed(session, user) else None
