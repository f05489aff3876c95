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
