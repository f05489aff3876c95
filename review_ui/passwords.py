"""Passwords as argon2id hashes, and which are too weak to be chosen.

A name without an account costs the same time as one with it, so that the answer does not tell which names exist.
"""

import re
import secrets
import unicodedata
from dataclasses import dataclass

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from lurewatch.errors import DataError

# argon2 reads every byte it is given; nobody types more than this.
MAX_CHARACTERS = 256
MIN_CHARACTERS = 12
_MIN_DIFFERENT = 5
# What remains of the commonest passwords once digits and signs around and between their words are gone.
_COMMONEST = frozenset(
    (
        "abcdefghijkl",
        "administrator",
        "asdfghjkl",
        "changeme",
        "computer",
        "contrasena",
        "football",
        "iloveyou",
        "letmein",
        "lurewatch",
        "master",
        "monkey",
        "motdepasse",
        "mypassword",
        "newpassword",
        "p",
        "pass",
        "password",
        "passwort",
        "princess",
        "qazwsxedc",
        "qazwsxedcrfv",
        "qwerty",
        "qwertyuiop",
        "qwertyuiopasdf",
        "sunshine",
        "superman",
        "temporary",
        "test",
        "trustno",
        "user",
        "welcome",
        "zxcvbnm",
    )
)


@dataclass(frozen=True, slots=True)
class PasswordCost:
    """What one argon2id hash costs; the default is the second choice of RFC 9106 section 4, one pass more."""

    memory_kib: int = 64 * 1024
    time_cost: int = 4
    parallelism: int = 2


def refuse_weak(password: str, username: str) -> None:
    """Raise DataError for a password that guessers try early (NIST SP 800-63B section 5.1.1.2); no other rules."""
    folded = unicodedata.normalize("NFKC", password).casefold()
    words = re.sub(r"[\W\d_]+", "", folded)
    if len(password) < MIN_CHARACTERS:
        raise DataError(
            f"The password has {len(password)} characters.",
            hint=f"Choose one of at least {MIN_CHARACTERS}; a sentence does well.",
        )
    # A name of one or two letters is in every other sentence.
    if len(username) > 2 and username.casefold() in folded:
        raise DataError("The password holds the user name.", hint="Choose one that has nothing to do with it.")
    # Digits alone leave no word: dates and telephone numbers, the first that is guessed.
    if _unrepeated(words) in _COMMONEST or not words or len(set(folded)) < _MIN_DIFFERENT:
        raise DataError("The password is among the commonest.", hint="Choose one that nobody else would.")


def temporary_password() -> str:
    """A first password of 96 bits, to be changed at the first sign-in."""
    return secrets.token_urlsafe(12)


class Passwords:
    """Hashes passwords and checks them."""

    def __init__(self, cost: PasswordCost) -> None:
        self._hasher = PasswordHasher(cost.time_cost, cost.memory_kib, cost.parallelism)
        self._nobodys = self._hasher.hash(secrets.token_bytes(16))

    def hash(self, password: str) -> str:
        """The hash to keep; DataError for an empty password or one of more than MAX_CHARACTERS characters."""
        if not 0 < len(password) <= MAX_CHARACTERS:
            raise DataError(
                f"The password has {len(password)} characters.", hint=f"Choose one of 1 to {MAX_CHARACTERS}."
            )
        return self._hasher.hash(_bytes(password))

    def matches(self, password_hash: str | None, password: str) -> bool:
        """Whether `password` belongs to the hash; None stands for a name without an account and never matches."""
        if len(password) > MAX_CHARACTERS:
            return False
        right = self._verify(password_hash or self._nobodys, password)
        return right and password_hash is not None

    def _verify(self, password_hash: str, password: str) -> bool:
        try:
            return self._hasher.verify(password_hash, _bytes(password))
        except InvalidHashError:  # That of a program's account: nothing opens it, and that takes as long.
            self._verify(self._nobodys, password)
            return False
        except VerificationError:
            return False


def _unrepeated(words: str) -> str:
    """One "secret" for "secretsecret"."""
    return re.sub(r"^(.+?)\1+$", r"\1", words)


def _bytes(password: str) -> bytes:
    # One keyboard sends an accented letter as one character, another as two.
    return unicodedata.normalize("NFC", password).encode("utf-8", "surrogatepass")
