"""Erases one capture of an installation, and kills itself at the step whose number it was given."""

import os
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import event

from evidence.warc_erasing import erase_captures
from tests.evidence.house import open_house

house = open_house(Path(sys.argv[1]))
captures = str(house.captures_dir)
left = int(sys.argv[2])


def step(*_told: object) -> None:
    global left
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)


def watch(name: str, told: tuple[object, ...]) -> None:
    """Each file that is begun or removed among the captures."""
    is_begun = name == "open" and isinstance(told[2], int) and told[2] & os.O_CREAT
    is_removed = name == "os.remove" and Path(str(told[0])).exists()
    if (is_begun or is_removed) and str(told[0]).startswith(captures):
        step()


event.listen(house.store.engine, "commit", step)
sys.addaudithook(watch)
erase_captures(house.store, house.captures_dir, actor="retention", before=None, now=datetime.now(UTC))
