"""Codes of an authenticator application (RFC 6238): six digits, thirty seconds, one step of drift either way."""

from datetime import datetime

import pyotp
import segno

ISSUER = "Lurewatch"
STEP_S = 30
RECOVERY_CODES = 10
_RECOVERY_CHARACTERS = 16


def new_secret() -> str:
    """A fresh secret of 160 bits in base 32."""
    return pyotp.random_base32()


def address(secret: str, username: str) -> str:
    """The otpauth: address that authenticator applications read."""
    return pyotp.TOTP(secret).provisioning_uri(name=username, issuer_name=ISSUER)


def qr_code(text: str) -> str:
    """The text as a QR code, an inline SVG without styles."""
    return segno.make(text, error="m").svg_inline(omitsize=True, svgclass="qr", lineclass="", light="#fff", border=4)


def matching_step(secret: str, code: str, *, now: datetime) -> int | None:
    """The time step whose code this is, of the present one and its neighbours; None when it is none of them."""
    totp = pyotp.TOTP(secret)
    typed = code.replace(" ", "")
    present = int(now.timestamp()) // STEP_S
    for step in (present, present - 1, present + 1):
        if pyotp.utils.strings_equal(totp.generate_otp(step), typed):
            return step
    return None


def new_recovery_codes() -> list[str]:
    """RECOVERY_CODES codes of 80 bits, as people copy them."""
    return ["-".join(_groups(pyotp.random_base32()[:_RECOVERY_CHARACTERS])) for _ in range(RECOVERY_CODES)]


def recovery_code(typed: str) -> str:
    """A typed recovery code as it was handed out, whatever case and separators it was typed with."""
    return "-".join(_groups("".join(character for character in typed.upper() if character.isalnum())))


def _groups(text: str) -> list[str]:
    return [text[start : start + 4] for start in range(0, len(text), 4)]
