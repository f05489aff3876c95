"""Time stamps of signed checkpoints: that the audit chain stood so at a time is then said by an independent clock.

They are lines of the checkpoints' file, behind the one that they stamp, so that a copy for a second host carries them.
Without an authority checkpoints wait, and whoever reads them is told that.
"""

import base64
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import rfc8785

from evidence.checkpoints import (
    PROFILE,
    STAMP,
    Checkpoint,
    appending,
    json_object,
    numbered_lines,
    of_one_key,
    read_checkpoint,
)
from evidence.timestamps import RENEWED_BEFORE, Authority, TimeStamp, ask
from evidence.verify_standalone import AlteredError, Stamp, StampOpinion, UncheckedError, instant, stamp_of
from lurewatch.errors import EvidenceError
from store.parsed_post import rfc3339

# An authority that many use refuses who asks too often; the rest waits for the next round.
MOST_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Noted:
    """A checkpoint with the line that was signed and stamped, and its time stamps, the oldest first."""

    checkpoint: Checkpoint
    line: bytes
    stamps: list[TimeStamp] = field(default_factory=list)

    def by(self, authority: str) -> list[TimeStamp]:
        """The stamps of one authority."""
        return [stamp for stamp in self.stamps if stamp.authority == authority]


def noted(path: Path) -> list[Noted]:
    """The checkpoints in a file with their stamps, none where there is no file.

    EvidenceError for a line that is neither, a stamp of nothing that is there, or several keys.
    """
    found = read_noted((place, line, json_object(line)) for place, line in numbered_lines(path))
    of_one_key((one.checkpoint for one in found), path)
    return found


def read_noted(lines: Iterable[tuple[str, bytes, Mapping[str, Any]]]) -> list[Noted]:
    """As `noted`, of lines: how each is called, the line, and its JSON object."""
    found: dict[str, Noted] = {}
    for place, line, record in lines:
        if record.get("kind") == STAMP:
            stamped, stamp = _read_stamp(record, place)
            if stamped not in found:
                raise EvidenceError(f"{place} stamps no checkpoint before it.", hint="Find out who changed the file.")
            found[stamped].stamps.append(stamp)
        else:
            line = line.rstrip(b"\n")
            found[_digest(line)] = Noted(read_checkpoint(record, place), line)
    return list(found.values())


def stamp_checkpoints(path: Path, authority: Authority, *, now: datetime) -> int:
    """Have an authority stamp the checkpoints that it has yet to stamp, and renew its stamps that end soon.

    One that joins later begins with what nobody has stamped. Returns how many stamps were had; NoStampError.
    """
    found = noted(path)
    stamped = [number for number, one in enumerate(found) if one.by(authority.name)]
    waiting = found[stamped[-1] + 1 :] if stamped else [one for one in found if not one.stamps]
    for one in waiting[:MOST_AT_ONCE]:
        _keep(path, one, ask(authority, one.line))
    return len(waiting[:MOST_AT_ONCE]) + _renew(path, found, authority, now)


def ending_before(path: Path, authority: str, until: datetime) -> list[Noted]:
    """Checkpoints whose newest stamp by an authority is signed with a certificate that ends before `until`."""
    return _ending(noted(path), authority, until)


def stamps_told(found: Sequence[Noted], opinion: StampOpinion | None, *, needs_stamp: bool = False) -> str:
    """What the stamps of checkpoints prove by `opinion`, in a sentence.

    EvidenceError for a stamp that is none, and with `needs_stamp` where `opinion` vouches for no checkpoint.
    """
    newest, unchecked, waiting = "", 0, sum(not one.stamps for one in found)
    for one in found:
        name = f"the checkpoint at audit entry {one.checkpoint.seq}"
        try:
            vouched = _vouched(name, _stamps_of(name, one), opinion)
        except AlteredError as error:
            raise EvidenceError(
                f"A time stamp of {name} does not hold: {error}.", hint="Find out who changed the file."
            ) from error
        newest = vouched or newest
        unchecked += bool(one.stamps and not vouched)
    if needs_stamp and not newest:
        raise EvidenceError(
            "No checkpoint of the audit chain has a time stamp by the authority whose certificates you gave.",
            hint="Give its root certificates, or have the checkpoints stamped: `lurewatch evidence stamp`.",
        )
    counts = f"of {len(found)} checkpoints {waiting} are not yet stamped, the stamps of {unchecked} were not checked"
    return f"Time stamps: {counts}{f'; {newest}' if newest else ''}."


def _vouched(name: str, stamps: Iterable[Stamp], opinion: StampOpinion | None) -> str:
    """What the first stamp that `opinion` vouches for proves, nothing where there is none; all are looked at."""
    told = []
    for stamp in stamps:
        try:
            if opinion is not None:
                vouched = opinion(stamp.response, stamp.content)
                told.append(f"{name} existed at {instant(stamp.at)} ({vouched})" if stamp.subject == name else "")
        except UncheckedError:
            continue
    return next(filter(None, told), "")


def _stamps_of(name: str, one: Noted) -> Iterable[Stamp]:
    subjects = {name: one.line}
    for number, stamp in enumerate(one.stamps, 1):
        stem = f"stamp {number}"
        yield stamp_of(stem, stamp.query, stamp.response, subjects)
        subjects[stem] = stamp.response


def _ending(found: Iterable[Noted], authority: str, until: datetime) -> list[Noted]:
    own = ((one, one.by(authority)) for one in found)
    return [one for one, stamps in own if stamps and max(stamp.good_until for stamp in stamps) < until]


def _renew(path: Path, found: Iterable[Noted], authority: Authority, now: datetime) -> int:
    ending = _ending(found, authority.name, now + RENEWED_BEFORE)[:MOST_AT_ONCE]
    for count, one in enumerate(ending):
        last = one.by(authority.name)[-1]
        stamp = ask(authority, last.response)
        if stamp.good_until <= last.good_until:
            return count  # It still signs with the certificate that ends soon, so it would for all the others.
        _keep(path, one, stamp)
    return len(ending)


def _keep(path: Path, one: Noted, stamp: TimeStamp) -> None:
    record = {
        "authority": stamp.authority,
        "chain": stamp.chain,
        "checkpoint": _digest(one.line),
        "good_until": rfc3339(stamp.good_until),
        "kind": STAMP,
        "profile": PROFILE,
        "query": base64.b64encode(stamp.query).decode(),
        "response": base64.b64encode(stamp.response).decode(),
        "stamped_at": rfc3339(stamp.stamped_at),
    }
    with appending(path) as file:
        file.write(rfc8785.dumps(record) + b"\n")


def _read_stamp(record: Mapping[str, Any], place: str) -> tuple[str, TimeStamp]:
    """The digest of the line that it stamps, and the stamp, of which nothing is checked here but that it is whole."""
    try:
        stamped_at, good_until = (datetime.fromisoformat(record[name]) for name in ("stamped_at", "good_until"))
        query, response = (base64.b64decode(record[name], validate=True) for name in ("query", "response"))
        stamp = TimeStamp(str(record["authority"]), query, response, str(record["chain"]), stamped_at, good_until)
        if record["profile"] == PROFILE and stamped_at.tzinfo and good_until.tzinfo:
            return str(record["checkpoint"]), stamp
    except (KeyError, TypeError, ValueError):
        pass
    raise EvidenceError(f"{place} is no time stamp of a checkpoint.", hint="Find out who changed the file.")


def _digest(line: bytes) -> str:
    return hashlib.sha256(line).hexdigest()
