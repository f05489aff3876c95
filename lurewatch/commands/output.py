"""What a command hands out: whole in a file, or on standard output."""

import sys
from collections.abc import Iterable
from pathlib import Path

from store.durable_files import replacing


def write_out(content: Iterable[bytes], out: Path | None) -> None:
    """Write the parts to `out`, which has its name only once all are in it; without one, to standard output."""
    if out is None:
        for part in content:
            sys.stdout.buffer.write(part)
        return
    out.parent.mkdir(parents=True, exist_ok=True)
    with replacing(out) as unfinished, unfinished.open("wb") as file:
        file.writelines(content)
