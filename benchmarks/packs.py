"""`python -m benchmarks.packs --captures N [--redacted]`: what it costs to make an evidence pack, and to verify it.

Every capture is a page of its own of 16,000 characters, with one post that stands confirmed, all in one case and in one
sealed batch. The pack is an original, or the redacted copy. It is verified by the program that travels in it, in a
process of its own, as whoever receives it does. Seconds are given twice: by the clock, and of the processor, which on a
busy machine are fewer.
"""

import argparse
import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.posts import posts
from evidence.verify_standalone import ORIGINAL, REDACTED
from store import cases, users
from store.batches import seal_batch
from store.parsed_post import ParsedPost
from tests.evidence.house import NOW, House, add_confirmed, add_item, add_page, open_house

PAGE_CHARS = 16_000
_BATCH = 500
_VERIFY = """
import os, runpy, sys
sys.argv = ["verify.py", sys.argv[1]]
try:
    runpy.run_path({script!r}, run_name="__main__")
except SystemExit as end:
    peak = [line for line in open("/proc/self/status") if line.startswith("VmHWM")]
    print(end.code, peak[0].split()[1], sum(os.times()[:2]))
"""


def main() -> None:
    """Print seconds, sizes, and the peak of resident memory."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--captures", type=int, default=1_000)
    options.add_argument("--redacted", action="store_true")
    chosen = options.parse_args()
    count, variant = chosen.captures, REDACTED if chosen.redacted else ORIGINAL
    with tempfile.TemporaryDirectory() as folder:
        house = open_house(Path(folder) / "house", new=True)
        fill(house, count)
        began, busy = time.perf_counter(), time.process_time()
        pack = house.export(Path(folder) / "pack.zip", variant=variant)
        seconds, busy_s = time.perf_counter() - began, time.process_time() - busy
        house.store.close()
        print(f"{count} captures, {pack.size_bytes / 1e6:.0f} MB, {variant}")
        print(f"made, with the verification that ends it, in {seconds:.1f} s ({busy_s:.1f} of the processor)")
        print("beside that the typesetter, see benchmarks.paper, used another core")
        print(f"peak resident memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6:.0f} MB")
        _verify(pack.path)


def fill(house: House, count: int) -> None:
    """Put a case of that many captures into a new house."""
    dice, texts = random.Random(1), posts()  # noqa: S311 - no secret
    with house.store.transaction() as session:
        supervisor = users.add_user(session, username="bench", role="supervisor", password_hash="-", now=NOW)  # noqa: S106
        case_id = cases.open_case(session, supervisor, title="Measured", now=NOW).id
        supervisor_id = supervisor.id
    for start in range(0, count, _BATCH):
        with house.store.transaction() as session:
            case, user = session.get_one(cases.Case, case_id), session.get_one(users.User, supervisor_id)
            for number in range(start, min(start + _BATCH, count)):
                page = " ".join(dice.choices(texts, k=PAGE_CHARS // 100))[:PAGE_CHARS]
                capture = add_page(house, session, page)
                post = ParsedPost(native_id=f"p-{number}", text=dice.choice(texts), url=capture.url)
                add_confirmed(house, session, user, case, add_item(session, capture, post, "en"))
    with house.store.transaction() as session:
        seal_batch(session, now=NOW)


def _verify(pack: Path) -> None:
    script = Path(__file__).parents[1] / "evidence" / "verify_standalone.py"
    began = time.perf_counter()
    command = [sys.executable, "-I", "-S", "-c", _VERIFY.format(script=str(script)), str(pack)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603
    seconds = time.perf_counter() - began
    code, peak_kib, busy_s = done.stdout.splitlines()[-1].split()
    print(f"verified in {seconds:.1f} s ({float(busy_s):.1f} of the processor), exit status {code}")
    print(f"peak resident memory of the verifier {int(peak_kib) * 1024 / 1e6:.0f} MB")


if __name__ == "__main__":
    main()
