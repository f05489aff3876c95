"""`python -m benchmarks.kills crawls|imports --kills N`: what is killed at random moments and begun again.

Prints how many captures stand at the end, how often a page was asked for again because its answer had not been
acknowledged when the kill came, and everything that was lost, kept twice or broken. `--redis` keeps the frontier in
Redis and the store on PostgreSQL, as on many machines. Exit 1 when anything was.
"""

import argparse
import json
import random
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.crawlers.killing import Toll, add_board, kill_crawls, kill_imports
from tests.crawlers.loopback import Installation, Site, serving
from tests.postgres import WITHOUT_CARE, Postgres, binaries
from tests.redis_server import running

# More than so many kills can read.
_PAGES_A_KILL, _POSTS = 20, 1_000


def main() -> None:
    """Print what the kills cost."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("what", choices=["crawls", "imports"])
    options.add_argument("--kills", type=int, default=200)
    options.add_argument("--redis", action="store_true", help="of crawls")
    options.add_argument("--seed", type=int, default=20261122)
    chosen = options.parse_args()
    chance = random.Random(chosen.seed)  # noqa: S311  no secret
    with _installation(with_redis=chosen.redis) as installation:
        kill = _kill_crawls if chosen.what == "crawls" else _kill_imports
        toll = kill(installation, chosen.kills, chance)
    print(
        f"{toll.kills} {chosen.what} killed, {toll.captures} captures, {toll.asked_again} pages asked for again, "
        f"{len(toll.faults)} faults"
    )
    for fault in toll.faults:
        print(f"  {fault}")
    sys.exit(bool(toll.faults))


def _kill_crawls(installation: Installation, kills: int, chance: random.Random) -> Toll:
    with serving(Site()) as site:
        source = add_board(site, _PAGES_A_KILL * kills, chance)
        limits = {"delay_s": 0.0, "max_pages": len(site.pages)}
        return kill_crawls(site, installation, source, kills=kills, chance=chance, **limits)


def _kill_imports(installation: Installation, kills: int, chance: random.Random) -> Toll:
    file = installation.folder / "posts.jsonl"
    rows = ({"native_id": str(number), "text": f"Advert {number}"} for number in range(_POSTS))
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return kill_imports(installation, file, _POSTS, kills=kills, chance=chance)


@contextmanager
def _installation(*, with_redis: bool) -> Iterator[Installation]:
    with tempfile.TemporaryDirectory(prefix="lw-kills-") as name:
        folder = Path(name)
        made = Installation(folder)
        if not with_redis:
            yield _with_tables(made)
            return
        programs = binaries()
        if programs is None:
            sys.exit("No PostgreSQL here: install Debian's package `postgresql`.")
        # Open to the user who runs the server.
        folder.chmod(0o755)
        (folder / "postgres").mkdir()
        server = Postgres(programs, folder / "postgres", WITHOUT_CARE)
        server.start()
        try:
            with running(folder) as url:
                made.store_url = server.url
                made.options |= {"redis_url": url, "lease_s": 1.0, "rest_s": 3_600.0}
                yield _with_tables(made)
        finally:
            server.stop()


def _with_tables(made: Installation) -> Installation:
    with made.opened() as store:
        store.upgrade()
    return made


if __name__ == "__main__":
    main()
