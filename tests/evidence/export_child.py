"""Exports the case of an installation again and again, until somebody kills this process."""

import sys
from pathlib import Path

from tests.evidence.house import open_house

house = open_house(Path(sys.argv[1]))
out = Path(sys.argv[2])
while True:
    house.export(out)
    out.unlink()
