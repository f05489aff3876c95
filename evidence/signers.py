"""Which key seals packs, and which did before: the list of an installation's signing keys.

keys/signers.json names them, oldest first; keys/signers/ holds each public key and, where one followed another, the
predecessor's signature of it. A key that is lost is never replaced by another without a word: a person retires it, and
tells those who trust it. Each change is an entry of the audit chain before it counts.
"""

import base64
import json
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path

from evidence.keys import KEY_FILE, SigningKey, outside_key, signing_key
from evidence.verify import Trusted
from evidence.verify_standalone import AlteredError, fingerprint_of, parse_public_key
from lurewatch.errors import DataError, EvidenceError
from store import audit, cases
from store.database import Store
from store.durable_files import sync_folder, write_whole
from store.parsed_post import rfc3339

LIST_FILE = "signers.json"
FOLDER = "signers"
NEXT_FILE = "signing.next.pem"
ACTOR = "keys"


@dataclass(frozen=True, slots=True)
class Signer:
    """A key by its fingerprint: from and until when it seals (RFC 3339), which it followed, why it ended."""

    fingerprint: str
    since: str
    until: str | None = None
    follows: str | None = None
    ended: str = ""

    @property
    def is_trusted(self) -> bool:
        """Whether packs that it sealed still count as this installation's: not when it was retired."""
        return self.until is None or self.ended == "rotated"


@dataclass(frozen=True, slots=True, kw_only=True)
class Signers:
    """The signing keys of an installation; `source` and `passphrase` are the settings that name one kept elsewhere."""

    store: Store
    keys_dir: Path
    source: str = ""
    passphrase: str = ""

    def key(self, *, now: datetime) -> SigningKey:
        """The key in force; the first is made or taken from the settings. EvidenceError when it is lost."""
        expected = self.must_be_there()
        key = self._loaded()
        if expected not in (None, key.fingerprint):
            raise EvidenceError(
                f"The signing key at hand is {key.fingerprint[:16]}, but {expected[:16]} is in force.",
                hint="Mend the setting signing_key, or run `lurewatch evidence keys rotate --to PUBLIC_KEY` first.",
            )
        if in_force(listed(self.keys_dir)) is None:
            self._enter(key, now)
        return key

    def must_be_there(self) -> str | None:
        """The fingerprint of the key in force, None before there is one. EvidenceError when it was here and is gone."""
        known = listed(self.keys_dir)
        current = in_force(known)
        if current is not None:
            self._take_over(current)
        expected = current.fingerprint if current else None if known else self._last_in_the_books()
        if expected and not self.source and not (self.keys_dir / KEY_FILE).exists():
            raise EvidenceError(
                f"The signing key {self.keys_dir / KEY_FILE} is gone, though packs were sealed with it.",
                hint="Restore it from a backup, or name it in the setting signing_key; if it is lost, run `lurewatch "
                "evidence keys retire REASON` and tell those who trust it the fingerprint of the next one.",
            )
        return expected

    def rotate(self, *, to: bytes | None, now: datetime) -> Signer:
        """Let another key follow the one in force, which signs it: a fresh one, or the public key in the PEM `to`.

        The private key that was made here before is deleted. EvidenceError where there is none in force.
        """
        old = self.key(now=now)
        if to is None and self.source:
            raise DataError(
                "The key in force is not kept here, so its successor is not made here.",
                hint="Make one where keys are made, and give its public key with --to.",
            )
        pem = self._fresh().public_pem if to is None else _p384(to)
        new = Signer(fingerprint_of(parse_public_key(pem)), rfc3339(now), follows=old.fingerprint)
        self._refuse_used(new.fingerprint)
        signature = old.sign(pem)
        about = {"from": old.fingerprint, "to": new.fingerprint, "signature": base64.b64encode(signature).decode()}
        self._audit("signing_key.rotated", new.fingerprint, about)
        self._keep(new, pem, signature)
        ended = _ended(listed(self.keys_dir), rfc3339(now), "rotated")
        _write_list(self.keys_dir, [*ended, new])
        self._take_over(new)
        if to is not None:
            (self.keys_dir / KEY_FILE).unlink(missing_ok=True)
        return new

    def retire(self, *, because: str, now: datetime) -> str:
        """End the key in force without a successor that it signed: it was lost, or somebody else may have it.

        Packs that it sealed are no longer taken for this installation's. Returns its fingerprint.
        """
        if not because.strip():
            raise DataError("Retiring a key needs a reason.", hint="Say what happened to it.")
        known = listed(self.keys_dir)
        current = in_force(known)
        fingerprint = current.fingerprint if current else None if known else self._last_in_the_books()
        if fingerprint is None:
            raise EvidenceError("No signing key is in force.", hint="There is nothing to retire.")
        self._audit("signing_key.retired", fingerprint, {"because": because.strip()})
        known = known if current else [*known, Signer(fingerprint, rfc3339(now))]
        _write_list(self.keys_dir, _ended(known, rfc3339(now), f"retired: {because.strip()}"))
        for name in (KEY_FILE, NEXT_FILE):
            (self.keys_dir / name).unlink(missing_ok=True)
        return fingerprint

    def _loaded(self) -> SigningKey:
        return outside_key(self.source, self.passphrase) if self.source else signing_key(self.keys_dir)

    def _last_in_the_books(self) -> str | None:
        with self.store.reading() as session:
            return cases.last_signer(session)

    def _refuse_used(self, fingerprint: str) -> None:
        if any(one.fingerprint == fingerprint for one in listed(self.keys_dir)):
            raise EvidenceError(
                f"The key {fingerprint[:16]} has been in force before, and was rotated or retired.",
                hint="Give another: `lurewatch evidence keys list` tells which were used.",
            )

    def _enter(self, key: SigningKey, now: datetime) -> None:
        self._refuse_used(key.fingerprint)
        self._audit("signing_key.taken", key.fingerprint, {})
        signer = Signer(key.fingerprint, rfc3339(now))
        self._keep(signer, key.public_pem, None)
        _write_list(self.keys_dir, [*listed(self.keys_dir), signer])

    def _fresh(self) -> SigningKey:
        (self.keys_dir / NEXT_FILE).unlink(missing_ok=True)
        return signing_key(self.keys_dir, NEXT_FILE)

    def _take_over(self, signer: Signer) -> None:
        """Bring a rotation to its end, the one time after it was listed, or after a kill in between."""
        path = self.keys_dir / NEXT_FILE
        if path.exists() and signing_key(self.keys_dir, NEXT_FILE).fingerprint == signer.fingerprint:
            path.replace(self.keys_dir / KEY_FILE)
            sync_folder(self.keys_dir)

    def _keep(self, signer: Signer, pem: bytes, signature: bytes | None) -> None:
        folder = self.keys_dir / FOLDER
        folder.mkdir(mode=0o700, exist_ok=True)
        write_whole(folder / f"{signer.fingerprint}.pem", pem)
        if signature is not None:
            write_whole(folder / f"{signer.fingerprint}.sig", signature)

    def _audit(self, action: str, fingerprint: str, details: dict[str, str]) -> None:
        with self.store.transaction() as session:
            audit.append(session, actor=ACTOR, action=action, subject=f"signing_key:{fingerprint}", details=details)


