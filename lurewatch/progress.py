"""Progress bars on standard error; none where standard error is not a terminal."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tqdm import tqdm


@contextmanager
def bar(title: str, unit: str, total: int | None = None) -> Iterator[Callable[[int], None]]:
    """A bar that the function handed out moves on by so many units."""
    with tqdm(desc=title, unit=f" {unit}", total=total, disable=None, leave=False) as progress:

        def move_on(count: int) -> None:
            progress.update(count)

        yield move_on


@contextmanager
def stage_bar() -> Iterator[Callable[[str, float], None]]:
    """A bar for work in named stages: the function handed out takes the stage's name and how much of it is done."""
    with tqdm(total=100, disable=None, leave=False, bar_format="{desc}: {percentage:3.0f}% |{bar}|") as progress:

        def show(stage: str, done: float) -> None:
            progress.set_description_str(stage, refresh=False)
            progress.n = round(100 * done)
            progress.refresh()

        yield show
