"""`python -m benchmarks.hostile_servers [--answer WORDS]... [--page WORDS]...`: what hostile servers cost a crawl.

Each is the one page of a crawl in a process of its own, its retries with it, beside the same crawl of a harmless page.
Seconds are of the processor, of that process and those that it starts; megabytes are the most that they held together
(proportional set size, looked at 50 times a second). The aim is 5 s and 300 MB above the harmless page.
"""

import argparse
import json
import os
import resource
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from benchmarks.hostile_pages import AIM_MB, AIM_S, INPUTS
from crawlers.settings import MAX_BODY_BYTES
from tests.crawlers.hostile_servers import FEED, NOT_HERE, Hostile, body, hostile_answers, hostile_servers, says
from tests.crawlers.loopback import Installation, captures_of

_LOOK_EVERY_S = 0.02


class Cost(NamedTuple):
    """What one crawl took: seconds of the processor and of the clock, megabytes at the most, and what it came to."""

    processor_s: float
    clock_s: float
    megabytes: float
    captures: int
    posts: int


def main() -> None:
    """Print a line for each."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--answer", action="append", help="one of the hostile answers, else all")
    options.add_argument(
        "--page", action="append", choices=[*INPUTS], help="a page of benchmarks.hostile_pages instead"
    )
    options.add_argument("--kind", default="jobposting", help="as which a page is read")
    options.add_argument("--mib", type=float, default=MAX_BODY_BYTES / 2**20, help="how large a page is")
    options.add_argument("--robots", action="store_true", help="the hostile answer is that of robots.txt")
    options.add_argument("--timeout", type=int, default=4, help="seconds that an answer may take")
    chosen = options.parse_args()
    answers, kind = hostile_answers(MAX_BODY_BYTES), "feed"
    if chosen.page:
        answers, kind = {name: _page(name, int(chosen.mib * 2**20)) for name in chosen.page}, chosen.kind
    wanted = {name: answers[name] for name in chosen.answer or answers}
    least = cost(body(FEED), kind=kind, robots=False, timeout_s=chosen.timeout)
    print(f"a harmless page: {least.processor_s:.1f} s, {least.megabytes:.0f} MB; above it:", flush=True)
    missed = sum(
        _tell(name, cost(answer, kind=kind, robots=chosen.robots, timeout_s=chosen.timeout), least)
        for name, answer in wanted.items()
    )
    print(f"{missed} missed the aim of {AIM_S:.0f} s and {AIM_MB:.0f} MB")


def _page(name: str, size: int) -> Hostile:
    content = body(INPUTS[name](size), b"Content-Type: text/html")
    # What it leads to is not there.
    return lambda path: (content if path == "/feed" else says(NOT_HERE))(path)


def _tell(name: str, found: Cost, least: Cost) -> bool:
    seconds, megabytes = found.processor_s - least.processor_s, found.megabytes - least.megabytes
    is_missed = seconds > AIM_S or megabytes > AIM_MB
    print(
        f"{name:36} {seconds:6.1f} s {megabytes:6.0f} MB {found.clock_s:6.1f} s by the clock, "
        f"{found.captures} captures, {found.posts} posts{'   MISSED' if is_missed else ''}",
        flush=True,
    )
    return is_missed


def cost(answer: Hostile, *, kind: str, robots: bool, timeout_s: int) -> Cost:
    """What a crawl of that one page costs."""
    with (
        tempfile.TemporaryDirectory(prefix="lw-hostile-") as folder,
        hostile_servers({"one": answer}, hostile_robots=robots) as servers,
    ):
        installation = Installation(Path(folder))
        with installation.opened() as store:
            store.upgrade()
        began = time.monotonic()
        child = installation.start(
            {"kind": kind, "url": servers.urls["one"]},
            max_pages=20,
            settings={"AUTOTHROTTLE_ENABLED": False, "DOWNLOAD_TIMEOUT": timeout_s},
        )
        megabytes, used = _watch(child)
        output, _log = child.communicate()
        (result,) = json.loads(output.splitlines()[-1])["results"]
        return Cost(
            used.ru_utime + used.ru_stime,
            time.monotonic() - began,
            megabytes,
            len(captures_of(installation)),
            result["posts_new"],
        )


def _watch(child: "subprocess.Popen[str]") -> "tuple[float, resource.struct_rusage]":
    most = 0.0
    while True:
        pid, status, used = os.wait4(child.pid, os.WNOHANG)
        if pid:
            child.returncode = os.waitstatus_to_exitcode(status)
            return most, used
        most = max(most, sum(map(_megabytes, _family(child.pid))))
        time.sleep(_LOOK_EVERY_S)


def _family(pid: int) -> Iterator[int]:
    yield pid
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            yield from (each for number in task.read_text().split() for each in _family(int(number)))
        except OSError:
            continue


def _megabytes(pid: int) -> float:
    try:
        told = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0.0
    return next(int(line.split()[1]) * 1_024 / 1e6 for line in told.splitlines() if line.startswith("Pss:"))


if __name__ == "__main__":
    main()
