"""What is found of a pack that somebody brings: the graded claims and, where it holds, what it says of itself.

The command line examines in its own process. Whoever serves others lets a program of its own do it
(`evidence.examining`), with little memory and time: what people send may be made to do harm.
"""

import json
import logging
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from evidence.apart import run_apart
from evidence.matching import Match
from evidence.timestamps import Authority, as_pem, opinion_of
from evidence.verify import Claim, PackReport, Trusted, signer_of, verify_file
from evidence.verify_standalone import CLAIMS_FILE, Archive, parse_json, quoted, read_archive
from lurewatch.errors import DataError

# Ten thousand captures take a minute.
MOST_CPU_S = 300
_MOST_WAIT_S = 10 * MOST_CPU_S
# What a pack of ours says of itself is a fraction of this.
_MOST_SAID, _LONGEST_SAID = 50, 1_000
_PROGRAM = Path(__file__).with_name("examining.py")
_log = logging.getLogger(__name__)


class Brought(NamedTuple):
    """An open file, on the disk, and what whoever brought it calls it."""

    name: str
    file: BinaryIO


@dataclass(frozen=True, slots=True)
class Statements:
    """What a pack says that is claimed of it, what is not, and what was not captured."""

    claimed: tuple[str, ...]
    not_claimed: tuple[str, ...]
    not_captured: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Examination:
    """The report on a pack; `statements` only of one that holds, for one that was altered may say anything."""

    report: PackReport
    statements: Statements | None


def examined(
    brought: Brought, trusted: Trusted, authorities: Sequence[Authority], *, now: datetime, needs_stamp: bool = False
) -> Examination:
    """Examine a pack here and now. Raises UnreadablePackError when there is nothing to give a report on."""
    report = verify_file(
        brought.file,
        brought.name,
        trusted_signer=trusted.expected(signer_of(brought.file)),
        stamp_opinion=opinion_of(authorities, now=now),
        needs_stamp=needs_stamp,
    )
    return Examination(report, _statements(read_archive(brought.file)) if report.holds else None)


def examined_apart(
    brought: Brought, trusted: Trusted, authorities: Sequence[Authority], *, now: datetime
) -> Examination:
    """The same in a process of its own. Raises DataError where `examined` raises, or runs out of memory or time."""
    trust = {"ours": sorted(trusted.ours), "in_force": trusted.in_force}
    told = [
        {
            "name": one.name,
            "roots": as_pem(one.roots),
            "certificates": as_pem(one.certificates),
            "policy": one.policy,
        }
        for one in authorities
    ]
    found = _apart([brought], trusted=trust, authorities=told, now=now.isoformat())
    claims = tuple(Claim(**one) for one in found["claims"])
    said = found["statements"]
    return Examination(PackReport(claims, found["signer"]), Statements(*(tuple(one) for one in said)) if said else None)


def matched_apart(original: Brought, copy: Brought) -> Match:
    """`evidence.matching.match_files` in a process of its own. Raises DataError where that raises, or runs out."""
    found = _apart([original, copy])
    return Match(found["opened"], found["masks"], tuple(found["faults"]))


def _statements(archive: Archive) -> Statements | None:
    claims = parse_json(archive.read(CLAIMS_FILE), CLAIMS_FILE)
    told = [claims.get(name) for name in ("claimed", "not_claimed", "not_captured")]
    if not all(isinstance(one, list) for one in told):
        return None
    return Statements(*(tuple(str(said)[:_LONGEST_SAID] for said in one[:_MOST_SAID]) for one in told))


def _apart(packs: Sequence[Brought], **besides: Any) -> dict[str, Any]:
    files = [one.file.fileno() for one in packs]
    job = {"names": [one.name for one in packs], "files": files, **besides}
    try:
        done = run_apart(_PROGRAM, json.dumps(job).encode(), most_wait_s=_MOST_WAIT_S, files=files)
        ended = f"with status {done.returncode}" if done.returncode else ""
    except subprocess.TimeoutExpired:
        ended = "for want of time"
    # Only an end without fault is an answer: what was stopped for its use of memory or time has found nothing.
    if ended:
        _log.warning("An examination ended %s.", ended)
        names = ", ".join(quoted(one.name) for one in packs)
        raise DataError(
            f"{names} could not be examined with the time and memory that there is for it.",
            hint="Try `lurewatch evidence verify` on another machine.",
        )
    found: dict[str, Any] = json.loads(done.stdout)
    if "refused" in found:
        raise DataError(found["refused"], hint=found["hint"])
    return found
