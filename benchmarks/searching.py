"""`python -m benchmarks.searching`: how long a search takes among many posts, beside a scan with LIKE in the same run.

python -m benchmarks.searching --posts 1000000                           a SQLite file that is removed afterwards
python -m benchmarks.searching --posts 1000000 --store postgresql://...  an empty database, left as it then is
"""

import argparse
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import insert, select, text
from sqlalchemy.orm import Session

from benchmarks.posts import posts
from lurewatch.errors import DataError
from store import search, search_index
from store.database import Store
from store.search_conditions import Search
from store.tables import Capture, Post, Revision, SearchText, Source, User

LENGTHS = (1, 2, 3, 5, 10, 20)
_QUERIES = 60
_PEER_QUERIES = 5
_BATCH = 5_000
_START = datetime(2026, 1, 1, tzinfo=UTC)
_NO_HASH = "0" * 64
# Code points from here on are of none of the alphabets that come from Greek, nor Hebrew or Arabic.
_ASIAN_FROM = 0x900
_CJK_FROM = 0x2E80


def main() -> None:
    """Fill a store and print every figure."""
    arguments = _arguments()
    with tempfile.TemporaryDirectory(prefix="lurewatch-search-") as folder:
        url = arguments.store or f"sqlite:///{folder}/lurewatch.db"
        with Store(url, audit_key=b"benchmarks" * 4) as store:
            store.upgrade()
            _fill(store, arguments.posts)
            _measure(store)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--posts", type=int, default=100_000)
    parser.add_argument("--store")
    return parser.parse_args()


def _fill(store: Store, count: int) -> None:
    with store.transaction() as session:
        if session.scalar(select(Post.id).limit(1)) is not None:
            sys.exit("This store holds posts already: give an empty one.")
        session.execute(insert(Source).values(_source()))
        session.execute(insert(Capture).values(_capture()))
        definitions = _take_indexes_down(session)
    started, indexed = time.perf_counter(), 0.0
    for rows in _batches(_rows(count)):
        with store.transaction() as session:
            for table in (Post, Revision):
                session.execute(insert(table), [row[table.__tablename__] for row in rows])
            began = time.perf_counter()
            session.execute(insert(SearchText), [_indexed(row["revision"]) for row in rows])
        indexed += time.perf_counter() - began
    with store.transaction() as session:
        began = time.perf_counter()
        for definition in definitions:
            session.execute(text(definition))
        indexed += time.perf_counter() - began
    print(f"{count} posts on {store.engine.dialect.name}: stored in {time.perf_counter() - started - indexed:.0f} s")
    print(f"indexed in {indexed:.0f} s, {1e6 * indexed / count:.0f} microseconds a post")
    _print_sizes(store)


def _take_indexes_down(session: Session) -> list[str]:
    """PostgreSQL builds an index of many rows at once far quicker than row by row."""
    if session.get_bind().dialect.name != "postgresql":
        return []
    found = session.execute(
        text("SELECT indexname, indexdef FROM pg_indexes WHERE indexname LIKE 'search_gram%'")
    ).all()
    for name, _definition in found:
        session.execute(text(f"DROP INDEX {name}"))
    return [definition for _name, definition in found]


def _rows(count: int) -> Iterator[dict[str, dict[str, Any]]]:
    """Posts of 300 characters, each of two pieces of invented ones, in the proportions of the corpus."""
    base, dice = posts(), random.Random(2)  # noqa: S311 - no secret
    for number in range(1, count + 1):
        cut = dice.randrange(100, 200)
        body = dice.choice(base)[:cut] + dice.choice(base)[cut:]
        seen_at = _START + timedelta(seconds=20 * number)
        yield {
            "post": _post(number, seen_at),
            "revision": {
                "id": number, "post_id": number, "number": 1, "capture_id": 1, "seen_at": seen_at, "title": None,
                "text": body, "author": None, "posted_at": None, "location": None, "salary": None, "lang_hint": None,
                "extra": {}, "sha256": _NO_HASH,
            },
        }  # fmt: skip


def _batches(rows: Iterator[Any]) -> Iterator[list[Any]]:
    while batch := [row for row, _ in zip(rows, range(_BATCH), strict=False)]:
        yield batch


def _indexed(revision: dict[str, Any]) -> dict[str, Any]:
    return {
        "revision_id": revision["id"],
        "source_id": 1,
        "seen_at": revision["seen_at"],
        "posted_at": None,
        "lang": "vi",
        "risk": (revision["id"] * 7919 % 1000) / 1000,
        "forms": search_index.forms_of([revision["text"]]),
    }


