"""Examines one pack, or sets two beside each other; a program of its own, which `evidence.examination` starts.

It reads a job (JSON) on standard input, the packs from the open files that it names, and writes what it found to
standard output (JSON). What it is given is hostile: it has little memory, little time, no settings, and can write no
file. Of a pack that it refuses it tells why.
"""

import json
import os
import resource
import sys
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from evidence.examination import Brought
    from evidence.timestamps import Authority

_MOST_MEMORY_BYTES = 2 << 30


def main() -> None:
    """Do the job."""
    from evidence.examination import MOST_CPU_S
    from lurewatch.errors import LurewatchError

    resource.setrlimit(resource.RLIMIT_CPU, (MOST_CPU_S, MOST_CPU_S))
    resource.setrlimit(resource.RLIMIT_AS, (_MOST_MEMORY_BYTES, _MOST_MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    job = json.load(sys.stdin)
    try:
        found = _found(job)
    except LurewatchError as error:
        found = {"refused": error.message, "hint": error.hint}
    sys.stdout.write(json.dumps(found))


def _found(job: dict[str, Any]) -> dict[str, Any]:
    from evidence.examination import Brought

    with ExitStack() as open_files:
        files = [open_files.enter_context(os.fdopen(number, "rb")) for number in job["files"]]
        packs = [Brought(name, file) for name, file in zip(job["names"], files, strict=True)]
        return _match(*packs) if len(packs) > 1 else _examine(packs[0], job)


def _examine(pack: "Brought", job: dict[str, Any]) -> dict[str, Any]:
    from evidence.examination import examined
    from evidence.verify import Trusted

    trusted = Trusted(frozenset(job["trusted"]["ours"]), job["trusted"]["in_force"])
    authorities = [_authority(one) for one in job["authorities"]]
    found = examined(pack, trusted, authorities, now=datetime.fromisoformat(job["now"]))
    statements = found.statements
    return {
        "claims": [claim._asdict() for claim in found.report.claims],
        "signer": found.report.signer,
        "statements": statements and [statements.claimed, statements.not_claimed, statements.not_captured],
    }


def _authority(told: dict[str, str]) -> "Authority":
    from cryptography.x509 import load_pem_x509_certificates

    from evidence.timestamps import Authority

    roots, certificates = (
        tuple(load_pem_x509_certificates(told[name].encode())) if told[name] else ()
        for name in ("roots", "certificates")
    )
    return Authority(name=told["name"], roots=roots, certificates=certificates, policy=told["policy"])


def _match(original: "Brought", copy: "Brought") -> dict[str, Any]:
    from evidence.matching import match_files

    match = match_files(original.file, copy.file, names=(original.name, copy.name))
    return {"opened": match.opened, "masks": match.masks, "faults": match.faults}


if __name__ == "__main__":
    # Shut off from where it is started and from PYTHONPATH, it finds our code beside itself.
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
    main()
