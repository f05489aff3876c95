"""`python -m benchmarks.deciding`: reviewers at work over HTTP on one store of many posts, with one worker process.

A step is sending a decision and having the next item's page, as a browser with the application's script does it
(--plain: as one without). Each reviewer waits 20 ms in between on average, the think time of the design's measurement;
people take seconds (--think). Afterwards the store is asked whether every decision was kept, once, and no item was
decided twice.
"""

import argparse
import asyncio
import multiprocessing
import os
import random
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from urllib.parse import urlencode

import uvicorn
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from benchmarks.filling import filled_url, open_store, parser
from review_ui.app import create_app
from review_ui.cookies import cookie_name
from review_ui.settings import ReviewSettings
from store import queue, sessions, users
from store.audit import verify_chain
from store.database import Store
from store.rules import QueueRules
from store.tables import Decision, User

RULES = QueueRules(blind_share=0.1, second_share=0.08, golden_share=0.03)
THINK_MS = 20
_PATIENCE_S = 60.0
# The first steps of each reviewer fill caches and are not counted.
_WARM_UP = 5


@dataclass(frozen=True, slots=True)
class Deciding:
    """Milliseconds of a step, steps a second of all reviewers together; a first page's bytes; the worker's own time.

    `bare_claim` is a claim by itself, at the median, before the reviewers came.
    """

    reviewers: int
    steps: int
    p50: float
    p95: float
    p99: float
    per_second: float
    bare_claim: float
    page_bytes: int
    cpu_ms: float


@dataclass(frozen=True, slots=True)
class _Step:
    ms: float
    item: str


class _Browser:
    """One reviewer's connection; no more of HTTP than a benchmark needs, so that little is measured but the server."""

    def __init__(self, port: int, token: str, *, has_script: bool, think_s: float) -> None:
        self._port = port
        self._think_s = think_s
        self._has_script = has_script
        self._head = f"Host: 127.0.0.1\r\nCookie: {cookie_name(https=False)}={token}\r\n"
        self._head += "HX-Request: true\r\nHX-Boosted: true\r\n" if has_script else ""
        self.key = token[:40]

    async def open(self) -> None:
        self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port)

    def close(self) -> None:
        self._writer.close()

    async def think(self) -> None:
        """Wait as long as somebody reads, who is no metronome: up to twice the mean."""
        await asyncio.sleep(self._think_s * random.uniform(0, 2))  # noqa: S311 - no secret

    async def get(self, path: str) -> tuple[str, bytes]:
        """The address and the body of the page that comes at last."""
        return await self._send(path, f"GET {path} HTTP/1.1\r\n{self._head}\r\n".encode())

    async def post(self, path: str, fields: dict[str, str]) -> tuple[str, bytes]:
        """Likewise, of a form."""
        body = urlencode(fields)
        kind = f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n"
        return await self._send(path, f"POST {path} HTTP/1.1\r\n{self._head}{kind}\r\n{body}".encode())

    async def _send(self, path: str, request: bytes) -> tuple[str, bytes]:
        self._writer.write(request)
        head = (await self._reader.readuntil(b"\r\n\r\n")).decode()
        lines = dict(line.lower().split(": ", 1) for line in head.splitlines()[1:] if line)
        body = await self._reader.readexactly(int(lines.get("content-length", 0)))
        status = int(head.split(" ", 2)[1])
        if status == 303:
            return await self.get(lines["location"])
        if status != 200:
            raise RuntimeError(f"{path} answered {status}: {body[-500:].decode()}")
        return lines.get("hx-push-url", path), body


def sustained(
    url: str, reviewers: int, steps_each: int, *, has_script: bool = True, think_ms: float = THINK_MS
) -> Deciding:
    """Let the reviewers decide, each on so many items, `think_ms` apart on average."""
    with open_store(url) as store:
        first = _last_decision(store)
        people, tokens = _employ(store, reviewers + 1)
        bare = median(_bare_claims(store, people[-1]))
    with _serving(url) as (port, pid):
        browsers = [_Browser(port, token, has_script=has_script, think_s=think_ms / 1000) for token in tokens[:-1]]
        asyncio.run(_all_at_work(browsers, _WARM_UP, 0))
        cpu, began = _cpu_s(pid), time.perf_counter()
        steps, page_bytes = asyncio.run(_all_at_work(browsers, steps_each, _WARM_UP))
        took, cpu = time.perf_counter() - began, _cpu_s(pid) - cpu
    with open_store(url) as store:
        _check(store, first, reviewers * (steps_each + _WARM_UP))
    cuts = quantiles([step.ms for step in steps], n=100)
    count = len(steps)
    return Deciding(reviewers, count, cuts[49], cuts[94], cuts[98], count / took, bare, page_bytes, 1000 * cpu / count)


