"""How far a training run is, and how long each of its stages took."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Progress = Callable[[str, float], None]
ProgressFraction = Callable[[float], None]
# A stage and the seconds it took just now, to the seconds it took when its work was done.
Timekeeper = Callable[[str, float], float]


class Stages:
    """Tells how far the run is and keeps how long each stage took."""

    def __init__(self, on_progress: Progress) -> None:
        self.durations_s: dict[str, float] = {}
        self.timekeeper: Timekeeper = lambda _stage, seconds: seconds
        self._tell = on_progress
        self._share = (0.0, 0.0)

    @contextmanager
    def stage(self, name: str, begins: float, ends: float) -> Iterator[None]:
        """The work inside is called `name` and takes the run from `begins` to `ends`."""
        started = time.monotonic()
        self._share = (begins, ends)
        self.tell(name, 0.0)
        yield
        self.durations_s[name] = round(self.timekeeper(name, time.monotonic() - started), 1)

    def tell(self, message: str, fraction: float) -> None:
        """So much of the present stage is done."""
        begins, ends = self._share
        self._tell(message, begins + (ends - begins) * fraction)
