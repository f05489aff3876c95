"""Signed checkpoints of the audit chain: at that time its entry of that number had that hash, says a signing key.

They are written beside the store as the chain grows. Whoever rewrites the chain with the audit key alone is found out
by them; whoever holds the signing key too, by their time stamps (`evidence.checkpoint_stamps`), lines of the same file,
and by a copy that was taken elsewhere (`evidence.audit_export`).
"""

import base64
import fcntl
import json
import logging
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO

import rfc8785

from evidence.keys import SigningKey, signature_holds, signing_key
from evidence.verify_standalone import fingerprint_of, public_key_pem
from lurewatch.errors import EvidenceError
from store.parsed_post import rfc3339

PROFILE = "lurewatch-audit-1"
# The kind of the lines beside checkpoints.
STAMP = "stamp"
# A key of their own: that of packs may be on a token that nobody has opened, or follow another.
KEY_FILE = "checkpoint.pem"
EVERY_ENTRIES = 1_000
EVERY = timedelta(days=1)
logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A checkpoint whose signature holds; `signer` is the fingerprint of the key."""

    seq: int
    hash: str
    at: datetime
    signer: str


class Notary:
    """Writes a checkpoint after EVERY_ENTRIES entries or a day; what a store calls after each commit.

    What was committed is committed: a checkpoint that cannot be written is an error in the log, and is tried again.
    """

    def __init__(self, path: Path, keys_dir: Path, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._path = path
        self._keys_dir = keys_dir
        self._clock = clock
        self._last: Checkpoint | None = None
        self._turn = threading.Lock()

    def __call__(self, seq: int, end_hash: str) -> None:
        """The chain ends at that entry."""
        with self._turn:
            try:
                self._note(seq, end_hash)
            except (EvidenceError, OSError) as error:
                logger.error("No checkpoint of the audit chain could be written: %s", error)

    def _note(self, seq: int, end_hash: str) -> None:
        now = self._clock()
        if not self._is_due(seq, now):
            return
        with appending(self._path) as file:
            self._last = last_checkpoint(self._path)
            if self._is_due(seq, now):
                file.write(checkpoint_line(seq, end_hash, now, checkpoint_key(self._keys_dir)))
                self._last = None

    def _is_due(self, seq: int, now: datetime) -> bool:
        last = self._last
        return last is None or (seq > last.seq and (seq >= last.seq + EVERY_ENTRIES or now >= last.at + EVERY))


def note_end(path: Path, key: SigningKey, seq: int, end_hash: str, now: datetime) -> None:
    """Write a checkpoint of the chain's end, unless the last one is of it or of a later one."""
    with appending(path) as file:
        last = last_checkpoint(path)
        if last is None or last.seq < seq:
            file.write(checkpoint_line(seq, end_hash, now, key))


@contextmanager
def appending(path: Path) -> Iterator[BinaryIO]:
    """The file for lines to be added, to nobody else at that time: other processes write to the same chain.

    What a crash cut short gives way.
    """
    with path.open("a+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.truncate(sum(map(len, whole_lines(path))))
        yield file


def checkpoint_key(keys_dir: Path) -> SigningKey:
    """The key that signs checkpoints, made when there is none. Raises EvidenceError as `evidence.keys.signing_key`."""
    return signing_key(keys_dir, KEY_FILE)


def own_fingerprint(keys_dir: Path) -> str | None:
    """The fingerprint of that key; None where none was made yet."""
    return checkpoint_key(keys_dir).fingerprint if (keys_dir / KEY_FILE).exists() else None


def checkpoint_line(seq: int, end_hash: str, at: datetime, key: SigningKey) -> bytes:
    """A signed checkpoint as a line of JSON in the form of RFC 8785; all but the signature is signed."""
    signed: dict[str, Any] = {
        "at": rfc3339(at),
        "hash": end_hash,
        "kind": "checkpoint",
        "profile": PROFILE,
        "public_key": base64.b64encode(key.spki()).decode(),
        "seq": seq,
    }
    signature = base64.b64encode(key.sign(rfc8785.dumps(signed))).decode()
    return rfc8785.dumps({**signed, "signature": signature}) + b"\n"


def read_checkpoint(record: Mapping[str, Any], place: str) -> Checkpoint:
    """The checkpoint in a JSON object; EvidenceError that names `place` unless its own key has signed it."""
    try:
        spki = base64.b64decode(record["public_key"], validate=True)
        signed = rfc8785.dumps({name: value for name, value in record.items() if name != "signature"})
        signature = base64.b64decode(record["signature"], validate=True)
        if record["profile"] == PROFILE and signature_holds(public_key_pem(spki), signature, signed):
            at = datetime.fromisoformat(record["at"])
            return Checkpoint(int(record["seq"]), str(record["hash"]), at, fingerprint_of(spki))
    except (KeyError, TypeError, ValueError, rfc8785.CanonicalizationError):
        pass
    raise EvidenceError(f"{place} is no checkpoint that its key has signed.", hint="Find out who changed the file.")


def last_checkpoint(path: Path) -> Checkpoint | None:
    """The last one in a file."""
    lines = ((place, json_object(line)) for place, line in reversed(numbered_lines(path)))
    return next((read_checkpoint(record, place) for place, record in lines if record.get("kind") != STAMP), None)


def numbered_lines(path: Path) -> list[tuple[str, bytes]]:
    """A file's whole lines, each with how it is called in a message."""
    return [(f"Line {number} of {path}", line) for number, line in enumerate(whole_lines(path), 1)]


def whole_lines(path: Path) -> list[bytes]:
    """A file's lines, none where there is no file; one that is cut short is still being written, or a crash left it."""
    lines = path.read_bytes().splitlines(keepends=True) if path.exists() else []
    return [line for line in lines if line.endswith(b"\n")]


def json_object(line: bytes) -> dict[str, Any]:
    """A line's JSON object; an empty one for anything else."""
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def of_one_key(found: Iterable[Checkpoint], path: Path) -> None:
    """EvidenceError when checkpoints of a file are signed by several keys."""
    signers = {one.signer for one in found}
    if len(signers) > 1:
        raise EvidenceError(
            f"The checkpoints in {path} are of {len(signers)} keys.", hint="One installation has one; find out why."
        )
