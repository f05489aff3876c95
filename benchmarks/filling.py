"""Stores that the benchmarks run on: so many invented posts of two years, judged, queued and decided upon.

Everything goes through the same tables as in an installation, many rows at a time, and what an installation's
functions would compute (folded forms, trigrams) is computed. The same number of posts makes the same store.

python -m benchmarks.filling --posts 1000000 --folder DIR                      a SQLite file, kept for the others
python -m benchmarks.filling --posts 1000000 --folder DIR --store postgresql   a PostgreSQL server's folder, likewise
"""

import argparse
import random
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import func, insert, select, text
from sqlalchemy.orm import Session

from benchmarks.posts import posts_with_languages
from classifier.labels import LABELS
from store import search_index
from store.database import Store
from store.lanes import LANES
from store.tables import (
    Base,
    Campaign,
    CampaignMember,
    Capture,
    Decision,
    Identifier,
    Indicator,
    Post,
    QueueItem,
    Revision,
    SearchLabel,
    SearchText,
    Source,
    User,
    Verdict,
)
from tests.postgres import Postgres, binaries

AUDIT_KEY = b"benchmarks" * 4
RELEASE = "invented"
SOURCES, PEOPLE, CONTACTS = 50, 12, 20_000
END = datetime(2026, 3, 1, tzinfo=UTC)
SPAN = timedelta(days=730)
# One in so many posts is edited, queued, in a campaign (of so many), names a contact.
EDITED, QUEUED, IN_CAMPAIGN, CAMPAIGN_SIZE, WITH_CONTACT = 50, 4, 10, 12, 3
FLAGGED_FROM = 0.5
_CHUNK = 5_000
_NO_HASH = "0" * 64
_CODES = ("travel_paid", "no_experience_high_pay", "documents_taken", "contact_private", "hotline")

_ORDER: tuple[type[Base], ...] = (
    Source, User, Capture, Post, Revision, Verdict, Indicator, Identifier, SearchText, SearchLabel, Campaign,
    CampaignMember, QueueItem, Decision,
)  # fmt: skip

Row = tuple[type[Base], dict[str, Any]]


