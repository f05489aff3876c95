"""Setting up a second factor: a QR code, a first code that proves it was read, ten recovery codes shown once."""

from review_ui import totp
from review_ui.codes import about, require_seal, secret_of
from review_ui.desk import Page
from review_ui.fields import line
from review_ui.visits import Visit
from store import second_factors, sessions
from store.tables import SecondFactor

_MAX_CODE = 40


def show_second_factor(visit: Visit) -> Page:
    """GET /account/second-factor: the secret to take along, or that there is one already."""
    factor = _begun(visit)
    return Page("account_second_factor.html", {"is_set": True}) if factor.confirmed_at else _form(visit, factor)


def confirm_second_factor(visit: Visit) -> Page:
    """POST /account/second-factor: the first code; the answer is the only time that recovery codes are shown."""
    factor = _begun(visit)
    if factor.confirmed_at:
        return Page("account_second_factor.html", {"is_set": True})
    code = line(visit.fields, "code", longest=_MAX_CODE)
    step = totp.matching_step(secret_of(visit.desk.seal, factor), code, now=visit.now)
    if step is None:
        return _form(visit, factor, "This is not the code of now. Look at the clock of the device, and try again.", 400)
    second_factors.take_step(factor, step)
    codes = totp.new_recovery_codes()
    second_factors.confirm(visit.session, visit.user, factor, codes, now=visit.now)
    sessions.end_all(visit.session, visit.user, actor=visit.user.pseudonym, now=visit.now, but=visit.user_session)
    return Page("account_recovery_codes.html", {"codes": codes})


def _begun(visit: Visit) -> SecondFactor:
    secret = require_seal(visit.desk.seal).close(totp.new_secret().encode(), about=about(visit.user.id))
    return second_factors.begin(visit.session, visit.user, secret, now=visit.now)


def _form(visit: Visit, factor: SecondFactor, problem: str = "", status: int = 200) -> Page:
    secret = secret_of(visit.desk.seal, factor)
    values = {
        "is_set": False,
        "is_due": visit.user.role in visit.desk.settings.second_factor_roles,
        "secret": " ".join(secret[start : start + 4] for start in range(0, len(secret), 4)),
        "qr_code": totp.qr_code(totp.address(secret, visit.user.username)),
        "problem": problem,
    }
    return Page("account_second_factor.html", values, status)
