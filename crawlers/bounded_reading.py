"""Reads what may be hostile at a bounded cost: a large page in a process of its own, with limits that end it.

A page that is small enough cannot cost much, whatever is in it (`benchmarks.hostile_pages`), and is read right here.
"""

import multiprocessing
import os
import resource
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from multiprocessing.reduction import ForkingPickler
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

READ_HERE_BYTES = 64 * 1024
# The aim is 5 s and 300 MB for a page: fetching, keeping and saving it come on top, and twice its 32 MiB as it came.
MOST_SECONDS = 4
MOST_BYTES = 160 * 1024 * 1024
# By the clock, for a machine that has other things to do.
MOST_PATIENCE_S = 60.0
_LOOK_EVERY_S = 0.02
# What a page was read to say, on its way to the crawl.
MOST_TOLD_BYTES = 16 * 1024 * 1024
# The sitemaps' own limit; no page of people has as many links.
MOST_REQUESTS = 50_000
# Saving one takes a millisecond; interfaces give a hundred at once, the largest boards some thousands.
MOST_POSTS = 4_000

Found = TypeVar("Found")


class PageTooCostlyError(Exception):
    """A page that was not read: it would have cost more seconds or memory than a page may. Its capture is kept."""


def read_bounded(read: Callable[[], Found], size_bytes: int) -> Found:
    """What `read` gives of a body of that size; what it raises is raised here too.

    Raises PageTooCostlyError when it takes more than MOST_SECONDS of the processor or MOST_BYTES of memory.
    """
    return read() if size_bytes <= READ_HERE_BYTES else _read_elsewhere(read)


def _read_elsewhere(read: Callable[[], Found]) -> Found:
    # A fork has all parsers in it already; another process would take a second to load them.
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe(duplex=False)
    child = context.Process(target=_tell, args=(read, theirs), daemon=True)
    most_bytes = _memory_bytes("self").resident + MOST_BYTES
    child.start()
    theirs.close()
    try:
        _wait(ours, child.pid, most_bytes)
        is_found, told = ours.recv()
    except EOFError as error:
        raise PageTooCostlyError("It took more than a page may.") from error
    finally:
        ours.close()
        child.kill()
        child.join()
    if not is_found:
        raise told
    found: Found = told
    return found


def _wait(ours: "Connection[Any, Any]", pid: int | None, most_bytes: int) -> None:
    """Wait for what the child tells; PageTooCostlyError when it takes too much of the clock or of memory."""
    patience_until = time.monotonic() + MOST_PATIENCE_S
    while not ours.poll(_LOOK_EVERY_S):
        # Not left to the operating system alone: libxml2 makes a shorter page of memory that it does not get.
        if time.monotonic() > patience_until or _memory_bytes(pid).resident > most_bytes:
            raise PageTooCostlyError("It took more than a page may.")


def _tell(read: Callable[[], object], told: "Connection[Any, Any]") -> None:
    _leave_what_is_the_parents(told.fileno())
    used = resource.getrusage(resource.RUSAGE_SELF)
    seconds = int(used.ru_utime + used.ru_stime) + MOST_SECONDS
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    most = _memory_bytes("self").mapped + 2 * MOST_BYTES
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    try:
        answer = ForkingPickler.dumps((True, read()))
        if len(answer) <= MOST_TOLD_BYTES:
            told.send_bytes(answer)
    except MemoryError:
        pass
    except Exception as error:  # noqa: BLE001 - the boundary of the process
        told.send((False, error))
    # Nothing of the parent's is brought to an end here: no store, no crawl.
    os._exit(0)


def _leave_what_is_the_parents(own: int) -> None:
    """Close every file and connection but our own: held open here, they would outlive the parent's closing them."""
    os.closerange(3, own)
    os.closerange(own + 1, resource.getrlimit(resource.RLIMIT_NOFILE)[0])


class _Memory(NamedTuple):
    mapped: int
    resident: int


def _memory_bytes(pid: int | str | None) -> _Memory:
    mapped, resident = Path(f"/proc/{pid}/statm").read_text().split()[:2]
    return _Memory(int(mapped) * resource.getpagesize(), int(resident) * resource.getpagesize())
