"""`python -m tests.evidence.keep_pack`: keeps a pack of the newest profile in tests/evidence/kept, for later verifiers.

To be run when a profile is new, before it is released; a kept pack is never changed after that.
"""

import tempfile
from pathlib import Path

from evidence.verify_standalone import PROFILE
from tests.evidence.house import furnish, open_house

KEPT = Path(__file__).with_name("kept")


def kept_pack(profile: str) -> Path:
    """Where the pack of a profile is kept."""
    return KEPT / f"{profile}.zip"


def main() -> None:
    """Make the case of the tests and export it."""
    with tempfile.TemporaryDirectory() as folder:
        house = open_house(Path(folder), new=True)
        furnish(house)
        house.export(kept_pack(PROFILE)).path.chmod(0o644)
        house.store.close()


if __name__ == "__main__":
    main()
