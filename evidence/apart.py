"""Runs a program of ours on something hostile: with no settings, no secrets and nothing but what it is handed.

What such a program may use of memory and processor it limits itself, first of all; what it writes to standard error
may quote what it read, so that is never passed on.
"""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

# Where a machine keeps libraries and may write; everything else of the environment, secrets above all, stays outside.
_ENVIRONMENT = ("PATH", "LD_LIBRARY_PATH", "DYLD_FALLBACK_LIBRARY_PATH", "TMPDIR")


def run_apart(
    program: Path, job: bytes, *, most_wait_s: float, files: Sequence[int] = (), **environment: str
) -> subprocess.CompletedProcess[bytes]:
    """Run a Python file with `job` on its standard input; it has the open `files` under the same numbers.

    Raises subprocess.TimeoutExpired when it has not ended after `most_wait_s` seconds; it is stopped then.
    """
    kept = {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ}
    return subprocess.run(  # noqa: S603 - this Python, and a program of ours
        [sys.executable, "-I", program],
        input=job,
        capture_output=True,
        env=kept | {"LC_ALL": "C.UTF-8"} | environment,
        timeout=most_wait_s,
        check=False,
        pass_fds=files,
    )
