"""One crawl in a process of its own, because Twisted's reactor runs once in a process."""

import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path

_POLL_S = 0.2


def crawl_in_a_process(directory: Path, environment: Mapping[str, str], stop: threading.Event | None = None) -> int:
    """Crawl every source of the installation in `directory` once; returns the exit code of `lurewatch crawl`.

    When `stop` is set, or this process is interrupted, the crawl finishes the page under way and ends.
    """
    # -P: a folder of the same name where the caller happens to stand is not our code.
    # A session of its own: a terminal's Ctrl+C reaches it once, through us, for the second one would cut it off.
    child = subprocess.Popen(  # noqa: S603 - our own words
        [sys.executable, "-P", "-m", "lurewatch", "crawl", "--once", "--dir", str(directory)],
        stdout=subprocess.DEVNULL,
        env=dict(environment),
        start_new_session=True,
    )
    try:
        return _wait(child, stop or threading.Event())
    except BaseException:
        child.terminate()
        child.wait()
        raise


def _wait(child: subprocess.Popen[bytes], stop: threading.Event) -> int:
    was_asked = False
    while True:
        try:
            return child.wait(timeout=_POLL_S)
        except subprocess.TimeoutExpired:
            if stop.is_set() and not was_asked:
                child.terminate()
                was_asked = True
