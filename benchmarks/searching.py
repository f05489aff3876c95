"""`python -m benchmarks.searching`: how long a search takes among many posts, beside a scan with LIKE in the same run.

Parts of posts of several lengths in every script, in each order; then every filter, alone and with a text.
The options are those of `benchmarks.filling`: --posts, --store, --folder.
"""

import argparse
import random
import statistics
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from benchmarks.filling import END, filled_url, open_store, parser
from benchmarks.posts import posts
from lurewatch.errors import DataError
from store import search
from store.database import Store
from store.search_conditions import Search
from store.tables import Identifier, User

LENGTHS = (1, 2, 3, 5, 10, 20)
SCRIPTS = ("Latin and others", "South and South-East Asian", "Chinese, Japanese, Korean")
_QUERIES = 60
_FILTER_QUERIES = 20
_PEER_QUERIES = 3
# Code points from here on are of none of the alphabets that come from Greek, nor Hebrew or Arabic.
_ASIAN_FROM = 0x900
_CJK_FROM = 0x2E80


def main() -> None:
    """Print every figure."""
    chosen = _arguments()
    with filled_url(chosen) as url, open_store(url) as store:
        _print_sizes(store)
        with store.reading() as session:
            _print_head()
            for order in search.ORDERS:
                _measure_texts(session, order)
            _measure_filters(session)


def _arguments() -> argparse.Namespace:
    return parser(__doc__).parse_args()


def _measure_texts(session: Session, order: str) -> None:
    dice, texts = random.Random(3), posts()  # noqa: S311 - no secret
    for length in LENGTHS:
        wanted = [one for one in (_part(dice, texts, length) for _ in range(_QUERIES * 3)) if one][:_QUERIES]
        for script in SCRIPTS:
            own = [one for one in wanted if _script(one) == script]
            if own:
                peer = own[:_PEER_QUERIES] if order == search.ORDERS[0] else []
                searches = [Search(text=part, order=order) for part in own]
                _print_row(session, f"{order}: {length}, {script}", searches, peer)


def _measure_filters(session: Session) -> None:
    dice, texts = random.Random(4), posts()  # noqa: S311 - no secret
    parts = [one for one in (_part(dice, texts, 5) for _ in range(_FILTER_QUERIES * 2)) if one][:_FILTER_QUERIES]
    for name, narrowed in _filters(session).items():
        for order in ("newest", "risk"):
            alone = [replace(narrowed, order=order)] * 5
            _print_row(session, f"{name}, {order}", alone, [])
            _print_row(
                session,
                f"{name}, {order}, 5 characters",
                [replace(one, text=part) for one, part in zip(alone * 4, parts, strict=False)],
                [],
            )


def _filters(session: Session) -> dict[str, Search]:
    """Every filter there is, wide and narrow, and some together."""
    contact = session.scalar(select(Identifier.normalized).order_by(Identifier.id.desc()).limit(1)) or ""
    month, day = END - timedelta(days=30), END - timedelta(days=1)
    flagged = {"flagged_risk": 0.5}
    return {
        "language": Search(lang="km"),
        "source": Search(source_id=7),
        "lane": Search(lane="uncertain"),
        **{f"state {state}": Search(state=state) for state in search.STATES},
        "label": Search(label="fake_job"),
        "high risk": Search(risk_from=0.8, **flagged),
        "medium risk": Search(risk_from=0.5, risk_below=0.8, **flagged),
        "low risk": Search(risk_below=0.5, **flagged),
        "indicator": Search(indicator="travel_paid"),
        "contact": Search(identifier_type="telegram", identifiers=(contact,)),
        "posted in a month": Search(posted_from=month, posted_before=END),
        "seen on a day": Search(seen_from=day, seen_before=END),
        "seen long ago": Search(seen_before=END - timedelta(days=700)),
        "campaign": Search(campaign_id=500),
        "decided by me": Search(decided_by_me=True),
        "has a later version": Search(has_later=True),
        "has no later version": Search(has_later=False),
        "language and high risk": Search(lang="km", risk_from=0.8, **flagged),
        "language, open, month": Search(lang="th", state="open", seen_from=month),
        "source and confirmed": Search(source_id=7, state="confirmed"),
        "nothing meets both": Search(lang="km", seen_before=END - timedelta(days=1_000)),
        "rare language, later version, low risk": Search(lang="lo", has_later=True, risk_below=0.5, **flagged),
    }


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
    print("| order: characters, script; or filter | searches | p50 ms | p95 ms | p99 ms | stopped | LIKE p50 ms |")
    print("|---|---|---|---|---|---|---|")


def _print_row(session: Session, name: str, searches: Iterable[Search], peer: list[str]) -> None:
    user = User(id=1, username="bench", pseudonym="bench", role="viewer", disabled=False)
    times, stopped = [], 0
    for one in searches:
        try:
            times.append(_seconds(lambda one=one: search.find(session, user, one)))  # type: ignore[misc]
        except DataError:
            stopped += 1
            times.append(search.TIME_LIMIT_S)
            session.rollback()
        session.expunge_all()
    p50, p95, p99 = (1000 * _quantile(times, share) for share in (0.5, 0.95, 0.99))
    scanned = [_seconds(lambda part=part: _scan(session, part)) for part in peer]  # type: ignore[misc]
    like = f"{1000 * statistics.median(scanned):.0f}" if scanned else ""
    print(f"| {name} | {len(times)} | {p50:.1f} | {p95:.1f} | {p99:.1f} | {stopped} | {like} |", flush=True)


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


if __name__ == "__main__":
    main()
