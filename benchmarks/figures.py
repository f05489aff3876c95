"""`python -m benchmarks.figures`: what the dashboards' questions cost over the posts of two years.

Each question is asked for 28 days and for all two years; the peer is one plain count of every verdict in the same run.
The options are those of `benchmarks.filling`: --posts, --store, --folder.
"""

import time
from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from benchmarks.filling import END, RELEASE, SPAN, filled_url, open_store, parser
from store import figures
from store.database import Store
from store.figures import Period
from store.tables import Verdict


def main() -> None:
    """Print the median of three askings of each question."""
    with filled_url(parser(__doc__).parse_args()) as url, open_store(url) as store:
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
        "risk counts": lambda session: figures.risk_counts(session, RELEASE, period),
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


if __name__ == "__main__":
    main()