def _measure(store: Store) -> None:
    user = User(id=1, username="bench", pseudonym="bench", role="viewer", disabled=False)
    dice = random.Random(3)  # noqa: S311 - no secret
    texts = posts()
    with store.reading() as session:
        _print_head()
        for length in LENGTHS:
            wanted = [one for one in (_part(dice, texts, length) for _ in range(_QUERIES * 3)) if one][:_QUERIES]
            for script in ("Latin and others", "South and South-East Asian", "Chinese, Japanese, Korean"):
                own = [one for one in wanted if _script(one) == script]
                if own:
                    _print_row(session, user, f"{length}, {script}", own)


def _part(dice: random.Random, texts: list[str], length: int) -> str:
    body = dice.choice(texts)
    start = dice.randrange(len(body) - length)
    part = body[start : start + length]
    return part if part == part.strip() else ""


def _script(part: str) -> str:
    highest = max(map(ord, part))
    if highest >= _CJK_FROM:
        return "Chinese, Japanese, Korean"
    return "South and South-East Asian" if highest >= _ASIAN_FROM else "Latin and others"


def _print_head() -> None:
    print("| length, script | searches | p50 ms | p95 ms | p99 ms | stopped | LIKE p50 ms | times as fast |")
    print("|---|---|---|---|---|---|---|---|")


def _print_row(session: Session, user: User, name: str, wanted: list[str]) -> None:
    times, stopped = [], 0
    for part in wanted:
        try:
            times.append(_seconds(lambda part=part: search.find(session, user, Search(text=part))))  # type: ignore[misc]
        except DataError:
            stopped += 1
            times.append(search.TIME_LIMIT_S)
            session.rollback()
    peer = [_seconds(lambda part=part: _scan(session, part)) for part in wanted[:_PEER_QUERIES]]  # type: ignore[misc]
    p50, p95, p99 = (1000 * _quantile(times, share) for share in (0.5, 0.95, 0.99))
    like = 1000 * statistics.median(peer)
    print(f"| {name} | {len(times)} | {p50:.1f} | {p95:.1f} | {p99:.1f} | {stopped} | {like:.1f} | {like / p50:.1f} |")


def _scan(session: Session, part: str) -> object:
    """What one would do without an index: the text as it is, by LIKE, all of it (a count)."""
    return session.scalar(text("SELECT count(*) FROM revision WHERE text LIKE :part"), {"part": f"%{part}%"})


def _seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _quantile(values: list[float], share: float) -> float:
    return sorted(values)[min(int(share * len(values)), len(values) - 1)]


def _print_sizes(store: Store) -> None:
    with store.reading() as session:
        if store.engine.dialect.name == "postgresql":
            sizes = session.execute(
                text(
                    "SELECT relname, pg_relation_size(oid) FROM pg_class "
                    "WHERE relname IN ('revision', 'search_text') OR relname LIKE 'search_gram%' ORDER BY relname"
                )
            ).all()
        else:
            sizes = [
                (
                    "whole file",
                    session.scalar(text("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size")),
                )
            ]
            blocks = session.scalar(text("SELECT sum(length(block)) FROM search_gram_data"))
            sizes.append(("trigrams", blocks))
    print(", ".join(f"{name} {size / 1e6:.0f} MB" for name, size in sizes))


def _source() -> dict[str, Any]:
    reason = {"purpose": "Benchmark", "legal_basis": "Invented posts", "owner": "Nobody"}
    return {"id": 1, "name": "invented", "kind": "feed", "url": None, "created_at": _START, **reason}


def _capture() -> dict[str, Any]:
    place = {"warc_path": "none", "warc_offset": 0, "warc_length": 0, "warc_record_id": "none"}
    facts = {"provenance": "handed_over", "size_bytes": 0, "robots": "not_applicable", "sha256": _NO_HASH}
    return {"id": 1, "source_id": 1, "url": "https://jobs.example/", "fetched_at": _START, **facts, **place}


def _post(number: int, seen_at: datetime) -> dict[str, Any]:
    times = {"first_seen_at": seen_at, "last_seen_at": seen_at}
    return {"id": number, "source_id": 1, "native_id": str(number), "url": None, **times}


if __name__ == "__main__":
    main()
