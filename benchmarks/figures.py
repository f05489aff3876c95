"""`python -m benchmarks.figures [URL]`: what the dashboards' questions cost over 1,000,000 invented posts of two years.

Without a URL the store is SQLite in a temporary folder; an empty PostgreSQL database may be named instead. Each
question is asked for 28 days and for all two years; the peer is one plain count of every verdict in the same run.
"""

import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from store import figures
from store.database import Store
from store.figures import Period
from store.tables import Base, Capture, Decision, Post, QueueItem, Revision, Source, User, Verdict

POSTS = 1_000_000
SOURCES = 50
PEOPLE = 12
QUEUED_EVERY = 20
END = datetime(2026, 3, 1, tzinfo=UTC)
SPAN = timedelta(days=730)
LANGUAGES = ("vi", "zh", "en", "th", "id", "ms", "tl", "my", "km", "lo", "hi", "bn", "ne", "ur", "ta", "ru", "ar")
_CHUNK = 20_000


def main() -> None:
    """Fill a store, then print the median of three askings of each question."""
    with tempfile.TemporaryDirectory(prefix="lurewatch-figures-") as folder:
        url = sys.argv[1] if len(sys.argv) > 1 else f"sqlite:///{Path(folder) / 'lurewatch.db'}"
        with Store(url, audit_key=b"k" * 32) as store:
            store.upgrade()
            began = time.perf_counter()
            _fill(store)
            print(f"{POSTS:,} posts filled in {time.perf_counter() - began:.0f} s on {store.engine.dialect.name}")
            for days in (28, SPAN.days):
                _ask(store, days)


def _ask(store: Store, days: int) -> None:
    period = Period(END - timedelta(days=days), END)
    questions: dict[str, Callable[[Session], object]] = {
        "peer: count all verdicts": lambda session: session.scalar(select(func.count(Verdict.risk))),
        "arrivals": lambda session: figures.arrivals(session, period),
        "flagged by language": lambda session: figures.flagged_by_language(session, period),
        "decided": lambda session: figures.decided(session, period),
        "decisions by person": lambda session: figures.decisions_by_person(session, period),
        "open by lane": figures.open_by_lane,
        "risk counts": lambda session: figures.risk_counts(session, "r", period),
        "source health": lambda session: figures.source_health(session, period),
    }
    print(f"{days} days")
    total = 0.0
    for name, question in questions.items():
        seconds = sorted(_seconds(store, question) for _ in range(3))[1]
        total += 0.0 if name.startswith("peer") else seconds
        print(f"  {name:26} {seconds * 1000:8.0f} ms")
    print(f"  {'all of the page':26} {total * 1000:8.0f} ms")


def _seconds(store: Store, question: Callable[[Session], object]) -> float:
    with store.reading() as session:
        began = time.perf_counter()
        question(session)
        return time.perf_counter() - began


def _fill(store: Store) -> None:
    chance = random.Random(0)  # noqa: S311 - invented figures
    with store.transaction() as session:
        session.execute(insert(Source), [_source(number) for number in range(1, SOURCES + 1)])
        session.execute(insert(User), [_user(number) for number in range(1, PEOPLE + 1)])
    for start in range(1, POSTS + 1, _CHUNK):
        numbers = range(start, min(start + _CHUNK, POSTS + 1))
        rows = [_rows(number, chance) for number in numbers]
        with store.transaction() as session:
            for table in (Capture, Post, Revision, Verdict, QueueItem, Decision):
                session.execute(insert(table), list(_of(rows, table)))
    with store.engine.connect() as connection:
        connection.exec_driver_sql("ANALYZE")
        connection.commit()


def _of(rows: list[dict[type[Base], dict[str, Any]]], table: type[Base]) -> Iterator[dict[str, Any]]:
    return (row[table] for row in rows if table in row)


def _source(number: int) -> dict[str, Any]:
    about = dict.fromkeys(("purpose", "legal_basis", "owner"), "x")
    return {"id": number, "name": f"board-{number}", "kind": "feed", "url": None, "created_at": END - SPAN, **about}


def _user(number: int) -> dict[str, Any]:
    account = {"username": f"u{number}", "pseudonym": f"reviewer-{number:08x}", "role": "analyst"}
    return {"id": number, **account, "password_hash": "x", "disabled": False, "created_at": END - SPAN}


def _rows(number: int, chance: random.Random) -> dict[type[Base], dict[str, Any]]:
    """A post with its capture, revision and verdict; one in QUEUED_EVERY was queued, most of those were decided."""
    at = END - SPAN + SPAN * number / (POSTS + 1)
    source_id, risk, lang = chance.randint(1, SOURCES), chance.betavariate(0.3, 3), chance.choice(LANGUAGES)
    rows: dict[type[Base], dict[str, Any]] = {
        Capture: _capture(number, source_id, at, chance),
        Post: {"id": number, "source_id": source_id, "native_id": str(number), "url": None,
               "first_seen_at": at, "last_seen_at": at},
        Revision: _revision(number, at),
        Verdict: {"id": number, "revision_id": number, "release": "r", "scored_at": at, "lang": lang, "risk": risk,
                  "labels": {"scam_centre": risk, "fake_job": risk / 2}, "flagged": []},
    }  # fmt: skip
    if number % QUEUED_EVERY == 0:
        state = "decided" if chance.random() < 0.95 else "open"
        lane = chance.choice(figures.LANES)
        item = {"id": number, "revision_id": number, "lane": lane, "priority": risk, "state": state, "created_at": at}
        rows[QueueItem] = item
        if state == "decided":
            rows[Decision] = _decision(number, at, chance)
    return rows


def _capture(number: int, source_id: int, at: datetime, chance: random.Random) -> dict[str, Any]:
    status = 500 if chance.random() < 0.02 else 200
    place = {"warc_path": "x", "warc_offset": 0, "warc_length": 1, "warc_record_id": str(number)}
    about = {"provenance": "public_crawl", "media_type": "text/html", "robots": "allowed", "etag": None}
    body = {"sha256": f"{number:064x}", "size_bytes": 1, "last_modified": None}
    url = f"https://jobs.example/{number}"
    return {
        "id": number,
        "source_id": source_id,
        "url": url,
        "fetched_at": at,
        "status": status,
        **about,
        **body,
        **place,
    }


def _revision(number: int, at: datetime) -> dict[str, Any]:
    said = {"title": None, "text": "typing work abroad, flight paid " * 10, "author": None, "posted_at": None}
    about = {"location": None, "salary": None, "lang_hint": None, "extra": {}, "sha256": f"{number:064x}"}
    return {"id": number, "post_id": number, "number": 1, "capture_id": number, "seen_at": at, **said, **about}


def _decision(number: int, at: datetime, chance: random.Random) -> dict[str, Any]:
    outcome = chance.choice(("confirmed", "benign"))
    waited = timedelta(hours=chance.expovariate(1 / 12))
    about = {"note": "", "saw_score": True, "release": "r", "undoes_id": None, "labels": None, "idem_key": str(number)}
    who = {"user_id": chance.randint(1, PEOPLE), "decided_at": at + waited}
    return {"id": number, "item_id": number, "outcome": outcome, **who, **about}


if __name__ == "__main__":
    main()
