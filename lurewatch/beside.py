"""Work that goes on beside a command, in a thread of its own, for as long as a block lasts."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def beside(work: Callable[[threading.Event], None], *, name: str, patience_s: float | None = None) -> Iterator[None]:
    """Run `work` until the block ends: the event then tells it to stop, and it is waited for, `patience_s` at most."""
    stop = threading.Event()
    worker = threading.Thread(target=work, args=(stop,), name=name, daemon=True)
    worker.start()
    try:
        yield
    finally:
        stop.set()
        worker.join(patience_s)
