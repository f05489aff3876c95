"""`lurewatch score` as its users run it: a process of its own, JSON lines in, verdicts out."""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Run:
    """What one process took: wall-clock seconds with its start, and its peak resident memory."""

    posts: int
    seconds: float
    memory_mb: float


def score(texts: Sequence[str]) -> Run:
    """Score the texts once in a fresh process."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "posts.jsonl"
        path.write_text("".join(json.dumps({"id": str(at), "text": text}) + "\n" for at, text in enumerate(texts)))
        started = time.perf_counter()
        process = subprocess.Popen(  # noqa: S603 - our own command
            [sys.executable, "-m", "lurewatch", "score", str(path), "--dir", folder], stdout=subprocess.DEVNULL
        )
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            sys.exit(f"`lurewatch score` ended with exit code {process.returncode}.")
        return Run(len(texts), time.perf_counter() - started, usage.ru_maxrss / 1024)


def start_up() -> float:
    """Seconds for one short post, the best of three: what every call costs before it reads."""
    return min(score(["Free flight, 2,500 USD a month."]).seconds for _ in range(3))
