"""What a command hands out: whole in a file, or on standard output."""

import sys
from pathlib import Path


def write_out(content: bytes, out: Path | None) -> None:
    """Write to `out`, which has its name only once all is in it; without one, to standard output."""
    if out is None:
        sys.stdout.buffer.write(content)
        return
    out.parent.mkdir(parents=True, exist_ok=True)
    part = out.with_name(f".{out.name}.part")
    part.write_bytes(content)
    part.replace(out)