def listed(keys_dir: Path) -> list[Signer]:
    """The keys of the list, the oldest first; none where there is no list yet. EvidenceError when it is damaged."""
    path = keys_dir / LIST_FILE
    try:
        return [Signer(**one) for one in json.loads(path.read_text(encoding="utf-8"))]
    except FileNotFoundError:
        return []
    except (ValueError, TypeError) as error:
        raise EvidenceError(f"The list of signing keys {path} is damaged.", hint="Restore it from a backup.") from error


def own_fingerprint(keys_dir: Path) -> str | None:
    """The fingerprint of the key in force; None where no key was made yet."""
    current = in_force(listed(keys_dir))
    if current is not None:
        return current.fingerprint
    return signing_key(keys_dir).fingerprint if (keys_dir / KEY_FILE).exists() else None


def trusted(keys_dir: Path) -> Trusted:
    """The keys by which an installation knows its own packs: those that were not retired, and the one in force."""
    return Trusted(frozenset(one.fingerprint for one in listed(keys_dir) if one.is_trusted), own_fingerprint(keys_dir))


def in_force(signers: list[Signer]) -> Signer | None:
    """The key that seals now."""
    return next((one for one in reversed(signers) if one.until is None), None)


def _ended(signers: list[Signer], until: str, why: str) -> list[Signer]:
    return [one if one.until else replace(one, until=until, ended=why) for one in signers]


def _p384(pem: bytes) -> bytes:
    """`pem`, if it is a key that can seal packs."""
    try:
        parse_public_key(pem)
    except AlteredError as error:
        raise DataError(
            "What --to names is no P-384 public key in PEM.",
            hint="`openssl pkey -pubin -in KEY -pubout` writes one; packs are sealed by P-384 alone.",
        ) from error
    return pem


def _write_list(keys_dir: Path, signers: list[Signer]) -> None:
    write_whole(keys_dir / LIST_FILE, (json.dumps([asdict(one) for one in signers], indent=1) + "\n").encode())
