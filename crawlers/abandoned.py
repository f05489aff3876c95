"""Closes the WARC files that a crawl or import was killed over: their whole records stay, a torn one is cut off.

What was acknowledged lies before the cut: its row was written once the record was on the disk.
"""

import fcntl
import logging
import os
from pathlib import Path
from typing import BinaryIO

from crawlers.warc import whole_members
from store.database import Store
from store.warc_files import closed_warc, growing, publish, record_closed

logger = logging.getLogger(__name__)


def close_abandoned(store: Store, captures_dir: Path) -> int:
    """Close every file in `captures_dir` that nobody writes to any more; returns how many there were."""
    parts = sorted(captures_dir.glob(growing(Path("*.warc.gz")).name))
    return sum(_close(store, part) for part in parts)


def _close(store: Store, part: Path) -> bool:
    path = part.with_suffix("")
    try:
        file = part.open("r+b")
    except FileNotFoundError:
        return False
    with file:
        if not _is_ours(file, part):
            return False
        ends = list(whole_members(file))
        end = ends[-1] if ends else 0
        cut_off = os.fstat(file.fileno()).st_size - end
        file.truncate(end)
        os.fsync(file.fileno())
        closed = closed_warc(part, path.name, len(ends))
        with store.transaction() as session:
            record_closed(session, closed, actor="crawler", cut_off_bytes=cut_off)
        publish(path, closed)
    logger.warning("A WARC file that was not closed by its writer is closed now; %d bytes were cut off.", cut_off)
    return True


def _is_ours(file: BinaryIO, part: Path) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    # Its writer may just have closed it, or just have made it and not locked it yet.
    return part.exists() and os.fstat(file.fileno()).st_size > 0
