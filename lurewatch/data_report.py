"""The data-protection report as Markdown: what is kept about whom and why, counted from the store."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any

from lurewatch.installation import Installation
from store.database import Store
from store.holdings import Holdings, holdings
from store.parsed_post import rfc3339

# Line ends fold into blanks; these would end a cell, begin a tag or a link.
_PLAIN = str.maketrans({"|": "\\|", "<": "&lt;", "[": "\\[", "`": "\\`"})


def report_markdown(installation: Installation, store: Store, now: datetime, *, days: int) -> str:
    """The report of an installation for the last `days` days."""
    with store.reading() as session:
        found = holdings(session, since=now - timedelta(days=days))
    settings = installation.settings
    return (
        "\n".join(_lines(found, now, organisation=settings.organisation, retention_days=settings.retention_days)) + "\n"
    )


def _lines(found: Holdings, now: datetime, *, organisation: str, retention_days: int) -> Iterator[str]:
    yield f"# Data-protection report{f': {_plain(organisation)}' if organisation else ''}"
    yield f"\n{_plain(found.since)} to {_plain(now)}, counted from the store of this installation."
    yield "\n## What is kept, of which source, and why"
    yield from _table(
        ("source", "kind", "purpose", "legal basis", "on whose responsibility"),
        ((one.name, one.kind, one.purpose, one.legal_basis, one.owner) for one in found.sources),
    )
    yield "\nKept are texts, authors' names and contacts as published, what was made of them, and the pages as fetched."
    yield from _table(
        ("source", "posts", "flagged", "confirmed", "captures", "bytes", "oldest", "last seen"),
        (
            (one.name, one.posts, one.flagged, one.confirmed, one.captures, one.capture_bytes, one.oldest, one.newest)
            for one in found.sources
        ),
    )
    yield f"\nHanded in: {found.handed_in}, of which {found.named_givers} with the giver's name, by consent."
    yield f"Images among it, of which the hash alone is kept: {found.images}."
    yield "\n## Words that people marked to be masked"
    yield "\nThey are names and numbers of people. They go with the post that they were marked for."
    yield from _table(
        ("case", "marked", "taken back"), ((one.case, one.holding, one.taken_back) for one in found.marks)
    )
    yield "\n## How long"
    yield f"\n{_rule(retention_days)} Holds that stand: {len(found.holds)}."
    if found.holds:
        yield from _table(
            ("hold", "on", "placed by", "since"),
            ((one.number, f"{one.kind} {one.target}", one.placed_by, one.placed_at) for one in found.holds),
        )
    yield "\n## Who may read posts"
    yield from _table(("role", "open accounts"), found.readers.items())
    yield "\n## What left the installation in the period"
    exported = ((one.at, one.what, one.by, one.recipient or "not named") for one in found.exports)
    yield from _table(("when", "what", "by", "to whom"), exported)
    yield f"\nAnswers to programs (API) that held posts, verdicts, campaigns or cases: {found.shown}."
    yield f"Messages to webhooks, which hold numbers alone: {found.told}."
    yield "\n## What was erased in the period"
    yield from _table(
        ("source", "by age", "on request"),
        ((one.name, one.erased_by_age, one.erased_on_request) for one in found.sources),
    )
    asked = ", ".join(f"{count} {outcome}" for outcome, count in found.requests.items())
    yield f"\nRequests that needed a second person: {asked}."


def _rule(days: int) -> str:
    if not days:
        return "Nothing is erased by age (`retention_days` is 0)."
    return (
        f"Posts that are unflagged or were found benign are erased {days} days after they were last seen, records of"
        f" images {days} days after they were taken in;"
        " those that are confirmed, in a case, golden or open, on request with a second person's approval alone."
    )


def _table(heads: Iterable[str], rows: Iterable[Iterable[Any]]) -> Iterator[str]:
    names = list(heads)
    yield f"\n| {' | '.join(names)} |"
    yield f"|{'---|' * len(names)}"
    for row in rows:
        yield f"| {' | '.join(map(_plain, row))} |"


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return rfc3339(value.replace(microsecond=0))
    return "" if value is None else " ".join(str(value).split()).translate(_PLAIN)