def parser(about: str | None) -> argparse.ArgumentParser:
    """The options that choose a store."""
    options = argparse.ArgumentParser(description=about, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--posts", type=int, default=20_000)
    options.add_argument("--store", default="sqlite", help="sqlite, postgresql, or the URL of an empty database")
    options.add_argument("--folder", type=Path, help="where the store stays, to be used again; else a temporary one")
    return options


@contextmanager
def filled_url(chosen: argparse.Namespace) -> Iterator[str]:
    """The URL of a store with as many posts, filled unless it is already."""
    with _folder(chosen) as folder, _database(chosen.store, folder) as url:
        with open_store(url) as store:
            store.upgrade()
            _fill_once(store, chosen.posts)
        yield url


def open_store(url: str, witness: Path | None = None) -> Store:
    """The store of a `filled_url`."""
    return Store(url, audit_key=AUDIT_KEY, witness=witness)


@contextmanager
def _folder(chosen: argparse.Namespace) -> Iterator[Path]:
    if chosen.folder is None:
        with tempfile.TemporaryDirectory(prefix="lurewatch-bench-") as folder:
            yield Path(folder)
        return
    kept = chosen.folder / f"{chosen.store}-{chosen.posts}"
    kept.mkdir(parents=True, exist_ok=True)
    yield kept


@contextmanager
def _database(store: str, folder: Path) -> Iterator[str]:
    if store == "sqlite":
        yield f"sqlite:///{folder}/lurewatch.db"
    elif store == "postgresql":
        programs = binaries()
        if programs is None:
            sys.exit("No PostgreSQL here: install Debian's package `postgresql`.")
        server = Postgres(programs, folder, ("shared_buffers=1GB", "maintenance_work_mem=512MB", "max_wal_size=4GB"))
        server.start()
        try:
            yield server.url
        finally:
            server.stop("fast")
    else:
        yield store


def _fill_once(store: Store, count: int) -> None:
    with store.reading() as session:
        there = session.scalar(select(func.count(Post.id))) or 0
    if there not in (0, count):
        sys.exit(f"This store holds {there} posts and not {count}: give another one.")
    if not there:
        _fill(store, count)


def _fill(store: Store, count: int) -> None:
    began = time.perf_counter()
    with store.transaction() as session:
        definitions = _take_indexes_down(session)
    for number, rows in enumerate(_chunks(_rows(count))):
        with store.transaction() as session:
            for table, values in rows.items():
                session.execute(insert(table), values)
        print(f"\r{number * _CHUNK:,} posts", end="", file=sys.stderr)
    with store.transaction() as session:
        for definition in definitions:
            session.execute(text(definition))
        _set_sequences(session)
    store.analyse()
    took = time.perf_counter() - began
    print(f"{count:,} posts filled in {took:.0f} s on {store.engine.dialect.name}: {1e6 * took / count:.0f} µs each")


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


def _set_sequences(session: Session) -> None:
    """The rows came with their ids; the next ones shall go on behind them."""
    if session.get_bind().dialect.name != "postgresql":
        return
    for table in (Source, User, Capture, Post, Revision, Verdict, Indicator, Identifier, Campaign, QueueItem, Decision):
        sequence = func.pg_get_serial_sequence(f'"{table.__tablename__}"', "id")
        session.execute(select(func.setval(sequence, select(func.max(table.id)).scalar_subquery())))


def _chunks(posts: Iterator[list[Row]]) -> Iterator[dict[type[Base], list[dict[str, Any]]]]:
    """The rows of _CHUNK posts, by table, in the order in which the tables refer to each other."""
    while some := list(islice(posts, _CHUNK)):
        found: dict[type[Base], list[dict[str, Any]]] = defaultdict(list)
        for table, values in (row for rows in some for row in rows):
            found[table].append(values)
        yield {table: found[table] for table in _ORDER if found[table]}


def _rows(count: int) -> Iterator[list[Row]]:
    """The rows of one post after the other; the sources and people come with the first."""
    dice, texts = random.Random(2), posts_with_languages()  # noqa: S311 - no secret
    yield [(Source, _source(number)) for number in range(1, SOURCES + 1)]
    yield [(User, _person(number)) for number in range(1, PEOPLE + 1)]
    revision_id = 0
    for number in range(1, count + 1):
        post = _InventedPost(number, END - SPAN + SPAN * number / (count + 1), dice, texts)
        revision_id += 1
        yield list(post.rows(revision_id))
        if number % EDITED == 0:
            revision_id += 1
            yield list(post.edited(revision_id))


class _InventedPost:
    """One post: two pieces of invented ones, of about 300 characters."""

    def __init__(self, number: int, at: datetime, dice: random.Random, texts: list[tuple[str, str]]) -> None:
        self._number, self._at, self._dice = number, at, dice
        self._lang, begins = dice.choice(texts)
        cut = dice.randrange(100, 200)
        self._text = begins[:cut] + dice.choice(texts)[1][cut:]
        self._source_id = dice.randint(1, SOURCES)
        self._risk = round(dice.betavariate(0.3, 3), 4)
        self._flagged = [dice.choice(LABELS[:-1])] if self._risk >= FLAGGED_FROM else []

    def rows(self, revision_id: int) -> Iterator[Row]:
        """Capture, post, revision, verdict, and whatever this post has besides."""
        yield Capture, self._capture()
        yield Post, self._post()
        yield from self._judged(revision_id, 1)
        if self._number % IN_CAMPAIGN == 0:
            yield from self._campaign(self._number // IN_CAMPAIGN)
        if self._number % QUEUED == 0:
            yield from self._queued(revision_id)

    def edited(self, revision_id: int) -> Iterator[Row]:
        """A second revision, a little longer."""
        self._text += " (2)"
        return self._judged(revision_id, 2)

    def _judged(self, revision_id: int, number: int) -> Iterator[Row]:
        yield Revision, self._revision(revision_id, number)
        yield Verdict, self._verdict(revision_id)
        for code in self._dice.sample(_CODES, 2) if self._risk > 0.1 else ():
            start = self._dice.randrange(len(self._text) - 20)
            words = {"start": start, "end": start + 12, "text": self._text[start : start + 12]}
            yield Indicator, {"verdict_id": revision_id, "code": code, **words}
        if self._number % WITH_CONTACT == 0:
            name = f"example_hr_{round(CONTACTS * self._dice.random() ** 4)}"
            value = {"value": f"@{name}", "normalized": name, "start": 0, "end": 5}
            yield Identifier, {"revision_id": revision_id, "type": "telegram", **value}
        yield SearchText, self._search_text(revision_id)
        for label in self._flagged:
            yield SearchLabel, {"label": label, "revision_id": revision_id}

    def _capture(self) -> dict[str, Any]:
        place = {"warc_path": "x", "warc_offset": 0, "warc_length": 1, "warc_record_id": f"<urn:bench:{self._number}>"}
        about = {"provenance": "public_crawl", "media_type": "text/html", "robots": "allowed", "etag": None}
        body = {"sha256": f"{self._number:064x}", "size_bytes": 1, "last_modified": None}
        status = 500 if self._dice.random() < 0.02 else 200
        seen = {"url": self._url(), "fetched_at": self._at, "status": status}
        return {"id": self._number, "source_id": self._source_id, **seen, **about, **body, **place}

    def _post(self) -> dict[str, Any]:
        named = {"source_id": self._source_id, "native_id": str(self._number), "url": self._url()}
        return {"id": self._number, **named, "first_seen_at": self._at, "last_seen_at": self._at}

    def _url(self) -> str:
        return f"https://jobs.example/{self._number}"

    def _revision(self, revision_id: int, number: int) -> dict[str, Any]:
        said = {"title": None, "text": self._text, "author": None, "posted_at": self._at}
        about = {"location": None, "salary": None, "lang_hint": None, "extra": {}, "sha256": _NO_HASH}
        ids = {"id": revision_id, "post_id": self._number, "number": number, "capture_id": self._number}
        return {**ids, "seen_at": self._at, **said, **about}

    def _verdict(self, revision_id: int) -> dict[str, Any]:
        labels = {label: round(self._risk / 3, 4) for label in LABELS} | dict.fromkeys(self._flagged, self._risk)
        answer = "flagged" if self._flagged else "nothing_found"
        reasons = [{"code": code, "weight": 1.2, "side": "for"} for code in (*_CODES[:2], "wording", "whole_text")]
        said = {"lang": self._lang, "risk": self._risk, "labels": labels, "flagged": self._flagged}
        ids = {"id": revision_id, "revision_id": revision_id, "release": RELEASE, "scored_at": self._at}
        return {**ids, **said, "answer": answer, "reasons": reasons}

    def _search_text(self, revision_id: int) -> dict[str, Any]:
        times = {"seen_at": self._at, "posted_at": self._at}
        judged = {"lang": self._lang, "risk": self._risk, "forms": search_index.forms_of([self._text])}
        return {"revision_id": revision_id, "source_id": self._source_id, **times, **judged}

    def _campaign(self, place: int) -> Iterator[Row]:
        campaign_id = place // CAMPAIGN_SIZE + 1
        if place % CAMPAIGN_SIZE == 0 or place == 1:
            yield Campaign, {"id": campaign_id, "created_at": self._at}
        joined = {"reason": "text 0.91", "joined_at": self._at}
        yield CampaignMember, {"post_id": self._number, "campaign_id": campaign_id, **joined}

    def _queued(self, revision_id: int) -> Iterator[Row]:
        """Half of what is queued was decided."""
        is_decided = self._number % (2 * QUEUED) == 0
        lane = "likely" if self._flagged else self._dice.choice(LANES[2:])
        place = {"lane": lane, "priority": self._dice.random(), "state": "decided" if is_decided else "open"}
        yield QueueItem, {"id": self._number, "revision_id": revision_id, **place, "created_at": self._at}
        if is_decided:
            yield Decision, self._decision()

    def _decision(self) -> dict[str, Any]:
        decided_at = self._at + timedelta(hours=self._dice.expovariate(1 / 12))
        who = {"user_id": self._dice.randint(1, PEOPLE), "decided_at": decided_at, "elapsed_ms": 20_000}
        said = {"outcome": self._dice.choice(("confirmed", "benign")), "note": "", "saw_score": True, "blind": False}
        kept = {"release": RELEASE, "undoes_id": None, "labels": None, "idem_key": f"filled-{self._number}"}
        return {"id": self._number, "item_id": self._number, **who, **said, **kept}


def _source(number: int) -> dict[str, Any]:
    about = {"purpose": "Measure", "legal_basis": "Invented posts", "owner": "Nobody"}
    return {"id": number, "name": f"board-{number}", "kind": "feed", "url": None, "created_at": END - SPAN, **about}


def _person(number: int) -> dict[str, Any]:
    account = {"username": f"filled-{number}", "pseudonym": f"reviewer-{number:08x}", "role": "analyst"}
    return {"id": number, **account, "password_hash": "none", "disabled": False, "created_at": END - SPAN}


def main() -> None:
    """Fill a store, and leave it in the folder that is named."""
    with filled_url(parser(__doc__).parse_args()) as url:
        print(url)


if __name__ == "__main__":
    main()
