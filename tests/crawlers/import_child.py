"""One import in a process of its own: store, captures folder and JSON lines file as arguments."""

import sys
from pathlib import Path

from lurewatch.importing import import_export
from store.database import Store
from tests.crawlers.loopback import AUDIT_KEY


def main() -> None:
    url, captures_dir, file = sys.argv[1:]
    store = Store(url, audit_key=AUDIT_KEY)
    tell(0)
    import_export(
        store, Path(captures_dir), export_format="jsonl", path=Path(file), provenance="handed_over", on_progress=tell
    )


def tell(posts: int) -> None:
    sys.stdout.write(f"{posts}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
