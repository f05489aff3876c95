"""Keeps deep-learning frameworks out of an import that would load them unasked.

spaCy imports thinc, and thinc imports every framework that is installed; its matcher needs none of them. With torch
beside it the import takes three times as long. A framework that the process has imported already is left alone.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

_FRAMEWORKS = ("cupy", "mxnet", "tensorflow", "torch")


@contextmanager
def hidden_frameworks() -> Iterator[None]:
    """Inside, importing a framework that is not loaded yet raises ImportError, as if it were not installed.

    That holds for every thread of the process: import what is to be imported here once, before there are others.
    """
    hidden = [name for name in _FRAMEWORKS if name not in sys.modules]
    try:
        # None marks a module that must not be found (Python's reference, 5.3.1).
        sys.modules.update(dict.fromkeys(hidden))  # type: ignore[arg-type]
        yield
    finally:
        for name in hidden:
            del sys.modules[name]
