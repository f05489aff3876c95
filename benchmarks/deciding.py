"""Reviewers at work over HTTP on one SQLite store: a decision, the next claim and its page, beside a bare claim.

Everything runs in this process and shares its cores; so the ratio to the bare claim of the same run says more than the
milliseconds.
"""

import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from statistics import median, quantiles

import httpx
import uvicorn
from sqlalchemy.orm import Session

from review_ui.app import create_app
from review_ui.cookies import cookie_name
from review_ui.settings import ReviewSettings
from store import captures, posts, queue, sources, users, verdicts
from store.database import Store
from store.parsed_post import ParsedPost
from store.rules import QueueRules
from store.tables import User

RULES = QueueRules(blind_share=0.1, second_share=0.08, golden_share=0.03)
_LANES = ("likely", "uncertain", "audit")


@dataclass(frozen=True, slots=True)
class Deciding:
    """Milliseconds of one step, and of a bare claim by itself, at the median; steps a second of all reviewers."""

    reviewers: int
    steps: int
    p50: float
    p95: float
    p99: float
    bare_claim: float
    per_second: float


def sustained(reviewers: int, steps_each: int, texts: list[str]) -> Deciding:
    """Fill a store with the texts and let the reviewers decide, each on so many."""
    with tempfile.TemporaryDirectory() as folder, Store(f"sqlite:///{folder}/store.db", audit_key=b"k" * 32) as store:
        store.upgrade()
        with store.transaction() as session:
            people = [_user(session, number) for number in range(reviewers + 1)]
            tokens = [users.start_session(session, user, now=datetime.now(UTC)) for user in people]
        _fill(store, texts)
        bare = median(_bare_claims(store, people[-1]))
        started = time.perf_counter()
        with _serving(store) as base, ThreadPoolExecutor(reviewers) as pool:
            took = [one for steps in pool.map(lambda t: _work(base, t, steps_each), tokens[:-1]) for one in steps]
        cuts = quantiles(took, n=100)
        per_second = len(took) / (time.perf_counter() - started)
        return Deciding(reviewers, len(took), cuts[49], cuts[94], cuts[98], bare, per_second)


def _user(session: Session, number: int) -> User:
    now = datetime.now(UTC)
    return users.add_user(session, username=f"reader-{number}", role="analyst", password_hash="none", now=now)  # noqa: S106


def _fill(store: Store, texts: list[str]) -> None:
    now = datetime.now(UTC)
    with store.transaction() as session:
        source = sources.ensure_source(
            session, name="bench", kind="jobposting", url=None, purpose="Measure", legal_basis="None", owner="Nobody"
        )
        for number, text in enumerate(texts):
            capture = captures.record_capture(
                session, source_id=source.id, url=f"https://jobs.example/{number}", fetched_at=now,
                provenance="public_crawl", status=200, media_type="text/html", sha256="0" * 64, size_bytes=1,
                robots="allowed", etag=None, last_modified=None, warc_path="x.warc.gz", warc_offset=number,
                warc_length=1, warc_record_id=f"<urn:bench:{number}>",
            )  # fmt: skip
            post = ParsedPost(native_id=str(number), text=text)
            saved = posts.save_post(session, source_id=source.id, capture_id=capture.id, post=post, seen_at=now)
            verdict = verdicts.NewVerdict("bench", "vi", 0.9, {"fake_job": 0.9}, ["fake_job"], [], [])
            verdicts.save_verdict(session, revision_id=saved.revision_id, verdict=verdict, scored_at=now)
            lane, priority = _LANES[number % len(_LANES)], (number % 997) / 997
            queue.enqueue(session, revision_id=saved.revision_id, lane=lane, priority=priority, at=now)


def _bare_claims(store: Store, user: User) -> Iterator[float]:
    """Claim, and let go by rolling back, so that the next claim looks as far."""
    for _ in range(50):
        started = time.perf_counter()
        with store.transaction() as session:
            queue.claim_next(session, user, now=datetime.now(UTC), rules=RULES)
            yield (time.perf_counter() - started) * 1000
            session.rollback()


@contextmanager
def _serving(store: Store) -> Iterator[str]:
    app = create_app(store, settings=ReviewSettings(rules=RULES))
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()


def _work(base: str, token: str, steps: int) -> list[float]:
    """Milliseconds of each step: the form is sent, and the next item's page has come."""
    took = []
    with httpx.Client(
        base_url=base, cookies={cookie_name(https=False): token}, follow_redirects=True, timeout=60
    ) as client:
        page = client.get("/queue/next")
        for step in range(steps):
            started = time.perf_counter()
            form = {"outcome": "benign", "idem_key": f"{token[:40]}-{step}"}
            page = client.post(f"{page.url.path}/decision", data=form)
            page.raise_for_status()
            took.append((time.perf_counter() - started) * 1000)
    return took