def _employ(store: Store, count: int) -> tuple[list[User], list[str]]:
    now = datetime.now(UTC)
    with store.transaction() as session:
        known = users.user_count(session)
        names = [f"reader-{known + number}" for number in range(count)]
        people = [
            users.add_user(session, username=name, role="analyst", password_hash="none", now=now)  # noqa: S106
            for name in names
        ]
        return people, [sessions.start_session(session, user, now=now) for user in people]


def _bare_claims(store: Store, user: User) -> Iterator[float]:
    """Claim, and let go by rolling back, so that the next claim looks as far."""
    for _ in range(20):
        began = time.perf_counter()
        with store.transaction() as session:
            queue.claim_next(session, user, now=datetime.now(UTC), rules=RULES)
            yield (time.perf_counter() - began) * 1000
            session.rollback()


@contextmanager
def _serving(url: str) -> Iterator[tuple[int, int]]:
    """One worker in a process of its own: its port and its process id."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        worker = multiprocessing.get_context("fork").Process(target=_serve, args=(url, listener), daemon=True)
        worker.start()
        try:
            yield listener.getsockname()[1], worker.pid or 0
        finally:
            worker.terminate()
            worker.join()


def _serve(url: str, listener: socket.socket) -> None:
    with TemporaryDirectory() as folder, open_store(url, Path(folder) / "witness") as store:
        app = create_app(store, settings=ReviewSettings(rules=RULES))
        # Our browsers do not open a connection that was closed while somebody read.
        config = uvicorn.Config(app, access_log=False, log_level="warning", timeout_keep_alive=3600)
        uvicorn.Server(config).run(sockets=[listener])


async def _all_at_work(browsers: list[_Browser], steps: int, done: int) -> tuple[list[_Step], int]:
    worked = await asyncio.gather(*(_work(browser, steps, done) for browser in browsers))
    return [step for own, _ in worked for step in own], max(size for _, size in worked)


async def _work(browser: _Browser, steps: int, done: int) -> tuple[list[_Step], int]:
    await browser.open()
    took, largest = [], 0
    path, page = await asyncio.wait_for(browser.get("/queue/next"), _PATIENCE_S)
    for step in range(done, done + steps):
        await browser.think()
        if path == "/queue":
            raise RuntimeError("Nothing waits any more: fill a store with more posts.")
        began = time.perf_counter()
        item = path.rsplit("/", 1)[-1]
        form = {"outcome": "benign", "idem_key": f"{browser.key}-{step}", "labels_asked": "1"}
        path, page = await asyncio.wait_for(browser.post(f"{path}/decision", form), _PATIENCE_S)
        took.append(_Step((time.perf_counter() - began) * 1000, item))
        largest = max(largest, len(page))
    browser.close()
    return took, largest


def _last_decision(store: Store) -> int:
    with store.reading() as session:
        return session.scalar(select(func.max(Decision.id))) or 0


def _check(store: Store, first: int, expected: int) -> None:
    """Every decision is there, and in ordinary readings each is on an item of its own."""
    with store.reading() as session:
        kept = _count(session, first)
        ordinary = select(Decision.item_id).where(Decision.id > first, Decision.purpose.is_(None))
        items = session.scalars(ordinary).all()
        report = verify_chain(session)
    if kept != expected or len(set(items)) != len(items) or report.fault:
        sys.exit(f"{kept} of {expected} decisions, {len(items) - len(set(items))} items twice, chain: {report.fault}")
    print(f"{kept} decisions kept, {len(items)} of them ordinary, on as many items; the audit chain holds")


def _count(session: Session, first: int) -> int:
    return session.scalar(select(func.count()).where(Decision.id > first)) or 0


def _cpu_s(pid: int) -> float:
    """User and system time of a process so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(") ", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def show(run: Deciding) -> None:
    """Print one run."""
    print(
        f"{run.reviewers} reviewers, {run.steps} steps: p50 {run.p50:.0f} ms, p95 {run.p95:.0f}, p99 {run.p99:.0f}; "
        f"{run.per_second:.0f} a second; {run.cpu_ms:.1f} ms of the worker each; bare claim {run.bare_claim:.1f} ms; "
        f"largest page {run.page_bytes / 1000:.0f} kB"
    )


def _arguments() -> argparse.Namespace:
    options = parser(__doc__)
    options.add_argument("--reviewers", type=int, nargs="+", default=[1, 8, 24])
    options.add_argument("--steps", type=int, default=100, help="of each reviewer")
    options.add_argument("--think", type=float, default=THINK_MS, help="milliseconds between two steps, on average")
    options.add_argument("--plain", action="store_true", help="as a browser without script")
    return options.parse_args()


def main() -> None:
    """Print the figures for each number of reviewers."""
    chosen = _arguments()
    with filled_url(chosen) as url:
        for reviewers in chosen.reviewers:
            show(sustained(url, reviewers, chosen.steps, has_script=not chosen.plain, think_ms=chosen.think))


if __name__ == "__main__":
    main()
