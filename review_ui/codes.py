"""Whether a typed code is right: one of the person's authenticator, or a recovery code. Each counts once."""

from datetime import datetime

from sqlalchemy.orm import Session

from lurewatch.errors import NotFoundError
from review_ui import totp
from review_ui.sealing import Seal
from store import second_factors
from store.tables import SecondFactor, User

_MAX_CODE = 40


def is_right_code(session: Session, seal: Seal | None, user: User, code: str, *, now: datetime) -> bool:
    """Whether the code lets this person in; it is used up by that."""
    factor = second_factors.of(session, user)
    if factor is None or len(code) > _MAX_CODE:
        return False
    step = totp.matching_step(secret_of(seal, factor), code, now=now)
    if step is not None:
        return second_factors.take_step(factor, step)
    return second_factors.take_recovery_code(session, user, totp.recovery_code(code), now=now)


def secret_of(seal: Seal | None, factor: SecondFactor) -> str:
    """The secret in the clear."""
    return require_seal(seal).open(factor.sealed_secret, about=about(factor.user_id)).decode()


def seal_again(seal: Seal, factor: SecondFactor) -> None:
    """Seal a secret under the seal's newest key."""
    factor.sealed_secret = seal.close(secret_of(seal, factor).encode(), about=about(factor.user_id))


def about(user_id: int) -> str:
    """What a person's secret is sealed for."""
    return f"the second factor of user {user_id}"


def require_seal(seal: Seal | None) -> Seal:
    """The seal; NotFoundError in an application that has none."""
    if seal is None:
        raise NotFoundError(
            "This application has no key to seal secrets with.", hint="Start it with `lurewatch serve`."
        )
    return seal
